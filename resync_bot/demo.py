"""`resync-bot demo` and `resync-bot ask`: the bot, with what it needs embedded as far as nothing else is configured."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import uuid4

from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from rich.console import Console

from resync_bot.app import make_agent, run_bot
from resync_bot.conversation.model import Person, Place
from resync_bot.conversation.ports import Turn
from resync_bot.conversation.terminal_text import terminal_text
from resync_bot.errors import ConfigurationError
from resync_bot.runtime.children import die_with_parent
from resync_bot.runtime.circuit import CircuitBreakerManager
from resync_bot.runtime.embedded_redis import embedded_redis
from resync_bot.runtime.logs import logging_to
from resync_bot.runtime.settings import Environment, LogLevel, Settings, SimulatorSection, TwsSettings, load_settings
from resync_bot.runtime.signals import stop_on_signals
from resync_bot.simulator.settings import DEMO_USERS, START_OF_DAY
from resync_bot.tws.engine import connect_engine
from resync_bot.tws.metrics import TwsMetrics

STOP_SECONDS = 5.0  # for a simulated engine to end by itself
START_SECONDS = 20.0  # for it to answer, on a machine that is busy with other things


@dataclass(frozen=True, slots=True)
class Embedded:
    """Settings in which nothing is missing, and in words where each part comes from."""

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
        async with _embedded(settings) as whole:
            await run_bot(whole.settings, stop=stop, announce=lambda url: print(_banner(whole, url), flush=True))


async def ask(question: str) -> bool:
    """Asks one question and prints the answer; tells whether it could be answered.

    Without TWS_HOST it asks the engine of a running demo, else one of its own.
    """
    settings = load_settings()
    console = Console()
    with logging_to(settings.log, console_level=LogLevel.ERROR):
        async with AsyncExitStack() as stack:
            tws_settings = settings.tws
            if not tws_settings.host:
                running = f"http://127.0.0.1:{settings.simulator.port}"
                if not await _answers(settings.simulator.port):
                    running = await stack.enter_async_context(_simulated_engine(settings.simulator, port=0))
                tws_settings = _simulated(tws_settings, running)
            metrics = CollectorRegistry()
            breakers = CircuitBreakerManager(registry=metrics)
            tws = await stack.enter_async_context(connect_engine(tws_settings, breakers=breakers, metrics=TwsMetrics(metrics)))
            responder = make_agent(settings.llm, tws, breakers=breakers, metrics=metrics)
            place = Place("terminal", "local", "ask")
            texts = ((Person("terminal", "local"), question),)
            answer = await responder.respond(Turn(uuid4().hex, place, texts, history=()), _Unseen())
    console.print(terminal_text(answer))
    return not any(evidence.result.get("kind") == "problem" for evidence in answer.evidence)


class _Unseen:
    """Progress that nobody watches."""

    def status(self, text: str) -> None:
        """Shows nothing."""

    def text(self, markdown: str) -> None:
        """Shows nothing."""


@asynccontextmanager
async def _embedded(settings: Settings) -> AsyncIterator[Embedded]:
    async with AsyncExitStack() as stack:
        redis, tws = settings.redis, settings.tws
        store, engine = "your own", f"your own, {', '.join(tws.base_urls)}"
        if not tws.host:
            # First, because it takes longest: it starts while the store does.
            url = await stack.enter_async_context(_simulated_engine(settings.simulator, port=settings.simulator.port))
            tws = _simulated(tws, url)
            user = DEMO_USERS[0]
            engine = f"simulated, at {url} (user {user.name}, password {user.password})"
        if redis.url is None:
            directory = settings.data_directory / "redis"
            address = await stack.enter_async_context(embedded_redis(directory))
            redis = redis.model_copy(update={"url": SecretStr(address)})
            store = f"a server of its own, its data in {directory}"
        yield Embedded(settings.model_copy(update={"redis": redis, "tws": tws}), store, engine)


def _simulated(tws: TwsSettings, url: str) -> TwsSettings:
    user = DEMO_USERS[0]
    change = {
        "host": url,
        "user": user.name,
        "password": SecretStr(user.password),
        "start_of_day": f"{START_OF_DAY:%H:%M}",
    }
    return tws.model_copy(update=change)


@asynccontextmanager
async def _simulated_engine(settings: SimulatorSection, *, port: int) -> AsyncIterator[str]:
    """A simulated engine in a process of its own, as a real one would be; gives its base URL."""
    options = {"--port": port, "--seed": settings.seed, "--speed": settings.speed}
    arguments = [f"{name}={value}" for name, value in options.items() if value is not None]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "resync_bot",
        "simulator",
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        process_group=0,  # a Ctrl-C reaches the bot alone, which then stops the engine in order
        preexec_fn=die_with_parent,
    )
    try:
        yield await _announced_url(process)
    finally:
        if process.returncode is None:
            process.terminate()
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_SECONDS):
                    await process.wait()
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _announced_url(process: asyncio.subprocess.Process) -> str:
    """The URL in the first line that the engine prints, which it does once it answers."""
    line = b""
    if process.stdout:
        with suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                line = await process.stdout.readline()
    if found := re.search(r"http://[\w.:]+", line.decode()):
        return found[0]
    raise ConfigurationError(
        "The simulated engine did not start.", hint="Is its port taken? Set SIMULATOR_PORT to a free one."
    )


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


def _banner(whole: Embedded, url: str) -> str:
    model = whole.settings.llm.model
    rows = (
        ("Redis", whole.store, "REDIS_URL=redis://host:6379/0"),
        ("HWA engine", whole.engine, "TWS_HOST=https://master:31116 TWS_USER=... TWS_PASSWORD=..."),
        ("language model", model or "the built-in interpreter", "LLM_MODEL=openai/gpt-4o LLM_API_KEY=..."),
    )
    lines = [f"  {part + ':':16}{what}\n{'':18}to replace it: {how}" for part, what, how in rows]
    return "\n".join(["", f"Resync is ready: {url}", "", *lines, "", "Ctrl-C stops everything.", ""])
