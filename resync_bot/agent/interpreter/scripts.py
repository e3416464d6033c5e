"""How each intent is answered: which tools are called, and what is said of their results."""

from collections.abc import Sequence
from typing import assert_never

from resync_bot.agent.arguments import (
    CompareDays,
    FindJobs,
    FindLongRuns,
    FindPrompts,
    FindResources,
    FindWorkstations,
    LookUp,
    Message,
    PlanOverview,
    SelectJobs,
    SelectStreams,
)
from resync_bot.agent.interpreter import replies
from resync_bot.agent.interpreter.comparing import compare
from resync_bot.agent.interpreter.intents import (
    ChangeRequest,
    CompareJobs,
    CompareWithDay,
    ExplainMessage,
    Greeting,
    Help,
    Intent,
    ListCriticalJobs,
    ListJobs,
    ListLongRuns,
    ListPrompts,
    ListResources,
    ListStreams,
    ListUpcoming,
    ListWorkstations,
    MeetsDeadline,
    NotUnderstood,
    NotYet,
    Overview,
    SelectJobsBy,
    SelectStreamsBy,
    ShowChanges,
    ShowDependencies,
    ShowElsewhere,
    ShowHistory,
    ShowImpact,
    ShowLog,
    ShowStatus,
    Thanks,
    Topic,
    Why,
    WhyFailed,
    WhyWaiting,
)
from resync_bot.agent.interpreter.lists import critical_jobs, list_jobs, list_streams, show, upcoming
from resync_bot.agent.interpreter.script import Reply, Script, Shown, ask, known_name, needed_name
from resync_bot.agent.interpreter.target_scripts import about_target
from resync_bot.agent.interpreter.thread import Thread
from resync_bot.agent.results import Ambiguous, JobResult, JobsResult, NoMatch, StreamResult, ToolResult
from resync_bot.agent.tools import Call
from resync_bot.conversation.language import Language
from resync_bot.tws.models import Job, Status
from resync_bot.tws.queries import JobOrder

_LONGEST_SELECTION = 400
# Failed jobs of now, whose names make the examples of help and of "I did not understand" work.
_FAILED_NOW = FindJobs(statuses=(Status.ERROR,), order=JobOrder.ENDED_LAST, limit=3)


def script_of(intent: Intent, thread: Thread, language: Language) -> Script:  # noqa: PLR0911, PLR0912, C901 - one line per intent
    """The script that answers `intent`."""
    match intent:
        case Overview():
            return _overview(intent, language)
        case ListJobs():
            return list_jobs(intent, language)
        case ListStreams():
            return list_streams(intent, language)
        case ListCriticalJobs():
            return critical_jobs(intent)
        case ListWorkstations():
            return show(
                Call(
                    "find_workstations",
                    FindWorkstations(
                        name=known_name(intent.name),
                        only_in_trouble=intent.only_in_trouble,
                        domain=known_name(intent.domain),
                        in_detail=intent.in_detail,
                    ),
                )
            )
        case SelectJobsBy(selection=selection):
            return show(Call("select_jobs", SelectJobs(selection=selection[:_LONGEST_SELECTION])))
        case SelectStreamsBy(selection=selection):
            return show(Call("select_streams", SelectStreams(selection=selection[:_LONGEST_SELECTION])))
        case ListUpcoming():
            return upcoming(intent, language)
        case ListLongRuns(days_back=days, limit=limit):
            return show(Call("long_runs", FindLongRuns(days_back=days, limit=limit)))
        case CompareWithDay(days_back=days):
            return show(Call("compare_days", CompareDays(days_back=days)))
        case ListPrompts(only_open=only_open, statuses=statuses, name=name):
            prompts = FindPrompts(only_open=only_open, statuses=statuses, name=known_name(name))
            return show(Call("find_prompts", prompts))
        case CompareJobs(targets=targets):
            return compare(targets, language)
        case ExplainMessage(message_id=message_id):
            return show(Call("explain_message", Message(message_id=message_id)))
        case ListResources(name=name, only_in_use=in_use):
            return show(Call("find_resources", FindResources(name=known_name(name), only_in_use=in_use)))
        case ChangeRequest():
            return _change(intent, language)
        case Help():
            return _help(language)
        case NotUnderstood(words=words, about=about):
            return _not_understood(words, language) if about is None else _not_of(about, words, language)
        case NotYet(topic=topic):
            return _not_yet(topic, language)
        case Greeting():
            return _say(replies.GREETING.in_(language))
        case Thanks():
            return _say(replies.THANKS.in_(language))
        case (
            ShowStatus()
            | ShowDependencies()
            | WhyFailed()
            | WhyWaiting()
            | Why()
            | ShowLog()
            | ShowImpact()
            | MeetsDeadline()
            | ShowHistory()
            | ShowChanges()
            | ShowElsewhere()
        ):
            return about_target(intent, thread, language)
        case _:
            assert_never(intent)


def _say(text: str) -> Script:
    yield from ()
    return Reply((text,))


def _overview(intent: Overview, language: Language) -> Script:
    overview = yield from ask("plan_overview", PlanOverview())
    if intent.when is None:
        return Reply.of(Shown(overview))
    failed = yield from list_jobs(
        ListJobs(statuses=(Status.ERROR,), when=intent.when, order=JobOrder.ENDED_LAST), language
    )
    return Reply((Shown(overview), *failed.parts), (overview, *failed.results))


def _change(intent: ChangeRequest, language: Language) -> Script:
    refused = replies.CHANGE.in_(language)
    target = intent.target
    if target is None:
        return Reply((refused,))
    name = f"{target.stream}.{target.name}" if target.stream else target.name
    seen = yield from ask("look_up", LookUp(name=needed_name(name)))
    if isinstance(seen, Ambiguous):
        return Reply((refused,), (seen,))
    return Reply((refused, replies.CHANGE_SEE.in_(language), Shown(seen)), (seen,))


def _help(language: Language) -> Script:
    failed = yield from ask("find_jobs", _FAILED_NOW)
    return Reply((replies.help_text(_jobs(failed), language),))


def _not_understood(words: Sequence[str], language: Language) -> Script:
    failed = yield from ask("find_jobs", _FAILED_NOW)
    return Reply((replies.not_understood(words, _jobs(failed), language),))


def _not_of(name: str, words: Sequence[str], language: Language) -> Script:
    """What was not understood is about something: what can be asked of that, if it is known."""
    seen = yield from ask("look_up", LookUp(name=needed_name(name)))
    if isinstance(seen, JobResult | StreamResult):
        own = seen.job.name if isinstance(seen, JobResult) else seen.stream.name
        return Reply((replies.not_understood_of(own, words, language),))
    if isinstance(seen, NoMatch) and seen.similar:
        return Reply((replies.what_was_not(words, language), Shown(seen)))
    return (yield from _not_understood((*words, name), language))


def _not_yet(topic: Topic, language: Language) -> Script:
    failed = yield from ask("find_jobs", _FAILED_NOW)
    return Reply((replies.TOPIC[topic].in_(language), replies.examples(_jobs(failed), language)))


def _jobs(result: ToolResult) -> tuple[Job, ...]:
    return result.jobs if isinstance(result, JobsResult) else ()
