"""A whole answer as a text file in its thread, for what is too long to be leafed through.

Three calls: an address to upload to, the bytes, and the sharing (docs.slack.dev/messaging/working-with-files, checked
2026-11-23). They need the scope files:write; a workspace that did not grant it, or forbids files, leafs through pages.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Final, assert_never

import structlog
from redis.asyncio import Redis

from adapters.slack.abilities import Abilities, Ability
from adapters.slack.api import Json, SlackApi
from adapters.slack.errors import SlackRefusedError
from adapters.slack.ids import PLATFORM
from adapters.slack.markdown import plain
from adapters.slack.mrkdwn import shortened
from adapters.slack.pieces import table_text
from adapters.slack.runs import Runs
from adapters.slack.workspaces import Workspaces
from resync_bot.conversation.model import (
    Answer,
    Block,
    Buttons,
    Code,
    Context,
    Divider,
    Fields,
    Image,
    Mentions,
    Place,
    Table,
    Text,
)
from resync_bot.conversation.pace import Pacer
from resync_bot.conversation.ports import Pace
from resync_bot.errors import DeliveryError, StoreUnavailableError
from resync_bot.runtime.redis import STORE_ERRORS

log = structlog.get_logger(__name__)

NAME: Final = "answer.txt"
_TITLE: Final = 80  # characters
_SHARED_SECONDS: Final = 7 * 24 * 60 * 60


class Files:
    """Each answer is shared once, whoever asks for it."""

    def __init__(  # what it calls, what it must keep to, what it remembers
        self,
        api: SlackApi,
        workspaces: Workspaces,
        abilities: Abilities,
        redis: Redis,
        *,
        namespace: str,
        pace: Pace,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`pace` is what a channel takes: a file is a message in it."""
        self._api = api
        self._workspaces = workspaces
        self._abilities = abilities
        self._redis = redis
        self._prefix = f"slack:{namespace}:file:"
        self._pacer = Pacer(redis, namespace=namespace)
        self._pace = pace
        self._sleep = sleep

    async def share(self, place: Place, root: str, turn_id: str, answer: Answer) -> bool:
        """Puts the answer into the thread `root`, unless it stands there already. False if there are no files here.

        Raises DeliveryError and StoreUnavailableError: then it may be asked for again.
        """
        if not self._abilities.has(place.tenant, Ability.FILES):
            return False
        if not await self._claim(turn_id):
            return True
        try:
            await self._share(place, root, answer)
        except SlackRefusedError as error:
            await self._give_back(turn_id)
            self._abilities.learn(place.tenant, Ability.FILES, error)
            log.info("slack_file_refused", code=error.code, method=error.method)
            return False
        except DeliveryError:
            await self._give_back(turn_id)
            raise
        return True

    async def _share(self, place: Place, root: str, answer: Answer) -> None:
        content = answer_text(answer).encode()
        token = await self._workspaces.token(place.tenant)
        asked: Json = {"filename": NAME, "length": len(content)}
        slot = await self._api.read("files.getUploadURLExternal", token, asked)
        await self._api.upload(str(slot["upload_url"]), content)
        title = shortened("".join(run.text for run in plain(answer.text)).split("\n")[0], _TITLE) or NAME
        sharing = {"files": [{"id": slot["file_id"], "title": title}], "channel_id": place.channel, "thread_ts": root}
        if wait := await self._pacer.reserve(Place(PLATFORM, place.tenant, place.channel), self._pace):
            await self._sleep(wait)
        await self._api.patiently(lambda: self._api.call("files.completeUploadExternal", token, sharing))

    async def _claim(self, turn_id: str) -> bool:
        try:
            return bool(await self._redis.set(self._prefix + turn_id, 1, nx=True, ex=_SHARED_SECONDS))
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"not known whether it is shared: {type(error).__name__}") from error

    async def _give_back(self, turn_id: str) -> None:
        try:
            await self._redis.delete(self._prefix + turn_id)
        except STORE_ERRORS as error:
            raise StoreUnavailableError(f"a file cannot be asked for again: {type(error).__name__}") from error


def answer_text(answer: Answer) -> str:
    """All that the answer holds, as plain text."""
    blocks = answer.blocks or (Text(answer.text),)
    return "\n\n".join(part for block in blocks for part in _texts(block)) + "\n"


def _texts(block: Block) -> Iterator[str]:  # one case per kind of block
    match block:
        case Text(markdown):
            yield markdown.strip()
        case Fields(pairs):
            yield "\n".join(f"{label}: {_shown(plain(value))}" for label, value in pairs)
        case Table():
            yield table_text(block)
        case Code(text):
            yield text.rstrip("\n")
        case Image(url, alt):
            yield f"{alt}: {url}"
        case Context(markdown):
            yield _shown(plain(markdown))
        case Divider():
            yield "-" * 40
        case Buttons() | Mentions():
            return
        case _:
            assert_never(block)


def _shown(runs: Runs) -> str:
    return "".join(run.text for run in runs)
