"""Until when a silence is to last, as operators say it, and which moment that is. Pure.

All texts here are in small letters without accents, see `plain`. Readers give what they read and where it ends.
"""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from resync_bot.alerts.desk.commands import ClockTime, Lasting, TicketCloses, Until

LONGEST: Final = timedelta(days=7)

# A number behind the letters of a ticket system: CHG0031234, INC123, GMUD 77, OPS-1234.
TICKET: Final = (
    r"(?:(?:chg|inc|rfc|req|ritm|prb|sctask|crq|gmud|mud)[-_ #]{0,2}\d{2,12}|(?:change|mudanca) #?\d{2,12}"
    r"|[a-z][a-z0-9]{1,9}-\d{1,9})"
)
END: Final = r"(?=[\s,;]|$)"  # of a word

_UNTIL: Final = re.compile(rf"(?:until|till|til|ate){END} ?")
_CLOSES: Final = (
    r"(?:closes|is closed|is done|ends|closed|close|fechar|feche|fecha|for fechad[oa]|estiver fechad[oa]|encerrar"
    r"|for encerrad[oa]|terminar)"
)
_CLOSING: Final = (
    r"(?:fechar|fecharem|encerrar|terminar|concluir|fechamento|encerramento|fim|end|closure|we close|i close|que"
    r"|of|de|do|da|o|a|the|change|ticket|mudanca|chamado)"
)
_TICKET: Final = re.compile(rf"(?:{_CLOSING} )*(?P<ticket>{TICKET})(?: {_CLOSES})?{END}")

_NUMBERS: Final = {
    **dict.fromkeys(("a", "an", "one", "um", "uma"), 1),
    **dict.fromkeys(("two", "dois", "duas"), 2),
    **dict.fromkeys(("three", "tres"), 3),
    **dict.fromkeys(("four", "quatro"), 4),
    **dict.fromkeys(("five", "cinco"), 5),
    **dict.fromkeys(("six", "seis"), 6),
    **dict.fromkeys(("eight", "oito"), 8),
    **dict.fromkeys(("ten", "dez"), 10),
    **dict.fromkeys(("twelve", "doze"), 12),
}
_FOR: Final = r"(?:(?:for|por|durante|pel[ao]s?)(?: (?:the|as|os|next|proxim[ao]s?|mais))* )?"
_HALF_AN_HOUR: Final = re.compile(rf"{_FOR}(?:half an hour|meia hora){END}")
_HOURS_AND_MINUTES: Final = re.compile(
    rf"{_FOR}(?P<hours>\d{{1,3}}) ?h(?:(?:rs?|ours?|oras?)? (?:and|e) | ?)(?P<minutes>\d{{1,2}})"
    rf"(?: ?(?:m|min|mins|minutes?|minutos?))?{END}"
)
_SIMPLE: Final = re.compile(
    rf"{_FOR}(?P<number>\d{{1,4}}(?= ?)|(?:{'|'.join(_NUMBERS)})(?= )) ?"
    rf"(?P<unit>m|mins?|minutes?|minutos?|h|hs|hrs?|hours?|horas?|d|days?|dias?|w|weeks?|semanas?)"
    rf"(?P<half> (?:and a half|e meia))?{END}"
)
_UNIT: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_WEEK: Final = timedelta(weeks=1)

_NEAR: Final = {"today": 0, "tonight": 0, "hoje": 0, "tomorrow": 1, "amanha": 1}
_WEEKDAYS: Final = (
    ("monday", "mon", "segunda-feira", "segunda"),
    ("tuesday", "tue", "terca-feira", "terca"),
    ("wednesday", "wed", "quarta-feira", "quarta"),
    ("thursday", "thu", "quinta-feira", "quinta"),
    ("friday", "fri", "sexta-feira", "sexta"),
    ("saturday", "sat", "sabado"),
    ("sunday", "sun", "domingo"),
)
_WEEKDAY: Final = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}
_AT: Final = r"(?:(?:at|as|a|o|ao|the|on|na|no|de|do|next|proxim[ao]) )*"
_DAY: Final = re.compile(
    rf"{_AT}(?:(?P<near>{'|'.join(_NEAR)})|(?P<weekday>{'|'.join(_WEEKDAY)})|(?P<date>\d{{4}}-\d\d-\d\d)){END},? ?"
)
_CLOCK: Final = re.compile(
    rf"{_AT}(?:(?P<noon>noon|midday|meio-dia|meio dia)|(?P<midnight>midnight|meia-noite|meia noite)"
    r"|(?P<hour>\d{1,2})(?:[:.h](?P<minute>[0-5]\d)(?: ?(?:h|hs|hrs?|min|m))?"
    r"| ?(?:h|hs|hrs?|horas?|hours?|o'clock))?"
    rf"(?: ?(?P<half>am|pm|da manha|da madrugada|da tarde|da noite))?){END} ?"
)
_AFTERNOON: Final = {"pm", "da tarde", "da noite"}


