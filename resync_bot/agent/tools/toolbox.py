"""The toolbox: what the loop and the models know of the tools."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog
from pydantic import ValidationError

from resync_bot.agent.arguments import Arguments
from resync_bot.agent.chat import ToolSpec
from resync_bot.agent.metrics import AgentMetrics, ToolOutcome
from resync_bot.agent.problems import defect, engine_problem, unknown_tool, wrong_arguments
from resync_bot.agent.results import NoMatch, Problem, Result, ToolResult, UnknownEngine
from resync_bot.agent.tools.registry import Inquiry, Tool
from resync_bot.conversation.language import Language
from resync_bot.errors import EngineError
from resync_bot.tws.graph import GraphKeeper
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.queries import Engines

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """A model's wish that can be fulfilled. Equal calls give equal results."""

    tool: str
    arguments: Arguments

    @property
    def given(self) -> dict[str, Any]:
        """The arguments that differ from their defaults, as plain JSON."""
        return self.arguments.model_dump(mode="json", exclude_defaults=True)


class Toolbox:
    """The tools over the engines. Reads only: nothing in here can change a plan."""

    def __init__(
        self,
        engines: Engines,
        tools: tuple[Tool[Any], ...],
        *,
        metrics: AgentMetrics,
        histories: Mapping[str, RunHistory] | None = None,
        graphs: Mapping[str, GraphKeeper] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`histories` and `graphs` are by the names of the engines; `clock` is monotonic and gives seconds."""
        self._engines = engines
        self._histories = histories or {}
        self._graphs = graphs or {}
        self._tools = {tool.name: tool for tool in tools}
        self._specs = tuple(_choosing_of(tool.spec(), tuple(engines)) for tool in tools)
        self._metrics = metrics
        self._clock = clock

    @property
    def engine_names(self) -> tuple[str, ...]:
        """The engines that can be asked."""
        return tuple(self._engines)

    def specs(self) -> tuple[ToolSpec, ...]:
        """The tools as models see them."""
        return self._specs

    def read(self, name: str, arguments: str | Arguments) -> Call | Problem:
        """The call that a model means, or what it has to correct. Text is JSON."""
        tool = self._tools.get(name)
        if tool is None:
            self._metrics.called("unknown", ToolOutcome.UNKNOWN_TOOL)
            return unknown_tool(name, tuple(self._tools))
        if isinstance(arguments, tool.arguments):
            return Call(name, arguments)
        try:
            return Call(name, tool.arguments.model_validate_json(arguments or "{}"))
        except ValidationError as error:
            self._metrics.called(name, ToolOutcome.WRONG_ARGUMENTS)
            return wrong_arguments(name, _mistakes(error))

    async def run(self, call: Call, language: Language = Language.EN) -> ToolResult:
        """The result of a call. Problems come as results too; raises nothing but cancellation."""
        tool = self._tools[call.tool]
        asked = call.arguments.engine
        name = self._engines.default if asked is None else self._engines.named(asked)
        if name is None:
            self._metrics.called(call.tool, ToolOutcome.PROBLEM)
            return UnknownEngine(name=asked or "", known=self.engine_names)
        started = self._clock()
        try:
            inquiry = Inquiry(self._engines[name], language, self._histories.get(name), self._graphs.get(name))
            result = self._of(await tool.run(inquiry, call.arguments))
            if isinstance(result, NoMatch):
                result = result.model_copy(update={"tool": call.tool})
        except EngineError as error:
            log.warning(
                "tool_engine_error",
                tool=call.tool,
                engine=name,
                kind=error.kind,
                message_id=error.message_id,
                error=str(error),
            )
            result, outcome = self._told_of(name, engine_problem(error, language)), ToolOutcome.ENGINE_ERROR
        except Exception:
            # One broken tool must not take the whole answer with it.
            log.exception("tool_defect", tool=call.tool)
            result, outcome = defect(language), ToolOutcome.DEFECT
        else:
            outcome = ToolOutcome.PROBLEM if isinstance(result, Problem) else ToolOutcome.OK
        self._metrics.called(call.tool, outcome, self._clock() - started)
        return result

    def _of(self, result: ToolResult) -> ToolResult:
        """The result, which says of which engine it speaks where there are several."""
        if len(self._engines) > 1 and isinstance(result, Result):
            return result.model_copy(update={"engines": self.engine_names})
        return result

    def _told_of(self, name: str, problem: Problem) -> Problem:
        return problem.model_copy(update={"told": f"{name}: {problem.told}"}) if len(self._engines) > 1 else problem

    async def call(self, name: str, arguments_json: str, language: Language = Language.EN) -> ToolResult:
        """`read` and `run` in one. Raises nothing but cancellation."""
        match self.read(name, arguments_json):
            case Problem() as problem:
                return problem
            case call:
                return await self.run(call, language)


def _choosing_of(spec: ToolSpec, engines: Sequence[str]) -> ToolSpec:
    """The tool with the engines that it may be asked of; with a single one there is nothing to choose."""
    properties = {name: value for name, value in spec.parameters["properties"].items() if name != "engine"}
    if len(engines) > 1:
        properties["engine"] = spec.parameters["properties"]["engine"] | {"enum": list(engines)}
    return replace(spec, parameters={**spec.parameters, "properties": properties})


def _mistakes(error: ValidationError) -> list[str]:
    """One phrase per mistake, without what was given: it may be long, and the model knows it."""
    return [
        f"{'.'.join(str(part) for part in mistake['loc'])}: {mistake['msg']}" if mistake["loc"] else mistake["msg"]
        for mistake in error.errors(include_url=False, include_context=False, include_input=False)
    ]
