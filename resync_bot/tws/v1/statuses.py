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


def words_for(statuses: Iterable[str]) -> list[str]:
    """All words of V1 that mean one of our statuses, each once."""
    found: dict[str, None] = {}
    for status in statuses:
        theirs = [word for word, ours in _OURS.items() if ours == status]
        # V1 calls a status by our word too only where it has no other, or has others for variants of it.
        if not theirs or status in {"EXEC", "INTRO", "SUSP", "HOLD", "SUCCP"}:
            found[status] = None
        found |= dict.fromkeys(theirs)
    return list(found)
