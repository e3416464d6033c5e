"""What is counted about the agent."""

from enum import StrEnum
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram

from resync_bot.agent.chat import Usage

_TOOL_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_ANSWER_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)


class ToolOutcome(StrEnum):
    """How a model's wish for a tool ended."""

    OK = "ok"
    PROBLEM = "problem"  # the tool ran and could not answer
    ENGINE_ERROR = "engine_error"
    DEFECT = "defect"  # an error of the bot itself: see the log
    UNKNOWN_TOOL = "unknown_tool"
    WRONG_ARGUMENTS = "wrong_arguments"
    REPEATED = "repeated"  # the same call again: not made
    TOO_MANY = "too_many"  # more calls in one step than are made


class Ending(StrEnum):
    """Why a loop over model and tools came to its end."""

    ANSWERED = "answered"
    STEPS = "steps"  # the last step had no tools
    TOKENS = "tokens"
    COST = "cost"
    REPETITION = "repetition"  # nothing but calls that were made before
    SLOW = "slow"  # no more tools, so that there is time for words
    OUT_OF_TIME = "out_of_time"  # cut: the evidence so far was shown plainly


class Check(StrEnum):
    """What the evidence check found."""

    PASSED = "passed"
    REPLACED = "replaced"  # an unsupported name or figure: the plain evidence was shown instead
    NO_EVIDENCE = "no_evidence"  # the same, but there was no evidence: the interpreter was asked instead


class AgentMetrics:
    """The agent's counters in `registry`, which may hold them only once."""

    def __init__(self, registry: CollectorRegistry) -> None:
        # To find the child of a metric by its labels costs more than to count: those of every answer are remembered.
        self._steps = cache(Counter("resync_agent_steps", "Steps of models", ["model"], registry=registry).labels)
        self._tools = cache(
            Counter("resync_agent_tool_calls", "Tool calls by outcome", ["tool", "outcome"], registry=registry).labels
        )
        self._tool_seconds = cache(
            Histogram(
                "resync_agent_tool_seconds", "Duration of tools", ["tool"], buckets=_TOOL_BUCKETS, registry=registry
            ).labels
        )
        self._tokens = Counter("resync_agent_tokens", "Tokens", ["model", "direction"], registry=registry)
        self._cost = Counter("resync_agent_cost_dollars", "Cost where the price is known", ["model"], registry=registry)
        self._fallbacks = Counter(
            "resync_agent_fallbacks", "Models that gave no usable answer", ["model", "reason"], registry=registry
        )
        self._endings = cache(
            Counter("resync_agent_loops", "Loops by how they ended", ["ending"], registry=registry).labels
        )
        self._checks = Counter("resync_agent_evidence_checks", "Evidence checks", ["outcome"], registry=registry)
        self._answers = cache(
            Counter("resync_agent_answers", "Answers by who worded them", ["model"], registry=registry).labels
        )
        self._answer_seconds = Histogram(
            "resync_agent_answer_seconds", "From question to answer", buckets=_ANSWER_BUCKETS, registry=registry
        )

    def stepped(self, model: str, usage: Usage | None) -> None:
        """A model finished a step."""
        self._steps(model).inc()
        if usage is not None and (usage.input_tokens or usage.output_tokens):
            self._tokens.labels(model, "input").inc(usage.input_tokens)
            self._tokens.labels(model, "output").inc(usage.output_tokens)
            self._cost.labels(model).inc(usage.cost or 0.0)

    def called(self, tool: str, outcome: ToolOutcome, seconds: float | None = None) -> None:
        """A tool was called, or was not to be called."""
        self._tools(tool, outcome).inc()
        if seconds is not None:
            self._tool_seconds(tool).observe(seconds)

    def fell_back(self, model: str, reason: str) -> None:
        """`model` gave no usable answer."""
        self._fallbacks.labels(model, reason).inc()

    def ended(self, ending: Ending) -> None:
        """A loop came to its end."""
        self._endings(ending).inc()

    def checked(self, outcome: Check) -> None:
        """An answer was held against its evidence."""
        self._checks.labels(outcome).inc()

    def answered(self, model: str, seconds: float) -> None:
        """A question was answered."""
        self._answers(model).inc()
        self._answer_seconds.observe(seconds)
