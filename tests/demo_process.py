"""`resync-bot demo` in a process of its own, as a user starts it: for tests of the whole and for the benchmark."""

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

COMMAND = (sys.executable, "-m", "resync_bot", "demo")


class Demo:
    """A running demo. `ready_after` is in seconds, from the start of the process until it said that it is ready."""

    def __init__(self, process: asyncio.subprocess.Process, banner: str, ready_after: float) -> None:
        self.process = process
        self.banner = banner
        self.ready_after = ready_after
        found = re.search(r"ready.*?(http://[\w.:]+)", banner)
        assert found is not None, banner
        self.url = found[1]

    def members(self) -> list[str]:
        """The command lines of all processes of its session: the bot, the engine, the store."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if os.getsid(int(path.name)) == self.process.pid:
                    found.append((path / "cmdline").read_text().replace("\0", " ").strip())
            except (ProcessLookupError, FileNotFoundError):
                continue  # it ended while we looked
        return [line for line in found if line]

    async def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Sends the signal to the bot alone, as `kill` does; gives the exit status."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.process.wait()


@asynccontextmanager
async def demo(directory: Path, **environment: str) -> AsyncIterator[Demo]:
    """Everything embedded, on free ports, its data and logs in `directory`; by default its night stands still."""
    fixed = {"PORT": "0", "SIMULATOR_PORT": "0", "SIMULATOR_SPEED": "0"}
    begun = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        cwd=directory,
        env={**os.environ, **fixed, **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    banner = ""
    while "Ctrl-C" not in banner:
        line = (await process.stdout.readline()).decode()
        assert line, f"the demo ended with status {await process.wait()} after: {banner}"
        banner += line
    running = Demo(process, banner, time.monotonic() - begun)
    try:
        yield running
    finally:
        await running.stop()
