"""Why a job does not start: every reason of the simulated night as its own truth has it, then odd plans."""

from datetime import timedelta
from itertools import pairwise

import pytest

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.simulator import reasons as truth
from resync_bot.simulator.plan import Job as TrueJob
from resync_bot.simulator.plan import Stream
from resync_bot.simulator.server import RunningSimulator
from resync_bot.simulator.states import RunState
from resync_bot.simulator.status import job_status
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.diagnosis import why_waiting
from resync_bot.tws.diagnosis.causes import KIND_OF
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.findings import CauseKind
from resync_bot.tws.models import Dependency, Issue, JobStream, Reason, Status, Workstation
from resync_bot.tws.queries import JobQuery
from tests.tws.conftest import settings
from tests.tws.diagnosis.small_plan import NOW, SmallPlan, job

LIMITS = {CauseKind.WORKSTATION_LIMIT, CauseKind.STREAM_LIMIT}


def kind_of_predecessor(predecessor: TrueJob | Stream) -> CauseKind:
    jobs = [predecessor] if isinstance(predecessor, TrueJob) else predecessor.jobs
    if any(one.failed for one in jobs):
        return CauseKind.PREDECESSOR_FAILED
    if any(one.state is RunState.EXEC for one in jobs):
        return CauseKind.PREDECESSOR_RUNNING
    return CauseKind.PREDECESSOR_WAITING


KINDS: dict[type[truth.Reason], CauseKind] = {
    truth.PriorityZero: CauseKind.PRIORITY_ZERO,
    truth.UnexpectedPredecessor: CauseKind.PREDECESSOR_CONDITION,
    truth.WaitsForPrompt: CauseKind.PROMPT,
    truth.WaitsForFile: CauseKind.FILE,
    truth.WaitsForInput: CauseKind.INPUT,
    truth.WaitsForTime: CauseKind.TIME,
    truth.StartMissed: CauseKind.LATEST_START_PASSED,
    truth.WaitsForUser: CauseKind.CONFIRMATION,
    truth.WaitsForAgent: CauseKind.WORKSTATION_DOWN,
    truth.WaitsForBroker: CauseKind.SUBMITTED,
    truth.BelowFence: CauseKind.WORKSTATION_FENCE,
    truth.WaitsForResource: CauseKind.RESOURCE,
}


def kind(reason: truth.Reason) -> CauseKind:
    match reason:
        case truth.WaitsForPredecessor(dependency):
            return kind_of_predecessor(dependency.predecessor)
        case truth.WaitsForLimit(of):
            return CauseKind.STREAM_LIMIT if isinstance(of, Stream) else CauseKind.WORKSTATION_LIMIT
        case _:
            return KINDS[type(reason)]


async def test_every_waiting_job_of_the_night_is_explained_as_it_is(server: RunningSimulator) -> None:
    plan, now = server.simulator.moment()
    waiting = [one for one in plan.jobs if one.state in {RunState.HOLD, RunState.READY} and not one.canceled]
    assert len(waiting) > 200
    async with connect_engine(settings(server.url, cache_seconds=60)) as tws:
        for true in waiting:
            expected = [kind(reason) for reason in truth.reasons(true, now)]
            found = await why_waiting(tws, await tws.job(true.id))
            own = {cause.kind for cause in found.causes if cause.depth == 0}
            assert found.is_waiting
            assert found.roots
            assert own <= set(expected), f"{true.key}: too many"
            assert set(expected) - own <= LIMITS, f"{true.key}: too few"
            assert expected[0] in own, f"{true.key}: not the one that the engine names"


def example(server: RunningSimulator, reason: Reason) -> str:
    plan, now = server.simulator.moment()
    found = (one for one in plan.jobs if str(job_status(one, now).substatus) == reason.value)
    return next(found).id


@pytest.mark.parametrize(
    ("reason", "root"),
    [
        (reason, known)
        for reason, known in KIND_OF.items()
        if known and reason is not Reason.HOLD_WAITING_FOR_PREDECESSOR
    ],
)
async def test_every_reason_of_the_api_has_an_example_and_an_explanation(
    tws: HwaEngine, server: RunningSimulator, reason: Reason, root: CauseKind
) -> None:
    found = await why_waiting(tws, await tws.job(example(server, reason)))
    assert found.is_waiting
    expected = CauseKind.LATEST_START_PASSED if root is CauseKind.SUPPRESSED else root
    first = found.causes[0]
    assert first.kind is expected
    match expected:
        case CauseKind.PROMPT:
            assert first.prompt is not None
            assert first.prompt.text.endswith("?")
        case CauseKind.FILE:
            assert first.file is not None
            assert first.file.startswith("/")
        case CauseKind.TIME:
            assert first.until is not None
            assert first.until > (await tws.engine()).now
        case CauseKind.RESOURCE:
            assert first.resource is not None
            assert first.units_needed is not None
            assert first.units_needed > first.resource.available
            assert first.resource.holders
        case CauseKind.WORKSTATION_DOWN | CauseKind.WORKSTATION_LIMIT | CauseKind.SUBMITTED:
            assert first.workstation is not None
        case CauseKind.PREDECESSOR_CONDITION | CauseKind.CONDITION_NOT_MET:
            assert first.predecessor is not None
        case _:
            pass


