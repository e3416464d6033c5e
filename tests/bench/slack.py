"""Slack: from a signed event to its acknowledgement and to the posted reply, beside a bare slack-bolt hello-world.

Both are processes of their own, served on 127.0.0.1, and talk to the same stand-in for the Web API in this process. The
bot is the whole product: inbox, lanes and outbox in Redis with its append-only file, and the interpreter answering
"help". Every question comes from a channel of its own, since a channel takes one message a second.

Replies a second depend on what else the machine does; the processor time that each process takes for a reply does much
less. What the bot reads of the plan after its start is waited for: it would be counted for the first replies.
"""

import asyncio
import os
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import aiohttp
import orjson
from aiohttp import web

from resync_bot.runtime.embedded_redis import embedded_redis
from tests.adapters.slack.standin.deliveries import SIGNING_SECRET, signed_headers
from tests.adapters.slack.standin.state import BOT_TOKEN

IN_FLIGHT = (1, 16, 64)
LATENCIES = (0.0, 0.08)  # seconds that the stand-in takes for each call
QUESTIONS = {1: 150, 16: 1200, 64: 3000}
WARM_UP = 100
STEADY_RATE = 300  # events a second, for the acknowledgement
STEADY_SECONDS = 10
PATIENCE = 300.0  # seconds for a reply: a steady rate may be more than one process answers at once
SETTLING = 60.0  # seconds at most that a process which has started is given to become idle
IDLE, LOOK = 0.05, 1.0  # of one processor, over so many seconds

_BARE = """
import asyncio, sys
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
port, api, token, secret = sys.argv[1:]
app = AsyncApp(signing_secret=secret, client=AsyncWebClient(token, base_url=api))

@app.event("app_mention")
async def hello(say):
    await say("hello")

app.server(port=int(port), path="/slack/events", host="127.0.0.1").start()
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """Milliseconds, and replies a second."""

    in_flight: int
    latency: float
    ack_p50: float
    ack_p99: float
    reply_p50: float
    reply_p99: float
    per_second: float
    cpu: float  # milliseconds of the process for each reply; 0 where the system does not tell


@dataclass(frozen=True, slots=True)
class Running:
    """A process that is measured."""

    url: str
    pid: int

    @property
    def cpu(self) -> float:
        """Seconds of processor time since its start, by Linux's proc(5); 0 elsewhere."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def settles(self) -> None:
        """Returns when it is idle, or has had the time to be."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLING):
                await self._is_idle()

    async def _is_idle(self) -> None:
        before, used = 0.0, self.cpu
        while used - before > IDLE * LOOK:
            await asyncio.sleep(LOOK)
            before, used = used, self.cpu


@dataclass(frozen=True, slots=True)
class Figures:
    """The bot's and the bare app's rates, in the same order, and the bot's acknowledgement at a steady rate."""

    bot: tuple[Rate, ...]
    bare: tuple[Rate, ...]
    steady_p50: float
    steady_p99: float


class WebApi:
    """As much of Slack's Web API as both apps need, as quick as can be; it tells when a channel is written to."""

    def __init__(self) -> None:
        self.latency = 0.0
        self.waiting: dict[str, asyncio.Future[float]] = {}
        self._numbers = count(1)

    async def handle(self, request: web.Request) -> web.Response:
        """Any method."""
        if self.latency:
            await asyncio.sleep(self.latency)
        method = request.match_info["method"]
        body: dict[str, object] = {"ok": True}
        if method == "chat.postMessage":
            channel = str(orjson.loads(await request.read())["channel"])
            waiter = self.waiting.pop(channel, None)
            if waiter and not waiter.done():
                waiter.set_result(time.perf_counter())
            body |= {"channel": channel, "ts": f"1795435200.{next(self._numbers):06d}"}
        elif method == "auth.test":
            body |= {
                "team_id": "T0HOME",
                "user_id": "U0BOT",
                "bot_id": "B0BOT",
                "team": "Home",
                "user": "resync",
                "url": "",
            }
        elif method == "users.info":
            body["user"] = {"id": request.query.get("user"), "team_id": "T0HOME", "name": "ana", "profile": {}}
        return web.Response(body=orjson.dumps(body), content_type="application/json")


