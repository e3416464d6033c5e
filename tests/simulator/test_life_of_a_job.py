"""What a job goes through, each time in a night in which nothing else happens."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from resync_bot.simulator.reasons import SubStatus
from resync_bot.simulator.specification import (
    Cause,
    Condition,
    Follows,
    LateStartAction,
    Need,
    PromptSpec,
    Recovery,
    RecoveryOption,
    ResourceSpec,
    Script,
)
from resync_bot.simulator.states import PromptState, RunState
from resync_bot.simulator.status import CommonStatus, StreamState, stream_state
from tests.simulator.nights import WORKSTATION, SmallNight, at, job, stream

FAILS = Script((Cause.SCRIPT_ERROR,), stretch=1.0)


def test_it_waits_for_its_time_then_is_launched_runs_and_succeeds() -> None:
    night = SmallNight(stream(job("A")))
    night.at("19:59")
    assert night.status("A").substatus is SubStatus.HOLD_WAITING_FOR_TIME
    assert night.status("A").common is CommonStatus.WAITING

    night.engine.advance(at("20:00"))
    assert night.job("A").state is RunState.INTRO

    night.at("20:01")
    assert night.job("A").state is RunState.EXEC
    assert night.status("A").common is CommonStatus.RUNNING

    night.at("20:30")
    run = night.job("A").run
    assert (run.state, run.return_code) == (RunState.SUCC, 0)
    assert run.started_at is not None
    assert run.ended_at is not None
    assert run.ended_at - run.started_at == night.job("A").estimated
    assert night.status("A").substatus is SubStatus.SUCC_COMPLETED


def test_it_waits_for_its_predecessor() -> None:
    night = SmallNight(stream(job("A"), job("B", follows=(Follows("A"),))))
    night.at("20:01")
    assert night.status("B").substatus is SubStatus.HOLD_WAITING_FOR_PREDECESSOR
    night.at("20:15")
    assert night.job("A").state is RunState.SUCC
    assert night.job("B").state is RunState.EXEC


def test_what_follows_a_failed_job_stays_and_its_stream_is_stuck() -> None:
    night = SmallNight(stream(job("A", script=FAILS), job("B", follows=(Follows("A"),)), job("C")))
    plan = night.at("23:00")
    assert night.job("A").state is RunState.ABEND
    assert night.job("A").run.return_code != 0
    assert night.job("B").state is RunState.HOLD
    assert night.job("C").state is RunState.SUCC
    assert stream_state(plan.stream("STREAM"), night.engine.now) is StreamState.STUCK


def test_a_stream_in_which_the_last_job_failed_has_abended() -> None:
    night = SmallNight(stream(job("A"), job("B", script=FAILS)))
    assert stream_state(night.at("23:00").stream("STREAM"), night.engine.now) is StreamState.ABEND


def test_a_job_that_cannot_be_launched_fails_without_having_started() -> None:
    night = SmallNight(stream(job("A", script=Script((Cause.UNKNOWN_USER,)))))
    night.at("23:00")
    run = night.job("A").run
    assert (run.state, run.started_at, run.return_code) == (RunState.FAIL, None, None)
    assert night.status("A").common is CommonStatus.ERROR


def test_a_whole_stream_waits_for_another() -> None:
    night = SmallNight(stream(job("A")), stream(job("B"), name="LATER", at="20:05", follows=(Follows("STREAM.@"),)))
    plan = night.at("20:06")
    assert night.status("B").substatus is SubStatus.HOLD_WAITING_FOR_PREDECESSOR
    assert stream_state(plan.stream("LATER"), night.engine.now) is StreamState.HOLD
    night.at("20:14")
    assert night.job("B").state is RunState.EXEC


def test_a_job_waits_for_a_job_of_another_stream() -> None:
    night = SmallNight(stream(job("A")), stream(job("B", follows=(Follows("STREAM.A"),)), name="OTHER", at="20:00"))
    night.at("20:05")
    assert night.job("B").state is RunState.HOLD
    night.at("20:14")
    assert night.job("B").state is RunState.EXEC


@pytest.mark.parametrize(
    ("ends", "condition", "expected", "substatus"),
    [
        ("well", Condition.SUCC, RunState.SUCC, SubStatus.SUCC_COMPLETED),
        ("well", Condition.ABEND, RunState.SUPPR, SubStatus.SUPPR_UNSATISFIED_DEPENDENCY),
        ("badly", Condition.ABEND, RunState.SUCC, SubStatus.SUCC_COMPLETED),
        ("badly", Condition.SUCC, RunState.HOLD, SubStatus.HOLD_UNEXPECTED_PREDECESSOR_CONDITION),
    ],
)
def test_conditional_dependency(ends: str, condition: Condition, expected: RunState, substatus: SubStatus) -> None:
    first = job("A", script=FAILS if ends == "badly" else Script())
    night = SmallNight(stream(first, job("B", follows=(Follows("A", frozenset({condition})),))))
    night.at("23:00")
    assert night.job("B").state is expected
    assert night.status("B").substatus is substatus


def test_its_prompt_is_asked_when_only_that_is_left_and_answered_in_time() -> None:
    asks = job("B", follows=(Follows("A"),), prompt=PromptSpec("GO", "Go?", answered_at="21:00"))
    night = SmallNight(stream(job("A"), asks))
    assert night.at("20:05").prompt("GO").state is PromptState.NOT_ASKED
    assert night.at("20:30").prompt("GO").state is PromptState.ASKED
    assert night.status("B").substatus is SubStatus.HOLD_WAITING_FOR_PROMPT
    assert night.at("21:01").prompt("GO").state is PromptState.ANSWERED_YES
    assert night.job("B").state is RunState.EXEC


def test_it_waits_for_a_file() -> None:
    night = SmallNight(stream(job("A", file="/data/in.dat", file_arrives="20:30")))
    night.at("20:20")
    assert night.status("A").substatus is SubStatus.HOLD_WAITING_FOR_FILE
    night.at("20:31")
    assert night.job("A").state is RunState.EXEC


def test_it_waits_for_units_of_a_resource_which_are_given_back() -> None:
    disk = ResourceSpec(name="DISK", workstation="WS", units=2, description="")
    night = SmallNight(
        stream(
            job("A", needs=(Need("DISK", 2),), priority=20),
            job("B", needs=(Need("DISK", 1),), priority=10),
        ),
        resources=(disk,),
    )
    plan = night.at("20:05")
    assert {holder.name: units for holder, units in plan.resource("DISK").holders.items()} == {"A": 2}
    assert night.status("B").substatus is SubStatus.READY_WAITING_FOR_RESOURCES
    night.at("20:14")
    assert {holder.name: units for holder, units in plan.resource("DISK").holders.items()} == {"B": 1}
    night.at("23:00")
    assert plan.resource("DISK").available == 2


def test_the_limit_of_the_workstation_lets_the_higher_priority_go_first() -> None:
    night = SmallNight(
        stream(job("LOW", priority=5), job("HIGH", priority=50)), workstation=replace(WORKSTATION, limit=1)
    )
    night.at("20:05")
    assert night.job("HIGH").state is RunState.EXEC
    assert night.status("LOW").substatus is SubStatus.READY_WAITING_FOR_LIMIT
    night.at("20:15")
    assert night.job("LOW").state is RunState.EXEC


def test_the_limit_of_the_stream_counts_too() -> None:
    night = SmallNight(stream(job("A"), job("B"), limit=1))
    night.at("20:05")
    assert [night.job("A").state, night.job("B").state] == [RunState.EXEC, RunState.READY]
    assert night.status("B").substatus is SubStatus.READY_WAITING_FOR_LIMIT


def test_a_priority_not_above_the_fence_is_fenced() -> None:
    night = SmallNight(stream(job("A", priority=30), job("B", priority=31)), workstation=replace(WORKSTATION, fence=30))
    night.at("20:05")
    assert (night.status("A").status, night.status("A").substatus) == ("FENCE", None)
    assert night.job("B").state is RunState.EXEC


@pytest.mark.parametrize(
    ("changes", "workstation", "substatus", "common"),
    [
        ({"priority": 0}, {}, SubStatus.HOLD_PRIORITY_ZERO, CommonStatus.HELD),
        ({"needs_input": True}, {}, SubStatus.HOLD_WAITING_FOR_INPUT, CommonStatus.WAITING),
        ({"interactive": True}, {}, SubStatus.READY_WAITING_FOR_USER_INTERVENTION, CommonStatus.READY),
        ({"waits_for_broker": True}, {}, SubStatus.READY_SUBMITTED, CommonStatus.READY),
        ({}, {"linked": False}, SubStatus.READY_WAITING_FOR_AGENT, CommonStatus.READY),
        ({}, {"limit": 0}, SubStatus.READY_WAITING_FOR_LIMIT, CommonStatus.READY),
        ({}, {"ignored": True}, SubStatus.SUPPR_WORKSTATION_IGNORED, CommonStatus.SUPPRESS),
        ({"no_operation": True}, {}, SubStatus.SUCC_DO_NOT_RUN, CommonStatus.SUCCESSFUL),
    ],
)
def test_what_keeps_it_from_running(
    changes: dict[str, object], workstation: dict[str, object], substatus: SubStatus, common: CommonStatus
) -> None:
    place = replace(WORKSTATION, **workstation)  # type: ignore[arg-type]  # the words of the table
    night = SmallNight(stream(job("A", **changes)), workstation=place)
    night.at("23:00")
    assert night.status("A").substatus is substatus
    assert night.status("A").common is common
    assert night.job("A").run.started_at is None


@pytest.mark.parametrize(
    ("action", "state", "canceled", "substatus"),
    [
        (LateStartAction.DO_NOT_RUN, RunState.READY, False, SubStatus.READY_SUPPRESSED),
        (LateStartAction.CANCEL, RunState.HOLD, True, None),
        (LateStartAction.CONTINUE, RunState.SUCC, False, SubStatus.SUCC_COMPLETED),
    ],
)
def test_its_latest_start_passes(
    action: LateStartAction, state: RunState, canceled: bool, substatus: SubStatus | None
) -> None:
    night = SmallNight(stream(job("A", at="20:30", until="20:10", until_action=action)))
    night.at("23:00")
    assert night.job("A").state is state
    assert night.job("A").canceled is canceled
    assert night.status("A").substatus is substatus


def test_a_canceled_job_releases_those_who_wait_for_it() -> None:
    night = SmallNight(stream(job("A", at="23:00", canceled_at="20:30"), job("B", follows=(Follows("A"),))))
    night.at("20:31")
    assert night.status("A").common is CommonStatus.CANCELED
    assert night.job("B").state is RunState.EXEC


def test_a_recovery_job_runs_before_each_rerun_and_the_last_may_succeed() -> None:
    recovery = Recovery(RecoveryOption.RERUN, job="REPAIR", reruns=3, minutes=30)
    failing = Script((Cause.DEADLOCK, Cause.DEADLOCK), stretch=1.0)
    night = SmallNight(stream(job("A", recovery=recovery, script=failing), job("B", follows=(Follows("A"),))))
    plan = night.at("20:20")
    assert night.story("A") == ["REGULAR ABEND"]
    assert stream_state(plan.stream("STREAM"), night.engine.now) is StreamState.EXEC
    night.at("23:30")
    assert night.story("A") == [
        "REGULAR ABEND",
        "RECOVERY SUCC",
        "RECOVERY_RERUN ABEND",
        "RECOVERY SUCC",
        "RECOVERY_RERUN SUCC",
    ]
    assert [run.name for run in night.job("A").runs] == ["A", "REPAIR", "A", "REPAIR", "A"]
    assert night.job("B").state is RunState.SUCC


def test_a_recovery_that_does_not_help_ends_after_its_reruns() -> None:
    recovery = Recovery(RecoveryOption.RERUN, reruns=2, minutes=1)
    night = SmallNight(stream(job("A", recovery=recovery, script=Script((Cause.DEADLOCK,) * 9, stretch=1.0))))
    night.at("23:00")
    assert night.story("A") == ["REGULAR ABEND", "RECOVERY_RERUN ABEND", "RECOVERY_RERUN ABEND"]
    assert night.job("A").done


def test_recovery_option_continue_lets_the_successors_go() -> None:
    first = job("A", recovery=Recovery(RecoveryOption.CONTINUE), script=FAILS)
    night = SmallNight(stream(first, job("B", follows=(Follows("A"),))))
    night.at("23:00")
    assert [night.job("A").state, night.job("B").state] == [RunState.ABEND, RunState.SUCC]


def test_an_operator_reruns_a_failed_job() -> None:
    night = SmallNight(stream(job("A", script=Script((Cause.DISK_FULL,), operator_after=30, stretch=1.0))))
    night.at("20:25")
    assert night.story("A") == ["REGULAR ABEND"]
    night.at("23:00")
    assert night.story("A") == ["REGULAR ABEND", "RERUN SUCC"]
    assert night.job("A").run.attempt == 2


def test_an_every_job_comes_again_until_its_latest_start() -> None:
    night = SmallNight(stream(job("A", every=30, until="21:45")))
    night.at("23:00")
    starts = [run.started_at for run in night.job("A").runs]
    assert night.story("A") == ["REGULAR SUCC"] + ["RERUN_EVERY SUCC"] * 3
    assert all(start is not None for start in starts)
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts) if earlier and later]
    assert all(timedelta(minutes=29) < gap < timedelta(minutes=31) for gap in gaps)


def test_a_job_that_requires_confirmation_stays_pending() -> None:
    night = SmallNight(stream(job("A", requires_confirmation=True), job("B", follows=(Follows("A"),))))
    night.at("23:00")
    assert night.job("A").state is RunState.PEND
    assert night.job("B").state is RunState.HOLD


def test_a_job_with_a_return_code_mapping_may_succeed_with_another_code_than_0() -> None:
    specs = [job(f"A{number}", success_codes="RC<5") for number in range(12)]
    night = SmallNight(stream(*specs))
    codes = {night.at("23:00").job(spec.name).run.return_code for spec in specs}
    assert codes == {0, 4}
    assert all(night.job(spec.name).state is RunState.SUCC for spec in specs)


def test_a_job_that_runs_over_the_end_of_the_plan_ends_as_it_was_going_to() -> None:
    late = job("A", minutes=30.0, script=Script((Cause.DISK_FULL,), stretch=1.0))
    night = SmallNight(stream(late, at="17:58"))
    assert night.at("17:59").job("A").state is RunState.EXEC
    run = night.job("A").run
    plan = night.at("18:40", days=1)
    assert run.state is RunState.ABEND
    assert plan.runs_by_id[run.id] is run
    assert run.job.stream.carried_forward


def test_what_is_unfinished_goes_over_once_and_is_then_gone() -> None:
    night = SmallNight(stream(job("A", needs_input=True)))
    old = night.at("17:59").job("A")
    plan = night.at("18:01", days=1)
    assert [one.id == old.id for one in plan.jobs_named("A")] == [True, False]
    assert old.stream.carried_forward

    plan = night.at("18:01", days=2)
    assert old.id not in plan.jobs_by_id
    assert not old.stream.in_plan


def test_what_has_succeeded_is_left_behind_with_the_dependencies_on_it() -> None:
    night = SmallNight(
        stream(job("A")),
        stream(job("B", follows=(Follows("STREAM.A"),), needs_input=True), name="LATER", at="20:05"),
    )
    first, waiting = night.at("17:59").job("A"), night.job("B")
    assert [d.predecessor for d in waiting.predecessors] == [first]
    plan = night.at("18:01", days=1)
    assert first.id not in plan.jobs_by_id
    assert plan.jobs_by_id[waiting.id] is waiting
    assert waiting.predecessors == []


def test_a_job_that_waits_goes_on_waiting_in_the_next_plan_and_runs_there() -> None:
    night = SmallNight(stream(job("A", minutes=1500.0), job("B", follows=(Follows("A"),))))
    waiting = night.at("17:59").job("B")
    assert night.story("B") == ["REGULAR HOLD"]
    plan = night.at("06:00", days=1)
    assert plan.jobs_by_id[waiting.id] is waiting
    assert [run.state for run in waiting.runs] == [RunState.SUCC]


def test_workstations_are_restarted_one_after_the_other_by_a_plan_switch() -> None:
    others = tuple(replace(WORKSTATION, name=f"WS{number}") for number in range(8))
    night = SmallNight(stream(job("A", at="18:00")), workstation=WORKSTATION, more_workstations=others)
    machines = night.at("17:59").workstations
    number = machines[0].run_number
    night.engine.advance(at("18:00", days=1))
    assert not any(machine.started for machine in machines)
    assert {machine.run_number for machine in machines} == {number + 1}
    night.engine.advance(at("18:03", days=1))
    assert all(machine.started for machine in machines)
    assert len({machine.started_at for machine in machines}) > 3


def test_a_plan_can_be_switched_before_its_time() -> None:
    night = SmallNight(stream(job("A")), stream(job("B", minutes=120.0, script=FAILS), name="LONG"))
    night.at("20:30")
    done, running = night.job("A"), night.job("B")
    number = night.engine.plan.run_number

    night.engine.switch()
    plan = night.at("23:00")
    assert plan.run_number == number + 1
    assert [one.stream.run_number for one in plan.jobs_named("A")] == [number + 1]
    assert done.id not in plan.jobs_by_id
    assert plan.jobs_by_id[running.id] is running
    assert running.state is RunState.ABEND  # as it was going to

    assert night.at("19:00", days=1) is plan  # what was planned early is not planned again
    assert night.at("18:30", days=2).run_number == number + 2


def test_how_a_stream_stands_is_found_out_again_after_each_change() -> None:
    recovery = Recovery(RecoveryOption.RERUN, job="REPAIR", reruns=2, minutes=30)
    failing = Script((Cause.DEADLOCK, Cause.DEADLOCK), stretch=1.0)
    night = SmallNight(
        stream(job("A", recovery=recovery, script=failing), job("B", follows=(Follows("A"),)), job("C", at="22:00")),
        stream(job("D"), name="LATER", at="20:05", follows=(Follows("STREAM.@"),)),
    )
    states = []
    for minute in range(0, 300, 3):
        plan = night.engine.plan
        night.engine.advance(at("19:57") + timedelta(minutes=minute))
        seen = [stream_state(one, night.engine.now) for one in plan.streams]
        for one in plan.streams:
            one.standing = None
        assert seen == [stream_state(one, night.engine.now) for one in plan.streams]
        states.append(tuple(seen))
    assert len(set(states)) >= 4
