"""What is wrong in an engine's plan: asked for narrowly, by time and status, never the whole plan.

Each look asks for what went wrong since the last one, and again for what was wrong then. Now and then, and after a gap,
everything that stands in error is asked for, because an engine's database shows some endings late (hwa-api,
section 2.8: the mirror may lag).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from resync_bot.alerts.model import Ending, Observation, Seen, Subject, Trouble, TroubleKind
from resync_bot.alerts.sources.troubles import of_job, of_prompt, of_stream, of_workstation
from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.together import together
from resync_bot.tws.diagnosis.recovery import recovery_of
from resync_bot.tws.models import Engine, Job, JobStream, Prompt, Status
from resync_bot.tws.queries import JobQuery, StreamQuery, Tws

OVERLAP: Final = timedelta(minutes=2)  # what ended so shortly before the last look is asked for again
GAP: Final = timedelta(minutes=5)  # without a look, after which everything that stands in error is asked for
LATE_FOR: Final = timedelta(hours=24)  # what was to start or end longer ago is no news
AFTER_SWITCH: Final = timedelta(minutes=10)  # until all workstations have started again
IDS_AT_ONCE: Final = 50
READ_WHOLE: Final = 50  # jobs at most, one by one: in a storm the rest does without the word whether it recovers

_NOT_STARTED: Final = (Status.WAITING, Status.READY, Status.HELD, Status.BLOCKED, Status.UNDECIDED)
_NOT_ENDED: Final = (*_NOT_STARTED, Status.RUNNING, Status.ERROR)
_MISSING: Final = frozenset({EngineErrorKind.UNSUPPORTED, EngineErrorKind.FORBIDDEN, EngineErrorKind.NOT_FOUND})


@dataclass(frozen=True, slots=True)
class Look:
    """What a look has seen, and where the next one begins."""

    observation: Observation
    seen: Seen


async def look(
    tws: Tws, name: str, seen: Seen | None, standing: Sequence[Trouble], *, now: datetime, first_look: timedelta
) -> Look:
    """Looks at the engine `name`; `standing` is what was wrong at the last look. Raises EngineError.

    At the very first look what went wrong longer than `first_look` ago is no news, nor is it later.
    """
    async with together() as group:
        asked = group.create_task(tws.engine())
        planned = group.create_task(_run_number(tws))
    engine, run_number = asked.result(), planned.result()
    switched = _switched(seen, engine, run_number)
    is_whole = seen is None or switched == engine.now or engine.now - seen.until > GAP
    since = None if is_whole or seen is None else seen.until - OVERLAP
    async with together() as group:
        failed = group.create_task(_failed(tws, since))
        stuck = group.create_task(_streams(tws, StreamQuery(internal_statuses=("STUCK",))))
        late = group.create_task(_jobs(tws, _late(engine.now)))
        missed = group.create_task(_jobs(tws, _missed(engine.now)))
        prompts = group.create_task(_prompts(tws))
        workstations = group.create_task(tws.workstations())
    machines = {Subject.of_workstation(name, one).workstation: one for one in workstations.result()}
    up = {machine for machine, one in machines.items() if one.linked and one.running}
    ever_up = up | set(seen.up if seen else ())
    known = {one.key: one for one in standing}
    troubles = [
        *await _failures(tws, name, failed.result(), known, seen, engine.now),
        *(of_job(name, job, TroubleKind.JOB_LATE, engine.now) for job in late.result()),
        *(of_job(name, job, TroubleKind.DEADLINE_MISSED, engine.now) for job in missed.result()),
        *(_since(of_stream(name, stream, engine.now), known) for stream in stuck.result()),
        *(_since(of_prompt(name, prompt, engine.now), known) for prompt in prompts.result()),
        *(
            _since(of_workstation(name, machines[machine], engine.now), known)
            for machine in sorted(ever_up & set(machines) - up)
        ),
    ]
    found = {trouble.key: trouble for trouble in troubles}
    again, endings = await _ended(tws, name, [one for one in standing if one.key not in found], engine.now)
    found |= {trouble.key: trouble for trouble in again}
    old = set(seen.old) if seen else _old(found.values(), engine.now - first_look)
    return Look(
        Observation(
            engine=name,
            at=now,
            now=engine.now,
            troubles=tuple(one for key, one in found.items() if key not in old),
            endings=endings,
            is_switching=switched is not None and engine.now - switched < AFTER_SWITCH,
        ),
        Seen(
            engine=name,
            until=engine.now,
            day=engine.production_day_start,
            run_number=run_number,
            switched=switched,
            up=tuple(sorted(ever_up)),
            old=tuple(sorted(old & set(found) if is_whole else old)),
        ),
    )


def _old(troubles: Collection[Trouble], horizon: datetime) -> set[str]:
    """The keys of what went wrong before; a stuck stream, of which the engine does not tell, as the failures in it."""
    fresh = {one.subject.stream_key for one in troubles if one.subject.job and one.since >= horizon}
    return {
        one.key
        for one in troubles
        if one.since < horizon or (one.kind is TroubleKind.STREAM_STUCK and one.subject.stream_key not in fresh)
    }


def switching(name: str, seen: Seen, *, now: datetime) -> Look:
    """What is known while the engine changes to a new plan: that it does."""
    observation = Observation(engine=name, at=now, now=seen.until, is_switching=True)
    return Look(observation, seen.model_copy(update={"switched": seen.until}))


def away(
    name: str,
    kind: EngineErrorKind,
    seen: Seen,
    standing: Sequence[Trouble],
    *,
    at: datetime,
    now: datetime,
    since: datetime,
) -> Look:
    """What is known of an engine that does not answer: that. What was wrong in its plan stays as it was seen."""
    known = next((one for one in standing if one.kind is TroubleKind.ENGINE_AWAY), None)
    trouble = known or Trouble(kind=TroubleKind.ENGINE_AWAY, subject=Subject(engine=name), since=since, text=kind)
    return Look(Observation(engine=name, at=at, now=now, troubles=(trouble,)), seen)


# --- what is asked ---


async def _run_number(tws: Tws) -> int | None:
    try:
        return (await tws.plan()).run_number
    except EngineError as error:
        if error.kind not in _MISSING:
            raise
        return None


async def _failed(tws: Tws, since: datetime | None) -> list[Job]:
    """What ended in error since, and what could not be started, which has no end."""
    if since is None:
        return await _jobs(tws, JobQuery(statuses=(Status.ERROR,)))
    ended = await _jobs(tws, JobQuery(statuses=(Status.ERROR,), ended_from=since))
    return [*ended, *await _jobs(tws, JobQuery(internal_statuses=("FAIL",)))]


def _late(now: datetime) -> JobQuery:
    return JobQuery(statuses=_NOT_STARTED, latest_start_from=now - LATE_FOR, latest_start_until=now)


def _missed(now: datetime) -> JobQuery:
    return JobQuery(statuses=_NOT_ENDED, deadline_from=now - LATE_FOR, deadline_until=now)


async def _jobs(tws: Tws, query: JobQuery) -> list[Job]:
    return [job async for page in tws.job_pages(query) for job in page.items]


async def _streams(tws: Tws, query: StreamQuery) -> list[JobStream]:
    return [stream async for page in tws.stream_pages(query) for stream in page.items]


async def _prompts(tws: Tws) -> Sequence[Prompt]:
    try:
        return await tws.prompts(("ASKED",))
    except EngineError as error:
        if error.kind not in _MISSING:
            raise
        return ()


async def _failures(
    tws: Tws, name: str, failed: Iterable[Job], known: Mapping[str, Trouble], seen: Seen | None, now: datetime
) -> list[Trouble]:
    """Those that failed newly, or may try again, are read whole: runs and definition tell whether they recover."""
    troubles = {}
    ids = []
    for job in failed:
        trouble = of_job(name, job, TroubleKind.JOB_FAILED, now)
        before = known.get(trouble.key)
        is_known = before is not None and before.run == trouble.run
        troubles[trouble.key] = before if before is not None and is_known else trouble
        if (not is_known or (before is not None and _recovers(before))) and not (seen and trouble.key in seen.old):
            ids.append(job.id)
    whole = [of_job(name, job, TroubleKind.JOB_FAILED, now) for job in await _read(tws, ids[:READ_WHOLE])]
    return list((troubles | {trouble.key: trouble for trouble in whole}).values())


async def _read(tws: Tws, ids: Iterable[str]) -> list[Job]:
    """Each with runs and definition; what is gone is left out."""

    async def one(job_id: str) -> Job | None:
        try:
            return await tws.job(job_id)
        except EngineError as error:
            if error.kind is not EngineErrorKind.NOT_FOUND:
                raise
            return None

    async with together() as group:
        asked = [group.create_task(one(job_id)) for job_id in ids]
    return [job for task in asked if (job := task.result()) is not None]


# --- what became of what was wrong ---


async def _ended(
    tws: Tws, name: str, gone: Sequence[Trouble], now: datetime
) -> tuple[list[Trouble], dict[str, Ending]]:
    """What of it is still wrong, and how the rest ended."""
    again: list[Trouble] = []
    endings: dict[str, Ending] = {}
    of_jobs = [one for one in gone if one.subject.job and one.kind is not TroubleKind.DEADLINE_AT_RISK]
    jobs = await _found(tws, name, of_jobs)
    streams = await _found_streams(tws, name, gone)
    for trouble in gone:
        match trouble.kind:
            case TroubleKind.PROMPT_WAITING:
                endings[trouble.key] = Ending.ANSWERED
            case TroubleKind.WORKSTATION_DOWN | TroubleKind.ENGINE_AWAY:
                endings[trouble.key] = Ending.BACK
            case TroubleKind.STREAM_STUCK:
                stream = streams.get(trouble.subject.key)
                endings[trouble.key] = _ending_of_stream(stream)
            case TroubleKind.DEADLINE_AT_RISK:
                continue  # judged by who forecasts
            case TroubleKind.JOB_FAILED | TroubleKind.JOB_LATE | TroubleKind.DEADLINE_MISSED:
                job = jobs.get(trouble.subject.key)
                if job is None or trouble.kind is not TroubleKind.JOB_FAILED or not _is_wrong(job):
                    endings[trouble.key] = _ending_of_job(job, trouble.kind)
                    continue
                current = of_job(name, job, TroubleKind.JOB_FAILED, now)
                again.append(trouble if current.run == trouble.run and not _recovers(trouble) else current)
    return again, endings


async def _found(tws: Tws, name: str, troubles: Sequence[Trouble]) -> Mapping[str, Job]:
    """The jobs as they stand now: by their ids, and by their names where those are others since a plan switch."""
    found: dict[str, Job] = {}
    ids = list(dict.fromkeys(one.object_id for one in troubles if one.object_id))
    for start in range(0, len(ids), IDS_AT_ONCE):
        query = JobQuery(ids=tuple(ids[start : start + IDS_AT_ONCE]))
        async for page in tws.job_pages(query, page_size=IDS_AT_ONCE, runs=True):
            found |= {Subject.of_job(name, job).key: job for job in page.items}
    lost = {one.subject.key: one.subject for one in troubles if one.subject.key not in found}
    for subject in list(lost.values())[:IDS_AT_ONCE]:
        query = JobQuery(name=subject.job, stream=subject.stream, folder=subject.folder)
        found |= {Subject.of_job(name, job).key: job for job in await _jobs(tws, query)}
    waiting = {one.subject.key for one in troubles if _recovers(one)}
    recovering = [job.id for key, job in found.items() if key in waiting or any(run.by_recovery for run in job.runs)]
    for job in await _read(tws, recovering[:READ_WHOLE]):
        found[Subject.of_job(name, job).key] = job
    return found


async def _found_streams(tws: Tws, name: str, troubles: Iterable[Trouble]) -> Mapping[str, JobStream]:
    found: dict[str, JobStream] = {}
    for one in troubles:
        if one.kind is TroubleKind.STREAM_STUCK:
            query = StreamQuery(name=one.subject.stream, folder=one.subject.folder)
            found |= {Subject.of_stream(name, stream).key: stream for stream in await _streams(tws, query)}
    return found


def _recovers(trouble: Trouble) -> bool:
    return trouble.recovery is not None and trouble.recovery.is_running


def _is_wrong(job: Job) -> bool:
    """It stands in error, or the engine tries it again by itself, which may fail too."""
    recovery = recovery_of(job)
    return job.status is Status.ERROR or (recovery is not None and recovery.is_active)


def _ending_of_job(job: Job | None, kind: TroubleKind) -> Ending:
    if job is None:
        return Ending.LEFT_PLAN
    if job.canceled or job.status is Status.CANCELED:
        return Ending.CANCELED
    if job.status is Status.SUCCESSFUL:
        has_good_run = not job.runs or job.runs[-1].status is Status.SUCCESSFUL
        return Ending.SUCCEEDED if has_good_run else Ending.CONFIRMED
    if kind is TroubleKind.JOB_LATE:
        return Ending.STARTED
    if kind is TroubleKind.DEADLINE_MISSED and job.status is not Status.RUNNING:
        return Ending.IN_TIME  # the deadline was moved
    return Ending.RUNNING


def _ending_of_stream(stream: JobStream | None) -> Ending:
    if stream is None:
        return Ending.LEFT_PLAN
    if stream.status is Status.CANCELED:
        return Ending.CANCELED
    return Ending.SUCCEEDED if stream.status is Status.SUCCESSFUL else Ending.STARTED


def _since(trouble: Trouble, known: Mapping[str, Trouble]) -> Trouble:
    """With the time since when it is known to be so: the engine does not tell."""
    before = known.get(trouble.key)
    return trouble if before is None else trouble.model_copy(update={"since": before.since})


def _switched(seen: Seen | None, engine: Engine, run_number: int | None) -> datetime | None:
    """When the plan was last seen to change: now, if it is another one than at the last look."""
    if seen is None:
        return None
    is_other = engine.production_day_start != seen.day
    is_other = is_other or (run_number is not None and seen.run_number is not None and run_number != seen.run_number)
    return engine.now if is_other else seen.switched
