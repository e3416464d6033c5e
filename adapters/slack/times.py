"""Times in a text, so that Slack shows them in each reader's own zone."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Final, assert_never

from adapters.slack.runs import Grid, Heading, Items, Paragraph, Part, Quote, Rule, Run, Runs, Times, Verbatim

# A time "as such": ISO 8601 with its zone. Anything else is words, unless the answer says that it is a moment.
_TIMESTAMP: Final = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)(?![\w:])")


def timed(text: str, times: Times = ()) -> Runs:
    """Plain text with its times recognised."""
    runs: list[Run] = []
    end = 0
    for found in _TIMESTAMP.finditer(text):
        try:
            at = datetime.fromisoformat(found.group())
        except ValueError:
            continue
        runs += [Run(text[end : found.start()]), Run(found.group(), at=at)]
        end = found.end()
    shown = tuple(run for run in (*runs, Run(text[end:])) if run.text)
    return _moments_in(shown, times) if times else shown


def with_moments(part: Part, times: Times) -> Part:
    """The part, with `times` in it recognised."""
    match part:
        case Paragraph(runs):
            return Paragraph(_moments_in(runs, times))
        case Quote(runs):
            return Quote(_moments_in(runs, times))
        case Items():
            return replace(part, items=tuple(_moments_in(item, times) for item in part.items))
        case Heading() | Verbatim() | Grid() | Rule():
            return part  # Slack shows dates in none of them
        case _:
            assert_never(part)


def _moments_in(runs: Runs, times: Times) -> Runs:
    """Code and links stay what they are."""
    return tuple(each for run in runs for each in ((run,) if run.code or run.url or run.at else _moments(run, times)))


def _moments(run: Run, times: Times) -> Iterator[Run]:
    moments = dict(times)
    end = 0
    for found in _pattern(times).finditer(run.text):
        if before := run.text[end : found.start()]:
            yield replace(run, text=before)
        yield replace(run, text=found.group(), at=moments[found.group()])
        end = found.end()
    if after := run.text[end:]:
        yield replace(run, text=after)


@lru_cache(64)
def _pattern(times: Times) -> re.Pattern[str]:
    longest_first = sorted((re.escape(text) for text, _ in times), key=len, reverse=True)
    return re.compile(rf"(?<![\w:/.-])(?:{'|'.join(longest_first)})(?![\w:/-]|\.\d)")
