"""What the conversation needs from others, and what others may ask of it. These docstrings are the contract."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from aiohttp import web
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from resync_bot.conversation.model import Answer, Exchange, Incoming, Person, Place, Question
from resync_bot.runtime.circuit import CircuitBreakerManager
from resync_bot.runtime.settings import Settings

# --- intake: from an adapter into the house ---


@dataclass(frozen=True, slots=True)
class Accepted:
    """Durable in its lane: the platform may be acknowledged now. Nothing that was accepted is ever lost."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Accepted before, under this delivery id or message id: acknowledge, and do nothing more."""


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Too many: acknowledge, and tell the person to try again in `retry_after` seconds if `tell` is set.

    `tell` is set once per waiting time, so that a flood does not get a flood of answers.
    """

    retry_after: float
    tell: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Not a message that can be answered; `why` is one plain sentence for the person."""

    why: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something small that an adapter keeps with a message, for `seconds`: not without it, and not after it.

    `key` begins with the namespace in braces, `Keys.tag`: the store keeps it together with the lanes.
    """

    key: str
    text: str
    seconds: int


Verdict = Accepted | Duplicate | RateLimited | Refused


class Intake(Protocol):
    """Where adapters hand in what they have verified."""

    async def accept(self, incoming: Incoming, *, note: Note | None = None) -> Verdict:
        """Claims, limits and enqueues in one atomic step; `note` is kept in the same one if it is accepted.

        Raises StoreUnavailableError if it is not known to be durable: answer 503 or do not acknowledge.
        """
        ...


class Corrections(Protocol):
    """What a person may still change about what was handed in. All methods raise StoreUnavailableError."""

    async def replace(self, question: Question) -> bool:
        """The person edited a message: if it still waits, under the same `message_id`, it is asked as it reads now."""
        ...

    async def withdraw(self, place: Place, message_id: str) -> bool:
        """The person deleted a message: if it still waits, it is not answered."""
        ...

    async def stop(self, place: Place) -> bool:
        """The turn that is running for this place, in whichever process, ends with what it has. False if none runs."""
        ...


# --- delivery: from the house through an adapter ---


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message that the bot posted: enough to edit it later, also from another process."""

    place: Place
    id: str


@dataclass(frozen=True, slots=True)
class Pace:
    """What a platform takes per channel. Each of `windows` is seconds and the calls that any stretch of time of that
    length may hold; all of them are kept. None means no limit.
    """

    windows: tuple[tuple[float, int], ...] = ()


class Mark(Protocol):
    """Says to every other process that somebody is about to make a message."""

    @property
    def key(self) -> str:
        """Begins as that of a `Note`."""
        ...

    def kept(self, *, is_first: bool) -> None:
        """The store keeps it from now on, for a day; `is_first` if it did not before."""
        ...


class ReplyStream(Protocol):
    """One answer while it is being written. All texts are whole: each call supersedes the one before."""

    @property
    def mark(self) -> Mark | None:
        """What is to be kept before `finish`, in the step that reserves its moment. None if nothing is, or it is."""
        ...

    async def status(self, text: str) -> bool:
        """Shows a sign of life ("reading the job log of PAY_POST"). Best effort: failing to show it is not an error.

        False if nothing of the kind can be shown here: `placeholder` is called then, if the answer is not there soon.
        """
        ...

    async def placeholder(self, text: str) -> MessageRef | None:
        """Posts a sign of life as a message that the answer takes the place of. Otherwise like `show`."""
        ...

    async def show(self, markdown: str) -> MessageRef | None:
        """Shows the text so far (each a longer version of the last); the ref as soon as a message exists.

        Raises DeliveryDelayedError to be called again later with whatever is newest then. Best effort otherwise.
        """
        ...

    async def finish(self, answer: Answer) -> MessageRef:
        """Puts the final answer in place of everything shown before, and closes the stream.

        Calling it again with the same or a newer answer edits the same message; it never makes a second one. Raises
        DeliveryDelayedError to be called again, DeliveryUnknownError or DeliveryRefusedError otherwise.
        """
        ...


