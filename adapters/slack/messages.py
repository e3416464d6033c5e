"""The bot's own messages in one channel: post, edit, stream, and find one again by its marker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
import structlog
from redis.asyncio import Redis

from adapters.slack.api import Json, SlackApi
from adapters.slack.blocks import Rendered
from adapters.slack.errors import Refusal, SlackRefusedError
from adapters.slack.workspaces import Workspaces
from resync_bot.conversation.pace import MARK_SECONDS
from resync_bot.conversation.scripts import Scripts
from resync_bot.errors import DeliveryDelayedError, DeliveryUnknownError
from resync_bot.runtime.redis import STORE_ERRORS

log = structlog.get_logger(__name__)

MARKER: Final = "resync_answer"  # the metadata's event type of every answer
_PAGE: Final = 200
_MOST_PAGES: Final = 5
_STORE_RETRY: Final = 1.0


REFUSALS_SECONDS: Final = 7 * 24 * 60 * 60


def refusals_key(namespace: str) -> str:
    """A hash: kind of refusal -> the last one, as JSON."""
    return f"slack:{namespace}:refusals"


@dataclass(frozen=True, slots=True)
class Target:
    """Where an answer goes. `root` is empty if it begins a thread itself; `asker` is whom it answers last, if anybody.

    `since` is the timestamp of the first question: the answer cannot be older. `command` names the response URL.
    """

    team: str
    channel: str
    root: str
    asker: str
    since: str
    command: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether it answers somebody; an alert answers nobody."""
        return bool(self.asker)


class LookupRefusedError(DeliveryUnknownError):
    """Whether the answer stands in the channel cannot be found out: it is not posted again."""


