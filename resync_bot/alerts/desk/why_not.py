"""Why somebody was not told of something: from what was recorded when it was decided, and what would happen now."""

from collections.abc import Collection, Sequence
from typing import Final

from resync_bot.alerts import orders
from resync_bot.alerts.desk import phrases
from resync_bot.alerts.desk.asked import Asked, Desk, Moments
from resync_bot.alerts.desk.reasons import why
from resync_bot.alerts.desk.replies import grounds, reply, say, silence_text
from resync_bot.alerts.matching import means_object
from resync_bot.alerts.model import Origin, Outcome, Rule, Silence, Subject, Told
from resync_bot.alerts.rendering import pattern_text
from resync_bot.alerts.rendering.clock import Clock
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import bullets, code, escape
from resync_bot.conversation.model import Answer
from resync_bot.conversation.said import Said, enumeration
from resync_bot.errors import EngineError
from resync_bot.tws.models import Job
from resync_bot.tws.queries import JobQuery
from resync_bot.tws.similar import similar_names

MOST_TOLD: Final = 8  # decisions
_MOST_JOBS: Final = 20  # of one name that are looked at
_BY_SILENCE: Final = Said("silenced by {by} until {time}{grounds}", "silenciado por {by} até {time}{grounds}")
_OLD_SILENCE: Final = Said("a silence that has ended since", "um silêncio que já terminou")


async def why_not_told(desk: Desk, asked: Asked, name: str) -> Answer:
    """The decisions about an object for this place, the newest first, and which rule would tell it now."""
    language = asked.language
    if any(sign in name for sign in "@*"):
        return say(phrases.ONE_NAME, language)
    short = _short(name)
    told = [one for one in await desk.store.told(short) if name == short or _is_same(name, one.name)]
    places = desk.seen_in(asked.place)
    here = [one for one in told if one.place in places or not one.place]
    moments = await desk.moments(asked)
    clock = moments.clock(language)
    silences = await desk.store.silences()
    known = {group.id for group in await desk.told_in(asked.place)}
    lines = [
        _line(one, moments, clock, silences, language) + _of_group(one, known, language) for one in here[:MOST_TOLD]
    ]
    if lines:
        head = [phrases.RECORD.in_(language, name=code(name)), bullets(lines)]
    else:
        head = [_nothing(told, name, language)]
    now, is_told = await _now(desk, asked, short, silences, moments, clock)
    causes = dict.fromkeys(_short(one.detail) for one in here if _is_in_group(one) and one.group not in known)
    buttons = [(phrases.WHY_NOT.in_(language, name=cause), orders.why_not_told(cause, language)) for cause in causes]
    if not is_told:
        buttons.append((phrases.ALERT_HERE.in_(language), phrases.ALERT_ORDER.in_(language, name=short)))
    return reply([*head, now], buttons, clock)


def _short(name: str) -> str:
    """The object's own name: the last part of a full one."""
    return name.rpartition("#")[2].rpartition("/")[2].rpartition(".")[2] or name


def _is_in_group(told: Told) -> bool:
    return told.outcome in {Outcome.GROUPED, Outcome.REPEATED} and not told.place and bool(told.detail)


def _of_group(told: Told, known: Collection[str], language: Language) -> str:
    """Whether this place knows of the alert that it belongs to."""
    if not _is_in_group(told):
        return ""
    return f" ({(phrases.KNOWN_HERE if told.group in known else phrases.UNKNOWN_HERE).in_(language)})"


def _is_same(asked: str, recorded: str) -> bool:
    """Whether what somebody wrote of a full name is how the recorded one ends."""
    return recorded.upper().endswith(asked.upper())


def _line(told: Told, moments: Moments, clock: Clock, silences: Sequence[Silence], language: Language) -> str:
    silence = next((one for one in silences if one.id == told.detail), None)
    if silence is None:
        by = _OLD_SILENCE.in_(language)
    else:
        time = clock.at(moments.there(silence.until))
        by = _BY_SILENCE.in_(language, by=escape(silence.by), time=time, grounds=grounds(silence, language))
    return f"{clock.at(moments.there(told.at))} {why(told, language, silence=by)}"


