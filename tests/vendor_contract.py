"""Every exchange of a test with a simulated engine, held against the vendor's API document.

The checks are those of a tool that lies beside the project and not in it, a validating proxy: shared/tools/
hwa_contract.py. Here they stand at the engine's own door, so that cuts, delays, TLS and clients that leave reach the
other side as they are; before an engine in a process of its own stands the proxy itself (`through_contract`). A clone
without the tool runs the same tests unchecked, as CONTRACT=off does, and the last line of the run says so.

The document has V2 only: what is asked in V1 passes. Two things may be otherwise than it says, and both are ordered by
the test: an answer that a `Fault` with a status gives instead of the engine, and the questions of a test that is marked
`asks_wrongly`, to see them refused. All else fails the test in which it happened.
"""

import importlib.util
import os
import sys
from collections.abc import AsyncIterator, Callable, Generator, Iterable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from resync_bot.simulator import rest
from resync_bot.simulator.faults import Fault, FaultSwitch
from resync_bot.simulator.simulator import Simulator

TOOL = Path(__file__).parents[2] / "shared" / "tools" / "hwa_contract.py"
BASE = "/twsd/api/v2/"

_MET = web.RequestKey("the fault that the request met", Fault)


@dataclass
class Tally:
    """What was seen in a run; `ordered` answers were a fault's and not the engine's."""

    exchanges: int = 0
    ordered: int = 0
    operations: set[str] = field(default_factory=set)
    violations: list[str] = field(default_factory=list)

    def add(self, *, exchanges: int, ordered: int, operations: Iterable[str], violations: Iterable[str]) -> None:
        """Adds what another process, or a proxy, has seen."""
        self.exchanges += exchanges
        self.ordered += ordered
        self.operations.update(operations)
        self.violations.extend(violations)

    def __str__(self) -> str:
        return (
            f"{self.exchanges} exchanges over {len(self.operations)} operations, {len(self.violations)} violations"
            f" ({self.ordered} answers came from ordered faults)"
        )


class Contract:
    """The checks of the tool, and what they found."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.wrong_questions: list[str] = []
        self.wrong_answers: list[str] = []
        self._proxy = _tool().ContractProxy(upstream="")  # its checks are used, it never listens

    def create_app(self, simulator: Simulator, faults: FaultSwitch | None = None, **options: bool) -> web.Application:
        """The simulator's application, with the checks at its door."""
        app = rest.create_app(simulator, faults, **options)
        app.middlewares.insert(0, self.watch)
        return app

    @web.middleware
    async def watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Checks an exchange, and changes nothing of it."""
        path = request.raw_path.partition("?")[0]
        if not path.startswith(BASE):
            return await handler(request)
        self.tally.exchanges += 1
        where = f"{request.method} {path}"
        operation, problem = self._proxy.contract.match(request.method, path)
        if operation is None:
            self.wrong_questions.append(f"{where}: {problem}")
            return await handler(request)
        self.tally.operations.add(f"{request.method} {operation.template}")
        self._proxy._check_request(where, operation, request, await request.read())
        self._found(self.wrong_questions)
        answer = await handler(request)
        fault = request.get(_MET)
        if fault and fault.status:
            self.tally.ordered += 1
        elif request.transport is not None and not request.transport.is_closing():  # else there was no answer
            body = answer.body if isinstance(answer, web.Response) else None
            self._proxy._check_response(where, operation, answer, body or b"")
            self._found(self.wrong_answers)
        return answer

    def _found(self, where: list[str]) -> None:
        where += self._proxy.violations
        self._proxy.violations.clear()

    def judge(self, *, asks_wrongly: bool) -> list[str]:
        """What was wrong since the last time; a test that asks wrongly has to."""
        wrong = list(self.wrong_answers)
        if not asks_wrongly:
            wrong += self.wrong_questions
        elif not self.wrong_questions:
            wrong.append("is marked asks_wrongly, and asked nothing that is not in the API")
        self.wrong_questions.clear()
        self.wrong_answers.clear()
        self.tally.violations += wrong
        return list(dict.fromkeys(wrong))


class TellingSwitch(FaultSwitch):
    """Tells the middleware before it which fault a request has met."""

    def take(self, request: web.Request, path: str) -> tuple[Fault, float] | None:
        """As ever; the fault is noted in the request."""
        met = super().take(request, path)
        if met is not None:
            request[_MET] = met[0]
        return met


def _tool() -> Any:
    name = "hwa_contract"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, TOOL)
        assert spec is not None
        assert spec.loader is not None
        tool: Any = importlib.util.module_from_spec(spec)
        sys.modules[name] = tool  # its dataclasses look themselves up there
        spec.loader.exec_module(tool)
        tool.Draft202012Validator = partial(_Validator, tool.Draft202012Validator)
    return sys.modules[name]


class _Validator:
    """In place of the tool's validator: what a fast one does not find right is left to the tool's own."""

    def __init__(self, exact: Callable[..., Any], schema: dict[str, Any], **options: Any) -> None:
        # Java writes one hour and five seconds as PT1H5S; only the fast one objects to that.
        self._fast = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, formats={"duration": bool})
        self._exact = exact(schema, **options)

    def iter_errors(self, value: object) -> Iterable[Any]:
        """What is wrong with `value`, in the words of the tool's validator."""
        errors: Iterable[Any] = () if self._fast.is_valid(value) else self._exact.iter_errors(value)
        return errors


