"""Answers what is said to alerting, and gives everything else to the agent.

Orders are taken from what people typed or pressed, never from a model, a log or a paste: the text of a turn is read by
a grammar before anybody else sees it, and no tool of the agent can change anything here.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

import structlog
from prometheus_client import CollectorRegistry, Counter

from resync_bot.alerts.desk import phrases
from resync_bot.alerts.desk.asked import Asked, Desk
from resync_bot.alerts.desk.commands import (
    Acknowledge,
    AlertHere,
    Asking,
    Changing,
    Command,
    EndSilence,
    ListRules,
    ListSilences,
    MakeSilence,
    Mistake,
    OpenAlerts,
    Release,
    ShiftDigest,
    StopAlerting,
    TicketClosed,
    Unread,
    WhyNotTold,
)
from resync_bot.alerts.desk.grammar import read
from resync_bot.alerts.desk.looking_after import acknowledge, open_alerts, release
from resync_bot.alerts.desk.present import asked_in
from resync_bot.alerts.desk.quieting import end_silence, list_silences, make_silence, ticket_closed
from resync_bot.alerts.desk.replies import reply
from resync_bot.alerts.desk.ruling import alert_here, list_rules, stop_alerting
from resync_bot.alerts.desk.why_not import why_not_told
from resync_bot.alerts.rendering import digest_answer
from resync_bot.alerts.shift import deadlines_at_risk, digest_of, since_on_request
from resync_bot.conversation.markdown import code
from resync_bot.conversation.model import Answer, Divider
from resync_bot.conversation.ports import Progress, Responder, Turn
from resync_bot.conversation.said import enumeration
from resync_bot.errors import EngineError, StoreUnavailableError
from resync_bot.runtime.redis import STORE_ERRORS
from resync_bot.tws.graph import GraphView

log = structlog.get_logger(__name__)

_BETWEEN = "\n\n---\n\n"


class AlertDesk:
    """Implements `resync_bot.conversation.ports.Responder` around the agent's.

    A turn that is run again after a crash changes nothing twice: what an order makes is named after the turn, and what
    it meant is settled in the store before it is done.
    """

    def __init__(self, agent: Responder, desk: Desk, *, metrics: CollectorRegistry) -> None:
        self._agent = agent
        self._desk = desk
        self._said = Counter(
            "resync_alert_commands", "What people say to alerting, by what was read", ("command",), registry=metrics
        )

    async def respond(self, turn: Turn, progress: Progress) -> Answer:
        """One answer to all: first the orders, then the agent's. Raises ResyncError."""
        engines = tuple(self._desk.engines)
        read_texts = [(person, text, read(text, engines)) for person, text in turn.texts]
        if not any(readings for _, _, readings in read_texts):
            with asked_in(turn.place, turn.texts):
                return await self._agent.respond(turn, progress)
        answers: list[Answer] = []
        number = 0
        try:
            for person, _, readings in read_texts:
                for reading in readings:
                    key = f"{turn.id}:{number}"
                    asked = Asked(key, person, turn.place, reading.language, self._desk.now())
                    answers.append(await self._answer(asked, reading.command))
                    number += 1
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"alerts: {type(error).__name__}") from error
        rest = tuple((person, text) for person, text, readings in read_texts if not readings)
        if rest:
            with asked_in(turn.place, rest):
                answers.append(await self._agent.respond(replace(turn, texts=rest), progress))
        return _together(answers)

    async def _answer(self, asked: Asked, command: Command) -> Answer:
        kind = type(command).__name__
        self._said.labels(kind).inc()
        log.info("alerts.said", command=kind, place=asked.here, person=asked.person_id)
        if isinstance(command, Unread):
            return unread(self._desk, asked, command)
        if isinstance(command, Changing):
            return await self._carry_out(asked, command)
        return await self._tell(asked, command)

    async def _carry_out(self, asked: Asked, order: Changing) -> Answer:  # noqa: PLR0911 - one line for each
        desk = self._desk
        match order:
            case AlertHere():
                return await alert_here(desk, asked, order)
            case StopAlerting():
                return await stop_alerting(desk, asked, order)
            case MakeSilence():
                return await make_silence(desk, asked, order)
            case EndSilence():
                return await end_silence(desk, asked, order)
            case TicketClosed():
                return await ticket_closed(desk, asked, order)
            case Acknowledge():
                return await acknowledge(desk, asked, order)
            case Release():
                return await release(desk, asked, order)
            case _:
                assert_never(order)

    async def _tell(self, asked: Asked, question: Asking) -> Answer:
        desk = self._desk
        match question:
            case ListRules():
                return await list_rules(desk, asked)
            case ListSilences():
                return await list_silences(desk, asked)
            case WhyNotTold(name):
                return await why_not_told(desk, asked, name)
            case OpenAlerts():
                return await open_alerts(desk, asked)
            case ShiftDigest():
                return await shift_digest(desk, asked)
            case _:
                assert_never(question)


async def shift_digest(desk: Desk, asked: Asked) -> Answer:
    """What a shift has to know of what is told here, an engine at a time."""
    last = (await desk.store.digested()).get(asked.here)
    since = since_on_request(datetime.fromisoformat(last) if last else None, now=asked.now)
    groups, acknowledgements = await desk.told_in(asked.place), await desk.store.acknowledgements()
    silences = await desk.silences()
    answers = []
    for engine, tws in desk.engines.items():
        moments = await desk.moments(asked, engine)
        digest = digest_of(
            groups,
            acknowledgements,
            silences,
            engine=engine,
            now=asked.now,
            since=since,
            deadlines=await deadlines_at_risk(tws, await _view(desk, engine), desk.histories.get(engine)),
            ahead=moments.ahead,
        )
        answers.append(digest_answer(digest, language=asked.language, zone=moments.zone))
    return _together(answers)


async def _view(desk: Desk, engine: str) -> GraphView | None:
    keeper = desk.graphs.get(engine)
    try:
        return await keeper.graph() if keeper else None
    except EngineError:
        return None


def unread(desk: Desk, asked: Asked, command: Unread) -> Answer:
    """What could not be read of an order, and how it is said."""
    language = asked.language
    engines = enumeration([code(name) for name in desk.engines], language)
    said = phrases.MISTAKES[command.mistake].in_(language, what=code(command.what), engines=engines)
    example = phrases.EXAMPLES[command.order].in_(language, engine=desk.engines.default)
    is_shown = command.mistake is not Mistake.UNKNOWN_PLACE
    return reply([said, phrases.EXAMPLE.in_(language, example=example) if is_shown else ""])


def _together(answers: Sequence[Answer]) -> Answer:
    if len(answers) == 1:
        return answers[0]
    blocks = [block for answer in answers for block in (*answer.blocks, Divider())][:-1]
    moments: dict[str, set[datetime]] = {}
    for text, moment in (pair for answer in answers for pair in answer.times):
        moments.setdefault(text, set()).add(moment)
    return Answer(
        text=_BETWEEN.join(answer.text for answer in answers),
        blocks=tuple(blocks),
        evidence=tuple(one for answer in answers for one in answer.evidence),
        model=answers[-1].model,
        state=answers[-1].state,
        times=tuple((text, min(found)) for text, found in moments.items() if len(found) == 1),
    )
