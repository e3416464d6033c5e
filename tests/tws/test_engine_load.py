"""What protects an engine from the bot: few logs at a time, one question for many who ask it, a short memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import web
from prometheus_client import CollectorRegistry

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.resilience import CircuitBreakerManager
from resync_bot.simulator.faults import Fault
from resync_bot.simulator.server import RunningSimulator
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.engine import JOB_LOGS_AT_ONCE
from resync_bot.tws.metrics import TwsMetrics
from resync_bot.tws.queries import JobQuery
from tests.tws.conftest import settings


class SlowLogs:
    """An engine whose logs come when `leave` is set; knows how many were asked for at the same time."""

    def __init__(self) -> None:
        self.leave = asyncio.Event()
        self.full = asyncio.Event()
        self.now = self.most = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path.endswith("/engine/info"):
            return web.json_response({"displayVersion": "10.2.5"})
        self.now += 1
        self.most = max(self.most, self.now)
        if self.now == JOB_LOGS_AT_ONCE:
            self.full.set()
        try:
            await self.leave.wait()
        finally:
            self.now -= 1
        return web.Response(text="line one\n= Exit Status : 3\n")

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_get("/{path:.*}", self.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


async def test_never_more_than_three_job_logs_at_a_time() -> None:
    logs = SlowLogs()
    async with logs.listening() as url, connect_engine(settings(url)) as tws:
        asked = [asyncio.ensure_future(tws.job_log(f"run{number}")) for number in range(12)]
        await logs.full.wait()
        logs.leave.set()
        found = await asyncio.gather(*asked)
    assert logs.most == JOB_LOGS_AT_ONCE == 3
    assert {log.return_code for log in found} == {3}


async def test_many_who_ask_the_same_cost_the_engine_one_question(server: RunningSimulator) -> None:
    registry = CollectorRegistry()
    chosen = settings(server.url, cache_seconds=60.0)
    async with connect_engine(chosen, metrics=TwsMetrics(registry)) as tws:
        await asyncio.gather(*(tws.jobs(JobQuery()) for _ in range(40)))
        await tws.jobs(JobQuery())
    assert sorted(server.faults.requests) == ["/engine/info", "/plan/job"]

    def counted(outcome: str) -> float:
        return registry.get_sample_value("resync_tws_cache_total", {"engine": "PROD", "outcome": outcome}) or 0

    assert counted("miss") == 1
    assert counted("joined") >= 1
    assert counted("joined") + counted("hit") == 40


async def test_what_the_status_page_shows_of_the_way_to_the_engine(server: RunningSimulator) -> None:
    breakers = CircuitBreakerManager(registry=CollectorRegistry())
    async with connect_engine(settings(server.url), breakers=breakers) as tws:
        await tws.engine()
    (name,) = breakers.snapshot()
    assert name == f"tws PROD {server.url.removeprefix('http://')}"


async def test_an_error_inside_the_block_comes_out_as_itself(server: RunningSimulator) -> None:
    server.faults.add(Fault(status=401))

    async def ask() -> None:
        async with connect_engine(settings(server.url)) as tws:
            await tws.engine()

    with pytest.raises(EngineError) as caught:
        await ask()
    assert caught.value.kind is EngineErrorKind.UNAUTHORISED


async def test_an_unknown_zone_is_utc_and_said_so() -> None:
    async def info(request: web.Request) -> web.StreamResponse:
        return web.json_response({"displayVersion": "10.2.5", "timezone": "Mars/Olympus"})

    logs = SlowLogs()
    logs.answer = info  # type: ignore[method-assign]  # the same server with another answer
    async with logs.listening() as url, connect_engine(settings(url)) as tws:
        assert (await tws.engine()).zone == "UTC"


async def test_every_question_goes_to_the_operation_for_it(server: RunningSimulator) -> None:
    plan = server.simulator.plan
    job = plan.job("PAYROLL_CALC")
    stream = plan.stream("PAYROLL")
    async with connect_engine(settings(server.url)) as tws:
        assert await tws.predecessors(job.id, depth=3)
        assert await tws.successors(job.id, depth=3)
        await tws.stream_successors(stream.id, depth=2)
        assert await tws.issues([one.id for one in plan.jobs[:120] if not one.done])
        assert (await tws.job_log(job.run.id)).lines
        assert (await tws.stream(stream.id)).name == "PAYROLL"
        assert await tws.prompts()
        assert await tws.resources("@")
    asked = set(server.faults.requests)
    assert f"/plan/job/{job.id}/predecessors" in asked
    assert f"/plan/jobstream/{stream.id}/successors" in asked
    assert "/plan/job/issues" in asked


@pytest.mark.parametrize("identity", ["no/such#job", "CPUA;0AAAAAAAAAAAABQM;JOBC", "ß ü"])
async def test_ids_of_any_form_reach_the_engine_whole(server: RunningSimulator, identity: str) -> None:
    async with connect_engine(settings(server.url)) as tws:
        with pytest.raises(EngineError) as caught:
            await tws.job(identity)
    assert caught.value.kind is EngineErrorKind.NOT_FOUND
    assert server.faults.requests[-1] == f"/plan/job/{identity}"


async def test_an_engine_of_10_1_lists_its_prompts_by_v1(server: RunningSimulator) -> None:
    async with connect_engine(settings(server.url)) as tws:
        by_v2 = await tws.prompts(["ASKED"])
        server.faults.add(Fault(status=404, body="{}"), path="/plan/prompt", times=None)
        by_v1 = await tws.prompts(["ASKED"])
    assert [one.number for one in by_v1] == [one.number for one in by_v2] != []
    assert server.faults.requests[-1] == "/plan/current/prompt/query"


async def test_an_engine_that_lists_no_prompts_says_so(server: RunningSimulator) -> None:
    for path in ("/plan/prompt", "/plan/current/prompt"):
        server.faults.add(Fault(status=404, body="{}"), path=path, times=None)
    async with connect_engine(settings(server.url)) as tws:
        with pytest.raises(EngineError) as caught:
            await tws.prompts()
    assert caught.value.kind is EngineErrorKind.UNSUPPORTED


async def test_late_jobs_are_found_also_where_deadlines_cannot_be_asked_for(server: RunningSimulator) -> None:
    """Few fields of OQL are documented for jobs: an engine may not know this one."""
    server.simulator.jump(timedelta(hours=8))
    async with connect_engine(settings(server.url)) as tws:
        late = await tws.jobs(JobQuery(late=True))
        refusal = Fault(status=400, body='{"messages": ["OQL_FILTER_SYNTAX_ERROR"]}')
        server.faults.add(refusal, path="/plan/job")
        again = await tws.jobs(JobQuery(late=True))
    assert late.total > 0
    assert all(job.late for job in late.items)
    assert again == late
    whole = [job for job in server.simulator.plan.jobs if job.deadline is not None]
    assert late.total <= len(whole)