class Load:
    """Sends mentions and waits for their replies."""

    def __init__(self, api: WebApi, session: aiohttp.ClientSession, running: Running) -> None:
        self._api = api
        self._session = session
        self._running = running
        self._numbers = count(1)

    async def ask(self) -> tuple[float, float]:
        """Seconds to the acknowledgement and to the reply."""
        number = next(self._numbers)
        channel = f"C{os.getpid():06d}{number:08d}"
        body = orjson.dumps(_mention(channel, number))
        headers = {"Content-Type": "application/json", **signed_headers(body)}
        replied: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._api.waiting[channel] = replied
        started = time.perf_counter()
        async with self._session.post(self._running.url, data=body, headers=headers) as response:
            if response.status != 200:
                raise AssertionError(f"status {response.status}")
        acknowledged = time.perf_counter() - started
        async with asyncio.timeout(PATIENCE):
            return acknowledged, await replied - started

    async def closed(self, in_flight: int, questions: int) -> Rate:
        """`in_flight` people who ask again as soon as they are answered."""
        left = questions
        times: list[tuple[float, float]] = []

        async def person() -> None:
            nonlocal left
            while left > 0:
                left -= 1
                times.append(await self.ask())

        started, cpu = time.perf_counter(), self._running.cpu
        async with asyncio.TaskGroup() as group:
            for _ in range(in_flight):
                group.create_task(person())
        seconds, cpu = time.perf_counter() - started, self._running.cpu - cpu
        acks, replies = (quantiles([each[i] * 1000 for each in times], n=100) for i in (0, 1))
        return Rate(
            in_flight=in_flight,
            latency=self._api.latency,
            ack_p50=acks[49],
            ack_p99=acks[98],
            reply_p50=replies[49],
            reply_p99=replies[98],
            per_second=len(times) / seconds,
            cpu=cpu * 1000 / len(times),
        )

    async def steady(self, rate: float, seconds: float) -> tuple[float, float]:
        """Events at a steady rate, whatever becomes of them; the acknowledgement's p50 and p99 in milliseconds."""
        tasks = []
        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(int(rate * seconds)):
                await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
                tasks.append(group.create_task(self.ask()))
        cuts = quantiles([task.result()[0] * 1000 for task in tasks], n=100)
        return cuts[49], cuts[98]


async def slack_figures() -> Figures:
    """Measures both, one after the other, under the same load."""
    api = WebApi()
    async with AsyncExitStack() as stack:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", api.handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        api_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        connector = aiohttp.TCPConnector(limit=0)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        async with _bare_app(api_url) as running:
            bare, _ = await _measured(api, session, running, steady=False)
        async with _whole_bot(api_url) as running:
            bot, (p50, p99) = await _measured(api, session, running, steady=True)
    return Figures(bot, bare, p50, p99)


async def _measured(
    api: WebApi, session: aiohttp.ClientSession, running: Running, *, steady: bool
) -> tuple[tuple[Rate, ...], tuple[float, float]]:
    load = Load(api, session, running)
    api.latency = 0.0
    await load.closed(8, WARM_UP)
    await running.settles()
    acknowledgement = await load.steady(STEADY_RATE, STEADY_SECONDS) if steady else (0.0, 0.0)
    rates = []
    for api.latency in LATENCIES:
        for in_flight in IN_FLIGHT:
            rates.append(await load.closed(in_flight, QUESTIONS[in_flight]))  # noqa: PERF401  # one after the other
    return tuple(rates), acknowledgement


@asynccontextmanager
async def _bare_app(api_url: str) -> AsyncIterator[Running]:
    port = _free_port()
    arguments = ("-c", _BARE, str(port), api_url, BOT_TOKEN, SIGNING_SECRET)
    async with _process(arguments, {}, port) as running:
        yield running


