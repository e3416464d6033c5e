"""Whole lists, a page at a time: complete while the plan changes, and only some of them in memory."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.simulator.fault_models import ChangingPages
from resync_bot.simulator.faults import Scope
from resync_bot.simulator.server import RunningSimulator
from resync_bot.tws.asking import Listed, Place
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.pages import AHEAD, pages
from resync_bot.tws.queries import JobQuery


class Plan:
    """A list of names from which some go away between two pages."""

    def __init__(self, names: Sequence[str], going: Sequence[Sequence[str]], size: int) -> None:
        self.names = list(names)
        self.going = list(going)
        self.size = size
        self.asked: list[Place] = []

    async def read(self, place: Place) -> Listed[str]:
        if self.asked and self.going:
            gone = set(self.going.pop(0))
            self.names = [name for name in self.names if name not in gone]
        self.asked.append(place)
        items = tuple(self.names[place.offset : place.offset + self.size])
        end = place.offset + len(items)
        following = Place(end) if end < len(self.names) else None
        return Listed(items, len(items), len(self.names), following)


async def whole(plan: Plan) -> list[str]:
    return [name async for page in pages(plan.read, lambda name: name) for name in page.items]


async def test_all_of_a_list_that_stays_as_it_is() -> None:
    names = [f"j{number}" for number in range(25)]
    plan = Plan(names, [], 10)
    found = [page async for page in pages(plan.read, lambda name: name)]
    assert [len(page.items) for page in found] == [10, 10, 5]
    assert {page.total for page in found} == {25}
    assert [name for page in found for name in page.items] == names
    assert plan.asked == [Place(0), Place(10), Place(20)]


async def test_what_moves_up_is_not_missed() -> None:
    names = [f"j{number}" for number in range(25)]
    plan = Plan(names, [["j1", "j2", "j3"]], 10)
    assert await whole(plan) == names
    assert Place(7) in plan.asked  # begun again as much earlier as the list became shorter


@given(
    st.integers(0, 60),
    st.integers(1, 20),
    st.lists(st.lists(st.integers(0, 59), max_size=3), max_size=4),
)
async def test_what_stays_is_seen_whatever_goes(length: int, size: int, going: list[list[int]]) -> None:
    """As long as less goes between two pages than one holds."""
    names = [f"j{number}" for number in range(length)]
    # every other read sees a change: the one after it, which begins earlier, has to see the same list
    steps = [step for some in going for step in ([f"j{number}" for number in some[:size]], [])]
    plan = Plan(names, steps, max(size, 4))
    found = await whole(plan)
    assert set(plan.names) <= set(found)
    assert set(found) <= set(names)


class Busy(Plan):
    """One that looks at its list when it gets round to it, whoever asked first, and goes on losing names."""

    def __init__(self, names: Sequence[str], going: Sequence[Sequence[str]], size: int, delays: Sequence[int]) -> None:
        super().__init__(names, going, size)
        self.delays = list(delays)
        self.at_once = self.most_at_once = 0

    async def read(self, place: Place) -> Listed[str]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        for _ in range(self.delays.pop(0) if self.delays else 0):
            await asyncio.sleep(0)
        self.at_once -= 1
        return await super().read(place)


@given(
    st.integers(0, 60),
    st.integers(1, 20),
    st.lists(st.lists(st.integers(0, 59), max_size=3), max_size=12),
    st.lists(st.integers(0, 5), max_size=20),
)
async def test_what_stays_is_seen_also_by_pages_that_are_read_side_by_side(
    length: int, size: int, going: list[list[int]], delays: list[int]
) -> None:
    names = [f"j{number}" for number in range(length)]
    plan = Busy(names, [[f"j{number}" for number in some] for some in going], max(size, 4), delays)
    async with asyncio.TaskGroup() as tasks:
        found = [name async for page in pages(plan.read, lambda name: name, tasks=tasks) for name in page.items]
    assert set(plan.names) <= set(found) <= set(names)


async def test_a_few_pages_are_read_ahead() -> None:
    plan = Busy([f"j{number}" for number in range(95)], [], 10, [3] * 20)
    async with asyncio.TaskGroup() as tasks:
        found = [page async for page in pages(plan.read, lambda name: name, tasks=tasks)]
    assert [len(page.items) for page in found] == [*[10] * 9, 5]
    assert [place.offset for place in plan.asked] == list(range(0, 95, 10))  # each page once
    assert plan.most_at_once == AHEAD


async def test_what_fails_ahead_fails_where_it_is_wanted() -> None:
    class Broken(Plan):
        async def read(self, place: Place) -> Listed[str]:
            if place.offset == 20:
                raise EngineError("away", kind=EngineErrorKind.UNREACHABLE)
            return await super().read(place)

    plan = Broken([f"j{number}" for number in range(95)], [], 10)
    found: list[str] = []

    async def collect(tasks: asyncio.TaskGroup) -> None:
        async for page in pages(plan.read, lambda name: name, tasks=tasks):
            found.extend(page.items)

    async with asyncio.TaskGroup() as tasks:
        with pytest.raises(EngineError):
            await collect(tasks)
    assert found == plan.names[:20]


async def test_who_stops_early_leaves_nothing_behind() -> None:
    never = asyncio.Event()

    class Slow(Plan):
        async def read(self, place: Place) -> Listed[str]:
            if place.offset:
                await never.wait()
            return await super().read(place)

    plan = Slow([f"j{number}" for number in range(95)], [], 10)
    async with asyncio.TaskGroup() as tasks, aclosing(pages(plan.read, lambda name: name, tasks=tasks)) as some:
        assert len((await anext(some)).items) == 10
    assert plan.asked == [Place(0)]


@pytest.mark.parametrize("gone", [1, 5, -2])
async def test_jobs_of_a_plan_that_changes_between_the_pages(
    server: RunningSimulator, tws: HwaEngine, gone: int
) -> None:
    await tws.engine()
    server.faults.add(
        ChangingPages(kind="changing_pages", gone=gone).effect(),
        times=None,
        scope=Scope("/plan/job", further_pages=True),
    )
    seen = [job.id async for page in tws.job_pages(JobQuery(), page_size=100) for job in page.items]
    assert set(seen) == {job.id for job in server.simulator.plan.jobs}
