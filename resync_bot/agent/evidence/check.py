"""Whether everything that an answer claims is in its evidence, or follows from it. Pure."""

import re
from bisect import bisect_left
from typing import assert_never

from resync_bot.agent.evidence.claims import Claim, ClaimKind, claims_of
from resync_bot.agent.evidence.facts import Facts

_TABLE_RULE = re.compile(r"^[ \t]*(?:\|[ \t]*)?:?-{2,}:?[ \t]*(?:\|[ \t:|-]*)?$", re.MULTILINE)
_ROW = re.compile(r"^[ \t]*\|", re.MULTILINE)
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]", re.MULTILINE)
_PARAGRAPH_GAP = re.compile(r"\n[ \t]*\n")
_MOST_ADDENDS = 12


def unsupported(answer: str, facts: Facts) -> tuple[Claim, ...]:
    """The claims of `answer` that neither occur in `facts` nor follow from them, in order; empty if it may be sent.

    What follows: how many items a list has, or has of a kind; sums of figures that stand side by side in a paragraph;
    "N more" beyond those shown; percentages of two figures of one object; durations between two times, rounded to the
    unit that is named. That nothing failed is not supported where a result shows a failure; that the bot changed
    something never is: it cannot.
    """
    claims = claims_of(answer)
    paragraphs = _paragraphs(answer, claims)
    shown = _shown(answer)
    own = {float(count) for count in shown}  # the answer's own rows and items may be counted
    rest = {total - count for total in facts.totals for count in own}
    return tuple(
        claim
        for position, claim in enumerate(claims)
        if not _is_supported(claim, facts, own | rest)
        and not _is_sum(claim, paragraphs[position])
        and not _counts_names(claim, paragraphs[position])
    )


def _is_supported(claim: Claim, facts: Facts, derived: set[float]) -> bool:
    match claim.kind:
        case ClaimKind.NAME:
            return _is_known_name(claim.text.lower(), facts)
        case ClaimKind.ALL_WELL:
            return facts.has_zero or not facts.has_failures
        case ClaimKind.CHANGE:
            return False
        case ClaimKind.DATE if _is_known_share(claim, facts, derived):
            return True
        case _:
            return any(_is_known_value(claim, value, facts, derived) for value in claim.values)


def _is_known_value(claim: Claim, value: float, facts: Facts, derived: set[float]) -> bool:  # noqa: PLR0911 - by kind
    match claim.kind:
        case ClaimKind.NUMBER:
            return _is_known_number(value, facts, derived)
        case ClaimKind.RETURN_CODE:
            return value in facts.return_codes
        case ClaimKind.PERCENT:
            return any(abs(value - known) <= claim.precision for known in facts.percents)
        case ClaimKind.DURATION:
            return any(_is_rounded(value, claim.precision, known) for known in facts.durations)
        case ClaimKind.TIME:
            return _is_known_time(round(value), claim.precision, facts)
        case ClaimKind.DATE:
            return _is_known_date(round(value), facts)
        case ClaimKind.ZONE:
            return value == 0 or round(value) in facts.zones
        case ClaimKind.NAME | ClaimKind.ALL_WELL | ClaimKind.CHANGE:
            return False  # have no values
        case _:
            assert_never(claim.kind)


def _is_known_name(name: str, facts: Facts) -> bool:
    bare = name.strip("@*?")
    if bare != name:  # a pattern: at least one name is like it
        return any(bare in token for token in facts.tokens)
    return name in facts.tokens or (not name.replace("_", "").isalnum() and name in facts.text)


def _is_known_number(value: float, facts: Facts, derived: set[float]) -> bool:
    return value in facts.numbers or abs(value) in derived or (facts.has_results and value in {0, 1})


def _is_rounded(value: float, precision: float, known: float) -> bool:
    """Whether `known` seconds may be told as `value`: seconds and minutes cut or rounded, hours and days rounded."""
    distance = abs(value - known)
    return distance <= precision / 2 or (precision <= 60 and distance < precision)


def _is_known_time(value: int, precision: float, facts: Facts) -> bool:
    if value in facts.times:
        return True
    # 01:25 may be a duration, in hours and minutes or minutes and seconds
    return any(_is_rounded(value, precision, known) for known in facts.durations) or (
        precision == 60 and any(_is_rounded(value / 60, 1, known) for known in facts.durations)
    )


def _is_known_date(value: int, facts: Facts) -> bool:
    return any(
        value == known or ((value < 10000 or known < 10000) and value % 10000 == known % 10000) for known in facts.dates
    )


def _is_known_share(claim: Claim, facts: Facts, derived: set[float]) -> bool:
    """`12/20` is written like a date and may be two figures."""
    figures = claim.text.split("/")
    return len(figures) == 2 and all(
        figure.isdigit() and _is_known_number(float(figure), facts, derived) for figure in figures
    )


def _paragraphs(answer: str, claims: tuple[Claim, ...]) -> list[list[Claim]]:
    """For each claim all the claims of its paragraph, in order."""
    gaps = [gap.start() for gap in _PARAGRAPH_GAP.finditer(answer)]
    numbers = [bisect_left(gaps, claim.start) for claim in claims]
    together: dict[int, list[Claim]] = {}
    for number, claim in zip(numbers, claims, strict=True):
        together.setdefault(number, []).append(claim)
    return [together[number] for number in numbers]


def _is_sum(claim: Claim, paragraph: list[Claim]) -> bool:
    """Whether it is the sum of at least two figures that stand next to each other in its paragraph."""
    if claim.kind is not ClaimKind.NUMBER:
        return False
    others = (other for other in paragraph if other.kind is ClaimKind.NUMBER and other is not claim)
    figures = [other.values[-1] for other in others][:_MOST_ADDENDS]
    return any(
        sum(figures[start:end]) in claim.values
        for start in range(len(figures))
        for end in range(start + 2, len(figures) + 1)
    )


def _counts_names(claim: Claim, paragraph: list[Claim]) -> bool:
    """Whether it counts the names of its paragraph: "the two, `A_1` and `B_1`"."""
    if claim.kind is not ClaimKind.NUMBER:
        return False
    names = {other.text.lower() for other in paragraph if other.kind is ClaimKind.NAME}
    return len(names) > 1 and float(len(names)) in claim.values


def _shown(answer: str) -> set[int]:
    """How many rows its tables have, and items its lists, each and together."""
    counts = set()
    tables = 0
    for paragraph in _PARAGRAPH_GAP.split(answer):
        if _TABLE_RULE.search(paragraph):
            rows = len(_ROW.findall(paragraph)) - 2
            tables += rows
            counts.add(rows)
    items = len(_ITEM.findall(answer))
    counts |= {items, tables}
    return {count for count in counts if count > 0}
