"""Faults to order, for tests of clients. Nothing of this can be reached over HTTP.

    async with running_simulator() as server:
        server.faults.add(Fault(status=503), path="/plan/job", times=2)

The next requests whose path (without the `/twsd/api/v2` before it) begins so meet the fault, oldest fault first.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HTML_PAGE = "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Context Root Not Found</h1></body></html>"


def wrapped_refusal(message_id: str, text: str) -> str:
    """The body of a 500 in which the connector (AWSJSY404E) wraps a business refusal such as AWSBIN076E."""
    wrapped = f"AWSJSY404E The connector reported the following error: {message_id} {text}"
    return f'{{"exceptionName": "com.ibm.tws.conn.exceptions.ConnException", "messages": ["{wrapped}"]}}'


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a request.

    It waits `delay` real seconds; then, with `status`, that answer is given with `body`; else the real answer goes out,
    whole or, with `cut`, only so many bytes of it before the connection breaks (0: nothing at all is answered).
    """

    delay: float = 0.0
    status: int | None = None
    body: str = ""
    content_type: str = "application/json"
    cut: int | None = None


@dataclass(frozen=True, slots=True)
class _Ordered:
    fault: Fault
    path: str
    left: int | None


class FaultSwitch:
    """The faults on order; `requests` records the path of every request, faulty or not, in order of arrival."""

    def __init__(self) -> None:
        self._ordered: list[_Ordered] = []
        self.requests: list[str] = []

    def add(self, fault: Fault, *, path: str = "", times: int | None = 1) -> None:
        """Orders `fault` for the next `times` requests (None: for all to come) whose path begins with `path`."""
        self._ordered.append(_Ordered(fault, path, times))

    def clear(self) -> None:
        """Cancels all faults and forgets the requests."""
        self._ordered.clear()
        self.requests.clear()

    def take(self, path: str) -> Fault | None:
        """The fault that a request for `path` meets now."""
        self.requests.append(path)
        for index, ordered in enumerate(self._ordered):
            if path.startswith(ordered.path):
                if ordered.left is not None:
                    self._ordered[index : index + 1] = (
                        [replace(ordered, left=ordered.left - 1)] if ordered.left > 1 else []
                    )
                return ordered.fault
        return None


def fault_middleware(switch: FaultSwitch, base: str) -> Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]:
    """A middleware that lets requests meet the faults on order; it stands before authentication."""

    @web.middleware
    async def meet_fault(request: web.Request, handler: Handler) -> web.StreamResponse:
        fault = switch.take(request.path.removeprefix(base))
        if fault is None:
            return await handler(request)
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.status is not None:
            return web.Response(status=fault.status, text=fault.body, content_type=fault.content_type)
        answer = await handler(request)
        if fault.cut is None:
            return answer
        return await _cut(request, answer, fault.cut)

    return meet_fault


async def _cut(request: web.Request, answer: web.StreamResponse, length: int) -> web.StreamResponse:
    """Sends the headers and the first bytes of the answer, then breaks the connection."""
    transport = request.transport
    if length and isinstance(answer, web.Response) and isinstance(answer.body, bytes):
        short = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.content_type})
        short.content_length = len(answer.body) + 1
        await short.prepare(request)
        await short.write(answer.body[:length])
    if transport is not None:
        transport.abort() if length == 0 else transport.close()
    raise ConnectionResetError("cut by order")
