"""What is true in a plan, taken from the simulator itself: the figures and names that right answers must hold.

`{count:status=ERROR folder=/PAYROLL}` is a number, `{names:state=ABEND}` the names of those jobs, `{rc:PAYROLL_CALC}`,
`{state:X}`, `{ended:X}`, `{started:X}`, `{deadline:X}`, `{stream:X}` and `{workstation:X}` tell of one job,
`{streams:STUCK}` and `{stream_names:STUCK}` of streams, `{prompts:ASKED}`, `{resource:STRESSLC}` and
`{unlinked:}` of the rest; `{last_good:X}` is when X last ended well in the plan before. With `UAT!` before the
argument it is the truth of that engine.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from resync_bot.simulator.archive import Archive
from resync_bot.simulator.plan import Job, Plan
from resync_bot.simulator.simulator import Simulator
from resync_bot.simulator.status import CommonStatus, common_status, internal_status, job_status, stream_state

_OPEN = {
    CommonStatus.WAITING,
    CommonStatus.READY,
    CommonStatus.HELD,
    CommonStatus.BLOCKED,
    CommonStatus.RUNNING,
}
ZONE = ZoneInfo("America/Sao_Paulo")
_TRUTH = re.compile(r"\{(?P<kind>\w+):(?P<argument>[^}]*)\}")


def truths(text: str, simulators: Mapping[str, Simulator]) -> list[str]:
    """`text` with its truths put in: one text for each if they are several. Raises ValueError for an unknown one."""
    match = _TRUTH.search(text)
    if match is None:
        return [text]
    engine, bang, argument = match["argument"].rpartition("!")
    simulator = simulators[engine if bang else next(iter(simulators))]
    if match["kind"] == "last_good":
        found = _last_good(simulator, argument)
    elif match["kind"] in _TRUTHS:
        found = _TRUTHS[match["kind"]](_World(*simulator.moment()), argument)
    else:
        raise ValueError(text)
    return [whole for one in found for whole in truths(text[: match.start()] + one + text[match.end() :], simulators)]


class _World:
    """A plan and its time."""

    def __init__(self, plan: Plan, now: datetime) -> None:
        self.plan = plan
        self.now = now

    def jobs(self, selector: str) -> list[Job]:
        """The jobs that fit all conditions of `status=ERROR stream=PAYROLL`."""
        conditions = [condition.partition("=") for condition in selector.split()]
        return [
            job
            for job in self.plan.jobs
            if all(self._value(job, field) == value for field, _, value in conditions if field != "folder")
            and all(
                job.stream.folder == value or job.stream.folder.startswith(f"{value}/")
                for field, _, value in conditions
                if field == "folder"
            )
        ]

    def job(self, name: str) -> Job:
        """The job of that name, or of `STREAM.NAME`."""
        stream, dot, own = name.rpartition(".")
        fitting = [job for job in self.plan.jobs if job.name == own and (not dot or job.stream.name == stream)]
        if len(fitting) != 1:
            raise ValueError(f"{len(fitting)} jobs {name}")
        return fitting[0]

    def _value(self, job: Job, field: str) -> str:
        values: dict[str, Callable[[], object]] = {
            "status": lambda: common_status(job),
            "state": lambda: internal_status(job),
            "reason": lambda: job_status(job, self.now).substatus,
            "stream": lambda: job.stream.name,
            "workstation": lambda: job.workstation.name,
            "priority": lambda: job.priority,
            "critical": lambda: job.spec.critical,
            "login": lambda: job.spec.login,
            "recovery": lambda: job.spec.recovery.option,
            "confirmed": lambda: job.spec.requires_confirmation,
            "needs": lambda: next((resource.spec.name for resource, _ in job.needs), None),
            "every": lambda: job.spec.every is not None,
            "rc": lambda: job.run.return_code if job.done else None,
            "until": lambda: job.latest_start is not None,
            "open": lambda: common_status(job) in _OPEN,
        }
        return str(values[field]())


def _clock(moment: datetime | None) -> list[str]:
    if moment is None:
        raise ValueError("there is no such time")
    return [f"{moment.astimezone(ZONE):%H:%M}"]


@cache
def _plan_before(simulator: Simulator) -> Plan:
    archive = Archive(simulator)
    plan = archive.plan(archive.plans()[0].id)
    if plan is None:
        raise ValueError("nothing is archived")
    return plan


def _last_good(simulator: Simulator, name: str) -> list[str]:
    good = [
        run.ended_at for job in _plan_before(simulator).jobs_named(name) for run in job.runs if run.return_code == 0
    ]
    return _clock(max(ended for ended in good if ended is not None))


_TRUTHS: Mapping[str, Callable[[_World, str], list[str]]] = {
    "count": lambda world, selector: [str(len(world.jobs(selector)))],
    "names": lambda world, selector: sorted({job.name for job in world.jobs(selector)}),
    "rc": lambda world, name: [str(world.job(name).run.return_code)],
    "state": lambda world, name: [str(internal_status(world.job(name)))],
    "ended": lambda world, name: _clock(world.job(name).run.ended_at),
    "started": lambda world, name: _clock(world.job(name).run.started_at),
    "deadline": lambda world, name: _clock(world.job(name).deadline),
    "stream": lambda world, name: [world.job(name).stream.name],
    "workstation": lambda world, name: [world.job(name).workstation.name],
    "streams": lambda world, state: [str(sum(stream_state(one, world.now) == state for one in world.plan.streams))],
    "stream_names": lambda world, state: sorted(
        one.name for one in world.plan.streams if stream_state(one, world.now) == state
    ),
    "prompts": lambda world, state: sorted(one.spec.name for one in world.plan.prompts if one.state == state),
    "resource": lambda world, name: [
        f"{one.in_use} of {one.quantity}" for one in world.plan.resources if one.spec.name == name
    ],
    "unlinked": lambda world, _: [one.name for one in world.plan.workstations if not one.linked],
    "total": lambda world, _: [str(len(world.plan.jobs))],
}
