"""The words of V1 for what the plan knows under others."""

from collections.abc import Mapping

from resync_bot.simulator.specification import LateStartAction
from resync_bot.simulator.states import RerunType, RunState
from resync_bot.simulator.status import CommonStatus, StreamState

# V1's list of internal statuses has no word for PEND; ENDP, of which nothing else is said, is taken for it.
_INTERNAL = {RunState.FAIL: "FAILED", RunState.SUPPR: "SUPPRESS", RunState.PEND: "ENDP"}

# All that the API document lists; those that no job of this plan can have select nothing.
_LISTED = [
    "READY",
    "HOLD",
    "EXEC",
    "EXEC_PLUS",
    "ABEND",
    "SUCC",
    "CANCEL",
    "UNKNOWN",
    "USER_STREAM",
    "CANCELP",
    "ADD",
    "RJOB",
    "FAILED",
    "MPE_SUSP",
    "WAIT",
    "INTRO",
    "INTRO_PLUS",
    "WAITD",
    "SCHED",
    "ABENDP",
    "SUCCP",
    "ENDP",
    "EXTRN",
    "ERROR",
    "FENCE",
    "BOUND",
    "SUSP",
    "SUPPRESS",
    "RECOVERY_IN_PROGRESS",
]

COMMON_STATUSES: Mapping[str, tuple[str, ...]] = {
    **{status.value: (status.value,) for status in CommonStatus},
    "UNDECIDED": ("UNDECIDED",),
}
INTERNAL_STATUSES: Mapping[str, tuple[str, ...]] = {
    **{listed: (listed,) for listed in _LISTED},
    **{told: (state.value,) for state, told in _INTERNAL.items()},
}
STREAM_STATUSES: Mapping[str, tuple[str, ...]] = {
    **{listed: (listed,) for listed in _LISTED},
    **{state.value: (state.value,) for state in StreamState},
}

# A rerun that the engine made by itself is a RERUN to V1, which tells it apart by `recoveryRerunJob`.
RERUN_TYPES: Mapping[str, tuple[str, ...]] = {
    "REGULAR": (RerunType.REGULAR,),
    "RERUN": (RerunType.RERUN, RerunType.RECOVERY_RERUN, RerunType.RERUN_STEP),
    "RERUN_EVERY": (RerunType.RERUN_EVERY,),
    "RERUN_FROM": (RerunType.RERUN_FROM,),
    "RECOVERY": (RerunType.RECOVERY,),
}

UNTIL_ACTIONS = {
    LateStartAction.DO_NOT_RUN: "SUPPRESS",
    LateStartAction.CONTINUE: "CONTINUE",
    LateStartAction.CANCEL: "CANCEL",
}


def internal_word(status: str) -> str:
    """V1's word for an internal status of the plan."""
    return _INTERNAL.get(RunState(status), status) if status in RunState.__members__ else status


def rerun_word(kind: RerunType) -> str:
    """V1's word for why a run exists."""
    return next(told for told, meant in RERUN_TYPES.items() if kind in meant)
