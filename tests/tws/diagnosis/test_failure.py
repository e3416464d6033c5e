"""Why a job failed: return code, log, recovery, first failure upstream, as the simulator made it happen."""

from datetime import timedelta

import pytest

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.simulator.faults import Fault
from resync_bot.simulator.plan import Job as TrueJob
from resync_bot.simulator.server import RunningSimulator
from resync_bot.simulator.specification import Cause
from resync_bot.simulator.states import RerunType, RunState
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.diagnosis import why_failed
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.findings import LogErrorKind, NextStep
from resync_bot.tws.models import Job, Run, Status
from tests.tws.conftest import TWO_IN_THE_NIGHT, night, settings
from tests.tws.diagnosis.small_plan import NOW, SmallPlan, job

KIND_OF_CAUSE = {
    Cause.SCRIPT_ERROR: LogErrorKind.NOT_FOUND,
    Cause.TABLESPACE_FULL: LogErrorKind.DATABASE,
    Cause.CONSTRAINT: LogErrorKind.DATABASE,
    Cause.DEADLOCK: LogErrorKind.DATABASE,
    Cause.NULL_POINTER: LogErrorKind.JAVA,
    Cause.OUT_OF_MEMORY: LogErrorKind.MEMORY,
    Cause.TRACEBACK: LogErrorKind.PYTHON,
    Cause.BAD_RECORD: LogErrorKind.DATA,
    Cause.CONNECTION_REFUSED: LogErrorKind.NETWORK,
    Cause.TRANSFER_BROKEN: LogErrorKind.NETWORK,
    Cause.HOST_KEY: LogErrorKind.CREDENTIALS,
    Cause.DISK_FULL: LogErrorKind.DISK_FULL,
    Cause.LOGIN_DENIED: LogErrorKind.CREDENTIALS,
    Cause.PASSWORD_EXPIRED: LogErrorKind.CREDENTIALS,
    Cause.LEAKED_SECRETS: LogErrorKind.CREDENTIALS,
    Cause.PLANTED_INSTRUCTION: LogErrorKind.DATA,
    Cause.UNKNOWN_USER: LogErrorKind.AGENT,
    Cause.MISSING_SCRIPT: LogErrorKind.AGENT,
    Cause.FORK_FAILED: LogErrorKind.AGENT,
}


async def test_every_failure_of_two_nights_is_read_from_its_log() -> None:
    seen = set()
    for seed in (7, 11):
        start = TWO_IN_THE_NIGHT + timedelta(hours=5)
        async with night(start, seed) as server, connect_engine(settings(server.url, cache_seconds=60)) as tws:
            for true in [one for one in server.simulator.plan.jobs if one.failed]:
                cause = true.run.cause
                assert cause is not None
                failure = await why_failed(tws, await tws.job(true.id))
                assert failure.has_failed
                assert failure.could_not_start == cause.prevents_launch == (true.state is RunState.FAIL)
                assert failure.run is not None
                assert (failure.run.id, failure.run.return_code) == (true.run.id, true.run.return_code)
                assert failure.errors[0].kind is KIND_OF_CAUSE[cause], f"{true.key}: {cause}"
                assert failure.log is not None
                assert failure.log.lines[-1].startswith("===")
                seen.add(cause)
    assert len(seen) > 10


async def test_line_numbers_count_in_the_whole_log(tws: HwaEngine, server: RunningSimulator) -> None:
    true = server.simulator.plan.job("PAYROLL_CALC")
    failure = await why_failed(tws, await tws.job(true.id))
    whole = await tws.job_log(true.run.id, last_lines=10_000)
    for error in failure.errors:
        assert whole.lines[error.number - 1].strip() == error.line
    assert failure.log is not None
    assert failure.log.lines == whole.lines[failure.log.first_line - 1 :]
    assert failure.log.return_code == true.run.return_code == 12


def unlaunched(server: RunningSimulator) -> TrueJob | None:
    return next((one for one in server.simulator.plan.jobs if one.state is RunState.FAIL), None)


async def test_a_job_that_could_not_be_launched_is_explained_by_the_engines_messages() -> None:
    for seed in range(1, 30):
        async with night(TWO_IN_THE_NIGHT + timedelta(hours=5), seed) as server:
            true = unlaunched(server)
            if true is None:
                continue
            async with connect_engine(settings(server.url)) as tws:
                failure = await why_failed(tws, await tws.job(true.id))
            assert failure.could_not_start
            assert failure.messages[0].id == "AWSBHT001E"
            assert all(message.meaning for message in failure.messages)
            return
    pytest.fail("no night has a job that could not be launched")


async def test_a_recovery_chain_that_helped_nothing(tws: HwaEngine, server: RunningSimulator) -> None:
    true = server.simulator.plan.job("RE_ACCOUNTS_JOB")
    failure = await why_failed(tws, await tws.job(true.id))
    assert [run.kind for run in failure.followed_by] == [run.type.value for run in true.runs[1:]]
    assert RerunType.RECOVERY in {run.kind for run in failure.followed_by}
    assert failure.recovery is not None
    assert (failure.recovery.reruns, failure.recovery.reruns_in_all) == (3, 3)
    assert failure.recovery.next is NextStep.ALL_USED


