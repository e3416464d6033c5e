"""`resync-bot demo`: the bot, with what it needs embedded as far as nothing else is configured.

The simulated engine is started first, and the parts of the bot are imported while it starts: with two cores that is a
good part of the time until the first answer.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from resync_bot.embedded_engine import USER, embedded_engine, pointed_at_embedded
from resync_bot.errors import ConfigurationError
from resync_bot.runtime.logs import logging_to
from resync_bot.runtime.sections import LogLevel
from resync_bot.runtime.settings import Environment, Settings, load_settings
from resync_bot.runtime.signals import stop_on_signals


@dataclass(frozen=True, slots=True)
class _Whole:
    """Settings in which nothing is missing, and in words where the parts come from."""

    settings: Settings
    store: str
    engine: str


async def demo() -> None:
    """Runs the demo until Ctrl-C. Raises ConfigurationError if a port or the data directory is taken."""
    settings = load_settings()
    if settings.environment is Environment.PRODUCTION:
        raise ConfigurationError("The demo does not run with APP_ENVIRONMENT=production.", hint="Use: resync-bot serve")
    # Lines of JSON would tear the chat in a terminal apart: there they go to the log files, all but what matters.
    level = LogLevel.ERROR if sys.stdin.isatty() else LogLevel.WARNING
    with logging_to(settings.log, console_level=level), stop_on_signals() as stop:
        async with _completed(settings) as whole:
            from resync_bot.app import run_bot  # noqa: PLC0415  # see _completed

            await run_bot(whole.settings, stop=stop, announce=lambda url: print(_banner(whole, url), flush=True))


@asynccontextmanager
async def _completed(settings: Settings) -> AsyncIterator[_Whole]:
    async with AsyncExitStack() as stack:
        redis, tws = settings.redis, settings.tws
        own = (f"{one.name} at {', '.join(one.base_urls)}" for one in tws.every_engine)
        store, engine = "your own", f"your own, {'; '.join(own)}"
        starting = None
        if not tws.every_engine:
            simulator = settings.simulator
            starting = await stack.enter_async_context(embedded_engine(simulator, port=simulator.port))
        import resync_bot.app  # noqa: F401, PLC0415  # see the module's docstring
        from resync_bot.runtime.embedded_redis import embedded_redis  # noqa: PLC0415

        if redis.url is None:
            directory = settings.data_directory / "redis"
            address = await stack.enter_async_context(embedded_redis(directory))
            redis = redis.model_copy(update={"url": SecretStr(address)})
            store = f"embedded, its data in {directory}"
        if starting:
            url = await starting.url()
            tws = pointed_at_embedded(tws, url)
            engine = f"simulated, at {url} (user {USER.name}, password {USER.password})"
        yield _Whole(settings.model_copy(update={"redis": redis, "tws": tws}), store, engine)


def _banner(whole: _Whole, url: str) -> str:
    rows = (
        ("Redis", whole.store, "REDIS_URL=redis://host:6379/0"),
        ("HWA engine", whole.engine, "TWS_HOST=https://master:31116 TWS_USER=... TWS_PASSWORD=..."),
        (
            "language model",
            whole.settings.llm.model or "none, the built-in interpreter answers",
            "LLM_MODEL=openai/gpt-4o LLM_API_KEY=...",
        ),
    )
    lines = [f"  {part + ':':16}{what}\n{'':18}your own: {how}" for part, what, how in rows]
    return "\n".join(["", f"Resync is ready: {url}", "", *lines, "", "Ctrl-C stops everything.", ""])
