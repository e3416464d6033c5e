"""Why a job failed: how it ended and the line that says why, then recovery and the first failure upstream."""

from resync_bot.agent.problems import told_of
from resync_bot.agent.rendering import phrases
from resync_bot.agent.rendering.naming import job_name, status_word
from resync_bot.agent.rendering.recovery import recovery_text
from resync_bot.agent.rendering.status_words import LOG_ERROR, explained, meaning_in
from resync_bot.agent.rendering.times import clock, moment
from resync_bot.agent.results import FailureResult
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import bullets, code, escape, fenced, paragraphs
from resync_bot.conversation.moments import duration
from resync_bot.conversation.said import enumeration
from resync_bot.errors import EngineErrorKind
from resync_bot.tws.findings import Failure, LogProblem
from resync_bot.tws.models import Engine, Job, Run, Status

_LINES_OF_LOG = 8
_MOST_ERRORS = 4
_OPEN = frozenset({Status.WAITING, Status.READY, Status.RUNNING, Status.HELD, Status.BLOCKED, Status.UNDECIDED})


def render_failure(result: FailureResult, language: Language) -> str:
    """How it ended, the line that says why, what recovery did, and the first failure upstream."""
    failure, engine = result.failure, result.engine
    job = failure.job
    if not failure.has_failed:
        return phrases.NOT_FAILED.in_(
            language,
            job=code(job.name),
            status=status_word(job.status, language),
            word=escape(job.internal_status),
        )
    return paragraphs(
        _how_it_ended(failure, engine, language),
        phrases.SUCCESS_CODES.in_(language, codes=code(failure.success_codes)) if failure.success_codes else "",
        _cause_in_log(failure, language),
        bullets(
            [
                phrases.MESSAGE_MEANS.in_(language, id=code(message.id), meaning=escape(meaning))
                for message in failure.messages
                if (meaning := meaning_in(language, message))
            ]
        ),
        _what_is_next(failure, engine, language),
        _followed_by(failure.followed_by, job, language),
        _upstream(failure, engine, language),
        _elsewhere(failure, language),
    )


def _how_it_ended(failure: Failure, engine: Engine, language: Language) -> str:
    job, run = failure.job, failure.run
    ended = job.ended or (run.ended if run else None)
    code_returned = job.return_code if job.return_code is not None else (run.return_code if run else None)
    elapsed = job.elapsed_seconds if job.elapsed_seconds is not None else (run.elapsed_seconds if run else None)
    word = escape(job.internal_status)
    time = moment(ended, engine, language) if ended else ""
    where = phrases.ON.in_(language, workstation=code(job.workstation)) if job.workstation else ""
    if failure.could_not_start:
        rest = "".join(f", {part}" for part in (where, time) if part)
        return phrases.COULD_NOT_START.in_(language, job=job_name(job), word=word, rest=rest)
    parts = [
        phrases.WITH_RC.in_(language, rc=code_returned) if code_returned is not None else "",
        time,
        phrases.AFTER.in_(language, duration=duration(elapsed)) if elapsed is not None else "",
        where,
    ]
    return phrases.FAILED.in_(
        language, job=job_name(job), word=word, rest="".join(f", {part}" for part in parts if part)
    )


def _cause_in_log(failure: Failure, language: Language) -> str:
    if failure.errors:
        first = failure.errors[0]
        kind = LOG_ERROR[first.kind].in_(language)
        lead = phrases.CAUSE_IN_LOG.in_(language, number=first.number, kind=kind)
        in_order = sorted(failure.errors[:_MOST_ERRORS], key=lambda error: error.number)
        return f"{lead}\n\n{fenced([error.line for error in in_order])}"
    if failure.log and failure.log.lines:
        return f"{phrases.NO_CAUSE_IN_LOG.in_(language)}\n\n{fenced(failure.log.lines[-_LINES_OF_LOG:])}"
    if failure.log_problem:
        return phrases.LOG_UNREADABLE.in_(language, problem=_log_problem(failure.log_problem, language))
    return ""


def _log_problem(problem: LogProblem, language: Language) -> str:
    """Why there is no log, and what the engine's message id means."""
    if problem.kind is None:
        return phrases.NO_LOG_OF_RUN.in_(language)
    told = told_of(problem.kind, language)
    if problem.kind is EngineErrorKind.AGENT_DOWN and problem.workstation:
        told = phrases.AGENT_HAS_LOG.in_(language, workstation=code(problem.workstation))
    if problem.message_id is None:
        return told
    meaning = explained(problem.message_id, language)
    means = f": {escape(meaning.rstrip('.'))}" if meaning else ""
    return f"{told.rstrip('.')} ({code(problem.message_id)}{means})."


def _what_is_next(failure: Failure, engine: Engine, language: Language) -> str:
    """By the job's recovery, or by somebody who has started it again meanwhile."""
    is_repeated = any(run.status in _OPEN for run in failure.followed_by)
    if failure.recovery is None or (is_repeated and not failure.recovery.is_active):
        return phrases.RERUN_RUNS_NOW.in_(language) if is_repeated else ""
    return recovery_text(failure.recovery, engine, language)


def _followed_by(runs: tuple[Run, ...], job: Job, language: Language) -> str:
    if not runs:
        return ""
    words = [
        phrases.RECOVERY_JOB.in_(language, name=code(run.job_name), word=escape(run.internal_status))
        if run.job_name and run.job_name != job.name
        else phrases.RERUN_WORD.in_(language, word=escape(run.internal_status))
        for run in runs
    ]
    return phrases.RECOVERY_TRIED.in_(language, runs=enumeration(words, language, limit=8))


def _elsewhere(failure: Failure, language: Language) -> str:
    """Whether the same job fails in other streams or on other workstations too: is it the job, or the place?"""
    if not failure.elsewhere_in_all:
        return ""
    failed = failure.elsewhere_failed_in_all
    if not failed:
        return phrases.ELSEWHERE_WELL.in_(language, failure.elsewhere_in_all)
    where = [code(f"{job.workstation}#{job.stream}") for job in failure.elsewhere_failed]
    more = failed - len(where)
    if more > 0:
        where.append(phrases.MORE.in_(language, n=more))
    return phrases.ELSEWHERE_FAILED.in_(
        language, n=failed, all=failure.elsewhere_in_all, where=enumeration(where, language, limit=len(where))
    )


def _upstream(failure: Failure, engine: Engine, language: Language) -> str:
    first = failure.first_failure_upstream
    if first is None:
        return ""
    rc = f", {phrases.WITH_RC.in_(language, rc=first.return_code)}" if first.return_code else ""
    time = f", {clock(first.ended, engine, language)}" if first.ended else ""
    return phrases.UPSTREAM.in_(
        language, job=job_name(first, failure.job), word=escape(first.internal_status), rest=rc + time
    )
