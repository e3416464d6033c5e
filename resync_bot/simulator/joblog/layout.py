"""The layout of a job log: header, what the job printed, trailer.

Labels and their order after the User's Guide 10.2.5, example of showjobs ;stdlist, read 2026-11-23.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from resync_bot.simulator import draws
from resync_bot.simulator.joblog.stories import FAILURES, STORIES
from resync_bot.simulator.plan import Run
from resync_bot.simulator.specification import TaskKind
from resync_bot.simulator.states import RerunType

_RULER = "=" * 63
_MAX_PROGRESS = 240
_SECONDS_PER_LINE = 20


def job_log(run: Run, now: datetime, zone: ZoneInfo, *, content_only: bool = False) -> list[str]:
    """The lines that the log has at `now`; a running job's log has no trailer yet. The run must have a log."""
    content = list(_content(run, now, zone))
    if content_only:
        return content
    return [*_header(run, zone), *content, *_trailer(run, zone)]


def _wall(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %b %d %H:%M:%S %Z %Y}"


def _header(run: Run, zone: ZoneInfo) -> Iterator[str]:
    job = run.job
    stream = job.stream
    scheduled = stream.scheduled.astimezone(zone)
    folder = f"{stream.folder.rstrip('/')}/"
    yield _RULER
    yield (
        f"= JOB       : {stream.workstation.key}#{folder}{stream.name}"
        f"[({scheduled:%H%M %m/%d/%y}),({stream.instance_id})].{run.name}"
    )
    yield f"= USER      : {run.spec.login}"
    if run.spec.task in (TaskKind.JAVA, TaskKind.TRANSFER) and run.type is not RerunType.RECOVERY:
        yield '= TASK      : <?xml version="1.0" encoding="UTF-8"?>'
        yield f'<jsdl:jobDefinition name="{run.name}"><jsdl:application name="{run.spec.task}">'
        yield f"<jsdl:command>{run.spec.command}</jsdl:command></jsdl:application></jsdl:jobDefinition>"
    else:
        yield f"= JCLFILE   : {run.spec.command}"
    yield f"= TWSRCMAP  : {run.spec.success_codes}".rstrip()
    yield f"= AGENT     : {run.workstation.name}"
    yield f"= Job Number: {run.number}"
    yield f"= {_wall(_began(run), zone)}"
    yield _RULER


def _began(run: Run) -> datetime:
    """The start of the run, or of the attempt to launch it."""
    return run.started_at or run.ended_at or run.job.stream.scheduled


def _trailer(run: Run, zone: ZoneInfo) -> Iterator[str]:
    if run.ended_at is None or run.started_at is None:
        return
    seconds = int((run.ended_at - run.started_at).total_seconds())
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    busy = draws.between(0.05, 0.6, "cpu", run.id)
    yield _RULER
    yield f"= Exit Status           : {run.return_code}"
    yield f"= System Time (Seconds) : {int(seconds * busy / 9)}     Elapsed Time (hh:mm:ss) : {clock}"
    yield f"= User Time (Seconds)   : {int(seconds * busy)}"
    yield f"= Job CPU usage (ms)    : {int(seconds * busy * 1000) + 20}"
    yield f"= Job Memory usage (kb) : {draws.integer(1272, 2_400_000, 'memory', run.id)}"
    yield f"= {_wall(run.ended_at, zone)}"
    yield _RULER


def _content(run: Run, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """The lines printed until `now`: each is due at its share of the time that the run takes."""
    began = _began(run)
    if run.started_at is None:
        yield from (line.format_map(_words(run, 1, 1, began, zone)) for line in _ending(run))
        return
    opening, progress, closing = _parts(run)
    total = len(opening) + len(progress) + len(closing)
    printed = (run.ended_at or now) - began
    for index, line in enumerate((*opening, *progress, *closing)):
        due = run.planned * (index / total)
        if due > printed:
            return
        step = min(max(1, index - len(opening) + 1), len(progress))
        yield line.format_map(_words(run, step, len(progress), began + due, zone))


def _parts(run: Run) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    recovery = run.type is RerunType.RECOVERY
    story = STORIES[TaskKind.SHELL if recovery else run.spec.task]
    lines = min(_MAX_PROGRESS, max(4, int(run.planned / timedelta(seconds=_SECONDS_PER_LINE))))
    progress = tuple(draws.choice(story.progress, "line", run.id, number) for number in range(lines))
    return story.opening, progress, _ending(run) if run.cause else story.closing


def _ending(run: Run) -> tuple[str, ...]:
    return FAILURES[run.cause] if run.cause else ()


def _words(run: Run, step: int, steps: int, moment: datetime, zone: ZoneInfo) -> dict[str, Any]:
    job = run.job
    local = moment.astimezone(zone)
    area = job.stream.folder.strip("/").split("/")[0] or "SYSTEM"
    rows = draws.integer(900, 48_000, "rows", run.id, step)
    return {
        "clock": f"{local:%H:%M:%S}",
        "stamp": f"{local:%a %b %d %H:%M:%S %Y}",
        "host": run.workstation.spec.node,
        "login": run.spec.login,
        "script": run.spec.command,
        "name": run.name,
        "lower": run.name.lower(),
        "file": f"/data/{area.lower()}/{run.name.lower()}.dat",
        "step": step,
        "steps": steps,
        "rows": rows,
        "total": rows * steps,
        "pid": draws.integer(2000, 64_000, "pid", run.id),
        "table": f"{area}.{job.name.replace('-', '_')}_T",
        "zone": area,
    }
