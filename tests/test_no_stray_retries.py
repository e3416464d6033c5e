"""Retries, circuit breakers and HTTP clients are in their places, and nowhere else.

`runtime/resilience.py` holds the only retry loop and, in `runtime/circuit.py`, the only circuit breakers; what calls
out over HTTP goes through both. A stray one would multiply outages and be seen by no metric.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("resync_bot", "adapters")

# Libraries that retry or break circuits, and the one module that may use each.
RETRY_LIBRARIES = {
    "pybreaker": "resync_bot/runtime/circuit.py",
    "tenacity": "resync_bot/runtime/resilience.py",
    **dict.fromkeys(
        ("stamina", "backoff", "retry", "retrying", "retryhttp", "httpx_retries", "aiohttp_retry", "aiobreaker"), None
    ),
    **dict.fromkeys(("circuitbreaker", "purgatory", "requests", "urllib3", "aioredis"), None),
}
# Where an HTTP client is made, and the modules through which alone it is used.
CLIENTS = {
    "resync_bot/tws/connection.py": ("resync_bot/tws/client.py", "resync_bot/tws/host_access.py"),
    "adapters/teams/adapter.py": ("adapters/teams/calls.py",),
    "adapters/teams/check.py": ("adapters/teams/calls.py",),
    "adapters/slack/api.py": ("adapters/slack/api.py",),
}
# One question to the own process, whose exit status is the answer.
PLAIN_QUESTIONS = {"resync_bot/cli.py"}

CLIENT_NAMES = frozenset(
    {"AsyncClient", "Client", "ClientSession", "AsyncWebClient", "WebClient", "AsyncWebhookClient"}
)
CLIENT_MODULES = frozenset({"httpx", "aiohttp", "slack_sdk"})
ONE_SHOT = frozenset({"get", "post", "put", "delete", "patch", "head", "request", "stream"})
COUNTERS = ("attempt", "retry", "retries", "tries")


def violations(path: str, source: str) -> Iterator[str]:
    """What in the module is out of place, one text each."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for name in names:
                    yield from _import_violation(path, name.name, node)
            case ast.ImportFrom(module=str(module), names=names):
                for name in names:
                    yield from _import_violation(path, f"{module}.{name.name}", node)
            case ast.Call(func=func):
                yield from _call_violation(path, func, node)
            case ast.For() | ast.AsyncFor() | ast.While():
                if _is_retry_loop(node):
                    yield f"{path}:{node.lineno}: a retry loop; use retry_with_backoff"
            case _:
                pass


def _import_violation(path: str, name: str, node: ast.stmt) -> Iterator[str]:
    library = name.split(".", maxsplit=1)[0]
    if library in RETRY_LIBRARIES and RETRY_LIBRARIES[library] != path:
        yield f"{path}:{node.lineno}: {library}; use runtime/resilience.py"
    if name.startswith(("urllib.request", "http.client")) and path not in PLAIN_QUESTIONS:
        yield f"{path}:{node.lineno}: {name}; it knows no timeouts, retries and breakers of ours"
    if name.startswith(("redis.backoff.", "redis.asyncio.retry.", "redis.retry.")) and not name.endswith(
        (".NoBackoff", ".Retry")
    ):
        yield f"{path}:{node.lineno}: {name}; redis does not retry by itself here"


def _call_violation(path: str, func: ast.expr, node: ast.Call) -> Iterator[str]:
    text = ast.unparse(func)
    module, _, name = text.rpartition(".")
    makes_client = name in CLIENT_NAMES and module.split(".")[0] in {*CLIENT_MODULES, ""}
    if makes_client and path not in CLIENTS:
        yield f"{path}:{node.lineno}: {text}( makes an HTTP client of its own"
    if module in {"httpx", "requests"} and name in ONE_SHOT:
        yield f"{path}:{node.lineno}: {text}( is an HTTP call without retries and breakers of ours"
    if name == "Retry" and not (node.args and ast.unparse(node.args[0]) == "NoBackoff()"):
        yield f"{path}:{node.lineno}: {text}( retries by itself"