async def test_secrets_of_a_log_are_nowhere_in_the_finding(tws: HwaEngine, server: RunningSimulator) -> None:
    true = server.simulator.plan.job("CARDS_PAN_EXPORT")
    assert true.run.cause is Cause.LEAKED_SECRETS
    shown = (await why_failed(tws, await tws.job(true.id))).model_dump_json()
    for secret in ("S3cr3t-Tiger-42", "eyJhbGciOiJIUzI1NiJ9", "sim_live_5f3b9c1e7a2d", "4111 1111", "55000055"):
        assert secret not in shown


async def test_what_did_not_fail_has_no_explanation(tws: HwaEngine, server: RunningSimulator) -> None:
    for state in (RunState.SUCC, RunState.EXEC, RunState.HOLD):
        true = next(one for one in server.simulator.plan.jobs if one.state is state and len(one.runs) == 1)
        failure = await why_failed(tws, await tws.job(true.id))
        assert (failure.has_failed, failure.log, failure.errors) == (False, None, ())


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(status=404), None),
        (Fault(status=403, body="{}"), EngineErrorKind.FORBIDDEN),
        (Fault(cut=0), EngineErrorKind.GARBLED),
    ],
)
async def test_a_log_that_cannot_be_read_is_said_so(
    server: RunningSimulator, fault: Fault, kind: EngineErrorKind | None
) -> None:
    true = server.simulator.plan.job("PAYROLL_CALC")
    async with connect_engine(settings(server.url)) as tws:
        server.faults.add(fault, path="/plan/job/run", times=None)
        failure = await why_failed(tws, await tws.job(true.id))
    assert failure.has_failed
    assert failure.log is None
    assert failure.log_problem is not None
    assert failure.log_problem.kind is kind


def run(name: str, internal: str, kind: str = "REGULAR") -> Run:
    status = {"ABEND": Status.ERROR, "SUCC": Status.SUCCESSFUL, "EXEC": Status.RUNNING, "HOLD": Status.WAITING}[
        internal
    ]
    return Run(id=name, status=status, internal_status=internal, kind=kind)


@pytest.mark.parametrize(
    ("runs", "status", "has_failed", "explained", "recovery", "is_running"),
    [
        (["ABEND"], Status.ERROR, True, "1", [], False),
        (["ABEND", "ABEND"], Status.ERROR, True, "2", ["2"], False),
        (["ABEND", "EXEC"], Status.RUNNING, True, "1", ["2"], True),
        (["ABEND", "HOLD"], Status.WAITING, True, "1", ["2"], True),
        (["ABEND", "SUCC"], Status.SUCCESSFUL, False, "2", [], False),
        (["SUCC", "ABEND"], Status.ERROR, True, "2", [], False),
        (["ABEND", "SUCC", "ABEND"], Status.ERROR, True, "3", [], False),
        (["ABEND"], Status.CANCELED, False, "1", [], False),
        (["ABEND"], Status.SUCCESSFUL, False, "1", [], False),  # confirmed by somebody
        ([], Status.WAITING, False, None, [], False),
    ],
)
async def test_which_run_is_explained_and_what_followed_it(
    runs: list[str], status: Status, has_failed: bool, explained: str | None, recovery: list[str], is_running: bool
) -> None:
    chain = tuple(run(str(number), internal) for number, internal in enumerate(runs, 1))
    one = job("A", status=status, internal="X", runs=chain)
    failure = await why_failed(SmallPlan([one]), one)
    assert failure.has_failed is has_failed
    assert (failure.run.id if failure.run else None) == explained
    assert [following.id for following in failure.followed_by] == recovery
    assert any(one.status in {Status.RUNNING, Status.WAITING} for one in failure.followed_by) is is_running


async def test_a_recovery_job_under_way_is_not_the_jobs_own_run() -> None:
    chain = (run("1", "ABEND"), run("2", "EXEC", "RECOVERY"))
    one = job("A", status=Status.ERROR, internal="ABEND", runs=chain)
    failure = await why_failed(SmallPlan([one]), one)
    assert failure.has_failed
    assert failure.run is not None
    assert failure.run.id == "1"
    assert failure.recovery is not None
    assert failure.recovery.next is NextStep.RECOVERY_JOB_RUNS


async def test_the_first_failure_upstream_is_the_earliest() -> None:
    def failed(name: str, *follows: str, hours_ago: int) -> Job:
        ended = NOW - timedelta(hours=hours_ago)
        return job(name, *follows, status=Status.ERROR, internal="ABEND", ended=ended, runs=(run("1", "ABEND"),))

    upstream = [failed("A", "B", hours_ago=0), failed("B", "C", hours_ago=1), failed("C", hours_ago=2)]
    plan = SmallPlan([*upstream, failed("ELSEWHERE", hours_ago=3)])
    failure = await why_failed(plan, job("A"))
    assert failure.first_failure_upstream is not None
    assert failure.first_failure_upstream.name == "C"


async def test_a_job_that_is_gone_is_an_error() -> None:
    with pytest.raises(EngineError) as caught:
        await why_failed(SmallPlan([]), job("A"))
    assert caught.value.kind is EngineErrorKind.NOT_FOUND
