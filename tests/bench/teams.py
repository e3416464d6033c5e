"""Teams: from a signed activity to its acknowledgement and to the posted reply, beside a bare botbuilder echo bot.

Both are processes of their own, talk to the same stand-in for Microsoft in this process, and verify RS256 tokens. The
bot is inbox, lanes and outbox in Redis with its append-only file, and an echo for a brain. The bare bot gets its access
token for nothing: its own way of fetching one cannot be pointed at a stand-in. The lag of the bot's event loop is
measured inside its process while keys and tokens are renewed all the time.
"""

import asyncio
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import aiohttp

from resync_bot.runtime.embedded_redis import embedded_redis
from tests.adapters.teams.connector import APP_ID, ISSUER, TENANT, Json, Microsoft

IN_FLIGHT = 16
PER_SECOND = 20  # activities at a steady rate
STEADY = 120
QUESTIONS = 400
WARM_UP = 30
LOGIN_DELAY = 0.2  # seconds that keys and tokens take to come

_BARE = """
import os, sys
from aiohttp import web
from botbuilder.core import ActivityHandler
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botframework.connector.auth import AppCredentials, ServiceClientCredentialsFactory
port, microsoft, app_id, token, issuer = sys.argv[1:]

class Held(AppCredentials):
    def get_access_token(self, force_refresh=False):
        return token

class Factory(ServiceClientCredentialsFactory):
    async def is_valid_app_id(self, app_id_asked):
        return app_id_asked == app_id
    async def is_authentication_disabled(self):
        return False
    async def create_credentials(self, app_id, oauth_scope, login_endpoint, validate_authority):
        return Held(app_id=app_id, oauth_scope=oauth_scope)

class Settings:
    TO_CHANNEL_FROM_BOT_LOGIN_URL = microsoft
    TO_CHANNEL_FROM_BOT_OAUTH_SCOPE = issuer
    TO_BOT_FROM_CHANNEL_TOKEN_ISSUER = issuer
    OAUTH_URL = microsoft
    TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL = microsoft + "/openid"
    TO_BOT_FROM_EMULATOR_OPENID_METADATA_URL = microsoft + "/openid"
    CALLER_ID = ""

class Echo(ActivityHandler):
    async def on_message_activity(self, turn):
        await turn.send_activity("You said: " + turn.activity.text)

adapter = CloudAdapter(ConfigurationBotFrameworkAuthentication(Settings, credentials_factory=Factory()))
async def messages(request):
    return await adapter.process(request, Echo())
app = web.Application()
app.router.add_post("/api/messages", messages)
async def ready(_app):
    os.write(1, b"ready\\n")
app.on_startup.append(ready)
web.run_app(app, host="127.0.0.1", port=int(port), print=None)
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """Milliseconds, and replies a second."""

    ack_p50: float
    ack_p99: float
    reply_p50: float
    reply_p99: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Both bots; the lag of the bot's event loop, 99th percentile in milliseconds, at a steady rate and under full
    load; and that of a process that did nothing at the steady rate's time.
    """

    bot: Rate
    bare: Rate
    lag_p99: float
    loaded_lag_p99: float
    idle_lag_p99: float


async def teams_figures() -> Figures:
    """Starts, measures and stops both."""
    async with AsyncExitStack() as stack:
        microsoft = await stack.enter_async_context(Microsoft(checks_rates=False).serving())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        directory = Path(stack.enter_context(TemporaryDirectory()))
        redis = await stack.enter_async_context(embedded_redis(directory))
        token = "held"  # of the stand-in
        microsoft.tokens.add(token)
        port = _free_port()
        bare = [sys.executable, "-c", _BARE, str(port), microsoft.url, APP_ID, token, ISSUER]
        async with _process(bare):
            bare_rate = await _measured(microsoft, session, port)
        microsoft.login_delay = LOGIN_DELAY
        async with _bot(redis, microsoft, directory / "loaded") as port:
            bot_rate = await _measured(microsoft, session, port)
        async with (
            _process([sys.executable, "-m", "tests.bench.lag", str(directory / "idle")]),
            _bot(redis, microsoft, directory / "steady") as port,
        ):
            await _steadily(microsoft, session, port)
        steady, loaded, idle = (float((directory / name).read_text()) for name in ("steady", "loaded", "idle"))
        return Figures(bot_rate, bare_rate, steady, loaded, idle)


@asynccontextmanager
async def _bot(redis: str, microsoft: Microsoft, lag: Path) -> AsyncIterator[int]:
    """The bot at the port that it yields; at its end it writes its lag to that file."""
    port = _free_port()
    command = [sys.executable, "-m", "tests.bench.teams_bot", redis, str(port), microsoft.url, str(lag)]
    async with _process(command):
        yield port


async def _measured(microsoft: Microsoft, session: aiohttp.ClientSession, port: int) -> Rate:
    times: list[tuple[float, float]] = []
    token, numbers = microsoft.sign(), count()

    async def person(questions: int) -> None:
        for _ in range(questions):
            times.append(await _ask(microsoft, session, port, token, next(numbers)))  # noqa: PERF401  # one after the other

    await person(WARM_UP)
    times.clear()
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(IN_FLIGHT):
            group.create_task(person(QUESTIONS // IN_FLIGHT))
    seconds = time.perf_counter() - began
    acks, replies = (quantiles([each[i] * 1000 for each in times], n=100) for i in (0, 1))
    return Rate(acks[49], acks[98], replies[49], replies[98], len(times) / seconds)


async def _steadily(microsoft: Microsoft, session: aiohttp.ClientSession, port: int) -> None:
    token, started = microsoft.sign(), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(STEADY):
            await asyncio.sleep(max(0.0, started + number / PER_SECOND - time.perf_counter()))
            group.create_task(_ask(microsoft, session, port, token, number))


async def _ask(
    microsoft: Microsoft, session: aiohttp.ClientSession, port: int, token: str, number: int
) -> tuple[float, float]:
    """Seconds to the acknowledgement, and to the answer."""
    conversation = f"a:{port}-{number}"
    activity = _activity(microsoft, conversation)
    began = time.perf_counter()
    url, headers = f"http://127.0.0.1:{port}/api/messages", {"Authorization": f"Bearer {token}"}
    async with session.post(url, json=activity, headers=headers) as response:
        if response.status not in (201, 202):
            raise AssertionError(f"status {response.status}")
    acknowledged = time.perf_counter() - began
    await microsoft.until(lambda: _is_answered(microsoft, conversation))
    return acknowledged, time.perf_counter() - began


def _activity(microsoft: Microsoft, conversation: str) -> Json:
    where = {"id": conversation, "conversationType": "personal", "tenantId": TENANT}
    return microsoft.activity("ping", conversation=where)


def _is_answered(microsoft: Microsoft, conversation: str) -> bool:
    """Forgets the answer at once, so that the stand-in stays quick."""
    for message in list(microsoft.messages.values()):
        is_written = message.stream and message.stream.is_open
        if message.conversation == conversation and not is_written:
            del microsoft.messages[message.id]
            return True
    return False


@asynccontextmanager
async def _process(command: list[str]) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    try:
        assert process.stdout
        await process.stdout.readline()
        yield process
    finally:
        process.terminate()
        try:
            async with asyncio.timeout(10):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


if __name__ == "__main__":
    print(asyncio.run(teams_figures()))  # noqa: T201
