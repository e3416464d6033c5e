"""The bot with all its parts, in this process, to be stopped and started again on the same store."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from resync_bot.alerts.sources.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from resync_bot.alerts.sources.webhook import PATH
from resync_bot.app import run_bot
from resync_bot.runtime.settings import Environment, Settings
from resync_bot.simulator.plan import Job
from tests.alerts.world import tws_settings

QUICK = {"poll_every": 0.3, "group_wait": 0.5, "group_interval": 0.5}


def settings(
    directory: Path, redis_url: str, engine_url: str, *, alerts: dict[str, object], **sections: object
) -> Settings:
    """Of a bot that looks at its engine often; `sections` are those of the platforms."""
    chosen = {
        "environment": Environment.TEST,
        "data_directory": directory,
        "http": {"port": 0},
        "log": {"directory": ""},
        "redis": {"url": redis_url},
        "tws": tws_settings(engine_url),
        "alerts": {**QUICK, **alerts},
        **sections,
    }
    return Settings(**chosen)  # type: ignore[arg-type]  # pydantic checks it


async def notify(url: str, secret: str, job: Job) -> int:
    """Tells a bot's webhook of a job that failed, as the notify script does; the status that it answers."""
    body = json.dumps({"JobName": job.name, "JobStreamName": job.stream.name, "Status": "Error"}).encode()
    timestamp = int(time.time())
    headers = {TIMESTAMP_HEADER: str(timestamp), SIGNATURE_HEADER: sign(secret, timestamp, body)}
    async with aiohttp.ClientSession() as session, session.post(url + PATH, data=body, headers=headers) as response:
        return response.status


@asynccontextmanager
async def running_bot(chosen: Settings) -> AsyncIterator[str]:
    """Its address; it is stopped in order when the block is left."""
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as tasks:
        bot = tasks.create_task(run_bot(chosen, stop=stop, announce=ready.set_result))
        await asyncio.wait((bot, ready), return_when=asyncio.FIRST_COMPLETED)
        try:
            yield ready.result() if ready.done() else ""
        finally:
            stop.set()
            await asyncio.wait((bot,))
