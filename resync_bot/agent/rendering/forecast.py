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
from resync_bot.tws.findings import Cause, DoubtKind, Forecast, Lasts, Overdue, Step, Verdict
from resync_bot.tws.history.statistics import LONGER, LONGER_BY_SECONDS
from resync_bot.tws.models import Engine, Job

_LONGEST_STEPS = 8
_MOST_DIFFERING = 3  # jobs of which is told that the engine's estimate is another


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
        phrases_of(_basis(found, language)),
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
    if (overdue := _hangs_on(found)) is not None:
        return _overdue(found, overdue, engine, language)
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


def _hangs_on(found: Forecast) -> Overdue | None:
    """The job that runs longer than usual, where nothing else but that leaves the end open."""
    return None if found.conditions else found.overdue


def _is_same(one: Job, other: Job) -> bool:
    return (one.full_name, one.scheduled) == (other.full_name, other.scheduled)


def _overdue(found: Forecast, overdue: Overdue, engine: Engine, language: Language) -> str:
    """What runs longer than usual comes first: everything else hangs on it."""
    is_itself = found.job is not None and _is_same(overdue.job, found.job)
    said = words.ITSELF_OVERDUE if is_itself else words.BEHIND_OVERDUE
    return phrases_of(
        [
            said.in_(
                language,
                name=_name(found),
                job=_job_name(overdue.job, found),
                elapsed=duration(overdue.elapsed_seconds),
                usual=duration(overdue.lasts.usual_seconds),
            ),
            words.OVERDUE[found.verdict].in_(
                language,
                name=_name(found),
                time=clock(found.not_before, engine, language) if found.not_before else "",
                due=clock(found.due, engine, language) if found.due else "",
                slack=duration(found.slack_seconds or 0),
            ),
        ]
    )


def _basis(found: Forecast, language: Language) -> list[str]:
    """How long things are taken to last, by whose word; and where the engine's word differs from what was usual."""
    if found.open_jobs == found.path_length == 1 and (only := found.path[0]).lasts is not None:
        unlike = _unlike_estimate(only, found, language)
        return [unlike or _lasts(only.job, only.lasts, language)]
    if not found.open_jobs:
        return []
    said = (
        words.ALL_AS_USUAL.in_(language)
        if found.remembered == found.open_jobs
        else words.SOME_AS_USUAL.in_(language, n=found.remembered, all=found.open_jobs)
        if found.remembered
        else words.ALL_AS_ESTIMATED.in_(language)
    )
    differing = [one for step in found.path if (one := _unlike_estimate(step, found, language))]
    return [said, *differing[:_MOST_DIFFERING]]


def _lasts(job: Job, lasts: Lasts, language: Language) -> str:
    said = words.AS_USUAL if lasts.runs else words.AS_ESTIMATED if job.estimated_seconds else words.AS_ASSUMED
    return said.in_(language, usual=duration(lasts.usual_seconds), runs=lasts.runs, season=_season(lasts, language))


def _unlike_estimate(step: Step, found: Forecast, language: Language) -> str:
    """Where the past differs so much from what the engine estimates that an operator would wonder."""
    lasts, estimate = step.lasts, step.job.estimated_seconds
    if lasts is None or not lasts.runs or not estimate:
        return ""
    less, more = sorted((lasts.usual_seconds, estimate))
    if more < less * LONGER or more - less < LONGER_BY_SECONDS:
        return ""
    return words.UNLIKE_ESTIMATE.in_(
        language,
        job=_job_name(step.job, found),
        usual=duration(lasts.usual_seconds),
        runs=lasts.runs,
        season=_season(lasts, language),
        estimate=duration(estimate),
    )


def _season(lasts: Lasts, language: Language) -> str:
    return words.IN_SEASON[lasts.season].in_(language) if lasts.season else ""


def _job_name(job: Job, found: Forecast) -> str:
    """With its stream, where that is another than that of the job that was asked about."""
    return job_name(job, found.job) if found.job else job_name(job)


def _name(found: Forecast) -> str:
    if found.stream is not None:
        return stream_name(found.stream)
    return code(found.job.name) if found.job else "?"


def _expected_after_all(found: Forecast, engine: Engine, language: Language) -> str:
    """When it ends, although the time that was asked about has come already."""
    if found.verdict is not Verdict.MISSED or _hangs_on(found) is not None:
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
            _job_name(step.job, found),
            step.job.internal_status,
            clock(step.starts, engine, language),
            clock(step.ends, engine, language),
        ]
        for step in steps
    ]
    return f"{lead}\n\n{table([head.in_(language) for head in heads], rows)}"


def _doubts(found: Forecast, language: Language) -> str:
    overdue = _hangs_on(found)  # and has been told
    said = [
        words.DOUBT[doubt.kind].in_(language, job=_job_name(doubt.job, found))
        for doubt in found.doubts
        if overdue is None or doubt.kind is not DoubtKind.RUNS_LONG or not _is_same(doubt.job, overdue.job)
    ]
    if not said:
        return ""
    is_scarce = any(doubt.kind in {DoubtKind.LIMIT, DoubtKind.RESOURCE} for doubt in found.doubts)
    return phrases_of(
        [
            words.UNSURE.in_(language, doubts=enumeration(said, language, limit=4)),
            words.PLACES.in_(language) if is_scarce else "",
        ]
    )
