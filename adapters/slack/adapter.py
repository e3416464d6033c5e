"""Slack as a messaging platform: everything of this package put together."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from adapters.slack.abilities import Abilities
from adapters.slack.api import SlackApi, slack_session
from adapters.slack.behind import Behind
from adapters.slack.bolt import bolt_app, serve_home, serve_lifecycle
from adapters.slack.corrections import Corrector
from adapters.slack.errors import SlackRefusedError
from adapters.slack.files import Files
from adapters.slack.gate import Gate
from adapters.slack.home import Home
from adapters.slack.http import HttpTransport
from adapters.slack.ids import PLATFORM, MessageId, is_timestamp
from adapters.slack.installations import Installations, States, cipher
from adapters.slack.lifecycle import Lifecycles
from adapters.slack.messages import Messages, Target
from adapters.slack.metrics import SlackMetrics
from adapters.slack.notices import Notices
from adapters.slack.oauth import OAuthRoutes, oauth_flow
from adapters.slack.pages import Pages
from adapters.slack.people import People
from adapters.slack.receiver import Receiver
from adapters.slack.reply import Replies, SlackReply
from adapters.slack.rest import Rest
from adapters.slack.router import Router
from adapters.slack.signs import Signs
from adapters.slack.socket import SocketTransport
from adapters.slack.threads import Threads
from adapters.slack.workspaces import OneToken, Tokens, Workspaces
from resync_bot.conversation.model import Incoming, Place, Question
from resync_bot.conversation.ports import Host, MessageRef, Pace, ReplyStream
from resync_bot.runtime.resilience import CircuitBreakerManager

log = structlog.get_logger(__name__)

CLOCK_SKEW = 60.0  # seconds that our clock may be ahead of Slack's
PACE = Pace(((1.0, 1),))  # messages in a channel, docs.slack.dev/apis/web-api/rate-limits, checked 2026-11-23


class SlackAdapter:
    """See Adapter."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._settings = host.settings.slack
        self._metrics = SlackMetrics(host.metrics)
        self._receiver: Receiver | None = None
        self._router: Router | None = None
        self._replies: Replies | None = None
        self._oauth = OAuthRoutes()

    @property
    def platform(self) -> str:
        """See Adapter."""
        return PLATFORM

    @property
    def pace(self) -> Pace:
        """About one message a second in a channel (S14)."""
        return PACE

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """See Adapter."""
        routes: list[web.AbstractRouteDef] = []
        if self._settings.effective_transport == "http" and self._settings.signing_secret is not None:
            secret = self._settings.signing_secret.get_secret_value()
            routes += HttpTransport(secret, lambda: self._router, self._metrics, now=time.time).routes()
        if self._settings.has_oauth:
            routes += self._oauth.routes()
        return routes

    def running(self) -> AbstractAsyncContextManager[None]:
        """See Adapter."""
        return self._running()

    async def admit(self, incoming: Incoming) -> Incoming | None:
        """See Adapter."""
        if self._receiver is None or self._replies is None:
            raise RuntimeError("the adapter does not run")
        try:
            return await self._receiver.identify(incoming)
        except SlackRefusedError as error:
            await self._replies.messages.note_refusal(target_of(incoming.place, (incoming,)), error, self._host.now())
            raise

    def reply(
        self, place: Place, turn_id: str, incoming: Sequence[Incoming], *, resume: MessageRef | None
    ) -> ReplyStream:
        """See Adapter."""
        if self._replies is None:
            raise RuntimeError("the adapter does not run")
        return SlackReply(self._replies, place, turn_id, target_of(place, incoming), resume)

    def thread_under(self, ref: MessageRef) -> Place | None:
        """See Adapter."""
        place = ref.place
        return place if is_timestamp(place.thread) else replace(place, thread=ref.id)

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        host, settings, metrics = self._host, self._settings, self._metrics
        namespace = host.settings.redis.namespace
        keep = int(timedelta(days=host.settings.work.history_days).total_seconds())
        behind = Behind(metrics)
        circuits = host.circuits or CircuitBreakerManager(registry=CollectorRegistry())
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(slack_session())
            api = SlackApi(session, settings.api_url, circuits, metrics)
            lifecycle = Lifecycles(host.intake, host.now, host.new_id)
            installations = self._installations(api, lifecycle)
            workspaces = Workspaces(api, self._tokens(installations))
            threads = Threads(host.redis, namespace=namespace, keep_seconds=keep)
            people = People(api, workspaces, host.redis, behind, namespace=namespace)
            gate = Gate(settings, workspaces, threads, people)
            notices = Notices(api, workspaces, gate, host.redis, behind, namespace=namespace)
            pages = Pages(host.redis, namespace=namespace)
            messages = Messages(api, workspaces, host.redis, namespace=namespace)
            receiver = self._receiver = Receiver(host.intake, gate, notices, metrics, host.now)
            abilities = Abilities()
            signs = Signs(api, workspaces, abilities, behind)
            corrector = Corrector(host.corrections, gate, signs, metrics)
            files = Files(api, workspaces, abilities, host.redis, namespace=namespace, pace=self.pace)
            bolt = bolt_app(api, workspaces, Rest(api, gate, pages, files))
            serve_lifecycle(bolt, installations, lifecycle)
            if host.briefing:
                serve_home(bolt, Home(api, workspaces, gate, host.briefing, now=host.now))
            router = Router(receiver, corrector, bolt, behind, metrics)
            self._replies = Replies(messages, threads, notices, pages, abilities, signs, metrics, host.now)
            await stack.enter_async_context(behind.running())
            if settings.effective_transport == "socket" and settings.app_token:
                socket = SocketTransport(session, api, settings.app_token.get_secret_value(), router, metrics)
                await stack.enter_async_context(socket.running(settings.socket_connections))
            self._router = router
            if installations:
                states = States(host.redis, namespace=namespace, new_id=host.new_id)
                self._oauth.flow = oauth_flow(settings, installations, states, api.anonymous())
            try:
                yield
            finally:
                self._router = self._oauth.flow = None

    def _installations(self, api: SlackApi, lifecycle: Lifecycles) -> Installations | None:
        settings = self._settings
        if not settings.has_oauth or settings.client_secret is None:
            return None
        secret = settings.client_secret.get_secret_value()
        return Installations(
            self._host.redis,
            cipher(self._host.settings.secret_key.get_secret_value()),
            AsyncTokenRotator(client_id=settings.client_id, client_secret=secret, client=api.anonymous()),
            namespace=self._host.settings.redis.namespace,
            installed=lifecycle.installed,
        )

    def _tokens(self, installations: Installations | None) -> Tokens:
        if self._settings.bot_token is not None:
            return OneToken(self._settings.bot_token.get_secret_value())
        if installations is None:
            raise RuntimeError("neither a token nor OAuth: the factory makes no such adapter")
        return installations


def target_of(place: Place, incoming: Sequence[Incoming]) -> Target:
    """Where the answer to `incoming` goes: into the thread of the last message, or to where a command was given."""
    messages = [MessageId.decode(one.message_id) for one in incoming]
    last = messages[-1] if messages else MessageId(place.channel, "")
    root = last.root or (place.thread if is_timestamp(place.thread) else "")
    is_command = last.ts != "" and isinstance(incoming[-1], Question) and not is_timestamp(last.ts)
    stamps = [message.ts for message in messages if is_timestamp(message.ts)]
    since = min(stamps) if stamps else (f"{incoming[0].at.timestamp() - CLOCK_SKEW:.6f}" if incoming else root or "0")
    return Target(
        team=place.tenant,
        channel=place.channel,
        root=root,
        asker=incoming[-1].person.id if incoming else "",
        since=since,
        command=incoming[-1].message_id if is_command else "",
    )
