"""What an answer claims: the names, figures, times and codes in a text, in English or Portuguese. Pure."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from resync_bot.agent.evidence.vocabulary import MONTHS, NUMBER_WORDS, VOCABULARY


class ClaimKind(StrEnum):
    """What a claim is about."""

    NAME = "name"
    NUMBER = "number"
    PERCENT = "percent"
    DURATION = "duration"
    TIME = "time"
    DATE = "date"
    ZONE = "zone"  # an offset from UTC
    RETURN_CODE = "return_code"
    CHANGE = "change"  # that the speaker changed something
    ALL_WELL = "all_well"  # that nothing failed


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim as it is written; `start` is its place in the text.

    `values` are its possible readings ("1.234" is a thousand or little more than one): numbers; seconds of a duration,
    since midnight of a time, of a zone's offset; month * 100 + day of a date, plus 10000 * year if it has one.
    `precision` is the smallest step that was written, in the same unit.
    """

    kind: ClaimKind
    text: str
    values: tuple[float, ...] = ()
    precision: float = 1.0
    start: int = 0


def claims_of(text: str) -> tuple[Claim, ...]:
    """All claims in `text`, in order. Ordinary words and the field's own vocabulary claim nothing."""
    text = _LIST_MARKER.sub(_blank, text)
    found = [
        Claim(kind, claim.group(), start=claim.start())
        for kind, pattern in ((ClaimKind.CHANGE, _CHANGE), (ClaimKind.ALL_WELL, _ALL_WELL))
        for claim in pattern.finditer(text)
    ]
    for pattern, read in _RULES:
        text = pattern.sub(partial(_consumed, read, found), text)
    return tuple(sorted(found, key=lambda claim: claim.start))


def readings(written: str) -> tuple[float, ...]:
    """What a written number may mean: `1.234` and `1,234` are read both as decimals and with thousands."""
    bare = written.replace("−", "-").lstrip("+")
    found = set()
    if re.fullmatch(r"-?\d+(?:[.,]\d+)?", bare):
        found.add(float(bare.replace(",", ".")))
    whole = re.fullmatch(r"(-?\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?:[.,](\d+))?", bare)
    if whole:
        found.add(float(f"{re.sub('[.,]', '', whole[1])}.{whole[3] or 0}"))
    return tuple(sorted(found))


def precision_of(written: str) -> float:
    """The smallest step of a written decimal: 0.1 for `12.5`, 1 for `12`."""
    decimals = re.search(r"[.,](\d+)", written)
    return 10.0 ** -len(decimals[1]) if decimals else 1.0


_Read = Callable[[re.Match[str]], Iterator[Claim]]


def _consumed(read: _Read, found: list[Claim], match: re.Match[str]) -> str:
    """Takes what a rule reads out of the text, so that no later rule reads it again; the rest keeps its place."""
    claims = list(read(match))
    if not claims:
        return match.group()
    found += claims
    return _blank(match)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"\S", " ", match.group())


_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?"
_QUANTITY = r"\d+(?:[.,]\d+)?"
_UNIT = r"(?:d(?:ays?|ias?)?|h(?:ours?|oras?|rs?)?|m(?:in(?:utes?|utos?|s)?)?|s(?:ec(?:ond)?s?|eg(?:undo)?s?)?)"
_UNIT_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_ENGLISH_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"

_LIST_MARKER = re.compile(r"^[ \t>]*\d{1,3}[.)](?=[ \t])", re.MULTILINE)
_CHANGE = re.compile(
    r"(?<!\w)(?:I|we)(?:['’]ve| have| just| already| successfully)* (?:re-?ran|re-?run|re-?started|resubmitted"
    r"|submitted|cancell?ed|killed|released|held|confirmed|replied|deleted|changed|raised|lowered|stopped|started|unlinked)(?!\w)"
    r"|(?<!\w)(?:reexecutei|reiniciei|ressubmeti|submeti|cancelei|matei|liberei|segurei|confirmei|respondi|apaguei|alterei"
    r"|mudei|parei|iniciei|aumentei|reduzi)(?!\w)",
    re.IGNORECASE,
)
_ALL_WELL = re.compile(
    r"(?<!\w)(?:no(?: [\w-]+)? jobs? (?:has |have )?(?:failed|abended|in error)|no (?:failed|failures?|abends?)(?!\w)"
    r"|(?:nothing|none)(?: of them| has| have)? (?:failed|abended)"
    r"|all(?: [\w-]+)? jobs (?:have |has |were |are )?(?:succeeded|ended well|completed|successful|finished)"
    r"|nenhum(?: [\w-]+)? job (?:falhou|abendou|em erro)|nada falhou|nenhuma falha"
    r"|todos os jobs (?:terminaram|rodaram))",
    re.IGNORECASE,
)


