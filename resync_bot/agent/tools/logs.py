"""The tool that reads job logs."""

from resync_bot.agent.arguments import ReadJobLog
from resync_bot.agent.rendering.status_words import explained
from resync_bot.agent.resolve import resolve_job
from resync_bot.agent.results import Ambiguous, JobLogResult, NoMatch, StreamResult
from resync_bot.agent.tools.jobs import FAILED, stream_result
from resync_bot.agent.tools.matters import job_that_failed
from resync_bot.agent.tools.registry import Inquiry
from resync_bot.conversation.language import Language
from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.together import together
from resync_bot.tws.log_errors import find_errors, find_messages
from resync_bot.tws.models import Engine, Job, JobLog, JobStream, Run, Status
from resync_bot.tws.queries import Tws

SEARCHED_LINES = 200  # the end of the log in which errors are looked for, however few lines are shown
_LINES_BESIDE_ERRORS = 10

_NOT_RUN = {
    Language.EN: "it has not run yet",
    Language.PT: "ele ainda não rodou",
}
_COULD_NOT_START = {
    Language.EN: "its last run could not be started, so nothing was written",
    Language.PT: "a última execução não pôde ser iniciada, então nada foi escrito",
}
_NO_LOG = {
    Language.EN: "the engine has no log of its last run",
    Language.PT: "o motor não tem log da última execução",
}
_AGENT_DOWN = {
    Language.EN: "it lies on {workstation}, whose agent does not answer",
    Language.PT: "ele está na {workstation}, cujo agente não responde",
}
_EMPTY = {
    Language.EN: "the log of its last run is empty",
    Language.PT: "o log da última execução está vazio",
}


async def read_job_log(inquiry: Inquiry, arguments: ReadJobLog) -> JobLogResult | StreamResult | Ambiguous | NoMatch:
    """Reads the end of the log of a job's last run: lines, error lines with their numbers, message ids explained.

    Use it for "show the log of X", or to see what a job printed. Given a job stream it reads the log of its job that
    failed. To learn why a job failed use why_failed, which reads the log by itself.
    """
    tws = inquiry.tws
    # Of several jobs of a name, the errors of the one that failed are meant.
    found = await resolve_job(tws, arguments, preferred=FAILED if arguments.errors_only else ())
    if isinstance(found, JobStream):
        failed = await job_that_failed(tws, found)
        if failed is None:
            return await stream_result(tws, found)
        found = failed
    if not isinstance(found, Job):
        return found
    async with together() as group:
        engine = group.create_task(tws.engine())
        job = group.create_task(tws.job(found.id))
    shown = _LINES_BESIDE_ERRORS if arguments.errors_only else arguments.last_lines
    return await _read(tws, engine.result(), job.result(), shown, inquiry.language)


async def _read(tws: Tws, engine: Engine, job: Job, shown: int, language: Language) -> JobLogResult:
    run = _last_run(job)
    if run is None or (run.started is None and job.status is not Status.ERROR):
        return JobLogResult(engine=engine, job=job, problem=_NOT_RUN[language])
    try:
        log = await tws.job_log(run.id, last_lines=max(shown, SEARCHED_LINES))
    except EngineError as error:
        return JobLogResult(engine=engine, job=job, problem=_problem(error, run, language))
    if not log.lines:
        return JobLogResult(engine=engine, job=job, problem=_EMPTY[language])
    return JobLogResult(
        engine=engine,
        job=job,
        log=_end_of(log, shown),
        errors=find_errors(log.lines, log.first_line),
        messages=find_messages(log.lines),
    )


def _problem(error: EngineError, run: Run, language: Language) -> str:
    """Why there is no log of that run. Raises the error if that says nothing about the log."""
    match error.kind:
        case EngineErrorKind.AGENT_DOWN:
            meaning = explained(error.message_id, language) if error.message_id else None
            why = f" ({error.message_id}: {meaning.rstrip('.')})" if meaning else ""
            return _AGENT_DOWN[language].format(workstation=run.workstation or "?") + why
        case EngineErrorKind.NOT_FOUND | EngineErrorKind.REFUSED:
            return (_NO_LOG if run.started else _COULD_NOT_START)[language]
        case _:
            raise error


def _last_run(job: Job) -> Run | None:
    """The last run of the job itself: a recovery job that followed has a log of its own."""
    own = [run for run in job.runs if run.job_name in {None, job.name}]
    started = [run for run in own if run.started]
    return (started or own)[-1] if own else None


def _end_of(log: JobLog, lines: int) -> JobLog:
    left_out = max(0, len(log.lines) - lines)
    return log.model_copy(update={"lines": log.lines[left_out:], "first_line": log.first_line + left_out})
