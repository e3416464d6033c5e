"""The client against a misbehaving engine: every fault has an outcome, and reads are asked again where that helps.

The engine is real (over HTTP, on loopback); waits between attempts are recorded and not slept.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry

from resync_bot.errors import ConfigurationError, EngineError, EngineErrorKind
from resync_bot.runtime.resilience import CircuitBreakerManager
from resync_bot.runtime.together import together
from resync_bot.simulator.faults import HTML_PAGE, Fault, wrapped_refusal
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.tls import CA_FILE
from resync_bot.tws.asking import Ask
from resync_bot.tws.client import EngineClient
from resync_bot.tws.clock import EngineClock
from resync_bot.tws.connecting import connect_engines
from resync_bot.tws.connection import connections
from resync_bot.tws.dialect import Dialect
from resync_bot.tws.metrics import TwsMetrics
from resync_bot.tws.models import Status
from tests.tws.conftest import settings

PATH = "/engine/info"  # the question that finds out the dialect
COUNT = "/plan/job/count"


def count_jobs(dialect: Dialect) -> Ask[dict[Status, int]]:
    """The whole count by V2, the first of several by V1."""
    return dialect.counts()[0]


@dataclass
class World:
    """A client and what is seen of it."""

    client: EngineClient
    breakers: CircuitBreakerManager
    registry: CollectorRegistry
    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    def count(self, outcome: str, operation: str = "engine info") -> float:
        labels = {"engine": "PROD", "operation": operation, "outcome": outcome}
        return self.registry.get_sample_value("resync_tws_requests_total", labels) or 0

    async def fails(self) -> EngineError:
        with pytest.raises(EngineError) as caught:
            await self.client.facts()
        return caught.value


@asynccontextmanager
async def asking(*urls: str, **changes: Any) -> AsyncIterator[World]:
    chosen = settings(",".join(urls), **changes)
    registry = CollectorRegistry()
    breakers = CircuitBreakerManager(registry=registry, clock=lambda: world.now, random=lambda: 0.0)

    async def sleep(seconds: float) -> None:
        world.waits.append(seconds)

    async with connections(chosen) as http, together() as tasks:
        metrics = TwsMetrics(registry)
        client = EngineClient(
            chosen,
            http,
            tasks=tasks,
            breakers=breakers,
            metrics=metrics,
            clock=EngineClock(),
            sleep=sleep,
            monotonic=lambda: world.now,
        )
        world = World(client, breakers, registry)
        yield world
        client.stop()


def nobody() -> str:
    """An address where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@asynccontextmanager
