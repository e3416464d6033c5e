"""The HTTP server: health, status, metrics, and what errors look like from outside."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import pytest
from aiohttp import ClientSession, web
from prometheus_client import CollectorRegistry, Counter

from resync_bot.errors import ConfigurationError, StoreUnavailableError
from resync_bot.runtime.sections import HttpSettings
from resync_bot.web.api import ApiEndpoints, Described
from resync_bot.web.health import HealthEndpoints, Report, State
from resync_bot.web.server import create_app, serving


def _probe(report: Report) -> Callable[[], Awaitable[Report]]:
    async def probe() -> Report:
        return report

    return probe


async def _status() -> Described:
    return {"version": "1"}


class _Site:
    """A running server whose parts' states a test sets."""

    def __init__(self) -> None:
        self.states = dict.fromkeys(("app", "redis", "tws", "llm"), State.UP)
        self.is_open = True
        self.metrics = CollectorRegistry()
        self.url = ""
        self.session: ClientSession

    def app(self) -> web.Application:
        probes = {part: self._part(part) for part in self.states}
        api = ApiEndpoints(
            status=_status, agents=lambda: [{"id": "operator"}], metrics=self.metrics, is_open=self.is_open
        )
        return create_app([*HealthEndpoints(probes).routes(), *api.routes(), web.get("/boom/{how}", self._boom)])

    def _part(self, part: str) -> Callable[[], Awaitable[Report]]:
        async def probe() -> Report:
            if self.states[part] is State.OFF:
                raise RuntimeError("the probe broke: secret-address")
            return Report(self.states[part], facts={"latency_ms": 1})

        return probe

    async def _boom(self, request: web.Request) -> web.Response:
        if request.match_info["how"] == "store":
            raise StoreUnavailableError("redis://secret-address is away")
        raise RuntimeError("secret-address")

    async def get(self, path: str) -> tuple[int, Mapping[str, object]]:
        async with self.session.get(self.url + path) as response:
            return response.status, await response.json()


@pytest.fixture
async def site() -> AsyncIterator[_Site]:
    site = _Site()
    async with serving(site.app(), HttpSettings(port=0)) as site.url, ClientSession() as site.session:
        yield site


@pytest.mark.parametrize(
    ("down", "path", "status", "said"),
    [
        (None, "ready", 200, "up"),
        ("redis", "live", 200, "up"),
        ("redis", "ready", 503, "down"),
        ("tws", "ready", 200, "up"),
        ("tws", "full", 200, "degraded"),
        ("tws", "tws", 503, "down"),
        ("llm", "full", 200, "degraded"),
        ("redis", "full", 503, "down"),
    ],
)
async def test_health(site: _Site, down: str | None, path: str, status: int, said: str) -> None:
    if down:
        site.states[down] = State.DOWN
    got, body = await site.get(f"/api/health/{path}")
    assert (got, body["status"]) == (status, said)


async def test_a_probe_that_breaks_is_a_part_that_is_down_and_tells_nothing(site: _Site) -> None:
    site.states["redis"] = State.OFF
    status, body = await site.get("/api/health/ready")
    assert status == 503
    assert "secret-address" not in str(body)


async def test_an_unknown_part_is_not_found(site: _Site) -> None:
    assert (await site.get("/api/health/nothing"))[0] == 404


async def test_metrics_are_in_prometheus_text(site: _Site) -> None:
    Counter("resync_test", "For this test.", registry=site.metrics).inc()
    async with site.session.get(site.url + "/api/metrics") as response:
        assert "resync_test_total 1.0" in await response.text()
        assert response.content_type == "text/plain"


async def test_agents_are_described(site: _Site) -> None:
    assert await site.get("/api/agents") == (200, {"agents": [{"id": "operator"}]})
    assert await site.get("/api/agents/operator") == (200, {"id": "operator"})
    assert (await site.get("/api/agents/nobody"))[0] == 404


@pytest.mark.parametrize("path", ["/api/status", "/api/agents", "/api/agents/operator"])
async def test_production_shows_the_plan_to_nobody_until_one_can_sign_in(path: str) -> None:
    site = _Site()
    site.is_open = False
    async with serving(site.app(), HttpSettings(port=0)) as site.url, ClientSession() as site.session:
        assert (await site.get(path))[0] == 403
        assert (await site.get("/api/health/live"))[0] == 200


@pytest.mark.parametrize(("how", "status"), [("store", 503), ("defect", 500)])
async def test_no_exceptions_text_leaves_the_house(site: _Site, how: str, status: int) -> None:
    got, body = await site.get(f"/boom/{how}")
    assert got == status
    assert "secret-address" not in str(body)
    assert body["correlation_id"]


async def test_a_wrong_method_says_which_are_right(site: _Site) -> None:
    async with site.session.post(site.url + "/api/status") as response:
        assert response.status == 405
        assert "GET" in response.headers["Allow"]


async def test_a_taken_port_is_a_wrong_setting(site: _Site) -> None:
    port = int(site.url.rsplit(":", 1)[1])
    with pytest.raises(ConfigurationError, match=f"PORT: cannot listen on 127.0.0.1:{port}"):
        async with serving(site.app(), HttpSettings(port=port)):
            pass
