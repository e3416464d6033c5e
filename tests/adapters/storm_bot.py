"""A whole bot in a process of its own, to be killed in a storm: inbox, lanes, outbox and one adapter; it is an echo.

A platform's `bot_process` brings the adapter's factory and settings. It prints "ready" when it listens.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import structlog
from prometheus_client import CollectorRegistry

from resync_bot.conversation.history import History
from resync_bot.conversation.inbox import Inbox
from resync_bot.conversation.lanes import Lanes
from resync_bot.conversation.metrics import ConversationMetrics
from resync_bot.conversation.model import Answer
from resync_bot.conversation.outbox import Outbox
from resync_bot.conversation.pace import Pacer
from resync_bot.conversation.ports import Adapter, Host, Progress, Responder, Turn
from resync_bot.conversation.turn import TurnHandler
from resync_bot.conversation.worker import Worker
from resync_bot.runtime.garbage import settle_heap
from resync_bot.runtime.redis import redis_client
from resync_bot.runtime.sections import HttpSettings, LimitSettings, RedisSettings, WorkSettings
from resync_bot.runtime.settings import Environment, Settings
from resync_bot.web.server import create_app, serving

NAMESPACE = "storm"
LEASE = 2.0  # seconds: a killed worker's turns are taken over after it
PLENTY = LimitSettings(person_per_minute=1e6, person_burst=10_000, place_per_minute=1e6, place_burst=10_000)
WORK = WorkSettings(lease=LEASE, attempts=100, concurrency=256)
ERRORS = 40  # the level from which on the log is written: a storm is full of warnings


class Echo:
    """Answers with what it was asked; one in four shows its answer while it grows."""

    async def respond(self, turn: Turn, progress: Progress) -> Answer:
        """See Responder."""
        said = " ".join(text for _, text in turn.texts)
        if int(turn.id[:4], 16) % 4 == 0:
            progress.status("listening")
            progress.text("You said:")
            await asyncio.sleep(0.3)
        return Answer.plain(f"You said: {said}")


async def run(
    factory: Callable[[Host], Adapter | None],
    redis_url: str,
    port: int,
    *,
    responder: Responder | None = None,
    **section: object,
) -> None:
    """Runs until it is killed; `section` is the platform's part of the settings. By default it is an Echo."""
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(ERRORS),
    )
    settings = Settings(environment=Environment.TEST, work=WORK, limits=PLENTY, **section)  # type: ignore[arg-type]  # pydantic checks it
    registry = CollectorRegistry()
    async with redis_client(redis_url, RedisSettings()) as redis:
        metrics = ConversationMetrics(registry)
        inbox = Inbox(redis, namespace=NAMESPACE, limits=PLENTY, metrics=metrics, new_id=_new_id)
        adapter = factory(Host(settings, inbox, redis, registry, _now, _new_id, corrections=inbox))
        assert adapter
        handler = TurnHandler(
            responder=responder or Echo(),
            outbox=Outbox({adapter.platform: adapter}, Pacer(redis, namespace=NAMESPACE), metrics=metrics),
            history=History(redis, namespace=NAMESPACE),
            work=WORK,
            limits=PLENTY,
            now=_now,
        )
        lanes = Lanes(redis, namespace=NAMESPACE, settings=WORK, consumer=f"process-{os.getpid()}")
        worker = Worker(lanes, handler, settings=WORK, metrics=metrics, new_id=_new_id)
        inbox.hand_to(worker)
        async with adapter.running(), serving(create_app(adapter.routes()), HttpSettings(port=port)):
            settle_heap()
            os.write(sys.stdout.fileno(), b"ready\n")
            await worker.run(asyncio.Event())


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return uuid4().hex
