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


def facts_of(results: Iterable[Mapping[str, Any]], texts: Iterable[str] = ()) -> Facts:
    """The facts of tool results (their plain JSON, arguments or results) and of what people said themselves."""
    facts = Facts()
    said: list[str] = []
    for result in results:
        facts.has_results = True
        _read(result, facts, said, now=_moment((result.get("engine") or {}).get("now")))
    said += texts
    facts.text = "\n".join(said).lower()
    for text in said:
        _read_text(text, facts)
    return facts


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
            facts.percents |= _ratios(value)
            facts.durations |= _spans(value, now)
            facts.numbers |= _rests(value)
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
        case ClaimKind.NAME | ClaimKind.CHANGE:
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
    """How many more there are than those that a result lists."""
    total = members.get("total")
    if not isinstance(total, int):
        return set()
    return {float(total - len(value)) for value in members.values() if isinstance(value, list)}


def _ratios(members: Mapping[str, Any]) -> set[float]:
    """Shares of one figure of an object in another, in percent: jobs done of all jobs, elapsed of estimated time."""
    figures = {
        float(value) for value in members.values() if isinstance(value, (int, float)) and not isinstance(value, bool)
    }
    by_status = members.get("by_status")
    if isinstance(by_status, Mapping):
        figures |= {float(value) for value in by_status.values()}
    return {100 * one / other for one in figures for other in figures if other > 0 and one >= 0}


def _spans(members: Mapping[str, Any], now: datetime | None) -> set[float]:
    """The seconds between any two times of an object, and between each and the engine's present time."""
    moments = [moment for value in members.values() if (moment := _moment(value))][:_MOST_MOMENTS]
    moments += [now] if now else []
    return {abs((one - other).total_seconds()) for one, other in combinations(moments, 2)}
