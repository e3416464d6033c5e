"""What a shift has to know."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from resync_bot.alerts.model import (
    Acknowledgement,
    AlertGroup,
    Member,
    Membership,
    Pattern,
    Silence,
    Subject,
    Trouble,
    TroubleKind,
)
from resync_bot.alerts.shift import AHEAD, LONGEST, SHIFT, deadlines_at_risk, digest_of, since_of, since_on_request
from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.simulator.fault_models import Forbidden
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from resync_bot.tws.connecting import connect_engine
from tests.agent.conftest import TWO_IN_THE_NIGHT

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
SINCE = NOW - timedelta(hours=8)


def group(group_id: str, *, resolved: datetime | None = None, engine: str = "PROD") -> AlertGroup:
    trouble = Trouble(
        kind=TroubleKind.JOB_FAILED, subject=Subject(engine=engine, stream="S", job=f"JOB_{group_id}"), since=SINCE
    )
    members = (Member(trouble=trouble, why=Membership.ROOT),)
    return AlertGroup(id=group_id, engine=engine, members=members, opened=SINCE, changed=SINCE, resolved=resolved)


def silence(hours: float, *, engine: str | None = None) -> Silence:
    return Silence(
        id=f"{hours}",
        pattern=Pattern(name="A", engine=engine),
        until=NOW + timedelta(hours=hours),
        by="Ana",
        at=SINCE,
        place="slack/T/C/",
    )


def test_open_resolved_and_looked_after() -> None:
    mine = Acknowledgement(at=NOW, by="Ana", person="slack/U1")
    over = group("3", resolved=NOW - timedelta(hours=1))
    earlier = group("4", resolved=SINCE)
    groups = [group("1"), group("2"), over, earlier, group("5", engine="TEST")]

    digest = digest_of(groups, {"2": mine}, (), engine="PROD", now=NOW, since=SINCE)

    assert [(one.id, one.acknowledged) for one in digest.open] == [("1", None), ("2", mine)]
    assert [one.id for one in digest.resolved] == ["3"]


def test_silences_that_end_within_the_shift() -> None:
    silences = [silence(-1), silence(1), silence(2, engine="PROD"), silence(3, engine="TEST"), silence(24)]

    digest = digest_of((), {}, silences, engine="PROD", now=NOW, since=SINCE)

    assert [one.id for one in digest.silences] == ["1", "2"]
    assert digest.until == NOW + AHEAD


@pytest.mark.parametrize(
    ("last", "since"),
    [(None, SHIFT), (timedelta(hours=12), timedelta(hours=12)), (timedelta(days=3), LONGEST)],
)
def test_the_shift_that_ends(last: timedelta | None, since: timedelta) -> None:
    assert since_of(NOW - last if last else None, now=NOW) == NOW - since


def test_a_digest_that_was_told_just_now_does_not_shorten_the_shift_of_who_asks() -> None:
    assert since_on_request(NOW - timedelta(minutes=1), now=NOW) == NOW - SHIFT
    assert since_on_request(NOW - timedelta(hours=3), now=NOW) == NOW - timedelta(hours=3)
    assert since_on_request(None, now=NOW) == NOW - SHIFT


def test_times_are_by_the_clock_of_an_engine_that_lives_in_another_time() -> None:
    ahead = timedelta(days=-1, hours=3, seconds=-2)

    digest = digest_of((), {}, [silence(1)], engine="PROD", now=NOW, since=SINCE, ahead=ahead)

    assert digest.now == NOW + timedelta(days=-1, hours=3)
    assert digest.silences[0].until == NOW + timedelta(days=-1, hours=4)


@pytest.fixture
async def server() -> AsyncIterator[RunningSimulator]:
    night = Simulator(SimulatorSettings(seed=7, speed=0, start=TWO_IN_THE_NIGHT, port=0))
    async with running_simulator(simulator=night) as running:
        yield running


async def test_deadlines_at_risk_are_the_engines(server: RunningSimulator) -> None:
    settings = TwsSettings(host=server.url, user="demo", password="demo", cache_seconds=0.0, start_of_day="18:00")
    async with connect_engine(settings) as tws:
        found = await deadlines_at_risk(tws, None)
        server.faults.add(Forbidden(kind="forbidden").effect(), path="/plan", times=None)
        unknown = await deadlines_at_risk(tws, None)

    assert found
    assert all(TWO_IN_THE_NIGHT < one.deadline <= TWO_IN_THE_NIGHT + AHEAD for one in found)
    assert "PAYROLL_CLOSE" in {one.job for one in found}
    assert unknown is None