@asynccontextmanager
async def _whole_bot(api_url: str) -> AsyncIterator[Running]:
    port, engine = _free_port(), _free_port()
    simulator = ("-m", "resync_bot", "simulator", "--port", str(engine), "--speed", "0")
    with TemporaryDirectory(prefix="bench-") as directory:
        async with embedded_redis(Path(directory)) as redis_url, _process(simulator, {}, engine):
            settings = {
                "REDIS_URL": redis_url,
                "TWS_HOST": f"http://127.0.0.1:{engine}",
                "TWS_USER": "demo",
                "TWS_PASSWORD": "demo",
                "SLACK_BOT_TOKEN": BOT_TOKEN,
                "SLACK_SIGNING_SECRET": SIGNING_SECRET,
                "SLACK_API_URL": api_url,
                "PORT": str(port),
                "LOG_LEVEL": "INFO",
                "APP_LOG__DIRECTORY": f"{directory}/logs",
                "APP_LIMITS__PERSON_PER_MINUTE": "1000000",
                "APP_LIMITS__PERSON_BURST": "10000",
                "APP_WORK__CONCURRENCY": "128",
            }
            async with _process(("-m", "resync_bot", "serve"), settings, port) as running:
                yield running


@asynccontextmanager
async def _process(arguments: tuple[str, ...], settings: dict[str, str], port: int) -> AsyncIterator[Running]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("APP_", "SLACK_", "TWS_", "LLM_"))
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env={**kept, **settings},
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
    try:
        await _listens(process, port)
        yield Running(f"http://127.0.0.1:{port}/slack/events", process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _listens(process: Process, port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            if process.returncode is not None:
                raise AssertionError(f"ended with status {process.returncode}")
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


def _mention(channel: str, number: int) -> dict[str, object]:
    ts = f"{int(time.time())}.{number % 1_000_000:06d}"
    return {
        "token": "t",
        "team_id": "T0HOME",
        "api_app_id": "A0APP",
        "type": "event_callback",
        "event_id": f"Ev{os.getpid()}{number}",
        "event_time": int(time.time()),
        "authorizations": [{"enterprise_id": None, "team_id": "T0HOME", "user_id": "U0BOT", "is_bot": True}],
        "event": {
            "type": "app_mention",
            "user": f"U0{number % 16}",
            "text": "<@U0BOT> help",
            "ts": ts,
            "event_ts": ts,
            "channel": channel,
            "team": "T0HOME",
        },
    }


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def slack_rows(figures: Figures) -> list[tuple[str, str, str]]:
    """For the table of `make bench`: what was measured, the figure, and the aim."""
    rows = [
        (
            f"Slack: signed event to 200 at {STEADY_RATE} events/s",
            f"p50 {figures.steady_p50:.1f} ms, p99 {figures.steady_p99:.1f} ms",
            "p99 under 10 ms",
        )
    ]
    for bot, bare in zip(figures.bot, figures.bare, strict=True):
        what = f"Slack: {bot.in_flight} in flight, Slack takes {bot.latency * 1000:.0f} ms"
        shown = (
            f"200: p50 {bot.ack_p50:.1f} ms, p99 {bot.ack_p99:.1f} ms; reply: p50 {bot.reply_p50:.1f} ms, "
            f"p99 {bot.reply_p99:.1f} ms; {bot.per_second:.0f} replies/s, "
            f"{bot.per_second / bare.per_second:.2f} x of bare slack-bolt's {bare.per_second:.0f}; "
            f"{bot.cpu:.2f} ms of processor time each, bare {bare.cpu:.2f}"
        )
        rows.append((what, shown, "1.3 x"))
    return rows


async def slack() -> list[tuple[str, str, str]]:
    """All of it."""
    return slack_rows(await slack_figures())


if __name__ == "__main__":
    for row in asyncio.run(slack()):
        print("| " + " | ".join(row) + " |")  # noqa: T201
