"""The web page as a messaging platform."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

from aiohttp import web

from adapters.web.api import PLATFORM, ChatApi
from adapters.web.guard import Guard
from adapters.web.page import page_routes
from adapters.web.reply import WebReply
from adapters.web.store import ConversationStore
from adapters.web.watch import Watches
from resync_bot.conversation.model import Incoming, Place
from resync_bot.conversation.ports import Host, MessageRef, Pace, ReplyStream


class WebAdapter:
    """See Adapter. Its platform is Redis: any replica can write an answer, any other serves it to the browser."""

    def __init__(self, host: Host) -> None:
        self._host = host
        keep = timedelta(days=host.settings.work.history_days)
        self._store = ConversationStore(host.redis, keep_seconds=int(keep.total_seconds()))
        self._watches = Watches(host.redis, self._store)
        self._guard = Guard(host.settings, host.metrics)

    @property
    def platform(self) -> str:
        """See Adapter."""
        return PLATFORM

    @property
    def pace(self) -> Pace:
        """No limit: each text replaces the one before, and the store is our own."""
        return Pace()

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The page at `/`, the API under `/api/chat`."""
        host = self._host
        api = ChatApi(intake=host.intake, store=self._store, watches=self._watches, now=host.now, new_id=host.new_id)
        return [*api.routes(self._guard), *page_routes(self._guard, host.new_id)]

    def running(self) -> AbstractAsyncContextManager[None]:
        """See Adapter."""
        return self._watches.running()

    async def admit(self, incoming: Incoming) -> Incoming | None:
        """See Adapter. Who writes is known when it comes in."""
        return incoming

    def reply(
        self, place: Place, turn_id: str, incoming: Sequence[Incoming], *, resume: MessageRef | None
    ) -> ReplyStream:
        """See Adapter. A predecessor's message bears the turn's id, and so needs no looking up."""
        return WebReply(self._store, place, resume.id if resume else turn_id, incoming)

    def thread_under(self, ref: MessageRef) -> Place | None:  # noqa: ARG002  # see Adapter
        """See Adapter. A conversation of the page has no threads."""
        return None


def factory(host: Host) -> WebAdapter:
    """The entry point. The page needs no configuration; where it is closed, it says so itself."""
    return WebAdapter(host)
