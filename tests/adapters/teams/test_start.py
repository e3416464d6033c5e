"""Who imports the Bot Framework SDK, and when."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
SDK = {"botbuilder", "botframework", "msrest", "msal", "jsonpickle"}
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


def imported(path: Path) -> Iterator[str]:
    """The packages that a module imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_t1_one_module_alone_imports_the_sdk() -> None:
    """T1: the SDK is no longer developed: its successor replaces one module."""
    modules = (path for package in ("resync_bot", "adapters") for path in (ROOT / package).rglob("*.py"))
    users = {path.relative_to(ROOT).as_posix() for path in modules if SDK & set(imported(path))}
    assert users == {"adapters/teams/sdk.py"}
