"""The bank's night is worth asking about, whatever the seed."""

import os
import subprocess
import sys
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resync_bot.simulator.plan import AmbiguousNameError, Job, Plan, Run, Stream
from resync_bot.simulator.reasons import SubStatus
from resync_bot.simulator.settings import DEFAULT_SPEED, SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from resync_bot.simulator.specification import Cause
from resync_bot.simulator.states import FAILED, RerunType, RunState
from resync_bot.simulator.status import CommonStatus, StreamState, common_status, job_status, stream_state
from tests.simulator.nights import at, bank

SEEDS = st.integers(min_value=0, max_value=2**32)
NIGHT_HOURS = ["00:30", "02:00", "04:00", "06:00", "08:00"]


def failed_runs(plan: Plan) -> list[Run]:
    return [run for job in plan.jobs for run in job.runs if run.state in FAILED]


def snapshot(plan: Plan) -> list[tuple[object, ...]]:
    return [
        (
            run.id,
            run.state,
            run.started_at,
            run.ended_at,
            run.return_code,
            run.number,
            job.critical_start,
            job.estimated,
        )
        for job in plan.jobs
        for run in job.runs
    ]


def test_it_has_the_size_of_a_bank() -> None:
    plan = bank(1)
    assert len(plan.workstations) == 12
    assert 60 <= len(plan.streams) <= 90
    assert 580 <= len(plan.jobs) <= 680


def test_the_same_seed_gives_the_same_night_however_often_one_looks() -> None:
    assert snapshot(bank(3, "05:00")) == snapshot(bank(3, "05:00"))
    looked_at = SimulatorSettings(seed=3, speed=60, start=at("18:00"), port=0)
    seconds = 0.0
    simulator = Simulator(looked_at, monotonic=lambda: seconds)
    for seconds in range(0, 11 * 60, 7):  # noqa: B007 - the clock reads it
        assert simulator.plan.jobs
    seconds = 11 * 60
    assert simulator.now() == at("05:00")
    assert snapshot(simulator.plan) == snapshot(bank(3, "05:00"))


