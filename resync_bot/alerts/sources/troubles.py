"""What is wrong with an object, in the words of alerting. Pure; `now` is by the engine's clock."""

import re
from datetime import datetime
from typing import Final

from resync_bot.alerts.model import Recovery, Subject, Trouble, TroubleKind
from resync_bot.tws.diagnosis.recovery import recovery_of
from resync_bot.tws.findings import CriticalJob
from resync_bot.tws.models import Job, JobStream, Prompt, Workstation

# A job or stream as conman writes it: FTA_PAY1#/PAYROLL/PAYROLL_DAILY(2230 11/22/2026).PAYROLL_POST
_REFERENCE: Final = re.compile(
    r"(?:(?P<workstation>[^#]*)#)?(?P<folder>/(?:[^/(.]*/)*)?(?P<stream>[^/(.]+)(?:\([^)]*\))?(?:\.(?P<job>[^.]+))?"
)


def of_job(name: str, job: Job, kind: TroubleKind, now: datetime) -> Trouble:
    """What is wrong with a job; whether it recovers is told only of one that was read with its runs and definition."""
    since = {
        TroubleKind.JOB_LATE: job.latest_start,
        TroubleKind.DEADLINE_MISSED: job.deadline,
    }.get(kind, job.ended or job.started)
    recovery = recovery_of(job) if kind is TroubleKind.JOB_FAILED and job.runs else None
    return Trouble(
        kind=kind,
        subject=Subject.of_job(name, job),
        since=since or now,
        object_id=job.id,
        run=_run(job) if kind is TroubleKind.JOB_FAILED else "",
        runs_on=job.workstation,
        status=job.internal_status,
        return_code=job.return_code if kind is TroubleKind.JOB_FAILED else None,
        critical=job.critical,
        deadline=job.deadline,
        recovery=Recovery(
            is_running=recovery.is_active, attempt=recovery.rerun or recovery.reruns, of=recovery.reruns_in_all
        )
        if recovery
        else None,
    )


def _run(job: Job) -> str:
    """One run of it: its number, or when it ended."""
    if job.job_number:
        return str(job.job_number)
    return str(int(job.ended.timestamp())) if job.ended else ""


def of_stream(name: str, stream: JobStream, now: datetime) -> Trouble:
    """A stream that is stuck; the engine does not tell since when."""
    return Trouble(
        kind=TroubleKind.STREAM_STUCK,
        subject=Subject.of_stream(name, stream),
        since=now,
        object_id=stream.id,
        status=stream.internal_status,
        deadline=stream.deadline,
    )


def of_prompt(name: str, prompt: Prompt, now: datetime) -> Trouble:
    """A prompt that waits for its answer, with the job or stream that waits for it."""
    found = _REFERENCE.fullmatch(prompt.job or prompt.stream or "")
    names = {key: value for key, value in found.groupdict().items() if value} if found else {}
    return Trouble(
        kind=TroubleKind.PROMPT_WAITING,
        subject=Subject(
            engine=name,
            workstation=names.get("workstation") or prompt.workstation or "",
            folder=f"/{names.get('folder', '').strip('/')}",
            stream=names.get("stream", ""),
            job=names.get("job", ""),
            prompt=prompt.name or str(prompt.number or prompt.id),
        ),
        since=prompt.asked or now,
        object_id=prompt.id,
        status=prompt.status,
        text=prompt.text,
    )


def of_workstation(name: str, workstation: Workstation, now: datetime) -> Trouble:
    """A workstation that is stopped or unlinked."""
    subject = Subject.of_workstation(name, workstation)
    return Trouble(
        kind=TroubleKind.WORKSTATION_DOWN,
        subject=subject,
        since=now,
        object_id=workstation.id,
        runs_on=subject.workstation,
        text="stopped" if workstation.linked else "unlinked",
    )


def at_risk(name: str, critical: CriticalJob, now: datetime) -> Trouble:
    """A critical job that is forecast to end too late."""
    job = critical.job
    return Trouble(
        kind=TroubleKind.DEADLINE_AT_RISK,
        subject=Subject.of_job(name, job),
        since=now,
        object_id=job.id,
        runs_on=job.workstation,
        status=job.internal_status,
        critical=True,
        deadline=job.deadline,
        slack_seconds=critical.slack_seconds,
        text=critical.obstacle.full_name if critical.obstacle else "",
        obstacle_id=critical.obstacle.id if critical.obstacle else "",
    )
