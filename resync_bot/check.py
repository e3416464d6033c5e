"""`resync-bot check`: each dependency, reachable? authorised? which version? what to fix?"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import entry_points

from prometheus_client import CollectorRegistry
from rich.console import Console
from rich.table import Table
from rich.text import Text

from resync_bot.agent.chat import ModelFailureError, UserMessage
from resync_bot.agent.litellm_model import LitellmModel
from resync_bot.alerts.model import Origin
from resync_bot.alerts.standing import fallback_place, standing_rules
from resync_bot.conversation.ports import CheckResult
from resync_bot.errors import ConfigurationError, EngineError, ResyncError
from resync_bot.runtime.circuit import CircuitBreakerManager
from resync_bot.runtime.deadline import within
from resync_bot.runtime.logs import logging_to
from resync_bot.runtime.redis import connect_redis, redis_health
from resync_bot.runtime.sections import LogLevel
from resync_bot.runtime.settings import Environment, Settings, load_settings
from resync_bot.runtime.tws_settings import EngineSettings
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.credentials import WARN_BEFORE
from resync_bot.tws.metrics import TwsMetrics

PATIENCE = 60.0  # seconds for one host
CHECKS = "resync_bot.checks"  # entry points of the adapters, see CheckResult

_STYLES = {"ok": "green", "warning": "yellow", "failed": "bold red", "off": "dim"}


async def check() -> bool:
    """Prints a table, one row a dependency; tells whether nothing failed.

    Raises ConfigurationError on wrong settings.
    """
    settings = load_settings()
    platforms = [point.load()(settings) for point in entry_points(group=CHECKS)]
    with logging_to(settings.log, console_level=LogLevel.ERROR):  # what it finds out stands in the table
        groups = await asyncio.gather(
            _redis(settings), _engines(settings), _models(settings), _alerts(settings), *platforms
        )
    results = [result for group in groups for result in group]
    Console().print(_table(results))
    return all(result.state != "failed" for result in results)


async def _redis(settings: Settings) -> Sequence[CheckResult]:
    if settings.redis.url is None:
        return [CheckResult("Redis", "off", "not configured", "set REDIS_URL, or use: resync-bot demo")]
    once = settings.redis.model_copy(update={"connect_attempts": 1})
    try:
        async with connect_redis(once) as redis:
            health = await redis_health(redis)
    except ResyncError as error:
        return [CheckResult("Redis", "failed", str(error), error.hint or "is REDIS_URL right, and the server running?")]
    detail = f"{health.server}, ping {health.ping * 1000:.1f} ms"
    if health.may_evict:
        return [CheckResult("Redis", "warning", f"{detail}; it may evict messages", "maxmemory-policy noeviction")]
    if not health.is_durable:
        return [CheckResult("Redis", "warning", f"{detail}; a crash of it can lose messages", "appendonly yes")]
    return [CheckResult("Redis", "ok", f"{detail}, append-only file on")]


async def _engines(settings: Settings) -> Sequence[CheckResult]:
    """Each host on its own: a backup that would refuse us is better known today."""
    engines = settings.tws.every_engine
    if not engines:
        return [CheckResult("HWA engine", "off", "not configured", "set TWS_HOST, or use: resync-bot demo")]
    return await asyncio.gather(*(_host(engine, url) for engine in engines for url in engine.base_urls))


async def _host(settings: EngineSettings, url: str) -> CheckResult:
    name, registry = f"HWA engine {settings.name} {url}", CollectorRegistry()
    alone = settings.model_copy(update={"host": url})
    breakers = CircuitBreakerManager(registry=registry)
    try:
        async with connect_engine(alone, breakers=breakers, metrics=TwsMetrics(registry)) as tws:
            with within(PATIENCE):
                engine = await tws.engine()
                jobs = sum((await tws.count_jobs_by_status()).values())
    except (EngineError, ConfigurationError) as error:
        return CheckResult(name, "failed", str(error), error.hint)
    detail = f"version {engine.version}, API {engine.api}, {jobs} jobs in the plan, clock {engine.now:%H:%M %Z}"
    if engine.key_expires is None:
        return CheckResult(name, "ok", detail)
    detail += f", key valid until {engine.key_expires:%Y-%m-%d}"
    if engine.key_expires - datetime.now(UTC) > WARN_BEFORE:
        return CheckResult(name, "ok", detail)
    return CheckResult(name, "warning", detail, "create a new API key in the console, and put it where the old one is")


async def _models(settings: Settings) -> Sequence[CheckResult]:
    if not settings.llm.models:
        detail = "none: the built-in interpreter answers"
        return [
            CheckResult("language model", "off", detail, "set LLM_MODEL, for example openai/gpt-4o, to change that")
        ]
    models = [LitellmModel(model, timeout=settings.llm.timeout) for model in settings.llm.models]
    return await asyncio.gather(*map(_model, models))


async def _model(model: LitellmModel) -> CheckResult:
    name = f"language model {model.name}"
    try:
        async for _piece in model.step([UserMessage("Answer with the word ready.")], []):
            pass
    except ModelFailureError as error:
        return CheckResult(name, "failed", str(error), "are LLM_MODEL, LLM_ENDPOINT and LLM_API_KEY right?")
    return CheckResult(name, "ok", "it answers")


async def _alerts(settings: Settings) -> Sequence[CheckResult]:
    """Where failures would be told."""
    alerts = settings.alerts
    if not alerts.enabled:
        return [CheckResult("alerts", "off", "switched off", "APP_ALERTS__ENABLED=true")]
    engines = [engine.name for engine in settings.tws.every_engine]
    try:
        rules = standing_rules(alerts, engines=engines)
        fallback = fallback_place(alerts)
    except ConfigurationError as error:
        return [CheckResult("alerts", "failed", str(error), "mend what it names")]
    own = sum(rule.origin is Origin.FILE for rule in rules)
    detail = (
        f"{own} rules in the file, all else to {', '.join(alerts.to) or 'nowhere'}"
        f", what cannot be delivered to {alerts.fallback or 'nowhere'}"
        f", webhook {'on' if alerts.webhook_secrets else 'off'}"
    )
    if not rules and settings.environment is Environment.PRODUCTION:
        fix = "set APP_ALERTS__TO or APP_ALERTS__RULES_FILE; else only rules made in chats count"
        return [CheckResult("alerts", "warning", detail, fix)]
    fix = "" if fallback else "set APP_ALERTS__FALLBACK to be told of what a channel did not get"
    return [CheckResult("alerts", "ok", detail, fix)]


def _table(results: Sequence[CheckResult]) -> Table:
    table = Table("dependency", "state", "detail", "what to do", box=None, pad_edge=False)
    for result in results:
        state = Text(result.state, style=_STYLES[result.state])
        table.add_row(Text(result.name), state, Text(result.detail), Text(result.fix))
    return table
