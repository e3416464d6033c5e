"""What a shift has to know: filled from what alerting knows, on a schedule and on request."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog

from resync_bot.alerts.digest import Deadline, Digest
from resync_bot.alerts.engine_time import by_engine_clock
from resync_bot.alerts.model import Acknowledgement, AlertGroup, Silence
from resync_bot.errors import EngineError
from resync_bot.tws.diagnosis import critical_jobs
from resync_bot.tws.findings import CriticalJob, Risk
from resync_bot.tws.graph import GraphView
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.queries import Tws

SHIFT: Final = timedelta(hours=8)  # how far back the first digest of a place looks
LONGEST: Final = timedelta(hours=24)  # and any digest at most
SHORTEST: Final = timedelta(hours=1)  # and one that was asked for at least
AHEAD: Final = timedelta(hours=8)  # how far deadlines and the ends of silences are looked at
_AT_RISK: Final = frozenset({Risk.HIGH, Risk.POTENTIAL})

log = structlog.get_logger(__name__)


def since_of(last: datetime | None, *, now: datetime) -> datetime:
    """When the shift began whose digest is told now: after the last one, if that is not too long ago."""
    return now - SHIFT if last is None else max(last, now - LONGEST)


def since_on_request(last: datetime | None, *, now: datetime) -> datetime:
    """The same for somebody who asks: a digest that was told just now does not shorten the shift that they mean."""
    return since_of(None if last is not None and now - last < SHORTEST else last, now=now)


def digest_of(  # noqa: PLR0913 - one argument for each part
    groups: Iterable[AlertGroup],
    acknowledgements: Mapping[str, Acknowledgement],
    silences: Iterable[Silence],
    *,
    engine: str,
    now: datetime,
    since: datetime,
    deadlines: tuple[Deadline, ...] | None = (),
    ahead: timedelta = timedelta(),
) -> Digest:
    """The digest of one engine's `groups`; `acknowledgements` are newer than what the groups say.

    Times are ours; those of the digest are by the engine's clock, which is `ahead` of ours. `deadlines` are those at
    risk, None if that is not known. Pure.
    """
    of_engine = [group for group in groups if group.engine == engine]
    until = now + AHEAD
    return Digest(
        engine=engine,
        since=by_engine_clock(since, ahead),
        now=by_engine_clock(now, ahead),
        until=by_engine_clock(until, ahead),
        open=tuple(
            group.model_copy(update={"acknowledged": acknowledgements.get(group.id)})
            for group in of_engine
            if group.is_open
        ),
        resolved=tuple(
            sorted(
                (group for group in of_engine if group.resolved is not None and group.resolved > since),
                key=lambda group: str(group.resolved),
                reverse=True,
            )
        ),
        silences=tuple(
            silence.model_copy(update={"until": by_engine_clock(silence.until, ahead)})
            for silence in silences
            if now < silence.until <= until and silence.pattern.engine in {None, engine}
        ),
        deadlines=deadlines,
    )


async def deadlines_at_risk(
    tws: Tws, view: GraphView | None, history: RunHistory | None = None
) -> tuple[Deadline, ...] | None:
    """The critical jobs that are due in the next hours and may end too late; None if the engine does not tell."""
    try:
        now = (await tws.engine()).now
        jobs = await critical_jobs(tws, view, history)
    except EngineError as error:
        log.info("digest_deadlines_unknown", kind=error.kind, error=str(error))
        return None
    return at_risk_soon(jobs, now)


def at_risk_soon(jobs: Iterable[CriticalJob], now: datetime) -> tuple[Deadline, ...]:
    """Of the critical jobs, those that are due in the next hours, by the engine's clock, and may end too late."""
    return tuple(
        Deadline(job=one.job.name, deadline=one.job.deadline, slack_seconds=one.slack_seconds)
        for one in jobs
        if one.job.deadline is not None and now < one.job.deadline <= now + AHEAD and one.risk in _AT_RISK
    )
