"""The bot as a user meets it: how soon it is ready, how much memory it takes, how fast it answers."""

import asyncio
import re
import statistics
import time
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

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
    """Times of questions through `/api/chat`, in milliseconds; `engine` is what the engine took of them in total."""

    p50: float
    p99: float
    total: float
    engine: float


async def answer_times() -> Answered:
    """Asks every question in rounds, each in a conversation of its own, with the engine's cache off."""
    unlimited = {
        f"APP_LIMITS__{who}_{what}": "100000" for who in ("PERSON", "PLACE") for what in ("PER_MINUTE", "BURST")
    }
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(TemporaryDirectory()))
        started = await stack.enter_async_context(demo(directory, APP_TWS__CACHE_SECONDS="0", **unlimited))
        session = await stack.enter_async_context(aiohttp.ClientSession(started.url))

        async def ask(question: str) -> None:
            async with session.post("/api/chat", json={"message": question, "conversation": None}) as response:
                body = await response.json()
                assert body["state"] == "ANSWERED", body

        for question in QUESTIONS * WARM_UP:
            await ask(question)
        engine = await _engine_seconds(session)
        times = [await _timed(ask(question)) for question in QUESTIONS * ROUNDS]
        engine = await _engine_seconds(session) - engine
    cuts = statistics.quantiles(times, n=100)
    return Answered(cuts[49] * 1000, cuts[98] * 1000, sum(times) * 1000, engine * 1000)


async def _timed(work: Awaitable[None]) -> float:
    begun = time.perf_counter()
    await work
    return time.perf_counter() - begun


async def _engine_seconds(session: aiohttp.ClientSession) -> float:
    """What the bot's own metrics say that it waited for the engine since it was started."""
    async with session.get("/api/metrics") as response:
        text = await response.text()
    return sum(
        float(found[1]) for found in re.finditer(r"^resync_tws_request_seconds_sum\{[^}]*\} (\S+)$", text, re.MULTILINE)
    )