@pytest.mark.parametrize("reason", [Reason.SUCC_COMPLETED, Reason.SUCC_DO_NOT_RUN])
async def test_what_has_ended_waits_for_nothing(tws: HwaEngine, server: RunningSimulator, reason: Reason) -> None:
    found = await why_waiting(tws, await tws.job(example(server, reason)))
    assert (found.is_waiting, found.causes, found.roots) == (False, (), ())


def test_the_table_knows_every_reason() -> None:
    assert set(KIND_OF) == set(Reason)


async def test_a_stream_stuck_behind_a_failed_job_of_another_leads_there(
    tws: HwaEngine, server: RunningSimulator
) -> None:
    failed = server.simulator.plan.job("PAYROLL_CALC")
    waiting = server.simulator.plan.job("PAY_SEND_OWN")
    assert failed.failed
    found = await why_waiting(tws, await tws.job(waiting.id))
    assert found.roots[0].kind is CauseKind.PREDECESSOR_FAILED
    assert found.roots[0].predecessor is not None
    assert found.roots[0].predecessor.name == "PAYROLL_CALC"
    assert found.is_complete


async def test_the_fence_has_no_reason_of_its_own_and_is_found_all_the_same(
    tws: HwaEngine, server: RunningSimulator
) -> None:
    fenced = (await tws.jobs(JobQuery(internal_statuses=("FENCE",)))).items
    found = await why_waiting(tws, fenced[0])
    assert found.roots[0].kind is CauseKind.WORKSTATION_FENCE
    assert found.roots[0].workstation is not None
    assert found.roots[0].workstation.fence >= (fenced[0].priority or 0)


async def test_few_questions_are_enough(server: RunningSimulator) -> None:
    waiting = server.simulator.plan.job("REG_SEND_BALANCE")
    async with connect_engine(settings(server.url)) as tws:
        asked = await tws.job(waiting.id)
        before = len(server.faults.requests)
        await why_waiting(tws, asked)
    assert len(server.faults.requests) - before < 30


async def test_those_who_wait_for_each_other_are_found_out() -> None:
    plan = SmallPlan([job("A", "B"), job("B", "C"), job("C", "A")])
    found = await why_waiting(plan, job("A"))
    assert [(one.job.name, one.predecessor and one.predecessor.name) for one in found.causes] == [
        ("A", "B"),
        ("B", "C"),
        ("C", "A"),
    ]
    assert [one.job.name for one in found.roots] == ["C"]


async def test_a_job_that_waits_for_itself() -> None:
    found = await why_waiting(SmallPlan([job("A", "A")]), job("A"))
    assert len(found.roots) == 1


async def test_an_endless_chain_is_followed_a_while() -> None:
    plan = SmallPlan([job(str(number), str(number + 1)) for number in range(500)])
    found = await why_waiting(plan, job("0"))
    assert not found.is_complete
    assert max(cause.depth for cause in found.causes) == 8
    assert plan.asked <= 62


async def test_a_wide_plan_is_not_read_whole() -> None:
    rows = [[f"{level}.{number}" for number in range(8)] for level in range(8)]
    jobs = [job(one, *after) for before, after in pairwise(rows) for one in before]
    plan = SmallPlan(
        [*(one.model_copy(update={"unresolved_dependencies": None}) for one in jobs), job("top", *rows[0])]
    )
    await why_waiting(plan, job("top"))
    assert plan.asked <= 62


@pytest.mark.parametrize("hidden", ["gone", "forbidden"])
async def test_a_predecessor_out_of_sight_is_named(hidden: str) -> None:
    needs = Dependency(kind="EXTERNAL_JOB", on="WS#/F/OTHER.X", target_id="X", satisfied=False)
    plan = SmallPlan([job("A", dependencies=(needs,))], forbidden=["X"] if hidden == "forbidden" else [])
    found = await why_waiting(plan, job("A"))
    assert [(one.kind, one.engine_message) for one in found.roots] == [(CauseKind.PREDECESSOR_WAITING, "WS#/F/OTHER.X")]


async def test_a_job_that_is_gone_is_an_error() -> None:
    with pytest.raises(EngineError) as caught:
        await why_waiting(SmallPlan([]), job("A"))
    assert caught.value.kind is EngineErrorKind.NOT_FOUND


