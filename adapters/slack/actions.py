"""The names that the bot's buttons bear in Slack.

An `action_id` is unique in its block only if it is numbered; what is pressed is never trusted, only read.
"""

from typing import Final

from adapters.slack import limits

PREFIX: Final = "resync"
MORE: Final = "more"
FILE: Final = "file"
STOP: Final = "stop"
FEEDBACK: Final = "feedback"


def action_id(action: str, number: int = 0) -> str:
    """The id of the button number `number` of its message."""
    return f"{PREFIX}:{number}:{action}"[: limits.ACTION_ID]


def action_of(identifier: str) -> str | None:
    """The action of one of the bot's own buttons; None for any other."""
    prefix, _, rest = identifier.partition(":")
    number, separator, action = rest.partition(":")
    return action if prefix == PREFIX and separator and number.isdecimal() and action else None
