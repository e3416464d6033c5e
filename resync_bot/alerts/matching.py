"""Whether a pattern means an object of the plan. Pure."""

from resync_bot.alerts.model import Pattern, Severity, Subject, TroubleKind
from resync_bot.tws.sieve import name_fits, workstation_fits

_BELOW = "/@"


def matches(
    pattern: Pattern,
    subject: Subject,
    *,
    kind: TroubleKind,
    severity: Severity,
    critical: bool = False,
    runs_on: str = "",
) -> bool:
    """Whether a trouble of `kind` with `subject` is one of those that `pattern` means.

    `critical` says whether it is a critical job or endangers one, `runs_on` is the workstation where the job runs.
    The names' case does not count.
    """
    return (
        (not pattern.kinds or kind in pattern.kinds)
        and severity.rank >= pattern.severity.rank
        and (critical or not pattern.critical)
        and means_object(pattern, subject, runs_on=runs_on)
    )


def means_object(pattern: Pattern, subject: Subject, *, runs_on: str = "") -> bool:
    """Whether `pattern` means `subject` by its names alone."""
    return (
        _fits(pattern.engine, subject.engine)
        and _folder_fits(pattern.folder, subject.folder)
        and _fits(pattern.stream, subject.stream)
        and _fits(pattern.job, subject.job)
        and _workstation_fits(pattern.workstation, (subject.workstation, runs_on))
        and (pattern.name is None or any(_fits(pattern.name, name) for name in _names(subject)))
    )


def means_engine(pattern: Pattern, engine: str) -> bool:
    """Whether `pattern` means anything of that engine."""
    return _fits(pattern.engine, engine)


def _names(subject: Subject) -> tuple[str, ...]:
    """By which operators call it: a job also by its stream, what has neither by its workstation or engine."""
    own = tuple(name for name in (subject.prompt, subject.job, subject.stream) if name)
    return own or (subject.workstation or subject.engine,)


def _fits(wanted: str | None, name: str) -> bool:
    return wanted is None or name_fits(_as_engine(wanted), name.upper())


def _folder_fits(wanted: str | None, folder: str) -> bool:
    if wanted is None:
        return True
    pattern, name = f"/{_as_engine(wanted).strip('/')}", f"/{folder.upper().strip('/')}"
    # `/PAYROLL/@` is all that is in the folder: in itself too.
    return name_fits(pattern, name) or (pattern.endswith(_BELOW) and name_fits(pattern.removesuffix(_BELOW), name))


def _workstation_fits(wanted: str | None, workstations: tuple[str, ...]) -> bool:
    if wanted is None:
        return True
    return any(workstation_fits(_as_engine(wanted), one.upper()) for one in workstations)


def _as_engine(name: str) -> str:
    """The engine's names are in capitals, and `*` is what people type for its `@`."""
    return name.upper().replace("*", "@")
