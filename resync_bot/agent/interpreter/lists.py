"""How lists are answered: the place and the times of a question made certain, then one call."""

from collections.abc import Generator

from resync_bot.agent.arguments import (
    FindCriticalJobs,
    FindJobs,
    FindStreams,
    JobTarget,
    LookUp,
    PlanOverview,
    Span,
    WhatWillRun,
)
from resync_bot.agent.interpreter import replies
from resync_bot.agent.interpreter.intents import (
    Day,
    ListCriticalJobs,
    ListJobs,
    ListStreams,
    ListUpcoming,
    Places,
    Topic,
    Weekday,
)
from resync_bot.agent.interpreter.places import Unclear, find_place
from resync_bot.agent.interpreter.script import Reply, Script, Shown, ask, known_name, needed_name
from resync_bot.agent.interpreter.when import Times, ahead, interval, is_ahead
from resync_bot.agent.results import Ambiguous, ImpactResult, JobResult, Result, ToolResult
from resync_bot.agent.tools import Call
from resync_bot.conversation.language import Language
from resync_bot.tws.models import Status


def show(call: Call) -> Script:
    """One call, and its result shown."""
    results = yield (call,)
    return Reply.of(Shown(results[0], call.arguments))


def list_jobs(intent: ListJobs, language: Language) -> Script:
    """Jobs that match."""
    places = yield from _certain(intent.places, language)
    if isinstance(places, Unclear):
        return (yield from _no_place(places, waits=intent.statuses == (Status.WAITING,)))
    times: Times = (intent.when, None, None) if isinstance(intent.when, Span) else (None, None, None)
    if intent.when is not None and times[0] is None:
        overview = yield from ask("plan_overview", PlanOverview())
        if not isinstance(overview, Result):
            return Reply.of(Shown(overview))
        if isinstance(intent.when, Day | Weekday) and is_ahead(intent.when, overview.engine):
            return Reply((replies.TOPIC[Topic.FUTURE].in_(language),), (overview,))
        times = interval(intent.when, overview.engine)
    span, since, until = times
    arguments = FindJobs(
        name=known_name(intent.name),
        stream=known_name(places.stream),
        folder=known_name(places.folder),
        workstation=known_name(places.workstation),
        statuses=intent.statuses,
        internal_statuses=tuple(map(needed_name, intent.internal_statuses)),
        span=span,
        since=since,
        until=until,
        critical=intent.critical,
        late=intent.late,
        reasons=intent.reasons,
        return_code=intent.return_code,
        longer_than=intent.longer_than,
        order=intent.order,
        limit=intent.limit,
    )
    return (yield from show(Call("find_jobs", arguments)))


def _no_place(unclear: Unclear, *, waits: bool) -> Script:
    """What is said of a place that is none: how the job is that has this name, if there is one, or who waits for it."""
    if unclear.unknown is None:
        return Reply(unclear.parts)
    name = needed_name(unclear.unknown)
    if waits:
        behind = yield from ask("what_it_blocks", JobTarget(name=name))
        if isinstance(behind, ImpactResult | Ambiguous):
            return Reply.of(Shown(behind, JobTarget(name=name)))
    seen = yield from ask("look_up", LookUp(name=name))
    return Reply.of(Shown(seen)) if isinstance(seen, JobResult | Ambiguous) else Reply(unclear.parts)


def list_streams(intent: ListStreams, language: Language) -> Script:
    """Job streams that match."""
    places = yield from _certain(intent.places, language)
    if isinstance(places, Unclear):
        return Reply(places.parts)
    arguments = FindStreams(
        name=known_name(intent.name or places.stream),
        folder=known_name(places.folder),
        workstation=known_name(places.workstation),
        statuses=intent.statuses,
        internal_statuses=tuple(map(needed_name, intent.internal_statuses)),
        late=intent.late,
        limit=intent.limit,
    )
    return (yield from show(Call("find_streams", arguments)))


def upcoming(intent: ListUpcoming, language: Language) -> Script:
    """What is planned to start."""
    places = yield from _certain(intent.places, language)
    if isinstance(places, Unclear):
        return Reply(places.parts)
    overview = yield from ask("plan_overview", PlanOverview())
    if not isinstance(overview, Result):
        return Reply.of(Shown(overview))
    since, until = ahead(intent.when, overview.engine)
    arguments = WhatWillRun(
        since=since,
        until=until,
        folder=known_name(places.folder),
        workstation=known_name(places.workstation),
    )
    return (yield from show(Call("what_will_run", arguments)))


def critical_jobs(intent: ListCriticalJobs) -> Script:
    """Critical jobs, most at risk first."""
    return (yield from show(Call("critical_jobs", FindCriticalJobs(only_at_risk=intent.only_at_risk))))


def _certain(
    places: Places, language: Language
) -> Generator[tuple[Call, ...], tuple[ToolResult, ...], Places | Unclear]:
    if places.unknown is None:
        return places
    return (yield from find_place(places.unknown, language))
