"""A plan in which things go wrong on command: some root causes, and for each of them jobs that fail because of it.

Each family is a job (`ROOT_01` of the stream `CAUSE_01`) and jobs of several streams that follow it (`LOAD_01_0001`).
Nothing in it fails by itself. The clock runs as fast as the real one.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.simulator.bank.machines import WORKSTATIONS
from resync_bot.simulator.nights import add_run
from resync_bot.simulator.plan import Job, Run
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import DEFAULT_ZONE, SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from resync_bot.simulator.specification import (
    Blueprint,
    Cause,
    Follows,
    JobSpec,
    Recovery,
    RecoveryOption,
    Script,
    StreamSpec,
    TaskKind,
    WorkstationSpec,
)
from resync_bot.simulator.states import RerunType, RunState

TWO_IN_THE_NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=ZoneInfo(DEFAULT_ZONE))
STREAM_SIZE = 50
ENGINE = {"user": "demo", "password": "demo", "start_of_day": "18:00", "cache_seconds": 0.0}  # without its host
NO_RECOVERY = Recovery(RecoveryOption.STOP)
RETRIED = Recovery(RecoveryOption.RERUN, reruns=2, minutes=60)
MASTERS = tuple(one for one in WORKSTATIONS if one.master or one.backup)


@dataclass(frozen=True)
class Family:
    """The jobs of one root cause."""

    root: Job
    followers: tuple[Job, ...]

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The root first."""
        return (self.root, *self.followers)


class World:
    """The simulated engine, and a hand that wrecks and mends."""

    def __init__(self, *, roots: int, followers: int, retried: frozenset[int] = frozenset()) -> None:
        """`followers` are those of each root. Roots with the numbers `retried` are rerun twice by the engine itself."""
        numbers = range(1, roots + 1)
        settings = SimulatorSettings(speed=1, start=TWO_IN_THE_NIGHT, port=0)
        self.simulator = Simulator(
            settings,
            made_of=Blueprint(
                workstations=(*MASTERS, *map(_workstation, numbers)),
                resources=(),
                streams=tuple(
                    one
                    for number in numbers
                    for one in _family(number, followers, RETRIED if number in retried else NO_RECOVERY)
                ),
            ),
        )
        plan = self.simulator.plan
        self.families = [
            Family(
                plan.job(f"ROOT_{number:02}"),
                tuple(job for job in plan.jobs if job.name.startswith(f"LOAD_{number:02}_")),
            )
            for number in numbers
        ]

    @property
    def now(self) -> datetime:
        """By the engine's clock."""
        return self.simulator.moment()[1]

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[RunningSimulator]:
        """Over HTTP, until the block is left."""
        async with running_simulator(simulator=self.simulator) as running:
            yield running

    # --- what happens ---

    def fail(self, *jobs: Job, cause: Cause = Cause.TABLESPACE_FULL, return_code: int = 12) -> None:
        """They run and end in error now, whatever they wait for."""
        for job in jobs:
            run = self._running(job, self._again(job) if job.state is RunState.ABEND else job.run)
            run.cause, run.return_code = cause, return_code
            run.planned = self.now - (run.started_at or self.now)  # so that its log is whole
            self.simulator._engine.end(run, RunState.ABEND)

    def rerun(self, job: Job) -> None:
        """It runs again, and goes on running."""
        self._running(job, self._again(job))

    def mend(self, *jobs: Job) -> None:
        """They run again, and end well now."""
        for job in jobs:
            run = self._running(job, job.run if job.state is RunState.EXEC else self._again(job))
            run.cause, run.return_code = None, 0
            self.simulator._engine.end(run, RunState.SUCC)

    def link(self, number: int, *, linked: bool) -> None:
        """The workstation of that family is reached, or not."""
        self.simulator.moment()
        workstation = self.simulator.plan.workstation(f"FTA_{number:02}")
        self.simulator.orders.operations.link(workstation, linked=linked)

    def _again(self, job: Job) -> Run:
        by_engine = job.rerun_pending
        job.rerun_pending = False
        return add_run(self.simulator.plan, job, RerunType.RECOVERY_RERUN if by_engine else RerunType.RERUN)

    def _running(self, job: Job, run: Run) -> Run:
        engine, now = self.simulator._engine, self.now
        engine.unqueue(run)
        if run.state is not RunState.EXEC:
            run.state, run.submitted_at, run.started_at = RunState.EXEC, now, now - timedelta(seconds=30)
        engine.changed(job)
        return run


def tws_settings(url: str) -> TwsSettings:
    """How a bot reaches it."""
    return TwsSettings.model_validate(ENGINE | {"host": url})


def _workstation(number: int) -> WorkstationSpec:
    name = f"FTA_{number:02}"
    return WorkstationSpec(
        name=name, kind="FTA", os="LINUX", node=f"{name.lower()}.example", description="", limit=1000
    )


def _family(number: int, followers: int, recovery: Recovery) -> list[StreamSpec]:
    root = _job(f"ROOT_{number:02}", recovery=recovery)
    loads = [_job(f"LOAD_{number:02}_{one:04}") for one in range(1, followers + 1)]
    streams = [_stream(f"CAUSE_{number:02}", number, (root,))]
    for start in range(0, followers, STREAM_SIZE):
        jobs = loads[start : start + STREAM_SIZE]
        name = f"LOADS_{number:02}_{start // STREAM_SIZE + 1:02}"
        streams.append(_stream(name, number, tuple(jobs), Follows(f"CAUSE_{number:02}.{root.name}")))
    return streams


def _stream(name: str, number: int, jobs: tuple[JobSpec, ...], *follows: Follows) -> StreamSpec:
    return StreamSpec(
        name=name, folder=f"/STORM/F{number:02}", workstation=f"FTA_{number:02}", at="01:55", jobs=jobs, follows=follows
    )


def _job(name: str, *, recovery: Recovery = NO_RECOVERY) -> JobSpec:
    """It runs for ten hours, if nobody ends it."""
    return JobSpec(
        name=name,
        task=TaskKind.SQL,
        command=f"/opt/storm/{name.lower()}.sh",
        login="batch",
        minutes=600.0,
        script=Script(stretch=1.0),
        recovery=recovery,
    )
