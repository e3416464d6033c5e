"""Faults to order, for tests of clients. Nothing of this can be reached over HTTP.

    async with running_simulator() as server:
        server.faults.add(Fault(status=503), path="/plan/job", times=2)

The next requests whose path (without the `/twsd/api/v2` before it) begins so meet the fault, oldest fault first.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Middleware

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HTML_PAGE = "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Context Root Not Found</h1></body></html>"


def wrapped_refusal(message_id: str, text: str) -> str:
    """The body of a 500 in which the connector (AWSJSY404E) wraps a business refusal such as AWSBIN076E."""
    wrapped = f"AWSJSY404E The connector reported the following error: {message_id} {text}"
    return f'{{"exceptionName": "com.ibm.tws.conn.exceptions.ConnException", "messages": ["{wrapped}"]}}'


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a request.

    It waits `delay` real seconds; then, with `status`, that answer is given with `body` and `headers`; else the real
    answer goes out, whole or, with `cut`, only so many bytes of it before the connection breaks (0: not even a status).
    """

    delay: float = 0.0
    status: int | None = None
    body: str = ""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None


@dataclass(slots=True)
class _Order:
    fault: Fault
    path: str
    left: float


class FaultSwitch:
    """The faults on order, and a record of what was asked.

    `requests` has the path of every request in the order of arrival, faulty or not; `most_job_logs` is how many job-log
    requests were in work at once at most.
    """

    def __init__(self) -> None:
        self._orders: list[_Order] = []
        self._job_logs = 0
        self.requests: list[str] = []
        self.most_job_logs = 0

    def add(self, fault: Fault, *, path: str = "", times: int | None = 1) -> None:
        """Orders `fault` for the next `times` requests (None: for all to come) whose path begins with `path`."""
        self._orders.append(_Order(fault, path, math.inf if times is None else times))

    def clear(self) -> None:
        """Cancels all faults and forgets the record."""
        self._orders.clear()
        self.requests.clear()
        self.most_job_logs = self._job_logs

    def take(self, path: str) -> Fault | None:
        """The fault that a request for `path` meets now; what was ordered first comes first."""
        for order in self._orders:
            if path.startswith(order.path) and order.left > 0:
                order.left -= 1
                return order.fault
        return None

    @contextmanager
    def recording(self, path: str) -> Iterator[None]:
        """Records a request for as long as it is in work."""
        self.requests.append(path)
        job_log = path.endswith("/joblog")
        self._job_logs += job_log
        self.most_job_logs = max(self.most_job_logs, self._job_logs)
        try:
            yield
        finally:
            self._job_logs -= job_log


def fault_middleware(switch: FaultSwitch, base: str) -> Middleware:
    """A middleware that lets requests meet the faults on order; it stands before authentication."""

    @web.middleware
    async def meet_fault(request: web.Request, handler: Handler) -> web.StreamResponse:
        path = request.path.removeprefix(base)
        with switch.recording(path):
            fault = switch.take(path)
            return await (handler(request) if fault is None else _faulty(fault, request, handler))

    return meet_fault


async def _faulty(fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.status is not None:
        headers = {"Content-Type": fault.content_type, **fault.headers}
        return web.Response(status=fault.status, body=fault.body.encode(), headers=headers)
    if fault.cut is None:
        return await handler(request)
    if fault.cut:
        answer = await handler(request)
        whole = answer.body if isinstance(answer, web.Response) and isinstance(answer.body, bytes) else b""
        short = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.content_type})
        short.content_length = max(len(whole), fault.cut + 1)
        await short.prepare(request)
        await short.write(whole[: fault.cut])
    # nothing after this is sent: the handler's end finds the connection gone
    if request.transport is not None:
        request.transport.close()
    return web.Response()
