"""Teams as a messaging platform."""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry

from adapters.teams.activity import PLATFORM, is_channel
from adapters.teams.admission import Admission
from adapters.teams.asides import SENDERS, Asides
from adapters.teams.authentication import Authentication, LocalTestClientAuthentication
from adapters.teams.budget import Budgets
from adapters.teams.calls import Calls
from adapters.teams.connector import Connector
from adapters.teams.credentials import Credentials
from adapters.teams.desk import Desk
from adapters.teams.fresh import Fresh
from adapters.teams.http import PATH, Endpoint
from adapters.teams.inbound import Inbound
from adapters.teams.members import Members
from adapters.teams.metrics import TeamsMetrics
from adapters.teams.references import References
from adapters.teams.reply import TeamsReply
from adapters.teams.store import PostedMessages
from adapters.teams.transport import Transport
from resync_bot.conversation.model import Incoming, Place
from resync_bot.conversation.pace import Pacer
from resync_bot.conversation.ports import Host, MessageRef, Pace, ReplyStream
from resync_bot.errors import StoreUnavailableError
from resync_bot.runtime.resilience import CircuitBreakerManager
from resync_bot.runtime.tasks import beside

CONNECTIONS = 100

log = structlog.get_logger(__name__)


class TeamsAdapter:
    """See Adapter."""

    def __init__(self, host: Host, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` is monotonic, in seconds: it times streams."""
        self._clock = clock
        self._settings = settings = host.settings.teams
        self._session: aiohttp.ClientSession | None = None
        self._corrections = host.corrections
        self._fresh: list[Fresh[Any]] = []  # what is renewed in the background
        calls = Calls(
            self._open_session, host.circuits or CircuitBreakerManager(registry=CollectorRegistry()), now=host.now
        )
        authentication, credentials = self._identity(calls)
        connector = Connector(
            calls,
            credentials,
            Budgets(Pacer(host.redis, namespace=host.settings.redis.namespace)),
            service_urls=settings.allowed_service_urls,
        )
        self._transport = Transport(connector, app_id=settings.app_id)
        self._store = PostedMessages(host.redis)
        references = References(host.redis)
        self._desk = Desk(self._transport, references)
        self._asides = Asides(self._desk)
        members = Members(self._store, connector, tenants=settings.allowed_tenants, allow_guests=settings.allow_guests)
        metrics = TeamsMetrics(host.metrics)
        inbound = Inbound(
            host,
            admission=Admission(members, references),
            references=references,
            store=self._store,
            asides=self._asides,
            metrics=metrics,
        )
        self._endpoint = Endpoint(authentication, self._transport, inbound, metrics)

    @property
    def platform(self) -> str:
        """See Adapter."""
        return PLATFORM

    @property
    def pace(self) -> Pace:
        """None: one answer takes several calls, and each call is counted, see `budget`."""
        return Pace()

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Where the Bot Connector delivers."""
        return [web.post(PATH, self._endpoint.post)]

    def running(self) -> AbstractAsyncContextManager[None]:
        """See Adapter. Keys and tokens are renewed in the background meanwhile."""
        return self._running()

    async def admit(self, incoming: Incoming) -> Incoming | None:
        """See Adapter. Who writes is known when it comes in."""
        return incoming

    def reply(
        self, place: Place, turn_id: str, incoming: Sequence[Incoming], *, resume: MessageRef | None
    ) -> ReplyStream:
        """See Adapter."""
        return TeamsReply(
            self._desk,
            self._store,
            place,
            turn_id,
            incoming,
            resume=resume,
            clock=self._clock,
            stopped=self._stopped,
        )

    def thread_under(self, ref: MessageRef) -> Place | None:
        """See Adapter. Only channels have threads; their posts begin one each."""
        place = ref.place
        return replace(place, thread=place.thread or ref.id) if is_channel(place) and ref.id else None

    def _identity(self, calls: Calls) -> tuple[Authentication, Credentials | None]:
        """How requests prove that they are Microsoft's, and how the bot proves who it is."""
        settings = self._settings
        if not settings.app_id:
            return LocalTestClientAuthentication(), None
        # They bring cryptography, 8 MB: a bot without a registration does not pay for it.
        from adapters.teams.keys import SigningKeys  # noqa: PLC0415
        from adapters.teams.tokens import BotConnectorAuthentication  # noqa: PLC0415

        keys, credentials = SigningKeys(calls, settings.openid_metadata_url), Credentials(calls, settings)
        self._fresh = [keys.fresh, credentials.fresh]
        authentication = BotConnectorAuthentication(
            keys,
            app_id=settings.app_id,
            issuer=settings.issuer,
            tenants=settings.allowed_tenants,
            service_urls=settings.allowed_service_urls,
        )
        return authentication, credentials

    async def _stopped(self, place: Place) -> None:
        """The person pressed the stop button: the turn need not go on."""
        log.info("teams.stopped_by_person", tenant=place.tenant)
        if self._corrections is None:
            return
        try:
            await self._corrections.stop(place)
        except StoreUnavailableError as error:
            log.warning("teams.turn_not_stopped", error=str(error))

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        if self._settings.app_id:
            await self._transport.load()
        async with AsyncExitStack() as life:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            self._session = await life.enter_async_context(aiohttp.ClientSession(connector=connector))
            for number in range(SENDERS):
                await life.enter_async_context(beside(self._asides.run(), name=f"teams asides {number}"))
            for value in self._fresh:
                await life.enter_async_context(beside(value.keep(), name=value.name))
            yield

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the adapter is not running")
        return self._session
