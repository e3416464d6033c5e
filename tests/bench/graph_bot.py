"""The bot's side of the graph's figures: reads a plan of any size over HTTP, and is asked about it.

Writes each row as a line of JSON as soon as it is known. Started by `tests.bench.graph`.
"""

import asyncio
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from unittest import mock

import httpx
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from resync_bot.agent.responder import AgentResponder
from resync_bot.app import make_agent, make_graphs
from resync_bot.conversation.model import Person, Place, State
from resync_bot.conversation.ports import Turn
from resync_bot.runtime.circuit import CircuitBreakerManager
from resync_bot.runtime.garbage import settle_heap
from resync_bot.runtime.logs import logging_to
from resync_bot.runtime.sections import LlmSettings, LogLevel, LogSettings
from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.graph import ForwardPass, GraphKeeper, GraphView, PlanGraph, downstream, failure_roots, upstream
from resync_bot.tws.graph.plan_graph import ERROR, HAS_ENDED
from resync_bot.tws.models import Status
from resync_bot.tws.queries import Engines
from tests.bench.product import resident_megabytes

LARGE = 500_000
REFRESHES = 5
ROUNDS = 20
SAMPLES = 400
QUESTIONS = (
    "how is the plan?",
    "what failed?",
    "status of PAYROLL_POST",
    "why is PAYROLL_POST not starting?",
    "what does PAYROLL_CALC block?",
    "will PAYROLL_CLOSE make its deadline?",
)


def tell(what: str, figure: str, aim: str = "") -> None:
    """A row of the table."""
    print(json.dumps([what, figure, aim]), flush=True)  # noqa: T201


async def look(url: str, jobs: int) -> None:
    """All rows of a plan."""
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
        view = await _tell_of_building(graphs["BENCH"], jobs)
        _tell_of_queries(view)
        for question in QUESTIONS:
            await _tell_of_answers(agent, settings, question)


async def _tell_of_building(keeper: GraphKeeper, jobs: int) -> GraphView:
    settle_heap()  # as the bot does when it is up
    before = resident_megabytes(os.getpid())
    built, processor, lags = await _built(keeper)
    memory = resident_megabytes(os.getpid())
    refreshes = [await _seconds(keeper.refresh()) * 1000 for _ in range(REFRESHES)]
    view = await keeper.graph()
    assert view is not None
    plan = view.graph
    tell(
        f"graph of {plan.jobs} jobs, {plan.streams} streams and {plan.edges} dependencies read over HTTP, of that the "
        "bot's own processor time",
        f"{built:.1f} s, {processor:.1f} s",
    )
    late = statistics.quantiles(lags, n=100)
    tell("event loop held up meanwhile, p99 and most", f"{late[98]:.0f} and {max(lags):.0f} ms", "about 10 ms")
    per_job = (memory - before) * 2**20 / plan.jobs
    tell(
        "memory of the bot with the graph, of that a job",
        f"{memory:.0f} MB, {per_job:.0f} bytes",
        "under 400 MB" if jobs >= LARGE else "",
    )
    tell("graph brought up to date, p50", f"{statistics.median(refreshes):.0f} ms")
    return view


async def _built(keeper: GraphKeeper) -> tuple[float, float, list[float]]:
    """Seconds, those of the processor, and by how many milliseconds the loop was late while it went on."""
    lags: list[float] = []
    stop = asyncio.Event()

    async def watch() -> None:
        while not stop.is_set():
            due = time.perf_counter() + 0.01
            await asyncio.sleep(0.01)
            lags.append((time.perf_counter() - due) * 1000)

    processor = time.process_time()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(watch())
        seconds = await _seconds(keeper.refresh())
        stop.set()
    return seconds, time.process_time() - processor, lags


# -- queries of the graph


def _tell_of_queries(view: GraphView) -> None:
    plan, now = view.graph, view.as_of.timestamp()
    open_or_failed = _some(plan, lambda node: not HAS_ENDED[plan.status[node]] or plan.status[node] == ERROR)
    waiting = _some(plan, lambda node: not HAS_ENDED[plan.status[node]])
    failed = [node for node in plan.with_status((Status.ERROR,)) if plan.is_job(node)]
    sizes: list[int] = []
    cones = _timed(lambda node: sizes.append(len(downstream(plan, node).jobs)), open_or_failed)
    tell(f"what is downstream of X (up to {max(sizes)} jobs), p50, p95 and most", _three(cones), "under 10 ms")
    grouped = _timed(lambda _: failure_roots(plan, failed), [0] * ROUNDS)
    tell(f"the causes of {len(failed)} failures at once, p50, p95 and most", _three(grouped))
    tell("why X waits: upstream to the roots, the same", _three(_timed(lambda n: upstream(plan, n), waiting)))
    ahead = _timed(lambda node: ForwardPass(plan, now).of(node), waiting)
    tell("when X ends: forward pass, the same", _three(ahead))
    tell("forward pass of the whole plan", f"{_whole_pass(plan, now):.1f} s")


def _three(times: list[float]) -> str:
    p50, p95 = _p50_p95(times)
    return f"{p50:.2f}, {p95:.2f} and {max(times):.2f} ms"


def _some(plan: PlanGraph, wanted: Callable[[int], bool]) -> list[int]:
    nodes = [node for node in range(len(plan)) if plan.is_job(node) and wanted(node)]
    return random.Random(7).sample(nodes, min(SAMPLES, len(nodes)))


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
    return time.perf_counter() - started


# -- questions to the agent


@contextmanager
def noted(calls: list[httpx.Request]) -> Iterator[None]:
    """Keeps every request that httpx sends meanwhile."""
    send = httpx.AsyncHTTPTransport.handle_async_request

    async def note(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return await send(transport, request)

    with mock.patch.object(httpx.AsyncHTTPTransport, "handle_async_request", note):
        yield


async def _tell_of_answers(agent: AgentResponder, settings: TwsSettings, question: str) -> None:
    """p50 and p95, beside those of the same calls by bare httpx, one after the other."""
    ours: list[float] = []
    bare: list[float] = []
    calls: list[httpx.Request] = []
    async with httpx.AsyncClient(auth=(settings.user, "demo"), timeout=120) as http:
        await _ask(agent, question)
        for _ in range(ROUNDS):
            calls.clear()
            with noted(calls):
                ours.append(await _seconds(_ask(agent, question)) * 1000)
            bare.append(await _seconds(_replay(http, calls)) * 1000)
    (p50, p95), (bare50, bare95) = _p50_p95(ours), _p50_p95(bare)
    tell(
        f"{question} p50 and p95, beside its {len(calls)} bare call{'s' if len(calls) != 1 else ''}",
        f"{p50:.0f} and {p95:.0f} ms, {bare50:.0f} and {bare95:.0f} ms: {p50 / bare50:.2f} and {p95 / bare95:.2f} x",
        "under 1.5 x",
    )


def _p50_p95(times: Sequence[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    return cuts[9], cuts[18]


async def _replay(http: httpx.AsyncClient, calls: Sequence[httpx.Request]) -> None:
    for call in calls:
        kept = {name: call.headers[name] for name in ("Accept", "scope", "Include-Count") if name in call.headers}
        answer = await http.request(call.method, call.url, headers=kept, content=call.content)
        json.loads(answer.raise_for_status().content)


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
        asyncio.run(look(sys.argv[1], int(sys.argv[2])))
