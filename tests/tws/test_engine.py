"""Questions to the simulated engine, compared with the truth of its plan, through the vendor's contract."""

from collections import Counter
from datetime import timedelta

import pytest

from resync_bot.simulator.plan import Job as TrueJob
from resync_bot.simulator.server import RunningSimulator
from resync_bot.simulator.states import PromptState, RunState
from resync_bot.simulator.status import common_status, job_status
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.models import Job, JobStream, Status
from resync_bot.tws.queries import JobOrder, JobQuery, StreamQuery, Tws
from tests.tws.conftest import TWO_IN_THE_NIGHT, night, settings


def truth(server: RunningSimulator) -> list[TrueJob]:
    return server.simulator.plan.jobs


async def test_it_is_a_tws(tws: HwaEngine) -> None:
    protocol: Tws = tws
    assert protocol is tws


async def test_the_engine_tells_its_clock_zone_and_production_day(tws: HwaEngine) -> None:
    engine = await tws.engine()
    assert (engine.name, engine.version, engine.zone) == ("PROD", "10.2.5", "America/Sao_Paulo")
    assert abs(engine.now - TWO_IN_THE_NIGHT) < timedelta(seconds=30)
    assert engine.production_day_start.isoformat() == "2026-11-22T18:00:00-03:00"


async def test_counts_are_those_of_the_plan(tws: HwaEngine, server: RunningSimulator) -> None:
    counts = await tws.count_jobs_by_status()
    assert counts == Counter(Status(common_status(job)) for job in truth(server))
    assert sum(counts.values()) > 500


@pytest.mark.parametrize(
    "status", ["ERROR", "RUNNING", "WAITING", "READY", "SUCCESSFUL", "SUPPRESS", "HELD", "CANCELED"]
)
async def test_jobs_by_status(tws: HwaEngine, server: RunningSimulator, status: str) -> None:
    expected = {job.id for job in truth(server) if common_status(job) == status}
    page = await tws.jobs(JobQuery(statuses=(Status(status),)), limit=1000)
    assert {job.id for job in page.items} == expected
    assert page.total == len(expected) > 0
    assert {job.status for job in page.items} == {Status(status)}


async def test_jobs_by_internal_status(tws: HwaEngine, server: RunningSimulator) -> None:
    page = await tws.jobs(JobQuery(internal_statuses=("ABEND", "FAIL")), limit=1000)
    expected = {job.id for job in truth(server) if job.state in {RunState.ABEND, RunState.FAIL} and not job.canceled}
    assert {job.id for job in page.items} == expected


async def test_names_folders_and_workstations_take_wildcards(tws: HwaEngine, server: RunningSimulator) -> None:
    async def ids(query: JobQuery) -> set[str]:
        return {job.id for job in (await tws.jobs(query, limit=1000)).items}

    jobs = truth(server)
    sample = next(job for job in jobs if job.stream.folder.count("/") == 1 and job.workstation.spec.folder != "/")
    station = sample.workstation.name
    on_it = {job.id for job in jobs if job.workstation.name == station}
    assert await ids(JobQuery(name=sample.name)) == {job.id for job in jobs if job.name == sample.name}
    assert await ids(JobQuery(name=sample.name[:4] + "@")) == {
        job.id for job in jobs if job.name.startswith(sample.name[:4])
    }
    assert await ids(JobQuery(folder=sample.stream.folder)) == {
        job.id for job in jobs if job.stream.folder == sample.stream.folder
    }
    assert await ids(JobQuery(workstation=station)) == on_it
    assert await ids(JobQuery(workstation=sample.workstation.key)) == on_it
    assert await ids(JobQuery(workstation=station[:-1] + "?")) >= on_it
    assert await ids(JobQuery(stream=sample.stream.name)) == {
        job.id for job in jobs if job.stream.name == sample.stream.name
    }
    assert await ids(JobQuery(stream_id=sample.stream.id)) == {job.id for job in sample.stream.jobs}


async def test_jobs_by_time_of_their_last_run(tws: HwaEngine, server: RunningSimulator) -> None:
    start, end = TWO_IN_THE_NIGHT - timedelta(hours=2), TWO_IN_THE_NIGHT - timedelta(hours=1)
    ended = await tws.jobs(JobQuery(ended_from=start, ended_until=end), limit=1000)
    assert {job.id for job in ended.items} == {
        job.id for job in truth(server) if job.run.ended_at and start <= job.run.ended_at < end
    }
    started = await tws.jobs(JobQuery(started_from=start, started_until=end), limit=1000)
    assert {job.id for job in started.items} == {
        job.id for job in truth(server) if job.run.started_at and start <= job.run.started_at < end
    }


@pytest.mark.parametrize("late", [True, False])
async def test_late_jobs_are_told_from_the_others(late: bool) -> None:
    start = TWO_IN_THE_NIGHT + timedelta(hours=6)
    async with night(start) as server, connect_engine(settings(server.url)) as tws:
        page = await tws.jobs(JobQuery(late=late), limit=2000)
        everything = await tws.jobs(JobQuery(), limit=2000)
    assert page.total == len(page.items) > 0
    assert {job.id for job in page.items} == {job.id for job in everything.items if job.late is late}


async def test_critical_jobs(tws: HwaEngine, server: RunningSimulator) -> None:
    page = await tws.jobs(JobQuery(critical=True), limit=1000)
    assert {job.id for job in page.items} == {job.id for job in truth(server) if job.spec.critical}
    assert all(job.critical for job in page.items)


