"""The simulated engine itself: how long it takes to start at a size, its memory, and how long it takes to answer.

It must be quick enough that what is measured against it is the client. It runs in a process of its own; the times are
those of bare httpx, with the bytes read and not decoded.
"""

import asyncio
import re
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from tests.bench.product import resident_megabytes

SIZES = (600, 100_000, 500_000)
ROUNDS = 9
NARROW = {"scope": "WHOLE_NO_JOB_DEFINITIONS_AND_NO_DEPENDENCIES"}
WITH_DEPENDENCIES = {"scope": "WHOLE_NO_JOB_DEFINITIONS"}
EVERYTHING = "/@/@#/@/@.@"

Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """A GET that is measured."""

    what: str
    path: str
    params: dict[str, str | int]
    headers: dict[str, str]
    aim: str = ""


def requests(jobs: int, close: str) -> list[Request]:
    """What is asked of a plan of that size; `close` is the id of the job that most others come before."""
    middle = jobs // 2
    failed = "jobruns.commonStatus IN ['ERROR'] ORDER BY jobruns.timeInfo.actualEndTime DESC"
    waiting = "jobruns.commonStatus = 'WAITING' AND folder LIKE '/P@'"
    longest = "jobruns.elapsedTime != null ORDER BY jobruns.elapsedTime DESC"
    page: dict[str, str | int] = {"limit": min(1000, jobs // 4), "offset": middle}
    return [
        Request("a page of 1000 narrow jobs", "/plan/job", page, NARROW, "under 50 ms"),
        Request("the same by name", "/plan/job", page | {"oql": "ORDER BY name"}, NARROW),
        Request("a page of 1000 jobs with dependencies", "/plan/job", page, WITH_DEPENDENCIES),
        Request("a page of 10000 jobs with dependencies", "/plan/job", page | {"limit": 10_000}, WITH_DEPENDENCIES),
        Request("count by status", "/plan/job/count", {"plan_filter": EVERYTHING, "grouping_filters": "status"}, {}),
        Request("count by folder", "/plan/job/count", {"plan_filter": EVERYTHING, "grouping_filters": "folder"}, {}),
        Request("streams by status", "/plan/jobstream/count", {"grouping_filters": "status"}, {}),
        Request("a job by name", "/plan/job", {"oql": "name = 'PAYROLL_CALC'"}, NARROW),
        Request("50 that failed last", "/plan/job", {"oql": failed, "limit": 50}, NARROW),
        Request("10 that took longest", "/plan/job", {"oql": longest, "limit": 10}, NARROW),
        Request("issues of what waits in a few folders", "/plan/job/issues", {"oql": waiting}, {}),
        Request("predecessors of the last close, 4 levels", f"/plan/job/{close}/predecessors", {"depth": 4}, {}),
        Request("successors of a job, 2 levels", f"/plan/job/{close}/successors", {"depth": 2}, {}),
    ]


async def simulator() -> list[Row]:
    """Rows for each size."""
    return [row for jobs in SIZES for row in await _figures(jobs)]


async def _figures(jobs: int) -> list[Row]:
    began = time.perf_counter()
    async with _engine(jobs) as (process, url):
        seconds = time.perf_counter() - began
        async with httpx.AsyncClient(base_url=f"{url}/twsd/api/v2", auth=("demo", "demo"), timeout=120) as client:
            name = "PAYROLL_CLOSE" if jobs < 1000 else "GRP_CONSOL_PUBLISH@"
            found = await client.get("/plan/job", params={"oql": f"name LIKE '{name}'"}, headers=NARROW)
            close = found.json()["results"][-1]["id"]
            measured = [(one, await _median(client, one)) for one in requests(jobs, close)]
        rows = [
            (
                "start to the first answer",
                f"{seconds:.1f} s",
                {100_000: "under 5 s", 500_000: "under 30 s"}.get(jobs, ""),
            ),
            ("memory after these requests", f"{resident_megabytes(process.pid):.0f} MB", "under 1500 MB"),
            *((one.what, f"{milliseconds:.1f} ms", one.aim) for one, milliseconds in measured),
        ]
    return [(f"simulated engine, {jobs} jobs: {what}", figure, aim) for what, figure, aim in rows]


async def _median(client: httpx.AsyncClient, request: Request) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        response = await client.get(request.path, params=request.params, headers=request.headers)
        times.append((time.perf_counter() - began) * 1000)
        response.raise_for_status()
    return statistics.median(times)


@asynccontextmanager
async def _engine(jobs: int) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """`resync-bot simulator`, frozen at its start; it ends with the block."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "resync_bot", "simulator", "--port=0", "--speed=0", f"--jobs={jobs}"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://[\w.:]+", (await process.stdout.readline()).decode())
        assert found is not None
        yield process, found[0]
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
