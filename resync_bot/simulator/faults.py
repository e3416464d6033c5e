"""Faults to order, for tests of clients: what happens to requests on their way, and how the orders are kept.

    async with running_simulator() as server:
        server.faults.add(Fault(status=503), path="/plan/job", times=2)

The next requests whose path (below `/twsd/api/v2`, or below `/twsd` for V1) begins so, or fits it as a pattern with
`*`, meet the fault, oldest order first. Over HTTP they can be ordered where the switchboard is on, and nowhere else.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from aiohttp import web
from aiohttp.typedefs import Middleware

from resync_bot.simulator import draws

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HTML_PAGE = "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Context Root Not Found</h1></body></html>"

# How many objects have gone (or, below 0, come) since the page before: what lists the objects heeds it.
GONE_SINCE = web.RequestKey("gone since the page before", int)


def wrapped_refusal(message_id: str, text: str) -> str:
    """The body of a 500 in which the connector (AWSJSY404E) wraps a business refusal such as AWSBIN076E."""
    wrapped = f"AWSJSY404E The connector reported the following error: {message_id} {text}"
    return f'{{"exceptionName": "com.ibm.tws.conn.exceptions.ConnException", "messages": ["{wrapped}"]}}'


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a request.

    It waits `delay` real seconds, and up to `jitter` more; then, with `hangs`, it is never answered; with `status`,
    that answer is given with `body` and `headers`; else the real answer goes out, whole or, with `cut`, only so many
    bytes of it before the connection breaks (0: not even a status). `gone` objects are missing from the list that a
    further page is cut out of (below 0, so many are there twice).
    """

    delay: float = 0.0
    jitter: float = 0.0
    hangs: bool = False
    status: int | None = None
    body: str = ""
    encoding: str = "utf-8"
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    gone: int = 0


@dataclass(frozen=True, slots=True)
class Scope:
    """Which requests an order is for. `further_pages` leaves out requests for the first page of a list."""

    path: str = ""
    method: str | None = None
    probability: float = 1.0
    further_pages: bool = False

    def covers(self, request: web.Request, path: str) -> bool:
        """Whether the request is of those, apart from the probability."""
        if self.method not in (None, request.method) or (self.further_pages and not is_further_page(request)):
            return False
        return fnmatchcase(path, self.path) if "*" in self.path else path.startswith(self.path)


@dataclass(slots=True)
class Order:
    """A fault on order: `left` more times, met `met` times so far."""

    number: int
    fault: Fault
    scope: Scope
    left: float
    covered: int = 0
    met: int = 0


def is_further_page(request: web.Request) -> bool:
    """Whether a request asks for a page of a list that is not the first, in V2 or V1."""
    asked = (
        request.query.get("offset"),
        request.headers.get("Query-PageNumber"),
        request.headers.get("Last-Object"),
    )
    return any(start not in (None, "", "0") for start in asked)


