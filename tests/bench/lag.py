"""How late an event loop runs what is due: written to a file when the process is told to end.

python -m tests.bench.lag FILE measures a process that does nothing else.
"""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from statistics import quantiles

TICK = 0.005  # seconds between two looks


async def record_lag(file: Path) -> None:
    """Looks until SIGTERM, then writes the 99th percentile in milliseconds."""
    lags: list[float] = []
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    while not ended.is_set():
        began = time.perf_counter()
        await asyncio.sleep(TICK)
        lags.append(time.perf_counter() - began - TICK)
    await asyncio.to_thread(file.write_text, f"{quantiles(lags, n=100)[98] * 1000:.2f}")


async def _idle(file: Path) -> None:
    os.write(sys.stdout.fileno(), b"ready\n")
    await record_lag(file)


if __name__ == "__main__":
    asyncio.run(_idle(Path(sys.argv[1])))