@pytest.mark.parametrize(
    ("order", "key"),
    [
        (JobOrder.STARTED_LAST, lambda job: -job.started.timestamp()),
        (JobOrder.ENDED_LAST, lambda job: -job.ended.timestamp()),
        (JobOrder.ENDED_FIRST, lambda job: job.ended.timestamp()),
        (JobOrder.RUNNING_LONGEST, lambda job: job.started.timestamp()),
        (JobOrder.NAME, lambda job: job.name),
    ],
)
async def test_orders_leave_out_what_has_no_such_time(server: RunningSimulator, order: JobOrder, key: object) -> None:
    async with connect_engine(settings(server.url)) as tws:
        page = await tws.jobs(JobQuery(order=order), limit=1000)
    assert callable(key)
    assert list(page.items) == sorted(page.items, key=key)
    assert len(page.items) > 100


async def test_a_long_list_comes_in_small_pages(server: RunningSimulator) -> None:
    async with connect_engine(settings(server.url, page_size=50)) as tws:
        page = await tws.jobs(JobQuery(), limit=120, offset=30)
    async with connect_engine(settings(server.url, page_size=50)) as tws:
        whole = await tws.jobs(JobQuery(), limit=1000)
    assert page.total == whole.total == len(truth(server))
    assert [job.id for job in page.items] == [job.id for job in whole.items[30:150]]
    assert server.faults.requests.count("/plan/job") == 3 + -(-whole.total // 50)


async def test_what_no_name_can_be_is_not_asked_for(tws: HwaEngine, server: RunningSimulator) -> None:
    assert (await tws.jobs(JobQuery(name="x' OR name LIKE '@"))).total == 0
    assert (await tws.streams(StreamQuery(folder="\\"))).total == 0
    assert await tws.workstations("a\nb") == ()
    assert server.faults.requests == []


async def test_a_job_in_detail(tws: HwaEngine, server: RunningSimulator) -> None:
    for true in truth(server)[::25]:
        job = await tws.job(true.id)
        status = job_status(true, server.simulator.now())
        assert (job.name, job.stream, job.folder) == (true.name, true.stream.name, true.stream.folder)
        assert job.status.value == status.common.value
        assert job.internal_status == status.status
        assert str(job.reason) == str(status.substatus)
        assert [run.id for run in sorted(job.runs, key=lambda run: run.id)] == sorted(run.id for run in true.runs)
        assert job.return_code == true.run.return_code
        assert len(job.dependencies) >= len(true.predecessors)
        assert job.estimated_seconds == true.estimated.total_seconds()


async def test_times_are_in_the_engines_zone(tws: HwaEngine) -> None:
    page = await tws.jobs(JobQuery(order=JobOrder.STARTED_LAST), limit=1)
    assert page.items[0].started is not None
    assert str(page.items[0].started.tzinfo) == "America/Sao_Paulo"


async def test_the_zone_of_the_settings_wins(server: RunningSimulator) -> None:
    async with connect_engine(settings(server.url, zone="Europe/Rome")) as tws:
        assert (await tws.engine()).zone == "Europe/Rome"
        page = await tws.jobs(JobQuery(), limit=1)
    assert str(getattr(page.items[0].scheduled, "tzinfo", None)) == "Europe/Rome"


async def test_streams_with_their_figures(tws: HwaEngine, server: RunningSimulator) -> None:
    page = await tws.streams(StreamQuery(), limit=1000)
    assert page.total == len(server.simulator.plan.streams)
    by_id = {stream.id: stream for stream in page.items}
    for true in server.simulator.plan.streams:
        stream = by_id[true.id]
        assert (stream.name, stream.folder, stream.jobs) == (true.name, true.folder, len(true.jobs))
        assert stream.abended == sum(job.state is RunState.ABEND for job in true.jobs)
    stuck = await tws.streams(StreamQuery(internal_statuses=("STUCK",)))
    assert {stream.internal_status for stream in stuck.items} == {"STUCK"}


async def test_a_stream_in_detail_names_what_it_follows(tws: HwaEngine, server: RunningSimulator) -> None:
    true = next(stream for stream in server.simulator.plan.streams if stream.predecessors)
    stream = await tws.stream(true.id)
    assert {one.target_id for one in stream.dependencies} >= {one.predecessor.id for one in true.predecessors}


async def test_workstations_and_their_state(tws: HwaEngine, server: RunningSimulator) -> None:
    found = {one.name: one for one in await tws.workstations()}
    for true in server.simulator.plan.workstations:
        assert found[true.name].linked == true.linked
        assert (found[true.name].limit, found[true.name].fence) == (true.limit, true.fence)
    assert [one.name for one in await tws.workstations("MDM@")] == ["MDM_PROD"]


async def test_prompts_by_state(tws: HwaEngine, server: RunningSimulator) -> None:
    true = {prompt.id for prompt in server.simulator.plan.prompts if prompt.state is PromptState.ASKED}
    assert {prompt.id for prompt in await tws.prompts(("ASKED",))} == true
    assert len(await tws.prompts()) == len(server.simulator.plan.prompts)


async def test_resources_and_their_holders(tws: HwaEngine, server: RunningSimulator) -> None:
    found = {one.name: one for one in await tws.resources()}
    for true in server.simulator.plan.resources:
        one = found[true.spec.name]
        assert (one.quantity, one.in_use, one.available) == (true.quantity, true.in_use, true.available)
        assert sum(holder.quantity for holder in one.holders) == true.in_use


async def test_ids_never_show(tws: HwaEngine) -> None:
    job: Job | JobStream
    for job in (await tws.jobs(JobQuery(), limit=5)).items:
        assert job.id
        assert job.id not in job.model_dump_json()