def _is_retry_loop(loop: ast.For | ast.AsyncFor | ast.While) -> bool:
    """It goes on after an error, and counts its attempts or sleeps because of the error."""
    handlers = [one for one in _inside(loop, ast.ExceptHandler) if isinstance(one, ast.ExceptHandler)]
    goes_on = [handler for handler in handlers if not _leaves(handler)]
    counts = isinstance(loop, ast.For) and any(word in ast.unparse(loop.target).lower() for word in COUNTERS)
    return any(counts or _sleeps(handler) for handler in goes_on) or bool(goes_on and _sleeps_beside_a_try(loop))


def _sleeps_beside_a_try(loop: ast.For | ast.AsyncFor | ast.While) -> bool:
    """`while True: try: return ...; except ...: pass; sleep(...)`."""
    returns = any(_inside(block, ast.Return | ast.Break) for block in _inside(loop, ast.Try))
    return returns and any(_sleeps(statement) for statement in loop.body)


def _sleeps(node: ast.AST) -> bool:
    return any(
        isinstance(one, ast.Call) and ast.unparse(one.func).rpartition(".")[2].strip("_") == "sleep"
        for one in [node, *_inside(node, ast.Call)]
    )


def _leaves(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Raise | ast.Return | ast.Break)


def _inside(node: ast.AST, kind: type[ast.AST] | object) -> list[ast.AST]:
    """The nodes of that kind within, without those of functions defined there."""
    found: list[ast.AST] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, kind):  # type: ignore[arg-type]  # a class or a union of classes
            found.append(child)
        found += _inside(child, kind)
    return found


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def test_nothing_is_out_of_place() -> None:
    found = [text for path in modules() for text in violations(path.relative_to(ROOT).as_posix(), path.read_text())]
    assert found == []


@pytest.mark.parametrize(("maker", "users"), CLIENTS.items())
def test_what_calls_out_goes_through_retries_and_breakers(maker: str, users: tuple[str, ...]) -> None:
    assert (ROOT / maker).exists()
    trees = [ast.parse((ROOT / user).read_text()) for user in users]
    names = {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert {"retry_with_backoff", "CircuitBreakerManager", "CircuitOpenError"} <= names


COUNTED = """
for attempt in range(3):
    try:
        call()
        break
    except OSError:
        continue
"""
SLEEPING = """
while True:
    try:
        answer = call()
    except OSError:
        time.sleep(1)
"""
SLEEPING_AFTERWARDS = """
async def f():
    while True:
        try:
            return await call()
        except OSError:
            pass
        await asyncio.sleep(1)
"""
HEARTBEAT = """
async def f():
    while True:
        await sleep(beat)
        try:
            await renew()
        except Lost:
            raise
"""
OTHER_HOSTS = """
for host in hosts:
    try:
        answer = ask(host)
    except OSError as error:
        failure = error
"""
STRAY = {
    "import tenacity": "tenacity",
    "from pybreaker import CircuitBreaker": "pybreaker",
    "import stamina": "stamina",
    "from backoff import expo": "backoff",
    "import requests": "requests",
    "from redis.backoff import ExponentialBackoff": "redis",
    "retry = Retry(ExponentialBackoff(), 5)": "Retry",
    "import httpx\nclient = httpx.AsyncClient()": "HTTP client",
    "from httpx import Client\nclient = Client()": "HTTP client",
    "import httpx\nanswer = httpx.get('http://x')": "HTTP call",
    "import aiohttp\nsession = aiohttp.ClientSession()": "HTTP client",
    "from urllib.request import urlopen": "urllib",
    COUNTED: "retry loop",
    SLEEPING: "retry loop",
    SLEEPING_AFTERWARDS: "retry loop",
}
IN_PLACE = [
    "while running:\n    sleep(5)\n    beat()",
    "for attempt in attempts:\n    print(attempt)",
    "retry = Retry(NoBackoff(), 0)",
    "from urllib.parse import quote",
    HEARTBEAT,
    OTHER_HOSTS,
]


@pytest.mark.parametrize(("source", "word"), STRAY.items())
def test_the_check_finds_what_is_stray(source: str, word: str) -> None:
    assert any(word in text for text in violations("resync_bot/somewhere.py", source))


@pytest.mark.parametrize("source", IN_PLACE)
def test_the_check_leaves_the_rest_alone(source: str) -> None:
    assert list(violations("resync_bot/somewhere.py", source)) == []
