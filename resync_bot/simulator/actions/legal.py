"""What the REST API refuses at once: a job in an incorrect state (AWSBIN076E), an object that is no such thing.

What a job's state allows after the User's Guide 10.2.5 (conman commands, table 91), checked 2026-11-23; that it comes
as a 500 in which the connector wraps the refusal was seen on a real 10.2.8.
"""

from enum import StrEnum

from resync_bot.simulator.plan import Job
from resync_bot.simulator.states import ACTIVE, ENDED, RunState


class Verb(StrEnum):
    """The actions on jobs, as their paths in V2 name them."""

    CANCEL = "cancel"
    CANCEL_PENDING = "cancel-pending"
    CONFIRM_ABEND = "confirm-abend"
    CONFIRM_SUCC = "confirm-succ"
    HOLD = "hold"
    KILL = "kill"
    RELEASE = "release"
    RELEASE_ALL_DEPENDENCIES = "release-all-dependencies"
    RERUN = "rerun"
    UPDATE_PRIORITY = "update-priority"


_PERMISSIONS = {
    Verb.CANCEL: "CANCEL",
    Verb.CANCEL_PENDING: "CANCEL",
    Verb.CONFIRM_ABEND: "CONFIRM",
    Verb.CONFIRM_SUCC: "CONFIRM",
    Verb.HOLD: "ADDDEP",
    Verb.KILL: "KILL",
    Verb.RELEASE: "RELEASE",
    Verb.RELEASE_ALL_DEPENDENCIES: "RELEASE",
    Verb.RERUN: "RERUN",
    Verb.UPDATE_PRIORITY: "ALTPRI",
}
_NOT_STARTED = frozenset({RunState.HOLD, RunState.READY})


def permission(verb: Verb) -> str:
    """The keyword of the security file that the user needs."""
    return _PERMISSIONS[verb]


def allows_rerun(job: Job, *, from_another: bool) -> bool:
    """Whether the job's state is one for a rerun: of another definition also where it was suppressed."""
    return allows(job, Verb.RERUN) or (from_another and job.state is RunState.SUPPR)


def allows(job: Job, verb: Verb) -> bool:
    """Whether the job's state is one for the action. Others than these are taken, and have no effect."""
    state = job.state
    match verb:
        case Verb.RERUN:
            return state in ENDED - {RunState.SUPPR} or (job.canceled and state not in ACTIVE)
        case Verb.KILL:
            return state in ACTIVE
        case Verb.CONFIRM_SUCC:
            return state in ACTIVE | {RunState.PEND, RunState.ABEND, RunState.SUPPR} and not job.canceled
        case Verb.CONFIRM_ABEND:
            return state in ACTIVE | {RunState.PEND} and not job.canceled
        case Verb.CANCEL | Verb.CANCEL_PENDING:
            return state not in ENDED and not job.canceled
        case Verb.HOLD | Verb.RELEASE | Verb.RELEASE_ALL_DEPENDENCIES | Verb.UPDATE_PRIORITY:
            return state in _NOT_STARTED and not job.canceled
