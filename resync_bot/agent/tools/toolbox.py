"""The toolbox: what the loop and the models know of the tools."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import ValidationError

from resync_bot.agent.arguments import Arguments
from resync_bot.agent.chat import ToolSpec
from resync_bot.agent.metrics import AgentMetrics, ToolOutcome
from resync_bot.agent.problems import defect, engine_problem, unknown_tool, wrong_arguments
from resync_bot.agent.results import Problem, ToolResult
from resync_bot.agent.tools.registry import Inquiry, Tool
from resync_bot.conversation.language import Language
from resync_bot.errors import EngineError
from resync_bot.tws.queries import Tws

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
    """The tools over one engine. Reads only: nothing in here can change a plan."""

    def __init__(
        self,
        tws: Tws,
        tools: tuple[Tool[Any], ...],
        *,
        metrics: AgentMetrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` is monotonic and gives seconds."""
        self._tws = tws
        self._tools = {tool.name: tool for tool in tools}
        self._specs = tuple(tool.spec() for tool in tools)
        self._metrics = metrics
        self._clock = clock

    def specs(self) -> tuple[ToolSpec, ...]:
        """The tools as models see them."""
        return self._specs

    def read(self, name: str, arguments_json: str) -> Call | Problem:
        """The call that a model means, or what it has to correct."""
        tool = self._tools.get(name)
        if tool is None:
            self._metrics.called("unknown", ToolOutcome.UNKNOWN_TOOL)
            return unknown_tool(name, tuple(self._tools))
        try:
            return Call(name, tool.arguments.model_validate_json(arguments_json or "{}"))
        except ValidationError as error:
            self._metrics.called(name, ToolOutcome.WRONG_ARGUMENTS)
            return wrong_arguments(name, _mistakes(error))

    async def run(self, call: Call, language: Language = Language.EN) -> ToolResult:
        """The result of a call. Problems come as results too; raises nothing but cancellation."""
        tool = self._tools[call.tool]
        started = self._clock()
        try:
            result: ToolResult = await tool.run(Inquiry(self._tws, language), call.arguments)
        except EngineError as error:
            log.warning(
                "tool_engine_error", tool=call.tool, kind=error.kind, message_id=error.message_id, error=str(error)
            )
            result, outcome = engine_problem(error, language), ToolOutcome.ENGINE_ERROR
        except Exception:
            # One broken tool must not take the whole answer with it.
            log.exception("tool_defect", tool=call.tool)
            result, outcome = defect(language), ToolOutcome.DEFECT
        else:
            outcome = ToolOutcome.PROBLEM if isinstance(result, Problem) else ToolOutcome.OK
        self._metrics.called(call.tool, outcome, self._clock() - started)
        return result

    async def call(self, name: str, arguments_json: str, language: Language = Language.EN) -> ToolResult:
        """`read` and `run` in one. Raises nothing but cancellation."""
        match self.read(name, arguments_json):
            case Problem() as problem:
                return problem
            case call:
                return await self.run(call, language)


def _mistakes(error: ValidationError) -> list[str]:
    """One phrase per mistake, without what was given: it may be long, and the model knows it."""
    return [
        f"{'.'.join(str(part) for part in mistake['loc'])}: {mistake['msg']}" if mistake["loc"] else mistake["msg"]
        for mistake in error.errors(include_url=False, include_context=False, include_input=False)
    ]