async def serving(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """A server of the test's own, for what the simulator does not do."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_an_answer(server: RunningSimulator) -> None:
    async with asking(server.url) as world:
        assert (await world.client.facts()).version == "10.2.5"
        assert world.count("ok") == 1
        assert world.waits == []


async def test_an_engine_that_is_down_is_tried_three_times() -> None:
    async with asking(nobody()) as world:
        error = await world.fails()
        assert error.kind is EngineErrorKind.UNREACHABLE
        assert "TWS_HOST" in error.hint
        assert world.count("unreachable") == 3
        assert len(world.waits) == 2


async def test_a_slow_engine_is_not_waited_for_twice(server: RunningSimulator) -> None:
    server.faults.add(Fault(delay=30), path=PATH, times=None)
    async with asking(server.url, read_timeout=0.1) as world:
        assert (await world.fails()).kind is EngineErrorKind.TIMED_OUT
        assert world.count("timed_out") == 1


async def test_an_engine_that_answers_drop_by_drop_is_slow_too() -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.02)

    async with serving(drip) as url, asking(url, read_timeout=0.2, connect_timeout=0.1) as world:
        assert (await world.fails()).kind is EngineErrorKind.TIMED_OUT


@pytest.mark.parametrize(
    ("fault", "kind", "attempts"),
    [
        (Fault(status=400, body='{"messages": ["OQL_FILTER_SYNTAX_ERROR"]}'), EngineErrorKind.BAD_QUERY, 1),
        (Fault(status=401), EngineErrorKind.UNAUTHORISED, 1),
        (Fault(status=403, body='{"messages": ["AWSJDB817E no right"]}'), EngineErrorKind.FORBIDDEN, 1),
        (Fault(status=404, body='{"messages": ["AWSJDB101E gone"]}'), EngineErrorKind.NOT_FOUND, 1),
        (Fault(status=405), EngineErrorKind.BAD_QUERY, 1),
        (Fault(status=500, body=wrapped_refusal("AWSBIN076E", "wrong state")), EngineErrorKind.REFUSED, 1),
        (Fault(status=500, body="oops"), EngineErrorKind.UNAVAILABLE, 3),
        (Fault(status=502), EngineErrorKind.UNAVAILABLE, 3),
        (Fault(status=503, body='{"messages": ["AWSJCO136E too many"]}'), EngineErrorKind.UNAVAILABLE, 3),
        (Fault(status=200, body=HTML_PAGE, content_type="text/html"), EngineErrorKind.GARBLED, 3),
        (Fault(status=404, body=HTML_PAGE, content_type="text/html"), EngineErrorKind.GARBLED, 3),
        (Fault(status=200, body='{"displayVersion": '), EngineErrorKind.GARBLED, 3),
        (Fault(status=200, body='["a list"]'), EngineErrorKind.GARBLED, 3),
        (Fault(status=200, body="\x00\xff garbage"), EngineErrorKind.GARBLED, 3),
        (Fault(status=302), EngineErrorKind.GARBLED, 3),
        (Fault(cut=0), EngineErrorKind.GARBLED, 3),
        (Fault(cut=20), EngineErrorKind.GARBLED, 3),
    ],
)
async def test_every_fault_has_an_outcome(
    server: RunningSimulator, fault: Fault, kind: EngineErrorKind, attempts: int
) -> None:
    async with asking(server.url) as world:
        await world.client.facts()
        server.faults.clear()
        server.faults.add(fault, path=COUNT, times=None)
        with pytest.raises(EngineError) as caught:
            await world.client.ask(count_jobs)
        assert world.count(kind.value, "count jobs") == attempts
    assert caught.value.kind is kind
    assert caught.value.hint
    assert len(server.faults.requests) == attempts


@pytest.mark.parametrize("fault", [Fault(status=503), Fault(cut=0), Fault(cut=20), Fault(status=200, body="{")])
async def test_what_passes_is_outlived(server: RunningSimulator, fault: Fault) -> None:
    server.faults.add(fault, path=PATH, times=2)
    async with asking(server.url) as world:
        assert (await world.client.facts()).version == "10.2.5"
        assert len(world.waits) == 2


async def test_a_redirect_is_not_followed_with_our_credentials() -> None:
    asked: list[str] = []

    async def redirect(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        raise web.HTTPFound("/elsewhere")

    async with serving(redirect) as url, asking(url) as world:
        assert (await world.fails()).kind is EngineErrorKind.GARBLED
    assert set(asked) == {"/twsd/api/v2/engine/info"}


async def test_the_engines_wish_to_wait_is_obeyed_if_there_is_time() -> None:
    async def busy(request: web.Request) -> web.StreamResponse:
        return web.Response(status=503, headers={"Retry-After": retry_after})

    async with serving(busy) as url, asking(url, read_timeout=30.0) as world:
        retry_after = "4"
        error = await world.fails()
        assert error.retry_after == 4
        assert all(4 <= wait <= 4.2 for wait in world.waits)
        assert len(world.waits) == 2
        world.waits.clear()
        retry_after = "3600"
        assert (await world.fails()).retry_after == 3600
        assert world.waits == []


async def test_the_backup_answers_when_the_master_is_gone_and_is_asked_first_from_then_on(
    server: RunningSimulator,
) -> None:
    async with asking(nobody(), server.url) as world:
        await world.client.facts()
        assert (world.count("unreachable"), world.count("ok"), world.waits) == (1, 1, [])
        await world.client.facts()
        assert (world.count("unreachable"), world.count("ok")) == (1, 2)
        assert world.registry.get_sample_value("resync_tws_failovers_total", {"engine": "PROD"}) == 1


async def test_a_master_that_is_not_ready_is_passed_over(server: RunningSimulator) -> None:
    async def starting(request: web.Request) -> web.StreamResponse:
        return web.Response(status=503)

    async with serving(starting) as master, asking(master, server.url) as world:
        assert (await world.client.facts()).version == "10.2.5"


async def test_a_refusal_is_not_taken_to_another_host(server: RunningSimulator) -> None:
    server.faults.add(Fault(status=403), path=PATH)
    async with asking(server.url, nobody()) as world:
        assert (await world.fails()).kind is EngineErrorKind.FORBIDDEN
        assert world.count("unreachable") == 0


async def test_the_circuit_opens_rests_and_closes_again(server: RunningSimulator) -> None:
    server.faults.add(Fault(status=503), path=PATH, times=None)
    async with asking(server.url) as world:
        for _ in range(2):
            await world.fails()
        asked = len(server.faults.requests)
        error = await world.fails()
        assert error.kind is EngineErrorKind.CIRCUIT_OPEN
        assert error.retry_after == pytest.approx(30)
        assert len(server.faults.requests) == asked == 5
        (snapshot,) = world.breakers.snapshot().values()
        assert snapshot.state == "open"
        server.faults.clear()
        world.now += 31
        await world.client.facts()
        await world.client.facts()
        (snapshot,) = world.breakers.snapshot().values()
        assert snapshot.state == "closed"


async def test_refusals_never_open_the_circuit(server: RunningSimulator) -> None:
    server.faults.add(Fault(status=500, body=wrapped_refusal("AWSBIN076E", "wrong state")), path=PATH, times=None)
    async with asking(server.url) as world:
        for _ in range(20):
            assert (await world.fails()).kind is EngineErrorKind.REFUSED
        (snapshot,) = world.breakers.snapshot().values()
        assert (snapshot.state, snapshot.failures) == ("closed", 0)


@pytest.mark.parametrize(
    ("body", "label"),
    [
        (wrapped_refusal("AWSBIN076E", "wrong state"), "AWSBIN076E"),
        (wrapped_refusal("AWSBIN999E", "something new"), "other"),  # an engine cannot make up labels of ours
        ("no id at all", "none"),
    ],
)
async def test_errors_are_counted_by_the_engines_message(server: RunningSimulator, body: str, label: str) -> None:
    server.faults.add(Fault(status=500, body=body), path=COUNT, times=None)
    async with asking(server.url) as world:
        with pytest.raises(EngineError):
            await world.client.ask(count_jobs)
        labels = {"engine": "PROD", "message_id": label}
        assert (world.registry.get_sample_value("resync_tws_messages_total", labels) or 0) >= 1


async def test_the_use_of_the_pool_is_shown() -> None:
    arrived, leave = asyncio.Event(), asyncio.Event()

    async def hold(request: web.Request) -> web.StreamResponse:
        arrived.set()
        await leave.wait()
        return web.json_response({})

    async with serving(hold) as url, asking(url, max_connections=7) as world:

        def shown() -> list[float | None]:
            return [
                world.registry.get_sample_value("resync_tws_connections", {"engine": "PROD", "state": state})
                for state in ("allowed", "active", "waiting")
            ]

        first = asyncio.ensure_future(world.client.facts())
        await arrived.wait()
        assert shown() == [7, 1, 0]
        leave.set()
        await first
        assert shown() == [7, 0, 0]


async def test_when_all_connections_are_in_use_the_engine_is_not_to_blame() -> None:
    arrived, leave = asyncio.Event(), asyncio.Event()

    async def hold(request: web.Request) -> web.StreamResponse:
        arrived.set()
        await leave.wait()
        return web.json_response({})

    async with serving(hold) as url, asking(url, max_connections=1, queue_seconds=0.05) as world:
        first = asyncio.ensure_future(world.client.facts())
        await arrived.wait()
        error = await world.fails()
        assert error.kind is EngineErrorKind.BUSY
        assert "at once" in error.hint
        (snapshot,) = world.breakers.snapshot().values()
        assert snapshot.failures == 0
        leave.set()
        assert (await first).version == "unknown"


async def test_an_engine_that_is_full_holds_up_no_other(server: RunningSimulator) -> None:
    arrived = asyncio.Event()

    async def hold(request: web.Request) -> web.StreamResponse:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody lets it go")

    async with serving(hold) as url:
        access = {"user": "demo", "password": "demo", "queue_seconds": 0.05}
        full = access | {"host": url, "max_connections": 1}
        chosen = settings("").model_validate({"engines": {"FULL": full, "OTHER": access | {"host": server.url}}})
        async with connect_engines(chosen) as engines:
            first = asyncio.ensure_future(engines["FULL"].engine())
            await arrived.wait()
            with pytest.raises(EngineError) as busy:
                await engines["FULL"].count_jobs_by_status()
            assert busy.value.kind is EngineErrorKind.BUSY
            assert await engines["OTHER"].count_jobs_by_status()
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first


async def test_how_long_calls_take_is_counted_by_what_they_ask(server: RunningSimulator) -> None:
    async with asking(server.url) as world:
        for _ in range(2):
            await world.client.ask(count_jobs)

        def seconds(kind: str) -> float | None:
            labels = {"engine": "PROD", "operation": "count jobs"}
            return world.registry.get_sample_value(f"resync_tws_request_seconds_{kind}", labels)

        assert seconds("count") == 2
        assert (seconds("sum") or 0) > 0


async def test_each_host_has_a_circuit_of_its_own(server: RunningSimulator) -> None:
    away = nobody()
    async with asking(away, server.url) as world:
        await world.client.facts()
        names = {f"tws PROD {url.removeprefix('http://')}" for url in (away, server.url)}
        failures = {name: circuit.failures for name, circuit in world.breakers.snapshot().items()}
        assert failures.keys() == names
        assert sorted(failures.values()) == [0, 1]


async def test_the_correlation_id_goes_with_every_request() -> None:
    seen: list[str] = []

    async def note(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers["Request-Id"])
        return web.json_response({})

    async with serving(note) as url, asking(url) as world:
        with structlog.contextvars.bound_contextvars(correlation_id="c0ffee"):
            await world.client.facts()
        await world.client.facts()
    assert seen[0] == "c0ffee"
    assert len(seen[1]) == 36


async def test_cookies_are_neither_kept_nor_sent() -> None:
    cookies: list[str | None] = []

    async def note(request: web.Request) -> web.StreamResponse:
        cookies.append(request.headers.get("Cookie"))
        response = web.json_response({})
        response.set_cookie("LtpaToken2", "abc")
        return response

    async with serving(note) as url, asking(url) as world:
        await world.client.facts()
        await world.client.facts()
    assert cookies == [None, None]


@pytest.mark.parametrize(
    ("changes", "sent"),
    [({"user": "ana", "password": "s3cret"}, "Basic YW5hOnMzY3JldA=="), ({"api_key": "eyJabc"}, "Bearer eyJabc")],
)
async def test_credentials_go_with_every_call_and_show_nowhere(changes: dict[str, str], sent: str) -> None:
    seen: list[str] = []

    async def refuse(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers["Authorization"])
        return web.Response(status=401)

    async with serving(refuse) as url, asking(url, **changes) as world:
        with structlog.testing.capture_logs() as logs:
            error = await world.fails()
        http = vars(world.client._access._exchange)
        shown = f"{error!r} {error} {error.hint} {logs} {world.client!r} {vars(world.client)!r} {http!r}"
    assert seen == [sent]
    for secret in (sent, sent.split()[1], "s3cret"):
        assert secret not in shown


async def test_the_engines_clock_is_read_from_its_answers(server: RunningSimulator) -> None:
    async with asking(server.url) as world:
        await world.client.facts()
        assert abs((world.client.clock.now() - server.simulator.now()).total_seconds()) < 30


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"host": ""}, "TWS_HOST: is not set"),
        ({"host": "ftp://master"}, "TWS_HOST: must hold"),
        ({"host": "https://user:pw@master"}, "TWS_HOST: must not hold a user"),
        ({"host": "https://master", "ca_path": "/nowhere/ca.pem"}, "TWS_CA_PATH"),
    ],
)
def test_settings_that_cannot_work(changes: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        connections(settings("x").model_validate({"user": "u", **changes}))
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "event"),
    [({"insecure": True}, "tws.insecure"), ({"host": "http://master.example.org"}, "tws.plain_http")],
)
async def test_what_is_unsafe_is_said_in_the_log(changes: dict[str, object], event: str) -> None:
    with structlog.testing.capture_logs() as logs:
        async with connections(settings("https://127.0.0.1:1", **changes)):
            pass
    assert [entry["event"] for entry in logs] == [event]


@pytest.fixture
async def tls(server: RunningSimulator, tmp_path: Path) -> AsyncIterator[RunningSimulator]:
    """The same engine over HTTPS, with an authority that nobody else knows: `tmp_path` has its certificate."""
    async with running_simulator(simulator=server.simulator, tls=tmp_path) as running:
        yield running


async def test_tls_is_checked_against_the_authority_that_is_set(tls: RunningSimulator, tmp_path: Path) -> None:
    async with asking(tls.url, ca_path=tmp_path / CA_FILE) as world:
        assert (await world.client.facts()).version == "10.2.5"


async def test_a_certificate_of_nobody_is_refused_and_the_way_out_is_told(tls: RunningSimulator) -> None:
    async with asking(tls.url) as world:
        error = await world.fails()
    assert error.kind is EngineErrorKind.UNREACHABLE
    assert "TWS_CA_PATH" in error.hint


async def test_insecure_takes_any_certificate(tls: RunningSimulator) -> None:
    async with asking(tls.url, insecure=True) as world:
        assert (await world.client.facts()).version == "10.2.5"
