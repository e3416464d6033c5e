"""What will become of each run: how long it takes, how it ends. Drawn from the seed, so the same night comes again."""

from dataclasses import dataclass
from datetime import timedelta

from resync_bot.simulator import draws
from resync_bot.simulator.nights import Night
from resync_bot.simulator.plan import Job, Plan, Run, Stream
from resync_bot.simulator.specification import Cause, Script, TaskKind
from resync_bot.simulator.states import RerunType

# How many jobs fail in a night besides the scripted ones, by the scheduled time of their stream.
FAILURES_BEFORE_TWO = 15
FAILURES_AFTER_TWO = 14
_TURNING_POINT = "02:01"

_CAUSES: dict[TaskKind, tuple[Cause, ...]] = {
    TaskKind.SHELL: (Cause.SCRIPT_ERROR, Cause.DISK_FULL, Cause.BAD_RECORD, Cause.MISSING_SCRIPT, Cause.FORK_FAILED),
    TaskKind.SQL: (Cause.TABLESPACE_FULL, Cause.CONSTRAINT, Cause.DEADLOCK, Cause.LOGIN_DENIED, Cause.PASSWORD_EXPIRED),
    TaskKind.JAVA: (Cause.NULL_POINTER, Cause.OUT_OF_MEMORY, Cause.CONNECTION_REFUSED),
    TaskKind.PYTHON: (Cause.TRACEBACK, Cause.BAD_RECORD, Cause.CONNECTION_REFUSED, Cause.UNKNOWN_USER),
    TaskKind.TRANSFER: (Cause.TRANSFER_BROKEN, Cause.HOST_KEY, Cause.LOGIN_DENIED, Cause.CONNECTION_REFUSED),
    TaskKind.BACKUP: (Cause.DISK_FULL, Cause.SCRIPT_ERROR),
}

_RETURN_CODES: dict[Cause, tuple[int, ...]] = {
    Cause.SCRIPT_ERROR: (1, 2, 8, 127),
    Cause.TABLESPACE_FULL: (12,),
    Cause.CONSTRAINT: (8, 12),
    Cause.DEADLOCK: (8,),
    Cause.NULL_POINTER: (1,),
    Cause.OUT_OF_MEMORY: (3, 137),
    Cause.TRACEBACK: (1,),
    Cause.BAD_RECORD: (4, 16),
    Cause.CONNECTION_REFUSED: (111, 7),
    Cause.TRANSFER_BROKEN: (23, 255),
    Cause.HOST_KEY: (255,),
    Cause.DISK_FULL: (28, 2),
    Cause.LOGIN_DENIED: (5, 9),
    Cause.PASSWORD_EXPIRED: (9,),
    Cause.LEAKED_SECRETS: (5,),
    Cause.PLANTED_INSTRUCTION: (16,),
}

_NO_SCRIPT = Script()


@dataclass(frozen=True, slots=True)
class Fate:
    """How a run will go: `cause` None is success."""

    duration: timedelta
    cause: Cause | None
    return_code: int


