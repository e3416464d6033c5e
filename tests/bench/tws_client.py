"""What the client costs on top of the bare calls: the same pages from the same engine, asked in turns.

The simulated engine runs in a process of its own, so that its work is not counted as ours.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median

import httpx
from pydantic import SecretStr

from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.tws import v2
from resync_bot.tws.client import BASE_PATH
from resync_bot.tws.engine import connect_engine
from resync_bot.tws.queries import JobQuery

# Prints its address when it listens, and serves until it is stopped.
_SERVER = """
import asyncio
from resync_bot.simulator.server import running_simulator
from resync_bot.simulator.settings import SimulatorSettings

async def serve():
    async with running_simulator(SimulatorSettings(seed=7, speed=0, port=0)) as server:
        print(server.url, flush=True)
        await asyncio.Event().wait()

asyncio.run(serve())
"""


@dataclass(frozen=True, slots=True)
class ClientCost:
    """Milliseconds per call, p50: bare httpx with json, the client's JSON, the typed answer; ratios to the bare call.

    `cpu_ratio` is the same for processor time, which is what counts when many ask at once.
    """

    jobs: int
    bare_ms: float
    json_ms: float
    typed_ms: float
    cpu_ratio: float

    @property
    def json_ratio(self) -> float:
        """The transport alone: pool, retries, breaker, metrics, decoding."""
        return self.json_ms / self.bare_ms

    @property
    def typed_ratio(self) -> float:
        """With the models."""
        return self.typed_ms / self.bare_ms


async def client_cost(jobs: int = 20, rounds: int = 300) -> ClientCost:
    """Asks `rounds` times for a page of `jobs`, each way in turn."""
    async with _simulator() as settings, connect_engine(settings) as tws, _bare(settings) as http:
        read = v2.jobs(JobQuery(), limit=jobs, offset=0)
        url = settings.base_urls[0] + BASE_PATH + read.path

        async def bare() -> None:
            response = await http.get(url, params=dict(read.params), headers=dict(read.headers))
            json.loads(response.content)

        async def transport() -> None:
            await tws._client.json(read)

        async def typed() -> None:
            await tws.jobs(JobQuery(), limit=jobs)

        ways: tuple[Callable[[], Awaitable[None]], ...] = (bare, transport, typed)
        walls: list[list[float]] = [[], [], []]
        cpus: list[list[float]] = [[], [], []]
        for number in range(rounds + 20):
            for way, wall, cpu in zip(ways, walls, cpus, strict=True):
                started, used = time.perf_counter(), time.process_time()
                await way()
                if number >= 20:
                    wall.append((time.perf_counter() - started) * 1000)
                    cpu.append(time.process_time() - used)
    bare_ms, json_ms, typed_ms = (median(wall) for wall in walls)
    return ClientCost(jobs, bare_ms, json_ms, typed_ms, cpu_ratio=sum(cpus[2]) / sum(cpus[0]))


@asynccontextmanager
async def _simulator() -> AsyncIterator[TwsSettings]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", _SERVER, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        url = (await process.stdout.readline()).decode().strip()
        yield TwsSettings(host=url, user="demo", password=SecretStr("demo"), zone="UTC", cache_seconds=0)
    finally:
        process.terminate()
        await process.wait()


def _bare(settings: TwsSettings) -> httpx.AsyncClient:
    return httpx.AsyncClient(auth=(settings.user, settings.password.get_secret_value()))
