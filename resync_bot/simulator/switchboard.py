"""The fault switchboard: `/simulator/faults`, a namespace that no real engine has.

    POST   /simulator/faults        {"fault": {"kind": "latency", "seconds": 2}, "path": "/plan/job", "times": 3} -> 201
    GET    /simulator/faults        what is on order, and how often each was met
    GET    /simulator/faults/{id}   one of them
    GET    /simulator/faults/schema what an order may say, as a JSON schema
    DELETE /simulator/faults        takes all back
    DELETE /simulator/faults/{id}   takes one back

It is there only if the simulator was started with it, and only for this machine: a request from elsewhere, or under
another host name (a page in a browser that was led here), finds nothing. It asks for no credentials.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from itertools import count
from typing import assert_never

import orjson
from aiohttp import web
from pydantic import ValidationError
from yarl import URL

from resync_bot.simulator.fault_models import AgentDown, ClockChange, JobLogHang, Order, PlanSwitch, WorldFault
from resync_bot.simulator.faults import FaultSwitch, Handler
from resync_bot.simulator.rendering import Json
from resync_bot.simulator.simulator import Simulator

PATH = "/simulator/faults"
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class _Standing:
    """An order that was accepted: how often it was met, and how it is taken back."""

    order: Order
    met: Callable[[], int]
    take_back: Callable[[], None]


class Switchboard:
    """The orders that came over HTTP."""

    def __init__(self, faults: FaultSwitch, simulator: Simulator) -> None:
        self._faults = faults
        self._simulator = simulator
        self._numbers = count(1)
        self._standing: dict[str, _Standing] = {}

    def routes(self) -> list[web.RouteDef]:
        """Its paths."""
        return [
            web.post(PATH, _local(self.order)),
            web.get(PATH, _local(self.show_all)),
            web.delete(PATH, _local(self.take_all_back)),
            web.get(f"{PATH}/schema", _local(self.show_schema)),
            web.get(f"{PATH}/{{id}}", _local(self.show)),
            web.delete(f"{PATH}/{{id}}", _local(self.take_back)),
        ]

    async def order(self, request: web.Request) -> web.StreamResponse:
        """Accepts an order; it works from the next request on."""
        try:
            order = Order.model_validate_json(await request.read())
        except ValidationError as error:
            wrong = [f"{'.'.join(map(str, one['loc'])) or 'order'}: {one['msg']}" for one in error.errors()]
            return _answer({"messages": wrong}, 400)
        identity = str(next(self._numbers))
        try:
            self._standing[identity] = self._engage(order)
        except LookupError as unknown:
            return _answer({"messages": [f"fault: {unknown} is not in the plan"]}, 400)
        return _answer(self._told(identity), 201)

    async def show_all(self, _: web.Request) -> web.StreamResponse:
        """All orders that stand."""
        return _answer({"faults": [self._told(identity) for identity in self._standing]})

    async def show_schema(self, _: web.Request) -> web.StreamResponse:
        """What an order may say."""
        return _answer(Order.model_json_schema())

    async def show(self, request: web.Request) -> web.StreamResponse:
        """One of them."""
        identity = request.match_info["id"]
        return _answer(self._told(identity)) if identity in self._standing else _nothing()

    async def take_all_back(self, _: web.Request) -> web.StreamResponse:
        """Takes every order back; those that come from elsewhere stay."""
        for identity in list(self._standing):
            self._standing.pop(identity).take_back()
        return web.Response(status=204)

    async def take_back(self, request: web.Request) -> web.StreamResponse:
        """Takes one order back."""
        standing = self._standing.pop(request.match_info["id"], None)
        if standing is None:
            return _nothing()
        standing.take_back()
        return web.Response(status=204)

    def _engage(self, order: Order) -> _Standing:
        if isinstance(order.fault, WorldFault):
            return self._change_world(order, order.fault)
        made = self._faults.add(order.fault.effect(), times=order.times, scope=order.scope)
        return _Standing(order, lambda: made.met, lambda: self._faults.cancel(made))

    def _change_world(self, order: Order, fault: WorldFault) -> _Standing:
        match fault:
            case JobLogHang():
                self._faults.hang_job_logs(fault.above)
                return _Standing(order, lambda: self._faults.hung_job_logs, lambda: self._faults.hang_job_logs(None))
            case AgentDown():
                link = self._simulator.orders.operations.link
                workstation = self._simulator.plan.workstation(fault.workstation)
                link(workstation, linked=False)
                return _Standing(order, _once, lambda: link(workstation, linked=True))
            case PlanSwitch():
                self._simulator.switch_plan()
                return _Standing(order, _once, _nothing_to_take_back)
            case ClockChange():
                return self._change_clock(order, fault)
            case _:
                assert_never(fault)

    def _change_clock(self, order: Order, fault: ClockChange) -> _Standing:
        if fault.advance is not None:
            self._simulator.jump(timedelta(seconds=fault.advance))
        if fault.speed is None:
            return _Standing(order, _once, _nothing_to_take_back)
        before = self._simulator.clock.speed
        self._simulator.set_speed(fault.speed)
        return _Standing(order, _once, lambda: self._simulator.set_speed(before))

    def _told(self, identity: str) -> Json:
        standing = self._standing[identity]
        return {"id": identity, "met": standing.met(), **standing.order.model_dump(exclude_defaults=True)}


def _once() -> int:
    return 1


def _nothing_to_take_back() -> None:
    """What has happened has happened."""


def _local(handler: Handler) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return await handler(request) if _is_local(request) else _nothing()

    return handle


def _is_local(request: web.Request) -> bool:
    """From this machine, and meant for it: the `Host` header is what a page that was led here cannot choose."""
    try:
        from_here = ip_address(request.remote or "").is_loopback
        host = URL(f"//{request.host}").host
    except ValueError:
        return False
    return from_here and host in _LOCAL_NAMES


def _answer(content: Json, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(content), status=status, content_type="application/json")


def _nothing() -> web.Response:
    return _answer({"messages": ["There is nothing here."]}, 404)
