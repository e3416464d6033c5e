"""The bot as a user meets it: how soon it is ready, how much memory it takes, how fast it answers."""

import asyncio
import os
import re
import signal
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

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


@dataclass(frozen=True, slots=True)
class Started:
    """A running demo. `ready_after` is in seconds, from the start of the process to the first 200 of `ready`."""

    url: str
    pid: int
    ready_after: float


@asynccontextmanager
async def demo(**environment: str) -> AsyncIterator[Started]:
    """`resync-bot demo` in a process of its own, everything embedded, on free ports and a fresh data directory."""
    with TemporaryDirectory() as directory:
        begun = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "resync_bot",
            "demo",
            cwd=directory,
            env={**os.environ, "PORT": "0", "SIMULATOR_PORT": "0", "SIMULATOR_SPEED": "0", **environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            assert process.stdout is not None
            url = ""
            while not url:
                line = (await process.stdout.readline()).decode()
                assert line, "the demo ended"
                if found := re.search(r"ready: (http://\S+)", line):
                    url = found[1]
            async with aiohttp.ClientSession() as session, session.get(f"{url}/api/health/ready") as response:
                assert response.status == 200
            yield Started(url, process.pid, time.monotonic() - begun)
        finally:
            process.send_signal(signal.SIGINT)
            await process.wait()


def resident_megabytes(pid: int) -> float:
    """Physical memory of one process, from /proc."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1024


async def median_start() -> tuple[float, float]:
    """Seconds to ready, and resident megabytes of the idle bot: medians of several starts."""
    seconds, megabytes = [], []
    for _ in range(STARTS):
        async with demo() as started:
            seconds.append(started.ready_after)
            await asyncio.sleep(IDLE_SECONDS)
            megabytes.append(resident_megabytes(started.pid))
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
    async with demo(APP_TWS__CACHE_SECONDS="0", **unlimited) as started, aiohttp.ClientSession(started.url) as session:

        async def ask(question: str) -> None:
            async with session.post("/api/chat", json={"message": question, "conversation": None}) as response:
                body = await response.json()
                assert body["state"] == "ANSWERED", body

        for question in QUESTIONS * WARM_UP:
            await ask(question)
        engine = await _engine_seconds(session)
        times = [await _timed(lambda question=question: ask(question)) for question in QUESTIONS * ROUNDS]
        engine = await _engine_seconds(session) - engine
    cuts = statistics.quantiles(times, n=100)
    return Answered(cuts[49] * 1000, cuts[98] * 1000, sum(times) * 1000, engine * 1000)


async def _timed(call: Callable[[], Awaitable[None]]) -> float:
    begun = time.perf_counter()
    await call()
    return time.perf_counter() - begun


async def _engine_seconds(session: aiohttp.ClientSession) -> float:
    """What the bot's own metrics say that it waited for the engine since it was started."""
    async with session.get("/api/metrics") as response:
        text = await response.text()
    return sum(
        float(found[1]) for found in re.finditer(r"^resync_tws_request_seconds_sum\{[^}]*\} (\S+)$", text, re.MULTILINE)
    )
