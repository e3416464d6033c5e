"""The composition root: settings in, a running bot out. The only module that knows all parts."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from importlib.metadata import entry_points, version
from secrets import token_hex

from prometheus_client import CollectorRegistry
from structlog import get_logger

from resync_bot.agent.briefing import brief
from resync_bot.agent.interpreter import Interpreter
from resync_bot.agent.litellm_model import LitellmModel, warm_up
from resync_bot.agent.loop import Loop
from resync_bot.agent.metrics import AgentMetrics
from resync_bot.agent.models import ModelChain
from resync_bot.agent.responder import AgentResponder
from resync_bot.agent.tools import TOOLS, Toolbox
from resync_bot.agent.tools.alerts import AlertRecords, alert_tools
from resync_bot.alerts.desk.asked import Desk
from resync_bot.alerts.desk.desk import AlertDesk
from resync_bot.alerts.desk.records import Records
from resync_bot.alerts.sources.waiting_notices import WaitingNotices
from resync_bot.alerts.sources.webhook import Webhook
from resync_bot.alerts.standing import fallback_place, standing_rules
from resync_bot.alerts.store import AlertStore
from resync_bot.alerts.watching import AlertWatcher
from resync_bot.conversation.feedback import FeedbackLog
from resync_bot.conversation.history import History
from resync_bot.conversation.inbox import Inbox
from resync_bot.conversation.lanes import Lanes
from resync_bot.conversation.metrics import ConversationMetrics
from resync_bot.conversation.outbox import Outbox
from resync_bot.conversation.pace import Pacer
from resync_bot.conversation.ports import Adapter, Host
from resync_bot.conversation.turn import TurnHandler
from resync_bot.conversation.worker import Worker
from resync_bot.errors import ConfigurationError
from resync_bot.probes import Probes
from resync_bot.runtime.circuit import CircuitBreakerManager
from resync_bot.runtime.garbage import settle_heap
from resync_bot.runtime.logs import logging_to
from resync_bot.runtime.redis import connect_redis
from resync_bot.runtime.sections import LlmSettings
from resync_bot.runtime.settings import Environment, Settings, load_settings
from resync_bot.runtime.signals import stop_on_signals
from resync_bot.tws.connecting import connect_engines
from resync_bot.tws.graph import GraphKeeper, GraphMetrics
from resync_bot.tws.history.recorder import Recorder
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.metrics import TwsMetrics
from resync_bot.tws.queries import Engines
from resync_bot.web.api import ApiEndpoints
from resync_bot.web.health import HealthEndpoints
from resync_bot.web.server import create_app, serving

log = get_logger(__name__)

ADAPTERS = "resync_bot.adapters"  # the entry-point group
VERSION = version("resync-bot")
CHAT_PAGE = "web//alerts/"  # the place on the chat page that everybody sees

Announce = Callable[[str], None]


async def serve() -> None:
    """Runs the bot from the settings until SIGINT or SIGTERM. Raises ConfigurationError if one is missing."""
    settings = load_settings()
    missing = [
        f"{name}: must be set, for example {example}; or run: resync-bot demo"
        for name, is_set, example in (
            ("REDIS_URL", settings.redis.url is not None, "redis://redis:6379/0"),
            ("TWS_HOST", bool(settings.tws.every_engine), "https://master.example.org:31116"),
        )
        if not is_set
    ]
    if missing:
        raise ConfigurationError("\n".join(missing))
    with logging_to(settings.log), stop_on_signals() as stop:
        await run_bot(settings, stop=stop)


def make_agent(
    settings: LlmSettings,
    engines: Engines,
    *,
    breakers: CircuitBreakerManager,
    metrics: CollectorRegistry,
    graphs: Mapping[str, GraphKeeper] | None = None,
    histories: Mapping[str, RunHistory] | None = None,
    alerts: AlertRecords | None = None,
) -> AgentResponder:
    """The agent over the engines, with the configured language models and the interpreter behind them.

    `graphs` keep the plans of the engines, by name; without them the engine is asked step by step. `histories`
    remember their runs; without them nothing is known of earlier days. `alerts` tell what alerting knows.
    """
    counted = AgentMetrics(metrics)
    tools = (*TOOLS, *(alert_tools(alerts) if alerts else ()))
    toolbox = Toolbox(engines, tools, metrics=counted, graphs=graphs, histories=histories)
    models = ModelChain(
        [LitellmModel(model, timeout=settings.timeout) for model in settings.models], breakers, metrics=counted
    )
    return AgentResponder(
        Loop(toolbox, settings, metrics=counted), toolbox, models, Interpreter(tuple(engines)), metrics=counted
    )


def make_graphs(engines: Engines, metrics: CollectorRegistry) -> dict[str, GraphKeeper]:
    """A keeper of the plan's graph for each engine."""
    counted = GraphMetrics(metrics)
    return {name: GraphKeeper(tws, name=name, metrics=counted) for name, tws in engines.items()}


def _nothing(_url: str) -> None:
    pass


