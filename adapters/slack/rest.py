"""The rest of an answer that is too long for one message: page by page for whoever asks, or whole as a file."""

from typing import Any, Final

import structlog

from adapters.slack.api import SlackApi
from adapters.slack.blocks import answer_message
from adapters.slack.files import Files
from adapters.slack.gate import Gate, Reason
from adapters.slack.ids import PLATFORM
from adapters.slack.pages import Pages
from adapters.slack.posts import Press, press_of
from resync_bot.conversation.model import Answer, Place
from resync_bot.errors import DeliveryError

log = structlog.get_logger(__name__)

Json = dict[str, Any]

_TOO_OLD: Final = "This answer is too long ago; please ask again."


class Rest:
    """Both buttons; courtesies, which a person can press again. They raise ResyncError."""

    def __init__(self, api: SlackApi, gate: Gate, pages: Pages, files: Files) -> None:
        self._api = api
        self._gate = gate
        self._pages = pages
        self._files = files

    async def more(self, body: Json, action: Json) -> None:
        """The next page, for the one who asked for it alone."""
        page, _, turn_id = str(action.get("value", "")).partition(":")
        press = press_of(body)
        if page.isdecimal() and await self._is_admitted(press):
            await self._show(press, body, await self._pages.answer(turn_id), turn_id, int(page))

    async def whole(self, body: Json, action: Json) -> None:
        """The file, in the thread of the answer, for all who read it; the next page if that does not work."""
        turn_id = str(action.get("value", ""))
        press = press_of(body)
        if not await self._is_admitted(press):
            return
        answer = await self._pages.answer(turn_id)
        if answer is None or not await self._share(press, turn_id, answer):
            await self._show(press, body, answer, turn_id, 1)

    async def _share(self, press: Press, turn_id: str, answer: Answer) -> bool:
        try:
            return await self._files.share(Place(PLATFORM, press.team, press.channel), press.root, turn_id, answer)
        except DeliveryError as error:
            log.warning("slack_file_not_shared", error=str(error))
            return False

    async def _is_admitted(self, press: Press) -> bool:
        return not isinstance(await self._gate.admit_now(press), Reason)

    async def _show(self, press: Press, body: Json, answer: Answer | None, turn_id: str, page: int) -> None:
        # Without the thread it would stand in the channel, where nobody looks for it (S19).
        response: Json = {"response_type": "ephemeral", "replace_original": False, "thread_ts": press.root}
        if answer is None:
            response["text"] = _TOO_OLD
        else:
            message = answer_message(answer, turn_id, page=page)
            blocks = list(message.blocks)
            response |= {"text": message.text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}
        await self._api.patiently(lambda: self._api.respond(str(body["response_url"]), response))
