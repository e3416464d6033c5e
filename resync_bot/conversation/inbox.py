"""Where messages enter the house: checked, claimed, limited and enqueued in one atomic step."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, assert_never

from redis.asyncio import Redis

from resync_bot.conversation.keys import Keys, encoded
from resync_bot.conversation.lanes import GROUP, Arrival, Claim, Hands, Offer, Ticket
from resync_bot.conversation.language import detect
from resync_bot.conversation.metrics import ConversationMetrics
from resync_bot.conversation.model import ButtonPress, Incoming, Lifecycle, Place, Question, State, incoming_json
from resync_bot.conversation.ports import Accepted, Duplicate, Note, RateLimited, Refused, Verdict
from resync_bot.conversation.scripts import Scripts
from resync_bot.conversation.wording import Sentence
from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.redis import STORE_ERRORS
from resync_bot.runtime.rounds import going_first
from resync_bot.runtime.sections import LimitSettings

# Must outlive the longest redelivery: Slack's delayed events come again for up to 24 hours
# (docs.slack.dev/apis/events-api, checked 2026-11-23).
SEEN_SECONDS = 24 * 60 * 60
LONGEST_BUTTON_VALUE = 2000  # characters: what Slack allows, the largest of the platforms
NO_PACE = (0, 1)  # interval and burst: without a limit
NO_NOTE = ("", 0)
NO_HAND = ("", "", 0)
BINARY_SHARE = 0.1  # of unprintable characters, from which on a text is taken for a file

_TERMINAL_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_LINE_END = re.compile(r"\r\n?")
# Control characters but tab and line feed, lone surrogates, private use, non-characters.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]"
)
# Marks that reorder or hide text: they make a name read as another one, or keep it from matching.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_REPLACEMENT = "\ufffd"  # what decoding leaves of bytes that were no text


class Inbox:
    """Implements `ports.Intake`.

    Delivery ids and message ids are unique per platform. An empty `message_id` is the same as none; that of a
    ButtonPress names the press, not the message under which the button stands, or a second press would be a duplicate.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        namespace: str,
        limits: LimitSettings,
        metrics: ConversationMetrics,
        new_id: Callable[[], str],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`new_id` gives ids without blanks; the id of a turn's first message is the id of the turn."""
        self._keys = Keys(namespace)
        self._limits = limits
        self._metrics = metrics
        self._new_id = new_id
        self._clock = clock
        scripts = Scripts(redis)  # its own: nobody's cancellation shall keep a platform waiting
        self._accept = scripts.load("accept", after=("time", "gcra", "lane"))
        self._revise = scripts.load("revise")
        self._stop = scripts.load("stop")
        self._person_pace = (_interval(limits.person_per_minute), limits.person_burst)
        self._place_pace = (_interval(limits.place_per_minute), limits.place_burst)
        self._hands: Hands | None = None

    def hand_to(self, hands: Hands) -> None:
        """From now on what is accepted is begun by this worker at once, while it has a free hand.

        It spares two calls of the store, and the wait for them. What nobody is free for waits for any worker.
        """
        self._hands = hands

    async def accept(self, incoming: Incoming, *, note: Note | None = None) -> Verdict:
        """See `ports.Intake`."""
        started = self._clock()
        checked = self._checked(incoming)
        if isinstance(checked, Refused):
            self._metrics.ended(incoming, State.REFUSED)
            return checked
        with going_first():
            verdict = await self._claim(checked, note)
        match verdict:
            case Accepted():
                self._metrics.accept.observe(self._clock() - started)
            case Duplicate():
                self._metrics.ended(incoming, State.DUPLICATE)
            case RateLimited(retry_after, tell):
                self._metrics.ended(incoming, State.RATE_LIMITED, retry_after=retry_after, told=tell)
            case Refused():
                self._metrics.ended(incoming, State.REFUSED)
            case _:
                assert_never(verdict)
        return verdict

    async def replace(self, question: Question) -> bool:
        """The person edited a message: if it still waits, under the same `message_id`, it is asked as it reads now.

        False if it does not wait any more, or its new text cannot be answered. Raises StoreUnavailableError.
        """
        checked = self._checked(question)
        if isinstance(checked, Refused):
            return False
        return await self._revised(question.place, question.message_id, incoming_json(checked))

    async def withdraw(self, place: Place, message_id: str) -> bool:
        """The person deleted a message: if it still waits, it is not answered. Raises StoreUnavailableError."""
        return await self._revised(place, message_id, b"")

    async def stop(self, place: Place) -> bool:
        """See `ports.Corrections`."""
        try:
            return bool(await self._stop((self._keys.lane(place),), ()))
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"not known to be stopped: {type(error).__name__}") from error

    async def _revised(self, place: Place, message_id: str, stored: bytes) -> bool:
        keys = (self._keys.lane(place), self._keys.arrivals(place))
        try:
            return bool(await self._revise(keys, (message_id, stored)))
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"not known to be revised: {type(error).__name__}") from error

    def _checked(self, incoming: Incoming) -> Incoming | Refused:
        match incoming:
            case Question():
                text = question_text(incoming.text, longest=self._limits.longest_question)
                if isinstance(text, Refused):
                    return text
                return incoming if text == incoming.text else replace(incoming, text=text)
            case ButtonPress():
                if len(incoming.value) > LONGEST_BUTTON_VALUE:
                    return Refused(Sentence.TOO_LONG.in_language(detect(incoming.value)))
                return replace(incoming, value=printable(incoming.value))
            case Lifecycle():
                return incoming

    async def _claim(self, incoming: Incoming, note: Note | None) -> Verdict:
        identifier = self._new_id()
        try:
            keys = (*self._names(incoming), note.key if note else self._keys.lane(incoming.place))
            arguments = (*self._arguments(identifier, incoming), *((note.text, note.seconds) if note else NO_NOTE))
        except ValueError:  # a name or an id holds half a character: it can be neither stored nor shown
            return Refused(Sentence.BINARY.in_language(detect("")))
        offer = self._hands.offer() if self._hands else None
        taken: Claim | Ticket | None = Ticket("", incoming.place)  # what is not known is found out by the worker
        try:
            hand = (offer.consumer, offer.token, offer.lease) if offer else NO_HAND
            reply = await self._accept(keys, (*arguments, GROUP, *hand))
            verdict, taken = _verdict(reply, identifier, incoming, offer)
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"not known to be accepted: {type(error).__name__}") from error
        finally:
            if self._hands and offer:
                self._hands.settle(offer, taken)
        return verdict

    def _names(self, incoming: Incoming) -> tuple[str, ...]:
        keys, place = self._keys, incoming.place
        person_rate, place_rate = keys.person_rate(incoming.person), keys.place_rate(place)
        return (
            keys.seen_delivery(incoming),
            keys.seen_message(incoming),
            person_rate,
            f"{person_rate}:told",
            place_rate,
            f"{place_rate}:told",
            keys.lane(place),
            keys.arrivals(place),
            keys.work,
            keys.history(place),
        )

    def _arguments(self, identifier: str, incoming: Incoming) -> tuple[str | bytes | int, ...]:
        # Nobody chooses to send lifecycle events, and none may be missed: they are not limited.
        limited = not isinstance(incoming, Lifecycle)
        return (
            identifier,
            incoming_json(incoming),
            encoded(incoming.place),
            SEEN_SECONDS,
            *(self._person_pace if limited else NO_PACE),
            *(self._place_pace if limited else NO_PACE),
        )