def _address(match: re.Match[str]) -> Iterator[Claim]:
    yield Claim(ClaimKind.NAME, match.group().rstrip(".,;:"), start=match.start())


def _zone(match: re.Match[str]) -> Iterator[Claim]:
    sign = 1 if match["sign"] == "+" else -1
    seconds = sign * (int(match["hours"]) * 3600 + int(match["minutes"] or 0) * 60)
    yield Claim(ClaimKind.ZONE, match.group(), (seconds,), start=match.start())


def _iso_date(match: re.Match[str]) -> Iterator[Claim]:
    year, month, day = (int(match[part]) for part in ("year", "month", "day"))
    yield Claim(ClaimKind.DATE, match.group(), (year * 10000 + month * 100 + day,), start=match.start())
    if match["hour"]:
        yield from _clock(match)


def _version(match: re.Match[str]) -> Iterator[Claim]:
    if not readings(match.group()):  # figures with thousands look alike
        yield Claim(ClaimKind.NAME, match.group(), start=match.start())


def _slashed_date(match: re.Match[str]) -> Iterator[Claim]:
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"] or 0)
    year += 2000 if 0 < year < 100 else 0
    values = (first * 100 + second + year * 10000, second * 100 + first + year * 10000)
    yield Claim(ClaimKind.DATE, match.group(), values, start=match.start())


def _worded_date(match: re.Match[str]) -> Iterator[Claim]:
    month = MONTHS.get(match["month"].lower())
    if month:
        yield Claim(ClaimKind.DATE, match.group(), (month * 100 + int(match["day"]),), start=match.start())


def _return_code(match: re.Match[str]) -> Iterator[Claim]:
    yield Claim(ClaimKind.RETURN_CODE, match.group(), readings(match["value"]), start=match.start())


def _clock(match: re.Match[str]) -> Iterator[Claim]:
    parts = match.groupdict()
    hour, second = int(match["hour"]), parts.get("second")
    if half := parts.get("half"):
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    seconds = hour * 3600 + int(parts.get("minute") or 0) * 60 + int(second or 0)
    yield Claim(ClaimKind.TIME, match.group(), (seconds,), precision=1 if second else 60, start=match.start())


def _percent(match: re.Match[str]) -> Iterator[Claim]:
    value = match["value"]
    yield Claim(ClaimKind.PERCENT, match.group(), readings(value), precision_of(value), match.start())


def _duration(match: re.Match[str]) -> Iterator[Claim]:
    """One duration as long as the units get smaller: "2 h 30 min, 2.5 hours" are two."""
    claim: Claim | None = None
    smallest = float("inf")
    for part in re.finditer(rf"({_QUANTITY}) ?({_UNIT})", match.group(), re.IGNORECASE):
        unit = _UNIT_SECONDS[part[2][0].lower()]
        total, text = 0.0, ""
        if claim is not None and unit < smallest:
            total, text = claim.values[0], claim.text + " "
        elif claim is not None:
            yield claim
        total += float(part[1].replace(",", ".")) * unit
        step = unit * precision_of(part[1])
        start = claim.start if text and claim else match.start() + part.start()
        claim = Claim(ClaimKind.DURATION, text + part.group(), (total,), step, start)
        smallest = unit
    if claim is not None:
        yield claim


def _number(match: re.Match[str]) -> Iterator[Claim]:
    if values := readings(match["value"]):
        yield Claim(ClaimKind.NUMBER, match.group(), values, precision_of(match["value"]), match.start())


