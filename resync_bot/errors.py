"""The error tree: grouped by what the one who catches can do about it.

`str(error)` is for operators of the bot (logs, `resync-bot check`) and never reaches a chat. A person in a chat gets
`error.told`, one plain sentence, and a correlation id.
"""

from enum import StrEnum


class ResyncError(Exception):
    """Base of all errors that the bot raises knowingly."""

    told = "Something went wrong on my side."

    def __init__(self, message: str, *, hint: str = "") -> None:
        """`message` says what happened, `hint` what to do about it; neither holds a secret."""
        super().__init__(message)
        self.hint = hint


class ConfigurationError(ResyncError):
    """A setting is wrong or missing: stop the start and print it."""


class StoreUnavailableError(ResyncError):
    """Redis cannot be reached or refuses: what was asked did not happen, or is not known to have happened.

    An adapter answers 503 (or does not acknowledge), so that the platform delivers again.
    """

    told = "I cannot reach my own memory right now."


class LeaseLostError(ResyncError):
    """Another worker owns this lane now: stop at once and write nothing more."""


class DeliveryError(ResyncError):
    """A messaging platform did not take a message."""


class DeliveryDelayedError(DeliveryError):
    """The platform asks to wait: send the same again after `retry_after` seconds."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DeliveryUnknownError(DeliveryError):
    """It is not known whether the platform took the message: look it up, never send it blindly again."""


class DeliveryRefusedError(DeliveryError):
    """The platform will never take this message (channel archived, bot removed, message gone)."""


class EngineErrorKind(StrEnum):
    """Why an engine did not answer a question; counted in metrics."""

    UNREACHABLE = "unreachable"  # no connection, or none in time
    TIMED_OUT = "timed_out"  # connected, but no answer in time
    UNAVAILABLE = "unavailable"  # 502, 503, 504, or a server error of its own
    CIRCUIT_OPEN = "circuit_open"  # not asked: it failed too often just now
    UNAUTHORISED = "unauthorised"  # 401: the bot's credentials
    FORBIDDEN = "forbidden"  # 403: a right is missing
    NOT_FOUND = "not_found"  # 404
    BAD_QUERY = "bad_query"  # 400: a defect of ours
    REFUSED = "refused"  # a business refusal, also wrapped in a 500
    AGENT_DOWN = "agent_down"  # the engine is well; the agent that has what was asked for, such as a log, is not
    GARBLED = "garbled"  # not what the API promises: HTML, cut or broken JSON
    PLAN_SWITCH = "plan_switch"  # the engine is changing to a new plan: it answers again in a few minutes
    NO_PLAN = "no_plan"  # up, but without an answer about its plan for longer than a switch takes
    BUSY = "busy"  # not asked: all places of our own for this engine were taken for too long
    UNSUPPORTED = "unsupported"  # this release of the engine has no call for it


class EngineError(ResyncError):
    """An HWA engine could not be asked, or said no.

    `kind` tells which; `message_id` is the AWS or EQQ id where the engine gave one; `retry_after` is in seconds;
    `status` is that of the HTTP answer, if there was one.
    """

    told = "The scheduling engine did not answer my question."

    def __init__(
        self,
        message: str,
        *,
        kind: EngineErrorKind,
        hint: str = "",
        message_id: str | None = None,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind
        self.message_id = message_id
        self.retry_after = retry_after
        self.status = status


class CircuitOpenError(ResyncError):
    """A dependency failed too often just now: it was not asked. Try again after `retry_after` seconds."""

    told = "That part of me is resting after too many failures; please try again shortly."

    def __init__(self, name: str, retry_after: float) -> None:
        super().__init__(f"circuit {name!r} is open, next trial in {retry_after:.1f} s")
        self.name = name
        self.retry_after = retry_after


class ModelError(ResyncError):
    """A language model gave no usable answer: the next one in the order of fallbacks is asked."""