def _verdict(
    reply: Any, identifier: str, incoming: Incoming, offer: Offer | None
) -> tuple[Verdict, Claim | Ticket | None]:
    """What the script said, and what came of the offer."""
    match reply:
        case [b"ACCEPTED"]:
            return Accepted(), None
        case [b"TAKEN", ticket, history] if offer:
            return Accepted(), Claim(
                ticket=Ticket(ticket.decode(), incoming.place),
                token=offer.token,
                turn_id=identifier,
                attempt=1,
                resume=None,
                arrivals=(Arrival(incoming, waited=0.0),),
                history=tuple(history),
            )
        case [b"READ", ticket, place] if offer:
            return Accepted(), Ticket(ticket.decode(), Place.decode(place.decode()))
        case [b"DUPLICATE"]:
            return Duplicate(), None
        case [b"LIMITED", wait, tell]:
            return RateLimited(retry_after=int(wait) / 1_000_000, tell=bool(tell)), None
        case _:
            raise AssertionError(f"accept.lua answered {reply!r}")


def question_text(text: str, *, longest: int) -> str | Refused:
    """The text of a question as it goes on: trimmed and printable; or why it cannot be answered.

    `longest` is in characters, counted after the cleaning.
    """
    if not text.strip():
        return Refused(Sentence.EMPTY.in_language(detect(text)))
    if _looks_binary(text):
        return Refused(Sentence.BINARY.in_language(detect(text)))
    clean = printable(text).strip()
    if not clean:
        return Refused(Sentence.EMPTY.in_language(detect(text)))
    if len(clean) > longest:
        return Refused(Sentence.TOO_LONG.in_language(detect(text)))
    return clean


def printable(text: str) -> str:
    """`text` without terminal colours, control characters (but line feeds and tabs) and marks that reorder or hide."""
    if text.isprintable():  # to Python, none of these is: most texts are done here
        return text
    return _INVISIBLE.sub("", _UNPRINTABLE.sub("", _LINE_END.sub("\n", _TERMINAL_COLOURS.sub("", text))))


def _looks_binary(text: str) -> bool:
    if not text.isprintable():
        text = _LINE_END.sub("\n", _TERMINAL_COLOURS.sub("", text))
    strange = text.count(_REPLACEMENT) + (0 if text.isprintable() else len(_UNPRINTABLE.findall(text)))
    return strange > len(text) * BINARY_SHARE


def _interval(per_minute: float) -> int:
    return round(60_000_000 / per_minute)