def _nothing(told: Sequence[Told], name: str, language: Language) -> str:
    if not told:
        return phrases.NO_RECORD.in_(language, name=code(name))
    elsewhere = {one.place for one in told if one.outcome in {Outcome.SENT, Outcome.STORM} and one.place}
    if not elsewhere:
        return phrases.NOT_MEANT.in_(language, name=code(name))
    return phrases.NO_RECORD_HERE.in_(language, len(elsewhere), name=code(name))


async def _now(
    desk: Desk, asked: Asked, name: str, silences: Sequence[Silence], moments: Moments, clock: Clock
) -> tuple[str, bool]:
    """What would happen if it failed now, and whether it would be told here."""
    language = asked.language
    jobs, remark = await _in_plan(desk, name, language)
    subjects = [Subject.of_job(engine, job) for engine, job in jobs]
    if not subjects:
        subjects = [Subject(engine=engine, job=name, stream=name) for engine in desk.engines]
    lasting = [one for one in silences if one.until > asked.now]
    for silence in lasting:
        if all(means_object(silence.pattern, subject) for subject in subjects):
            until = clock.at(moments.there(silence.until))
            text = phrases.NOW_SILENT.in_(language, silence=silence_text(silence, until, language))
            return f"{remark} {text}".strip(), False
    here = await desk.rules_of(asked.place)
    everything = (*await desk.store.rules(), *desk.standing)
    number = _rule_for(subjects, here, everything)
    if number is not None:
        about = _about(here[number], language)
        return f"{remark} {phrases.NOW_RULE.in_(language, n=number + 1, what=about)}".strip(), True
    has_default = any(rule.origin is Origin.DEFAULT for rule in here)
    said = phrases.NOW_NOT_DEFAULT if has_default else phrases.NOW_NO_RULE
    return f"{remark} {said.in_(language)}".strip(), False


def _rule_for(subjects: Sequence[Subject], here: Sequence[Rule], everything: Sequence[Rule]) -> int | None:
    """Which of the rules of this place means one of `subjects`, by names; the default only where no other does."""
    for number, rule in enumerate(here):
        if rule.origin is not Origin.DEFAULT and any(means_object(rule.pattern, one) for one in subjects):
            return number
    is_meant = any(
        rule.origin is not Origin.DEFAULT and means_object(rule.pattern, one) for rule in everything for one in subjects
    )
    return next((number for number, rule in enumerate(here) if rule.origin is Origin.DEFAULT and not is_meant), None)


def _about(rule: Rule, language: Language) -> str:
    return phrases.FROM_DEFAULT.in_(language) if rule.origin is Origin.DEFAULT else pattern_text(rule.pattern, language)


async def _in_plan(desk: Desk, name: str, language: Language) -> tuple[list[tuple[str, Job]], str]:
    """The jobs of that name, by their engines, and a word if there are several or none."""
    jobs: list[tuple[str, Job]] = []
    total = 0
    try:
        for engine, tws in desk.engines.items():
            page = await tws.jobs(JobQuery(name=name), limit=_MOST_JOBS)
            total += page.total
            jobs += ((engine, job) for job in page.items)
        if total > 1:
            return jobs, phrases.SEVERAL_OF_NAME.in_(language, n=total)
        if jobs:
            return jobs, ""
        similar = await similar_names(desk.engines[desk.engines.default], name)
    except EngineError:
        return jobs, ""
    if not similar or name in similar:
        return jobs, ""
    names = enumeration([code(one) for one in similar], language)
    return jobs, f"{phrases.MATCHES_NOTHING.in_(language)} {phrases.DID_YOU_MEAN.in_(language, names=names)}"
