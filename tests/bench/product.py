"""The bot as a user meets it: how soon it is ready, how much memory it takes, how fast it answers."""

import asyncio
import json
import re
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import httpx
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler

from resync_bot.simulator.faults import FaultSwitch
from resync_bot.simulator.rest import create_app
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from tests.demo_process import demo

STARTS = 3
ROUNDS = 20
WARM_UP = 2
IDLE_SECONDS = 5.0  # until the memory of an idle bot is looked at

QUESTIONS = (
    "how is the plan?",
    "what failed last night?",
    "o que está rodando?",
    "status of PAYROLL_POST",
    "why is PAYROLL_POST not starting?",
    "por que o PAYROLL_CALC falhou?",
    "what does PAYROLL_CALC block?",
    "which critical jobs are at risk?",
    "sj @#@.@+state=abend",
    "sc",
)


def resident_megabytes(pid: int) -> float:
    """Physical memory of one process, from /proc."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1024


async def median_start() -> tuple[float, float]:
    """Seconds to ready, and resident megabytes of the idle bot: medians of several starts."""
    seconds, megabytes = [], []
    for _ in range(STARTS):
        with TemporaryDirectory() as directory:
            async with demo(Path(directory)) as started:
                seconds.append(started.ready_after)
                await asyncio.sleep(IDLE_SECONDS)
                megabytes.append(resident_megabytes(started.process.pid))
    return statistics.median(seconds), statistics.median(megabytes)


@dataclass(frozen=True, slots=True)
class Answered:
    """Milliseconds of questions through `/api/chat`; `ratio` is to the bare calls that they needed."""

    p50: float
    p99: float
    ratio: float | None


async def answer_times(*, cached: bool) -> Answered:
    """Asks every question in rounds, each in a conversation of its own.

    `cached` is the bot as shipped; else every look-up goes to the engine. The bare calls are those that were made for
    the question, one after the other, by httpx and json alone; what the bot reads in the background is not among them.
    """
    limits = {f"APP_LIMITS__{who}_{what}": "100000" for who in ("PERSON", "PLACE") for what in ("PER_MINUTE", "BURST")}
    async with AsyncExitStack() as stack:
        calls: list[_Call] = []
        engine_url = await stack.enter_async_context(_recorded_engine(calls))
        pointed = {"TWS_HOST": engine_url, "TWS_USER": "demo", "TWS_PASSWORD": "demo", "APP_TWS__START_OF_DAY": "18:00"}
        directory = Path(stack.enter_context(TemporaryDirectory()))
        cache = {} if cached else {"APP_TWS__CACHE_SECONDS": "0"}
        bot = await stack.enter_async_context(demo(directory, **cache, **pointed, **limits))
        session = await stack.enter_async_context(aiohttp.ClientSession(bot.url))
        bare = await stack.enter_async_context(httpx.AsyncClient(base_url=engine_url, auth=("demo", "demo")))
        for question in QUESTIONS * WARM_UP:
            await _ask(session, question)
        whole: list[float] = []
        ratios: list[float] = []
        for question in QUESTIONS * ROUNDS:
            calls.clear()
            whole.append(await _timed(_ask(session, question)))
            needed = [call for call in calls if _is_of_a_turn(call)]
            if not cached and needed:
                ratios.append(whole[-1] / await _timed(_replay(bare, needed)))
    cuts = statistics.quantiles(whole, n=100)
    return Answered(cuts[49] * 1000, cuts[98] * 1000, statistics.median(ratios) if ratios else None)


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    request_id: str


def _is_of_a_turn(call: _Call) -> bool:
    """The id of its turn goes with each call; what belongs to none has one of its own, a UUID with hyphens."""
    return "-" not in call.request_id


@asynccontextmanager
async def _recorded_engine(calls: list[_Call]) -> AsyncIterator[str]:
    """A simulated engine that stands still, and notes what it is asked."""
    left_out = {"Host", "Authorization", "Request-Id", "Content-Length", "User-Agent"}

    @web.middleware
    async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
        kept = {name: value for name, value in request.headers.items() if name not in left_out}
        request_id = request.headers.get("Request-Id", "-")
        calls.append(_Call(request.method, request.raw_path, kept, await request.read(), request_id))
        return await handler(request)

    app = create_app(Simulator(SimulatorSettings(speed=0)), FaultSwitch())
    app.middlewares.insert(0, note)
    async with TestServer(app) as server:
        yield f"http://127.0.0.1:{server.port}"


async def _ask(session: aiohttp.ClientSession, question: str) -> None:
    async with session.post("/api/chat", json={"message": question, "conversation": None}) as response:
        body = await response.json()
        assert body["state"] == "ANSWERED", body


async def _replay(bare: httpx.AsyncClient, calls: Sequence[_Call]) -> None:
    for call in calls:
        answer = await bare.request(call.method, call.path, headers=call.headers, content=call.body)
        if "json" in answer.raise_for_status().headers["Content-Type"]:
            json.loads(answer.content)


async def _timed(work: Awaitable[None]) -> float:
    begun = time.perf_counter()
    await work
    return time.perf_counter() - begun
