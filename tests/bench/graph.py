"""The plan's graph at 600, 100 000 and 500 000 jobs: building, memory, queries, and the questions that rest on it.

The simulated engine and the bot each run in a process of their own: the engine's work is not counted as the bot's, and
the memory that is measured is what a bot of that size takes.
"""

import asyncio
import gc
import json
import os
import random
import re
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from resync_bot.agent.responder import AgentResponder
from resync_bot.app import make_agent, make_graphs
from resync_bot.conversation.model import Person, Place, State
from resync_bot.conversation.ports import Turn
from resync_bot.runtime.circuit import CircuitBreakerManager
from resync_bot.runtime.logs import logging_to
from resync_bot.runtime.sections import LlmSettings, LogLevel, LogSettings
from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.graph import ForwardPass, GraphKeeper, PlanGraph, downstream, upstream
from resync_bot.tws.graph.plan_graph import HAS_ENDED
from resync_bot.tws.queries import Engines

SIZES = (629, 100_000, 500_000)
ROUNDS = 15
SAMPLES = 400
QUESTIONS = (
    "how is the plan?",
    "what failed?",
    "status of PAYROLL_POST",
    "why is PAYROLL_POST not starting?",
    "what does PAYROLL_CALC block?",
    "will PAYROLL_CLOSE make its deadline?",
)
Row = tuple[str, str, str]

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


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one size. Times in milliseconds, memory in megabytes, where nothing else is said."""

    jobs: int
    streams: int
    edges: int
    build_seconds: float
    refresh_ms: float
    lag_p99: float  # of the event loop while the graph is built: how late it came to others
    lag_most: float
    memory_before: float
    memory: float
    cone_p50: float
    cone_most: float
    largest_cone: int
    roots_p50: float
    forward_p50: float
    forward_all: float
    answers: dict[str, tuple[float, float, float, float]]  # p50, p95, and the ratio of each to that of the bare calls


async def graph() -> list[Row]:
    """What was measured, the figure, and the aim."""
    rows: list[Row] = []
    for size in SIZES:
        rows += _rows(await _measured(size))
    return rows


def _rows(found: Figures) -> list[Row]:
    size = f"{found.jobs:,} jobs".replace(",", " ")
    per_job = (found.memory - found.memory_before) * 2**20 / found.jobs
    rows = [
        (f"{size}: graph built, then refreshed", f"{found.build_seconds:.1f} s, {found.refresh_ms:.0f} ms", ""),
        (
            f"{size}: loop held up while it is built, p99 and most",
            f"{found.lag_p99:.0f} and {found.lag_most:.0f} ms",
            "a few ms",
        ),
        (
            f"{size}: memory of the agent with the graph, of that a job",
            f"{found.memory:.0f} MB, {per_job:.0f} bytes",
            "under 400 MB" if found.jobs >= SIZES[-1] else "",
        ),
        (
            f"{size}: what is downstream of X, p50 and most ({found.largest_cone} jobs)",
            f"{found.cone_p50:.2f} and {found.cone_most:.1f} ms",
            "under 10 ms",
        ),
        (
            f"{size}: upstream to the roots p50, forward pass p50, forward pass of the whole plan",
            f"{found.roots_p50:.2f}, {found.forward_p50:.2f}, {found.forward_all:.0f} ms",
            "",
        ),
    ]
    rows += [
        (
            f"{size}: {question}",
            f"p50 {p50:.0f}, p95 {p95:.0f} ms, {middle:.2f} and {late:.2f} x the bare calls",
            "under 1.5 x",
        )
        for question, (p50, p95, middle, late) in found.answers.items()
    ]
    return rows


async def _measured(jobs: int) -> Figures:
    async with _process("-c", _ENGINE, str(jobs)) as engine:
        url = (await engine.readline()).decode().strip()
        async with _process("-m", "tests.bench.graph", url) as bot:
            told = json.loads(await bot.readline())
    return Figures(**told | {"answers": {name: tuple(values) for name, values in told["answers"].items()}})


@asynccontextmanager
async def _process(*arguments: str) -> AsyncIterator[asyncio.StreamReader]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, limit=2**20
    )
    try:
        assert process.stdout is not None
        yield process.stdout
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


# -- in the bot's process


async def _look(url: str) -> Figures:
    settings = TwsSettings(
        host=url, user="demo", password=SecretStr("demo"), cache_seconds=0, start_of_day="18:00", read_timeout=120
    )
    metrics = CollectorRegistry()
    breakers = CircuitBreakerManager(registry=metrics)
    async with connect_engine(settings, breakers=breakers) as tws:
        engines = Engines.of_one(tws, "BENCH")
        graphs = make_graphs(engines, metrics)
        agent = make_agent(LlmSettings(), engines, breakers=breakers, metrics=metrics, graphs=graphs)
        await _ask(agent, "help")
        gc.collect()
        before = _resident_megabytes()
        built, lags = await _built(graphs["BENCH"])
        memory = _resident_megabytes()
        refreshed = await _refreshed(graphs["BENCH"])
        plan = await graphs["BENCH"].graph()
        assert plan is not None
        cones, largest = _cones(plan.graph)
        waiting = _some(plan.graph, lambda node: not HAS_ENDED[plan.graph.status[node]])
        now = plan.as_of.timestamp()
        return Figures(
            jobs=plan.graph.jobs,
            streams=plan.graph.streams,
            edges=plan.graph.edges,
            build_seconds=built,
            refresh_ms=refreshed * 1000,
            lag_p99=statistics.quantiles(lags, n=100)[98] if len(lags) > 1 else 0.0,
            lag_most=max(lags, default=0.0),
            memory_before=before,
            memory=memory,
            cone_p50=statistics.median(cones),
            cone_most=max(cones),
            largest_cone=largest,
            roots_p50=statistics.median(_timed(lambda node: upstream(plan.graph, node), waiting)),
            forward_p50=statistics.median(_timed(lambda node: ForwardPass(plan.graph, now).of(node), waiting)),
            forward_all=_whole_pass(plan.graph, now),
            answers={question: await _answer_times(tws, agent, settings, question) for question in QUESTIONS},
        )


def _resident_megabytes() -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{os.getpid()}/status").read_text())
    assert found
    return int(found[1]) / 1024


async def _built(keeper: GraphKeeper) -> tuple[float, list[float]]:
    """Seconds, and by how many milliseconds the loop was late while it went on."""
    lags: list[float] = []
    stop = asyncio.Event()

    async def watch() -> None:
        while not stop.is_set():
            due = time.perf_counter() + 0.01
            await asyncio.sleep(0.01)
            lags.append((time.perf_counter() - due) * 1000)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(watch())
        seconds = await _refreshed(keeper)
        stop.set()
    return seconds, lags


async def _refreshed(keeper: GraphKeeper) -> float:
    """Seconds that it takes to bring the graph up to date, or to build it where there is none."""
    started = time.perf_counter()
    await keeper.refresh()
    return time.perf_counter() - started


def _some(plan: PlanGraph, wanted: Callable[[int], bool]) -> list[int]:
    nodes = [node for node in range(len(plan)) if plan.is_job(node) and wanted(node)]
    return random.Random(7).sample(nodes, min(SAMPLES, len(nodes)))


def _cones(plan: PlanGraph) -> tuple[list[float], int]:
    nodes = _some(plan, lambda node: not HAS_ENDED[plan.status[node]] or plan.internal_status(node) == "ABEND")
    sizes: list[int] = []
    times = _timed(lambda node: sizes.append(len(downstream(plan, node).jobs)), nodes)
    return times, max(sizes)


def _timed(look: Callable[[int], object], nodes: list[int]) -> list[float]:
    times = []
    for node in nodes:
        started = time.perf_counter()
        look(node)
        times.append((time.perf_counter() - started) * 1000)
    return times


def _whole_pass(plan: PlanGraph, now: float) -> float:
    started = time.perf_counter()
    ahead = ForwardPass(plan, now)
    for node in range(len(plan)):
        if plan.is_job(node) and not HAS_ENDED[plan.status[node]]:
            ahead.of(node)
    return (time.perf_counter() - started) * 1000


async def _answer_times(
    tws: HwaEngine, agent: AgentResponder, settings: TwsSettings, question: str
) -> tuple[float, float, float, float]:
    """p50 and p95 in milliseconds, and how many times as long each is as that of the same calls by bare httpx."""
    calls: list[httpx.Request] = []
    exchange = tws._client._exchange
    transport = exchange._http

    class Noting(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            calls.append(request)
            return await transport.handle_async_request(request)

    whole: list[float] = []
    bare_times: list[float] = []
    async with httpx.AsyncClient(auth=(settings.user, "demo"), timeout=120) as bare:
        await _ask(agent, question)
        for _ in range(ROUNDS):
            calls.clear()
            exchange._http = Noting()
            whole.append(await _seconds(_ask(agent, question)))
            exchange._http = transport
            bare_times.append(await _seconds(_replay(bare, tuple(calls))))
    ours, bares = statistics.quantiles(whole, n=20), statistics.quantiles(bare_times, n=20)
    return ours[9] * 1000, ours[18] * 1000, ours[9] / bares[9], ours[18] / bares[18]


async def _replay(bare: httpx.AsyncClient, calls: tuple[httpx.Request, ...]) -> None:
    for call in calls:
        kept = {name: call.headers[name] for name in ("Accept", "scope", "Include-Count") if name in call.headers}
        json.loads((await bare.get(call.url, headers=kept)).raise_for_status().content)


async def _seconds(work: Coroutine[None, None, None]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


async def _ask(agent: AgentResponder, question: str) -> None:
    turn = Turn("bench", Place("bench", "", "graph"), ((Person("bench", "ana"), question),), history=())
    answer = await agent.respond(turn, _Unseen())
    assert answer.state is State.ANSWERED, answer
    assert all(evidence.result.get("kind") != "problem" for evidence in answer.evidence), answer


class _Unseen:
    def status(self, text: str) -> None:
        """Shows nothing."""

    def text(self, markdown: str) -> None:
        """Shows nothing."""


if __name__ == "__main__":
    with logging_to(LogSettings(level=LogLevel.WARNING, directory=None), console_level=LogLevel.ERROR):
        print(json.dumps(asdict(asyncio.run(_look(sys.argv[1])))), flush=True)  # noqa: T201
