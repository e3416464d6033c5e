"""How fast the backbone is: a message into its lane, and trivial turns through Redis.

The store is a real server with its append-only file, on a unix socket, as `make run` starts it.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from aiohttp import web
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from redis.asyncio import Redis

from resync_bot.conversation.history import History
from resync_bot.conversation.inbox import Inbox
from resync_bot.conversation.lanes import Lanes
from resync_bot.conversation.metrics import ConversationMetrics
from resync_bot.conversation.model import Answer, Incoming, Person, Place, Question
from resync_bot.conversation.outbox import Outbox
from resync_bot.conversation.pace import Pacer
from resync_bot.conversation.ports import Accepted, MessageRef, Pace, Progress, Turn
from resync_bot.conversation.turn import TurnHandler
from resync_bot.conversation.worker import Worker
from resync_bot.runtime.embedded_redis import embedded_redis
from resync_bot.runtime.redis import connect_redis
from resync_bot.runtime.sections import LimitSettings, RedisSettings, WorkSettings

NAMESPACE = "bench"
MANY = 60_000_000  # a minute: every limit is computed and none is reached
LIMITS = LimitSettings(person_per_minute=MANY, person_burst=1000, place_per_minute=MANY, place_burst=1000)


@dataclass(frozen=True, slots=True)
class AcceptTimes:
    """Milliseconds from a verified message to durable in its lane, one message at a time."""

    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class TurnRate:
    """Turns a second of one worker in one process; `cpu_ms` is this process's own time for each."""

    per_second: float
    cpu_ms: float


async def accept_times(count: int = 3000) -> AcceptTimes:
    """Accepts `count` questions, each in a place of its own."""
    async with _store() as redis:
        inbox = _inbox(redis, ConversationMetrics(CollectorRegistry()))
        taken = []
        for question in itertools.islice(_questions(), count):
            started = time.perf_counter()
            verdict = await inbox.accept(question)
            taken.append((time.perf_counter() - started) * 1000)
            if not isinstance(verdict, Accepted):
                raise AssertionError(verdict)  # noqa: TRY004  # a defect of the benchmark
    cuts = quantiles(taken, n=100)
    return AcceptTimes(p50=cuts[49], p99=cuts[98])


async def turn_rate(count: int = 3000) -> TurnRate:
    """Answers `count` questions that wait, each in a lane of its own: no turn is saved by joining questions."""
    async with _store() as redis:
        metrics = ConversationMetrics(CollectorRegistry())
        inbox = _inbox(redis, metrics)
        for question in itertools.islice(_questions(), count):
            await inbox.accept(question)
        platform = _Platform(count)
        work = WorkSettings(concurrency=32)
        handler = TurnHandler(
            responder=_Echo(),
            outbox=Outbox({platform.platform: platform}, Pacer(redis, namespace=NAMESPACE), metrics=metrics),
            history=History(redis, namespace=NAMESPACE),
            work=work,
            limits=LIMITS,
            now=_now,
        )
        lanes = Lanes(redis, namespace=NAMESPACE, settings=work, consumer="bench")
        worker = Worker(lanes, handler, settings=work, metrics=metrics, new_id=_ids("token"))
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            started, cpu = time.perf_counter(), time.process_time()
            group.create_task(worker.run(stop), name="worker")
            await platform.complete.wait()
            seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
            stop.set()
    return TurnRate(per_second=count / seconds, cpu_ms=cpu * 1000 / count)


class _Platform:
    """Takes every answer at once, and counts."""

    platform = "bench"
    pace = Pace()

    def __init__(self, expected: int) -> None:
        self._left = expected
        self.complete = asyncio.Event()

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        return ()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        yield

    async def admit(self, incoming: Incoming) -> Incoming | None:
        return incoming

    def reply(
        self, place: Place, turn_id: str, incoming: Sequence[Incoming], *, resume: MessageRef | None
    ) -> "_Stream":
        return _Stream(self, MessageRef(place, turn_id))

    def thread_under(self, ref: MessageRef) -> Place | None:
        return None

    def took_one(self) -> None:
        self._left -= 1
        if self._left == 0:
            self.complete.set()


class _Stream:
    def __init__(self, platform: _Platform, ref: MessageRef) -> None:
        self._platform = platform
        self._ref = ref
        self.mark = None

    async def status(self, text: str) -> bool:
        return True

    async def placeholder(self, text: str) -> MessageRef | None:
        return None

    async def show(self, markdown: str) -> MessageRef | None:
        return self._ref

    async def finish(self, answer: Answer) -> MessageRef:
        self._platform.took_one()
        return self._ref


class _Echo:
    async def respond(self, turn: Turn, progress: Progress) -> Answer:
        return Answer.plain(turn.texts[-1][1])


@asynccontextmanager
async def _store() -> AsyncIterator[Redis]:
    with TemporaryDirectory(prefix="bench-") as directory:
        async with (
            embedded_redis(Path(directory)) as url,
            connect_redis(RedisSettings(url=SecretStr(url), max_connections=128)) as redis,
        ):
            yield redis


def _inbox(redis: Redis, metrics: ConversationMetrics) -> Inbox:
    return Inbox(redis, namespace=NAMESPACE, limits=LIMITS, metrics=metrics, new_id=_ids("turn"))


def _questions() -> Iterator[Question]:
    for number in itertools.count():
        place = Place(_Platform.platform, "tenant", f"channel-{number}")
        person = Person(_Platform.platform, f"person-{number % 50}")
        yield Question(f"delivery-{number}", f"message-{number}", person, place, "which jobs abended?", _now())


def _ids(prefix: str) -> Callable[[], str]:
    numbers = itertools.count()
    return lambda: f"{prefix}-{next(numbers)}"


def _now() -> datetime:
    return datetime.now(UTC)
