"""Why Slack will never take something, and what to do about it."""

from enum import StrEnum
from typing import Final

from resync_bot.errors import DeliveryRefusedError


class Refusal(StrEnum):
    """The groups of Slack's error codes that call for the same deed; counted in metrics and shown by the check."""

    TOKEN = "token"  # noqa: S105  # the name of a group
    ARCHIVED = "archived"
    NOT_IN_CHANNEL = "not_in_channel"
    MESSAGE_GONE = "message_gone"
    NOT_EDITABLE = "not_editable"
    STREAM_OVER = "stream_over"
    STREAM_OPEN = "stream_open"
    FEATURE = "feature"
    SCOPE = "scope"
    PAYLOAD = "payload"
    OTHER = "other"


# Error codes by docs.slack.dev/reference/methods, checked 2026-11-23.
_CODES: Final[dict[Refusal, frozenset[str]]] = {
    Refusal.TOKEN: frozenset(
        {"token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive", "team_access_not_granted"}
    ),
    Refusal.ARCHIVED: frozenset({"is_archived"}),
    Refusal.NOT_IN_CHANNEL: frozenset({"not_in_channel", "channel_not_found", "restricted_action"}),
    Refusal.MESSAGE_GONE: frozenset({"message_not_found", "thread_not_found"}),
    Refusal.NOT_EDITABLE: frozenset({"cant_update_message", "edit_window_closed", "message_not_owned_by_app"}),
    Refusal.STREAM_OVER: frozenset({"message_not_in_streaming_state"}),
    Refusal.STREAM_OPEN: frozenset({"streaming_state_conflict"}),
    Refusal.FEATURE: frozenset(
        {
            "unknown_method", "method_deprecated", "channel_type_not_supported", "feature_not_enabled", "not_allowed",
            "method_not_supported_for_channel_type", "missing_recipient_team_id", "missing_recipient_user_id",
            "not_allowed_token_type", "team_not_allowed", "not_supported", "file_uploads_disabled",
            "file_uploads_except_images_disabled", "file_type_not_allowed", "not_an_agent", "feature_disabled",
        }
    ),
    Refusal.SCOPE: frozenset({"missing_scope", "no_permission", "ekm_access_denied", "access_denied"}),
    Refusal.PAYLOAD: frozenset(
        {
            "invalid_blocks", "invalid_blocks_format", "invalid_arguments", "invalid_attachments", "msg_too_long",
            "msg_blocks_too_long", "only_one_table_allowed", "no_text", "block_mismatch", "invalid_metadata_format",
            "invalid_metadata_schema", "metadata_too_large", "markdown_text_conflict", "invalid_chunks",
        }
    ),
}  # fmt: skip

_HINTS: Final[dict[Refusal, str]] = {
    Refusal.TOKEN: "Install the app again and set SLACK_BOT_TOKEN to its new token, or open /slack/install.",
    Refusal.ARCHIVED: "Unarchive the channel, or ask in another one.",
    Refusal.NOT_IN_CHANNEL: "Invite the bot: write /invite @resync in the channel.",
    Refusal.MESSAGE_GONE: "The message was deleted in Slack; ask again if the answer is still wanted.",
    Refusal.NOT_EDITABLE: "The workspace does not let the bot edit this message any more.",
    Refusal.STREAM_OVER: "Slack ended the stream; the answer is put in place by an edit.",
    Refusal.STREAM_OPEN: "The message is still being streamed; it is stopped first.",
    Refusal.FEATURE: "This workspace has no such feature; the bot does without.",
    Refusal.SCOPE: "Add the missing scope from manifests/slack/manifest.yaml and install the app again.",
    Refusal.PAYLOAD: "A defect of the bot: please report it with this line of the log.",
    Refusal.OTHER: "See docs.slack.dev/reference/methods for this error code.",
}


class SlackRefusedError(DeliveryRefusedError):
    """Slack answered `ok: false`, and would so again. `refusal` says which kind, `code` is Slack's own word."""

    def __init__(self, method: str, code: str, *, detail: str = "") -> None:
        self.method = method
        self.code = code
        self.refusal = refusal_of(code)
        super().__init__(f"Slack refuses {method}: {code}{f' ({detail})' if detail else ''}", hint=_HINTS[self.refusal])


def hint_of(refusal: Refusal) -> str:
    """What to do about it."""
    return _HINTS[refusal]


def refusal_of(code: str) -> Refusal:
    """The group of an error code."""
    return next((refusal for refusal, codes in _CODES.items() if code in codes), Refusal.OTHER)
