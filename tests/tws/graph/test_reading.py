"""Plans are followed by either API, streams with their jobs."""

import gc
from collections.abc import AsyncIterator

import pytest
from prometheus_client import CollectorRegistry

from resync_bot.simulator.server import running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.graph import GraphKeeper, GraphMetrics
from resync_bot.tws.graph.plan_graph import NUMBER_OF
from resync_bot.tws.models import Status
from resync_bot.tws.queries import StreamQuery
from tests.tws.conftest import TWO_IN_THE_NIGHT, settings
from tests.tws.graph.night import SPEED, Clock

BEGUN = (Status.RUNNING, Status.SUCCESSFUL, Status.ERROR, Status.BLOCKED)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["V2", "V1"])
async def tws(request: pytest.FixtureRequest, clock: Clock) -> AsyncIterator[HwaEngine]:
    night = Simulator(SimulatorSettings(seed=7, speed=SPEED, start=TWO_IN_THE_NIGHT, port=0), monotonic=clock)
    async with (
        running_simulator(simulator=night, only_v1=request.param == "V1") as server,
        connect_engine(settings(server.url)) as engine,
    ):
        yield engine


async def test_a_few_streams_are_asked_for_by_their_ids(tws: HwaEngine) -> None:
    every = (await tws.streams(StreamQuery(), limit=500)).items
    for wanted in (every[:1], every[3:60:7]):
        query = StreamQuery(ids=tuple(one.id for one in wanted))
        found = [one async for page in tws.stream_pages(query) for one in page.items]
        assert {one.id for one in found} == set(query.ids)


async def test_streams_stand_as_the_engine_says_after_each_refresh(tws: HwaEngine, clock: Clock) -> None:
    keeper = GraphKeeper(tws, name="TEST", metrics=GraphMetrics(CollectorRegistry()), monotonic=clock, now=clock)
    for hours in (0.0, 0.3, 1.5):
        clock.go_on(hours=hours)
        await keeper.refresh()
        view = await keeper.graph()
        assert view is not None
        engine = {one.id: one.status for one in (await tws.streams(StreamQuery(statuses=BEGUN), limit=500)).items}
        for identity, status in engine.items():
            node = view.graph.node(identity)
            assert node is not None
            assert view.graph.status[node] == NUMBER_OF[status], view.graph.stream_name(node)


async def test_nothing_of_a_plan_is_left_for_the_collector_of_garbage(tws: HwaEngine) -> None:
    """It looks at all that it tracks with the event loop at rest: a large plan would stop it for long."""
    keeper = GraphKeeper(tws, name="TEST", metrics=GraphMetrics(CollectorRegistry()))
    await keeper.refresh()
    view = await keeper.graph()
    assert view is not None
    waiting = [node for node in range(len(view.graph)) if view.graph.waits_of(node)]
    assert len(waiting) > 20
    for _ in range(2):  # a tuple is left alone once its parts are
        gc.collect()
    assert not any(gc.is_tracked(view.graph._waits[node]) for node in waiting)
