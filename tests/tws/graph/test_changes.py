"""Whoever follows a plan is told what has changed, once, however slow it is and whatever happened in between."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.tws.graph import GraphKeeper, GraphMetrics, PlanChanges
from resync_bot.tws.graph.plan_graph import STATUSES
from resync_bot.tws.models import Job, JobStream, PlanInfo, Status
from resync_bot.tws.queries import JobQuery, Page, StreamQuery
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


def told(changes: PlanChanges) -> set[tuple[str, Status | None, Status, bool]]:
    return {(one.identity, one.before, one.after, one.is_new_run) for one in changes.changed}


async def test_first_the_whole_plan_then_what_becomes_of_it() -> None:
    plan = Living(job("A", **RUNNING), job("B", "A"))
    keeper = keeper_of(plan)
    await keeper.refresh()
    async with aclosing(keeper.changes()) as changes:
        first = await anext(changes)
        assert (first.is_new, first.changed) == (True, ())
        assert {first.view.graph.name(node) for node in first.view.graph.with_status(list(Status))} == {"A", "B"}

        await keeper.refresh()
        assert told(await anext(changes)) == set()

        plan.become(job("A", **FAILED))
        plan.stream_becomes(stream(Status.BLOCKED, "STUCK"))
        await keeper.refresh()
        second = await anext(changes)
        assert not second.is_new
        assert told(second) == {
            ("A", Status.RUNNING, Status.ERROR, False),
            ("S", Status.RUNNING, Status.BLOCKED, False),
        }
        assert {one.after_internal for one in second.changed} == {"ABEND", "STUCK"}
        assert {one.is_job for one in second.changed} == {True, False}


async def test_a_rerun_that_fails_again_is_a_change_although_the_status_is_the_same() -> None:
    plan = Living(job("A", **FAILED))
    keeper = keeper_of(plan)
    await keeper.refresh()
    async with aclosing(keeper.changes()) as changes:
        await anext(changes)
        later = NOW.replace(minute=5)
        plan.become(job("A", **FAILED | {"started": later, "ended": later}))
        await keeper.refresh()
        assert told(await anext(changes)) == {("A", Status.ERROR, Status.ERROR, True)}


async def test_who_is_slow_gets_what_it_missed_as_one() -> None:
    plan = Living(job("A", **RUNNING), job("B", **RUNNING))
    keeper = keeper_of(plan)
    await keeper.refresh()
    async with aclosing(keeper.changes()) as changes:
        await anext(changes)
        plan.become(job("A", **FAILED), job("B", status=Status.SUCCESSFUL, internal="SUCC", started=NOW, ended=NOW))
        await keeper.refresh()
        later = NOW.replace(minute=5)
        plan.become(job("A", **RUNNING | {"started": later}))
        await keeper.refresh()
        assert told(await anext(changes)) == {
            ("A", Status.RUNNING, Status.RUNNING, True),
            ("B", Status.RUNNING, Status.SUCCESSFUL, False),
        }


async def test_what_was_read_when_the_engine_failed_is_told_after_the_next_refresh() -> None:
    plan = Living(job("A", **RUNNING))
    keeper = keeper_of(plan)
    await keeper.refresh()
    async with aclosing(keeper.changes()) as changes:
        await anext(changes)
        plan.become(job("A", **FAILED))
        plan.fails_once = True
        with pytest.raises(EngineError):
            await keeper.refresh()
        await keeper.refresh()
        assert told(await anext(changes)) == {("A", Status.RUNNING, Status.ERROR, False)}


async def test_a_job_that_was_submitted_since_has_no_status_before() -> None:
    plan = Living(job("A", **RUNNING))
    keeper = keeper_of(plan)
    await keeper.refresh()
    async with aclosing(keeper.changes()) as changes:
        await anext(changes)
        plan.become(job("B", **FAILED))
        await keeper.refresh()
        assert told(await anext(changes)) == {("B", None, Status.ERROR, False)}


async def test_a_run_number_of_its_own_is_a_new_plan() -> None:
    plan = Living(job("A", **FAILED))
    keeper = keeper_of(plan)
    await keeper.refresh()
    async with aclosing(keeper.changes()) as changes:
        old = await anext(changes)
        plan.run_number = 2
        await keeper.refresh()
        new = await anext(changes)
        assert (new.is_new, new.changed) == (True, ())
        assert (old.view.run_number, new.view.run_number) == (1, 2)
        assert new.view.graph is not old.view.graph


async def test_an_engine_that_does_not_number_its_plans_is_asked_once() -> None:
    plan = Living(job("A", **RUNNING), run_number=None)
    keeper = keeper_of(plan)
    await keeper.refresh()
    await keeper.refresh()
    view = await keeper.graph()
    assert view is not None
    assert view.run_number is None


async def test_everybody_who_follows_is_told() -> None:
    plan = Living(job("A", **RUNNING))
    keeper = keeper_of(plan)
    found: list[set[tuple[str, Status | None, Status, bool]]] = []
    ready = asyncio.Semaphore(0)

    async def follow(changes: AsyncIterator[PlanChanges]) -> None:
        await anext(changes)
        ready.release()
        found.append(told(await anext(changes)))

    await keeper.refresh()
    async with aclosing(keeper.changes()) as one, aclosing(keeper.changes()) as other, asyncio.TaskGroup() as tasks:
        tasks.create_task(follow(one))
        tasks.create_task(follow(other))
        for _ in range(2):
            await ready.acquire()
        plan.become(job("A", **FAILED))
        await keeper.refresh()
    assert found == [{("A", Status.RUNNING, Status.ERROR, False)}] * 2


async def test_the_changes_of_a_night_add_up_to_its_plan() -> None:
    async with night() as it:
        view = await it.view()
        stood = {view.graph.identity(node): STATUSES[view.graph.status[node]] for node in range(len(view.graph))}
        async with aclosing(it.keeper.changes()) as changes:
            await anext(changes)
            for hours in (0.1, 0.5, 1, 2):
                it.later(hours=hours)
                await it.keeper.refresh()
                found = await anext(changes)
                assert not found.is_new
                for one in found.changed:
                    assert stood.get(one.identity) is one.before
                    stood[one.identity] = one.after
        async for page in it.tws.job_pages(JobQuery()):
            assert_stand(page, stood)
        streams = {one.id: one.status for one in (await it.tws.streams(StreamQuery(), limit=500)).items}
        begun = {identity for identity, status in streams.items() if status not in {Status.WAITING, Status.READY}}
        assert {identity: stood[identity] for identity in begun} == {one: streams[one] for one in begun}


def assert_stand(page: Page[Job], stood: dict[str, Status]) -> None:
    assert {one.id: one.status for one in page.items} == {one.id: stood[one.id] for one in page.items}
