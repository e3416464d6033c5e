"""Short words to one person that are no answer: too quick, too long. Nobody else sees them.

Also where a slash command's answer can go when the bot is not in the channel: its response URL, which Slack takes for
thirty minutes (docs.slack.dev/interactivity/handling-user-interaction, checked 2026-11-23).
"""

import math
from typing import Any, Final

import structlog
from redis.asyncio import Redis

from adapters.slack.api import Json, SlackApi
from adapters.slack.behind import Behind
from adapters.slack.gate import Gate, Reason
from adapters.slack.ids import is_timestamp
from adapters.slack.mrkdwn import literal
from adapters.slack.workspaces import Workspaces
from resync_bot.conversation.model import Incoming
from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.redis import STORE_ERRORS

log = structlog.get_logger(__name__)

RESPONSE_SECONDS: Final = 30 * 60


class Notices:
    """Ephemeral messages, sent after Slack was acknowledged."""

    def __init__(  # what it needs to reach somebody
        self, api: SlackApi, workspaces: Workspaces, gate: Gate, redis: Redis, behind: Behind, *, namespace: str
    ) -> None:
        self._api = api
        self._workspaces = workspaces
        self._gate = gate
        self._redis = redis
        self._behind = behind
        self._prefix = f"slack:{namespace}:response:"

    def too_quick(self, incoming: Incoming, root: str, seconds: float) -> None:
        """Asks to come again later."""
        self.tell(incoming, root, f"That was too quick for me; please try again in {max(1, math.ceil(seconds))} s.")

    def tell(self, incoming: Incoming, root: str, sentence: str) -> None:
        """Says `sentence` to the person, in the thread `root` if there is one."""
        self._behind.run(self._say(incoming, root, sentence), name="notice")

    async def keep_response_url(self, message_id: str, url: str) -> None:
        """Before the command is accepted. Raises StoreUnavailableError."""
        if not url:
            return
        try:
            await self._redis.set(self._prefix + message_id, url, ex=RESPONSE_SECONDS)
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"a response URL cannot be kept: {type(error).__name__}") from error

    async def response_url(self, message_id: str) -> str:
        """Empty if there is none, or none any more."""
        try:
            found: Any = await self._redis.get(self._prefix + message_id)
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"a response URL cannot be read: {type(error).__name__}") from error
        return str(found, "utf-8") if found else ""

    async def _say(self, incoming: Incoming, root: str, sentence: str) -> None:
        if isinstance(await self._gate.identify(incoming), Reason):
            return
        place = incoming.place
        arguments: Json = {"channel": place.channel, "user": incoming.person.id, "text": literal(sentence)}
        if is_timestamp(root):
            arguments["thread_ts"] = root
        if url := await self.response_url(incoming.message_id):
            told = {"response_type": "ephemeral", "text": arguments["text"]}
            await self._api.patiently(lambda: self._api.respond(url, told))
            return
        arguments |= {"unfurl_links": False, "unfurl_media": False}
        token = await self._workspaces.token(place.tenant)
        await self._api.patiently(lambda: self._api.courtesy("chat.postEphemeral", token, arguments))
