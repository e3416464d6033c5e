"""What the bot says about its own health, for load balancers, Kubernetes and people.

Live: the process turns its event loop. Ready: it may be sent work, because Redis takes it. A dead engine or LLM
degrades the answers but not the readiness: the bot then says in the chat what is wrong, which beats a bot that is gone.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from aiohttp import web
from structlog import get_logger

log = get_logger(__name__)


class State(StrEnum):
    """How a part is. OFF: not configured, and nothing misses it."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Report:
    """One part's state. `detail` is one sentence without addresses or secrets: health is read without signing in."""

    state: State
    detail: str = ""
    facts: Mapping[str, str | int | float | bool] = field(default_factory=dict)


Probe = Callable[[], Awaitable[Report]]
PARTS = ("app", "redis", "tws", "llm")
NEEDED = ("app", "redis")  # to be ready


class HealthEndpoints:
    """`/api/health/*`. A probe that raises is a part that is down; why stands in the log."""

    def __init__(self, probes: Mapping[str, Probe]) -> None:
        """`probes` has one entry for each of `PARTS`."""
        self._probes = probes

    def routes(self) -> list[web.RouteDef]:
        """The endpoints, each answering 200 or 503 and the same JSON shape."""
        return [
            web.get("/api/health/live", self._live),
            web.get("/api/health/ready", self._ready),
            web.get("/api/health/full", self._full),
            web.get("/api/health/{part}", self._part),
        ]

    async def report(self, part: str) -> Report:
        """Asks one part."""
        try:
            return await self._probes[part]()
        except Exception as error:  # noqa: BLE001  # whatever a probe meets is its part's state, and is logged
            log.warning("health.probe_failed", part=part, error=repr(error))
            return Report(State.DOWN, "The probe itself failed; the log says why.")

    async def _live(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": State.UP})

    async def _ready(self, _request: web.Request) -> web.Response:
        return self._answer({part: await self.report(part) for part in NEEDED}, needed=NEEDED)

    async def _full(self, _request: web.Request) -> web.Response:
        return self._answer({part: await self.report(part) for part in PARTS}, needed=NEEDED)

    async def _part(self, request: web.Request) -> web.Response:
        part = request.match_info["part"]
        if part not in PARTS:
            raise web.HTTPNotFound
        return self._answer({part: await self.report(part)}, needed=(part,))

    def _answer(self, reports: Mapping[str, Report], *, needed: tuple[str, ...]) -> web.Response:
        worst = State.UP
        for part, report in reports.items():
            if report.state is State.DOWN and part in needed:
                worst = State.DOWN
            elif report.state in (State.DOWN, State.DEGRADED) and worst is State.UP:
                worst = State.DEGRADED
        body = {
            "status": worst,
            "parts": {
                part: {"status": report.state, "detail": report.detail, **report.facts}
                for part, report in reports.items()
            },
        }
        return web.json_response(body, status=503 if worst is State.DOWN else 200)
