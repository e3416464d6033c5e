"""Whether a job or stream depends on what `+follows`, `+needs`, `+opens` and `+prompt` name. Pure."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from resync_bot.agent.conman.selection import parse
from resync_bot.agent.names import matches
from resync_bot.tws.models import Dependency, Job, JobStream

Node = Job | JobStream

_KINDS: Final[dict[str, frozenset[str]]] = {
    "follows": frozenset({"INTERNAL", "EXTERNAL_JOB", "EXTERNAL_JOBSTREAM", "JOIN", "INTERNETWORK"}),
    "needs": frozenset({"RESOURCE"}),
    "opens": frozenset({"FILE"}),
    "prompt": frozenset({"PROMPT"}),
}
DEPENDENCY_WORDS: Final = frozenset(_KINDS)


def depends(word: str, values: Sequence[str]) -> Callable[[Node], bool]:
    """The check of `+follows=X` and its like; without values any such dependency will do."""
    return partial(_depends, _KINDS[word], word, tuple(values))


def _depends(kinds: frozenset[str], word: str, values: tuple[str, ...], node: Node) -> bool:
    return any(
        dependency.kind in kinds and (not values or any(_is(word, value, dependency, node) for value in values))
        for dependency in node.dependencies
    )


def _is(word: str, value: str, dependency: Dependency, node: Node) -> bool:
    match word:
        case "follows":
            return _follows(value, dependency, node)
        case "opens":
            bare = value.rsplit("#", 1)[-1].partition("(")[0]
            return matches(bare, dependency.on.rsplit("#", 1)[-1])
        case _:
            return matches(_last(value), _last(dependency.on))


def _follows(value: str, dependency: Dependency, node: Node) -> bool:
    """`STREAM`, `STREAM.JOB`, and the bare name of a job of the same stream."""
    try:
        wanted = parse(value)
    except ValueError:
        return False
    if wanted.path is None:
        return False
    stream, _, job = _stream_and_job(dependency, node)
    if wanted.job:
        return matches(wanted.path.name, stream) and matches(wanted.job, job)
    return matches(wanted.path.name, job) if dependency.kind == "INTERNAL" else matches(wanted.path.name, stream)


def _stream_and_job(dependency: Dependency, node: Node) -> tuple[str, str, str]:
    own = node.stream if isinstance(node, Job) else node.name
    if dependency.kind == "INTERNAL":
        return own, ".", dependency.on
    return _last(dependency.on).partition(".")


def _last(reference: str) -> str:
    return reference.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
