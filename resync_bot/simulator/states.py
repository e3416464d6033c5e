"""The words for how the objects of a plan stand."""

from enum import StrEnum


class RunState(StrEnum):
    """The internal status of a run, without what depends on the moment (fence, reasons)."""

    __hash__ = str.__hash__  # as an enum hashes, but not in Python: that is asked for some ten times a run

    HOLD = "HOLD"
    READY = "READY"
    INTRO = "INTRO"
    EXEC = "EXEC"
    SUCC = "SUCC"
    ABEND = "ABEND"
    FAIL = "FAIL"
    SUPPR = "SUPPR"
    PEND = "PEND"


ENDED = frozenset({RunState.SUCC, RunState.ABEND, RunState.FAIL, RunState.SUPPR})
FAILED = frozenset({RunState.ABEND, RunState.FAIL})
ACTIVE = frozenset({RunState.INTRO, RunState.EXEC})


class RerunType(StrEnum):
    """Why a run exists."""

    REGULAR = "REGULAR"
    RERUN = "RERUN"
    RERUN_EVERY = "RERUN_EVERY"
    RERUN_FROM = "RERUN_FROM"  # of another definition
    RERUN_STEP = "RERUN_STEP"  # from one of its steps on
    RECOVERY = "RECOVERY"
    RECOVERY_RERUN = "RECOVERY_RERUN"


class PromptState(StrEnum):
    """Where a prompt stands."""

    NOT_ASKED = "NOT_ASKED"
    ASKED = "ASKED"
    ANSWERED_YES = "ANSWERED_YES"
    ANSWERED_NO = "ANSWERED_NO"


class Verdict(StrEnum):
    """What a predecessor's state means for the one that waits for it."""

    SATISFIED = "satisfied"
    WAITING = "waiting"
    UNEXPECTED = "unexpected"  # it ended in a state that the condition does not accept; a rerun may still help
    IMPOSSIBLE = "impossible"  # it ended well in a state that the condition does not accept: suppressed
