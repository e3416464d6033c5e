"""The diagnoses with the graph of the plan: the simulated night's own truth, however far away, in few calls."""

from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from resync_bot.simulator import reasons as truth
from resync_bot.simulator.states import RunState
from resync_bot.tws.diagnosis import critical_jobs, forecast, what_it_blocks, why_failed, why_waiting
from resync_bot.tws.findings import Cause, CauseKind, DoubtKind, Forecast, Risk, Verdict
from resync_bot.tws.graph import GraphKeeper, GraphMetrics, GraphView
from resync_bot.tws.models import Dependency, Job, JobStream, Prompt, Reason, Status
from resync_bot.tws.queries import JobQuery
from tests.tws.diagnosis.small_plan import NOW, SmallPlan, job
from tests.tws.diagnosis.test_impact import truly_held_up_by
from tests.tws.diagnosis.test_waiting import LIMITS, kind
from tests.tws.graph.night import night

ENDS_THERE = frozenset({CauseKind.PREDECESSOR_FAILED, CauseKind.PREDECESSOR_RUNNING})


def where(cause: Cause) -> str:
    """The job where somebody can act, or that has to end."""
    if cause.kind in ENDS_THERE and cause.predecessor:
        return cause.predecessor.id
    return cause.job.id


async def test_every_waiting_job_of_the_night_is_explained_down_to_roots_that_are_ones() -> None:
    async with night() as it:
        view = await it.view()
        plan, now = it.server.simulator.moment()
        waiting = [one for one in plan.jobs if one.state in {RunState.HOLD, RunState.READY} and not one.canceled]
        for true in waiting[::4]:
            expected = [kind(reason) for reason in truth.reasons(true, now)]
            found = await why_waiting(it.tws, await it.tws.job(true.id), view)
            own = {cause.kind for cause in found.causes if cause.depth == 0}
            assert own <= set(expected), f"{true.key}: too many"
            assert set(expected) - own <= LIMITS, f"{true.key}: too few"
            assert found.roots, true.key
            for root in found.roots:
                at = plan.jobs_by_id[where(root)]
                others = [type(one) for one in truth.reasons(at, now)]
                assert at.failed or at.state is RunState.EXEC or set(others) != {truth.WaitsForPredecessor}, (
                    f"{true.key}: {at.key} is no root"
                )


async def test_the_graph_and_the_engine_lead_to_the_same_root() -> None:
    async with night() as it:
        view = await it.view()
        for name in ("PAYROLL_POST", "PAY_SEND_OWN", "PAYROLL_CLOSE", "REG_SEND_BALANCE", "RISK_PUBLISH_BOARD"):
            asked = await it.tws.job(it.server.simulator.plan.job(name).id)
            walked, found = await why_waiting(it.tws, asked), await why_waiting(it.tws, asked, view)
            assert (found.roots[0].kind, where(found.roots[0])) == (walked.roots[0].kind, where(walked.roots[0])), name


async def test_what_every_open_job_holds_up_is_counted_exactly() -> None:
    async with night() as it:
        view = await it.view()
        jobs = it.server.simulator.plan.jobs
        for true in [one for one in jobs if one.failed or not one.done][::5]:
            expected = truly_held_up_by(true)
            impact = await what_it_blocks(it.tws, await it.tws.job(true.id), view)
            due = sorted(one.deadline for one in jobs if one.id in expected and one.deadline)
            assert impact.jobs == len(expected), true.key
            assert impact.critical_in_all == sum(one.spec.critical for one in jobs if one.id in expected)
            assert (impact.first_deadline and impact.first_deadline.deadline) == (due[0] if due else None)


async def test_few_calls_are_enough_for_each() -> None:
    async with night() as it:
        view = await it.view()
        asked = await it.tws.job(it.server.simulator.plan.job("PAYROLL_CLOSE").id)

        async def calls(work: object) -> int:
            before = len(it.server.faults.requests)
            await work  # type: ignore[misc]  # an awaitable of any result
            return len(it.server.faults.requests) - before

        assert await calls(why_waiting(it.tws, asked, view)) <= 6
        assert await calls(what_it_blocks(it.tws, asked, view)) <= 2
        assert await calls(forecast(it.tws, asked, view)) <= 5
        assert await calls(critical_jobs(it.tws, view)) <= 4


async def test_critical_jobs_are_judged_as_without_the_graph() -> None:
    async with night() as it:
        by_graph = await critical_jobs(it.tws, await it.view())
        by_engine = await critical_jobs(it.tws)
        assert [(one.job.id, one.risk, one.estimated_end) for one in by_graph] == [
            (one.job.id, one.risk, one.estimated_end) for one in by_engine
        ]
        assert {one.risk for one in by_graph} >= {Risk.HIGH, Risk.ON_TRACK}


