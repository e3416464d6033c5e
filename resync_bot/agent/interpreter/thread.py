"""What a conversation is about so far: the last intent, the object in focus, the objects to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from resync_bot.agent.interpreter.intents import (
    Greeting,
    Help,
    Intent,
    Kind,
    ListJobs,
    ListStreams,
    NotUnderstood,
    NotYet,
    Target,
    TargetIntent,
    Thanks,
)
from resync_bot.agent.rendering.asking_back import choices
from resync_bot.agent.results import (
    Ambiguous,
    CriticalJobsResult,
    FailureResult,
    ImpactResult,
    JobLogResult,
    JobResult,
    JobsResult,
    LongRunsResult,
    NoMatch,
    RunComparisonResult,
    RunHistoryResult,
    StreamResult,
    StreamsResult,
    ToolResult,
    UnknownEngine,
    WaitingResult,
)
from resync_bot.tws.models import Job, JobStream


@dataclass(frozen=True, slots=True)
class Thread:
    """Empty at the start of a conversation."""

    last: Intent | None = None
    listed: ListJobs | ListStreams | None = None  # the last list, which "and yesterday?" changes
    focus: Job | JobStream | None = None
    options: tuple[Job | JobStream, ...] = ()
    similar: tuple[str, ...] = ()
    asked_back: bool = False  # the last answer was the question which of the options is meant
    results: tuple[ToolResult, ...] = ()  # of the last answer
    engine: str | None = None  # the one that the conversation is about, where one was named

    def on(self, engine: str | None) -> "Thread":
        """The thread as it goes on about `engine`; about the same as before if none was named or found."""
        is_unknown = any(isinstance(result, UnknownEngine) for result in self.results)
        return self if engine is None or is_unknown else replace(self, engine=engine)

    def after(self, intent: Intent, results: Sequence[ToolResult]) -> "Thread":
        """The thread after an answer to `intent` that rests on `results`."""
        if isinstance(intent, Greeting | Thanks | Help | NotUnderstood | NotYet):
            return self  # a "thanks" in between does not end the subject
        thread = replace(self, last=intent, options=(), similar=(), asked_back=False, results=tuple(results))
        if isinstance(intent, ListJobs | ListStreams):
            thread = replace(thread, listed=intent)
        for result in results:
            thread = thread._seen(result)
        last = results[-1] if results else None
        listed = isinstance(last, JobsResult | StreamsResult | CriticalJobsResult)
        about_one = isinstance(intent, TargetIntent) and intent.target is None
        asked_back = isinstance(last, Ambiguous | NoMatch) or (about_one and listed)
        return replace(thread, asked_back=asked_back)

    def _seen(self, result: ToolResult) -> "Thread":  # noqa: C901, PLR0911, PLR0912 - one line per kind
        match result:
            case JobResult(job=job) | JobLogResult(job=job):
                return replace(self, focus=job, options=())
            case FailureResult(failure=found):
                return replace(self, focus=found.job, options=())
            case WaitingResult(waiting=found):
                return replace(self, focus=found.job, options=())
            case ImpactResult(impact=found):
                return replace(self, focus=found.job, options=tuple(found.next_jobs))
            case RunHistoryResult(job=job):
                return replace(self, focus=job, options=())
            case RunComparisonResult(comparison=found):
                return replace(self, focus=found.job, options=())
            case LongRunsResult(running=running):
                return self._listed(tuple(one.job for one in running))
            case StreamResult(stream=stream):
                return replace(self, focus=stream, options=result.jobs_in_trouble)
            case JobsResult(jobs=jobs):
                return self._listed(jobs)
            case StreamsResult(streams=streams):
                return self._listed(streams)
            case CriticalJobsResult(jobs=jobs):
                return self._listed(tuple(critical.job for critical in jobs))
            case Ambiguous():
                return replace(self, focus=None, options=tuple(choices(result.jobs, result.streams)))
            case NoMatch():
                return replace(self, focus=None, options=(), similar=result.similar)
            case _:
                return self

    def _listed(self, options: Sequence[Job | JobStream]) -> "Thread":
        return replace(self, focus=options[0] if len(options) == 1 else None, options=tuple(options))


def target_of(option: Job | JobStream) -> Target:
    """The target that names exactly this object."""
    return Target(
        name=option.name,
        kind=Kind.JOB if isinstance(option, Job) else Kind.STREAM,
        stream=option.stream or None if isinstance(option, Job) else None,
        folder=option.folder,
        workstation=option.workstation or None,
        scheduled=option.scheduled,
    )
