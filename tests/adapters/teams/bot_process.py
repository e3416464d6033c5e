"""The bot of the storm, in Teams: `python -m tests.adapters.teams.bot_process REDIS_URL PORT MICROSOFT_URL`."""

import asyncio
import sys

from adapters.teams import factory
from resync_bot.runtime.teams_settings import TeamsSettings
from tests.adapters import storm_bot
from tests.adapters.teams.connector import Microsoft


def main(redis_url: str, port: str, microsoft_url: str) -> None:
    """Runs until it is killed."""
    teams = TeamsSettings.model_validate(Microsoft(url=microsoft_url).settings)
    asyncio.run(storm_bot.run(factory, redis_url, int(port), teams=teams))


if __name__ == "__main__":
    main(*sys.argv[1:])
