"""V1's words for internal statuses in ours, which are conman's and V2's, and back.

After the console guide of 10.2.5 (tables 24 to 26), the user's guide (showjobs) and the V1 API document of 10.2.8,
checked 2026-11-23. V1 has no PEND: a job that waits for a confirmation is told as ENDP.
"""

from collections.abc import Iterable

_OURS = {
    "FAILED": "FAIL",
    "FAILD": "FAIL",
    "CANCEL": "CANCL",
    "CANCELP": "CANCLP",
    "ABENDP": "ABENP",
    "ABEND_P": "ABENP",
    "SUCC_P": "SUCCP",
    "ENDP": "PEND",
    "SUPPRESS": "SUPPR",
    "EXEC_PLUS": "EXEC",
    "INTRO_PLUS": "INTRO",
    "RJOB": "EXEC",
    "MPE_SUSP": "SUSP",
    "USER_STREAM": "HOLD",
}


def internal_status(word: str | None) -> str:
    """V1's word in ours; an unknown one as it is."""
    return _OURS.get(word or "", word or "")


# What V1 takes in a filter.
_TAKEN = frozenset(
    {
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
    }
)


def words_for(statuses: Iterable[str]) -> list[str]:
    """All words of V1 that mean one of our statuses, each once; one that V1 does not have stays as it is."""
    found: dict[str, None] = {}
    for status in statuses:
        words = [word for word in (status, *_OURS) if word in _TAKEN and _OURS.get(word, word) == status]
        found |= dict.fromkeys(words or [status])
    return list(found)