def _word(match: re.Match[str]) -> Iterator[Claim]:
    word = match.group()
    if value := NUMBER_WORDS.get(word.lower()):
        yield Claim(ClaimKind.NUMBER, word, (value,), start=match.start())
    elif _is_name(word):
        yield Claim(ClaimKind.NAME, word, start=match.start())


def _is_name(word: str) -> bool:
    """Whether it is written as the names of a plan are: with figures or underscores in it, or in capitals."""
    bare = word.strip("@*?")
    if bare.upper() in VOCABULARY and (bare.isupper() or bare != word):
        return False
    has_letters = any(character.isalpha() for character in bare)
    if any(character.isdigit() or character in "_$" for character in bare):
        return has_letters
    return bare.isupper() and len(bare) >= _SHORTEST_NAME_IN_CAPITALS


_SHORTEST_NAME_IN_CAPITALS = 4  # shorter ones are abbreviations more often than names

_RULES: tuple[tuple[re.Pattern[str], _Read], ...] = (
    (re.compile(r"https?://[^\s)>\]]+"), _address),
    (re.compile(r"(?<!\w)(?:UTC|GMT) ?(?P<sign>[+−-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?(?!\d)"), _zone),
    (
        re.compile(
            rf"(?<![\w-])(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"
            rf"(?:[T ]{_CLOCK}(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?(?!:?\d))?"
        ),
        _iso_date,
    ),
    (re.compile(r"(?<![\w.,])\d+(?:\.\d+){2,}(?!\w)"), _version),
    (
        re.compile(r"(?<![\w/.])(?P<first>\d{1,2})/(?P<second>\d{1,2})(?:/(?P<year>\d{4}|\d\d))?(?![\w/])"),
        _slashed_date,
    ),
    (re.compile(rf"(?<!\w)(?P<month>{_ENGLISH_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:])"), _worded_date),
    (re.compile(rf"(?<!\w)(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{_ENGLISH_MONTH})(?!\w)"), _worded_date),
    (re.compile(r"(?<!\w)(?P<day>\d{1,2})º? de (?P<month>[^\W\d_]+)", re.IGNORECASE), _worded_date),
    (
        re.compile(
            r"(?<!\w)(?:rc|return codes?|exit (?:codes?|status)|c[oó]digos?(?: de (?:retorno|sa[ií]da))?|retorno)"
            r"[ :=`*\"']*(?:(?:of|de|is|was|foi|é)[ `*\"']+)?(?P<value>[−-]?\d+)(?![\w:%]|[.,]\d)",
            re.IGNORECASE,
        ),
        _return_code,
    ),
    (re.compile(rf"(?<![\w:]){_CLOCK}(?!:?\d)(?: ?(?P<half>am|pm)(?!\w))?", re.IGNORECASE), _clock),
    (re.compile(r"(?<![\w:.,])(?P<hour>\d{1,2})h(?P<minute>[0-5]\d)(?!\w)"), _clock),
    (re.compile(r"(?<![\w:.,])(?P<hour>\d{1,2}) ?(?P<half>am|pm)(?!\w)", re.IGNORECASE), _clock),
    (re.compile(rf"(?<![\w.,])(?P<value>{_QUANTITY}) ?(?:%|percent(?!\w)|por cento(?!\w))", re.IGNORECASE), _percent),
    (
        re.compile(
            rf"(?<![\w.,]){_QUANTITY} ?{_UNIT}(?![^\W\d_])"
            rf"(?:(?: ?, ?| and | e | )?{_QUANTITY} ?{_UNIT}(?![^\W\d_])){{0,4}}(?!\w)",
            re.IGNORECASE,
        ),
        _duration,
    ),
    (re.compile(r"(?<![\w.,])(?P<value>[+−-]?\d+(?:[.,]\d+)*)(?:st|nd|rd|th|º|ª)?(?!\w|-[^\W\d]|[.,]\d)"), _number),
    (re.compile(r"[@*]?[\w$]+(?:[.-]\d[\w$]*|-[\w$]+)*[@*]?"), _word),
)
