"""The plan's graph at 600, 100 000 and 500 000 jobs: building, memory, queries, and the questions that rest on it.

The simulated engine and the bot each run in a process of their own: the engine's work is not counted as the bot's, and
the memory that is measured is what a bot of that size takes. All sizes together end in time; what that leaves out is
said.
"""

import asyncio
import json
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

SIZES = (600, 100_000, 500_000)
LIMIT = 350.0  # seconds for all of them together

Row: TypeAlias = tuple[str, str, str]

# Prints its address when it listens, and serves until it is stopped.
_ENGINE = """
import asyncio, sys
from resync_bot.simulator.server import running_simulator
from resync_bot.simulator.settings import SimulatorSettings

async def serve():
    async with running_simulator(SimulatorSettings(seed=7, speed=0, port=0, jobs=int(sys.argv[1]))) as server:
        print(server.url, flush=True)
        await asyncio.Event().wait()

asyncio.run(serve())
"""


async def graph() -> list[Row]:
    """What was measured, the figure, and the aim."""
    rows: list[Row] = []
    ends = time.monotonic() + LIMIT
    for size in SIZES:
        rows += await measured(size, seconds=max(1.0, ends - time.monotonic()))
    return rows


async def measured(jobs: int, *, seconds: float) -> list[Row]:
    """The rows of one size, as many as `seconds` allow for."""
    size = f"{jobs:,} jobs".replace(",", " ")
    rows: list[Row] = []
    try:
        async with asyncio.timeout(seconds), _process("-c", _ENGINE, str(jobs)) as engine:
            url = (await _output(engine).readline()).decode().strip()
            async with _process("-m", "tests.bench.graph_bot", url, str(jobs)) as bot:
                async for line in _output(bot):
                    what, figure, aim = json.loads(line)
                    rows.append((f"{size}: {what}", figure, aim))
                if await bot.wait():
                    raise RuntimeError(f"the bot that is measured at {size} has failed")
    except TimeoutError:
        rows.append((f"{size}: all that is missing here", f"left out after {LIMIT:.0f} s for all sizes", ""))
    return rows


@asynccontextmanager
async def _process(*arguments: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _output(process: Process) -> asyncio.StreamReader:
    assert process.stdout is not None
    return process.stdout