async def test_the_first_failure_upstream_is_found_through_streams() -> None:
    async with night() as it:
        failed = it.server.simulator.plan.job("PAYROLL_CALC")
        behind = await it.tws.job(it.server.simulator.plan.job("PAY_SEND_OWN").id)
        failure = await why_failed(it.tws, await it.tws.job(failed.id), await it.view())
        assert failure.first_failure_upstream is None
        assert (await why_waiting(it.tws, behind, await it.view())).roots[0].predecessor is not None


async def test_the_same_job_elsewhere_is_told() -> None:
    plan = SmallPlan(
        [
            job("A", status=Status.ERROR, internal="ABEND", runs=()),
            job("B", status=Status.SUCCESSFUL).model_copy(update={"name": "A"}),
            job("C", status=Status.ERROR, internal="ABEND").model_copy(update={"name": "A"}),
        ]
    )
    failure = await why_failed(plan, (await plan.jobs(JobQuery())).items[0])
    assert not failure.has_failed  # it has no runs: nothing is asked


# --- plans of our own ---


async def view_of(plan: SmallPlan) -> GraphView:
    view = await GraphKeeper(plan, name="T", metrics=GraphMetrics(CollectorRegistry())).graph()
    assert view is not None
    return view


async def test_a_long_chain_is_followed_to_its_end() -> None:
    jobs = [job(str(number), str(number + 1)) for number in range(500)]
    plan = SmallPlan([*jobs, job("500", status=Status.ERROR, internal="ABEND")])
    found = await why_waiting(plan, job("0"), await view_of(plan))
    assert found.is_complete
    assert found.jobs_before == 500
    assert [(one.kind, where(one)) for one in found.roots] == [(CauseKind.PREDECESSOR_FAILED, "500")]
    assert found.roots[0].depth == 499


async def test_of_very_many_roots_the_most_urgent_are_told_and_all_are_counted() -> None:
    names = [f"R{number}" for number in range(60)]
    roots = [job(one, status=Status.RUNNING, internal="EXEC") for one in names]
    plan = SmallPlan([job("A", "X", *names), *roots, job("X", status=Status.ERROR, internal="ABEND")])
    found = await why_waiting(plan, job("A"), await view_of(plan))
    assert where(found.roots[0]) == "X"
    assert found.roots_in_all == 61
    assert len(found.roots) == 8
    assert len(found.causes) == 30


async def test_those_who_wait_for_each_other_are_found_out() -> None:
    plan = SmallPlan([job("A", "B"), job("B", "C"), job("C", "B")])
    found = await why_waiting(plan, job("A"), await view_of(plan))
    assert len(found.roots) == 1


async def test_a_prompt_on_a_stream_before_is_told_with_its_text() -> None:
    asks = Dependency(kind="PROMPT", on="GO", target_id="p", satisfied=False)
    follows = Dependency(kind="EXTERNAL_JOBSTREAM", on="WS#/F/T", target_id="T", satisfied=False)
    prompt = Prompt(id="p", name="GO", number=12, text="Go on?", status="ASKED", asked=NOW)
    plan = SmallPlan(
        [job("A", dependencies=(follows,)), job("X", stream="T", stream_id="T", reason=Reason.HOLD_WAITING_FOR_PROMPT)],
        [JobStream(id="T", name="T", status=Status.WAITING, internal_status="HOLD", dependencies=(asks,))],
        prompts=[prompt],
    )
    view = await view_of(plan)
    found = await why_waiting(plan, job("A"), view)
    assert [(one.kind, one.prompt) for one in found.roots] == [(CauseKind.PROMPT, prompt)]
    ahead = await forecast(plan, job("A"), view)
    assert ahead.expected_end is None
    assert [(one.kind, one.prompt) for one in ahead.conditions] == [(CauseKind.PROMPT, prompt)]


async def test_a_prompt_that_was_answered_since_is_no_condition_any_more() -> None:
    def plan(*, answered: bool) -> SmallPlan:
        asks = Dependency(kind="PROMPT", on="GO", target_id="p", satisfied=answered)
        return SmallPlan([job("A", "B"), job("B", dependencies=(asks,))])

    view = await view_of(plan(answered=False))
    found = await forecast(plan(answered=True), job("A"), view)
    assert (found.conditions, found.not_before) == ((), None)
    assert found.expected_end == NOW + timedelta(minutes=2)


def in_minutes(name: str, *follows: str, **more: Any) -> Job:
    return job(name, *follows, estimated_seconds=600, **more)


