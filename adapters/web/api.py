"""`POST /api/chat`, and reading a conversation again: `GET /api/chat/{conversation}` and its `/events`.

    POST /api/chat {"message": "...", "conversation": null}            a question; null begins a conversation
    POST /api/chat {"button": {"action", "value"}, "conversation": id}  a press of a button
        optional: "id" (8 to 64 letters, digits, - _) makes sending it again safe, "zone" is the person's IANA time zone
    200 {"conversation", "state", "answer": {"text", "blocks"}, "evidence": [{"tool", "arguments", "result"}], "model",
         "turn", "questions"}. `state` is a model.State; REFUSED too is an answer in words, with `turn` null.
    400 malformed, 403 from elsewhere, 404 no such conversation, 413 too large, 415 not JSON, 429 too many
    (Retry-After), 503 Redis is away, 504 no answer in time: {"error": one sentence}. 504 also names the "conversation":
    the message is safe, and its answer will be found there.

With `Accept: text/event-stream` the same as server-sent events: `accepted` {"conversation", "message"}, then all that
happens there: `question`, `status`, `delta` (the text so far, whole) and at last the `answer`, each with its position
as the event's id. If the stream breaks, read on from the last one.

The conversation "alerts" is everybody's to read: what the bot tells without having been asked. Nobody can write there.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import orjson
from aiohttp import web

from adapters.web.body import ChatBody, chat_body
from adapters.web.events import Event, Kind, answer_data, question_data
from adapters.web.guard import Guard, Reason, TurnedAwayError
from adapters.web.sse import EventStream
from adapters.web.store import BEGINNING, ConversationStore
from adapters.web.transcript import transcript
from adapters.web.visitor import visitor
from adapters.web.watch import Watch, Watches
from resync_bot.conversation.language import detect
from resync_bot.conversation.model import Answer, ButtonPress, Incoming, Person, Place, Question, State
from resync_bot.conversation.ports import Accepted, Duplicate, Intake, RateLimited, Refused, Verdict
from resync_bot.conversation.wording import Sentence
from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.resilience import RetryPolicy, retry_with_backoff

PLATFORM = "web"
ALERTS = "alerts"  # shorter than any conversation's own id, see `body.ID_PATTERN`: no message can name it
ANSWER_SECONDS = 180.0  # how long a request waits: a question behind a long one, both with a slow language model

_OUTAGE = RetryPolicy(attempts=None, first=0.1, longest=1.0)  # whoever waits for an answer has a limit already

_UNKNOWN = "There is no such conversation, or it is too long ago; begin a new one."
_LATE = "The answer takes longer than usual; it will appear in this conversation."


@dataclass(frozen=True, slots=True)
class _Asked:
    """A message that was handed in: where, and what the intake said."""

    incoming: Incoming
    verdict: Verdict
    position: str  # of the conversation before it
    is_new: bool

    @property
    def conversation(self) -> str:
        return self.incoming.place.channel


class ChatApi:
    """The handlers. They know the inbox and the conversations, and nothing of who answers."""

    def __init__(
        self,
        *,
        intake: Intake,
        store: ConversationStore,
        watches: Watches,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._intake = intake
        self._store = store
        self._watches = watches
        self._now = now
        self._new_id = new_id

    def routes(self, guard: Guard) -> list[web.RouteDef]:
        """The API behind `guard`."""
        return [
            web.post("/api/chat", guard.protect(self.ask)),
            web.get("/api/chat/{conversation}", guard.protect(self.transcript)),
            web.get("/api/chat/{conversation}/events", guard.protect(self.events)),
        ]

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """Hands in a message and answers with its answer."""
        body = await chat_body(request)
        asked = await self._hand_in(body, request)
        after = asked.position
        match asked.verdict:
            case Accepted():
                pass
            case Duplicate():
                after = BEGINNING
            case RateLimited(retry_after=wait):
                seconds = max(1, math.ceil(wait))
                sentence = Sentence.WAIT.in_language(detect(body.message or ""), seconds)
                raise TurnedAwayError(429, Reason.TOO_MANY, sentence, state=State.RATE_LIMITED, retry_after=seconds)
            case Refused(why=why):
                return await self._refused(request, asked, why)
        with self._watches.watch(asked.conversation, after) as watch:
            if _wants_events(request):
                return await self._stream_answer(request, asked, watch)
            return await self._json_answer(asked, watch)

    async def transcript(self, request: web.Request) -> web.StreamResponse:
        """All that was said, and the position to read on from."""
        conversation = request.match_info["conversation"]
        events = await self._store.read(conversation)
        if not events and conversation != ALERTS:
            raise TurnedAwayError(404, Reason.UNKNOWN_CONVERSATION, _UNKNOWN)
        body = transcript(conversation, events)
        return web.Response(body=body, content_type="application/json")

    async def events(self, request: web.Request) -> web.StreamResponse:
        """What happens after `Last-Event-ID` (or `?after=`), until the client goes or this replica stops."""
        conversation = request.match_info["conversation"]
        if conversation != ALERTS:  # which may be silent for now
            await self._position(conversation)
        after = request.headers.get("Last-Event-ID") or request.query.get("after") or BEGINNING
        if not all(part.isdecimal() and len(part) < 20 for part in after.split("-")) or after.count("-") != 1:
            raise TurnedAwayError(400, Reason.MALFORMED, "The position to read on from is not one of mine.")
        with self._watches.watch(conversation, after) as watch:
            stream = await EventStream.open(request)
            while not self._watches.is_over and await self._pass_on(stream, watch, until=None):
                pass
        return stream.response

    async def _hand_in(self, body: ChatBody, request: web.Request) -> _Asked:
        conversation = body.conversation or self._new_id()
        position = await self._position(body.conversation) if body.conversation else BEGINNING
        message = f"{conversation}.{body.id or self._new_id()}"
        person = Person(PLATFORM, visitor(request) or conversation, zone=body.zone)
        place = Place(PLATFORM, "", conversation)
        incoming: Incoming
        if body.button is not None:
            action, value = body.button.action, body.button.value
            incoming = ButtonPress(message, message, person, place, action, value, self._now())
        else:
            incoming = Question(message, message, person, place, body.message or "", self._now())
        verdict = await self._intake.accept(incoming)
        if isinstance(verdict, Accepted):
            with suppress(StoreUnavailableError):  # the message is safe, and its answer will bring it along
                await self._store.add_question(conversation, question_data(incoming))
        return _Asked(incoming, verdict, position, is_new=body.conversation is None)

    async def _position(self, conversation: str) -> str:
        position = await self._store.last_position(conversation)
        if position is None:
            raise TurnedAwayError(404, Reason.UNKNOWN_CONVERSATION, _UNKNOWN)
        return position

    async def _refused(self, request: web.Request, asked: _Asked, why: str) -> web.StreamResponse:
        conversation = None if asked.is_new else asked.conversation  # nothing was said there yet
        answer = replace(Answer.plain(why), state=State.REFUSED)
        data = answer_data(answer, turn=None, incoming=(asked.incoming,))
        if not _wants_events(request):
            return _json(conversation, orjson.loads(data))
        stream = await EventStream.open(request)
        await stream.send(Kind.ANSWER, data)
        return stream.response

    async def _json_answer(self, asked: _Asked, watch: Watch) -> web.Response:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                while True:
                    for event in await _outlasting_redis(watch.next):
                        if asked.incoming.message_id in event.answers:
                            answer = orjson.loads(event.data)
                            if isinstance(asked.verdict, Duplicate):
                                answer["state"] = State.DUPLICATE
                            return _json(asked.conversation, answer)
        except TimeoutError:
            raise TurnedAwayError(504, Reason.TIMED_OUT, _LATE, conversation=asked.conversation) from None

    async def _stream_answer(self, request: web.Request, asked: _Asked, watch: Watch) -> web.StreamResponse:
        stream = await EventStream.open(request)
        accepted = {"conversation": asked.conversation, "message": asked.incoming.message_id}
        await stream.send("accepted", orjson.dumps(accepted))
        while await self._pass_on(stream, watch, until=asked.incoming.message_id):
            pass
        return stream.response

    async def _pass_on(self, stream: EventStream, watch: Watch, *, until: str | None) -> bool:
        """Sends what is new; False when the stream is over: `until` has its answer, the client or Redis is gone."""
        try:
            events: tuple[Event, ...] = await watch.next()
        except StoreUnavailableError:
            return False  # the client comes again with its position
        if not events:
            return await stream.keep_alive()
        for event in events:
            if not await stream.send(event.kind, event.sent, event.id):
                return False
            if until is not None and until in event.answers:
                return False
        return True


async def _outlasting_redis(read: Callable[[], Awaitable[tuple[Event, ...]]]) -> tuple[Event, ...]:
    return await retry_with_backoff(
        read, policy=_OUTAGE, retry_on=lambda error: isinstance(error, StoreUnavailableError)
    )


def _wants_events(request: web.Request) -> bool:
    return "text/event-stream" in request.headers.get("Accept", "")


def _json(conversation: str | None, answer: dict[str, object]) -> web.Response:
    body = orjson.dumps({"conversation": conversation, **answer})
    return web.Response(body=body, content_type="application/json")
