"""What a bot pays for Teams when nobody uses it: nothing."""

import subprocess
import sys

HEAVY = ("botbuilder", "msrest", "msal", "jwt", "cryptography.hazmat")

# The factory in development without an app id, as `resync-bot demo` calls it, in a process of its own.
START = f"""
import sys
from datetime import UTC, datetime
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis
from adapters.teams import factory
from resync_bot.conversation.ports import Host
from resync_bot.runtime.settings import Environment, Settings

settings = Settings(environment=Environment.DEVELOPMENT)
host = Host(settings, None, Redis(), CollectorRegistry(), lambda: datetime.now(UTC), str)
assert factory(host).routes()
print(*(name for name in {HEAVY} if name in sys.modules))
"""


def test_without_a_registration_neither_the_sdk_nor_cryptography_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
