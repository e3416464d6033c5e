"""What happens with what a lane holds: an order to the conversation, or a question for the responder, then the answer.

People get one plain sentence and a reference when something fails; everything else goes to the log under the same
reference, the id of the turn.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

import structlog

from resync_bot.conversation.commands import Command
from resync_bot.conversation.feedback import FeedbackLog
from resync_bot.conversation.history import History, stored_exchanges
from resync_bot.conversation.lanes import Claim
from resync_bot.conversation.language import Language, detect
from resync_bot.conversation.model import Answer, Exchange, Incoming, Person, Place, State
from resync_bot.conversation.outbox import Hold, Outbox
from resync_bot.conversation.ports import Progress, Responder, Turn
from resync_bot.conversation.reading import SILENT, Asked, Ordered, Rated, Reading, Unwelcome, read, state
from resync_bot.conversation.wording import Sentence, told
from resync_bot.errors import DeliveryError, LeaseLostError, ResyncError
from resync_bot.runtime.redis import outlast_outage
from resync_bot.runtime.rounds import next_round
from resync_bot.runtime.sections import LimitSettings, WorkSettings
from resync_bot.runtime.tasks import BesideAfter

log = structlog.get_logger(__name__)

REFERENCE_LENGTH = 8  # of the turn's id: what people can read out and operators can search for
STOP_LOOK = 0.5  # seconds between two looks whether somebody asked a turn to end
LONGEST_TURN = 300.0  # seconds; a responder has its own, shorter limit, this one is for one that hangs


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn ended: the state of each arrival in order, and what is to be remembered, if anything."""

    states: tuple[State, ...]
    exchange: Exchange | None


