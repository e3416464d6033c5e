"""`make bench`: measures, and prints a table for the README. Run it on a quiet machine; compare ratios, not seconds.

`make bench WHAT="house slack teams alerts graph simulator"` chooses the parts; the house alone is the default, the
others take minutes.
"""

import asyncio
import os
import platform
import re
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path

from resync_bot.runtime.logs import logging_to
from resync_bot.runtime.sections import LogLevel, LogSettings
from tests.bench.alerts import alerts
from tests.bench.graph import graph
from tests.bench.lanes import accept_times, turn_rate
from tests.bench.product import Answered, answer_times, median_start
from tests.bench.simulator import simulator
from tests.bench.slack import slack
from tests.bench.teams import PER_SECOND, teams_figures
from tests.bench.tws_client import client_cost, reading_costs

Row = tuple[str, str, str]


def machine() -> str:
    """What it was measured on."""
    found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    processor = found[1] if found else "unknown"
    return f"{os.cpu_count()} cores ({processor}), {memory:.0f} GiB, Python {platform.python_version()}"


async def house() -> list[Row]:
    """The bot itself: what was measured, the figure, and the aim."""
    seconds, megabytes = await median_start()
    shipped = await answer_times(cached=True)
    uncached = await answer_times(cached=False)
    accept = await accept_times()
    turns = await turn_rate()
    cost = await client_cost()
    reading = await reading_costs()
    return [
        ("start to ready, everything embedded", f"{seconds:.1f} s", "under 3 s"),
        ("memory of the idle bot", f"{megabytes:.0f} MB", "under 120 MB"),
        ("a question through `/api/chat`, p50 and p99", _range(shipped), "40 and 150 ms"),
        ("the same, every look-up asked of the engine", _range(uncached), ""),
        ("the same, to the bare engine calls that it needs", f"{uncached.ratio:.1f} x", ""),
        ("inbox: verified message to durable, p50", f"{accept.p50:.2f} ms", "under 1 ms"),
        ("lanes: trivial turns through Redis, one process, no log", f"{turns.per_second:.0f} /s", "at least 1000 /s"),
        (
            f"engine client: {cost.jobs} jobs as typed answers, to bare httpx and json: p50, p95, processor time",
            _ratios(cost.typed.to(cost.bare)),
            "under 1.3 x",
        ),
        ("the same as JSON", _ratios(cost.as_json.to(cost.bare)), ""),
        *(
            (
                f"a page of {one.jobs} jobs ({name}): longest hold of the loop, reading it in all, json alone",
                f"{one.longest:.1f}; {one.models:.1f}; {one.json:.1f} ms",
                "well under 10 ms",
            )
            for name, one in reading.items()
        ),
    ]


def _ratios(ratios: tuple[float, float, float]) -> str:
    return ", ".join(f"{ratio:.2f}" for ratio in ratios) + " x"


def _range(answers: Answered) -> str:
    return f"{answers.p50:.0f} and {answers.p99:.0f} ms"


async def teams() -> list[Row]:
    """Microsoft Teams, beside a bare botbuilder bot."""
    figures = await teams_figures()
    return [
        (
            "Teams: signed activity to 202, p50, beside a bare botbuilder echo bot",
            f"{figures.bot.ack_p50:.0f} ms, {figures.bare.ack_p50:.0f} ms",
            "no slower",
        ),
        (
            "Teams: replies a second, beside the bare bot",
            f"{figures.bot.per_second:.0f}, {figures.bare.per_second:.0f}",
            "",
        ),
        (
            f"Teams: event-loop lag while keys and tokens are renewed, {PER_SECOND} questions/s, p99",
            f"{figures.lag_p99:.0f} ms (an idle process: {figures.idle_lag_p99:.0f} ms)",
            "under 20 ms",
        ),
        ("Teams: the same under full load, p99", f"{figures.loaded_lag_p99:.0f} ms", ""),
    ]


PARTS: dict[str, Callable[[], Coroutine[None, None, list[Row]]]] = {
    "house": house,
    "slack": slack,
    "teams": teams,
    "alerts": alerts,
    "graph": graph,
    "simulator": simulator,
}


def main() -> None:
    """Prints the table in Markdown."""
    chosen = sys.argv[1:] or ["house"]
    print(f"Measured on {machine()}.\n")  # noqa: T201
    print("| what | measured | aim |\n|---|---|---|")  # noqa: T201
    with logging_to(LogSettings(level=LogLevel.WARNING, directory=None), console_level=LogLevel.ERROR):
        measured = [row for part in chosen for row in asyncio.run(PARTS[part]())]
    for row in measured:
        print("| " + " | ".join(row) + " |")  # noqa: T201


if __name__ == "__main__":
    main()
