"""Redis goes away and comes back; a replica stops."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count

import pytest
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client import CollectorRegistry

from adapters.web import factory
from adapters.web.adapter import WebAdapter
from resync_bot.conversation.model import Answer, Person, Place, Question
from resync_bot.conversation.ports import Host, ReplyStream
from resync_bot.errors import DeliveryDelayedError
from resync_bot.runtime.redis import redis_client
from resync_bot.runtime.sections import RedisSettings
from resync_bot.runtime.settings import Settings
from tests.adapters.conftest import NOON
from tests.adapters.small_bot import SmallBot
from tests.adapters.web.conftest import Client, ask, make_app, next_event, stream
from tests.redis_server import RedisServer

PLACE = Place("web", "", "conversation-1")
QUESTION = Question("d", "conversation-1.m", Person("web", "ana"), PLACE, "hi", NOON)


@pytest.fixture
async def adapter(redis_server: RedisServer, bot: SmallBot) -> AsyncIterator[WebAdapter]:
    """An adapter whose Redis is the test's own to kill."""
    numbers = (f"id-{number:09d}" for number in count(1))
    async with redis_client(redis_server.url, RedisSettings(timeout=1)) as redis:
        await redis.config_set("appendfsync", "always")  # so that a kill loses nothing
        yield factory(
            Host(Settings(), bot, redis, CollectorRegistry(), lambda: datetime.now(UTC), lambda: next(numbers))
        )


@pytest.fixture
async def client(adapter: WebAdapter, bot: SmallBot) -> AsyncIterator[Client]:
    """A client of that adapter."""
    async with bot.working(adapter), TestClient(TestServer(make_app(adapter))) as client:
        yield client


async def test_an_answer_waits_for_redis_and_is_shown_once(adapter: WebAdapter, redis_server: RedisServer) -> None:
    reply = adapter.reply(PLACE, "turn", (QUESTION,), resume=None)
    redis_server.kill()
    await reply.status("counting")  # nobody sees it, and nothing is wrong
    await reply.show("8 jobs")
    with pytest.raises(DeliveryDelayedError) as delayed:
        await reply.finish(Answer.plain("8 jobs failed"))
    assert delayed.value.retry_after > 0
    redis_server.start()
    await reply.finish(Answer.plain("8 jobs failed"))
    await reply.finish(Answer.plain("8 jobs failed"))
    server = TestServer(make_app(adapter))
    async with TestClient(server) as client, client.get(f"/api/chat/{PLACE.channel}") as response:
        entries = (await response.json())["entries"]
    assert [entry["kind"] for entry in entries] == ["question", "answer"]


async def test_readers_are_told_plainly_while_redis_is_away(client: Client, redis_server: RedisServer) -> None:
    async with ask(client, "hello") as response:
        conversation = (await response.json())["conversation"]
    redis_server.kill()
    for path in (f"/api/chat/{conversation}", f"/api/chat/{conversation}/events"):
        async with client.get(path) as response:
            assert response.status == 503
            assert response.headers["Retry-After"]
    async with ask(client, "again", conversation) as response:
        assert response.status == 503
    redis_server.start()
    async with ask(client, "again", conversation) as response:
        assert (await response.json())["answer"]["text"] == "You said: again"


async def test_a_stream_ends_when_redis_goes_and_is_read_on_afterwards(
    client: Client, bot: SmallBot, redis_server: RedisServer
) -> None:
    async def patiently(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        await reply.status("counting")
        await is_back.wait()
        return Answer.plain("612 jobs")

    is_back = asyncio.Event()
    bot.script = patiently
    async with stream(client, "how is the plan?") as response:
        conversation = (await next_event(response)).data["conversation"]
        await next_event(response)
        position = (await next_event(response)).id
        redis_server.kill()
        assert b"event: answer" not in await response.read()
    redis_server.start()
    is_back.set()
    async with client.get(f"/api/chat/{conversation}/events?after={position}") as response:
        assert (await next_event(response)).data["answer"]["text"] == "612 jobs"


async def test_a_replica_that_stops_sends_its_readers_away(adapter: WebAdapter, redis_server: RedisServer) -> None:
    await adapter.reply(PLACE, "turn", (QUESTION,), resume=None).finish(Answer.plain("8 jobs"))
    async with TestClient(TestServer(make_app(adapter))) as client:
        async with adapter.running():
            response = await client.get(f"/api/chat/{PLACE.channel}/events")
            await next_event(response)
        async with asyncio.timeout(5):
            assert b"event:" not in await response.read()


async def test_a_waiting_request_outlasts_an_outage(client: Client, bot: SmallBot, redis_server: RedisServer) -> None:
    async def patiently(questions: tuple[str, ...], reply: ReplyStream) -> Answer:
        begun.set()
        await is_back.wait()
        return Answer.plain("612 jobs")

    begun, is_back = asyncio.Event(), asyncio.Event()
    bot.script = patiently
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(_answer(client, "how is the plan?"))
        await begun.wait()
        redis_server.kill()
        redis_server.start()
        is_back.set()
    assert asking.result() == "612 jobs"


async def _answer(client: Client, message: str) -> str:
    async with ask(client, message) as response:
        text: str = (await response.json())["answer"]["text"]
        return text
