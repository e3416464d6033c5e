"""Runs cut to what one block takes."""

from collections.abc import Iterator
from dataclasses import replace

from adapters.slack.runs import Run, Runs


def length_of(runs: Runs) -> int:
    """Its characters."""
    return sum(len(run.text) for run in runs)


def split(runs: Runs, most: int) -> Iterator[Runs]:
    """Pieces of at most `most` characters, cut after a line or a word where there is one."""
    piece: list[Run] = []
    left = most
    for run in runs:
        text = run.text
        while len(text) > left:
            end = _end(text, left)
            if end == 0 and piece:
                yield tuple(piece)
                piece, left = [], most
                continue
            end = end or left
            yield (*piece, replace(run, text=text[:end], at=None))
            piece, left, text = [], most, text[end:]
        if text:
            piece.append(replace(run, text=text))
            left -= len(text)
    if piece:
        yield tuple(piece)


def _end(text: str, most: int) -> int:
    for separator in ("\n", " "):
        at = text.rfind(separator, 0, most)
        if at > 0:
            return at + 1
    return 0


def split_lines(text: str, most: int) -> Iterator[str]:
    """Pieces of plain text, cut at lines where there are some."""
    for some in split((Run(text),), most) if text else ():
        yield "".join(run.text for run in some).rstrip("\n") or " "
