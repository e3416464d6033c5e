"""Builds streams from few words: every subject goes through the steps, then the closing jobs run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from resync_bot.simulator import draws
from resync_bot.simulator.specification import Follows, JobSpec, Need, StreamSpec, TaskKind

# What a step runs, and how long it usually takes, in minutes.
_STEPS: dict[str, tuple[TaskKind, float]] = {
    "ARCHIVE": (TaskKind.BACKUP, 6),
    "BACKUP": (TaskKind.BACKUP, 35),
    "CALC": (TaskKind.JAVA, 18),
    "CHECK": (TaskKind.PYTHON, 4),
    "CLOSE": (TaskKind.SQL, 6),
    "COLLECT": (TaskKind.TRANSFER, 8),
    "EXTRACT": (TaskKind.SQL, 9),
    "FORMAT": (TaskKind.PYTHON, 5),
    "INDEX": (TaskKind.SQL, 11),
    "LOAD": (TaskKind.SQL, 13),
    "MATCH": (TaskKind.JAVA, 10),
    "POST": (TaskKind.SQL, 8),
    "PRICE": (TaskKind.JAVA, 16),
    "PRINT": (TaskKind.SHELL, 7),
    "PUBLISH": (TaskKind.TRANSFER, 4),
    "PURGE": (TaskKind.SHELL, 6),
    "RECEIVE": (TaskKind.TRANSFER, 5),
    "RECON": (TaskKind.SQL, 8),
    "REPORT": (TaskKind.JAVA, 9),
    "SCORE": (TaskKind.PYTHON, 14),
    "SEND": (TaskKind.TRANSFER, 4),
    "SORT": (TaskKind.SHELL, 4),
    "SPLIT": (TaskKind.SHELL, 3),
    "TRANSFORM": (TaskKind.JAVA, 10),
    "VALIDATE": (TaskKind.PYTHON, 5),
    "VERIFY": (TaskKind.SHELL, 5),
}

_SUFFIX = {
    TaskKind.SHELL: "sh",
    TaskKind.SQL: "sql",
    TaskKind.JAVA: "jar",
    TaskKind.PYTHON: "py",
    TaskKind.TRANSFER: "xfer",
    TaskKind.BACKUP: "sh",
}

# Closing jobs that many streams share, under the same name in each.
SHARED = {
    "HOUSEKEEPING": (TaskKind.SHELL, 3.0),
    "NOTIFY_OPS": (TaskKind.SHELL, 0.3),
    "CHECK_SPACE": (TaskKind.SHELL, 0.5),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """What the streams of one business area have in common. `needs` gives steps their resources."""

    folder: str
    prefix: str
    workstation: str
    login: str
    pace: float = 1.8
    priority: int = 10
    needs: Mapping[str, Need] = field(default_factory=dict)

    def job(self, name: str, task: TaskKind, minutes: float) -> JobSpec:
        """A single job of this area; change what is special about it with `dataclasses.replace`."""
        script = name.lower()
        return JobSpec(
            name=name,
            task=task,
            command=f"/opt/{self.folder.strip('/').lower() or 'tws'}/bin/{script}.{_SUFFIX[task]}",
            login=self.login,
            minutes=minutes,
        )

    def stream(  # noqa: PLR0913 - the words of one stream; all but three have a default
        self,
        name: str,
        at: str,
        subjects: str,
        steps: str,
        *,
        closing: str = "",
        follows: tuple[Follows, ...] = (),
        extra: tuple[JobSpec, ...] = (),
        amend: Mapping[str, Mapping[str, object]] | None = None,
        **more: object,
    ) -> StreamSpec:
        """A stream in which each of `subjects` goes through `steps`, after which the `closing` jobs run in a row.

        `amend` changes fields of jobs by name, `extra` adds jobs as they are, `more` sets fields of the stream.
        """
        jobs = [*self._chains(name, subjects.split(), steps.split())]
        jobs += self._closing(name, jobs, closing.split(), len(steps.split()))
        changed = [replace(job, **(amend or {}).get(job.name, {})) for job in jobs]  # type: ignore[arg-type]  # checked by the tests of the bank
        spec = StreamSpec(
            name=name,
            folder=self.folder,
            workstation=self.workstation,
            at=at,
            jobs=(*changed, *extra),
            follows=follows,
            priority=self.priority,
        )
        return replace(spec, **more)  # type: ignore[arg-type]  # as above

    def _chains(self, stream: str, subjects: list[str], steps: list[str]) -> Iterator[JobSpec]:
        for subject in subjects:
            before: tuple[Follows, ...] = ()
            for step in steps:
                task, minutes = _STEPS[step]
                name = f"{self.prefix}_{step}_{subject}"
                spread = draws.between(0.6, 1.7, "minutes", stream, name)
                job = self.job(name, task, minutes * spread * self.pace)
                needs = (self.needs[step],) if step in self.needs else ()
                yield replace(job, follows=before, needs=needs)
                before = (Follows(name),)

    def _closing(self, stream: str, jobs: list[JobSpec], closing: list[str], length: int) -> Iterator[JobSpec]:
        before = tuple(Follows(job.name) for job in jobs[length - 1 :: length])
        for word in closing:
            shared = word in SHARED
            task, minutes = SHARED[word] if shared else _STEPS[word]
            name = word if shared else f"{stream}_{word}"
            yield replace(self.job(name, task, minutes * (1 if shared else self.pace)), follows=before)
            before = (Follows(name),)
