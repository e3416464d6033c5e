"""How a recovery stands: how many automatic reruns of how many, and what is next."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from resync_bot.simulator.plan import Job as TrueJob
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.states import RerunType, RunState
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.diagnosis import why_failed, why_waiting
from resync_bot.tws.diagnosis.recovery import recovery_of
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.findings import CauseKind, NextStep
from resync_bot.tws.models import Run, Status
from resync_bot.tws.queries import JobQuery
from tests.tws.conftest import settings
from tests.tws.diagnosis.small_plan import NOW, job

EVENING = datetime(2026, 11, 22, 18, 20, tzinfo=ZoneInfo("America/Sao_Paulo"))
STATUS = {
    "ABEND": Status.ERROR,
    "FAIL": Status.ERROR,
    "SUCC": Status.SUCCESSFUL,
    "EXEC": Status.RUNNING,
    "READY": Status.READY,
}


def runs(chain: str) -> tuple[Run, ...]:
    """`ABEND recovery:SUCC again:EXEC`, each ended at NOW if it has."""
    kinds = {"recovery": "RECOVERY", "again": "RECOVERY_RERUN", "operator": "RERUN", "every": "RERUN_EVERY"}
    found = []
    for word in chain.split():
        kind, _, state = word.rpartition(":")
        ended = NOW if STATUS[state] in {Status.ERROR, Status.SUCCESSFUL} else None
        run = Run(status=STATUS[state], internal_status=state, kind=kinds.get(kind, "REGULAR"), ended=ended)
        found.append(run)
    return tuple(found)


@pytest.mark.parametrize(
    ("chain", "option", "step", "made", "number"),
    [
        ("ABEND", "RERUN", NextStep.RERUN_COMES, 0, 1),
        ("ABEND again:READY", "RERUN", NextStep.RERUN_RUNS, 1, 1),
        ("ABEND again:EXEC", "RERUN", NextStep.RERUN_RUNS, 1, 1),
        ("ABEND again:ABEND", "RERUN", NextStep.RERUN_COMES, 1, 2),
        ("ABEND again:ABEND again:FAIL", "RERUN", NextStep.RERUN_COMES, 2, 3),
        ("ABEND again:ABEND again:ABEND again:ABEND", "RERUN", NextStep.ALL_USED, 3, None),
        ("ABEND again:ABEND again:ABEND again:ABEND operator:ABEND", "RERUN", NextStep.RERUN_COMES, 0, 1),
        ("SUCC every:ABEND", "RERUN", NextStep.RERUN_COMES, 0, 1),
        ("ABEND", "STOP", NextStep.NOTHING, 0, None),
        ("FAIL", "CONTINUE", NextStep.GOES_ON, 0, None),
        ("ABEND", "CONTINUE_PROMPT", NextStep.PROMPT_FIRST, 0, None),
        ("ABEND", "RERUN_PROMPT", NextStep.PROMPT_FIRST, 0, None),
        ("ABEND recovery:EXEC", "RERUN", NextStep.RECOVERY_JOB_RUNS, 0, 1),
        ("ABEND recovery:SUCC", "RERUN", NextStep.RERUN_COMES, 0, 1),
    ],
)
def test_what_is_next(chain: str, option: str, step: NextStep, made: int, number: int | None) -> None:
    one = job("A", status=Status.ERROR, runs=runs(chain), recovery_option=option, recovery_reruns=3)
    found = recovery_of(one)
    assert found is not None
    assert (found.next, found.reruns, found.reruns_in_all, found.rerun) == (step, made, 3, number)


@pytest.mark.parametrize(
    ("chain", "status"),
    [
        ("", Status.WAITING),
        ("EXEC", Status.RUNNING),
        ("SUCC", Status.SUCCESSFUL),
        ("ABEND again:SUCC", Status.SUCCESSFUL),
        ("ABEND", Status.CANCELED),
        ("ABEND operator:EXEC", Status.RUNNING),
    ],
)
def test_what_did_not_fail_has_nothing_to_recover(chain: str, status: Status) -> None:
    assert recovery_of(job("A", status=status, runs=runs(chain), recovery_option="RERUN")) is None


def test_an_engine_that_tells_neither_number_nor_time_is_not_asked_to() -> None:
    found = recovery_of(job("A", status=Status.ERROR, runs=runs("ABEND"), recovery_option="RERUN"))
    assert found is not None
    assert (found.reruns_in_all, found.rerun, found.next_at) == (None, 1, None)
    again = recovery_of(job("A", status=Status.ERROR, runs=runs("ABEND again:ABEND"), recovery_option="RERUN"))
    assert again is not None
    assert again.next is NextStep.ALL_USED
    assert recovery_of(job("A", status=Status.ERROR, runs=runs("ABEND"))) is None


def test_the_recovery_job_comes_first_and_not_before_its_time() -> None:
    one = job(
        "A",
        status=Status.ERROR,
        runs=runs("ABEND again:ABEND"),
        recovery_option="RERUN",
        recovery_reruns=3,
        recovery_job="REPAIR",
        recovery_interval_seconds=240,
    )
    found = recovery_of(one)
    assert found is not None
    assert (found.next, found.job, found.next_at) == (
        NextStep.RECOVERY_JOB_COMES,
        "REPAIR",
        NOW + timedelta(minutes=4),
    )


# --- beside the simulated engine's own truth ---


@pytest.fixture(params=["V2", "V1"])
async def evening(request: pytest.FixtureRequest) -> AsyncIterator[tuple[RunningSimulator, HwaEngine]]:
    """The beginning of the night, by either dialect."""
    start = SimulatorSettings(seed=7, speed=0, start=EVENING, port=0)
    async with (
        running_simulator(start, only_v1=request.param == "V1") as server,
        connect_engine(settings(server.url)) as tws,
    ):
        yield server, tws


def expected(true: TrueJob) -> NextStep:
    last, made = true.runs[-1], sum(run.type is RerunType.RECOVERY_RERUN for run in true.runs)
    is_open = last.state not in {RunState.ABEND, RunState.SUCC}
    match last.type:
        case RerunType.RECOVERY:
            return NextStep.RECOVERY_JOB_RUNS if is_open else NextStep.RERUN_COMES
        case RerunType.RECOVERY_RERUN if is_open:
            return NextStep.RERUN_RUNS
        case _:
            return NextStep.ALL_USED if made == true.spec.recovery.reruns else NextStep.RECOVERY_JOB_COMES


async def test_a_chain_is_told_at_every_minute_of_it(evening: tuple[RunningSimulator, HwaEngine]) -> None:
    server, tws = evening
    true = server.simulator.plan.job("RE_ACCOUNTS_JOB")
    told: dict[NextStep, set[int | None]] = {}
    while not told.get(NextStep.ALL_USED):
        server.simulator.jump(timedelta(seconds=20))
        server.simulator.moment()
        if len(true.runs) == 1 and true.state is not RunState.ABEND:
            continue
        failure = await why_failed(tws, await tws.job(await named(tws, "RE_ACCOUNTS_JOB")))
        assert failure.recovery is not None
        assert failure.recovery.next is expected(true)
        assert failure.recovery.reruns == sum(run.type is RerunType.RECOVERY_RERUN for run in true.runs)
        assert failure.recovery.reruns_in_all == 3
        if failure.recovery.next_at is not None:
            assert failure.recovery.next_at > server.simulator.now()
        told.setdefault(failure.recovery.next, set()).add(failure.recovery.rerun)
    assert told[NextStep.RERUN_RUNS] == told[NextStep.RECOVERY_JOB_COMES] == {1, 2, 3}


async def test_who_waits_for_it_is_told_that_the_engine_tries_again(
    evening: tuple[RunningSimulator, HwaEngine],
) -> None:
    server, tws = evening
    true = server.simulator.plan.job("RE_ACCOUNTS_JOB")
    while true.state is not RunState.ABEND:
        server.simulator.jump(timedelta(seconds=20))
        server.simulator.moment()
    waiting = await why_waiting(tws, await tws.job(await named(tws, "LEDGER_MIRROR_CHECK")))
    (root,) = waiting.roots
    assert root.kind is CauseKind.PREDECESSOR_FAILED
    assert root.recovery is not None
    assert root.recovery.is_active
    assert (root.recovery.rerun, root.recovery.reruns_in_all) == (1, 3)


async def named(tws: HwaEngine, name: str) -> str:
    return (await tws.jobs(JobQuery(name=name), limit=1)).items[0].id
