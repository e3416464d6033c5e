"""Why a job waits: the root cause first, then the chain that leads to it and where to act."""

from resync_bot.agent.rendering import phrases, waiting_words
from resync_bot.agent.rendering.naming import job_name, same_object, short_reference, status_word, stream_name
from resync_bot.agent.rendering.recovery import rerun_number
from resync_bot.agent.rendering.status_reports import job_facts
from resync_bot.agent.rendering.times import clock
from resync_bot.agent.results import WaitingResult
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import bullets, code, escape, paragraphs
from resync_bot.conversation.said import enumeration
from resync_bot.tws.findings import Cause, CauseKind
from resync_bot.tws.models import Engine, Job, JobStream, Prompt, Resource, Status

# A longer chain is for the console; the answer names the root anyway.
_LONGEST_CHAIN = 8
_MOST_ROOTS = 4


def render_waiting(result: WaitingResult, language: Language) -> str:
    """The root cause, the chain that leads to it, and what a person can do there."""
    waiting, engine = result.waiting, result.engine
    job = waiting.job
    status, word = status_word(job.status, language), escape(job.internal_status)
    if not waiting.is_waiting:
        rest = "".join(f", {fact}" for fact in job_facts(job, engine, language))
        return waiting_words.NOT_WAITING.in_(language, job=code(job.name), status=status, word=word, rest=rest)
    roots = waiting.roots or waiting.causes
    if not roots:
        return waiting_words.NO_CAUSE.in_(language, job=code(job.name), status=status, word=word)
    if same_object(roots[0].job, job):
        label = waiting_words.WITH_WORD.in_(language, job=code(job.name), word=word)
        text = cause_text(roots[0], job, engine, language, label=label)
        lead = f"{text[:1].upper()}{text[1:]}."
    else:
        cause = cause_text(roots[0], job, engine, language)
        lead = waiting_words.BECAUSE.in_(language, job=code(job.name), status=status, word=word, cause=cause)
    ways = [_way_to(root, waiting.causes, job) for root in roots[:_MOST_ROOTS]]
    steps: list[Cause] = []
    for way in ways:
        steps += [cause for cause in way if cause not in steps]
    chain = [cause_text(cause, job, engine, language) for cause in steps[:_LONGEST_CHAIN]]
    if len(steps) > len(chain):
        chain.append(phrases.MORE.in_(language, n=len(steps) - len(chain)))
    advice = list(dict.fromkeys(filter(None, (_advice(root, job, language) for root in roots[:_MOST_ROOTS]))))
    others, before = (waiting.roots_in_all or 0) - len(ways), waiting.jobs_before or 0
    messages = dict.fromkeys(root.engine_message for root in roots[:_MOST_ROOTS] if root.engine_message)
    return paragraphs(
        lead,
        f"{waiting_words.CHAIN.in_(language)}\n\n{bullets(chain)}" if len(chain) > 1 else "",
        _advice_text(advice, language),
        waiting_words.OTHER_ROOTS.in_(language, others) if others > 0 else "",
        waiting_words.JOBS_BEFORE.in_(language, before) if before > 1 else "",
        *(waiting_words.ENGINE_SAYS.in_(language, message=code(message)) for message in messages),
        "" if waiting.is_complete else waiting_words.INCOMPLETE.in_(language),
    )


def _way_to(root: Cause, causes: tuple[Cause, ...], job: Job) -> list[Cause]:
    """The causes from `job` to `root`, found backwards: who waits for the job that the root holds back."""
    way = [root]
    while not same_object(way[0].job, job) and len(way) <= len(causes):
        left = [cause for cause in causes if cause not in way]
        held = way[0].job
        before = next((cause for cause in left if cause.predecessor and same_object(cause.predecessor, held)), None)
        # A job that waits for a whole stream waits for each job of that stream.
        before = before or next((cause for cause in left if _is_stream_of(cause.predecessor_stream, held)), None)
        if before is None:
            break
        way.insert(0, before)
    return way


def _is_stream_of(stream: JobStream | None, job: Job) -> bool:
    return stream is not None and (stream.folder, stream.name) == (job.folder, job.stream)


def _advice_text(advice: list[str], language: Language) -> str:
    if not advice:
        return ""
    if len(advice) == 1:
        return waiting_words.WHERE_TO_ACT.in_(language, advice=advice[0])
    return f"{waiting_words.WHERE_TO_ACT_MANY.in_(language)}\n\n{bullets(advice)}"


def _advice(cause: Cause, asked: Job, language: Language) -> str:
    names = cause_names(cause, asked, language)
    if cause.recovery is not None and cause.recovery.is_active:
        rerun = rerun_number(cause.recovery, language)
        return waiting_words.RECOVERY_FIRST.in_(language, rerun=rerun, **names)
    said = waiting_words.RAISE_LIMIT if _is_limit_zero(cause) else waiting_words.ADVICE[cause.kind]
    return said.in_(language, **names)


def cause_text(cause: Cause, asked: Job, engine: Engine, language: Language, *, label: str = "") -> str:
    """One cause as a clause: `X waits for Y, which is in error (ABEND, return code 5, 02:04)`.

    `label` stands for the name of the job that is held back.
    """
    names = cause_names(cause, asked, language)
    said = waiting_words.LIMIT_IS_ZERO if _is_limit_zero(cause) else waiting_words.CAUSE[cause.kind]
    return said.in_(
        language,
        state=_state(cause, engine, language),
        time=clock(cause.until, engine, language) if cause.until else "?",
        detail=detail_of(cause, engine, language),
        **names | ({"job": label} if label else {}),
    )


def _is_limit_zero(cause: Cause) -> bool:
    is_limit = cause.kind is CauseKind.WORKSTATION_LIMIT
    return is_limit and cause.workstation is not None and cause.workstation.limit == 0


