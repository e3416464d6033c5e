"""A bot in a process that is killed again and again, and its store once."""

import asyncio
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from tests.redis_server import RedisServer


class Bot:
    """The process: killed at will, and started again at once. `kills` are moments of `time.monotonic`."""

    def __init__(
        self, module: str, redis: str, platform: str, *, died: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """`module` is run with the store, the bot's port and the platform's address. `died` is awaited while no process
        runs: after each death, before the next start.
        """
        self._died = died
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._command = (sys.executable, "-m", module, redis, str(self.port), platform)
        self._process: Process | None = None
        self.is_ready = asyncio.Event()
        self.kills: list[float] = []

    async def run(self) -> None:
        """Starts it whenever it is not there."""
        try:
            while True:
                self._process = await asyncio.create_subprocess_exec(*self._command, stdout=PIPE)
                assert self._process.stdout
                if await self._process.stdout.readline():
                    self.is_ready.set()
                await self._process.wait()
                if self._died:
                    await self._died()
        finally:
            self.kill()
            if self._process:
                await self._process.wait()

    def kill(self) -> None:
        """SIGKILL, at whatever line it is."""
        if self._process and self._process.returncode is None:
            self.is_ready.clear()
            self._process.kill()
            self.kills.append(time.monotonic())


@asynccontextmanager
async def killing(bot: Bot, server: RedisServer, *, every: float) -> AsyncIterator[None]:
    """Kills the bot every so many seconds, and the store once."""

    async def kill() -> None:
        for number in range(1000):
            await bot.is_ready.wait()
            await asyncio.sleep(every)
            bot.kill()
            if number == 1:
                await asyncio.to_thread(server.restart)

    async with asyncio.TaskGroup() as group:
        running = group.create_task(bot.run())
        killer = group.create_task(kill())
        try:
            yield
        finally:
            killer.cancel()
            running.cancel()
