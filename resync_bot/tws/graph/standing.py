"""How a job or stream stands, and that it stands otherwise than before."""

from dataclasses import dataclass
from typing import NamedTuple

from resync_bot.tws.models import Status


class Standing(NamedTuple):
    """What is compared: numbers as a graph has them. Times in seconds since 1970, 0 for none."""

    status: int
    internal_status: int
    started: int
    ended: int

    def is_a_run_before(self, other: "Standing") -> bool:
        """Whether the run that this tells of had ended, and `other` tells of one after it."""
        return self.ended > 0 and (self.started, self.ended) != (other.started, other.ended)


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A job or stream whose status is another than it was, or that ran again. `identity` is the engine's id.

    `before` is None, and `before_internal` empty, for what came into the plan since. A stream that is stuck has STUCK
    as `after_internal`. A rerun that failed like the run before it has the same status, and `is_new_run`.
    """

    node: int
    identity: str
    is_job: bool
    before: Status | None
    after: Status
    before_internal: str
    after_internal: str
    is_new_run: bool

    @property
    def is_one(self) -> bool:
        """Whether there is any difference."""
        return self.is_new_run or (self.before, self.before_internal) != (self.after, self.after_internal)
