"""What people wrote, read from Slack's event payloads. Pure: no I/O, nothing decided yet.

Shapes by docs.slack.dev/reference/events/message and app_mention, checked 2026-11-23.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from adapters.slack.ids import is_timestamp

Json = Mapping[str, Any]

_CODE: Final = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_REFERENCE: Final = re.compile(r"<([^<>\s|][^<>|]*)(?:\|([^<>]*))?>")
_BLANKS: Final = re.compile(r"[ \t\u00a0]+")
_LEADING_PERSON: Final = re.compile(r"\s*<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class Post:
    """One message as Slack delivered it. `text` is still in Slack's markup; times are in seconds since 1970."""

    delivery_id: str
    team: str
    enterprise: str
    channel: str
    channel_type: str  # channel, group, im, mpim or app_home; "" in an app_mention
    ts: str
    thread_ts: str  # "" outside threads
    user: str
    text: str
    subtype: str
    bot_user: str  # "" if the payload does not say
    is_from_bot: bool
    is_mention_event: bool
    parent_user: str
    home_teams: frozenset[str]  # of the one who wrote, as far as the payload says

    @property
    def root(self) -> str:
        """The thread that an answer belongs in: its own, or the one that it begins."""
        return self.thread_ts or self.ts

    @property
    def is_direct(self) -> bool:
        """A direct message to the bot."""
        return self.channel_type in ("im", "app_home") or (not self.channel_type and self.channel.startswith("D"))

    @property
    def at(self) -> datetime:
        """When it was written."""
        return datetime.fromtimestamp(float(self.ts), UTC)


def post_of(payload: Json) -> Post | None:
    """The message of a `message` or `app_mention` delivery; None if there is none to be read."""
    event = payload.get("event") or {}
    ts, channel = str(event.get("ts", "")), str(event.get("channel", ""))
    if not channel or not is_timestamp(ts):
        return None
    authorization = _authorization(payload)
    return Post(
        delivery_id=str(payload.get("event_id") or f"{channel}:{ts}:{event.get('type')}"),
        team=team_of(payload),
        enterprise=enterprise_of(payload),
        channel=channel,
        channel_type=str(event.get("channel_type") or ""),
        ts=ts,
        thread_ts=str(event.get("thread_ts") or ""),
        user=str(event.get("user") or ""),
        text=str(event.get("text") or ""),
        subtype=str(event.get("subtype") or ""),
        bot_user=str(authorization.get("user_id") or "") if authorization.get("is_bot", True) else "",
        is_from_bot=bool(event.get("bot_id") or event.get("bot_profile") or event.get("subtype") == "bot_message"),
        is_mention_event=event.get("type") == "app_mention",
        parent_user=str(event.get("parent_user_id") or ""),
        home_teams=frozenset(str(event[name]) for name in ("user_team", "source_team", "team") if event.get(name)),
    )


@dataclass(frozen=True, slots=True)
class Press:
    """Where a button was pressed, and by whom. `team` is the presser's own in an org-wide installation."""

    team: str
    enterprise: str
    channel: str
    root: str  # of the thread that the button stands in, or that an answer to it begins
    user: str
    home_teams: frozenset[str]


def press_of(payload: Json) -> Press:
    """From a `block_actions` payload. `team` is null in it where the app is installed for a whole organisation (S20).

    Raises KeyError if nobody is named. Shape by docs.slack.dev/reference/interaction-payloads, checked 2026-11-23.
    """
    user, container = payload["user"], payload.get("container") or {}
    message = payload.get("message") or {}
    home = str(user.get("team_id") or "")
    return Press(
        team=str((payload.get("team") or {}).get("id") or home),
        enterprise=str((payload.get("enterprise") or {}).get("id") or ""),
        channel=str((payload.get("channel") or {}).get("id") or container.get("channel_id") or ""),
        root=str(message.get("thread_ts") or container.get("thread_ts") or container.get("message_ts") or ""),
        user=str(user["id"]),
        home_teams=frozenset({home} - {""}),
    )


def team_of(payload: Json) -> str:
    """The workspace in which the app is installed: of an event in a shared channel `team_id` can be another's (S20)."""
    return str(_authorization(payload).get("team_id") or payload.get("context_team_id") or payload.get("team_id") or "")


def enterprise_of(payload: Json) -> str:
    """The organisation that the workspace belongs to; empty if it stands alone."""
    known = _authorization(payload).get("enterprise_id") or payload.get("context_enterprise_id")
    return str(known or payload.get("enterprise_id") or "")


def is_org_wide(payload: Json) -> bool:
    """Whether the delivery is for an installation in a whole organisation (S20)."""
    return bool(_authorization(payload).get("is_enterprise_install") or payload.get("is_enterprise_install"))


def _authorization(payload: Json) -> Json:
    authorizations = payload.get("authorizations") or ()
    return authorizations[0] if authorizations else {}


@lru_cache(1000)
def _mention(user: str) -> re.Pattern[str]:
    """With what often stands behind it."""
    return re.compile(rf"<@{re.escape(user)}(?:\|[^>]*)?>[:,]?")


def mentions(text: str, user: str) -> bool:
    """Whether `text` mentions `user`: exactly, and not inside code (S24)."""
    return bool(user) and _mention(user).search(_CODE.sub(" ", text)) is not None


def is_addressed_to_another(text: str, bot_user: str) -> bool:
    """Whether it begins with the mention of a person who is not the bot."""
    found = _LEADING_PERSON.match(text)
    return found is not None and found.group(1) != bot_user


def question_text(text: str, bot_user: str) -> str:
    """What was asked, as it reads: without the bot's mention, links and entities as plain text."""
    if bot_user:
        text = _mention(bot_user).sub(" ", text)
    text = _REFERENCE.sub(_plain, text)
    lines = [_BLANKS.sub(" ", line).strip() for line in html.unescape(text).split("\n")]
    return "\n".join(lines).strip()


def _plain(found: re.Match[str]) -> str:
    target, label = found.group(1), found.group(2)
    if target.startswith("@"):
        return f"@{label or target[1:]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].split('^')[0]}"
    return label or target.removeprefix("mailto:")
