"""Makes a job stream of a shape, of steps and of subjects."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resync_bot.simulator.bank.group.business import STEPS
from resync_bot.simulator.bank.group.oddities import Oddity, Setting, oddity, wall
from resync_bot.simulator.bank.group.shapes import Shape, depths
from resync_bot.simulator.draws import Lots
from resync_bot.simulator.specification import (
    Condition,
    Follows,
    JobSpec,
    ResourceSpec,
    StreamSpec,
    TaskKind,
)

_SUFFIX = {
    TaskKind.SHELL: "sh",
    TaskKind.SQL: "sql",
    TaskKind.JAVA: "jar",
    TaskKind.PYTHON: "py",
    TaskKind.TRANSFER: "xfer",
    TaskKind.BACKUP: "sh",
}

# Last jobs that many streams share under one name, as the bank's own do.
_SHARED = ("HOUSEKEEPING", "NOTIFY_OPS", "CHECK_SPACE")
_FAILED = frozenset({Condition.ABEND, Condition.FAIL})

# How often one of a stream's jobs goes wrong.
MISHAP = 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloth:
    """What a stream is made of. `number` is its own in its business; `begins` in minutes since the day began."""

    name: str
    number: int
    folder: str
    login: str
    begins: int
    workstations: Sequence[str]
    resources: tuple[ResourceSpec, ...]
    steps: Sequence[str]
    subjects: Sequence[str]
    priority: int = 10
    oddities: bool = True


def weave(
    cloth: Cloth,
    shape: Shape,
    lots: Lots,
    *,
    after: Mapping[int, tuple[Follows, ...]] | None = None,
    follows: tuple[Follows, ...] = (),
    last: Oddity | None = None,
    critical: bool = False,
) -> StreamSpec:
    """A stream of that shape.

    `after` is what jobs follow in other streams, by their number; `follows` what the whole stream follows; `last` and
    `critical` are about the last job.
    """
    names = _names(cloth, shape, lots)
    folder = cloth.folder.lower()
    workstation = lots.choice(cloth.workstations)
    ends = [Follows(name) for name, _ in names]
    jobs = []
    for number, before in enumerate(shape):
        name, step = names[number]
        task, usual = STEPS[step]
        minutes = round(usual * lots.between(0.3, 1.9), 2)
        special: Oddity = {}
        odd = oddity(lots) if cloth.oddities else None
        if odd is not None:
            prompt = f"{cloth.name[:6]}{_DIGITS[cloth.number % 36]}{_DIGITS[number % 36]}"
            special = odd(Setting(name, prompt, cloth.begins, minutes, cloth.resources), lots)
        if number == len(shape) - 1 and last is not None:
            special = last
        own = tuple([ends[one] for one in before])
        if len(own) == 1 and task is TaskKind.SHELL and lots.happens(0.01):
            own = (Follows(own[0].target, _FAILED),)
        elsewhere = lots.happens(0.06)
        jobs.append(
            JobSpec(
                name=name,
                task=task,
                command=f"/opt{folder}/bin/{name.lower()}.{_SUFFIX[task]}",
                login=cloth.login,
                minutes=minutes,
                workstation=lots.choice(cloth.workstations) if elsewhere else None,
                follows=own + after[number] if after and number in after else own,
                critical=critical and number == len(shape) - 1,
                **special,
            )
        )
    return StreamSpec(
        name=cloth.name,
        folder=cloth.folder,
        workstation=workstation,
        at=wall(cloth.begins),
        jobs=tuple(jobs),
        follows=follows,
        priority=cloth.priority,
        limit=lots.integer(3, 8) if lots.happens(0.03) else -1,
        mishap=MISHAP,
    )


_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _names(cloth: Cloth, shape: Shape, lots: Lots) -> list[tuple[str, str]]:
    """The name and the step of each job: the deeper in the stream, the later the step."""
    depth = depths(shape)
    last = max(depth) + 1
    met: dict[str, int] = {}
    taken: Counter[int] = Counter()
    names = []
    for deep in depth:
        step = cloth.steps[deep * len(cloth.steps) // last]
        subject = cloth.subjects[(taken[deep] + deep // len(cloth.steps)) % len(cloth.subjects)]
        taken[deep] += 1
        name = f"{cloth.name}_{step}_{subject}"
        met[name] = times = met.get(name, 0) + 1
        names.append((name if times == 1 else f"{name}_{times:02}", step))
    if len(shape) > 8 and lots.happens(0.04):
        names[-1] = (lots.choice(_SHARED), "CLEAN")
    return names
