"""How questions about one job or stream are answered when it is not said which one."""

from typing import assert_never

from resync_bot.agent.arguments import FindJobs, PlanOverview
from resync_bot.agent.interpreter import replies
from resync_bot.agent.interpreter.intents import (
    Kind,
    ListCriticalJobs,
    ListJobs,
    ListStreams,
    MeetsDeadline,
    ShowImpact,
    ShowStatus,
    Target,
    TargetIntent,
    Why,
    WhyFailed,
    WhyWaiting,
)
from resync_bot.agent.interpreter.lists import critical_jobs, list_jobs, list_streams, show
from resync_bot.agent.interpreter.one_target import answer_about
from resync_bot.agent.interpreter.script import Reply, Script, ask, side_by_side
from resync_bot.agent.interpreter.thread import Thread, target_of
from resync_bot.agent.rendering.asking_back import CHOICES, ask_which
from resync_bot.agent.results import (
    CriticalJobsResult,
    FailureResult,
    JobsResult,
    Result,
    StreamsResult,
    ToolResult,
    WaitingResult,
)
from resync_bot.agent.tools import Call
from resync_bot.conversation.language import Language
from resync_bot.tws.models import Job, JobStream, Status
from resync_bot.tws.queries import JobOrder

# So many failed jobs are explained one after the other; of more the person is asked which one is meant.
MOST_EXPLAINED = 3


def about_target(intent: TargetIntent, thread: Thread, language: Language) -> Script:
    """The reply to a question about one object: the one it names, else the one the conversation is about."""
    target = intent.target or _in_focus(intent, thread)
    if target is not None:
        answered = yield from answer_about(intent, target, language)
        return Reply(answered.parts, answered.results)
    if isinstance(thread.last, ListJobs | ListStreams | ListCriticalJobs) and thread.options:
        return (yield from _of_list(intent, thread.last, language))
    if isinstance(intent, ShowStatus):
        return (yield from show(Call("plan_overview", PlanOverview())))  # "status?" with nothing said before
    return (yield from _needs_target(language))


def _in_focus(intent: TargetIntent, thread: Thread) -> Target | None:
    """What the last answer was about; for a further "why?" what stood behind that."""
    if isinstance(intent, Why | WhyFailed | WhyWaiting):
        for result in reversed(thread.results):
            behind = _behind(result)
            if behind is not None:
                return target_of(behind)
    if isinstance(intent, MeetsDeadline | ShowStatus | ShowImpact):
        whole = _stream_asked_about(thread)
        if whole is not None:
            return whole
    return target_of(thread.focus) if thread.focus is not None else None


def _stream_asked_about(thread: Thread) -> Target | None:
    """The stream that was named, where the last answer spoke of one of its jobs."""
    asked = thread.last.target if isinstance(thread.last, Why | WhyFailed | WhyWaiting) else None
    job = thread.focus
    if asked is None or not isinstance(job, Job):
        return None
    name = asked.name.upper()
    if name == job.name.upper() or name != job.stream.upper():
        return None
    return Target(job.stream, Kind.STREAM, folder=job.folder, scheduled=job.scheduled)


def _behind(result: ToolResult) -> Job | None:
    """The job whose state explains the one that was just explained."""
    match result:
        case WaitingResult(waiting=waiting):
            return next((root.predecessor for root in waiting.roots if root.predecessor is not None), None)
        case FailureResult(failure=failure):
            return failure.first_failure_upstream
        case CriticalJobsResult(jobs=(critical,)):
            return critical.obstacle
        case _:
            return None


def _of_list(intent: TargetIntent, last: ListJobs | ListStreams | ListCriticalJobs, language: Language) -> Script:
    """About the list that was just shown, looked up again: each of a few, else the question which one."""
    match last:
        case ListJobs():
            listed = yield from list_jobs(last, language)
        case ListStreams():
            listed = yield from list_streams(last, language)
        case ListCriticalJobs():
            listed = yield from critical_jobs(last)
        case _:
            assert_never(last)
    result = listed.results[-1] if listed.results else None
    options = _options(result)
    if result is None or not options or not isinstance(result, Result):
        return listed
    if len(options) == 1 or (len(options) <= MOST_EXPLAINED and isinstance(intent, Why | WhyFailed | WhyWaiting)):
        answers = yield from side_by_side([answer_about(intent, target_of(option), language) for option in options])
        return Reply(
            tuple(part for answered in answers for part in answered.parts),
            tuple(result for answered in answers for result in answered.results),
        )
    total = result.total if isinstance(result, JobsResult | StreamsResult) else len(options)
    question = ask_which(options[:CHOICES], total=total, name="", engine=result.engine, language=language)
    return Reply((question,), (result,))


def _options(result: ToolResult | None) -> tuple[Job | JobStream, ...]:
    match result:
        case JobsResult(jobs=jobs):
            return jobs
        case StreamsResult(streams=streams):
            return streams
        case CriticalJobsResult(jobs=jobs):
            return tuple(critical.job for critical in jobs)
        case _:
            return ()


def _needs_target(language: Language) -> Script:
    failed = yield from ask("find_jobs", FindJobs(statuses=(Status.ERROR,), order=JobOrder.ENDED_LAST, limit=3))
    jobs = failed.jobs if isinstance(failed, JobsResult) else ()
    return Reply((replies.NEEDS_TARGET.in_(language), replies.examples(jobs, language)))
