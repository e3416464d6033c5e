"""The bot of `tests.bench.teams`: renews keys and token again and again, and writes its event loop's lag when it ends.

python -m tests.bench.teams_bot REDIS_URL PORT MICROSOFT_URL LAG_FILE
"""

import asyncio
import sys
from pathlib import Path

from adapters.teams.adapter import TeamsAdapter
from resync_bot.conversation.model import Answer
from resync_bot.conversation.ports import Adapter, Host, Progress, Turn
from resync_bot.runtime.teams_settings import TeamsSettings
from tests.adapters import storm_bot
from tests.adapters.teams.connector import Microsoft
from tests.bench.lag import record_lag

RENEWAL = 0.3  # seconds between two renewals

_adapters: list[TeamsAdapter] = []
_made = asyncio.Event()


class Echo:
    """Answers at once."""

    async def respond(self, turn: Turn, progress: Progress) -> Answer:
        """See Responder."""
        return Answer.plain("You said: " + " ".join(text for _, text in turn.texts))


def _factory(host: Host) -> Adapter:
    _adapters.append(TeamsAdapter(host))
    _made.set()
    return _adapters[-1]


async def _started() -> None:
    """Returns after the first question's keys and token: the lag of the start is nobody's."""
    await _made.wait()
    await asyncio.gather(*(value._fetched.wait() for value in _adapters[0]._fresh))


async def _renew() -> None:
    while True:
        await asyncio.sleep(RENEWAL)
        for adapter in _adapters:
            if adapter._session:
                await asyncio.gather(*(value.renew() for value in adapter._fresh))


async def main(redis_url: str, port: int, microsoft_url: str, lag_file: Path) -> None:
    """Runs until SIGTERM."""
    teams = TeamsSettings.model_validate(Microsoft(url=microsoft_url).settings)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(storm_bot.run(_factory, redis_url, port, responder=Echo(), teams=teams)),
            group.create_task(_renew()),
        ]
        await _started()
        await record_lag(lag_file)
        for task in tasks:
            task.cancel()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], Path(sys.argv[4])))