def test_another_process_gives_the_same_night() -> None:
    """Sets are ordered differently in every process: nothing may hang on that."""
    program = (
        "from hashlib import sha256; from tests.simulator.test_bank import bank, snapshot; "
        "print(sha256(repr([snapshot(bank(4, '05:00')), snapshot(bank(4, '02:00', days=1))]).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            cwd=Path(__file__).parents[2],
            check=True,
            capture_output=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1


def test_another_seed_gives_another_night_of_the_same_bank() -> None:
    one, other = bank(1), bank(2)
    assert [job.name for job in one.jobs] == [job.name for job in other.jobs]
    assert {run.job.name for run in failed_runs(one)} != {run.job.name for run in failed_runs(other)}


@given(seed=SEEDS, hour=st.sampled_from(NIGHT_HOURS))
@settings(max_examples=12, deadline=None)
def test_every_reason_to_wait_stands_all_night(seed: int, hour: str) -> None:
    plan, now = bank(seed, hour), at(hour)
    assert {job_status(job, now).substatus for job in plan.jobs} >= set(SubStatus)
    assert "FENCE" in {job_status(job, now).status for job in plan.jobs}


@given(seed=SEEDS)
@settings(max_examples=12, deadline=None)
def test_at_two_some_have_failed_some_run_and_most_went_well(seed: int) -> None:
    plan = bank(seed)
    count = Counter(common_status(job) for job in plan.jobs)
    assert 4 <= count[CommonStatus.ERROR] <= 17
    assert 10 <= len(failed_runs(plan)) <= 35
    assert 8 <= count[CommonStatus.RUNNING] <= 25
    assert 200 <= count[CommonStatus.SUCCESSFUL] <= 400
    assert count[CommonStatus.WAITING] >= 150


@given(seed=SEEDS)
@settings(max_examples=12, deadline=None)
def test_a_new_failure_comes_within_the_first_minute_at_the_default_speed(seed: int) -> None:
    seconds = 0.0
    simulator = Simulator(SimulatorSettings(seed=seed, start=at("02:00"), port=0), monotonic=lambda: seconds)
    before = {run.id for run in failed_runs(simulator.plan)}
    seconds = 60.0
    assert {run.id for run in failed_runs(simulator.plan)} - before
    assert simulator.clock.speed == DEFAULT_SPEED


@given(seed=SEEDS)
@settings(max_examples=6, deadline=None)
def test_failures_keep_coming_in_the_hours_after(seed: int) -> None:
    by_two = {run.id for run in failed_runs(bank(seed))}
    by_noon = {run.id for run in failed_runs(bank(seed, "12:00"))}
    assert len(by_noon - by_two) >= 8


@given(seed=SEEDS)
@settings(max_examples=8, deadline=None)
def test_payroll_is_stuck_behind_its_calculation(seed: int) -> None:
    plan = bank(seed)
    calc, post, close = (plan.job(f"PAYROLL_{word}") for word in ("CALC", "POST", "CLOSE"))
    assert (calc.state, calc.run.return_code, calc.run.cause) == (RunState.ABEND, 12, Cause.TABLESPACE_FULL)
    assert job_status(post, at("02:00")).substatus is SubStatus.HOLD_WAITING_FOR_PREDECESSOR
    assert [d.predecessor for d in post.predecessors] == [calc]
    assert close.spec.critical
    assert close.deadline == at("06:00")
    assert stream_state(plan.stream("PAYROLL"), at("02:00")) is StreamState.STUCK
    assert stream_state(bank(seed, "07:00").stream("PAYROLL"), at("07:00")) is StreamState.STUCK


def test_a_recovery_chain_that_did_not_help() -> None:
    runs = bank(5).job("RE_ACCOUNTS_JOB").runs
    assert [run.type for run in runs] == [RerunType.REGULAR, *[RerunType.RECOVERY, RerunType.RECOVERY_RERUN] * 3]
    assert {run.state for run in runs if run.type is RerunType.RECOVERY} == {RunState.SUCC}
    assert {run.state for run in runs if run.type is not RerunType.RECOVERY} == {RunState.ABEND}


def test_machines_of_every_temper() -> None:
    machines = bank(1).workstations
    assert [machine.name for machine in machines if not machine.linked] == ["FTA_LEGACY"]
    assert [machine.name for machine in machines if machine.limit == 0] == ["AGT_RPT01"]
    assert [machine.name for machine in machines if machine.fence > 0] == ["AGT_BRANCH01"]
    assert {machine.spec.kind for machine in machines} == {"MANAGER", "FTA", "AGENT", "POOL", "D-POOL"}


def test_some_names_are_in_several_streams_and_one_stream_comes_several_times() -> None:
    plan = bank(1)
    names = Counter(job.name for job in plan.jobs)
    assert names["HOUSEKEEPING"] > 3
    assert names["PAYROLL_POST"] == 1
    assert Counter(stream.name for stream in plan.streams)["ETL_INTRADAY"] > 5
    with pytest.raises(AmbiguousNameError):
        plan.job("HOUSEKEEPING")
    with pytest.raises(LookupError):
        plan.job("NO_SUCH_JOB")
    assert plan.job("HOUSEKEEPING", stream="PAYROLL_TAX").stream.name == "PAYROLL_TAX"


def test_names_keep_the_lengths_and_characters_of_the_product() -> None:
    plan = bank(1)
    for name, longest in chain(
        ((job.name, 40) for job in plan.jobs),
        ((stream.name, 16) for stream in plan.streams),
        ((machine.name, 16) for machine in plan.workstations),
        ((resource.spec.name, 8) for resource in plan.resources),
        ((prompt.spec.name, 8) for prompt in plan.prompts),
    ):
        assert len(name) <= longest
        assert name[0].isalpha()
        assert set(name) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    assert "LEDGER-FX_RATE-2-EUR_V02" in [job.name for job in plan.jobs]


def test_ids_are_opaque_and_unique() -> None:
    plan = bank(1)
    ids = [job.id for job in plan.jobs] + [stream.id for stream in plan.streams] + list(plan.runs_by_id)
    ids += [machine.id for machine in plan.workstations] + [resource.id for resource in plan.resources]
    ids += [prompt.id for prompt in plan.prompts]
    assert len(ids) == len(set(ids))
    assert all(len(identity) == 36 for identity in ids)
    assert all(len(stream.instance_id) == 16 and stream.instance_id.startswith("0A") for stream in plan.streams)


def test_critical_networks_reach_back_from_the_deadlines() -> None:
    plan = bank(1)
    close, calc = plan.job("PAYROLL_CLOSE"), plan.job("PAYROLL_CALC")
    assert close.deadline is not None
    assert close.critical_start == close.deadline - close.estimated
    assert calc.critical_start is not None
    assert calc.critical_start <= close.critical_start - calc.estimated
    assert plan.job("CRM_CAMPAIGN_MAIL").critical_start is None


def test_something_critical_is_at_risk_and_something_is_not() -> None:
    now = at("02:00")
    critical = [job for job in bank(1).jobs if job.spec.critical and not job.done]
    waiting_too_long = [job for job in critical if job.critical_start and job.critical_start < now]
    plan = bank(1, "06:31")
    assert len(critical) > len(waiting_too_long)
    assert not plan.job("RISK_PUBLISH_BOARD").done  # its deadline is 06:30
    assert not plan.job("PAYROLL_CLOSE").done  # its deadline is 06:00


@given(seed=SEEDS, minutes=st.integers(min_value=0, max_value=3 * 24 * 60))
@settings(max_examples=15, deadline=None)
def test_nothing_is_ever_overcommitted(seed: int, minutes: int) -> None:
    plan = _after(seed, minutes)
    for resource in plan.resources:
        assert 0 <= resource.in_use <= resource.quantity
        assert all(job.run.state in (RunState.INTRO, RunState.EXEC) for job in resource.holders)
    for machine in plan.workstations:
        assert len(machine.running) <= machine.limit
    for stream in plan.streams:
        active = sum(run.state in (RunState.INTRO, RunState.EXEC) for job in stream.jobs for run in job.runs)
        assert active == stream.running
        assert stream.spec.limit < 0 or active <= stream.spec.limit


def _after(seed: int, minutes: int) -> Plan:
    days, rest = divmod(minutes, 24 * 60)
    hour, minute = divmod(rest, 60)
    return bank(seed, f"{(18 + hour) % 24:02}:{minute:02}", days=days)


@given(seed=SEEDS)
@settings(max_examples=6, deadline=None)
def test_nothing_started_before_what_it_waits_for_had_ended(seed: int) -> None:
    for job in bank(seed, "08:00").jobs:
        for dependency in (*job.predecessors, *job.stream.predecessors):
            started = job.runs[0].started_at
            if started is None or dependency.conditions:
                continue
            before = dependency.predecessor
            jobs: list[Job] = before.jobs if isinstance(before, Stream) else [before]
            assert all(one.releases_successors for one in jobs)
            assert all(one.run.ended_at is None or one.run.ended_at <= started for one in jobs)


def test_the_night_goes_on_in_the_next_plan() -> None:
    first, second = bank(1), bank(1, "02:00", days=1)
    assert second.run_number == first.run_number + 1
    assert first.stream("LEDGER_EOD").id != second.stream("LEDGER_EOD").id
    assert first.job("PAYROLL_TAX_RECON").id != second.job("PAYROLL_TAX_RECON").id
    assert {machine.id for machine in first.workstations} == {machine.id for machine in second.workstations}
    assert failed_runs(second)
    assert any(common_status(job) is CommonStatus.RUNNING for job in second.jobs)


def test_what_is_unfinished_is_carried_forward_once() -> None:
    before, after, later = bank(1, "17:58"), bank(1, "18:30", days=1), bank(1, "18:30", days=2)
    old = before.stream("PAYROLL")
    carried = [stream for stream in after.streams if stream.carried_forward]
    assert old.id in {stream.id for stream in carried}
    assert "FINALPOSTREPORTS" in {stream.name for stream in carried}
    assert len([stream for stream in after.streams if stream.name == "PAYROLL"]) == 2
    assert old.id not in later.streams_by_id
    assert len(later.jobs) < len(before.jobs) * 1.5


def test_final_makes_the_next_plan() -> None:
    plan = bank(1, "18:10", days=1)
    final = next(stream for stream in plan.streams if stream.name == "FINAL" and stream.carried_forward)
    assert [job.state for job in final.jobs] == [RunState.SUCC] * 3
    assert [job.name for job in final.jobs] == ["STARTAPPSERVER", "MAKEPLAN", "SWITCHPLAN"]
