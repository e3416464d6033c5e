"""What is known of earlier runs: a job's history, what changed in it, long runs, one day beside another."""

from collections.abc import Sequence
from typing import Final, assert_never

from resync_bot.agent.rendering import phrases
from resync_bot.agent.rendering.naming import job_name, short_reference
from resync_bot.agent.rendering.times import clock, day_and_time, moment
from resync_bot.agent.results import DayComparisonResult, LongRunsResult, RunComparisonResult, RunHistoryResult
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code, escape, fenced, paragraphs, table
from resync_bot.conversation.moments import duration
from resync_bot.conversation.said import Counted, Said, enumeration
from resync_bot.tws.history.comparison import ChangeKind, RunComparison
from resync_bot.tws.history.runs import FinishedRun
from resync_bot.tws.history.statistics import Failures, Usual
from resync_bot.tws.history.store import DayFigures
from resync_bot.tws.models import Engine, Job

_RUNS: Final = Counted(Said("{n} run", "{n} execução"), Said("{n} runs", "{n} execuções"))
_NEVER: Final = Said(
    "I know of no finished run of {job}. I remember runs from the day on which I was installed.",
    "Não conheço nenhuma execução terminada do {job}. Eu me lembro das execuções desde o dia em que fui instalado.",
)
_LAST_RUN: Final = Said(
    "{job} last ran {time}: **{word}**{rest}.", "A última execução do {job} terminou {time}: **{word}**{rest}."
)
_USUALLY: Final = Said(
    "It usually takes **{usual}**, mostly between {quick} and {slow}.",
    "Normalmente leva **{usual}**, quase sempre entre {quick} e {slow}.",
)
_ALWAYS: Final = Said("It usually takes **{usual}**.", "Normalmente leva **{usual}**.")
_TOO_FEW: Final = Said(
    "There are too few good runs to say how long it usually takes.",
    "Há poucas execuções boas para dizer quanto leva normalmente.",
)
_LONGER: Final = Said(
    "It is getting longer: by {change} over these runs.",
    "Está ficando mais demorado: {change} ao longo dessas execuções.",
)
_SHORTER: Final = Said(
    "It is getting shorter: by {change} over these runs.",
    "Está ficando mais rápido: {change} ao longo dessas execuções.",
)
_NO_FAILURE: Final = Said("None of the {runs} since {since} failed.", "Nenhuma das {runs} desde {since} falhou.")
_FAILURES: Final = Said(
    "**{failed}** of the {runs} since {since} failed{rest}.", "**{failed}** das {runs} desde {since} falharam{rest}."
)
_THIS_WEEK: Final = Said("{n} of them in the past week", "{n} delas na última semana")
_IN_A_ROW: Final = Said("the last {n} in a row", "as últimas {n} seguidas")
_HEALED: Final = Said(
    "After a failure it usually recovers: {healed} of {episodes} times within a day, typically after {time}.",
    "Depois de uma falha costuma se recuperar: {healed} de {episodes} vezes em um dia, tipicamente após {time}.",
)
_CHANGED: Final = Said(
    "{job}: the run that ended {time} beside the last good one, which ended {before}:",
    "{job}: a execução que terminou {time} ao lado da última boa, que terminou {before}:",
)
_NOTHING_CHANGED: Final = Said(
    "{job}: the run that ended {time} is **like the last good one**, which ended {before}: same outcome, return code "
    "and workstation, and about the same duration.",
    "{job}: a execução que terminou {time} é **como a última boa**, que terminou {before}: mesmo resultado, return "
    "code e workstation, e quase a mesma duração.",
)
_NO_GOOD_RUN: Final = Said(
    "{job} ended {time} in **{word}**, and I know of no good run before it to compare with.",
    "{job} terminou {time} em **{word}**, e não conheço nenhuma execução boa anterior para comparar.",
)
_WHAT: Final = Said("What", "O quê")
_THIS_TIME: Final = Said("This run", "Esta execução")
_LAST_GOOD: Final = Said("Last good run", "Última boa")
_OUTCOME: Final = Said("Outcome", "Resultado")
_NEW_LINES: Final = Said(
    "Its log has lines that the good run's did not have:", "O log tem linhas que o da execução boa não tinha:"
)
_MISSING_LINES: Final = Said(
    "Lines of the good run's log that are missing:", "Linhas do log da execução boa que faltam:"
)
_SAME_LOG: Final = Said("The logs say the same.", "Os logs dizem o mesmo.")
_NO_GOOD_LOG: Final = Said(
    "The log of the good run is no longer in the plan, so I cannot compare the logs.",
    "O log da execução boa não está mais no plano; não posso comparar os logs.",
)
_NO_LONG: Final = Said(
    "**No job** took notably longer than usual in the production day that began {day}.",
    "**Nenhum job** demorou bem mais que o normal no dia de produção que começou {day}.",
)
_RUNNING_LONG: Final = Counted(
    Said("**{n} job** is running longer than usual:", "**{n} job** está rodando há mais tempo que o normal:"),
    Said("**{n} jobs** are running longer than usual:", "**{n} jobs** estão rodando há mais tempo que o normal:"),
)
_ENDED_LONG: Final = Counted(
    Said("**{n} run** took longer than usual:", "**{n} execução** demorou mais que o normal:"),
    Said("**{n} runs** took longer than usual:", "**{n} execuções** demoraram mais que o normal:"),
)
_DAYS: Final = Said(
    "**{failed}** of **{runs}** runs failed in this production day so far; the other day it was **{failed_then}** of "
    "**{runs_then}** by the same time.",
    "**{failed}** de **{runs}** execuções falharam neste dia de produção até agora; no outro dia foram "
    "**{failed_then}** de **{runs_then}** até o mesmo horário.",
)
_DAY: Final = Said("Production day", "Dia de produção")
_UNTIL: Final = Said("Until", "Até")
_GOOD: Final = Said("Good runs", "Execuções boas")
_BAD: Final = Said("Failed runs", "Execuções com falha")
_ALL_TIME: Final = Said("Run time in all", "Tempo total de execução")
_ANEW: Final = Said("Failed this time but not then:", "Falharam agora, mas não antes:")
_AGAIN: Final = Said("Failed both times:", "Falharam nas duas vezes:")
_ONLY_THEN: Final = Said("Failed only then:", "Falharam só antes:")
_SAME_FAILURES: Final = Said("No job failed on either day.", "Nenhum job falhou em nenhum dos dois dias.")
_NOTHING_KNOWN: Final = Said(
    "I know of no run of the day that began {day}: I remember runs from the day on which I was installed.",
    "Não conheço execuções do dia que começou {day}: eu me lembro das execuções desde o dia em que fui instalado.",
)


