"""How a job stands, in one byte: what nearly every query asks for can then be found without looking at the job."""

from collections.abc import Callable, Mapping

from resync_bot.simulator.oql.fields import Value
from resync_bot.simulator.plan import Job
from resync_bot.simulator.states import RunState
from resync_bot.simulator.status import CommonStatus, common_status_of

_STATES = tuple(RunState)
_NUMBERS = {state: number for number, state in enumerate(_STATES)}
_STATE, _HELD, _CANCELED, _STARTED, _ENDED = 0x0F, 0x10, 0x20, 0x40, 0x80


def code_of(job: Job) -> int:
    """The byte of the job as it stands now."""
    run = job.run
    code = _NUMBERS[run.state]
    if job.priority == 0:
        code |= _HELD
    if job.canceled:
        code |= _CANCELED
    if run.started_at is not None:
        code |= _STARTED
    if run.ended_at is not None:
        code |= _ENDED
    return code


def state_of(code: int) -> RunState:
    """The state of its last run."""
    return _STATES[code & _STATE]


def common_of(code: int) -> CommonStatus:
    """Its public status."""
    return common_status_of(state_of(code), held=bool(code & _HELD), canceled=bool(code & _CANCELED))


# All bytes that there are.
CODES = tuple(code for code in range(256) if code & _STATE < len(_STATES))

# The fields that a byte tells; of the internal status it cannot tell READY from FENCE.
TOLD: Mapping[str, Callable[[int], Value]] = {
    "jobruns.commonStatus": common_of,
    "jobruns.compositeStatus.status": lambda code: state_of(code).value,
    "jobruns.compositeStatus.canceled": lambda code: bool(code & _CANCELED),
}

# The fields that are null, or not, as a byte says.
PRESENT: Mapping[str, Callable[[int], bool]] = {
    "jobruns.timeInfo.actualStartTime": lambda code: bool(code & _STARTED),
    "jobruns.elapsedTime": lambda code: bool(code & _STARTED),
    "jobruns.timeInfo.actualEndTime": lambda code: bool(code & _ENDED),
}


def marking(chosen: Callable[[int], bool]) -> bytes:
    """A table for `bytes.translate` that turns bytes of jobs into marks."""
    return bytes(code in _VALID and chosen(code) for code in range(256))


_VALID = frozenset(CODES)