class TurnHandler:
    """Handles any number of turns at once, each in a task of its worker."""

    def __init__(  # noqa: PLR0913  # four parts, two settings, the rest is injected
        self,
        *,
        responder: Responder,
        outbox: Outbox,
        history: History,
        work: WorkSettings,
        limits: LimitSettings,
        now: Callable[[], datetime],
        longest_turn: float = LONGEST_TURN,
        feedback: FeedbackLog | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`now` gives aware UTC times; `longest_turn` is in seconds; `sleep` waits between looks for a stop."""
        self._feedback = feedback
        self._sleep = sleep
        self._responder = responder
        self._outbox = outbox
        self._history = history
        self._attempts = work.attempts
        self._longest_question = limits.longest_question
        self._now = now
        self._longest_turn = longest_turn

    async def handle(self, claim: Claim, hold: Hold) -> Outcome:
        """Answers the turn. Raises LeaseLostError, with nothing more written, if it is another worker's now.

        Raises anything else for a defect: the turn is to be attempted again.
        """
        await next_round(begins=True)
        incoming = tuple(arrival.incoming for arrival in claim.arrivals)
        if claim.attempt > 2 * self._attempts:
            # Even saying that it failed brought the process down, again and again: only silence is left.
            log.error("turn_dropped", attempts=claim.attempt)
            return self._outcome(claim, tuple(self._read(each) for each in incoming), Answer.plain(""), State.FAILED)
        try:
            admitted = await self._outbox.admit(claim.ticket.place, incoming)
        except DeliveryError as error:
            log.warning("person_unknown", error=str(error), kind=type(error).__name__, hint=error.hint)
            return Outcome((State.UNDELIVERABLE,) * len(incoming), exchange=None)
        readings = tuple(Unwelcome() if one is None else self._read(one) for one in admitted)
        for rated in (reading for reading in readings if isinstance(reading, Rated)):
            await self._keep(rated)
        answer, ended = Answer.plain(""), State.NOTED
        if not all(isinstance(reading, SILENT) for reading in readings):
            try:
                async with self._outbox.reply(
                    claim.ticket.place,
                    claim.turn_id,
                    tuple(
                        one
                        for one, reading in zip(admitted, readings, strict=True)
                        if one is not None and not isinstance(reading, SILENT)
                    ),
                    resume=claim.resume,
                    hold=hold,
                ) as reply:
                    answer = await self._answer(claim, readings, reply, hold)
                    await reply.finish(answer)
                    ended = answer.state
            except LeaseLostError:
                raise
            except DeliveryError as error:
                log.warning("answer_undeliverable", error=str(error), kind=type(error).__name__, hint=error.hint)
                ended = State.UNDELIVERABLE
            except Exception:
                # A defect, or an adapter that is not running yet. An answer is not given up for it at once.
                if claim.attempt < self._attempts:
                    raise
                log.exception("answer_undeliverable")
                ended = State.UNDELIVERABLE
        return self._outcome(claim, readings, answer, ended)

    def _read(self, incoming: Incoming) -> Reading:
        return read(incoming, longest=self._longest_question)

    def _outcome(self, claim: Claim, readings: Sequence[Reading], answer: Answer, ended: State) -> Outcome:
        return Outcome(
            states=tuple(state(reading, ended) for reading in readings),
            exchange=self._exchange(claim, readings, answer) if ended is State.ANSWERED else None,
        )

    async def _keep(self, rated: Rated) -> None:
        if self._feedback is None:
            log.info("feedback", turn=rated.turn_id, verdict=rated.verdict)
            return
        keep = self._feedback.keep
        await outlast_outage(lambda: keep(rated.press, rated.verdict, rated.turn_id))

    async def _end_when_stopped(self, hold: Hold, limit: asyncio.Timeout, stopped: asyncio.Event) -> None:
        task = asyncio.current_task()
        while not await hold.is_stopped():
            if task and task.cancelling():  # a call of the store can swallow a cancellation, see `worker`
                return
            await self._sleep(STOP_LOOK)
        stopped.set()
        limit.reschedule(asyncio.get_running_loop().time())

    async def _answer(self, claim: Claim, readings: Sequence[Reading], progress: Progress, hold: Hold) -> Answer:
        language = _language(readings)
        if claim.attempt > self._attempts:
            return _failure(Sentence.GIVEN_UP.in_language(language), claim, language)
        stopped = asyncio.Event()
        try:
            async with (
                asyncio.timeout(self._longest_turn) as limit,
                BesideAfter(
                    STOP_LOOK,  # most turns are over by then, and nobody looks
                    lambda: self._end_when_stopped(hold, limit, stopped),
                    name=f"stop of turn {claim.turn_id}",
                ),
            ):
                return await self._respond(claim, readings, progress, language)
        except TimeoutError:
            if stopped.is_set():
                return Answer.plain(Sentence.STOPPED.in_language(language))
            log.exception("turn_failed")
            return _failure(Sentence.TOOK_TOO_LONG.in_language(language), claim, language)
        except ResyncError as error:
            log.warning("turn_failed", error=str(error), kind=type(error).__name__, hint=error.hint)
            return _failure(told(error, language), claim, language)
        except Exception:
            log.exception("turn_failed")
            return _failure(told(ResyncError("unforeseen"), language), claim, language)

    async def _respond(
        self, claim: Claim, readings: Sequence[Reading], progress: Progress, language: Language
    ) -> Answer:
        place = claim.ticket.place
        orders = [reading.command for reading in readings if isinstance(reading, Ordered)]
        for order in orders:
            await self._obey(order, place)
        texts = _texts(readings)
        if texts:
            progress.status(Sentence.WORKING.in_language(language))
            history = () if orders else stored_exchanges(claim.history)
            return await self._responder.respond(Turn(claim.turn_id, place, texts, history), progress)
        if orders:
            return Answer.plain(Sentence.FORGOTTEN.in_language(language))
        return replace(Answer.plain(Sentence.OLD_BUTTON.in_language(language)), state=State.REFUSED)

    async def _obey(self, command: Command, place: Place) -> None:
        match command:
            case Command.FORGET:
                await outlast_outage(lambda: self._history.forget(place))
            case _:
                assert_never(command)

    def _exchange(self, claim: Claim, readings: Sequence[Reading], answer: Answer) -> Exchange | None:
        """None if there is nothing to remember, or if it was to be forgotten after all."""
        texts = _texts(readings)
        last = next((reading for reading in reversed(readings) if isinstance(reading, Asked | Ordered)), None)
        if not texts or isinstance(last, Ordered):
            return None
        return Exchange(claim.turn_id, texts, answer, self._now())


def _texts(readings: Sequence[Reading]) -> tuple[tuple[Person, str], ...]:
    return tuple((reading.person, reading.text) for reading in readings if isinstance(reading, Asked))


def _language(readings: Sequence[Reading]) -> Language:
    texts = [reading.text for reading in readings if isinstance(reading, Asked | Ordered)]
    return detect(texts[-1] if texts else "")


def _failure(sentence: str, claim: Claim, language: Language) -> Answer:
    told_so = Sentence.FAILED.in_language(language, sentence, claim.turn_id[:REFERENCE_LENGTH])
    return replace(Answer.plain(told_so), state=State.FAILED)
