"""Edits, deletions and stops: what a person changes about a question that is under way.

A message keeps its timestamp when it is edited (S5): the edit is told apart by its subtype, never by an id, and the
bot's own edits, which come back as `message_changed` too, change nothing.
"""

from typing import Any, Final

import structlog

from adapters.slack.gate import Gate, Reason
from adapters.slack.ids import PLATFORM, message_id
from adapters.slack.messages import Target
from adapters.slack.metrics import SlackMetrics
from adapters.slack.posts import Post, Press, enterprise_of, mentions, post_of, press_of, question_text, team_of
from adapters.slack.signs import Signs
from resync_bot.conversation.model import Place, Question
from resync_bot.conversation.ports import Corrections

log = structlog.get_logger(__name__)

Json = dict[str, Any]

_LONGEST_STOP: Final = 60  # characters, a mention included
_STOP_WORDS: Final = ("stop", "stop it", "cancel", "pare", "para", "parar", "cancelar")


class Corrector:
    """Its methods raise StoreUnavailableError, or DeliveryError if it is not known in time who somebody is."""

    def __init__(self, corrections: Corrections | None, gate: Gate, signs: Signs, metrics: SlackMetrics) -> None:
        self._corrections = corrections
        self._gate = gate
        self._signs = signs
        self._metrics = metrics

    async def handles(self, payload: Json) -> bool:
        """Whether the message changes a question, or stops an answer, and so is none itself."""
        event = payload["event"]
        if self._corrections is None:
            return False
        match event.get("subtype"):
            case "message_changed":
                await self._edited(payload, event)
                return True
            case "message_deleted":
                await self._deleted(payload, event)
                return True
            case None:
                return await self._stopped(payload)
            case _:
                return False

    async def stop(self, payload: Json) -> None:
        """The button of the bot's own in an answer that is being written."""
        press = press_of(payload)
        if not isinstance(await self._gate.admit_now(press), Reason):
            await self._stop(await self._place(press.team, press.channel, press.root))

    async def session_stopped(self, payload: Json) -> None:
        """Slack's own stop button (`agent_session_stopped`). Slack has stopped the message's stream already.

        A button that was left behind, where nothing runs any more, is taken away.
        """
        event, team = payload["event"], team_of(payload)
        channel, root, user = str(event["channel"]), str(event["thread_ts"]), str(event["user"])
        press = Press(team, enterprise_of(payload), channel, root, user, home_teams=frozenset())
        if isinstance(await self._gate.admit_now(press), Reason):
            return
        if not await self._stop(await self._place(team, channel, root)):
            self._signs.take_stop_away(Target(team, channel, root, user, since=root))

    async def _edited(self, payload: Json, event: Json) -> None:
        changed, before = event.get("message") or {}, event.get("previous_message") or {}
        if changed.get("bot_id") or changed.get("text") == before.get("text"):
            self._metrics.received("edit", "not_a_question").inc()
            return  # the bot's own edit, or a preview of a link that was added
        post = _inner(payload, changed)
        admitted = await self._gate.admit(post) if post else Reason.UNREADABLE
        if post is None or isinstance(admitted, Reason) or self._corrections is None:
            self._metrics.received("edit", "not_a_question").inc()
            return
        question = Question(
            delivery_id=post.delivery_id,
            message_id=message_id(admitted.place, post.ts, post.root),
            person=admitted.person,
            place=admitted.place,
            text=question_text(post.text, post.bot_user),
            at=post.at,
        )
        replaced = await self._corrections.replace(question)
        self._metrics.received("edit", "replaced" if replaced else "too_late").inc()

    async def _deleted(self, payload: Json, event: Json) -> None:
        post = _inner(payload, event.get("previous_message") or {})
        if post is None or post.is_from_bot or self._corrections is None:
            self._metrics.received("deletion", "not_a_question").inc()
            return
        place = await self._place(post.team, post.channel, post.root)
        withdrawn = await self._corrections.withdraw(place, message_id(place, post.ts, post.root))
        self._metrics.received("deletion", "withdrawn" if withdrawn else "too_late").inc()

    async def _stopped(self, payload: Json) -> bool:
        text = str(payload["event"].get("text", ""))
        if len(text) > _LONGEST_STOP or not text.casefold().rstrip().rstrip(" .!").endswith(_STOP_WORDS):
            return False  # most messages: they need not be read twice
        post = post_of(payload)
        if post is None or not _says_stop(post):
            return False
        admitted = await self._gate.admit(post)
        if isinstance(admitted, Reason):
            return False
        press = Press(post.team, post.enterprise, post.channel, post.root, post.user, post.home_teams)
        return not isinstance(await self._gate.admit_now(press), Reason) and await self._stop(admitted.place)

    async def _place(self, team: str, channel: str, root: str) -> Place:
        home = await self._gate.home_of(team, channel, root)
        return Place(PLATFORM, home.team, channel, home.conversation)

    async def _stop(self, place: Place) -> bool:
        if self._corrections is None:
            return False
        stopped = await self._corrections.stop(place)
        self._metrics.received("stop", "stopped" if stopped else "nothing_runs").inc()
        return stopped


def _says_stop(post: Post) -> bool:
    is_bare = not post.bot_user or mentions(post.text, post.bot_user) or "<@" not in post.text
    return is_bare and question_text(post.text, post.bot_user).casefold().strip(" .!") in _STOP_WORDS


def _inner(payload: Json, message: Json) -> Post | None:
    """The message inside an edit or a deletion, as if it were delivered itself."""
    event = payload["event"]
    outer = {"type": "message", "channel": event.get("channel"), "channel_type": event.get("channel_type")}
    return post_of({**payload, "event": {**message, **outer}})