@pytest.mark.parametrize("with_graph", [True, False])
@pytest.mark.parametrize(
    ("due", "verdict"),
    [
        (timedelta(minutes=-5), Verdict.MISSED),
        (timedelta(minutes=5), Verdict.LATE),
        (timedelta(minutes=18), Verdict.TIGHT),
        (timedelta(minutes=23), Verdict.TIGHT),
        (timedelta(minutes=60), Verdict.IN_TIME),
        (None, Verdict.NO_TIME),
    ],
)
async def test_the_verdict_by_the_room_that_is_left(
    due: timedelta | None, verdict: Verdict, *, with_graph: bool
) -> None:
    deadline = None if due is None else NOW + due
    plan = SmallPlan([in_minutes("A", "B", deadline=deadline), in_minutes("B")])
    found = await forecast(plan, job("A"), await view_of(plan) if with_graph else None)
    assert (found.verdict, found.expected_end, found.jobs_before) == (verdict, NOW + timedelta(minutes=20), 1)
    assert found.slack_seconds == (None if due is None else due.total_seconds() - 1200)
    assert [(step.job.name, step.starts - NOW) for step in found.path] == [
        ("B", timedelta()),
        ("A", timedelta(minutes=10)),
    ]


@pytest.mark.parametrize(
    ("due", "verdict"), [(timedelta(minutes=60), Verdict.UNKNOWN), (timedelta(minutes=5), Verdict.LATE)]
)
async def test_behind_a_failure_there_is_no_end_only_a_time_before_which_it_is_not(
    due: timedelta, verdict: Verdict
) -> None:
    plan = SmallPlan([in_minutes("A", "B"), in_minutes("B", status=Status.ERROR, internal="ABEND")])
    found = await forecast(plan, job("A"), await view_of(plan), due=NOW + due)
    assert (found.verdict, found.expected_end, found.not_before) == (verdict, None, NOW + timedelta(minutes=20))
    assert [(one.kind, one.job.name) for one in found.conditions] == [(CauseKind.PREDECESSOR_FAILED, "B")]
    assert found.conditions_in_all == 1


@pytest.mark.parametrize(
    ("due", "verdict"),
    [(NOW, Verdict.ENDED_IN_TIME), (NOW - timedelta(hours=2), Verdict.ENDED_LATE), (None, Verdict.NO_TIME)],
)
async def test_what_has_ended_is_told_so(due: object, verdict: Verdict) -> None:
    ended = NOW - timedelta(hours=1)
    plan = SmallPlan([in_minutes("A", status=Status.SUCCESSFUL, internal="SUCC", ended=ended, deadline=due)])
    found = await forecast(plan, job("A"), await view_of(plan))
    assert (found.verdict, found.ended, found.expected_end) == (verdict, ended, None)


@pytest.mark.parametrize(
    ("due", "verdict"),
    [
        (timedelta(minutes=60), Verdict.UNKNOWN),
        (timedelta(minutes=2), Verdict.LATE),
        (-timedelta(minutes=5), Verdict.MISSED),
        (None, Verdict.NO_TIME),
    ],
)
async def test_behind_a_job_that_runs_longer_than_usual_nobody_knows_the_end(
    due: timedelta | None, verdict: Verdict
) -> None:
    slow = in_minutes("B", status=Status.RUNNING, internal="EXEC", started=NOW - timedelta(hours=1))
    plan = SmallPlan([in_minutes("A", "B", deadline=None if due is None else NOW + due), slow])
    found = await forecast(plan, job("A"), await view_of(plan))
    assert (found.verdict, found.expected_end, found.conditions) == (verdict, None, ())
    assert found.not_before == NOW + timedelta(minutes=12)
    assert found.overdue is not None
    assert (found.overdue.job.name, found.overdue.elapsed_seconds) == ("B", 3600)
    assert (found.overdue.lasts.usual_seconds, found.overdue.lasts.runs) == (600, 0)


async def test_a_job_that_runs_long_aside_of_the_critical_path_makes_the_end_less_sure_but_known() -> None:
    slow = in_minutes("B", status=Status.RUNNING, internal="EXEC", started=NOW - timedelta(hours=1))
    plan = SmallPlan([in_minutes("A", "B", "C"), slow, in_minutes("C", start_at=NOW + timedelta(hours=2))])
    found = await forecast(plan, job("A"), await view_of(plan))
    assert (found.overdue, found.expected_end) == (None, NOW + timedelta(hours=2, minutes=20))
    assert [(one.kind, one.job.name) for one in found.doubts] == [(DoubtKind.RUNS_LONG, "B")]


async def test_a_stream_ends_with_its_last_job() -> None:
    stream = JobStream(
        id="S", name="S", status=Status.RUNNING, internal_status="EXEC", deadline=NOW + timedelta(hours=1)
    )
    plan = SmallPlan([in_minutes("A"), in_minutes("B", "A"), in_minutes("C")], [stream])

    async def told(view: GraphView | None) -> Forecast:
        return await forecast(plan, stream, view)

    for found in (await told(await view_of(plan)), await told(None)):
        assert (found.verdict, found.expected_end) == (Verdict.IN_TIME, NOW + timedelta(minutes=20))
        assert found.stream is not None
        assert found.job is None