async def test_without_any_fact_the_engine_has_the_word() -> None:
    plan = SmallPlan([job("A")], issues=[Issue(job_id="A", kind="NEW", message="The moon is not full.")])
    found = await why_waiting(plan, job("A"))
    assert [(one.kind, one.engine_message) for one in found.roots] == [(CauseKind.UNKNOWN, "The moon is not full.")]


async def test_without_any_word_it_is_unknown() -> None:
    found = await why_waiting(SmallPlan([job("A")]), job("A"))
    assert [one.kind for one in found.roots] == [CauseKind.UNKNOWN]


async def test_a_reason_without_its_object_is_told_in_the_engines_words() -> None:
    waits = job("A", reason=Reason.HOLD_WAITING_FOR_FILE)
    issue = Issue(job_id="A", kind="HOLD_WAITING_FOR_FILE", message="The file /x does not exist on /WS.")
    found = await why_waiting(SmallPlan([waits], issues=[issue]), waits)
    assert [(one.kind, one.engine_message) for one in found.roots] == [(CauseKind.FILE, issue.message)]


async def test_who_waits_for_one_of_a_join_waits_for_its_open_members() -> None:
    join = (
        Dependency(kind="JOIN", on="ANY", satisfied=False),
        Dependency(kind="INTERNAL", on="B", target_id="B", satisfied=False),
        Dependency(kind="INTERNAL", on="C", target_id="C", satisfied=False),
    )
    plan = SmallPlan(
        [
            job("A", dependencies=join),
            job("B", status=Status.RUNNING, internal="EXEC"),
            job("C", status=Status.ERROR, internal="ABEND"),
        ]
    )
    found = await why_waiting(plan, job("A"))
    assert [one.kind for one in found.roots] == [CauseKind.PREDECESSOR_FAILED, CauseKind.PREDECESSOR_RUNNING]


async def test_a_stream_that_has_come_to_nothing_is_a_cause_even_without_a_failed_job_in_sight() -> None:
    needs = Dependency(kind="EXTERNAL_JOBSTREAM", on="WS#/F/T", target_id="T", satisfied=False)
    stuck = JobStream(id="T", name="T", status=Status.BLOCKED, internal_status="STUCK")
    found = await why_waiting(SmallPlan([job("A", dependencies=(needs,))], [stuck]), job("A"))
    assert [(one.kind, one.predecessor_stream and one.predecessor_stream.name) for one in found.roots] == [
        (CauseKind.PREDECESSOR_FAILED, "T")
    ]


async def test_a_stream_that_waits_is_looked_into() -> None:
    needs = Dependency(kind="EXTERNAL_JOBSTREAM", on="WS#/F/T", target_id="T", satisfied=False)
    later = JobStream(
        id="T", name="T", status=Status.WAITING, internal_status="HOLD", start_at=NOW + timedelta(hours=1)
    )
    jobs = [job("A", dependencies=(needs,)), job("B", stream="T", stream_id="T")]
    found = await why_waiting(SmallPlan(jobs, [later]), job("A"))
    assert [(one.kind, one.job.name, one.depth) for one in found.roots] == [(CauseKind.TIME, "B", 1)]


@pytest.mark.parametrize(
    ("limit", "running", "kinds"),
    [
        (2, 2, [CauseKind.STREAM_LIMIT]),
        (None, 0, [CauseKind.WORKSTATION_LIMIT]),
        (5, 1, [CauseKind.WORKSTATION_LIMIT]),
    ],
)
async def test_a_limit_is_the_streams_or_the_workstations(
    limit: int | None, running: int, kinds: list[CauseKind]
) -> None:
    ready = job("A", status=Status.READY, internal="READY", reason=Reason.READY_WAITING_FOR_LIMIT)
    stream = JobStream(id="S", name="S", status=Status.RUNNING, internal_status="EXEC", limit=limit, running=running)
    workstation = Workstation(id="w", name="WS", kind="FTA", linked=True, running=True, limit=3)
    found = await why_waiting(SmallPlan([ready], [stream], workstations=[workstation]), ready)
    assert [one.kind for one in found.roots] == kinds


async def test_two_that_wait_for_the_same_failure_have_one_root() -> None:
    plan = SmallPlan(
        [job("A", "B", "C"), job("B", "X"), job("C", "X"), job("X", status=Status.ERROR, internal="ABEND")]
    )
    found = await why_waiting(plan, job("A"))
    assert len(found.causes) == 4
    assert [(one.kind, one.predecessor and one.predecessor.name) for one in found.roots] == [
        (CauseKind.PREDECESSOR_FAILED, "X")
    ]
