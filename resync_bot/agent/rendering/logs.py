"""Part of a job's log, to the letter."""

from resync_bot.agent.arguments import Arguments, ReadJobLog
from resync_bot.agent.rendering import phrases
from resync_bot.agent.rendering.naming import job_name
from resync_bot.agent.rendering.status_words import LOG_ERROR, meaning_in
from resync_bot.agent.results import JobLogResult
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import bullets, code, escape, fenced, paragraphs
from resync_bot.tws.models import JobLog


def render_job_log(result: JobLogResult, language: Language, asked: Arguments | None) -> str:
    """The lines that were asked for, which of them says it, and what the engine's message ids mean."""
    job = job_name(result.job)
    if result.log is None:
        problem = escape(result.problem or "?").rstrip(".") + "."
        return phrases.LOG_MISSING.in_(language, job=job, problem=problem)
    rest = _outcome(result, language)
    if isinstance(asked, ReadJobLog) and asked.errors_only:
        excerpt = _error_lines(result, job, rest, language)
    else:
        excerpt = _excerpt(result, result.log, job, rest, language)
    meanings = [
        phrases.MESSAGE_MEANS.in_(language, id=code(message.id), meaning=escape(meaning))
        for message in result.messages
        if (meaning := meaning_in(language, message))
    ]
    return paragraphs(excerpt, bullets(meanings))


def _outcome(result: JobLogResult, language: Language) -> str:
    log = result.log
    return_code = log.return_code if log and log.return_code is not None else result.job.return_code
    parts = [escape(result.job.internal_status)]
    if return_code is not None:
        parts.append(phrases.WITH_RC.in_(language, rc=return_code))
    return f" ({', '.join(parts)})"


def _error_lines(result: JobLogResult, job: str, rest: str, language: Language) -> str:
    if not result.errors:
        return phrases.LOG_NO_ERRORS.in_(language, job=job, rest=rest)
    count = phrases.LOG_ERROR_LINES.in_(language, len(result.errors))
    in_order = sorted(result.errors, key=lambda error: error.number)
    lines = fenced([f"{error.number}: {error.line}" for error in in_order])
    return paragraphs(phrases.LOG_ERRORS_OF.in_(language, n=count, job=job, rest=rest), lines)


def _excerpt(result: JobLogResult, log: JobLog, job: str, rest: str, language: Language) -> str:
    if not log.lines:
        return phrases.LOG_EMPTY.in_(language, job=job, rest=rest)
    last = log.first_line + len(log.lines) - 1
    lead = phrases.LOG_OF.in_(language, job=job, first=log.first_line, last=last, total=log.total_lines, rest=rest)
    telling = ""
    if result.errors:
        first = result.errors[0]
        kind = LOG_ERROR[first.kind].in_(language)
        telling = phrases.LOG_TELLING.in_(language, number=first.number, kind=kind, line=code(first.line))
    return paragraphs(lead, fenced(log.lines), telling)
