"""Silences: ordered where alerts are told, for all places; and ended by people, by a ticket, or by themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never

from resync_bot.alerts import orders
from resync_bot.alerts.desk import phrases
from resync_bot.alerts.desk.asked import Asked, Desk, Moments
from resync_bot.alerts.desk.commands import (
    About,
    ClockTime,
    EndSilence,
    Lasting,
    MakeSilence,
    Numbered,
    OfTicket,
    TicketClosed,
    TicketCloses,
    WithId,
)
from resync_bot.alerts.desk.plan import meant_in_plan
from resync_bot.alerts.desk.replies import grounds, numbered, patterns_text, reply, say, silence_text
from resync_bot.alerts.desk.times import LONGEST, moment_of
from resync_bot.alerts.matching import means_object
from resync_bot.alerts.model import Pattern, Silence, Subject
from resync_bot.alerts.silencing import silence_of
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code
from resync_bot.conversation.model import Answer

MOST_LISTED: Final = 20


async def make_silence(desk: Desk, asked: Asked, order: MakeSilence) -> Answer:
    """Nothing is told about what matches until the time, or until the ticket is closed if that comes first."""
    language = asked.language
    if not await _may_silence(desk, asked):
        name = next((one.name or one.job or one.stream for one in order.patterns), None) or "PAY*"
        return say(phrases.NOT_HERE, language, name=name)
    moments = await desk.moments(asked, order.patterns[0].engine)
    standing = {one.id: one for one in await desk.store.silences()}
    known = standing.get(asked.new_id(0))
    until = known.until if known else _until(order, moments)
    if until is None:
        return say(phrases.OVER_ALREADY, language)
    is_cut = until > asked.now + LONGEST
    until = min(until, asked.now + LONGEST)
    made = [
        Silence(
            id=asked.new_id(number),
            pattern=pattern,
            until=until,
            by=asked.by,
            at=asked.now,
            place=asked.here,
            ticket=order.ticket,
            reason=order.reason,
            language=language,
        )
        for number, pattern in enumerate(order.patterns)
    ]
    for silence in made:
        if silence.id not in standing:
            await desk.store.put_silence(silence)
    clock = moments.clock(language)
    what = f"{patterns_text(order.patterns, language)}{grounds(made[0], language)}"
    quiet = sum(
        group.is_open and silence_of(group, made, now=asked.now) is not None
        for group in (await desk.store.groups()).values()
    )
    return reply(
        [
            phrases.SILENT.in_(language, time=clock.at(moments.there(until)), what=what),
            " ".join(
                text
                for text in (
                    phrases.AT_MOST.in_(language) if is_cut or order.until is None or _is_ticket(order) else "",
                    phrases.OR_TICKET.in_(language, ticket=order.ticket) if order.ticket else "",
                    phrases.QUIET_NOW.in_(language, quiet) if quiet else "",
                    phrases.RECAP.in_(language),
                )
                if text
            ),
            await meant_in_plan(order.patterns, desk.engines, language),
        ],
        [
            *((phrases.END_NOW.in_(language), orders.unsilence(silence.id, language)) for silence in made[:3]),
            _list(language),
        ],
        clock,
    )


async def list_silences(desk: Desk, asked: Asked) -> Answer:
    """What is silent now, everywhere."""
    return await _listed(desk, asked, await desk.silences(), phrases.SILENCES.in_(asked.language))


async def end_silence(desk: Desk, asked: Asked, order: EndSilence) -> Answer:
    """Silences end now; their recaps follow where they were ordered."""
    language, lasting = asked.language, await desk.silences()
    if not await _may_silence(desk, asked):
        return say(phrases.NOT_HERE, language, name="PAY*")
    match order.which:
        case Numbered(number):
            found = [lasting[number - 1].id] if 0 < number <= len(lasting) else []
        case WithId(silence_id):
            found = [silence_id]
        case OfTicket(ticket):
            found = [one.id for one in lasting if one.ticket == ticket]
        case About(patterns) as about:
            found = [one.id for one in lasting if about.names(one.pattern)]
            wider = [one for one in lasting if any(_takes_in(one.pattern, said) for said in patterns)]
            if not found and wider:
                return await _listed(desk, asked, wider, phrases.IS_PART_OF.in_(language))
        case _:
            assert_never(order.which)
    return await _ended(desk, asked, found, phrases.NO_SUCH_SILENCE.in_(language))


async def ticket_closed(desk: Desk, asked: Asked, order: TicketClosed) -> Answer:
    """The silences of a ticket end now."""
    if not await _may_silence(desk, asked):
        return say(phrases.NOT_HERE, asked.language, name="PAY*")
    found = [one.id for one in await desk.silences() if one.ticket == order.ticket]
    return await _ended(desk, asked, found, phrases.NO_SILENCE_OF.in_(asked.language, ticket=code(order.ticket)))


async def _ended(desk: Desk, asked: Asked, found: Sequence[str], nothing: str) -> Answer:
    """Which ones is settled first: run again, the same order ends no others."""
    meant = set((await desk.store.settle(asked.key, " ".join(found))).split())
    ended = [one for one in await desk.store.silences() if one.id in meant]
    if not ended:
        return reply([nothing], [_list(asked.language)])
    for silence in ended:
        if silence.until > asked.now:
            await desk.store.put_silence(silence.model_copy(update={"until": asked.now}))
    what = patterns_text([silence.pattern for silence in ended], asked.language)
    return reply([phrases.ENDED.in_(asked.language, what=what)], [_list(asked.language)])


async def _listed(desk: Desk, asked: Asked, silences: Sequence[Silence], head: str) -> Answer:
    language = asked.language
    if not silences:
        return say(phrases.NO_SILENCES, language)
    moments = await desk.moments(asked)
    clock = moments.clock(language)
    lines = [silence_text(one, clock.at(moments.there(one.until)), language) for one in silences[:MOST_LISTED]]
    return reply(
        [head, numbered(lines)],
        [
            (phrases.END.in_(language, n=number), orders.unsilence(silence.id, language))
            for number, silence in enumerate(silences, start=1)
        ],
        clock,
    )


async def _may_silence(desk: Desk, asked: Asked) -> bool:
    """A silence holds for all places: it is ordered by people who get alerts."""
    if asked.place.platform in desk.open_platforms or await desk.rules_of(asked.place):
        return True
    return bool(await desk.told_in(asked.place))


def _until(order: MakeSilence, moments: Moments) -> datetime | None:
    """In our time; None if that is over."""
    match order.until:
        case Lasting() | ClockTime():
            said = moment_of(order.until, now=moments.there(moments.now), zone=moments.zone)
            return moments.ours(said) if said else None
        case TicketCloses() | None:
            return moments.now + LONGEST


def _is_ticket(order: MakeSilence) -> bool:
    return isinstance(order.until, TicketCloses)


def _takes_in(pattern: Pattern, said: Pattern) -> bool:
    """Whether a silence means an object that somebody named."""
    name = said.name or said.job or said.stream
    if name is None:
        return False
    subject = Subject(
        engine=said.engine or pattern.engine or "",
        workstation=said.workstation or "",
        folder=said.folder or "/",
        stream=said.stream or "",
        job=said.job or said.name or "",
    )
    return means_object(pattern, subject)


def _list(language: Language) -> tuple[str, str]:
    return phrases.SILENCES_BUTTON.in_(language), phrases.SILENCES_ORDER.in_(language)
