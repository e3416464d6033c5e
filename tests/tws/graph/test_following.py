"""The graph follows its plan: what changed, what failed to be read, and another plan."""

from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.tws.graph import GraphKeeper, GraphMetrics
from resync_bot.tws.graph.plan_graph import STATUSES
from resync_bot.tws.models import Job, JobStream, PlanInfo, Status
from resync_bot.tws.queries import JobQuery, StreamQuery
from tests.tws.diagnosis.small_plan import NOW, SmallPlan, job
from tests.tws.graph.night import night


def stream(status: Status = Status.RUNNING, internal: str = "EXEC") -> JobStream:
    return JobStream(id="S", name="S", folder="/F", workstation="WS", status=status, internal_status=internal)


class Living(SmallPlan):
    """A plan whose jobs and streams become what a test says."""

    def __init__(self, *jobs: Job, run_number: int | None = 1) -> None:
        super().__init__(jobs, [stream()])
        self.run_number = run_number
        self.fails_once = False

    def become(self, *jobs: Job) -> None:
        self._jobs |= {one.id: one for one in jobs}

    def stream_becomes(self, one: JobStream) -> None:
        self._streams[one.id] = one

    async def plan(self) -> PlanInfo:
        """Numbered or not."""
        if self.run_number is None:
            raise EngineError("no such call", kind=EngineErrorKind.UNSUPPORTED)
        return PlanInfo(run_number=self.run_number)

    async def count_jobs_by_status(self) -> dict[Status, int]:
        """Fails when it is to."""
        if self.fails_once:
            self.fails_once = False
            raise EngineError("away", kind=EngineErrorKind.UNREACHABLE)
        return await super().count_jobs_by_status()


def keeper_of(plan: SmallPlan) -> GraphKeeper:
    return GraphKeeper(plan, name="TEST", metrics=GraphMetrics(CollectorRegistry()))


RUNNING: dict[str, Any] = {"status": Status.RUNNING, "internal": "EXEC", "started": NOW}
FAILED: dict[str, Any] = {"status": Status.ERROR, "internal": "ABEND", "started": NOW, "ended": NOW}


async def test_a_stream_is_read_again_with_a_job_of_it() -> None:
    plan = Living(job("A", **RUNNING), job("B", "A"))
    keeper = keeper_of(plan)
    await keeper.refresh()
    plan.become(job("A", **FAILED))
    plan.stream_becomes(stream(Status.BLOCKED, "STUCK"))
    await keeper.refresh()
    assert await standing(keeper) == {"A": Status.ERROR, "B": Status.WAITING, "S": Status.BLOCKED}


async def test_what_was_read_when_the_engine_failed_is_not_lost() -> None:
    plan = Living(job("A", **RUNNING))
    keeper = keeper_of(plan)
    await keeper.refresh()
    plan.become(job("A", **FAILED))
    plan.fails_once = True
    with pytest.raises(EngineError):
        await keeper.refresh()
    await keeper.refresh()
    assert (await standing(keeper))["A"] is Status.ERROR


async def test_a_job_that_was_submitted_since_is_there() -> None:
    plan = Living(job("A", **RUNNING))
    keeper = keeper_of(plan)
    await keeper.refresh()
    plan.become(job("B", **FAILED))
    await keeper.refresh()
    assert (await standing(keeper))["B"] is Status.ERROR


async def test_a_run_number_of_its_own_is_a_new_plan() -> None:
    plan = Living(job("A", **FAILED))
    keeper = keeper_of(plan)
    await keeper.refresh()
    old = await keeper.graph()
    plan.run_number = 2
    await keeper.refresh()
    new = await keeper.graph()
    assert old is not None
    assert new is not None
    assert (old.run_number, new.run_number) == (1, 2)
    assert new.graph is not old.graph


async def test_an_engine_that_does_not_number_its_plans_is_asked_once() -> None:
    plan = Living(job("A", **RUNNING), run_number=None)
    keeper = keeper_of(plan)
    await keeper.refresh()
    await keeper.refresh()
    view = await keeper.graph()
    assert view is not None
    assert view.run_number is None


async def test_what_becomes_of_a_night_is_followed_to_its_plan() -> None:
    async with night() as it:
        await it.view()
        for hours in (0.1, 0.5, 1, 2):
            it.later(hours=hours)
            await it.keeper.refresh()
        stood = await standing(it.keeper, by_identity=True)
        async for page in it.tws.job_pages(JobQuery()):
            assert {one.id: one.status for one in page.items} == {one.id: stood[one.id] for one in page.items}
        streams = {one.id: one.status for one in (await it.tws.streams(StreamQuery(), limit=500)).items}
        begun = {identity for identity, status in streams.items() if status not in {Status.WAITING, Status.READY}}
        assert {identity: stood[identity] for identity in begun} == {one: streams[one] for one in begun}


async def standing(keeper: GraphKeeper, *, by_identity: bool = False) -> dict[str, Status]:
    """How each job and stream stands in the graph."""
    view = await keeper.graph()
    assert view is not None
    graph = view.graph
    name = graph.identity if by_identity else graph.name
    return {name(node): STATUSES[graph.status[node]] for node in range(len(graph))}