class Fates:
    """The fates of the runs of one plan; what goes over from the plan `before` keeps its own."""

    def __init__(self, seed: int, night: Night, plan: Plan, before: "Fates | None" = None) -> None:
        self._seed = seed
        self._scripts = {job.id: job.spec.script for job in plan.jobs if job.spec.script is not None}
        if night.index > 0:
            self._vary_scripts(night)
        self._scripts |= self._victims(night, plan)
        self._scripts |= self._mishaps(night, plan)
        if before is not None:
            inherited = before._scripts
            self._scripts |= {job.id: inherited[job.id] for job in plan.jobs if job.id in inherited}

    def script(self, job: Job) -> Script:
        """What is to go wrong with the job; an empty script if nothing is."""
        return self._scripts.get(job.id, _NO_SCRIPT)

    def of(self, run: Run) -> Fate:
        """How this run will go."""
        job = run.job
        if run.type is RerunType.RECOVERY:
            return Fate(timedelta(seconds=draws.integer(20, 70, "recovery", run.id)), None, 0)
        if run.spec.command != job.spec.command:  # what is scripted is the job's own
            stretched = timedelta(minutes=run.spec.minutes * self._stretch(run))
            return Fate(timedelta(seconds=max(1, round(stretched.total_seconds()))), None, 0)
        script = self.script(job)
        cause = None
        if script.causes:
            tries = sum(1 for one in job.runs if one.type is not RerunType.RECOVERY)
            cause = script.causes[tries - 1] if tries <= len(script.causes) else None
        stretch = script.stretch or self._stretch(run)
        if cause is not None:
            stretch = min(stretch, 1.0) * draws.between(0.25, 0.9, "cut", run.id)
        duration = timedelta(seconds=max(1, round(job.estimated.total_seconds() * stretch)))
        return Fate(duration, cause, self._return_code(run, cause))

    def _stretch(self, run: Run) -> float:
        lot = draws.fraction("stretch", run.id)
        if lot > 0.97:
            return draws.between(1.6, 2.8, "slow", run.id)
        return 0.75 + 0.6 * lot

    def _return_code(self, run: Run, cause: Cause | None) -> int:
        if cause is None:
            warns = run.job.spec.success_codes and draws.fraction("warns", run.id) < 0.6
            return 4 if warns else 0
        return draws.choice(_RETURN_CODES.get(cause, (-1,)), "code", run.id)

    def _vary_scripts(self, night: Night) -> None:
        """After the first night, an operator repairs in time what is scripted to stay broken, most of the time."""
        for job_id, script in self._scripts.items():
            if script.causes and script.operator_after is None and draws.fraction("varied", job_id) < 0.7:
                minutes = draws.between(20, 90, "repaired", job_id, night.index)
                self._scripts[job_id] = Script(script.causes, minutes, script.stretch)

    def _victims(self, night: Night, plan: Plan) -> dict[str, Script]:
        turning_point = night.at(_TURNING_POINT)
        early: list[tuple[Stream, list[Job]]] = []
        late: list[tuple[Stream, list[Job]]] = []
        for stream in plan.streams:
            if stream.spec.system or stream.spec.mishap is not None or stream.run_number != night.run_number:
                continue
            candidates = [job for job in stream.jobs if _may_fail(job)]
            if candidates:
                (early if stream.scheduled < turning_point else late).append((stream, candidates))
        chosen: dict[str, Script] = {}
        for half, wanted in ((early, FAILURES_BEFORE_TWO), (late, FAILURES_AFTER_TWO)):
            unlucky = draws.shuffled(half, "victims", self._seed, night.run_number)[:wanted]
            for number, (stream, candidates) in enumerate(unlucky):
                job = draws.choice(candidates, "victim", self._seed, stream.id)
                chosen[job.id] = self._misfortune(job, number)
        return chosen

    def _mishaps(self, night: Night, plan: Plan) -> dict[str, Script]:
        """What goes wrong in the streams that say how often something does."""
        chosen: dict[str, Script] = {}
        for stream in plan.streams:
            often = stream.spec.mishap
            if often is None or stream.run_number != night.run_number:
                continue
            candidates = [] if draws.fraction("mishap", stream.id) >= often else list(filter(_may_fail, stream.jobs))
            if candidates:
                job = draws.choice(candidates, "victim", stream.id)
                chosen[job.id] = self._mishap(job)
        return chosen

    def _mishap(self, job: Job) -> Script:
        """Most failures are repaired within an hour or two, a few within the night, some never."""
        causes = (draws.choice(_CAUSES[job.spec.task], "cause", job.id),) * (1 + (job.position % 5 == 0))
        lot = draws.fraction("repair", job.id)
        if lot < 0.08:
            return Script(causes)
        low, high = (15, 90) if lot < 0.8 else (120, 300)
        return Script(causes, draws.between(low, high, "operator", job.id))

    def _misfortune(self, job: Job, number: int) -> Script:
        """Of five failures in a row three stay as they are, one is rerun by an operator, one twice."""
        cause = draws.choice(_CAUSES[job.spec.task], "cause", job.id)
        match number % 5:
            case 3:
                return Script((cause,), draws.between(25, 80, "operator", job.id))
            case 4:
                return Script((cause, cause), draws.between(15, 40, "operator", job.id))
            case _:
                return Script((cause,))


def _may_fail(job: Job) -> bool:
    spec = job.spec
    plain = spec.script is None and not spec.no_operation and spec.every is None and spec.canceled_at is None
    return plain and not spec.critical and job.position > len(job.stream.jobs) // 3