def render_run_history(result: RunHistoryResult, language: Language) -> str:
    """When it ran last, what is usual, how often it fails; then the runs."""
    if not result.runs or result.usual is None:
        return _NEVER.in_(language, job=code(result.job.name))
    engine, last = result.engine, result.runs[0]
    return paragraphs(
        _LAST_RUN.in_(
            language,
            job=job_name(result.job),
            time=moment(last.ended, engine, language),
            word=escape(last.internal_status),
            rest=_took(last, language),
        ),
        _usually(result.usual, language),
        _failing(result.usual, result.failures, engine, language),
        _run_table(result.runs, engine, language) if len(result.runs) > 1 else "",
    )


def _took(run: FinishedRun, language: Language) -> str:
    parts = [
        phrases.WITH_RC.in_(language, rc=run.return_code) if run.return_code else "",
        phrases.TOOK.in_(language, duration=duration(run.elapsed_seconds)) if run.started else "",
    ]
    return "".join(f", {part}" for part in parts if part)


def _usually(known: Usual, language: Language) -> str:
    if known.duration_seconds is None or known.quick_seconds is None or known.slow_seconds is None:
        return _TOO_FEW.in_(language)
    usual, quick, slow = map(duration, (known.duration_seconds, known.quick_seconds, known.slow_seconds))
    told = (_USUALLY if quick != slow else _ALWAYS).in_(language, usual=usual, quick=quick, slow=slow)
    if known.trend_seconds:
        trend = _LONGER if known.trend_seconds > 0 else _SHORTER
        told += " " + trend.in_(language, change=duration(known.trend_seconds))
    return told


def _failing(known: Usual, failing: Failures, engine: Engine, language: Language) -> str:
    if known.runs == 1:
        return ""
    runs, since = _RUNS.in_(language, known.runs), day_and_time(known.since, engine, language)
    failed = known.runs - known.good
    if not failed:
        return _NO_FAILURE.in_(language, runs=runs, since=since)
    parts = [
        _THIS_WEEK.in_(language, n=failing.last_week) if failing.last_week else "",
        _IN_A_ROW.in_(language, n=failing.in_a_row) if failing.in_a_row > 1 else "",
    ]
    told = _FAILURES.in_(
        language, failed=failed, runs=runs, since=since, rest="".join(f", {part}" for part in parts if part)
    )
    if failing.episodes > 1 and failing.healed_after_seconds is not None:
        healed = duration(failing.healed_after_seconds)
        told += " " + _HEALED.in_(language, healed=failing.healed, episodes=failing.episodes, time=healed)
    return told


def _run_table(runs: Sequence[FinishedRun], engine: Engine, language: Language) -> str:
    heads = (phrases.ENDED, phrases.STATUS, phrases.RETURN_CODE, phrases.DURATION, phrases.WORKSTATION)
    rows = [
        [
            clock(run.ended, engine, language),
            escape(run.internal_status),
            "" if run.return_code is None else str(run.return_code),
            duration(run.elapsed_seconds) if run.started else "",
            code(run.workstation) if run.workstation else "",
        ]
        for run in runs
    ]
    return table([head.in_(language) for head in heads], rows)


