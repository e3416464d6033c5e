"""The simulated engine in a process of its own, as a real one would be: for the demo, and for one question."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from pydantic import SecretStr

from resync_bot.errors import ConfigurationError
from resync_bot.runtime.children import die_with_parent
from resync_bot.runtime.sections import SimulatorSection
from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.simulator.settings import DEMO_USERS, START_OF_DAY

START_SECONDS = 20.0  # until it answers, on a machine that is busy with other things
STOP_SECONDS = 5.0  # for it to end by itself
USER = DEMO_USERS[0]


class EmbeddedEngine:
    """A simulated engine that is starting or running."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def url(self) -> str:
        """Its base URL, once it answers: it prints a line then. Raises ConfigurationError if it ends instead."""
        line = b""
        if self._process.stdout:
            with suppress(TimeoutError):
                async with asyncio.timeout(START_SECONDS):
                    line = await self._process.stdout.readline()
        if found := re.search(r"http://[\w.:]+", line.decode()):
            return found[0]
        raise ConfigurationError(
            "The simulated engine did not start.", hint="Is its port taken? Set SIMULATOR_PORT to a free one."
        )

    async def stop(self) -> None:
        """Ends it, and waits until it has ended."""
        if self._process.returncode is not None:
            return
        self._process.terminate()
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await self._process.wait()
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def embedded_engine(settings: SimulatorSection, *, port: int) -> AsyncIterator[EmbeddedEngine]:
    """Starts an engine and does not wait for it. It ends with the block, and with the bot in any case."""
    options = {"--port": port, "--seed": settings.seed, "--speed": settings.speed}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "resync_bot",
        "simulator",
        *(f"{name}={value}" for name, value in options.items() if value is not None),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        process_group=0,  # a Ctrl-C reaches the bot alone, which then stops the engine in order
        preexec_fn=die_with_parent,
    )
    engine = EmbeddedEngine(process)
    try:
        yield engine
    finally:
        await engine.stop()


def pointed_at_embedded(tws: TwsSettings, url: str) -> TwsSettings:
    """`tws` with the simulated engine for its engine."""
    return tws.model_copy(
        update={
            "host": url,
            "user": USER.name,
            "password": SecretStr(USER.password),
            "start_of_day": f"{START_OF_DAY:%H:%M}",
        }
    )
