"""A Cluster that is away: redis-py tells of it by an error that is no RedisError, and it is an outage all the same."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import cast

import pytest
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisClusterException

from adapters.slack.threads import Home, Threads
from adapters.teams.store import PostedMessages
from adapters.terminal.shown import ShownAnswers
from adapters.web.store import ConversationStore
from adapters.web.watch import Watches
from resync_bot.conversation.model import Answer
from resync_bot.errors import DeliveryDelayedError, StoreUnavailableError
from resync_bot.runtime.redis import redis_client
from resync_bot.runtime.sections import RedisSettings

Call = Callable[[Redis], Awaitable[object]]

CALLS: dict[str, Call] = {
    "slack": lambda redis: Threads(redis, namespace="test", keep_seconds=60).join("C1", "1.0", Home("T", "1.0")),
    "teams": lambda redis: PostedMessages(redis).get("card"),
    "web": lambda redis: ConversationStore(redis, keep_seconds=60).read("conversation"),
    "terminal": lambda redis: ShownAnswers(redis).is_shown("message", Answer.plain("")),
}


@pytest.fixture
async def away() -> AsyncIterator[Redis]:
    with socket.socket() as nobody:  # bound, and nobody listens
        nobody.bind(("127.0.0.1", 0))
        address = f"redis+cluster://127.0.0.1:{nobody.getsockname()[1]}"
        redis = redis_client(address, RedisSettings(timeout=1.0))  # which a block would connect
        yield redis
        await redis.aclose()


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_it_is_an_outage_to_each_adapter(away: Redis, call: Call) -> None:
    with pytest.raises((StoreUnavailableError, DeliveryDelayedError)):
        await call(away)


class Away:
    """Tells when it was asked for the second time."""

    def __init__(self) -> None:
        self.asked = 0
        self.asked_again = asyncio.Event()

    def pubsub(self) -> PubSub:
        self.asked += 1
        if self.asked == 2:
            self.asked_again.set()
        raise RedisClusterException("Redis Cluster cannot be connected.")


async def test_the_chat_page_goes_on_listening_for_it(away: Redis) -> None:
    asked = Away()
    async with Watches(cast("Redis", asked), ConversationStore(away, keep_seconds=60)).running():
        await asked.asked_again.wait()
