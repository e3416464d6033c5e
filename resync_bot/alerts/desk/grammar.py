"""From what a person typed to a command of alerting, in English and Portuguese. Pure, strict, and never a guess.

What does not begin like a command is not alerting's business. What does, and cannot be read to its end, is asked back.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from resync_bot.alerts.desk import words
from resync_bot.alerts.desk.commands import (
    About,
    Acknowledge,
    AlertHere,
    Command,
    EndSilence,
    ListRules,
    ListSilences,
    MakeSilence,
    Mistake,
    Numbered,
    OfTicket,
    OpenAlerts,
    Order,
    Reading,
    Release,
    ShiftDigest,
    StopAlerting,
    TicketClosed,
    TicketCloses,
    Unread,
    Until,
    WhyNotTold,
    WithId,
)
from resync_bot.alerts.desk.plain import Plain
from resync_bot.alerts.desk.scope import Scope
from resync_bot.alerts.desk.times import read_length, read_ticket, read_until, ticket_in, ticket_name
from resync_bot.conversation.language import Language
from resync_bot.conversation.model import is_called_well

MOST_LINES: Final = 10  # of one message that are orders: more is a paste, not typing
LONGEST_LINE: Final = 400  # characters
LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True)
class _Head:
    """How a command begins in one language, and what reads the rest."""

    words: re.Pattern[str]
    language: Language
    rest: Callable[[Plain, Sequence[str]], Command]


@dataclass(frozen=True, slots=True)
class _Whole:
    """A command that is a sentence of its own."""

    words: re.Pattern[str]
    language: Language
    command: Callable[[re.Match[str]], Command]


def read(text: str, engines: Sequence[str] = ()) -> tuple[Reading, ...]:
    """The commands of a message, one a line; empty if it is not alerting's business.

    A message with any line that is none is none as a whole: a pasted log may hold a line that looks like an order.
    `engines` are the names of those that there are.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or len(lines) > MOST_LINES:
        return ()
    found = [read_line(line, engines) for line in lines]
    return tuple(reading for reading in found if reading) if all(found) else ()


def read_line(text: str, engines: Sequence[str] = ()) -> Reading | None:
    """The command that one line is."""
    if len(text) > LONGEST_LINE:
        return None
    sentence = Plain.of(text)
    polite = words.POLITE.match(sentence.low)
    if polite:
        sentence = sentence.after(polite.end())
    is_question = polite is not None and sentence.low.endswith("?")
    sentence = sentence.without_end("?.!" if is_question else ".!")
    if thanks := words.POLITE_END.search(sentence.low):
        sentence = Plain(sentence.text[: thanks.start()], sentence.low[: thanks.start()])
    asked = sentence.without_end("?.!,;:")
    for whole in _SENTENCES:
        if found := whole.words.fullmatch(asked.low):
            return Reading(whole.command(found), whole.language)
    for head in _HEADS:
        if found := head.words.match(sentence.low):
            return Reading(head.rest(sentence.after(found.end()), engines), head.language)
    return None


# --- what follows a head ---


def _alert(rest: Plain, engines: Sequence[str]) -> Command:
    people: list[str] = []

    def call(sentence: Plain, at: int) -> int | None:
        found = words.CALL.match(sentence.low, at)
        if found is None:
            return None
        who = sentence.text[slice(*found.span("who"))].strip("<>").lstrip("@!")
        if not is_called_well(who):
            scope.mistake = (Mistake.NO_PERSON, who)
            return None
        people.append(who)
        return found.end()

    scope = Scope(engines)
    scope.read(rest, (call,))
    return _unread(Order.ALERT, scope) or AlertHere(scope.patterns(), tuple(dict.fromkeys(people)))


def _stop(rest: Plain, engines: Sequence[str]) -> Command:
    scope = Scope(engines)
    scope.read(rest)
    return _unread(Order.STOP, scope) or StopAlerting(About(scope.patterns()))


def _remove_rule(rest: Plain, engines: Sequence[str]) -> Command:
    which = _which(rest)
    if isinstance(which, Numbered | WithId):
        return StopAlerting(which)
    return _stop(rest, engines)


@dataclass
class _SilenceParts:
    """What a silence says besides what it is about."""

    until: Until | None = None
    ticket: str = ""
    reason: str = ""

    def time(self, sentence: Plain, at: int) -> int | None:
        found = read_until(sentence.low, at) or read_length(sentence.low, at)
        if found is None or self.until is not None:
            return None
        self.until = found[0]
        return found[1]

    def of_ticket(self, sentence: Plain, at: int) -> int | None:
        begun = words.FOR_TICKET.match(sentence.low, at)
        found = read_ticket(sentence.low, begun.end() if begun else at)
        if found is None or self.ticket:
            return None
        self.ticket = found[0]
        return found[1]

    def because(self, sentence: Plain, at: int) -> int | None:
        """The rest of the sentence, but for a time at its end."""
        found = words.REASON.match(sentence.low, at)
        if found is None:
            return None
        end = self._time_at_the_end(sentence, found.end())
        self.reason = sentence.text[found.end() : end].strip(" ,;.")[:LONGEST_REASON]
        self.ticket = self.ticket or ticket_in(sentence.low[found.end() : end])
        return len(sentence.low)

    def _time_at_the_end(self, sentence: Plain, start: int) -> int:
        if self.until is not None:
            return len(sentence.low)
        for word in words.TIME_WORD.finditer(sentence.low, start):
            found = read_until(sentence.low, word.start()) or read_length(sentence.low, word.start())
            if found and not sentence.low[found[1] :].strip(" ,;."):
                self.until = found[0]
                return word.start()
        return len(sentence.low)


