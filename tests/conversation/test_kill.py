"""Workers and stores that are killed with SIGKILL: every question has exactly one answer all the same, in order."""

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from resync_bot.conversation.model import Place, Question
from resync_bot.conversation.ports import Accepted, Duplicate, Verdict
from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.redis import redis_client
from resync_bot.runtime.resilience import RetryPolicy, retry_with_backoff
from resync_bot.runtime.sections import RedisSettings, WorkSettings
from tests.conversation.house import CHANNEL, House, question
from tests.conversation.platform import FakePlatform, FileStore, Store
from tests.conversation.worker_process import Phase
from tests.redis_server import RedisServer

LEASE = 0.5
ROOT = Path(__file__).parents[2]
REDELIVERY = RetryPolicy(attempts=None, first=0.02, longest=0.2, deadline=60.0)


@asynccontextmanager
async def worker_process(url: str, file: Path, phase: Phase) -> AsyncIterator[Process]:
    """Runs; killed on leaving, if it still lives."""
    command = (sys.executable, "-m", "tests.conversation.worker_process", url, str(file), str(LEASE), phase)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=DEVNULL)
    try:
        assert process.stdout
        assert await process.stdout.readline() == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def questions_answered(store: Store, place: Place) -> list[str]:
    """The questions that the final messages of a place answer, in the order of the messages."""
    messages = [message for message in store.messages() if message.place == place]
    assert all(message.is_final for message in messages)
    return [text for message in messages for text in message.text.split(" + ")]


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.NEVER])
async def test_a_worker_killed_in_any_phase_leaves_one_answer(
    phase: Phase, redis: Redis, redis_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "platform"
    platform = FakePlatform(FileStore(file))
    house = House(redis, platform, work=WorkSettings(lease=LEASE, attempts=100))
    await house.say("one")
    await house.say("two")
    async with worker_process(redis_url, file, phase) as process:
        assert await process.wait() == -signal.SIGKILL
    await house.say("three")
    async with house.working():
        await platform.wait_for(lambda: any("three" in answer for answer in platform.answers))
    assert questions_answered(platform.store, CHANNEL) == ["one", "two", "three"]
    assert [exchange.questions[0][1] for exchange in await house.history.read(CHANNEL)] == ["one", "three"]
    turns = [message.turn_id for message in platform.store.messages()]
    assert len(turns) == len(set(turns)) == 2


async def test_workers_killed_at_random_under_load_lose_nothing_and_double_nothing(
    redis: Redis, redis_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "platform"
    store = FileStore(file)
    house = House(redis, FakePlatform(store), work=WorkSettings(lease=LEASE, attempts=100))
    places = [Place("fake", "T1", f"channel-{number}") for number in range(20)]
    draw = random.Random(7)

    async def kill_often() -> None:
        for _ in range(3):
            async with worker_process(redis_url, file, Phase.NEVER) as process:
                await asyncio.sleep(draw.uniform(0.1, 0.6))  # a moment drawn at random, not a wait for something
                os.kill(process.pid, signal.SIGKILL)
                await process.wait()

    async def ask(place: Place) -> None:
        for number in range(10):
            await house.say(f"{number}", at=place)
            await asyncio.sleep(draw.uniform(0.0, 0.3))  # people do not type all at once

    async with asyncio.TaskGroup() as group:
        for place in places:
            group.create_task(ask(place))
        group.create_task(kill_often())
        group.create_task(kill_often())
    async with house.working() as stop:
        await house.idle()
        stop.set()
    for place in places:
        assert questions_answered(store, place) == [f"{number}" for number in range(10)]


async def test_a_store_killed_under_load_loses_nothing_that_was_accepted(redis_server: RedisServer) -> None:
    places = [Place("fake", "T1", f"channel-{number}") for number in range(20)]
    async with redis_client(redis_server.url, RedisSettings(timeout=1)) as redis:
        house = House(redis, work=WorkSettings(lease=LEASE, attempts=100))

        async def hand_in(asked: Question) -> Verdict:
            return await retry_with_backoff(
                lambda: house.inbox.accept(asked),
                policy=REDELIVERY,
                retry_on=lambda error: isinstance(error, StoreUnavailableError),
            )

        async def ask(place: Place) -> None:
            for number in range(15):
                verdict = await hand_in(question(f"{number}", at=place, number=f"{place.channel}-{number}"))
                assert verdict in (Accepted(), Duplicate())  # a duplicate was accepted, and the reply got lost
                if place == places[0] and number % 3 == 2:
                    await asyncio.to_thread(redis_server.restart)

        async with house.working() as stop:
            async with asyncio.TaskGroup() as group:
                for place in places:
                    group.create_task(ask(place))
            await house.idle()
            stop.set()
    for place in places:
        assert questions_answered(house.platform.store, place) == [f"{number}" for number in range(15)]
