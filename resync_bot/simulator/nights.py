"""Turns the blueprint into the plan of one night: instances, ids, instants, dependencies, fates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from resync_bot.simulator import draws
from resync_bot.simulator.index import JobIndex
from resync_bot.simulator.plan import Dependency, Job, Plan, Prompt, Resource, Run, Stream, WatchedFile, Workstation
from resync_bot.simulator.settings import START_OF_DAY
from resync_bot.simulator.specification import Blueprint, Follows, JobSpec, PromptSpec, StreamSpec
from resync_bot.simulator.states import RerunType

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Night:
    """A production day: the first of an engine has index 0. Times of day become instants here."""

    index: int
    run_number: int
    first_day: date
    zone: ZoneInfo

    @classmethod
    def containing(cls, moment: datetime, zone: ZoneInfo) -> "Night":
        """The production day that `moment` lies in, as the first of an engine."""
        local = moment.astimezone(zone)
        day = local.date() if local.time() >= START_OF_DAY else local.date() - ONE_DAY
        return cls(index=0, run_number=_run_number(day), first_day=day, zone=zone)

    def next(self) -> "Night":
        """The production day after this."""
        day = self.first_day + ONE_DAY
        return Night(self.index + 1, _run_number(day), day, self.zone)

    @property
    def starts(self) -> datetime:
        """The start of the day, UTC."""
        return self.at(f"{START_OF_DAY:%H:%M}")

    @property
    def ends(self) -> datetime:
        """The start of the next day, UTC."""
        return self.next().starts

    def at(self, time_of_day: str) -> datetime:
        """The instant (UTC) of HH:MM, the engine's wall clock, in this production day."""
        return _instant(self.first_day, self.zone, time_of_day)


@lru_cache(maxsize=4096)  # three days of it by the minute
def _instant(first_day: date, zone: ZoneInfo, time_of_day: str) -> datetime:
    wall = time.fromisoformat(time_of_day)
    day = first_day if wall >= START_OF_DAY else first_day + ONE_DAY
    return datetime.combine(day, wall, zone).astimezone(UTC)


def _run_number(day: date) -> int:
    return 1 + (day - date(2025, 9, 1)).days % 9999


class NightBuilder:
    """Builds the plans of one engine. The same seed builds the same nights."""

    def __init__(self, blueprint: Blueprint, seed: int) -> None:
        self._blueprint = blueprint
        self._seed = seed

    def workstations(self, night: Night) -> list[Workstation]:
        """The workstations, which outlive the plans."""
        return [
            Workstation(
                spec=spec,
                id=draws.uuid("workstation", self._seed, spec.key),
                limit=spec.limit,
                fence=spec.fence,
                linked=spec.linked,
                started_at=night.starts,
                run_number=night.run_number,
            )
            for spec in self._blueprint.workstations
        ]

    def resources(self, workstations: Iterable[Workstation]) -> list[Resource]:
        """The resources, which outlive the plans."""
        by_name = {workstation.name: workstation for workstation in workstations}
        return [
            Resource(
                spec=spec,
                id=draws.uuid("resource", self._seed, spec.name),
                workstation=by_name[spec.workstation],
                quantity=spec.units,
            )
            for spec in self._blueprint.resources
        ]

    def plan(
        self,
        night: Night,
        workstations: list[Workstation],
        resources: list[Resource],
        carried: Iterable[Stream] = (),
    ) -> Plan:
        """The plan of that night, with the streams carried forward from the one before."""
        plan = Plan(night.run_number, night.starts, night.ends, workstations, resources)
        for stream in carried:
            stream.carried_forward = True
            plan.enter(stream)
        fresh = [self._stream(plan, night, spec) for spec in self._blueprint.streams]
        for stream in fresh:
            plan.enter(stream)
        names = _Names(fresh)
        for stream in fresh:
            self._connect(names, stream)
        for number, prompt in enumerate(plan.prompts, 1):
            prompt.number = number
        set_critical_starts(plan)
        plan.index = JobIndex(plan)
        return plan

    def submitted(self, plan: Plan, night: Night, spec: StreamSpec) -> Stream:
        """A further stream for a plan that it is not in yet, following what is there."""
        stream = self._stream(plan, night, spec)
        self._connect(_Names([*plan.streams, stream]), stream)
        for number, prompt in enumerate(_prompts_of(stream), len(plan.prompts) + 1):
            prompt.number = number
        return stream

    def submitted_job(self, plan: Plan, night: Night, stream: Stream, spec: JobSpec) -> Job:
        """A further job for a stream of the plan that it is not in yet."""
        return self._job(plan, night, stream, len(stream.jobs) + 1, spec)

    def _stream(self, plan: Plan, night: Night, spec: StreamSpec) -> Stream:
        identity = (self._seed, night.run_number, spec.folder, spec.name, spec.at)
        workstation = plan.workstation(spec.workstation)
        scheduled = night.at(spec.at)
        local = scheduled.astimezone(night.zone)
        stream = Stream(
            spec=spec,
            id=draws.uuid("stream", *identity),
            instance_id=draws.instance_id("stream", *identity),
            workstation=workstation,
            scheduled=scheduled,
            run_number=night.run_number,
            priority=spec.priority,
            key=f"{workstation.key}#{spec.folder.rstrip('/')}/{spec.name}({local:%H%M %m/%d/%Y})",
            deadline=night.at(spec.deadline) if spec.deadline else None,
        )
        if spec.prompt is not None:
            stream.prompt = self._prompt(stream, spec.prompt)
        for position, job_spec in enumerate(spec.jobs, 1):
            stream.jobs.append(self._job(plan, night, stream, position, job_spec))
        return stream

    def _job(self, plan: Plan, night: Night, stream: Stream, position: int, spec: JobSpec) -> Job:
        identity = draws.uuid("job", stream.id, spec.name)
        workstation = plan.workstation(spec.workstation) if spec.workstation else stream.workstation
        # where it is not left to the bank how often something goes wrong, the durations are drawn already
        drawn = stream.spec.mishap is not None
        noise = 1.0 if drawn else draws.between(0.8, 1.25, "estimate", self._seed, spec.name, stream.name)
        job = Job(
            spec=spec,
            id=identity,
            stream=stream,
            position=position,
            workstation=workstation,
            estimated=timedelta(seconds=max(2, round(spec.minutes * 60 * noise))),
            priority=stream.priority if spec.priority is None else spec.priority,
            start_time=night.at(spec.at) if spec.at else None,
            latest_start=night.at(spec.until) if spec.until else None,
            deadline=night.at(spec.deadline) if spec.deadline else None,
            needs=tuple((plan.resource(need.resource), need.units) for need in spec.needs) if spec.needs else (),
        )
        if spec.prompt is not None:
            job.prompt = self._prompt(job, spec.prompt)
        if spec.file is not None:
            job.file = WatchedFile(spec.file, draws.uuid("file", identity), workstation)
        add_run(plan, job, RerunType.REGULAR)
        return job

    def _prompt(self, owner: Job | Stream, spec: PromptSpec) -> Prompt:
        return Prompt(spec=spec, id=draws.uuid("prompt", owner.id, spec.name), owner=owner, number=0)

    def _connect(self, names: "_Names", stream: Stream) -> None:
        nodes: list[tuple[Job | Stream, tuple[Follows, ...]]] = [(stream, stream.spec.follows)]
        nodes += [(job, job.spec.follows) for job in stream.jobs if job.spec.follows]
        for node, follows in nodes:
            for follow in follows:
                predecessor = names.find(follow.target, stream)
                node.predecessors.append(Dependency(predecessor, follow.conditions))
                predecessor.successors.append(node)


