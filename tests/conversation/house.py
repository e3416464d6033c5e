"""The whole way from inbox to platform on a real store, and words to write a conversation with."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from resync_bot.conversation.history import History
from resync_bot.conversation.inbox import Inbox
from resync_bot.conversation.lanes import Lanes
from resync_bot.conversation.metrics import ConversationMetrics
from resync_bot.conversation.model import Answer, ButtonPress, Lifecycle, Person, Place, Question, State
from resync_bot.conversation.outbox import Outbox
from resync_bot.conversation.pace import Pacer
from resync_bot.conversation.ports import Progress, Turn, Verdict
from resync_bot.conversation.turn import TurnHandler
from resync_bot.conversation.worker import Worker
from resync_bot.runtime.resilience import RetryPolicy, retry_with_backoff
from resync_bot.runtime.sections import LimitSettings, WorkSettings
from tests.conversation.platform import FakePlatform

NAMESPACE = "test"
ANA = Person("fake", "U-ANA", "Ana")
BEN = Person("fake", "U-BEN", "Ben")
CHANNEL = Place("fake", "T1", "operations", "thread-1")
OTHER = Place("fake", "T1", "operations", "thread-2")
NO_LIMITS = LimitSettings(person_per_minute=6e7, person_burst=100_000, place_per_minute=6e7, place_burst=100_000)
AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

_numbers = itertools.count()


def question(
    text: str = "what failed?", *, by: Person = ANA, at: Place = CHANNEL, number: int | str | None = None
) -> Question:
    """A question with ids of its own, or those of `number`."""
    number = next(_numbers) if number is None else number
    return Question(f"delivery-{number}", f"message-{number}", by, at, text, AT)


def press(action: str, value: str, *, by: Person = ANA, at: Place = CHANNEL) -> ButtonPress:
    """A press of a button."""
    number = next(_numbers)
    return ButtonPress(f"delivery-{number}", f"message-{number}", by, at, action, value, AT)


def installed(*, at: Place = CHANNEL) -> Lifecycle:
    """The bot was installed."""
    number = next(_numbers)
    return Lifecycle(f"delivery-{number}", f"message-{number}", ANA, at, "installed", AT)


async def eventually(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Returns when it is so: for what happens in the store and tells nobody."""

    async def look() -> None:
        if not await is_so():
            raise BlockingIOError("not yet")

    await retry_with_backoff(
        look,
        policy=RetryPolicy(attempts=None, first=0.01, longest=0.05, deadline=60.0),
        retry_on=lambda error: isinstance(error, BlockingIOError),
    )


class Gate:
    """Holds a responder until it is opened; tells when somebody waits at it."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._reached = asyncio.Event()

    async def pass_through(self) -> None:
        """Waits until it is open."""
        self._reached.set()
        await self._open.wait()

    async def reached(self) -> None:
        """Returns when somebody has come to it."""
        await self._reached.wait()

    def open(self) -> None:
        """For everybody, for good."""
        self._open.set()


class Echo:
    """A responder that repeats the questions, or says `answer`; it does first what `before` says."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.answer: Answer | None = None
        self.before: Callable[[Turn, Progress], Awaitable[None]] | None = None

    async def respond(self, turn: Turn, progress: Progress) -> Answer:
        """See `ports.Responder`."""
        self.turns.append(turn)
        if self.before:
            await self.before(turn, progress)
        return self.answer or Answer.plain(" + ".join(text for _, text in turn.texts))


@dataclass
class House:
    """Everything but the adapter's network side."""

    redis: Redis
    platform: FakePlatform = field(default_factory=FakePlatform)
    responder: Echo = field(default_factory=Echo)
    limits: LimitSettings = NO_LIMITS
    work: WorkSettings = field(default_factory=WorkSettings)
    longest_turn: float = 60.0
    placeholder: float = 0.0
    sleeps: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.registry = CollectorRegistry()
        self.metrics = ConversationMetrics(self.registry)
        self.history = History(self.redis, namespace=NAMESPACE)
        self.inbox = Inbox(
            self.redis, namespace=NAMESPACE, limits=self.limits, metrics=self.metrics, new_id=lambda: uuid4().hex
        )

    async def say(self, text: str, *, by: Person = ANA, at: Place = CHANNEL) -> Verdict:
        """Hands a question in."""
        return await self.inbox.accept(question(text, by=by, at=at))

    def lanes(self, consumer: str = "") -> Lanes:
        """As one more worker sees them."""
        return Lanes(self.redis, namespace=NAMESPACE, settings=self.work, consumer=consumer or uuid4().hex)

    def handler(self) -> TurnHandler:
        """Answers through the platform, without waiting before signs of life."""

        async def sleep(seconds: float) -> None:
            self.sleeps.append(seconds)

        outbox = Outbox(
            {self.platform.platform: self.platform},
            Pacer(self.redis, namespace=NAMESPACE),
            metrics=self.metrics,
            interval=0.0,
            grace=0.0,
            placeholder=self.placeholder,
            sleep=sleep,
        )
        return TurnHandler(
            responder=self.responder,
            outbox=outbox,
            history=self.history,
            work=self.work,
            limits=self.limits,
            now=lambda: AT,
            longest_turn=self.longest_turn,
        )

    def worker(self, lanes: Lanes | None = None) -> Worker:
        """One more worker."""
        return Worker(
            lanes or self.lanes(),
            self.handler(),
            settings=self.work,
            metrics=self.metrics,
            new_id=lambda: uuid4().hex,
        )

    async def idle(self) -> None:
        """Returns when no lane has work."""

        async def has_none() -> bool:
            return await self.redis.xlen(f"{{{NAMESPACE}}}:work") == 0

        await eventually(has_none)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[asyncio.Event]:
        """A worker runs meanwhile; setting the event stops it."""
        stop = asyncio.Event()
        worker = self.worker()
        self.inbox.hand_to(worker)
        async with asyncio.TaskGroup() as group:
            group.create_task(worker.run(stop), name="worker")
            yield stop
            stop.set()

    def ended(self, state: State) -> int:
        """How many messages ended so."""
        labels = {"platform": self.platform.platform, "state": state.value}
        return round(self.registry.get_sample_value("resync_incoming_total", labels) or 0)