def render_run_comparison(result: RunComparisonResult, language: Language) -> str:
    """What is different, then how the logs differ, then what is usual."""
    found, engine = result.comparison, result.engine
    time = moment(found.run.ended, engine, language)
    if found.last_good is None:
        word = escape(found.run.internal_status)
        lead = _NO_GOOD_RUN.in_(language, job=job_name(found.job), time=time, word=word)
        return paragraphs(lead, _failing(found.usual, found.failures, engine, language) if found.usual else "")
    said = _CHANGED if found.changes else _NOTHING_CHANGED
    before = moment(found.last_good.ended, engine, language)
    return paragraphs(
        said.in_(language, job=job_name(found.job), time=time, before=before),
        _changes(found, found.last_good, language),
        _log_difference(found, language),
        _failing(found.usual, found.failures, engine, language) if found.usual else "",
    )


def _changes(found: RunComparison, good: FinishedRun, language: Language) -> str:
    if not found.changes:
        return ""
    rows = [[_head(kind).in_(language), _value(kind, found.run), _value(kind, good)] for kind in found.changes]
    return table([head.in_(language) for head in (_WHAT, _THIS_TIME, _LAST_GOOD)], rows)


def _head(kind: ChangeKind) -> Said:
    match kind:
        case ChangeKind.OUTCOME:
            return _OUTCOME
        case ChangeKind.RETURN_CODE:
            return phrases.RETURN_CODE
        case ChangeKind.DURATION:
            return phrases.DURATION
        case ChangeKind.WORKSTATION:
            return phrases.WORKSTATION
        case _:
            assert_never(kind)


def _value(kind: ChangeKind, run: FinishedRun) -> str:
    match kind:
        case ChangeKind.OUTCOME:
            return escape(run.internal_status)
        case ChangeKind.RETURN_CODE:
            return "" if run.return_code is None else str(run.return_code)
        case ChangeKind.DURATION:
            return duration(run.elapsed_seconds)
        case ChangeKind.WORKSTATION:
            return code(run.workstation) if run.workstation else ""
        case _:
            assert_never(kind)


def _log_difference(found: RunComparison, language: Language) -> str:
    if not found.logs_compared:
        return _NO_GOOD_LOG.in_(language)
    if not found.new_lines and not found.missing_lines:
        return _SAME_LOG.in_(language)
    return paragraphs(
        f"{_NEW_LINES.in_(language)}\n\n{fenced(found.new_lines)}" if found.new_lines else "",
        f"{_MISSING_LINES.in_(language)}\n\n{fenced(found.missing_lines)}" if found.missing_lines else "",
    )


def render_long_runs(result: LongRunsResult, language: Language) -> str:
    """Those that run now first: there something can still be done."""
    engine = result.engine
    if not result.running and not result.ended:
        return _NO_LONG.in_(language, day=moment(result.day, engine, language))
    running = [
        [_short(job), clock(job.started, engine, language) if job.started else "", duration(now), duration(usual)]
        for job, now, usual in ((one.job, one.elapsed_seconds, one.usual_seconds) for one in result.running)
    ]
    ended = [
        [
            code(short_reference(one.run.job)),
            clock(one.run.ended, engine, language),
            duration(one.run.elapsed_seconds),
            duration(one.usual_seconds),
        ]
        for one in result.ended
    ]
    return paragraphs(
        _RUNNING_LONG.in_(language, len(running)) if running else "",
        _table((phrases.JOB, phrases.STARTED, phrases.RUNNING_FOR, phrases.USUALLY), running, language),
        _ENDED_LONG.in_(language, len(ended)) if ended else "",
        _table((phrases.JOB, phrases.ENDED, phrases.DURATION, phrases.USUALLY), ended, language),
    )


def _short(job: Job) -> str:
    return code(f"{job.stream}.{job.name}") if job.stream else code(job.name)


def _table(heads: Sequence[Said], rows: Sequence[Sequence[str]], language: Language) -> str:
    return table([head.in_(language) for head in heads], rows) if rows else ""


def render_day_comparison(result: DayComparisonResult, language: Language) -> str:
    """The figures of both days to the same time, then which jobs make the difference."""
    found, engine = result.comparison, result.engine
    if not found.other.runs:
        return _NOTHING_KNOWN.in_(language, day=moment(found.other.start, engine, language))

    def row(head: Said, this: str, other: str) -> list[str]:
        return [head.in_(language), this, other]

    def cells(figures: DayFigures) -> tuple[str, str, str, str]:
        until = day_and_time(figures.until, engine, language)
        return until, str(figures.succeeded), str(figures.failed), duration(figures.elapsed_seconds)

    heads = (_UNTIL, _GOOD, _BAD, _ALL_TIME)
    rows = [row(*line) for line in zip(heads, cells(found.this), cells(found.other), strict=True)]
    starts = [day_and_time(figures.start, engine, language) for figures in (found.this, found.other)]
    named = ((_ANEW, found.failed_anew), (_AGAIN, found.failed_on_both), (_ONLY_THEN, found.failed_only_then))
    lists = [
        f"{said.in_(language)} {enumeration([code(short_reference(job)) for job in jobs], language, limit=10)}"
        for said, jobs in named
        if jobs
    ]
    lead = _DAYS.in_(
        language,
        failed=found.this.failed,
        runs=found.this.runs,
        failed_then=found.other.failed,
        runs_then=found.other.runs,
    )
    return paragraphs(lead, table([_DAY.in_(language), *starts], rows), *(lists or [_SAME_FAILURES.in_(language)]))
