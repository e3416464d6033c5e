"""The bot of the storm, in Slack: `python -m tests.adapters.slack.bot_process REDIS_URL PORT API_URL`."""

import asyncio
import sys

from adapters.slack import factory
from resync_bot.runtime.slack_settings import SlackSettings
from tests.adapters import storm_bot
from tests.adapters.slack.standin.deliveries import SIGNING_SECRET
from tests.adapters.slack.standin.state import BOT_TOKEN


def main(redis_url: str, port: str, api_url: str) -> None:
    """Runs until it is killed."""
    keys = {"bot_token": BOT_TOKEN, "signing_secret": SIGNING_SECRET, "api_url": api_url}
    asyncio.run(storm_bot.run(factory, redis_url, int(port), slack=SlackSettings.model_validate(keys)))


if __name__ == "__main__":
    main(*sys.argv[1:])
