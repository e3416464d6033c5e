"""The same night asked by both APIs: the normal form must not tell which of them it came by."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.simulator.faults import Fault
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.models import AlertLevel, Fact, Job, JobStream, Status
from resync_bot.tws.queries import JobOrder, JobQuery, StreamQuery
from tests.tws.conftest import settings

T = TypeVar("T", bound=Fact)

# What lists of one API tell and those of the other leave for the detail.
LEFT_OUT = {
    "recovery_reruns",
    "recovery_interval_seconds",
    "reason",
    "login",
    "command",
    "recovery_option",
    "recovery_job",
    "elapsed_seconds",
    "confidence",
}


@asynccontextmanager
async def old_engine(server: RunningSimulator) -> AsyncIterator[tuple[HwaEngine, RunningSimulator]]:
    """The same plan behind an engine of 9.5: it has no V2, and its ids are keys with slashes and semicolons."""
    async with (
        running_simulator(simulator=server.simulator, only_v1=True) as old,
        connect_engine(settings(old.url)) as engine,
    ):
        yield engine, old


@pytest.fixture
async def both(server: RunningSimulator, tws: HwaEngine) -> AsyncIterator[tuple[HwaEngine, HwaEngine]]:
    """The night by V1 and by V2."""
    assert (await tws.engine()).api == "V2"
    async with old_engine(server) as (old, _):
        assert (await old.engine()).api == "V1"
        yield old, tws


def told(items: tuple[T, ...], name: Callable[[T], str], leave_out: set[str] | None = None) -> dict[str, Any]:
    return {name(item): item.model_dump(mode="json", exclude=leave_out or set()) for item in items}


def job_name(job: Job) -> str:
    return f"{job.full_name} {job.scheduled}"


async def test_an_old_engine_is_found_out(server: RunningSimulator) -> None:
    async with old_engine(server) as (tws, old):
        (job,) = (await tws.jobs(JobQuery(), limit=1)).items
        engine = await tws.engine()
    assert (engine.api, engine.version, engine.zone) == ("V1", "9.5.0", "America/Sao_Paulo")
    assert ";" in job.id
    assert old.faults.requests[:3] == ["/engine/info", "/engine/info", "/plan/current/job/query"]  # V2's, then V1's


async def test_who_has_neither_api_is_told_so(server: RunningSimulator) -> None:
    server.faults.add(Fault(status=404, body="{}"), path="/engine/info", times=None)
    async with connect_engine(settings(server.url)) as tws:
        with pytest.raises(EngineError) as caught:
            await tws.engine()
    assert caught.value.kind is EngineErrorKind.NOT_FOUND


QUERIES = [
    JobQuery(),
    JobQuery(statuses=(Status.ERROR, Status.RUNNING)),
    JobQuery(internal_statuses=("ABEND", "FAIL", "PEND")),
    JobQuery(critical=True),
    JobQuery(folder="/PAYROLL"),
    JobQuery(folder="/P@"),
    JobQuery(name="PAYROLL_@"),
    JobQuery(stream="PAYROLL"),
    JobQuery(workstation="FTA_PAY01"),
    JobQuery(late=True),
    JobQuery(late=False, statuses=(Status.RUNNING,)),
    JobQuery(priority_from=40),
    JobQuery(order=JobOrder.RUNNING_LONGEST, statuses=(Status.RUNNING,)),
]


@pytest.mark.parametrize("query", QUERIES, ids=str)
async def test_jobs(both: tuple[HwaEngine, HwaEngine], query: JobQuery) -> None:
    old, new = [await tws.jobs(query, limit=400) for tws in both]
    assert old.total == new.total
    assert told(old.items, job_name, LEFT_OUT) == told(new.items, job_name, LEFT_OUT)
    assert list(map(job_name, old.items)) == list(map(job_name, new.items))


@pytest.mark.parametrize("number", [1, 3, 120])
async def test_jobs_by_their_ids(both: tuple[HwaEngine, HwaEngine], number: int) -> None:
    for tws in both:
        wanted = [job.id for job in (await tws.jobs(JobQuery(), limit=number)).items]
        found = await tws.jobs(JobQuery(ids=tuple(wanted)), limit=500)
        assert sorted(job.id for job in found.items) == sorted(wanted)
        assert found.total == number


async def test_a_window_of_a_list(both: tuple[HwaEngine, HwaEngine]) -> None:
    for query in (JobQuery(), JobQuery(folder="/@")):
        old, new = [await tws.jobs(query, limit=7, offset=250) for tws in both]
        assert (old.total, len(old.items)) == (new.total, 7)
        assert list(map(job_name, old.items)) == list(map(job_name, new.items))


async def test_what_was_counted(both: tuple[HwaEngine, HwaEngine]) -> None:
    old, new = [await tws.count_jobs_by_status() for tws in both]
    assert old == new
    assert sum(old.values()) > 600


async def test_a_failed_job_with_all_its_runs(server: RunningSimulator, both: tuple[HwaEngine, HwaEngine]) -> None:
    details = []
    for tws in both:
        (job,) = (await tws.jobs(JobQuery(name="RE_ACCOUNTS_JOB"))).items
        details.append(await tws.job(job.id))
    old, new = details
    assert len(new.runs) > 1
    assert told(old.runs, lambda run: str(run.number), {"elapsed_seconds"}) == told(
        new.runs, lambda run: str(run.number), {"elapsed_seconds"}
    )
    assert [one.model_dump() for one in old.dependencies] == [one.model_dump() for one in new.dependencies]


async def test_the_log_of_a_run_a_page_at_a_time(both: tuple[HwaEngine, HwaEngine]) -> None:
    logs = []
    for tws in both:
        (job,) = (await tws.jobs(JobQuery(statuses=(Status.ERROR,)), limit=1)).items
        run = (await tws.job(job.id)).runs[-1]
        logs.append(await tws.job_log(run.id, last_lines=15))
    assert logs[0] == logs[1]
    assert logs[0].return_code is not None


async def test_before_and_after_a_job(both: tuple[HwaEngine, HwaEngine]) -> None:
    found = []
    for tws in both:
        (job,) = (await tws.jobs(JobQuery(name="PAYROLL_CALC"))).items
        before, after = await tws.predecessors(job.id), await tws.successors(job.id)
        further = await tws.successors(job.id, depth=2)
        found.append([sorted(one.full_name for one in nodes) for nodes in (before, after, further)])
    assert found[0] == found[1]
    assert all(found[0])


@pytest.mark.parametrize(
    "query", [StreamQuery(), StreamQuery(name="PAY@"), StreamQuery(late=True), StreamQuery(folder="/PAYROLL")], ids=str
)
async def test_streams(both: tuple[HwaEngine, HwaEngine], query: StreamQuery) -> None:
    def name(stream: JobStream) -> str:
        return f"{stream.full_name} {stream.scheduled}"

    old, new = [await tws.streams(query, limit=400) for tws in both]
    assert old.total == new.total
    left_out = {"reason", "elapsed_seconds"}
    assert told(old.items, name, left_out) == told(new.items, name, left_out)


async def test_jobs_of_one_stream(both: tuple[HwaEngine, HwaEngine]) -> None:
    found = []
    for tws in both:
        (stream,) = (await tws.streams(StreamQuery(name="PAYROLL"))).items
        page = await tws.jobs(JobQuery(stream_id=stream.id))
        found.append((page.total, sorted(map(job_name, page.items))))
    assert found[0] == found[1]
    assert found[0][0] == len(found[0][1]) > 5


async def test_workstations_prompts_and_resources(both: tuple[HwaEngine, HwaEngine]) -> None:
    old, new = both
    assert told(await old.workstations(), lambda one: one.name) == told(await new.workstations(), lambda one: one.name)
    prompts = [told(await tws.prompts(), lambda one: str(one.number), {"job", "stream"}) for tws in both]
    assert prompts[0] == prompts[1]
    asked = [sorted(one.number or 0 for one in await tws.prompts(["ASKED"])) for tws in both]
    assert asked[0] == asked[1] != []
    resources = [told(await tws.resources(), lambda one: one.name, {"holders"}) for tws in both]
    assert resources[0] == resources[1]


async def test_the_risks_of_critical_jobs_are_told_by_v1_also_to_v2(both: tuple[HwaEngine, HwaEngine]) -> None:
    old, new = [await tws.critical_jobs() for tws in both]
    assert [one.job.full_name for one in old] == [one.job.full_name for one in new]
    assert {one.alert_level for one in new} <= set(AlertLevel)
    assert [one.alert_level for one in old] == [one.alert_level for one in new]


async def test_critical_jobs_without_risks_where_there_is_no_v1(server: RunningSimulator, tws: HwaEngine) -> None:
    await tws.engine()
    server.faults.add(Fault(status=404, body="{}"), path="/plan/current/criticaljob", times=None)
    found = await tws.critical_jobs()
    assert found
    assert {one.alert_level for one in found} == {None}


async def test_the_plan_and_those_before_it(both: tuple[HwaEngine, HwaEngine]) -> None:
    old, new = both
    assert await old.plan() == await new.plan()
    plans = await new.archived_plans()
    assert plans == await old.archived_plans()
    assert len(plans) == 7
    assert [plan.run_number for plan in plans] == sorted((plan.run_number or 0 for plan in plans), reverse=True)
    runs = [run async for jobs in new.finished_jobs(plans[0].id) for job in jobs for run in job.runs]
    assert len(runs) > 500
    assert all(run.ended for run in runs)


async def test_an_engine_that_keeps_no_plans_says_so(server: RunningSimulator, tws: HwaEngine) -> None:
    await tws.engine()
    server.faults.add(Fault(status=404, body="{}"), path="/plan/query", times=None)
    with pytest.raises(EngineError) as caught:
        await tws.archived_plans()
    assert caught.value.kind is EngineErrorKind.UNSUPPORTED


async def test_every_run_of_today_is_seen_once(both: tuple[HwaEngine, HwaEngine]) -> None:
    numbers = []
    for tws in both:
        runs = [run async for jobs in tws.finished_jobs() for job in jobs for run in job.runs if run.ended]
        numbers.append(sorted(run.number or 0 for run in runs))
    assert numbers[0] == numbers[1]
    launched = [number for number in numbers[0] if number]
    assert len(set(launched)) == len(launched) > 300


@pytest.mark.parametrize("page_size", [37, 1000])
async def test_the_whole_plan_a_page_at_a_time(both: tuple[HwaEngine, HwaEngine], page_size: int) -> None:
    wholes = []
    for tws in both:
        jobs = [
            job
            async for page in tws.job_pages(JobQuery(), page_size=page_size, dependencies=True)
            for job in page.items
        ]
        streams = [
            stream
            async for page in tws.stream_pages(StreamQuery(), page_size=page_size, dependencies=True)
            for stream in page.items
        ]
        wholes.append(
            (
                {job_name(job): len(job.dependencies) for job in jobs},
                {stream.full_name: len(stream.dependencies) for stream in streams},
                len(jobs),
            )
        )
    assert wholes[0] == wholes[1]
    assert wholes[0][2] == len(wholes[0][0])
    assert sum(wholes[0][0].values()) > 500


async def test_a_plan_that_is_not_in_the_database_is_read_with_a_cursor(server: RunningSimulator) -> None:
    """Engines of 9.4 and 9.5 without the mirror cannot begin a page anywhere."""
    server.faults.add(Fault(status=404, body="{}"), path="/engine/info", times=1)
    server.faults.add(
        Fault(status=200, body='{"displayVersion": "9.5", "hasDatabasePlan": false, "timezone": "UTC"}'),
        path="/engine/info",
        times=1,
    )
    async with connect_engine(settings(server.url)) as tws:
        names = [job_name(job) async for page in tws.job_pages(JobQuery(), page_size=100) for job in page.items]
        window = await tws.jobs(JobQuery(), limit=5, offset=20)
    assert len(set(names)) == len(names) == len(server.simulator.plan.jobs)
    assert len(window.items) == 5
    assert "/plan/current/job/query_next" in server.faults.requests
