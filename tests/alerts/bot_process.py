"""The whole bot in a process of its own, to be killed: `python -m tests.alerts.bot_process REDIS_URL PORT SETTINGS`.

SETTINGS is a file of JSON. It prints "ready" when it listens. Another process takes over five seconds after a kill.
"""

import asyncio
import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import structlog

from resync_bot.alerts import storms, watching
from resync_bot.app import run_bot
from resync_bot.runtime.settings import Environment, Settings

ERRORS = 40  # the level from which on the log is written: a storm is full of warnings


def main(redis_url: str, port: str, settings: str) -> None:
    """Runs until it is killed."""
    for name, seconds in (("LEASE", 5.0), ("RENEW", 1.0), ("SURE", 4.0)):
        setattr(watching, name, seconds)
    storms.CALM = timedelta(seconds=8)  # type: ignore[misc]  # a storm ends while the test can wait for it
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(ERRORS),
    )
    sections = json.loads(Path(settings).read_text())
    chosen = Settings(
        **sections,
        environment=Environment.TEST,
        http={"port": int(port)},
        log={"directory": ""},
        redis={"url": redis_url},
    )
    asyncio.run(_run(chosen))


async def _run(chosen: Settings) -> None:
    await run_bot(chosen, stop=asyncio.Event(), announce=_announce)


def _announce(_url: str) -> None:
    os.write(sys.stdout.fileno(), b"ready\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
