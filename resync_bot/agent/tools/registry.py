"""What a tool is: an async function over an engine, whose docstring and arguments a language model reads."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_type_hints

from resync_bot.agent.arguments import Arguments
from resync_bot.agent.chat import ToolSpec
from resync_bot.agent.results import ToolResult
from resync_bot.conversation.language import Language
from resync_bot.tws.graph import GraphKeeper, GraphView
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.queries import Tws

A = TypeVar("A", bound=Arguments)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What every tool is given besides its arguments: whom to ask, and in which language to speak of problems.

    `history` is what the bot remembers of the engine's runs, `graph` keeps what its jobs wait for; None where there is
    none.
    """

    tws: Tws
    language: Language = Language.EN
    history: RunHistory | None = None
    graph: GraphKeeper | None = None

    async def view(self) -> GraphView | None:
        """The plan as a graph; None where there is none, or not yet. Raises EngineError."""
        return await self.graph.graph() if self.graph else None


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
        schema = self.arguments.model_json_schema()
        return ToolSpec(self.name, self.description, _flat(schema, schema.get("$defs", {})))


def _arguments_of(function: Callable[[Inquiry, A], Awaitable[ToolResult]]) -> type[A]:
    """The type of its second parameter, whatever that is called."""
    _inquiry, name = inspect.signature(function).parameters
    arguments: type[A] = get_type_hints(function)[name]
    return arguments


def _flat(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """pydantic's schema as small models and strict servers read it best.

    Definitions stand where they are used. What may be left out is not said to be null as well. Titles, which only
    repeat the names, are gone.
    """
    if isinstance(schema, list):
        return [_flat(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if reference := schema.get("$ref"):
        meant = definitions[reference.rsplit("/", 1)[-1]]
        return _flat(meant | {name: value for name, value in schema.items() if name != "$ref"}, definitions)
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        rest = {name: value for name, value in schema.items() if name != "anyOf"}
        return _flat(choices[0] | rest, definitions)
    return {
        name: {key: _flat(one, definitions) for key, one in value.items()}
        if name == "properties"
        else _flat(value, definitions)
        for name, value in schema.items()
        if name not in {"$defs", "title"} and (name, value) not in (("default", None), ("default", []))
    }