class FaultSwitch:
    """The faults on order, and a record of what was asked.

    `requests` has the path of every request in the order of arrival, faulty or not; `most_job_logs` is how many job-log
    requests were in work at once at most; `hung_job_logs` how many of them hung.
    """

    def __init__(self, seed: int = 0) -> None:
        """`seed` decides which requests meet a fault that is ordered with a probability."""
        self._seed = seed
        self._orders: dict[int, Order] = {}
        self._made = 0
        self._job_logs = 0
        self._job_log_limit: int | None = None
        self._job_logs_hang = False
        self.hung_job_logs = 0
        self._released = asyncio.Event()
        self.requests: list[str] = []
        self.most_job_logs = 0

    def add(self, fault: Fault, *, path: str = "", times: int | None = 1, scope: Scope | None = None) -> Order:
        """Orders `fault` for the next `times` requests (None: for all to come) to `path`, or within `scope`."""
        self._made += 1
        left = math.inf if times is None else times
        order = self._orders[self._made] = Order(self._made, fault, scope or Scope(path), left)
        return order

    def hang_job_logs(self, above: int | None) -> None:
        """As soon as more than `above` job logs are asked for at once, no job log is answered any more, as when the
        broker's pool of threads runs out; None ends that, and breaks the connections that hang.
        """
        self._job_log_limit, self._job_logs_hang, self.hung_job_logs = above, False, 0
        if above is None:
            self.release()

    def cancel(self, order: Order) -> None:
        """Takes back one order. Requests that hang are released."""
        self._orders.pop(order.number, None)
        self.release()

    def clear(self) -> None:
        """Cancels all faults and forgets the record."""
        self._orders.clear()
        self.requests.clear()
        self.most_job_logs = self._job_logs
        self.hang_job_logs(None)

    def release(self) -> None:
        """Ends the wait of all requests that are held up."""
        self._released.set()
        self._released = asyncio.Event()

    def take(self, request: web.Request, path: str) -> tuple[Fault, float] | None:
        """The fault that the request meets now, and how long it waits; what was ordered first comes first."""
        for order in self._orders.values():
            if order.left <= 0 or not order.scope.covers(request, path):
                continue
            order.covered += 1
            if draws.fraction("fault", self._seed, order.number, order.covered) >= order.scope.probability:
                continue
            order.left -= 1
            order.met += 1
            more = order.fault.jitter * draws.fraction("jitter", self._seed, order.number, order.covered)
            return order.fault, order.fault.delay + more
        return None

    @contextmanager
    def recording(self, path: str) -> Iterator[None]:
        """Records a request for as long as it is in work."""
        self.requests.append(path)
        job_log = path.endswith("/joblog")
        self._job_logs += job_log
        self.most_job_logs = max(self.most_job_logs, self._job_logs)
        if job_log and self._job_log_limit is not None and self._job_logs > self._job_log_limit:
            self._job_logs_hang = True
        try:
            yield
        finally:
            self._job_logs -= job_log

    def hangs(self, path: str) -> bool:
        """Whether a request for that path is never answered because too many job logs were asked for."""
        return self._job_logs_hang and path.endswith("/joblog")

    async def hold(self, seconds: float | None) -> None:
        """Waits so long (None: for ever), or until everything is released."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._released.wait()


def fault_middleware(switch: FaultSwitch, bases: tuple[str, ...]) -> Middleware:
    """A middleware that lets requests below `bases` (the longest first) meet the faults on order; it stands before
    authentication.
    """

    @web.middleware
    async def meet_fault(request: web.Request, handler: Handler) -> web.StreamResponse:
        base = next((base for base in bases if request.path.startswith(base)), None)
        if base is None:
            return await handler(request)
        path = request.path.removeprefix(base)
        with switch.recording(path):
            if switch.hangs(path):
                switch.hung_job_logs += 1
                await switch.hold(None)
                return _broken(request)
            met = switch.take(request, path)
            return await (handler(request) if met is None else _faulty(switch, met, request, handler))

    return meet_fault


async def _faulty(
    switch: FaultSwitch, met: tuple[Fault, float], request: web.Request, handler: Handler
) -> web.StreamResponse:
    fault, delay = met
    if delay:
        await switch.hold(delay)
    if fault.hangs:
        await switch.hold(None)
        return _broken(request)
    if fault.status is not None:
        headers = {"Content-Type": fault.content_type, **fault.headers}
        return web.Response(status=fault.status, body=fault.body.encode(fault.encoding), headers=headers)
    if fault.gone:
        request[GONE_SINCE] = fault.gone
    if fault.cut is None:
        return await handler(request)
    if fault.cut:
        answer = await handler(request)
        whole = answer.body if isinstance(answer, web.Response) and isinstance(answer.body, bytes) else b""
        short = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.content_type})
        short.content_length = max(len(whole), fault.cut + 1)
        await short.prepare(request)
        await short.write(whole[: fault.cut])
    return _broken(request)


def _broken(request: web.Request) -> web.Response:
    # nothing after this is sent: the handler's end finds the connection gone
    if request.transport is not None:
        request.transport.close()
    return web.Response()
