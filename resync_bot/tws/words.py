"""The engine's words and names in ours: statuses, reasons, paths of workstations and folders.

Status words after the console guide of 10.2.5 (tables 24 to 32) and WA_API3_v2.json 10.1.0.1, checked 2026-11-23.
Folders and workstations are paths there (`/EU/CPUA`); people leave the root folder out.
"""

from resync_bot.tws.models import Reason, Status

# Words of CommonStatusV2 beyond ours, mostly of z/OS engines, as their console translates them.
_OTHER_STATUSES = {
    "WAITING_FOR_TRIGGER": Status.WAITING,
    "READY_PREV_WS_NONREP": Status.READY,
    "COMPLETED": Status.SUCCESSFUL,
    "DUMMY_COMPLETED": Status.SUCCESSFUL,
    "SUPPRESS_BY_COND": Status.SUPPRESS,
    "INTERRUPTED": Status.CANCELED,
}
_STATUS_OF_INTERNAL = {
    Status.WAITING: ("ADD", "PEND", "WAIT", "WAITD", "INTRO", "HOLD", "SCHED", "PENDPRED"),
    Status.READY: ("READY", "FENCE"),
    Status.RUNNING: ("EXEC", "SUCCP", "ABENP", "STARTED", "BOUND"),
    Status.SUCCESSFUL: ("SUCC", "END", "COMPLT"),
    Status.ERROR: ("ABEND", "FAIL"),
    Status.CANCELED: ("CANCL", "CANCLP"),
    Status.UNDECIDED: ("ERROR", "EXTRN", "UNDCDED"),
    Status.BLOCKED: ("SUSP", "STUCK"),
    Status.SUPPRESS: ("SUPPR",),
}
_BY_INTERNAL = {word: status for status, words in _STATUS_OF_INTERNAL.items() for word in words}
_STATUSES = {status.value: status for status in Status}
_REASONS = {reason.value: reason for reason in Reason}


def status_of(word: str | None, internal: str | None = None) -> Status:
    """The public status; worked out from the internal one where the engine leaves it out."""
    if word is None:
        return _BY_INTERNAL.get(internal or "", Status.UNKNOWN)
    if word in _OTHER_STATUSES:
        return _OTHER_STATUSES[word]
    return _STATUSES.get(word, Status.UNKNOWN)


def reason_of(word: str | None) -> Reason | None:
    """Why it has its status; UNKNOWN for a word that is new."""
    if word is None:
        return None
    return _REASONS.get(word, Reason.UNKNOWN)


def path(value: str | None) -> str:
    """A workstation's or folder's path as people write it: without the root folder's slash, without one at its end."""
    text = (value or "").rstrip("/")
    return text[1:] if text.startswith("/") and "/" not in text[1:] else text


def key(value: str | None) -> str | None:
    """A job's or stream's key, such as `/EU/CPUA#/PROD/JS25(0600 09/24/2026).JOBC`, as people write it."""
    workstation_path, hash_sign, rest = (value or "").partition("#")
    return f"{path(workstation_path)}#{rest}" if hash_sign else value


def folder(value: str | None) -> str:
    """A folder: begins with a slash and ends with none, unless it is the root."""
    text = (value or "").strip("/")
    return f"/{text}"
