"""What a channel wants to know of a failure besides that there is one: what its log says, how often, what it blocks.

Best effort: what cannot be found out is left out, and the alert is told all the same.
"""

import re
from datetime import datetime
from typing import Final

import structlog

from resync_bot.alerts.model import AlertGroup, Findings, Impact, Trouble, TroubleKind
from resync_bot.errors import EngineError
from resync_bot.runtime.redis import STORE_ERRORS
from resync_bot.tws.diagnosis import what_it_blocks, why_failed
from resync_bot.tws.findings import Failure
from resync_bot.tws.findings import Impact as Held
from resync_bot.tws.graph import GraphView
from resync_bot.tws.history.statistics import Failures, failures
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.models import Job
from resync_bot.tws.queries import Tws

LINES: Final = 3  # of a job log that are told
LONGEST_LINE: Final = 300  # characters

_SAYS_NOTHING: Final = re.compile(r"\W*(?:error|erro|failed|failure)(?: at line \d+)?\W*", re.IGNORECASE)

log = structlog.get_logger(__name__)


async def findings_of(group: AlertGroup, tws: Tws, history: RunHistory | None, view: GraphView | None) -> Findings:
    """What is found out about the root of a group. Raises nothing but cancellation."""
    root = group.root
    if not root.subject.job or not root.object_id:
        return Findings()
    try:
        job = await tws.job(root.object_id)
    except EngineError as error:
        log.info("alert_not_explained", group=group.id, kind=error.kind, error=str(error))
        return Findings(log_problem=error.hint)
    impact = await _impact(group, tws, job, view, history)
    if root.kind is not TroubleKind.JOB_FAILED:
        return Findings(impact=impact)
    past = await _past(history, job, root)
    failure = await _failure(group, tws, job, view)
    lines = _telling(failure) if failure else ()
    meant = next((one for one in failure.messages if one.meaning), None) if failure else None
    first = failure.first_failure_upstream if failure else None
    return Findings(
        lines=lines,
        meaning_id=meant.id if meant else "",
        log_problem=(failure.log_problem or "") if failure else "",
        upstream=first.full_name if first else "",
        failures_this_week=past.last_week,
        episodes=past.episodes,
        healed=past.healed,
        healed_after_seconds=past.healed_after_seconds,
        impact=impact,
    )


async def impact_of(group: AlertGroup, tws: Tws, view: GraphView, history: RunHistory | None = None) -> Impact | None:
    """What the group's root holds up now; None if it is no job of the graph, or cannot be told now."""
    root = group.root
    node = view.graph.node(root.object_id) if root.subject.job and root.object_id else None
    return None if node is None else await _impact(group, tws, view.graph.job(node), view, history)


async def _impact(
    group: AlertGroup, tws: Tws, job: Job, view: GraphView | None, history: RunHistory | None
) -> Impact | None:
    try:
        return told(await what_it_blocks(tws, job, view, history))
    except EngineError as error:
        log.info("alert_impact_unknown", group=group.id, kind=error.kind, error=str(error))
        return None


def told(held: Held) -> Impact:
    """The impact in the words of alerting."""
    first = held.first_deadline
    return Impact(
        jobs=held.jobs,
        streams=held.streams_in_all,
        critical=tuple(job.name for job in held.critical),
        deadline_of=first.name if first else (held.first_deadline_stream or "").rpartition("/")[2],
        deadline=held.first_deadline_at,
        slack_seconds=held.first_deadline_slack_seconds,
    )


def _telling(failure: Failure) -> tuple[str, ...]:
    """The lines of the log that say most; one that says no more than "error" only for want of others."""
    found = [error.line for error in failure.errors] or [message.line for message in failure.messages]
    saying = [line for line in found if not _SAYS_NOTHING.fullmatch(line)]
    return tuple(line[:LONGEST_LINE] for line in (saying or found)[:LINES])


async def _failure(group: AlertGroup, tws: Tws, job: Job, view: GraphView | None) -> Failure | None:
    try:
        return await why_failed(tws, job, view)
    except EngineError as error:
        log.info("alert_not_explained", group=group.id, kind=error.kind, error=str(error))
        return None


async def _past(history: RunHistory | None, job: Job, root: Trouble) -> Failures:
    """The failures of the job before, and this one, which the history may not know yet."""
    if history is None:
        return Failures(last_week=1)
    try:
        runs = await history.runs(job.full_name)
    except STORE_ERRORS as error:
        log.info("alert_history_away", error=type(error).__name__)
        return Failures(last_week=1)
    found = failures(runs, now=root.since)
    is_recorded = any(not run.succeeded and _same(run.ended, root.since) for run in runs)
    return found if is_recorded else found.model_copy(update={"last_week": found.last_week + 1})


def _same(one: datetime, other: datetime) -> bool:
    return abs((one - other).total_seconds()) < 1