async def run_bot(settings: Settings, *, stop: asyncio.Event, announce: Announce = _nothing) -> None:
    """Runs the bot until `stop` is set; `announce` gets its base URL once it answers.

    Raises StoreUnavailableError or ConfigurationError if it cannot start.
    """
    started = time.monotonic()
    metrics = CollectorRegistry()
    breakers = CircuitBreakerManager(registry=metrics)
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(connect_redis(settings.redis))
        engines = await stack.enter_async_context(
            connect_engines(settings.tws, breakers=breakers, metrics=TwsMetrics(metrics))
        )
        namespace = settings.redis.namespace
        graphs = make_graphs(engines, metrics)
        histories = {
            name: RunHistory(redis, namespace=namespace, engine=name, settings=settings.history) for name in engines
        }
        recorder = Recorder(
            engines,
            histories,
            redis,
            namespace=namespace,
            look_every=settings.history.look_every,
            metrics=metrics,
        )
        alerts = AlertStore(redis, namespace=namespace)
        is_open = settings.environment is not Environment.PRODUCTION
        standing = standing_rules(settings.alerts, engines=tuple(engines), otherwise=(CHAT_PAGE,) if is_open else ())
        desk = Desk(
            alerts,
            engines,
            _now,
            standing=standing,
            open_platforms=frozenset({"web", "terminal"}) if is_open else frozenset(),
            common={"web": CHAT_PAGE},
            graphs=graphs,
            histories=histories,
        )
        responder = make_agent(
            settings.llm,
            engines,
            breakers=breakers,
            metrics=metrics,
            graphs=graphs,
            histories=histories,
            alerts=Records(desk) if settings.alerts.enabled else None,
        )
        counted = ConversationMetrics(metrics)
        inbox = Inbox(redis, namespace=namespace, limits=settings.limits, metrics=counted, new_id=_new_id)
        adapters = _adapters(
            Host(
                settings,
                inbox,
                redis,
                metrics,
                _now,
                _new_id,
                corrections=inbox,
                briefing=lambda: brief(responder.toolbox),
                circuits=breakers,
            )
        )
        outbox = Outbox(adapters, Pacer(redis, namespace=namespace), metrics=counted)
        handler = TurnHandler(
            responder=AlertDesk(responder, desk, metrics=metrics) if settings.alerts.enabled else responder,
            outbox=outbox,
            history=History(redis, namespace=namespace),
            feedback=FeedbackLog(redis, namespace=namespace, metrics=metrics),
            work=settings.work,
            limits=settings.limits,
            now=_now,
        )
        lanes = Lanes(
            redis, namespace=namespace, settings=settings.work, consumer=f"{socket.gethostname()}-{_new_id()}"
        )
        worker = Worker(lanes, handler, settings=settings.work, metrics=counted, new_id=_new_id)
        inbox.hand_to(worker)
        watcher = AlertWatcher(
            engines,
            graphs,
            histories,
            store=alerts,
            notices=WaitingNotices(redis, namespace=namespace),
            outbox=outbox,
            settings=settings.alerts,
            standing=standing,
            fallback=fallback_place(settings.alerts),
            metrics=metrics,
            now=_now,
            new_id=_new_id,
        )
        webhook = Webhook(
            redis,
            namespace=namespace,
            secrets=settings.alerts.webhook_secrets,
            engines=engines,
            now=_now,
            metrics=metrics,
        )
        probes = Probes(settings, redis=redis, engines=engines, agent=responder, stop=stop, started=started)
        app = create_app(
            [
                *HealthEndpoints(probes.by_part()).routes(),
                *ApiEndpoints(
                    status=probes.status,
                    agents=lambda: [responder.describe()],
                    metrics=metrics,
                    is_open=is_open,
                ).routes(),
                *webhook.routes(),
                *(route for adapter in adapters.values() for route in adapter.routes()),
            ]
        )
        url = await stack.enter_async_context(serving(app, settings.http))
        # The adapters are there before the first answer and until the last: the worker drains within their lives.
        async with _running(adapters), asyncio.TaskGroup() as tasks:
            tasks.create_task(worker.run(stop), name="worker")
            tasks.create_task(recorder.run(stop), name="recorder")
            if settings.alerts.enabled:
                tasks.create_task(watcher.run(stop), name="alerts")
            for name, keeper in graphs.items():
                tasks.create_task(keeper.run(stop), name=f"graph of {name}")
            if settings.llm.models:
                # After listening: it takes seconds, and the first question waits for the rest of them only.
                tasks.create_task(_warm_up(), name="model warm-up")
            settle_heap()
            seconds = round(time.monotonic() - started, 2)
            log.info("app.ready", version=VERSION, adapters=sorted(adapters), seconds=seconds)
            announce(url)
    log.info("app.stopped")


async def _warm_up() -> None:
    await warm_up()


@asynccontextmanager
async def _running(adapters: Mapping[str, Adapter]) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for adapter in adapters.values():
            await stack.enter_async_context(adapter.running())
        yield


def _adapters(host: Host) -> dict[str, Adapter]:
    """Those that are installed and configured, by platform."""
    found: dict[str, Adapter] = {}
    for point in entry_points(group=ADAPTERS):
        adapter: Adapter | None = point.load()(host)
        if adapter is not None:
            found[adapter.platform] = adapter
    return found


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return token_hex(16)
