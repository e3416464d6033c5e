"""From settings to engines that answer: the parts of each, put together and taken apart again."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache, partial

from prometheus_client import CollectorRegistry

from resync_bot.errors import ConfigurationError
from resync_bot.runtime.resilience import CircuitBreakerManager
from resync_bot.runtime.together import together
from resync_bot.runtime.tws_settings import EngineSettings, TwsSettings
from resync_bot.tws.cache import read_cache
from resync_bot.tws.client import EngineClient
from resync_bot.tws.clock import EngineClock
from resync_bot.tws.connection import connections
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.metrics import TwsMetrics
from resync_bot.tws.queries import Engines


@asynccontextmanager
async def connect_engine(
    settings: EngineSettings,
    *,
    breakers: CircuitBreakerManager | None = None,
    metrics: TwsMetrics | None = None,
    clock: EngineClock | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> AsyncIterator[HwaEngine]:
    """The engine of `settings`, until the block is left. Connects with the first question, not here.

    Without `breakers` and `metrics` it has its own, which nobody sees; `sleep` waits between attempts, by `monotonic`.
    Raises ConfigurationError for settings that cannot work.
    """
    breakers = breakers or CircuitBreakerManager(registry=CollectorRegistry())
    metrics = metrics or TwsMetrics(CollectorRegistry())
    reads = cache(partial(metrics.cache.labels, settings.name))  # the child of a metric is found once
    async with (
        connections(settings) as http,
        read_cache(settings.cache_seconds, count=lambda outcome: reads(outcome).inc()) as known,
        together() as tasks,
    ):
        client = EngineClient(
            settings,
            http,
            tasks=tasks,
            breakers=breakers,
            metrics=metrics,
            clock=clock or EngineClock(),
            sleep=sleep,
            monotonic=monotonic,
        )
        try:
            yield HwaEngine(settings, client, known)
        finally:
            client.stop()


@asynccontextmanager
async def connect_engines(
    settings: TwsSettings,
    *,
    breakers: CircuitBreakerManager | None = None,
    metrics: TwsMetrics | None = None,
) -> AsyncIterator[Engines]:
    """All engines of `settings` by their names, until the block is left; see `connect_engine`.

    Raises ConfigurationError if there is none.
    """
    chosen = settings.every_engine
    if not chosen:
        raise ConfigurationError("TWS_HOST: is not set", hint="for example https://master.example.org:31116")
    breakers = breakers or CircuitBreakerManager(registry=CollectorRegistry())
    metrics = metrics or TwsMetrics(CollectorRegistry())
    async with AsyncExitStack() as stack:
        engines = {
            one.name: await stack.enter_async_context(connect_engine(one, breakers=breakers, metrics=metrics))
            for one in chosen
        }
        yield Engines(engines, chosen[0].name)
