"""Being asked to stop."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from structlog import get_logger

log = get_logger(__name__)


@contextmanager
def stop_on_signals() -> Iterator[asyncio.Event]:
    """An event that SIGINT or SIGTERM sets. The same signal a second time ends the process the usual, rough way."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def asked(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)
        log.info("asked_to_stop", signal=number.name)  # last: writing fails where nobody reads any more

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked, number)
    try:
        yield stop
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