class Messages:
    """The calls, each one attempt; they raise DeliveryDelayedError, DeliveryUnknownError and SlackRefusedError."""

    def __init__(self, api: SlackApi, workspaces: Workspaces, redis: Redis, *, namespace: str) -> None:
        self._api = api
        self._workspaces = workspaces
        self._redis = redis
        self._scripts = Scripts.of(redis)
        self._prefix = f"{{{namespace}}}:slack:posting:"  # among the lanes' keys, with whose scripts it is written
        self._refusals = refusals_key(namespace)

    def mark_of(self, turn_id: str) -> str:
        """The key that is set once somebody has tried to post this turn's answer."""
        return self._prefix + turn_id

    async def begin(self, turn_id: str) -> bool:
        """Whether nobody has tried to post this turn's answer before; from now on somebody has."""
        try:
            return bool(await self._scripts.command("SET", self.mark_of(turn_id), 1, "NX", "EX", MARK_SECONDS))
        except STORE_ERRORS as error:
            raise DeliveryDelayedError(
                f"not known whether it was posted: {type(error).__name__}", retry_after=_STORE_RETRY
            ) from error

    async def post(self, target: Target, message: Rendered, turn_id: str) -> str:
        """The new message's timestamp."""
        arguments = {
            "channel": target.channel,
            **_content(message, turn_id),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if target.root:
            arguments["thread_ts"] = target.root
        return _timestamp("chat.postMessage", await self._call("chat.postMessage", target, arguments))

    async def update(self, target: Target, ts: str, message: Rendered, turn_id: str) -> None:
        """Puts `message` in place of what stands there."""
        content = _content(message, turn_id)
        await self._call("chat.update", target, {"channel": target.channel, "ts": ts, "blocks": [], **content})

    async def delete(self, target: Target, ts: str) -> None:
        """Removes it."""
        await self._call("chat.delete", target, {"channel": target.channel, "ts": ts})

    async def start_stream(self, target: Target, markdown: str, *, above: Sequence[Json] = ()) -> str:
        """The timestamp of a new message that can be appended to. Streams stand in threads only (S8).

        `above` are blocks that stand over the text until the final form takes their place.
        """
        arguments: Json = {
            "channel": target.channel,
            "thread_ts": target.root,
            "recipient_team_id": target.team,
            "recipient_user_id": target.asker,
        }
        if above:
            arguments["chunks"] = [{"type": "blocks", "blocks": list(above)}, _chunk(markdown)]
        else:
            arguments["markdown_text"] = markdown
        return _timestamp("chat.startStream", await self._call("chat.startStream", target, arguments))

    async def append(self, target: Target, ts: str, markdown: str, *, in_chunks: bool) -> None:
        """Adds to a stream; `in_chunks` if it began with blocks: Slack takes one form in one stream."""
        text: Json = {"chunks": [_chunk(markdown)]} if in_chunks else {"markdown_text": markdown}
        await self._call("chat.appendStream", target, {"channel": target.channel, "ts": ts, **text})

    async def stop_stream(self, target: Target, ts: str, turn_id: str) -> None:
        """Ends a stream."""
        arguments = {"channel": target.channel, "ts": ts, "metadata": _marker(turn_id)}
        await self._call("chat.stopStream", target, arguments)

    async def respond(self, url: str, message: Rendered) -> None:
        """Through a response URL, visible to all."""
        body = {"response_type": "in_channel", "replace_original": False, "text": message.text}
        await self._api.respond(url, {**body, "blocks": list(message.blocks)} if message.blocks else body)

    async def find(self, target: Target, turn_id: str) -> str | None:
        """The message of this turn, by its marker, or a stream of the bot's that has none yet; None if there is none.

        A lane works on one turn at a time, so that an unmarked message after the question can only be this turn's;
        what nobody asked for takes none but its own.
        Raises DeliveryDelayedError to be asked again, LookupRefusedError if the channel cannot be read at all.
        """
        try:
            own = (await self._workspaces.identity(target.team)).bot_user
            return await self._search(target, turn_id, own)
        except DeliveryUnknownError as error:
            raise DeliveryDelayedError(str(error), retry_after=_STORE_RETRY) from error
        except SlackRefusedError as error:
            if error.refusal is Refusal.MESSAGE_GONE:
                return None
            raise LookupRefusedError(f"the answer cannot be looked up: {error}", hint=error.hint) from error

    async def note_refusal(self, target: Target, error: SlackRefusedError, at: datetime) -> None:
        """For `resync-bot check`: the last refusal of each kind. Best effort: the answer is lost either way."""
        note = orjson.dumps({"at": at.isoformat(), "team": target.team, "channel": target.channel, "code": error.code})
        try:
            await self._redis.hset(self._refusals, error.refusal.value, note)
            await self._redis.expire(self._refusals, REFUSALS_SECONDS)
        except STORE_ERRORS as store:
            log.info("slack_refusal_not_noted", error=type(store).__name__)

    async def _search(self, target: Target, turn_id: str, own: str) -> str | None:
        token = await self._workspaces.token(target.team)
        method = "conversations.replies" if target.root else "conversations.history"
        arguments: Json = {"channel": target.channel, "oldest": target.since, "limit": _PAGE, "include_all_metadata": 1}
        if target.root:
            arguments["ts"] = target.root
        unmarked = None
        for _ in range(_MOST_PAGES):
            answer = await self._api.read(method, token, arguments)
            for message in answer.get("messages", ()):
                if message.get("user") != own or str(message.get("ts", "")) <= target.since:
                    continue
                metadata = message.get("metadata") or {}
                if metadata.get("event_type") != MARKER:
                    unmarked = str(message["ts"]) if target.root and target.is_asked else unmarked
                elif (metadata.get("event_payload") or {}).get("turn") == turn_id:
                    return str(message["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
            arguments["cursor"] = cursor
        return unmarked

    async def _call(self, method: str, target: Target, arguments: Json) -> Json:
        return await self._api.call(method, await self._workspaces.token(target.team), arguments)


def _content(message: Rendered, turn_id: str) -> Json:
    content: Json = {"text": message.text, "metadata": _marker(turn_id)}
    if message.blocks:
        content["blocks"] = list(message.blocks)
    return content


def _chunk(markdown: str) -> Json:
    return {"type": "markdown_text", "text": markdown}


def _timestamp(method: str, answer: Json) -> str:
    ts = answer.get("ts")
    if not ts:
        raise DeliveryUnknownError(f"no timestamp in the answer to {method}")
    return str(ts)


def _marker(turn_id: str) -> Json:
    return {"event_type": MARKER, "event_payload": {"turn": turn_id}}