def read_until(low: str, at: int) -> tuple[Until, int] | None:
    """`until 06:00`, `ate as 6h de amanha`, `until CHG123 closes`."""
    begun = _UNTIL.match(low, at)
    if begun is None:
        return None
    at = begun.end()
    if ticket := _TICKET.match(low, at):
        return TicketCloses(ticket_name(ticket["ticket"])), ticket.end()
    day = _DAY.match(low, at)
    clock = _CLOCK.match(low, day.end() if day else at)
    if clock is None:
        return None
    day_after = None if day else _DAY.match(low, clock.end())
    said = _clock_time(clock, day or day_after)
    return (said, (day_after or clock).end()) if said else None


def read_length(low: str, at: int) -> tuple[Lasting, int] | None:
    """`for 2 hours`, `por meia hora`, `1h30`."""
    if half := _HALF_AN_HOUR.match(low, at):
        return Lasting(timedelta(minutes=30)), half.end()
    if both := _HOURS_AND_MINUTES.match(low, at):
        length = timedelta(hours=int(both["hours"]), minutes=int(both["minutes"]))
        return (Lasting(length), both.end()) if length else None
    simple = _SIMPLE.match(low, at)
    if simple is None:
        return None
    unit = _WEEK if simple["unit"][0] in "sw" else _UNIT[simple["unit"][0]]
    number = _NUMBERS.get(simple["number"]) or int(simple["number"])
    length = number * unit + (unit / 2 if simple["half"] else timedelta())
    return (Lasting(length), simple.end()) if length else None


def read_ticket(low: str, at: int) -> tuple[str, int] | None:
    """`CHG123`, `change 4711`."""
    found = re.compile(rf"{TICKET}{END}").match(low, at)
    return (ticket_name(found[0]), found.end()) if found else None


def ticket_in(low: str) -> str:
    """The first ticket that a text names; empty if it names none."""
    found = re.search(rf"(?<![\w@#./-]){TICKET}(?![\w@#/])", low)
    return ticket_name(found[0]) if found else ""


def ticket_name(text: str) -> str:
    """However it was typed: `chg 123` is CHG123."""
    name = re.sub(r"[\s_#]+", "", text).upper()
    return re.sub(r"^(CHG|INC|RFC|REQ|RITM|PRB|SCTASK|CRQ|GMUD|MUD)-", r"\1", name)


def moment_of(until: Lasting | ClockTime, *, now: datetime, zone: tzinfo) -> datetime | None:
    """Which moment is meant, by a clock of `zone`; None if it is over, or no such moment exists."""
    if isinstance(until, Lasting):
        return now + until.length
    today = now.astimezone(zone).date()
    day: date = until.on or today
    if until.days is not None:
        day = today + timedelta(days=until.days)
    if until.weekday is not None:
        day = today + timedelta(days=(until.weekday - today.weekday()) % 7)
    moment = _at(day, until, zone)
    if moment > now:
        return moment
    if until.weekday is not None:
        return _at(day + _WEEK, until, zone)
    is_open = until.on is None and until.days is None
    return _at(today + timedelta(days=1), until, zone) if is_open else None


def _at(day: date, clock: ClockTime, zone: tzinfo) -> datetime:
    # Through UTC: of a time that the clocks skip, the moment after the change is meant.
    return datetime.combine(day, time(clock.hour, clock.minute), zone)


def _clock_time(clock: re.Match[str], day: re.Match[str] | None) -> ClockTime | None:
    hour, minute = 12 if clock["noon"] else int(clock["hour"] or 0), int(clock["minute"] or 0)
    if clock["half"] in _AFTERNOON and hour < 12:
        hour += 12
    elif clock["half"] in {"am", "da manha", "da madrugada"} and hour == 12:
        hour = 0
    if hour == 24 and not minute:
        hour = 0
    if hour > 23:
        return None
    if day is None:
        return ClockTime(hour, minute)
    try:
        exact = date.fromisoformat(day["date"]) if day["date"] else None
    except ValueError:
        return None
    weekday = _WEEKDAY[day["weekday"]] if day["weekday"] else None
    # Midnight of a day that is named is the one at its end.
    is_end = clock["midnight"] is not None
    if exact is not None:
        return ClockTime(hour, minute, on=exact + timedelta(days=is_end))
    if weekday is not None:
        return ClockTime(hour, minute, weekday=(weekday + is_end) % 7)
    return ClockTime(hour, minute, days=_NEAR[day["near"]] + is_end)
