"""What a script is: a generator that yields the calls it needs, is sent their results, and returns a reply.

It keeps no state elsewhere: run again from the start with the same results, it comes to the same calls and the same
reply.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from resync_bot.agent.arguments import Arguments
from resync_bot.agent.rendering import render_result
from resync_bot.agent.results import ToolResult
from resync_bot.agent.tools import Call
from resync_bot.conversation.language import Language

# The longest name that tools take; a longer one is a text, or a path that they will not find anyway.
_LONGEST_NAME = 120


def needed_name(text: str) -> str:
    """`text` as the name that a tool cannot do without."""
    return text[:_LONGEST_NAME] or "?"


def known_name(text: str | None) -> str | None:
    """`text` as a name that a tool can do without; None if it is none."""
    return text if text and len(text) <= _LONGEST_NAME else None


@dataclass(frozen=True, slots=True)
class Shown:
    """A result as its renderer words it."""

    result: ToolResult
    asked: Arguments | None = None


Part = str | Shown


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said in the end: parts in their order. `results` are those that the conversation goes on from."""

    parts: tuple[Part, ...]
    results: tuple[ToolResult, ...] = ()

    @classmethod
    def of(cls, *shown: Shown) -> "Reply":
        """A reply that shows results and nothing else."""
        return cls(shown, tuple(part.result for part in shown))

    def text(self, language: Language) -> str:
        """As Markdown."""
        return "\n\n".join(
            part if isinstance(part, str) else render_result(part.result, language, asked=part.asked)
            for part in self.parts
        )


Done = TypeVar("Done")
Script = Generator[tuple[Call, ...], tuple[ToolResult, ...], Reply]
Steps = Generator[tuple[Call, ...], tuple[ToolResult, ...], ToolResult]


def side_by_side(
    scripts: Sequence[Generator[tuple[Call, ...], tuple[ToolResult, ...], Done]],
) -> Generator[tuple[Call, ...], tuple[ToolResult, ...], tuple[Done, ...]]:
    """Runs scripts in step with each other, so that what they need is asked for at once."""
    waiting: dict[int, tuple[Call, ...]] = {}
    done: dict[int, Done] = {}

    def go_on(number: int, results: tuple[ToolResult, ...] | None) -> None:
        waiting.pop(number, None)
        script = scripts[number]
        try:
            waiting[number] = next(script) if results is None else script.send(results)
        except StopIteration as end:
            done[number] = end.value

    for number in range(len(scripts)):
        go_on(number, None)
    while waiting:
        asked = dict(waiting)
        results = yield tuple(call for calls in asked.values() for call in calls)
        for number, calls in asked.items():
            own, results = results[: len(calls)], results[len(calls) :]
            go_on(number, own)
    return tuple(done[number] for number in range(len(scripts)))


def ask(tool: str, arguments: Arguments) -> Steps:
    """One call and its result: `result = yield from ask(...)`."""
    results = yield (Call(tool, arguments),)
    return results[0]
