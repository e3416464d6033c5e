"""The bot's own API for its page and for tools: status, agents, metrics."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

Described = Mapping[str, Any]


class ApiEndpoints:
    """`/api/status`, `/api/agents` and `/api/metrics`.

    Until somebody can sign in, production shows nobody the plan: only the metrics stay open there, for Prometheus.
    """

    def __init__(
        self,
        *,
        status: Callable[[], Awaitable[Described]],
        agents: Callable[[], Sequence[Described]],
        metrics: CollectorRegistry,
        is_open: bool,
    ) -> None:
        """`agents` gives descriptions that each have an `id`; `is_open` tells whether there is no one to keep out."""
        self._status = status
        self._agents = agents
        self._metrics = metrics
        self._is_open = is_open

    def routes(self) -> list[web.RouteDef]:
        """The endpoints."""
        return [
            web.get("/api/status", self._get_status),
            web.get("/api/agents", self._get_agents),
            web.get("/api/agents/{id}", self._get_agent),
            web.get("/api/metrics", self._get_metrics),
        ]

    def _refuse_if_closed(self) -> None:
        if not self._is_open:
            raise web.HTTPForbidden(text="Nobody can sign in yet, so this stays closed in production.")

    async def _get_status(self, _request: web.Request) -> web.Response:
        self._refuse_if_closed()
        return web.json_response(await self._status())

    async def _get_agents(self, _request: web.Request) -> web.Response:
        self._refuse_if_closed()
        return web.json_response({"agents": list(self._agents())})

    async def _get_agent(self, request: web.Request) -> web.Response:
        self._refuse_if_closed()
        for agent in self._agents():
            if agent["id"] == request.match_info["id"]:
                return web.json_response(agent)
        raise web.HTTPNotFound(text="There is no agent of this id.")

    async def _get_metrics(self, _request: web.Request) -> web.Response:
        # In a thread: a large registry takes tens of milliseconds, which the event loop does not have.
        text = await asyncio.to_thread(generate_latest, self._metrics)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})
