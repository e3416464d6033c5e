"""The graph is the plan: when it is read, an hour later, after a plan switch, and while the engine is away."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.simulator.plan import Job as TrueJob
from resync_bot.simulator.plan import Plan, Stream
from resync_bot.simulator.states import Verdict
from resync_bot.tws.graph import GraphKeeper, GraphMetrics, GraphView, PlanGraph
from resync_bot.tws.models import Engine, Job, PlanInfo, Status
from tests.tws.diagnosis.small_plan import SmallPlan, job
from tests.tws.graph.night import Night, night


def open_in_truth(plan: Plan) -> set[tuple[str, str]]:
    """Who waits for whom, of the jobs that have not ended."""
    nodes: list[TrueJob | Stream] = [*plan.jobs, *plan.streams]
    return {
        (node.id, dependency.predecessor.id)
        for node in nodes
        for dependency in node.predecessors
        if dependency.verdict() is not Verdict.SATISFIED and not (isinstance(node, TrueJob) and node.done)
    }


def open_in_graph(graph: PlanGraph) -> set[tuple[str, str]]:
    ended = {Status.SUCCESSFUL, Status.ERROR, Status.CANCELED, Status.SUPPRESS}
    return {
        (graph.identity(graph.waiter[edge]), graph.identity(graph.target[edge]))
        for edge in range(graph.edges)
        if graph.is_open(edge)
        and not (graph.is_job(graph.waiter[edge]) and graph.job(graph.waiter[edge]).status in ended)
    }


async def assert_like(view: GraphView, it: Night) -> None:
    plan, graph = it.server.simulator.plan, view.graph
    counts = {status: graph.counts[number] for number, status in enumerate(Status) if graph.counts[number]}
    assert counts == await it.tws.count_jobs_by_status()
    assert {graph.identity(node) for node in range(len(graph)) if graph.is_job(node)} == set(plan.jobs_by_id)
    assert open_in_graph(graph) == open_in_truth(plan)
    for node in [node for node in range(len(graph)) if graph.is_job(node)][::17]:
        true = plan.jobs_by_id[graph.identity(node)]
        found = graph.job(node)
        assert (found.name, found.stream, found.folder) == (true.name, true.stream.name, true.stream.folder)
        told = await it.tws.job(true.id)
        kept = {"status", "internal_status", "started", "ended", "deadline", "start_at", "priority", "full_name"}
        assert {name: getattr(found, name) for name in kept} == {name: getattr(told, name) for name in kept}
        assert {one.target_id for one in found.dependencies} == {one.target_id for one in told.dependencies}


async def test_a_small_plan_is_read_at_the_first_question() -> None:
    async with night() as it:
        await assert_like(await it.view(), it)
        assert it.metrics.get_sample_value("resync_graph_jobs", {"engine": "TEST"}) == len(
            it.server.simulator.plan.jobs
        )


@pytest.mark.parametrize("hours", [0.2, 1, 4])
async def test_what_changed_is_followed_without_reading_the_plan_again(hours: float) -> None:
    async with night() as it:
        graph = (await it.view()).graph
        it.later(hours=hours)
        view = await it.view()
        assert view.graph is graph
        await assert_like(view, it)


async def test_between_refreshes_nobody_is_asked() -> None:
    async with night() as it:
        await it.view()
        before = len(it.server.faults.requests)
        await it.view()
        assert len(it.server.faults.requests) == before


async def test_after_a_plan_switch_the_new_plan_is_read() -> None:
    async with night() as it:
        old = (await it.view()).graph
        it.later(hours=17)
        view = await it.view()
        assert view.graph is not old
        await assert_like(view, it)


class Shy(SmallPlan):
    """An engine that does not answer the first question."""

    def __init__(self, *jobs: Job) -> None:
        super().__init__(jobs)
        self.refused = asyncio.Event()

    async def engine(self) -> Engine:
        if not self.refused.is_set():
            self.refused.set()
            raise EngineError("away", kind=EngineErrorKind.UNREACHABLE)
        return await super().engine()


async def test_while_the_engine_is_away_the_keeper_goes_on() -> None:
    shy, stop = Shy(job("A")), asyncio.Event()
    keeper = GraphKeeper(shy, name="TEST", metrics=GraphMetrics(CollectorRegistry()))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(keeper.run(stop))
        await shy.refused.wait()
        stop.set()
    view = await keeper.graph()
    assert view is not None
    assert view.graph.jobs == 1


class Silent(SmallPlan):
    """An engine that lets everybody wait."""

    def __init__(self) -> None:
        super().__init__([])
        self.asked_for_the_plan = asyncio.Event()

    async def engine(self) -> Engine:
        self.asked_for_the_plan.set()
        await asyncio.Event().wait()
        return await super().engine()


async def test_a_keeper_that_is_reading_the_plan_stops_at_once() -> None:
    silent, stop = Silent(), asyncio.Event()
    keeper = GraphKeeper(silent, name="TEST", metrics=GraphMetrics(CollectorRegistry()))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(keeper.run(stop))
        await silent.asked_for_the_plan.wait()
        stop.set()


class Broken(SmallPlan):
    """What comes from it breaks the graph, once."""

    def __init__(self, *jobs: Job) -> None:
        super().__init__(jobs)
        self.broke = asyncio.Event()

    async def engine(self) -> Engine:
        if not self.broke.is_set():
            self.broke.set()
            raise ValueError("a defect")
        return await super().engine()


async def test_a_defect_of_the_graph_does_not_take_the_bot_along() -> None:
    broken, stop = Broken(job("A")), asyncio.Event()
    keeper = GraphKeeper(broken, name="TEST", metrics=GraphMetrics(CollectorRegistry()))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(keeper.run(stop))
        await broken.broke.wait()
        stop.set()
    assert (await keeper.graph()) is not None


class Growing(SmallPlan):
    """Jobs come into it, and for a moment it answers nothing."""

    def add(self, one: Job) -> None:
        self._jobs[one.id] = one

    async def engine(self) -> Engine:
        await asyncio.sleep(0)
        return await super().engine()


STEPS_OF_A_REFRESH = 16  # of the event loop, at least


@pytest.mark.parametrize("steps", range(STEPS_OF_A_REFRESH))
async def test_whenever_a_refresh_is_given_up_the_next_one_misses_nothing(steps: int) -> None:
    """As it is when whoever asked presses stop: what a new job waits for is read after the job itself."""
    later = iter(range(0, 1_000_000, 1000))
    plan = Growing([job("A", status=Status.SUCCESSFUL)])
    keeper = GraphKeeper(plan, name="TEST", metrics=GraphMetrics(CollectorRegistry()), monotonic=lambda: next(later))
    assert await keeper.graph() is not None
    plan.add(job("B", "A"))
    given_up = asyncio.create_task(keeper.graph())
    for _ in range(steps):
        await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait([given_up])
    view = await keeper.graph()
    assert view is not None
    assert (view.graph.jobs, view.graph.edges) == (2, 1)


class Large(SmallPlan):
    """A plan whose count says that it is too large to be read while somebody waits."""

    async def count_jobs_by_status(self) -> dict[Status, int]:
        return {Status.WAITING: 100_000}


async def test_a_large_plan_that_is_being_read_is_not_waited_for() -> None:
    class Endless(Large):
        def __init__(self) -> None:
            super().__init__([job("A")])
            self.is_read = asyncio.Event()

        async def plan(self) -> PlanInfo:
            self.is_read.set()
            await asyncio.Event().wait()
            return await super().plan()

    plan, stop = Endless(), asyncio.Event()
    keeper = GraphKeeper(plan, name="TEST", metrics=GraphMetrics(CollectorRegistry()))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(keeper.run(stop))
        await plan.is_read.wait()
        assert await keeper.graph() is None
        stop.set()


async def test_a_large_plan_is_not_waited_for() -> None:
    keeper = GraphKeeper(Large([job("A")]), name="TEST", metrics=GraphMetrics(CollectorRegistry()))
    assert await keeper.graph() is None


def test_what_is_mentioned_before_it_is_read_is_no_job_yet() -> None:
    graph = PlanGraph()
    graph.put_job(job("A", "B"), dependencies=True)
    assert (graph.node("B"), graph.jobs) == (None, 1)
    graph.put_job(job("B", status=Status.SUCCESSFUL), dependencies=True)
    assert graph.node("B") is not None
    assert not any(graph.is_open(edge) for edge in range(graph.edges))
