"""Puts more into the plan: instances of what is defined, and commands that nobody defined."""

from dataclasses import replace
from datetime import datetime

from resync_bot.simulator import draws
from resync_bot.simulator.engine import PlanEngine
from resync_bot.simulator.plan import Job, Stream, Workstation
from resync_bot.simulator.specification import JobSpec, StreamSpec, TaskKind

AD_HOC_STREAM = "JOBS"  # where what is submitted without a stream goes
_USUAL_MINUTES = 2.0  # of a command that never ran before


class AliasTakenError(Exception):
    """The plan has one of that name already."""


class Submitting:
    """Enters streams and jobs into the plan of an engine now."""

    def __init__(self, engine: PlanEngine) -> None:
        self._engine = engine

    def stream(self, spec: StreamSpec, *, alias: str | None, at: datetime | None, priority: int | None) -> Stream:
        """An instance of a defined stream, scheduled now; its jobs wait until `at`. Raises AliasTakenError."""
        spec = replace(spec, name=alias or spec.name, at=self._time_of_day(), mishap=None)
        scheduled = self._engine.night.at(spec.at)
        if any((one.name, one.scheduled) == (spec.name, scheduled) for one in self._engine.plan.streams):
            raise AliasTakenError(spec.name)
        stream = self._engine.builder.submitted(self._engine.plan, self._engine.night, spec)
        if priority is not None:
            stream.priority = priority
        self._engine.plan.enter(stream)
        self._engine.plan.index.enter(stream.jobs)
        for job in stream.jobs:
            self._prepare(job, at, priority)
        self._engine.foresee(stream)
        return stream

    def job(
        self, spec: JobSpec, stream: Stream, *, alias: str | None, at: datetime | None, priority: int | None
    ) -> Job:
        """A defined job in a stream of the plan, without its dependencies. Raises AliasTakenError."""
        spec = replace(spec, name=alias or spec.name, follows=(), at=None)
        if any(job.name == spec.name for job in stream.jobs):
            raise AliasTakenError(spec.name)
        plan, night = self._engine.plan, self._engine.night
        job = self._engine.builder.submitted_job(plan, night, stream, spec)
        stream.succeeded = False
        plan.enter_job(job)
        plan.index.enter([job])
        self._prepare(job, at, priority)
        self._engine.examine(job)
        return job

    def command(
        self, workstation: Workstation, command: str, login: str, *, alias: str | None, priority: int | None
    ) -> Job:
        """A command on a workstation, in its stream JOBS. Raises AliasTakenError."""
        stream = self.ad_hoc_stream(workstation)
        name = alias or f"JOB_{draws.integer(1, 999_999, 'command', stream.id, len(stream.jobs))}"
        spec = JobSpec(name=name, task=TaskKind.SHELL, command=command, login=login, minutes=_USUAL_MINUTES)
        return self.job(spec, stream, alias=None, at=None, priority=priority)

    def ad_hoc_stream(self, workstation: Workstation) -> Stream:
        """The stream JOBS of a workstation, which the plan has from then on."""
        plan = self._engine.plan
        for stream in plan.streams:
            if stream.name == AD_HOC_STREAM and stream.workstation is workstation:
                return stream
        spec = StreamSpec(
            name=AD_HOC_STREAM,
            folder="/",
            workstation=workstation.name,
            at=self._time_of_day(),
            jobs=(),
            system=True,
        )
        stream = self._engine.builder.submitted(plan, self._engine.night, spec)
        plan.enter(stream)
        return stream

    def _prepare(self, job: Job, at: datetime | None, priority: int | None) -> None:
        if priority is not None:
            job.priority = priority
        if at is not None and at > self._engine.now:
            job.start_time = at
            self._engine.at(at, lambda: self._engine.examine(job))
        self._engine.changed(job)

    def _time_of_day(self) -> str:
        return f"{self._engine.now.astimezone(self._engine.night.zone):%H:%M}"
