"""A plan of a hundred thousand jobs: the bank within its group, as alive as the bank alone, and quick to ask."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from itertools import chain

import httpx
import pytest

from resync_bot.errors import ConfigurationError
from resync_bot.simulator.access import Rights
from resync_bot.simulator.bank import blueprint
from resync_bot.simulator.catalogue import JOBS
from resync_bot.simulator.index import Selecting
from resync_bot.simulator.oql import compile_query, parse
from resync_bot.simulator.plan import Job, Plan, Stream
from resync_bot.simulator.server import running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from resync_bot.simulator.states import FAILED, RunState
from resync_bot.simulator.status import CommonStatus, common_status
from tests.simulator.nights import at, bank

SIZE = 100_000
NOW = at("02:00")
EVERYBODY = Rights("demo", ("/",))


@pytest.fixture(scope="module")
def simulator() -> Simulator:
    """One for all tests of this file: none of them changes it."""
    return Simulator(SimulatorSettings(jobs=SIZE, speed=0, start=NOW, port=0))


@pytest.fixture
def plan(simulator: Simulator) -> Plan:
    return simulator.plan


def before(node: Job | Stream) -> list[Job | Stream]:
    return [dependency.predecessor for dependency in node.predecessors]


# -- what it is made of


@pytest.mark.parametrize("jobs", [700, 1_000, 2_500, 9_999])
def test_it_has_exactly_the_size_that_was_asked_for(jobs: int) -> None:
    assert sum(len(stream.jobs) for stream in blueprint(jobs).streams) == jobs


def test_the_default_is_the_bank_alone() -> None:
    assert {stream.mishap for stream in blueprint(SimulatorSettings().jobs).streams} == {None}


@pytest.mark.parametrize("jobs", [0, 599, 500_001])
def test_other_sizes_are_refused(jobs: int) -> None:
    with pytest.raises(ConfigurationError, match="jobs"):
        SimulatorSettings(jobs=jobs)


def test_it_is_made_of_many_different_things(plan: Plan) -> None:
    assert len(plan.jobs) == SIZE
    assert 200 <= len(plan.workstations) <= 600
    assert len(plan.resources) > 100
    assert len(plan.prompts) > 80
    assert len({stream.folder for stream in plan.streams}) > 500
    assert len({machine.spec.folder for machine in plan.workstations}) >= 5
    ours = [stream for stream in plan.streams if stream.spec.mishap is not None]
    assert all(5 <= len(stream.jobs) <= 60 for stream in ours)
    assert len({len(stream.jobs) for stream in ours}) > 50
    assert len({stream.spec.at for stream in ours}) > 500


def test_hardly_two_streams_have_the_same_shape(plan: Plan) -> None:
    def shape(stream: Stream) -> tuple[tuple[int, ...], ...]:
        own = {job: number for number, job in enumerate(stream.jobs)}
        return tuple(
            tuple(own[one] for one in before(job) if isinstance(one, Job) and one in own) for job in stream.jobs
        )

    large = [stream for stream in plan.streams if len(stream.jobs) > 12]
    shapes = Counter(map(shape, large))
    assert len(shapes) > len(large) / 3


def test_names_are_unique_but_for_what_many_streams_share(plan: Plan) -> None:
    where: dict[str, set[str]] = {}
    for job in plan.jobs:
        where.setdefault(job.name, set()).add(f"{job.stream.folder}/{job.stream.name}")
    shared = {name for name, streams in where.items() if len(streams) > 1}
    assert {"HOUSEKEEPING", "NOTIFY_OPS", "CHECK_SPACE"} <= shared
    assert not {name for name in shared if name.startswith("CRD")}
    assert len(where) > SIZE * 0.85


def test_names_keep_the_lengths_and_characters_of_the_product(plan: Plan) -> None:
    for name, longest in chain(
        ((job.name, 40) for job in plan.jobs),
        ((stream.name, 16) for stream in plan.streams),
        ((machine.name, 16) for machine in plan.workstations),
        ((resource.spec.name, 8) for resource in plan.resources),
        ((prompt.spec.name, 8) for prompt in plan.prompts),
    ):
        assert len(name) <= longest
        assert name[0].isalpha()
        assert set(name) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def test_ids_are_unique(plan: Plan) -> None:
    assert len(plan.jobs_by_id) == SIZE
    assert len(plan.runs_by_id) == sum(len(job.runs) for job in plan.jobs)
    assert not plan.jobs_by_id.keys() & plan.runs_by_id.keys()
    assert not plan.jobs_by_id.keys() & plan.streams_by_id.keys()


def test_dependencies_have_no_circle_and_reach_deep(plan: Plan) -> None:
    """A job follows its own predecessors and those of its stream; a stream has ended when all of its jobs have."""
    depth: dict[Job, int] = {}

    def needed(job: Job) -> list[Job]:
        nodes = (*before(job), *before(job.stream))
        return [one for node in nodes for one in ((node,) if isinstance(node, Job) else node.jobs)]

    open_: dict[Job, Iterator[Job]] = {}
    for root in plan.jobs:
        stack = [root] if root not in depth else []
        while stack:
            job = stack[-1]
            pending = open_.setdefault(job, iter(needed(job)))
            following = next((one for one in pending if one not in depth), None)
            if following is None:
                depth[job] = 1 + max((depth[one] for one in needed(job)), default=0)
                del open_[stack.pop()]
            else:
                assert following not in open_, f"{following} waits for itself"
                stack.append(following)

    close = plan.stream("GRP_CONSOL").jobs[-1]
    assert close.spec.critical
    assert depth[close] > 60


def test_what_follows_across_streams_is_scheduled_in_order(plan: Plan) -> None:
    followed = (
        (one if isinstance(one, Stream) else one.stream, stream)
        for stream in plan.streams
        for one in chain(before(stream), *map(before, stream.jobs))
    )
    crossing = [(first, second) for first, second in followed if first is not second and second.spec.mishap is not None]
    assert len(crossing) > 5_000
    assert sum(first.scheduled > second.scheduled for first, second in crossing) < len(crossing) / 10


def test_critical_closes_are_at_the_end_of_long_networks(plan: Plan) -> None:
    critical = [job for job in plan.jobs if job.spec.critical]
    assert len(critical) > 50
    assert all(job.deadline is not None for job in critical)
    in_networks = [job for job in plan.jobs if job.critical_start is not None]
    assert SIZE / 4 < len(in_networks) < SIZE
    for job in in_networks[:: SIZE // 2_000]:
        for one in before(job):
            if isinstance(one, Job):
                assert one.critical_start is not None
                assert one.critical_start <= job.critical_start - one.estimated  # type: ignore[operator]  # not None


# -- its night


def test_the_bank_has_the_same_night_in_it(plan: Plan) -> None:
    alone = bank(1)
    for job in alone.jobs:
        same = plan.jobs_by_id[job.id]
        assert [(run.state, run.ended_at) for run in same.runs] == [(run.state, run.ended_at) for run in job.runs]


def test_at_two_most_went_well_some_failed_and_everything_else_happens_somewhere(plan: Plan) -> None:
    count = Counter(common_status(job) for job in plan.jobs)
    assert count[CommonStatus.SUCCESSFUL] > SIZE / 3
    assert count[CommonStatus.WAITING] > SIZE / 3
    assert 20 <= count[CommonStatus.ERROR] <= SIZE / 200
    assert count[CommonStatus.RUNNING] > 100
    assert count[CommonStatus.HELD]
    assert count[CommonStatus.CANCELED]
    failed = [run for job in plan.jobs for run in job.runs if run.state in FAILED]
    assert len(failed) > 2 * count[CommonStatus.ERROR]  # most were repaired
    assert len({run.cause for run in failed}) > 12
    assert {job.state for job in plan.jobs} == set(RunState)


def test_nothing_is_overcommitted(plan: Plan) -> None:
    for resource in plan.resources:
        assert 0 <= resource.in_use <= resource.quantity
    for machine in plan.workstations:
        assert len(machine.running) <= machine.limit


# -- asking it

QUESTIONS = [
    "name = 'PAYROLL_CALC'",
    "name LIKE 'CRD@' ORDER BY name",
    "name LIKE '@SETTLE@' AND jobruns.commonStatus = 'WAITING'",
    "jobruns.commonStatus IN ['ERROR'] ORDER BY jobruns.timeInfo.actualEndTime DESC",
    "jobruns.elapsedTime != null ORDER BY jobruns.elapsedTime DESC, name",
    "folder LIKE '/LATAM/@' AND jobOptions.critical = true",
    "jobruns.timeInfo.actualEndTime >= '2026-11-23T04:30:00Z' AND jobruns.compositeStatus.status != 'SUCC'",
    "workstation LIKE '@/FTA@' AND jobruns.compositeStatus.status IN ['FENCE', 'READY']",
    "priority > 40 OR jobruns.returnCode > 0",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_an_indexed_answer_is_that_of_a_full_scan(plan: Plan, text: str) -> None:
    found = Selecting(plan, NOW, EVERYBODY.folders, EVERYBODY.may_display).by_query(parse(text), JOBS.fields)
    expected = compile_query(parse(text), JOBS.fields).select(plan.jobs, NOW)
    assert expected
    assert list(found) == expected
    assert found[5:9] == expected[5:9]


@pytest.fixture
async def api(simulator: Simulator) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        running_simulator(simulator=simulator) as server,
        httpx.AsyncClient(base_url=f"{server.url}/twsd/api/v2", auth=("demo", "demo"), timeout=60) as client,
    ):
        yield client


async def test_it_keeps_to_the_api_document(api: httpx.AsyncClient, plan: Plan) -> None:
    for scope in ("WHOLE", "WHOLE_NO_JOB_DEFINITIONS", "WHOLE_NO_JOB_DEFINITIONS_AND_NO_DEPENDENCIES"):
        for offset in (700, SIZE // 2, SIZE - 300):
            page = await api.get("/plan/job", params={"limit": 300, "offset": offset}, headers={"scope": scope})
            body = page.json()
            assert body["count"] == SIZE
            assert [one["id"] for one in body["results"]] == [job.id for job in plan.jobs[offset : offset + 300]]
    for path in ("/plan/jobstream", "/plan/workstation", "/plan/resource", "/plan/prompt"):
        assert (await api.get(path, params={"limit": 200})).json()["results"]
    close = plan.stream("GRP_CONSOL").jobs[-1]
    for path in (f"/plan/job/{close.id}", f"/plan/job/{close.id}/predecessors", f"/plan/job/{close.id}/successors"):
        assert (await api.get(path)).status_code == 200


async def test_counts_by_status_add_up(api: httpx.AsyncClient, plan: Plan) -> None:
    params = {"plan_filter": "/@/@#/@/@.@", "grouping_filters": "status"}
    counted = (await api.get("/plan/job/count", params=params)).json()
    assert counted["count"] == SIZE
    assert counted["groupedCount"] == Counter(common_status(job).value for job in plan.jobs)


async def test_dependencies_of_a_page_name_jobs_and_streams_of_the_plan(api: httpx.AsyncClient, plan: Plan) -> None:
    params = {"limit": 1000, "offset": 40_000}
    page = (await api.get("/plan/job", params=params, headers={"scope": "WHOLE_NO_JOB_DEFINITIONS"})).json()
    ids = []
    for told, job in zip(page["results"], plan.jobs[40_000:41_000], strict=True):
        predecessors = [one for one in told["dependencies"] if "jobStreamId" in one]
        assert [one.get("jobId", one["jobStreamId"]) for one in predecessors] == [one.id for one in before(job)]
        assert all(one["jobStreamId"] in plan.streams_by_id for one in predecessors)
        ids += [one["id"] for one in told["dependencies"]]
    assert len(ids) > 500
    assert len(set(ids)) == len(ids)
