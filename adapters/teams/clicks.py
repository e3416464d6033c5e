"""Presses of the bot's own buttons: what comes back in an invoke (Action.Execute) or a message (Action.Submit).

What comes back is never trusted: it names a card and an action, and both are looked at again.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from adapters.teams.activity import Activity
from adapters.teams.cards import CONTENT_TYPE, VERB
from resync_bot.conversation.model import ButtonPress, Incoming, Person

Json = dict[str, Any]

CARD_ACTION = "adaptiveCard/action"
FEEDBACK = "message/submitAction"
_REACTIONS = {"like": "up", "dislike": "down"}
_PREFIX = "press"


@dataclass(frozen=True, slots=True)
class Press:
    """One press. `number` counts the drawings of the card, `message` is the message that holds it."""

    card: str
    number: int
    message: str
    label: str
    action: str = ""
    value: str = ""


def press_in(activity: Activity) -> Press | None:
    """The press that an invoke or a submitted message carries; None if it is none of ours."""
    value: object = activity.value
    if activity.name == CARD_ACTION:
        action = value.get("action") if isinstance(value, dict) else None
        value = action.get("data") if isinstance(action, dict) else None
    data = value.get(VERB) if isinstance(value, dict) else None
    if not isinstance(data, dict) or not data.get("a") or not data.get("c"):
        return None
    number = str(data.get("n", 0))  # numbers come back as numbers, but texts in between are not ruled out
    return Press(
        card=str(data["c"])[:100],
        number=int(number) if number.isdecimal() and len(number) < 9 else 0,
        message=activity.reply_to,
        label=str(data.get("l", ""))[:100],
        action=str(data["a"])[:100],
        value=str(data.get("v", "")),
    )


def verdict_in(activity: Activity) -> str | None:
    """ "up" or "down" if the activity is a verdict on an answer."""
    value = activity.value
    if activity.name != FEEDBACK or not isinstance(value, dict) or value.get("actionName") != "feedback":
        return None
    given = value.get("actionValue")
    return _REACTIONS.get(str(given.get("reaction"))) if isinstance(given, dict) else None


def button_press(activity: Activity, press: Press, person: Person, at: datetime) -> ButtonPress:
    """The press for the inbox. Its message id is the same for a second click on the same drawing of the card, however
    Teams delivers it.
    """
    what = hashlib.sha256(f"{press.action}\0{press.value}".encode()).hexdigest()[:16]
    parts = (_PREFIX, press.card, str(press.number), press.message, press.label, what, person.id)
    return ButtonPress(
        delivery_id=activity.delivery_id,
        message_id="/".join(quote(part, safe="") for part in parts),
        person=person,
        place=activity.place,
        action=press.action,
        value=press.value,
        at=at,
    )


def press_of(incoming: Incoming) -> Press | None:
    """The press behind an Incoming, as far as drawing its card again needs it."""
    if not isinstance(incoming, ButtonPress):
        return None
    parts = [unquote(part) for part in incoming.message_id.split("/")]
    if len(parts) != 7 or parts[0] != _PREFIX or not parts[3]:
        return None
    return Press(card=parts[1], number=int(parts[2]), message=parts[3], label=parts[4])


# --- answers to invokes ---


def shows_card(card: Json) -> Json:
    """Puts `card` in place of the one that was pressed."""
    return {"statusCode": 200, "type": CONTENT_TYPE, "value": card}


def says(text: str) -> Json:
    """Leaves the card and shows a line below it."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": text}


def refuses(status: int, text: str) -> Json:
    """Says why nothing happens."""
    return {
        "statusCode": status,
        "type": "application/vnd.microsoft.error",
        "value": {"code": str(status), "message": text},
    }