class _Names:
    """Finds what a dependency points at: of several instances, the latest that is not scheduled after the follower."""

    def __init__(self, streams: Iterable[Stream]) -> None:
        self._streams: dict[str, list[Stream]] = {}
        for stream in sorted(streams, key=lambda stream: stream.scheduled):
            self._streams.setdefault(stream.name, []).append(stream)
        self._jobs: dict[str, dict[str, Job]] = {}

    def find(self, target: str, follower: Stream) -> Job | Stream:
        stream_name, dot, job_name = target.rpartition(".")
        if not dot:
            return self._job(follower, target)
        instances = self._streams[stream_name]
        before = [stream for stream in instances if stream.scheduled <= follower.scheduled and stream is not follower]
        stream = (before or instances)[-1]
        return stream if job_name == "@" else self._job(stream, job_name)

    def _job(self, stream: Stream, name: str) -> Job:
        jobs = self._jobs.get(stream.id)
        if jobs is None:
            jobs = self._jobs[stream.id] = {job.name: job for job in stream.jobs}
        return jobs[name]


def add_run(plan: Plan, job: Job, run_type: RerunType, *, spec: JobSpec | None = None) -> Run:
    """A further try of the job, or one of its recovery job, entered into the plan; `spec` is run instead of its own."""
    attempt = 1 + len(job.runs)
    identity = draws.uuid("run", job.id, str(attempt))
    pool = job.workstation.spec.members
    recovery_job = job.spec.recovery.job if run_type is RerunType.RECOVERY else None
    run = Run(
        id=identity,
        job=job,
        spec=spec or job.spec,
        name=recovery_job or job.name,
        type=run_type,
        attempt=attempt,
        workstation=plan.workstation(draws.choice(pool, "member", identity)) if pool else job.workstation,
    )
    job.runs.append(run)
    plan.runs_by_id[identity] = run
    if run_type is not RerunType.RECOVERY:
        job.run = run
    return run


def set_critical_starts(plan: Plan) -> None:
    """Works back from the deadlines of the critical jobs: the latest start of each job of their networks.

    Jobs mostly come after what they follow: from the last to the first, one round does nearly all of it.
    """
    changed: set[Job] = set()
    streams: dict[Stream, datetime] = {}  # the latest start of each stream of a network

    def let_start(job: Job, latest: datetime) -> None:
        if job.stream.in_plan and (job.critical_start is None or latest < job.critical_start):
            job.critical_start = latest
            changed.add(job)

    for job in plan.jobs:
        if job.spec.critical and job.deadline:
            let_start(job, job.deadline - job.estimated)
    while changed:
        for job in reversed(plan.jobs):
            if job not in changed or job.critical_start is None:
                continue
            changed.discard(job)
            latest, stream = job.critical_start, job.stream
            before = _jobs_before(job.predecessors)
            if stream.predecessors and (stream not in streams or latest < streams[stream]):
                streams[stream] = latest
                before += _jobs_before(stream.predecessors)
            for one in before:
                let_start(one, latest - one.estimated)


def _jobs_before(dependencies: Iterable[Dependency]) -> list[Job]:
    nodes = [dependency.predecessor for dependency in dependencies]
    return [job for node in nodes for job in ((node,) if isinstance(node, Job) else node.jobs)]


def _prompts_of(stream: Stream) -> Iterator[Prompt]:
    prompts = (stream.prompt, *(job.prompt for job in stream.jobs))
    return (prompt for prompt in prompts if prompt is not None)