NOT_CHECKED = "switched off" if TOOL.is_file() else "the vendor's API document is not at hand"
CONTRACT = Contract() if TOOL.is_file() and os.environ.get("CONTRACT") != "off" else None
_elsewhere = Tally()  # in the processes that run a part of the tests


@asynccontextmanager
async def through_contract(url: str) -> AsyncIterator[str]:
    """The address under which the engine at `url`, in a process of its own, is reached through the proxy; `url` itself
    where nothing is checked.
    """
    if CONTRACT is None:
        yield url
        return
    async with _tool().ContractProxy(url) as proxy:
        yield proxy.url
    CONTRACT.tally.add(
        exchanges=proxy.exchanges, ordered=0, operations=proxy.operations_used, violations=proxy.violations
    )
    assert proxy.violations == []


def pytest_configure(config: pytest.Config) -> None:
    """Puts the checks at the door of every simulated engine that this process starts."""
    config.addinivalue_line("markers", "asks_wrongly: asks an engine what is not in its API, to see that refused")
    if CONTRACT is None:
        return
    patch = pytest.MonkeyPatch()
    patch.setattr("resync_bot.simulator.server.create_app", CONTRACT.create_app)
    patch.setattr("resync_bot.simulator.server.FaultSwitch", TellingSwitch)
    config.add_cleanup(patch.undo)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Fails a test that broke the contract, in its fixtures or itself."""
    yield
    if CONTRACT is None:
        return
    wrong = CONTRACT.judge(asks_wrongly=item.get_closest_marker("asks_wrongly") is not None)
    if wrong:
        pytest.fail("\n".join(["This broke the vendor's API document:", *wrong]), pytrace=False)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hands what was seen to the process that ordered this one."""
    if CONTRACT is not None and hasattr(session.config, "workeroutput"):
        seen = asdict(CONTRACT.tally)
        session.config.workeroutput["contract"] = seen | {"operations": sorted(seen["operations"])}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Takes it."""
    if seen := getattr(node, "workeroutput", {}).get("contract"):
        _elsewhere.add(**seen)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The last line: what was covered."""
    if CONTRACT is None:
        terminalreporter.write_line(f"contract: unchecked, {NOT_CHECKED}")
        return
    _elsewhere.add(**asdict(CONTRACT.tally))
    terminalreporter.write_line(f"contract: {_elsewhere}")
