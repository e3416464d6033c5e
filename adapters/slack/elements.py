"""Block Kit's small parts: buttons, thumbs and text objects."""

from collections.abc import Sequence
from typing import Any

from adapters.slack import limits
from adapters.slack.actions import FEEDBACK, action_id
from adapters.slack.mrkdwn import shortened
from resync_bot.conversation.model import Button

Json = dict[str, Any]


def shown_buttons(buttons: Sequence[Button]) -> list[Json]:
    """Those that Slack can carry, at most a row."""
    usable = [button for button in buttons if button.label and 0 < len(button.value) <= limits.BUTTON_VALUE]
    return [
        button_element(button.label, button.action, button.value, number, style=button.style)
        for number, button in enumerate(usable[: limits.BUTTONS])
    ]


def button_element(text: str, action: str, value: str, number: int, *, style: str = "default") -> Json:
    """One button."""
    shown: Json = {
        "type": "button",
        "text": label(shortened(text, limits.BUTTON_LABEL)),
        "action_id": action_id(action, number),
        "value": value,
    }
    if style != "default":
        shown["style"] = style
    return shown


def thumbs(turn_id: str) -> Json:
    """Up or down for the answer of a turn."""
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": action_id(FEEDBACK),
                "positive_button": {"text": label("Helpful"), "value": f"up:{turn_id}"},
                "negative_button": {"text": label("Not helpful"), "value": f"down:{turn_id}"},
            }
        ],
    }


def actions(elements: list[Json]) -> Json:
    """A row of elements."""
    return {"type": "actions", "elements": elements}


def label(text: str) -> Json:
    """Plain text in which nothing becomes an emoji."""
    return {"type": "plain_text", "text": text, "emoji": False}


def mrkdwn_text(text: str) -> Json:
    """Text in Slack's markup, in which nothing becomes a link by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}
