"""What of a rerun is other than the run before: another definition, user or command, a step, a time, a priority.

After RerunDetails of the API documents (10.2.8 and 10.1.0.1) and conman's rerun (User's Guide 10.2.5); the rights that
each takes after Administration 10.2.5; checked 2026-11-24.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from resync_bot.simulator.plan import Job
from resync_bot.simulator.specification import JobSpec
from resync_bot.simulator.states import RerunType


@dataclass(frozen=True, slots=True)
class RerunDetails:
    """`spec` is what is run instead of the job's own definition; it is that of another job where `is_from_another`."""

    spec: JobSpec | None = None
    is_from_another: bool = False
    step: str | None = None
    priority: int | None = None
    at: datetime | None = None
    same_workstation: bool = False  # of those of a pool

    @classmethod
    def of(  # noqa: PLR0913  # one for each member that the API documents name
        cls,
        job: Job,
        instead: Job | None,
        *,
        login: str | None = None,
        command: str | None = None,
        step: str | None = None,
        priority: int | None = None,
        at: datetime | None = None,
        same_workstation: bool = False,
    ) -> Self:
        """Of a rerun of `job` with the definition of the job `instead`, or as another user, or with another command."""
        base = job.spec if instead is None else instead.spec
        spec = replace(base, login=login or base.login, command=command or base.command)
        is_other = instead is not None or login is not None or command is not None
        return cls(spec if is_other else None, instead is not None, step, priority, at, same_workstation)

    @property
    def type(self) -> RerunType:
        """What the run is called."""
        if self.is_from_another:
            return RerunType.RERUN_FROM
        return RerunType.RERUN if self.step is None else RerunType.RERUN_STEP

    @property
    def permission(self) -> str:
        """The keyword of the security file that the user needs: beside RERUN, where it is another."""
        if self.is_from_another:
            return "SUBMITDB"
        return "RERUN" if self.spec is None else "SUBMIT"


AS_BEFORE = RerunDetails()
