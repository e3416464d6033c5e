"""What Teams says no to, and what can be done about it.

Codes from Microsoft's page on the status codes of bot conversation APIs, checked 2026-11-23.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from adapters.teams.calls import TRANSIENT
from resync_bot.errors import DeliveryDelayedError, DeliveryError, DeliveryRefusedError, DeliveryUnknownError

DEFAULT_RETRY_AFTER = 2.0


class BlockedError(DeliveryRefusedError):
    """The person blocked the bot, or an administrator did. Nothing can be sent there until they undo it."""


class UninstalledError(DeliveryRefusedError):
    """The app is not, or no longer, installed in that chat or team. Installing it again heals it."""


class GoneError(DeliveryRefusedError):
    """The conversation or the message does not exist any more."""


class TooLargeError(DeliveryRefusedError):
    """The message is larger than Teams takes. A shorter one would be taken."""


class LockedError(DeliveryRefusedError):
    """The message can no longer be edited; a new one can be posted."""


class StreamReason(StrEnum):
    """Why a stream takes no more pieces."""

    STOPPED = "stopped"  # by the person, with the stop button
    TIMED_OUT = "timed_out"  # open for longer than two minutes
    FINISHED = "finished"  # completed before, perhaps by a predecessor
    REWRITTEN = "rewritten"  # the text does not continue what was shown
    NOT_ALLOWED = "not_allowed"  # no streaming for this person, or not in this kind of chat


class StreamClosedError(DeliveryError):
    """The stream takes no more pieces; its message can be edited like any other."""

    def __init__(self, message: str, *, reason: StreamReason) -> None:
        super().__init__(message)
        self.reason = reason


_STREAM_REASONS = (
    ("canceled by user", StreamReason.STOPPED),
    ("cancelled by user", StreamReason.STOPPED),
    ("exceeded streaming time", StreamReason.TIMED_OUT),
    ("already completed", StreamReason.FINISHED),
    ("previously streamed", StreamReason.REWRITTEN),
)
_REFUSALS: Mapping[str, type[DeliveryRefusedError]] = {
    "MessageWritesBlocked": BlockedError,
    "BotDisabledByAdmin": BlockedError,
    "ConversationBlockedByUser": BlockedError,
    "BotNotInConversationRoster": UninstalledError,
    "ForbiddenOperationException": UninstalledError,
    "BotNotRegistered": UninstalledError,
    "MemberNotFoundInConversation": UninstalledError,
    "ConversationNotFound": GoneError,
    "ActivityNotFoundInConversation": GoneError,
    "ActivityNotFound": GoneError,
    "MessageSizeTooBig": TooLargeError,
    "ServiceError": LockedError,
}


def delivery_error(status: int, body: object, *, retry_after: float | None) -> DeliveryError:
    """The error that an answer of the Bot Connector means. `body` is its JSON, whatever that may be."""
    code, text = _code_and_text(body)
    message = f"Teams answered {status} {code}".rstrip()
    if status in TRANSIENT:
        return DeliveryDelayedError(message, retry_after=DEFAULT_RETRY_AFTER if retry_after is None else retry_after)
    if status == 413 or "message size too large" in text.lower():
        return TooLargeError(message)
    if code == "ContentStreamNotAllowed" or status == 405:
        return StreamClosedError(message, reason=_stream_reason(text))
    if refusal := _REFUSALS.get(code):
        return refusal(message)
    if status in (404, 410):
        return GoneError(message)
    return DeliveryRefusedError(message, hint="See resync-bot check; the app's secret or registration may be wrong.")


def unknown_or_delayed(message: str, *, is_repeatable: bool, was_sent: bool) -> DeliveryError:
    """What a call that got no answer means: a post that may have arrived must not be sent again blindly."""
    if was_sent and not is_repeatable:
        return DeliveryUnknownError(message)
    return DeliveryDelayedError(message, retry_after=DEFAULT_RETRY_AFTER)


def _stream_reason(text: str) -> StreamReason:
    lowered = text.lower()
    return next((reason for words, reason in _STREAM_REASONS if words in lowered), StreamReason.NOT_ALLOWED)


def _code_and_text(body: object) -> tuple[str, str]:
    error: Any = body.get("error", body) if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return "", ""
    code, text = error.get("code", ""), error.get("message", "")
    safe = "".join(letter for letter in str(code)[:60] if letter.isalnum() or letter in "_-.")
    return safe, str(text)
