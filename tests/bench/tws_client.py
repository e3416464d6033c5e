"""What the client costs on top of the bare calls: the same pages from the same engine, asked in turns.

The simulated engine runs in a process of its own, so that its work is not counted as ours.
"""

import asyncio
import json
import math
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import fmean, quantiles
from zoneinfo import ZoneInfo

import httpx
import orjson
from pydantic import SecretStr

from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.tws.asking import Answer, Ask, Listed, Place
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.dialect import Detail
from resync_bot.tws.models import Job
from resync_bot.tws.queries import PAGE_SIZE, JobQuery
from resync_bot.tws.v1.dialect import V1
from resync_bot.tws.v2 import questions
from resync_bot.tws.v2.dialect import V2

WARM_UP = 20  # calls that are not counted

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
    """A page of `jobs` by bare httpx with json, by the client as JSON, and as typed answers; milliseconds per call.

    Each is p50, p95 and the mean of processor time, which is what counts when many ask at once.
    """

    jobs: int
    bare: "Times"
    as_json: "Times"
    typed: "Times"


@dataclass(frozen=True, slots=True)
class Times:
    """Of one way to make a call, in milliseconds."""

    p50: float
    p95: float
    cpu: float

    def to(self, other: "Times") -> tuple[float, float, float]:
        """How many times as long as `other`."""
        return self.p50 / other.p50, self.p95 / other.p95, self.cpu / other.cpu


async def client_cost(jobs: int = 20, rounds: int = 300) -> ClientCost:
    """Asks `rounds` times for a page of `jobs`, each way in turn. Nothing comes from the cache."""
    async with _simulator() as settings, connect_engine(settings) as tws, _bare(settings) as http:
        request = questions.jobs(JobQuery(), limit=jobs, offset=0)
        url = settings.base_urls[0] + request.path

        async def bare() -> None:
            response = await http.get(url, params=dict(request.params), headers=dict(request.headers))
            json.loads(response.content)

        async def as_json() -> None:
            await tws._client.ask(lambda _dialect: Ask(request, lambda answer: answer.body))

        async def typed() -> None:
            await tws.jobs(JobQuery(), limit=jobs)

        ways: tuple[Callable[[], Awaitable[None]], ...] = (bare, as_json, typed)
        walls: list[list[float]] = [[], [], []]
        cpus: list[list[float]] = [[], [], []]
        for number in range(rounds + WARM_UP):
            for way, wall, cpu in zip(ways, walls, cpus, strict=True):
                started, used = time.perf_counter(), time.process_time()
                await way()
                if number >= WARM_UP:
                    wall.append((time.perf_counter() - started) * 1000)
                    cpu.append((time.process_time() - used) * 1000)
    return ClientCost(jobs, *(_times(wall, cpu) for wall, cpu in zip(walls, cpus, strict=True)))


def _times(wall: list[float], cpu: list[float]) -> Times:
    cuts = quantiles(wall, n=20)
    return Times(cuts[9], cuts[18], fmean(cpu))


@dataclass(frozen=True, slots=True)
class ReadingCost:
    """Milliseconds of processor time, the best of many, to read a page of `jobs` jobs: by json and by orjson alone,
    into the client's structs, and into its models. `longest` is what the event loop waits for at once."""

    jobs: int
    megabytes: float
    json: float
    orjson: float
    structs: float
    models: float
    longest: float


async def reading_costs(jobs: int = PAGE_SIZE, rounds: int = 50) -> dict[str, ReadingCost]:
    """The same page each way in turn, by how much of each job there is, and by both APIs."""
    found = {}
    async with _simulator() as settings, _bare(settings) as http:
        for dialect in (V2(), V1()):
            for detail in (Detail.NARROW, Detail.DEPENDENCIES):
                ask = dialect.jobs(JobQuery(), limit=jobs, place=Place(), detail=detail, now=None, steady=True)
                request = ask.request
                answer = await http.request(
                    request.method,
                    settings.base_urls[0] + request.path,
                    params=dict(request.params),
                    headers=dict(request.headers),
                    content=request.body,
                )
                page = answer.raise_for_status().content
                found[f"{dialect.api} {detail}"] = _reading_cost(page, ask, rounds)
    return found


def _reading_cost(page: bytes, ask: Ask[Listed[Job]], rounds: int) -> ReadingCost:
    zone = ZoneInfo("America/Sao_Paulo")
    rows = 0
    longest = math.inf

    def models() -> None:
        nonlocal rows, longest
        begun = time.process_time()
        turns = ask.understand(Answer(ask.shape.read(page), {}, zone))
        assert isinstance(turns, Coroutine)
        held = []
        while True:
            try:
                turns.send(None)
            except StopIteration as end:
                rows = end.value.rows
                break
            finally:
                held.append(time.process_time() - begun)
                begun = time.process_time()
        longest = min(longest, max(held) * 1000)

    ways: tuple[Callable[[], object], ...] = (
        lambda: json.loads(page),
        lambda: orjson.loads(page),
        lambda: ask.shape.read(page),
        models,
    )
    best = [math.inf] * len(ways)
    for _ in range(rounds):
        for number, way in enumerate(ways):
            used = time.process_time()
            way()
            best[number] = min(best[number], (time.process_time() - used) * 1000)
    by_json, by_orjson, structs, whole = best
    return ReadingCost(rows, len(page) / 1e6, by_json, by_orjson, structs, whole, longest)


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
