"""Master and backup: who is asked, when the master is looked for again, and which API each of them speaks."""

import asyncio

import pytest
from aiohttp import web

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.simulator.faults import Fault
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.tws.connecting import connect_engines
from tests.tws.conftest import TWO_IN_THE_NIGHT, settings
from tests.tws.test_client import asking, count_jobs, nobody, serving


class Master:
    """A host that can be away in different ways; counts what it was asked."""

    def __init__(self) -> None:
        self.away: str | None = "503"
        self.asked = 0
        self.arrived = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        self.arrived.set()
        if self.away == "503":
            return web.Response(status=503)
        if self.away == "hangs":
            await asyncio.Event().wait()
        if request.path.endswith("/count"):
            return web.json_response({"count": 1, "groupedCount": {"ERROR": 1}})
        return web.json_response({"displayVersion": "10.2.9"})


@pytest.mark.parametrize("how", ["503", "hangs"])
async def test_who_does_not_answer_is_passed_over(server: RunningSimulator, how: str) -> None:
    master = Master()
    master.away = how
    async with serving(master.answer) as url, asking(url, server.url, read_timeout=0.2, connect_timeout=0.1) as world:
        assert (await world.client.facts()).version == "10.2.5"
        assert world.waits == []
        before = master.asked
        await world.client.ask(count_jobs)
        assert master.asked == before


async def test_the_master_is_looked_for_now_and_then_and_nobody_waits_for_it(server: RunningSimulator) -> None:
    master = Master()
    async with serving(master.answer) as url, asking(url, server.url, look_back_seconds=30.0) as world:
        await world.client.facts()
        assert world.client.host.url == server.url
        asked = master.asked
        world.now += 29
        await world.client.ask(count_jobs)
        assert (world.client._look, master.asked) == (None, asked)
        world.now += 2
        master.arrived.clear()
        await world.client.ask(count_jobs)  # answered by the backup
        assert world.client._look is not None
        await world.client._look
        assert (master.asked, world.client.host.url) == (asked + 1, server.url)  # not yet
        master.away = None
        world.now += 31
        await world.client.ask(count_jobs)
        await world.client._look
        assert world.client.host.url == url
        assert sum((await world.client.ask(count_jobs)).values()) == 1
        assert world.registry.get_sample_value("resync_tws_failovers_total", {"engine": "PROD"}) == 2


async def test_a_look_that_hangs_holds_up_nobody(server: RunningSimulator) -> None:
    master = Master()
    async with serving(master.answer) as url, asking(url, server.url, look_back_seconds=1.0) as world:
        await world.client.facts()
        master.away = "hangs"
        master.arrived.clear()
        for _ in range(3):
            world.now += 5
            assert sum((await world.client.ask(count_jobs)).values()) > 600
        await master.arrived.wait()
        assert master.asked == 2  # once at the start, and one look


async def test_a_host_that_was_away_is_asked_again_what_it_speaks(server: RunningSimulator) -> None:
    """The master is upgraded over night: it spoke V1 only, and speaks V2 when it is back."""
    start = SimulatorSettings(seed=7, speed=0, start=TWO_IN_THE_NIGHT, port=0)
    async with running_simulator(start) as backup, asking(server.url, backup.url) as world:
        server.faults.add(Fault(status=404, body="{}"), path="/engine/info", times=1)
        assert (await world.client.spoken()).dialect.api == "V1"
        server.faults.add(Fault(status=503), path="/plan", times=1)
        await world.client.ask(count_jobs)
        assert world.client.host.url == backup.url
        world.now += 31
        await world.client.ask(count_jobs)
        assert world.client._look is not None
        await world.client._look
        assert world.client.host.url == server.url
        assert (await world.client.spoken()).dialect.api == "V2"


async def test_a_key_that_is_refused_is_no_reason_to_ask_the_backup(server: RunningSimulator) -> None:
    server.faults.add(Fault(status=401), path="/engine/info")
    async with asking(server.url, nobody()) as world:
        assert (await world.fails()).kind is EngineErrorKind.UNAUTHORISED


async def test_several_engines_each_with_its_own_hosts() -> None:
    start = SimulatorSettings(seed=7, speed=0, start=TWO_IN_THE_NIGHT, port=0)
    async with running_simulator(start) as prod, running_simulator(start) as uat:
        access = {"user": "demo", "password": "demo", "cache_seconds": 0.0}
        chosen = settings("").model_validate(
            {
                "engines": {
                    "prod": access | {"host": f"{nobody()},{prod.url}"},
                    "UAT": access | {"host": uat.url, "zone": "Europe/Rome"},
                },
                "default": "UAT",
            }
        )
        async with connect_engines(chosen) as engines:
            assert (list(engines), engines.default) == (["UAT", "PROD"], "UAT")
            assert engines.named("prod") == "PROD"
            names = [(await engines[name].engine()).name for name in engines]
            zones = [(await engines[name].engine()).zone for name in engines]
            uat.faults.add(Fault(status=403), times=None)
            await engines["PROD"].count_jobs_by_status()
            with pytest.raises(EngineError):
                await engines["UAT"].count_jobs_by_status()
    assert names == ["UAT", "PROD"]
    assert zones == ["Europe/Rome", "America/Sao_Paulo"]