class Adapter(Protocol):
    """A messaging platform. Made by the factory that its package registers under `resync_bot.adapters`.

    Entering the context opens what it needs (sessions, sockets) and starts taking events; leaving it closes them.
    """

    @property
    def platform(self) -> str:
        """The name in `Place.platform`."""
        ...

    @property
    def pace(self) -> Pace:
        """The outbox keeps to it, for all replicas together. None if the adapter counts its calls itself."""
        ...

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """HTTP routes to be served by the bot's server; empty for a platform that does not call us."""
        ...

    def running(self) -> AbstractAsyncContextManager[None]:
        """The adapter's life: between enter and exit it may call `Intake.accept` and be called below."""
        ...

    async def admit(self, incoming: Incoming) -> Incoming | None:
        """Asked in the turn, before anything is done: `incoming` with all that the platform tells of its person.

        None if this person is not answered here. So an adapter need not ask its platform who somebody is while a
        delivery waits to be acknowledged. Raises StoreUnavailableError or DeliveryDelayedError to be asked again,
        any other DeliveryError if it will never be known.
        """
        ...

    def reply(
        self, place: Place, turn_id: str, incoming: Sequence[Incoming], *, resume: MessageRef | None
    ) -> ReplyStream:
        """A stream for the answer of one turn. `resume` is the message that a crashed predecessor posted, to be edited.

        `turn_id` is the same for predecessor and successor: a platform that can look up messages by a marker uses it.
        `incoming` is everything that this one answer answers, in order: a platform on which somebody waits for the
        answer to one message finds it by its `message_id`. It is empty for what nobody asked for: a place without a
        thread then takes a message of its own, and one with a thread a reply there.
        """
        ...

    def thread_under(self, ref: MessageRef) -> Place | None:
        """Where replies under a message go that the bot posted; None where the platform has no threads."""
        ...


@dataclass(frozen=True, slots=True)
class Briefing:
    """What a home page shows to somebody who has not asked yet. `failed` is None if nothing failed."""

    glance: Answer
    failed: Answer | None
    questions: tuple[str, ...]  # that work on the present plan, the most useful first


@dataclass(frozen=True, slots=True)
class Host:
    """What the house gives to an adapter's factory.

    A factory `(Host) -> Adapter | None` is registered in the entry-point group `resync_bot.adapters`; None says that
    its platform is not configured. `redis` is for the adapter's own keys; they begin with its platform's name.
    """

    settings: Settings
    intake: Intake
    redis: Redis
    metrics: CollectorRegistry
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    corrections: Corrections | None = None
    briefing: Callable[[], Awaitable[Briefing]] | None = None  # raises nothing but ResyncError and cancellation
    circuits: CircuitBreakerManager | None = None  # the one registry of this process


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One row of `resync-bot check`.

    An adapter's package registers a check, `(Settings) -> Awaitable[Sequence[CheckResult]]`, in the entry-point group
    `resync_bot.checks`. Neither text holds a secret.
    """

    name: str
    state: Literal["ok", "warning", "failed", "off"]
    detail: str
    fix: str = ""


# --- the brain ---


@dataclass(frozen=True, slots=True)
class Turn:
    """What a responder is asked to answer: `texts` of one or more people, in order, after `history` (oldest first)."""

    id: str
    place: Place
    texts: tuple[tuple[Person, str], ...]
    history: tuple[Exchange, ...]


class Progress(Protocol):
    """How a responder shows that it is at work. Neither call waits for a platform, neither raises."""

    def status(self, text: str) -> None:
        """What it does now, in the person's language."""
        ...

    def text(self, markdown: str) -> None:
        """The answer so far, whole."""
        ...


class Responder(Protocol):
    """Answers questions; the agent is one. It raises nothing but ResyncError and cancellation."""

    async def respond(self, turn: Turn, progress: Progress) -> Answer:
        """The whole answer. Called again for the same turn after a crash: it changes nothing in the world."""
        ...
