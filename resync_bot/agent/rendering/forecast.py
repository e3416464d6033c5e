"""When something ends: the verdict first, then what has to happen before, the critical path, the doubts."""

from resync_bot.agent.rendering import forecast_words as words
from resync_bot.agent.rendering import phrases
from resync_bot.agent.rendering.naming import job_name, stream_name
from resync_bot.agent.rendering.times import clock, moment
from resync_bot.agent.rendering.waiting import cause_names, detail_of, state_of
from resync_bot.agent.results import ForecastResult
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import bullets, code, paragraphs, table
from resync_bot.conversation.moments import duration
from resync_bot.conversation.said import enumeration
from resync_bot.tws.findings import Cause, DoubtKind, Forecast, Verdict
from resync_bot.tws.models import Engine, Job

_LONGEST_STEPS = 8


def render_forecast(result: ForecastResult, language: Language) -> str:
    """The verdict, what has to be done first, and how sure it is."""
    found, engine = result.forecast, result.engine
    if found.ended is not None:
        return _verdict(found, engine, language)
    margin = found.margin_seconds
    has_way = found.path_length > 1
    return paragraphs(
        _verdict(found, engine, language),
        _expected_after_all(found, engine, language),
        _conditions(found, engine, language),
        phrases_of(
            [
                words.JOBS_BEFORE.in_(language, found.jobs_before) if found.jobs_before else "",
                words.GIVE_OR_TAKE.in_(language, margin=duration(margin)) if margin and found.expected_end else "",
            ]
        ),
        _way(found, engine, language) if has_way else "",
        _doubts(found, language),
    )


def phrases_of(sentences: list[str]) -> str:
    """Those that say something, one after the other."""
    return " ".join(filter(None, sentences))


def _verdict(found: Forecast, engine: Engine, language: Language) -> str:
    end = found.ended or found.expected_end or found.not_before
    if end is None:
        return ""
    said = words.VERDICT[found.verdict]
    match found.verdict:
        case Verdict.LATE if found.not_before:
            said = words.LATE_EVEN_SO
        case Verdict.NO_TIME if found.not_before:
            said = words.NOT_BEFORE
        case Verdict.NO_TIME if found.ended:
            said = words.ENDED
        case _:
            pass
    return said.in_(
        language,
        name=_name(found),
        end=moment(end, engine, language),
        time=clock(end, engine, language),
        due=clock(found.due, engine, language) if found.due else "",
        slack=duration(found.slack_seconds or 0),
    )


def _name(found: Forecast) -> str:
    if found.stream is not None:
        return stream_name(found.stream)
    return code(found.job.name) if found.job else "?"


def _expected_after_all(found: Forecast, engine: Engine, language: Language) -> str:
    """When it ends, although the time that was asked about has come already."""
    if found.verdict is not Verdict.MISSED:
        return ""
    if found.expected_end:
        return words.EXPECTED.in_(language, end=moment(found.expected_end, engine, language))
    if found.not_before:
        return words.EXPECTED_NOT_BEFORE.in_(language, time=clock(found.not_before, engine, language))
    return ""


def _conditions(found: Forecast, engine: Engine, language: Language) -> str:
    if not found.conditions:
        return ""
    items = [_condition(cause, found.job, engine, language) for cause in found.conditions]
    if found.conditions_in_all > len(items):
        items.append(phrases.MORE.in_(language, n=found.conditions_in_all - len(items)))
    return f"{words.FIRST.in_(language)}\n\n{bullets(items)}"


def _condition(cause: Cause, asked: Job | None, engine: Engine, language: Language) -> str:
    said = words.CONDITION.get(cause.kind, words.CONDITION[type(cause.kind).UNKNOWN])
    names = cause_names(cause, asked or cause.job, language)
    return said.in_(
        language,
        job=job_name(cause.job, asked) if asked else job_name(cause.job),
        workstation=names["workstation"],
        state=state_of(cause.job, engine, language),
        detail=detail_of(cause, engine, language),
    )


def _way(found: Forecast, engine: Engine, language: Language) -> str:
    steps = found.path
    if len(steps) > _LONGEST_STEPS:
        longest = sorted(steps, key=lambda step: step.starts - step.ends)[:_LONGEST_STEPS]
        steps = tuple(step for step in steps if step in longest)
    is_whole = len(steps) == found.path_length
    lead = words.WAY.in_(language) if is_whole else words.WAY_PART.in_(language, all=found.path_length)
    heads = (phrases.JOB, phrases.STATUS, words.STARTS, words.ENDS)
    rows = [
        [
            job_name(step.job, found.job) if found.job else job_name(step.job),
            step.job.internal_status,
            clock(step.starts, engine, language),
            clock(step.ends, engine, language),
        ]
        for step in steps
    ]
    return f"{lead}\n\n{table([head.in_(language) for head in heads], rows)}"


def _doubts(found: Forecast, language: Language) -> str:
    if not found.doubts:
        return ""
    said = [
        words.DOUBT[doubt.kind].in_(language, job=job_name(doubt.job, found.job) if found.job else job_name(doubt.job))
        for doubt in found.doubts
    ]
    is_scarce = any(doubt.kind in {DoubtKind.LIMIT, DoubtKind.RESOURCE} for doubt in found.doubts)
    return phrases_of(
        [
            words.UNSURE.in_(language, doubts=enumeration(said, language, limit=4)),
            words.PLACES.in_(language) if is_scarce else "",
        ]
    )