def _state(cause: Cause, engine: Engine, language: Language) -> str:
    """How the thing is that holds the job: `{state}` of the texts."""
    if cause.kind is CauseKind.WORKSTATION_DOWN:
        return _trouble(cause, language)
    return state_of(cause.predecessor or cause.predecessor_stream, engine, language)


def detail_of(cause: Cause, engine: Engine, language: Language) -> str:
    """What else there is to know about it: `{detail}` of the texts."""
    detail = ""
    match cause.kind:
        case CauseKind.PROMPT:
            detail = _prompt(cause.prompt, engine, language)
        case CauseKind.FILE:
            detail = code(cause.file) if cause.file else waiting_words.UNKNOWN_NAME.in_(language)
        case CauseKind.RESOURCE:
            detail = _resource(cause.resource, cause.units_needed, language)
        case CauseKind.WORKSTATION_LIMIT if cause.workstation:
            detail = _limit(cause.workstation.limit, language)
        case CauseKind.WORKSTATION_FENCE:
            detail = _fence(cause, language)
        case CauseKind.STREAM_LIMIT if cause.predecessor_stream:
            detail = _limit(cause.predecessor_stream.limit, language)
        case CauseKind.LATEST_START_PASSED:
            detail = _latest_start(cause, engine, language)
        case CauseKind.CONDITION_NOT_MET if cause.predecessor:
            detail = _condition(cause.job, cause.predecessor, engine, language)
        case _:
            pass
    return detail


def _condition(job: Job, predecessor: Job, engine: Engine, language: Language) -> str:
    """How the predecessor was to end, and how it is."""
    asked = (one.detail for one in job.dependencies if one.on.rpartition(".")[2] == predecessor.name and one.detail)
    wanted = next(asked, None)
    said = waiting_words.CONDITION_OF if wanted else waiting_words.CONDITION_ON
    other, state = job_name(predecessor, job), state_of(predecessor, engine, language)
    return said.in_(language, other=other, state=state, wanted=escape(wanted or ""))


def _latest_start(cause: Cause, engine: Engine, language: Language) -> str:
    time = cause.until or cause.job.latest_start
    return waiting_words.UNTIL_OF.in_(language, time=clock(time, engine, language)) if time else ""


def _limit(limit: int | None, language: Language) -> str:
    return "" if limit is None else waiting_words.LIMIT_OF.in_(language, limit=limit)


def cause_names(cause: Cause, asked: Job, language: Language) -> dict[str, str]:
    """What the texts call `{job}`, `{other}` and `{workstation}`, seen from the job that was asked about."""
    unknown = waiting_words.UNKNOWN_NAME.in_(language)
    other = unknown
    if cause.predecessor:
        other = job_name(cause.predecessor, asked)
    elif cause.predecessor_stream:
        other = stream_name(cause.predecessor_stream)
    workstation = cause.workstation.name if cause.workstation else cause.job.workstation
    return {
        "job": job_name(cause.job, asked),
        "other": other,
        "workstation": code(workstation) if workstation else unknown,
    }


def state_of(other: Job | JobStream | None, engine: Engine, language: Language) -> str:
    """How a job or stream is: `in error (ABEND, return code 5, 02:04)`."""
    if other is None:
        return "?"
    status, word = status_word(other.status, language), escape(other.internal_status)
    time = ""
    if other.ended:
        time = waiting_words.STATE_TIME.in_(language, time=clock(other.ended, engine, language))
    elif other.status is Status.RUNNING and other.started:
        time = waiting_words.STATE_SINCE.in_(language, time=clock(other.started, engine, language))
    if isinstance(other, Job) and other.return_code and other.status is Status.ERROR:
        return waiting_words.STATE_RC.in_(language, status=status, word=word, rc=other.return_code, time=time)
    return waiting_words.STATE_PLAIN.in_(language, status=status, word=word, time=time)


def _prompt(prompt: Prompt | None, engine: Engine, language: Language) -> str:
    if prompt is None:
        return waiting_words.UNKNOWN_NAME.in_(language)
    number = "" if prompt.number is None else str(prompt.number)
    name = prompt.name or number
    known_as = (code(name) if name else "") + (f" ({code(number)})" if prompt.name and number else "")
    if prompt.asked:
        rest = waiting_words.PROMPT_ASKED.in_(
            language, time=clock(prompt.asked, engine, language), text=code(prompt.text)
        )
    else:
        rest = waiting_words.PROMPT_NOT_ASKED.in_(language, text=code(prompt.text))
    return known_as + rest


def _resource(resource: Resource | None, units: int | None, language: Language) -> str:
    if resource is None:
        return waiting_words.A_RESOURCE.in_(language)
    said = waiting_words.UNITS_UNKNOWN if units is None else waiting_words.UNITS_OF
    text = said.in_(
        language,
        units=units,
        name=code(resource.name),
        free=resource.available,
        quantity=resource.quantity,
    )
    holders = [code(short_reference(holder.job or holder.stream or "?")) for holder in resource.holders]
    if not holders:
        return text
    return text + waiting_words.HELD_BY.in_(language, holders=enumeration(holders, language))


def _fence(cause: Cause, language: Language) -> str:
    if cause.workstation is None:
        return ""
    if cause.job.priority is None:
        return waiting_words.FENCE_ONLY.in_(language, fence=cause.workstation.fence)
    return waiting_words.FENCE_OF.in_(language, fence=cause.workstation.fence, priority=cause.job.priority)


def _trouble(cause: Cause, language: Language) -> str:
    if cause.workstation is None or (cause.workstation.linked and cause.workstation.running):
        return waiting_words.UNREACHABLE.in_(language)
    return (waiting_words.DOWN if cause.workstation.linked else waiting_words.UNLINKED).in_(language)
