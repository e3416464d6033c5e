"""What the client costs on top of the bare calls: the same pages from the same engine, asked in turns.

The simulated engine runs in a process of its own, so that its work is not counted as ours.
"""

import asyncio
import json
import math
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import httpx
import orjson
from pydantic import SecretStr

from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.tws.asking import Ask
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.queries import JobQuery
from resync_bot.tws.v2 import questions

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
        request = questions.jobs(JobQuery(), limit=jobs, offset=0)
        url = settings.base_urls[0] + request.path

        async def bare() -> None:
            response = await http.get(url, params=dict(request.params), headers=dict(request.headers))
            json.loads(response.content)

        async def transport() -> None:
            await tws._client.ask(lambda _dialect: Ask(request, lambda answer: answer.body))

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


@dataclass(frozen=True, slots=True)
class DecodingCost:
    """Milliseconds of processor time, the best of many, to decode a page of `jobs` jobs.

    Measured 2026-11-23 on a page of 1000 (3.1 MB): json 24, orjson 19, msgspec 15. What msgspec would save is a
    twentieth of what the page costs as a whole, which is no reason for another dependency.
    """

    jobs: int
    megabytes: float
    json_ms: float
    orjson_ms: float


async def decoding_cost(jobs: int = 1000, rounds: int = 20) -> DecodingCost:
    """Decodes the same page both ways in turn."""
    async with _simulator() as settings, _bare(settings) as http:
        request = questions.jobs(JobQuery(), limit=jobs, offset=0)
        url = settings.base_urls[0] + request.path
        page = (await http.get(url, params=dict(request.params), headers=dict(request.headers))).content
    ways: tuple[Callable[[bytes], Any], ...] = (json.loads, orjson.loads)
    best = [math.inf] * len(ways)
    for _ in range(rounds):
        for number, way in enumerate(ways):
            used = time.process_time()
            way(page)
            best[number] = min(best[number], (time.process_time() - used) * 1000)
    return DecodingCost(len(orjson.loads(page)["results"]), len(page) / 1e6, *best)


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
