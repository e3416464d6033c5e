"""How Slack's places and messages are named in the bot's words.

A conversation is a thread: `Place.thread` is the timestamp of the thread's root. A conversation that a slash command
began has no root until its answer is posted (commands know no thread, S21); it is named by the command instead, with a
slash before it, and its thread is found again through `threads.Threads`.

`message_id` is `channel:ts`, the same under every delivery of a post (S4); where the thread's root is not the name of
the conversation it is `channel:ts:root`.
"""

import re
from dataclasses import dataclass
from typing import Final

from resync_bot.conversation.model import Place

PLATFORM: Final = "slack"

_TS: Final = re.compile(r"\d+\.\d+")


@dataclass(frozen=True, slots=True)
class MessageId:
    """`ts` is a timestamp, or the trigger of a command; `root` is the thread to answer in, if it is not the place's."""

    channel: str
    ts: str
    root: str = ""

    def encode(self) -> str:
        """What stands in `Incoming.message_id`."""
        return ":".join(part for part in (self.channel, self.ts, self.root) if part)

    @classmethod
    def decode(cls, text: str) -> "MessageId":
        """Raises ValueError if `text` did not come from `encode`."""
        channel, ts, root = (*text.split(":", 2), "", "")[:3]
        return cls(channel, ts, root)


def message_id(place: Place, ts: str, root: str) -> str:
    """The id of the message `ts` in the thread `root`, asked in the conversation `place`."""
    return MessageId(place.channel, ts, "" if root == place.thread else root).encode()


def is_timestamp(text: str) -> bool:
    """Whether it names a message of Slack."""
    return _TS.fullmatch(text) is not None
