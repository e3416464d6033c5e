"""A rerun that is other than the run before, asked for in V1 and V2: what is run then, and who may have it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from resync_bot.simulator.plan import Job, Plan
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import SimulatorSettings, UserAccount
from resync_bot.simulator.states import RerunType, RunState
from resync_bot.simulator.v1.ids import definition_id
from tests.simulator.nights import at

FAILED, INSTEAD = "PAYROLL_CALC", "PAYROLL_VALIDATE"
NO_DEFINITION = "00000000-0000-0000-0000-000000000000"


class Desk:
    """Reruns jobs in one of the APIs."""

    def __init__(self, server: RunningSimulator, http: httpx.AsyncClient, api: str) -> None:
        self.server = server
        self.api = api
        self._http = http

    @property
    def plan(self) -> Plan:
        return self.server.simulator.plan

    async def rerun(self, job: Job, **details: Any) -> httpx.Response:
        """Asks for it with RerunDetails in the words of V1, or, where V2 has other words, in those."""
        if self.api == "V1":
            identity = quote(f"{job.stream.workstation.name};{job.stream.instance_id};{job.name}", safe="")
            return await self._http.put(f"/twsd/plan/current/job/{identity}/action/rerun", json=details)
        told = {{"id": "jobDefinitionDbIdentifier"}.get(name, name): value for name, value in details.items()}
        told |= told.pop("jobDefinitionInPlan", {})
        return await self._http.put(f"/twsd/api/v2/plan/job/run/{job.run.id}/action/rerun", json=told)

    async def log(self, job: Job) -> str:
        """Of its last run, as V2 tells it."""
        answer = await self._http.get(f"/twsd/api/v2/plan/job/run/{job.run.id}/joblog")
        return answer.text

    def later(self, minutes: float = 0.1) -> None:
        """Time passes."""
        self.server.simulator.jump(timedelta(minutes=minutes))


@asynccontextmanager
async def desk_of(api: str, *users: UserAccount) -> AsyncIterator[Desk]:
    settings = SimulatorSettings(seed=7, speed=0, port=0, start=at("02:00"))
    settings = SimulatorSettings(seed=7, speed=0, port=0, start=at("02:00"), users=users) if users else settings
    auth = (users[0].name, users[0].password) if users else ("demo", "demo")
    async with running_simulator(settings) as server, httpx.AsyncClient(base_url=server.url, auth=auth) as http:
        yield Desk(server, http, api)


@pytest.fixture(params=["V1", "V2"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with desk_of(request.param) as found:
        yield found


async def test_another_definition_is_run_in_the_place_of_the_jobs_own(desk: Desk) -> None:
    job, instead = desk.plan.job(FAILED), desk.plan.job(INSTEAD)
    assert (await desk.rerun(job, id=definition_id(instead))).status_code in (200, 202)
    desk.later(30)
    assert (job.run.type, job.run.name, job.state) == (RerunType.RERUN_FROM, FAILED, RunState.SUCC)
    log = await desk.log(job)
    assert instead.spec.command in log
    assert job.spec.command not in log


async def test_the_next_rerun_is_of_the_jobs_own_definition_again(desk: Desk) -> None:
    job = desk.plan.job(FAILED)
    await desk.rerun(job, id=definition_id(desk.plan.job(INSTEAD)))
    desk.later(30)
    await desk.rerun(job)
    desk.later()
    assert (job.run.type, job.run.spec) == (RerunType.RERUN, job.spec)


async def test_as_another_user(desk: Desk) -> None:
    job = desk.plan.job(FAILED)
    await desk.rerun(job, jobDefinitionInPlan={"userLogin": "payadm"})
    desk.later()
    assert "= USER      : payadm" in await desk.log(job)


async def test_from_a_step_on(desk: Desk) -> None:
    job = desk.plan.job(FAILED)
    await desk.rerun(job, stepName="STEP2")
    desk.later()
    assert (job.run.type, job.run.step) == (RerunType.RERUN_STEP, "STEP2")


async def test_at_a_time_or_at_once_and_with_a_priority(desk: Desk) -> None:
    job, other = desk.plan.job(FAILED), desk.plan.job("PAY_SEND_CREDIT")
    at_three = "2026-11-23T06:00:00.000Z"
    await desk.rerun(job, startTime=at_three, priority=70)
    await desk.rerun(other, startTime=at_three, asap=True)
    desk.later()
    assert (job.state, job.priority) == (RunState.HOLD, 70)
    assert other.state is not RunState.HOLD
    desk.later(61)
    assert job.run.started_at is not None


async def test_on_the_same_agent_of_a_pool(desk: Desk) -> None:
    pooled = next(
        job for job in desk.plan.jobs if job.workstation.spec.members and job.state is RunState.SUCC and not job.failed
    )
    before = pooled.run.workstation
    await desk.rerun(pooled, rerunJobOnSameWorkstation=True)
    desk.later()
    assert len(pooled.runs) > 1
    assert pooled.run.workstation is before


async def test_what_was_suppressed_runs_with_another_definition_only(desk: Desk) -> None:
    job = next(job for job in desk.plan.jobs if job.state is RunState.SUPPR and not job.workstation.spec.ignored)
    refused = await desk.rerun(job)
    assert refused.status_code == 500
    assert "AWSBIN076E" in refused.text
    assert (await desk.rerun(job, id=definition_id(desk.plan.job(INSTEAD)))).status_code in (200, 202)


@pytest.mark.parametrize(
    ("details", "status"),
    [
        ({"priority": 102}, 400),
        ({"startTime": "tomorrow"}, 400),
        ({"rerunJobOnTermination": True}, 400),
        ({"id": NO_DEFINITION}, 404),
    ],
)
async def test_what_is_not_understood(desk: Desk, details: dict[str, Any], status: int) -> None:
    job = desk.plan.job(FAILED)
    answer = await desk.rerun(job, **details)
    assert answer.status_code == status
    desk.later()
    assert len(job.runs) == 1


@pytest.mark.parametrize("api", ["V1", pytest.param("V2", marks=pytest.mark.asks_wrongly)])
async def test_an_identifier_is_a_text(api: str) -> None:
    async with desk_of(api) as desk:
        assert (await desk.rerun(desk.plan.job(FAILED), id=5)).status_code == 400


@pytest.mark.asks_wrongly  # the vendor's document is of 10.1
async def test_engines_of_10_2_rerun_a_job_by_its_own_id_too() -> None:
    async with desk_of("V2") as desk:
        job = desk.plan.job(FAILED)
        answer = await desk._http.put(f"/twsd/api/v2/plan/job/{job.id}/action/rerun", json={})
        assert answer.status_code == 200
        desk.later()
        assert len(job.runs) == 2


@pytest.mark.parametrize("api", ["V1", "V2"])
async def test_each_kind_takes_its_own_right(api: str) -> None:
    clerk = UserAccount("clerk", "clerk", keywords=frozenset({"RERUN"}))
    async with desk_of(api, clerk) as desk:
        job = desk.plan.job(FAILED)
        another = await desk.rerun(job, id=definition_id(desk.plan.job(INSTEAD)))
        as_another = await desk.rerun(job, jobDefinitionInPlan={"userLogin": "root"})
        assert [answer.status_code for answer in (another, as_another)] == [403, 403]
        assert "SUBMITDB" in another.text
        assert "SUBMIT " in as_another.text
        assert (await desk.rerun(job)).status_code in (200, 202)
