"""Teams as a messaging platform."""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import aiohttp
import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry

from adapters.teams.activity import PLATFORM
from adapters.teams.asides import SENDERS, Asides
from adapters.teams.authentication import BotConnectorAuthentication, LocalTestClientAuthentication
from adapters.teams.budget import Budgets
from adapters.teams.calls import Calls
from adapters.teams.connector import Connector
from adapters.teams.credentials import Credentials
from adapters.teams.desk import Desk
from adapters.teams.http import PATH, Endpoint
from adapters.teams.inbound import Inbound
from adapters.teams.keys import SigningKeys
from adapters.teams.members import Members
from adapters.teams.metrics import TeamsMetrics
from adapters.teams.references import References
from adapters.teams.reply import TeamsReply
from adapters.teams.sdk import BotFramework
from adapters.teams.store import PostedMessages
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
        settings = host.settings.teams
        self._session: aiohttp.ClientSession | None = None
        circuits = host.circuits or CircuitBreakerManager(registry=CollectorRegistry())
        self._corrections = host.corrections
        calls = Calls(self._open_session, circuits, now=host.now)
        self._keys: SigningKeys | None = None
        self._credentials: Credentials | None = None
        if settings.app_id:
            self._keys = SigningKeys(calls, settings.openid_metadata_url)
            self._credentials = Credentials(calls, settings)
            authentication: BotConnectorAuthentication | LocalTestClientAuthentication = BotConnectorAuthentication(
                self._keys,
                app_id=settings.app_id,
                issuer=settings.issuer,
                tenants=settings.allowed_tenants,
                service_urls=settings.allowed_service_urls,
            )
        else:
            authentication = LocalTestClientAuthentication()
        budgets = Budgets(Pacer(host.redis, namespace=host.settings.redis.namespace))
        connector = Connector(calls, self._credentials, budgets, service_urls=settings.allowed_service_urls)
        self._store = PostedMessages(host.redis)
        references = References(host.redis)
        sdk = BotFramework(authentication, connector, app_id=settings.app_id)
        self._desk = Desk(sdk, references)
        self._asides = Asides(self._desk)
        metrics = TeamsMetrics(host.metrics)
        inbound = Inbound(
            intake=host.intake,
            corrections=host.corrections,
            briefing=host.briefing,
            references=references,
            members=Members(
                self._store,
                connector,
                tenants=settings.allowed_tenants,
                allow_guests=settings.allow_guests,
            ),
            store=self._store,
            asides=self._asides,
            metrics=metrics,
            now=host.now,
            new_id=host.new_id,
        )
        self._endpoint = Endpoint(sdk, inbound, metrics)

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
        async with AsyncExitStack() as life:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            self._session = await life.enter_async_context(aiohttp.ClientSession(connector=connector))
            for number in range(SENDERS):
                await life.enter_async_context(beside(self._asides.run(), name=f"teams asides {number}"))
            if self._keys:
                await life.enter_async_context(beside(self._keys.keep_fresh(), name="teams signing keys"))
            if self._credentials:
                await life.enter_async_context(beside(self._credentials.keep_fresh(), name="teams access token"))
            yield

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the adapter is not running")
        return self._session
