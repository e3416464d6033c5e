"""What a person is likely to ask next, as buttons. Each value is a question that works on its own."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, assert_never

from resync_bot.agent.rendering.asking_back import choices
from resync_bot.agent.rendering.naming import stream_path
from resync_bot.agent.rendering.times import zone_of
from resync_bot.agent.results import (
    AlertsResult,
    Ambiguous,
    CriticalJobsResult,
    DayComparisonResult,
    FailureResult,
    ForecastResult,
    ImpactResult,
    JobLogResult,
    JobResult,
    JobsResult,
    LongRunsResult,
    MessageResult,
    NoMatch,
    OverviewResult,
    Problem,
    PromptsResult,
    ResourcesResult,
    RunComparisonResult,
    RunHistoryResult,
    StreamResult,
    StreamsResult,
    ToolResult,
    UnknownEngine,
    UpcomingResult,
    WaitingResult,
    WorkstationsResult,
)
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import inline
from resync_bot.conversation.model import Button
from resync_bot.conversation.said import Said
from resync_bot.tws.findings import Cause, CauseKind, Risk
from resync_bot.tws.models import Engine, Job, JobStream, Status

# Four fit on a phone in one row of two lines, and five is the least that any platform takes.
MOST: Final = 4
# Slack cuts a button's text at 75 characters (checked 2026-11-23); a job's name has up to 40.
_LONGEST_LABEL: Final = 72

WHY_FAILED: Final = Said("Why did {name} fail?", "Por que o {name} falhou?")
WHY_FAILED_IN: Final = Said("why did {name} in stream {stream} fail?", "por que o {name} do stream {stream} falhou?")
WHY_WAITING: Final = Said("Why is {name} waiting?", "Por que o {name} está esperando?")
WHY_WAITING_IN: Final = Said(
    "why is {name} in stream {stream} waiting?", "por que o {name} do stream {stream} está esperando?"
)
LOG: Final = Said("Log of {name}", "Log do {name}")
LOG_IN: Final = Said("show the log of {name} in stream {stream}", "mostra o log do {name} do stream {stream}")
BLOCKS: Final = Said("What does {name} block?", "O que o {name} bloqueia?")
BLOCKS_IN: Final = Said("what does {name} in stream {stream} block?", "o que o {name} do stream {stream} bloqueia?")
STATUS_JOB: Final = Said("Status of {name}", "Status do {name}")
STATUS_JOB_IN: Final = Said("status of job {name} in stream {stream}", "qual o status do job {name} do stream {stream}")
STATUS_STREAM: Final = Said("Stream {name}", "Stream {name}")
STATUS_STREAM_OF: Final = Said("status of stream {stream}", "qual o status do stream {stream}")
STATUS_ANY: Final = Said("status of {name}", "qual o status do {name}")
DEADLINE: Final = Said("Will {name} make its deadline?", "O {name} cumpre o prazo?")
DEADLINE_IN: Final = Said(
    "will {name} in stream {stream} make its deadline?", "o {name} do stream {stream} vai cumprir o prazo?"
)
WHY_STUCK: Final = Said("Why is {name} stuck?", "Por que o {name} está travado?")
WHY_STUCK_STREAM: Final = Said("why is stream {stream} stuck?", "por que o stream {stream} está travado?")
CHANGED: Final = Said("What changed in {name}?", "O que mudou no {name}?")
CHANGED_IN: Final = Said("what changed in {name} of stream {stream}?", "o que mudou no {name} do stream {stream}?")
HISTORY: Final = Said("History of {name}", "Histórico do {name}")
HISTORY_IN: Final = Said("history of {name} in stream {stream}", "histórico do {name} do stream {stream}")
LONG: Final = Said("Which jobs ran longer than usual?", "Quais jobs demoraram mais que o normal?")
IN_ERROR: Final = Said("Which jobs are in error?", "Quais jobs estão em erro?")
STUCK: Final = Said("Which streams are stuck?", "Quais streams estão travados?")
AT_RISK: Final = Said("Which critical jobs are at risk?", "Quais jobs críticos estão em risco?")
PROMPTS: Final = Said("Which prompts are open?", "Quais prompts estão abertos?")
TROUBLE: Final = Said("Which workstations are in trouble?", "Quais workstations estão com problema?")
LONGEST: Final = Said("What is running longest?", "O que está rodando há mais tempo?")
RESOURCES: Final = Said("Which resources are in use?", "Quais recursos estão em uso?")
PLAN_ON: Final = Said("how is the plan on {engine}?", "como está o plano no {engine}?")
WAITING_ON: Final = Said("Which jobs wait on {name}?", "Quais jobs esperam na {name}?")
WAITING_ON_WORKSTATION: Final = Said(
    "which jobs are waiting on workstation {name}?", "quais jobs estão esperando na workstation {name}?"
)


# The question that led to no object, about one that looks like it.
ABOUT_ANOTHER: Final[dict[str, Said]] = {
    "why_failed": WHY_FAILED,
    "why_waiting": WHY_WAITING,
    "read_job_log": LOG,
    "what_it_blocks": BLOCKS,
    "forecast": DEADLINE,
    "run_history": Said("history of {name}", "histórico do {name}"),
    "what_changed": Said("what changed in {name}?", "o que mudou no {name}?"),
    "stream_detail": Said("status of stream {name}", "qual o status do stream {name}"),
    "find_workstations": Said("status of workstation {name}", "como está a workstation {name}?"),
    "find_resources": Said("who holds resource {name}?", "quem está com o recurso {name}?"),
}


def next_questions(results: Sequence[ToolResult], language: Language) -> tuple[Button, ...]:
    """Up to four obvious next questions, those that follow from the last result first; none that was just answered."""
    answered = {button.value for result in results for button in _answered_by(result, language)}
    found: dict[str, Button] = {}
    for result in reversed(results):
        for button in _after(result, language):
            if button.value not in answered:
                found.setdefault(button.value, button)
    return tuple(found.values())[:MOST]


def _answered_by(result: ToolResult, language: Language) -> tuple[Button, ...]:  # noqa: PLR0911 - one line per kind
    match result:
        case FailureResult(failure=failure):
            return (_of_job(WHY_FAILED, WHY_FAILED_IN, failure.job, language),)
        case WaitingResult(waiting=waiting):
            return (_of_job(WHY_WAITING, WHY_WAITING_IN, waiting.job, language),)
        case ImpactResult(impact=impact):
            return (_of_job(BLOCKS, BLOCKS_IN, impact.job, language),)
        case JobLogResult(job=job):
            return (_of_job(LOG, LOG_IN, job, language),)
        case RunHistoryResult(job=job):
            return (_of_job(HISTORY, HISTORY_IN, job, language),)
        case RunComparisonResult(comparison=comparison):
            return (_of_job(CHANGED, CHANGED_IN, comparison.job, language),)
        case ForecastResult(forecast=found) if found.job:
            return (_of_job(DEADLINE, DEADLINE_IN, found.job, language),)
        case CriticalJobsResult(jobs=(critical,)):
            return (_of_job(DEADLINE, DEADLINE_IN, critical.job, language),)
        case _:
            return ()


def _after(result: ToolResult, language: Language) -> Iterable[Button]:  # noqa: PLR0911, C901, PLR0912 - one line per kind
    match result:
        case OverviewResult():
            return _after_overview(result, language)
        case JobsResult():
            return _after_jobs(result.jobs, language)
        case StreamsResult() | UpcomingResult():
            return _after_streams(result.streams, language)
        case JobResult():
            return _about(result.job, language)
        case StreamResult():
            return _after_jobs(result.jobs_in_trouble, language)
        case WorkstationsResult():
            return _after_workstations(result, language)
        case PromptsResult() | ResourcesResult() | MessageResult() | AlertsResult() | Problem():
            return ()
        case JobLogResult():
            return _about(result.job, language)
        case WaitingResult():
            return _after_waiting(result, language)
        case FailureResult():
            return _after_failure(result, language)
        case ImpactResult():
            return _after_impact(result, language)
        case ForecastResult():
            return _after_forecast(result, language)
        case CriticalJobsResult():
            return _after_critical(result, language)
        case RunHistoryResult():
            return (_of_job(CHANGED, CHANGED_IN, result.job, language), *_about(result.job, language))
        case RunComparisonResult():
            return (
                *_about(result.comparison.job, language),
                _of_job(HISTORY, HISTORY_IN, result.comparison.job, language),
            )
        case LongRunsResult():
            return (_of_job(BLOCKS, BLOCKS_IN, one.job, language) for one in result.running[:MOST])
        case DayComparisonResult():
            return (_fixed(IN_ERROR, language), _fixed(LONG, language))
        case Ambiguous():
            return _choices(result)
        case UnknownEngine():
            return (_ask(name, PLAN_ON.in_(language, engine=name)) for name in map(inline, result.known))
        case NoMatch():
            question = ABOUT_ANOTHER.get(result.tool, STATUS_ANY)
            return (_ask(name, question.in_(language, name=name)) for name in map(inline, result.similar))
        case _:
            assert_never(result)


def _ask(label: str, question: str) -> Button:
    short = label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…"
    return Button(label=short, action="ask", value=question)


def _of_job(label: Said, question: Said, job: Job, language: Language) -> Button:
    name, stream = inline(job.name), inline(stream_path(job.folder, job.stream))
    return _ask(label.in_(language, name=name), question.in_(language, name=name, stream=stream))


def _fixed(said: Said, language: Language) -> Button:
    return _ask(said.in_(language), said.in_(language))


def _about(job: Job, language: Language) -> Iterator[Button]:
    match job.status:
        case Status.ERROR:
            yield _of_job(WHY_FAILED, WHY_FAILED_IN, job, language)
            yield _of_job(LOG, LOG_IN, job, language)
            yield _of_job(BLOCKS, BLOCKS_IN, job, language)
        case Status.WAITING | Status.READY | Status.HELD | Status.BLOCKED | Status.UNDECIDED:
            yield _of_job(WHY_WAITING, WHY_WAITING_IN, job, language)
            yield _of_job(BLOCKS, BLOCKS_IN, job, language)
        case Status.RUNNING:
            yield _of_job(LOG, LOG_IN, job, language)
            yield _of_job(BLOCKS, BLOCKS_IN, job, language)
        case Status.SUCCESSFUL:
            yield _of_job(LOG, LOG_IN, job, language)
        case Status.CANCELED | Status.SUPPRESS | Status.UNKNOWN:
            yield _of_job(BLOCKS, BLOCKS_IN, job, language)
        case _:
            assert_never(job.status)
    if job.critical and job.status not in (Status.SUCCESSFUL, Status.CANCELED):
        yield _of_job(DEADLINE, DEADLINE_IN, job, language)


def _after_overview(result: OverviewResult, language: Language) -> Iterator[Button]:
    if result.by_status.get(Status.ERROR):
        yield _fixed(IN_ERROR, language)
    if result.streams_stuck:
        yield _fixed(STUCK, language)
    if result.critical_open:
        yield _fixed(AT_RISK, language)
    if result.prompts_open:
        yield _fixed(PROMPTS, language)
    if result.workstations_in_trouble:
        yield _fixed(TROUBLE, language)
    if result.by_status.get(Status.RUNNING):
        yield _fixed(LONGEST, language)


def _after_jobs(jobs: Sequence[Job], language: Language) -> Iterator[Button]:
    if len(jobs) == 1:
        yield from _about(jobs[0], language)
        return
    for job in jobs[:MOST]:
        # The first question about each; the rest follows in that answer.
        yield from islice(_about(job, language), 1)


def _after_streams(streams: Sequence[JobStream], language: Language) -> Iterator[Button]:
    for stream in streams[:MOST]:
        name, path = inline(stream.name), inline(stream_path(stream.folder, stream.name))
        if stream.internal_status == "STUCK":
            yield _ask(WHY_STUCK.in_(language, name=name), WHY_STUCK_STREAM.in_(language, stream=path))
        else:
            yield _ask(STATUS_STREAM.in_(language, name=name), STATUS_STREAM_OF.in_(language, stream=path))


def _after_workstations(result: WorkstationsResult, language: Language) -> Iterator[Button]:
    for workstation in result.workstations:
        if not (workstation.linked and workstation.running) or workstation.limit == 0 or workstation.fence:
            name = inline(workstation.name)
            yield _ask(WAITING_ON.in_(language, name=name), WAITING_ON_WORKSTATION.in_(language, name=name))


def _after_waiting(result: WaitingResult, language: Language) -> Iterator[Button]:
    for root in result.waiting.roots:
        yield from _after_cause(root, language)
    yield _of_job(BLOCKS, BLOCKS_IN, result.waiting.job, language)


def _after_cause(cause: Cause, language: Language) -> Iterator[Button]:
    match cause.kind:
        case CauseKind.PREDECESSOR_FAILED if cause.predecessor:
            yield _of_job(WHY_FAILED, WHY_FAILED_IN, cause.predecessor, language)
        case CauseKind.PREDECESSOR_RUNNING if cause.predecessor:
            yield _of_job(STATUS_JOB, STATUS_JOB_IN, cause.predecessor, language)
        case CauseKind.PREDECESSOR_WAITING if cause.predecessor:
            yield _of_job(WHY_WAITING, WHY_WAITING_IN, cause.predecessor, language)
        case CauseKind.PROMPT:
            yield _fixed(PROMPTS, language)
        case CauseKind.RESOURCE:
            yield _fixed(RESOURCES, language)
        case CauseKind.WORKSTATION_LIMIT | CauseKind.WORKSTATION_FENCE | CauseKind.WORKSTATION_DOWN:
            yield _fixed(TROUBLE, language)
        case _:
            return


def _after_failure(result: FailureResult, language: Language) -> Iterator[Button]:
    failure = result.failure
    if not failure.has_failed:
        yield from _about(failure.job, language)
        return
    if failure.first_failure_upstream:
        yield _of_job(WHY_FAILED, WHY_FAILED_IN, failure.first_failure_upstream, language)
    yield _of_job(LOG, LOG_IN, failure.job, language)
    yield _of_job(BLOCKS, BLOCKS_IN, failure.job, language)
    yield _of_job(CHANGED, CHANGED_IN, failure.job, language)


def _after_impact(result: ImpactResult, language: Language) -> Iterator[Button]:
    impact = result.impact
    for job in impact.critical[:1]:
        yield _of_job(DEADLINE, DEADLINE_IN, job, language)
    yield from _about(impact.job, language)


def _after_forecast(result: ForecastResult, language: Language) -> Iterator[Button]:
    for cause in result.forecast.conditions:
        yield from islice(_about(cause.job, language), 1)
    for step in result.forecast.path[:1]:
        yield from _about(step.job, language)
    if result.forecast.job:
        yield from _about(result.forecast.job, language)


def _after_critical(result: CriticalJobsResult, language: Language) -> Iterator[Button]:
    for critical in result.jobs:
        if critical.risk in (Risk.ON_TRACK, Risk.DONE):
            continue
        yield from islice(_about(critical.obstacle or critical.job, language), 1)


def _choices(result: Ambiguous) -> Iterator[Button]:
    for option in choices(result.jobs, result.streams):
        label = f"{inline(option.name)} · {inline(option.stream)}" if isinstance(option, Job) else inline(option.name)
        yield _ask(label, instance_name(option, result.engine))


def instance_name(option: Job | JobStream, engine: Engine) -> str:
    """One instance as conman writes it: `FTA_PAY1#/PAYROLL/PAYROLL_DAILY(2230 11/22/26).PAYROLL_POST`."""
    when = f"({option.scheduled.astimezone(zone_of(engine)):%H%M %m/%d/%y})" if option.scheduled else ""
    stream = option.stream if isinstance(option, Job) else option.name
    job = f".{option.name}" if isinstance(option, Job) else ""
    return inline(f"{option.workstation}#{stream_path(option.folder, stream)}{when}{job}")