def _silence(rest: Plain, engines: Sequence[str]) -> Command:
    parts, scope = _SilenceParts(), Scope(engines)
    scope.read(rest, (parts.because, parts.time, parts.of_ticket))
    if unread := _unread(Order.SILENCE, scope):
        return unread
    ticket = parts.until.ticket if isinstance(parts.until, TicketCloses) else parts.ticket
    if parts.until is None and not ticket:
        return Unread(Order.SILENCE, Mistake.NO_TIME)
    return MakeSilence(scope.patterns(), parts.until, ticket, parts.reason)


def _end_silence(rest: Plain, engines: Sequence[str]) -> Command:
    which = _which(rest)
    if which is not None:
        return EndSilence(which)
    scope = Scope(engines)
    scope.read(_without_preposition(rest, engines))
    return _unread(Order.END_SILENCE, scope) or EndSilence(About(scope.patterns()))


def _without_preposition(rest: Plain, engines: Sequence[str]) -> Plain:
    """`on ETL_LOAD` after "end the silence" is about ETL_LOAD, and no place."""
    found = re.match(rf"{words.OF} (?P<next>\S+)", rest.low)
    is_engine = found is not None and found["next"] in {engine.casefold() for engine in engines}
    return rest.after(found.start("next")) if found and not is_engine else rest


def _acknowledge(rest: Plain, engines: Sequence[str]) -> Command:
    return _of_alert(Order.ACKNOWLEDGE, rest, engines, Acknowledge)


def _release(rest: Plain, engines: Sequence[str]) -> Command:
    return _of_alert(Order.RELEASE, rest, engines, Release)


def _of_alert(
    order: Order, rest: Plain, engines: Sequence[str], command: Callable[[WithId | About], Acknowledge | Release]
) -> Command:
    found = words.WITH_ID.fullmatch(rest.low)
    if found:
        return command(WithId(found["id"]))
    scope = Scope(engines)
    scope.read(rest)
    return _unread(order, scope) or command(About(scope.patterns()))


def _why_not(rest: Plain, _engines: Sequence[str]) -> Command:
    asked = rest.without_end("?.!,;:")
    ending = words.AFTER_NAME.search(asked.low)
    named = Plain(asked.text[: ending.start()], asked.low[: ending.start()]) if ending else asked
    joined = words.BEFORE_NAME.match(named.low)
    bare = (named.after(joined.end()) if joined else named).text.strip()
    if not bare:
        return Unread(Order.WHY_NOT_TOLD, Mistake.NOTHING_NAMED)
    if " " in bare:
        return Unread(Order.WHY_NOT_TOLD, Mistake.NOT_UNDERSTOOD, bare)
    return WhyNotTold(bare.upper())


def _which(rest: Plain) -> Numbered | WithId | OfTicket | None:
    found = words.WHICH.fullmatch(rest.low)
    if found is None:
        return None
    if found["id"]:
        return WithId(found["id"])
    return Numbered(int(found["number"])) if found["number"] else OfTicket(ticket_name(found["ticket"]))


def _unread(order: Order, scope: Scope) -> Unread | None:
    if scope.mistake is not None:
        return Unread(order, *scope.mistake)
    return Unread(order, Mistake.NOTHING_NAMED) if scope.is_empty else None


def _closed(found: re.Match[str]) -> Command:
    return TicketClosed(ticket_name(found["ticket"] or found["other"]))


def _sentences(
    in_english: str, in_portuguese: str, command: Callable[[re.Match[str]], Command]
) -> tuple[_Whole, _Whole]:
    return (
        _Whole(re.compile(in_english), Language.EN, command),
        _Whole(re.compile(in_portuguese), Language.PT, command),
    )


def _heads(in_english: str, in_portuguese: str, rest: Callable[[Plain, Sequence[str]], Command]) -> tuple[_Head, _Head]:
    return (
        _Head(re.compile(rf"(?:{in_english})(?=[\s,:;?]|$)"), Language.EN, rest),
        _Head(re.compile(rf"(?:{in_portuguese})(?=[\s,:;?]|$)"), Language.PT, rest),
    )


_SENTENCES: Final = (
    *_sentences(words.LIST_RULES_EN, words.LIST_RULES_PT, lambda _found: ListRules()),
    *_sentences(words.LIST_SILENCES_EN, words.LIST_SILENCES_PT, lambda _found: ListSilences()),
    *_sentences(words.OPEN_EN, words.OPEN_PT, lambda _found: OpenAlerts()),
    *_sentences(words.DIGEST_EN, words.DIGEST_PT, lambda _found: ShiftDigest()),
    *_sentences(words.CLOSED_EN, words.CLOSED_PT, _closed),
)

# What ends something comes before what begins it: "stop alerting me", "end silence".
_HEADS: Final = (
    *_heads(words.STOP_EN, words.STOP_PT, _stop),
    *_heads(words.END_SILENCE_EN, words.END_SILENCE_PT, _end_silence),
    *_heads(words.REMOVE_RULE_EN, words.REMOVE_RULE_PT, _remove_rule),
    *_heads(words.WHY_NOT_EN, words.WHY_NOT_PT, _why_not),
    *_heads(words.ALERT_EN, words.ALERT_PT, _alert),
    *_heads(words.SILENCE_EN, words.SILENCE_PT, _silence),
    *_heads(words.ACKNOWLEDGE_EN, words.ACKNOWLEDGE_PT, _acknowledge),
    *_heads(words.RELEASE_EN, words.RELEASE_PT, _release),
)
