"""What the tests of every adapter may use."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from resync_bot.conversation.ports import Host
from resync_bot.runtime.settings import Environment, Settings
from tests.adapters.small_bot import SmallBot

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

MakeHost = Callable[..., Host]


@pytest.fixture
def bot() -> SmallBot:
    """A bot that says what it was asked, until its script is changed."""
    return SmallBot()


@pytest.fixture
def make_host(redis: Redis, bot: SmallBot, tmp_path: Path) -> MakeHost:
    """Makes a host as one process of the bot has it; keyword arguments override its settings."""
    numbers = count(1)
    bot.redis = redis

    def make(**overrides: object) -> Host:
        chosen: dict[str, object] = {"environment": Environment.TEST, "data_directory": tmp_path, **overrides}
        return Host(
            settings=Settings(**chosen),  # type: ignore[arg-type]  # pydantic checks it
            intake=bot,
            redis=redis,
            metrics=CollectorRegistry(),
            now=lambda: NOON,
            new_id=lambda: f"id-{next(numbers):012d}",
        )

    return make
