"""What a tool is: an async function over an engine, whose docstring and arguments a language model reads."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_type_hints

from resync_bot.agent.arguments import Arguments
from resync_bot.agent.chat import ToolSpec
from resync_bot.agent.language import Language
from resync_bot.agent.results import ToolResult
from resync_bot.tws.queries import Tws

A = TypeVar("A", bound=Arguments)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What every tool is given besides its arguments: whom to ask, and in which language to speak of problems."""

    tws: Tws
    language: Language = Language.EN


@dataclass(frozen=True, slots=True)
class Tool(Generic[A]):
    """A tool of the toolbox."""

    name: str
    description: str
    arguments: type[A]
    run: Callable[[Inquiry, A], Awaitable[ToolResult]]

    @classmethod
    def of(cls, function: Callable[[Inquiry, A], Awaitable[ToolResult]]) -> "Tool[A]":
        """The tool that `function(inquiry, arguments)` is: its name, its docstring, the type of its arguments."""
        return cls(
            name=function.__name__,
            description=" ".join((inspect.getdoc(function) or "").split()),
            arguments=_arguments_of(function),
            run=function,
        )

    def spec(self) -> ToolSpec:
        """As a model sees it."""
        return ToolSpec(self.name, self.description, _without_titles(self.arguments.model_json_schema()))


def _arguments_of(function: Callable[[Inquiry, A], Awaitable[ToolResult]]) -> type[A]:
    """The type of its second parameter, whatever that is called."""
    _inquiry, name = inspect.signature(function).parameters
    arguments: type[A] = get_type_hints(function)[name]
    return arguments


def _without_titles(schema: Any) -> Any:
    """pydantic's schema without the titles, which repeat the names and cost tokens; defaults of null say nothing."""
    if isinstance(schema, dict):
        return {
            key: {name: _without_titles(one) for name, one in value.items()}
            if key == "properties"
            else _without_titles(value)
            for key, value in schema.items()
            if key != "title" and not (key == "default" and value is None)
        }
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    return schema
