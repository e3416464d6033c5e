"""T7: Teams' budgets of a conversation, counted for every call."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from adapters.teams.budget import LONGEST_REST, LOOK_UPS, SENDS, Budgets
from adapters.teams.calls import Calls
from adapters.teams.connector import Connector
from adapters.teams.limits import MEMBER_WINDOWS, SEND_WINDOWS
from resync_bot.conversation.pace import Pacer
from resync_bot.errors import DeliveryDelayedError
from resync_bot.runtime.resilience import CircuitBreakerManager
from tests.adapters.teams.connector import Fault, Json, Microsoft

CHAT = "a:ann"
CHANNEL = "19:ops@thread.tacv2"
MESSAGE: Json = {"type": "message", "text": "PAY failed.", "conversation": {"id": CHAT, "conversationType": "personal"}}
TYPING: Json = {"type": "typing", "conversation": {"id": CHAT, "conversationType": "personal"}}


class Desk:
    """The connector, with a note of how long it would have slept."""

    def __init__(self, session: aiohttp.ClientSession, redis: Redis, microsoft: Microsoft) -> None:
        self.slept: list[float] = []
        self.url = microsoft.url
        microsoft.tokens.add("")
        calls = Calls(lambda: session, CircuitBreakerManager(registry=CollectorRegistry()), sleep=self._sleep)
        budgets = Budgets(Pacer(redis, namespace="test"), sleep=self._sleep)
        self.connector = Connector(calls, None, budgets, service_urls=())

    async def say(self, conversation: str = CHAT) -> str:
        """An answer, which waits for its turn."""
        return await self.connector.post(self.url, conversation, MESSAGE)

    async def sign(self, conversation: str = CHAT) -> None:
        """A sign of life, now or not at all."""
        await self.connector.post(self.url, conversation, TYPING, is_patient=False)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def desk(session: aiohttp.ClientSession, redis: Redis, microsoft: Microsoft) -> Desk:
    microsoft.checks_rates = False  # nobody really sleeps here
    return Desk(session, redis, microsoft)


def test_t7_the_windows_are_those_of_teams_and_a_little_longer() -> None:
    """T7: 7 in 1 s, 8 in 2 s, 60 in 30 s, 1800 in an hour; look-ups of members 14 in 1 s."""
    for pace, windows in ((SENDS, SEND_WINDOWS), (LOOK_UPS, MEMBER_WINDOWS)):
        assert [calls for _, calls in pace.windows] == [calls for _, calls in windows]
        assert all(0 < mine - teams < 1 for (mine, _), (teams, _) in zip(pace.windows, windows, strict=True))


async def test_t7_answers_wait_for_their_turn(desk: Desk, microsoft: Microsoft) -> None:
    """T7: the eighth call within a second waits; it is not refused and not lost."""
    for _ in range(9):
        await desk.say()
    assert len(microsoft.said()) == 9
    assert len(desk.slept) == 2
    assert 0 < desk.slept[0] <= 1.25 < desk.slept[1] <= 2.25


async def test_t7_edits_and_signs_of_life_count_like_posts(desk: Desk) -> None:
    """T7: whatever is sent takes of the same budget."""
    message = await desk.say()
    for _ in range(3):
        await desk.sign()
    for _ in range(3):
        await desk.connector.put(desk.url, CHAT, message, MESSAGE)
    assert desk.slept == []
    await desk.connector.put(desk.url, CHAT, message, MESSAGE)
    assert len(desk.slept) == 1


async def test_signs_of_life_never_take_what_answers_need(desk: Desk, microsoft: Microsoft) -> None:
    for _ in range(6):
        await desk.sign()
    with pytest.raises(DeliveryDelayedError) as delayed:
        await desk.sign()
    assert 0 < delayed.value.retry_after <= LONGEST_REST
    await desk.say()
    assert desk.slept == []
    assert len(microsoft.calls) == 7


async def test_t7_what_is_tried_again_counts_again(desk: Desk, microsoft: Microsoft) -> None:
    """T7: Teams counts calls, not messages."""
    microsoft.faults.extend(Fault(502) for _ in range(3))
    await desk.say()
    assert len(microsoft.calls) == 4
    for _ in range(3):
        await desk.say()
    paced = len(desk.slept)
    await desk.say()
    assert len(desk.slept) == paced + 1


async def test_t7_when_teams_asks_to_wait_every_replica_waits(
    desk: Desk, session: aiohttp.ClientSession, redis: Redis, microsoft: Microsoft
) -> None:
    """T7: Retry-After wins over everything of our own."""
    microsoft.faults.append(Fault(429, headers=(("Retry-After", "40"),)))
    with pytest.raises(DeliveryDelayedError):
        await desk.say()
    other = Desk(session, redis, microsoft)
    with pytest.raises(DeliveryDelayedError) as delayed:
        await other.sign()
    assert delayed.value.retry_after == LONGEST_REST  # the answer is not to wait for what a sign of life was told
    await other.say()
    assert 39 < other.slept[0] <= 40


async def test_threads_of_a_channel_share_its_budget_and_other_conversations_do_not(desk: Desk) -> None:
    for thread in range(7):
        await desk.say(f"{CHANNEL};messageid={thread}")
    await desk.say(CHAT)
    await desk.connector.member(desk.url, CHANNEL, "29:ann")
    assert desk.slept == []
    await desk.say(f"{CHANNEL};messageid=7")
    assert len(desk.slept) == 1
