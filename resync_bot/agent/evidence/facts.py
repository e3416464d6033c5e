"""What the evidence says and what follows from it: the names, figures, times and codes an answer may hold. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from resync_bot.agent.evidence.claims import Claim, ClaimKind, claims_of

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_TOKEN = re.compile(r"[\w$]+(?:[.-][\w$]+)*")
_PIECE = re.compile(r"[\w$]+")
_WHOLES = ("total", "jobs", "quantity", "estimated_seconds")
_MOST_MOMENTS = 12  # of one object: more than any object of the plan has


@dataclass(slots=True)
class Facts:
    """Everything that answers may say. Made by `facts_of`."""

    text: str = ""
    tokens: set[str] = field(default_factory=set)
    numbers: set[float] = field(default_factory=set)
    totals: set[float] = field(default_factory=set)  # of lists that show only their first items
    return_codes: set[float] = field(default_factory=set)
    percents: set[float] = field(default_factory=set)  # unrounded
    durations: set[float] = field(default_factory=set)  # seconds
    times: set[int] = field(default_factory=set)  # seconds since midnight
    dates: set[int] = field(default_factory=set)  # year * 10000 + month * 100 + day; year 0 if it was not said
    zones: set[int] = field(default_factory=set)  # seconds from UTC
    has_results: bool = False
    has_failures: bool = False  # a result of this turn shows something that failed
    has_zero: bool = False  # a result of this turn found nothing


def facts_of(
    results: Iterable[Mapping[str, Any]], texts: Iterable[str] = (), past: Iterable[Mapping[str, Any]] = ()
) -> Facts:
    """The facts of tool results (plain JSON, also their arguments), of what people said, and of `past` results.

    Past results may be spoken of again; whether something has failed is for those of this turn to say.
    """
    facts = Facts()
    said: list[str] = []
    for result in past:
        _read_result(result, facts, said)
    facts.has_failures = facts.has_zero = False
    for result in results:
        _read_result(result, facts, said)
    said += texts
    # One pass over everything: passes over thousands of short texts cost ten times as much.
    text = "\n".join(dict.fromkeys(said))
    facts.text = text.lower()
    _read_text(text, facts)
    return facts


def _read_result(result: Mapping[str, Any], facts: Facts, said: list[str]) -> None:
    facts.has_results = True
    facts.has_zero |= result.get("total") == 0
    engine = result.get("engine")  # of a call it is a name
    _read(result, facts, said, now=_moment(engine.get("now")) if isinstance(engine, Mapping) else None)


def _read(value: Any, facts: Facts, said: list[str], *, now: datetime | None, key: str = "") -> None:
    match value:
        case bool():
            return
        case int() | float():
            _read_number(key, float(value), facts)
        case str():
            if moment := _moment(value):
                _read_moment(moment, facts)
            else:
                said.append(value)
        case Mapping():
            said += value
            facts.percents |= _shares(value)
            facts.durations |= _spans(value, now)
            facts.numbers |= _rests(value)
            facts.has_failures |= value.get("status") == "ERROR" or bool(value.get("ERROR"))
            for name, member in value.items():
                _read(member, facts, said, now=now, key=name)
        case list():
            facts.numbers |= {float(count) for count in _counts(value)}
            for member in value:
                _read(member, facts, said, now=now, key=key)
        case _:
            return  # null says nothing


def _read_number(key: str, value: float, facts: Facts) -> None:
    facts.numbers.add(value)
    if key.endswith("_seconds"):
        facts.durations.add(abs(value))
    elif key == "return_code":
        facts.return_codes.add(value)
    elif key == "total":
        facts.totals.add(value)


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str) or not _MOMENT.match(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _read_moment(moment: datetime, facts: Facts) -> None:
    for shown in (moment, moment.astimezone(UTC)):
        facts.times |= {shown.hour * 3600 + shown.minute * 60, shown.hour * 3600 + shown.minute * 60 + shown.second}
        facts.dates.add(shown.year * 10000 + shown.month * 100 + shown.day)
        facts.numbers.add(float(shown.year))
    if offset := moment.utcoffset():
        facts.zones.add(round(offset.total_seconds()))


def _read_text(text: str, facts: Facts) -> None:
    """Words and figures in texts of others: log lines, prompts, questions."""
    for token in _TOKEN.findall(text.lower()):
        facts.tokens.add(token)
        facts.tokens.update(_PIECE.findall(token))
    for claim in claims_of(text):
        _read_claim(claim, facts)


def _read_claim(claim: Claim, facts: Facts) -> None:
    match claim.kind:
        case ClaimKind.NUMBER:
            facts.numbers.update(claim.values)
        case ClaimKind.RETURN_CODE:
            facts.return_codes.update(claim.values)
            facts.numbers.update(claim.values)
        case ClaimKind.PERCENT:
            facts.percents.update(claim.values)
        case ClaimKind.DURATION:
            facts.durations.update(claim.values)
        case ClaimKind.TIME:
            facts.times.update(round(value) for value in claim.values)
            facts.durations.update(claim.values)
        case ClaimKind.DATE:
            facts.dates.update(round(value) for value in claim.values)
        case ClaimKind.ZONE:
            facts.zones.update(round(value) for value in claim.values)
        case ClaimKind.NAME:
            facts.tokens.add(claim.text.lower())
        case ClaimKind.CHANGE | ClaimKind.ALL_WELL:
            return


def _counts(items: Sequence[Any]) -> set[int]:
    """How many there are, and how many of each kind: of each status, on each workstation, late ones."""
    counts = {len(items)}
    groups: Counter[tuple[str, object]] = Counter()
    for item in items:
        if isinstance(item, Mapping):
            inner = item.get("job")
            members = {**inner, **item} if isinstance(inner, Mapping) else item
            groups.update((name, each) for name, each in members.items() if isinstance(each, (str, int)))
    return counts | set(groups.values())


def _rests(members: Mapping[str, Any]) -> set[float]:
    """How many more there are than those that a result lists, or than the first of those."""
    total = members.get("total")
    whole = float(total) if isinstance(total, int) else None
    rests = {whole - len(value) for value in members.values() if isinstance(value, list) and whole is not None}
    for name, count in members.items():
        listed = members.get(name.removesuffix("_in_all"))
        if name.endswith("_in_all") and _is_number(count) and isinstance(listed, list):
            rests |= {float(count - shown) for shown in range(1, len(listed) + 1)}
    return rests


def _shares(members: Mapping[str, Any]) -> set[float]:
    """Percentages of an object's figures in what they are a part of: jobs done of all jobs, units in use of all."""
    by_status = members.get("by_status")
    figures = {**(by_status if isinstance(by_status, Mapping) else {}), **members}
    numbers = {name: float(value) for name, value in figures.items() if _is_number(value)}
    return {
        100 * part / numbers[whole]
        for whole in _WHOLES
        if numbers.get(whole, 0) > 0
        for name, part in numbers.items()
        if name != whole and (whole != "estimated_seconds" or name == "elapsed_seconds")
    }


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _spans(members: Mapping[str, Any], now: datetime | None) -> set[float]:
    """The seconds between any two times of an object, and between each and the engine's present time."""
    moments = [moment for value in members.values() if (moment := _moment(value))][:_MOST_MOMENTS]
    moments += [now] if now else []
    return {abs((one - other).total_seconds()) for one, other in combinations(moments, 2)}
