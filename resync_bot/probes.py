"""How the running bot's parts are: for the health endpoints and the status line of the chat page."""

import asyncio
import sys
import time
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from redis.asyncio import Redis

from resync_bot.agent.responder import AgentResponder
from resync_bot.errors import EngineError, EngineErrorKind, StoreUnavailableError
from resync_bot.runtime.redis import redis_health
from resync_bot.runtime.settings import Settings
from resync_bot.tws.queries import Tws
from resync_bot.web.health import Probe, Report, State


class Probes:
    """One method a part; each asks the part itself, through the same clients that the answers go through."""

    def __init__(
        self,
        settings: Settings,
        *,
        redis: Redis,
        tws: Tws,
        agent: AgentResponder,
        stop: asyncio.Event,
        started: float,
    ) -> None:
        """`started` is a monotonic time in seconds."""
        self._settings = settings
        self._redis = redis
        self._tws = tws
        self._agent = agent
        self._stop = stop
        self._started = started

    def by_part(self) -> Mapping[str, Probe]:
        """What `HealthEndpoints` takes."""
        return {"app": self.app, "redis": self.redis, "tws": self.tws, "llm": self.llm}

    async def app(self) -> Report:
        """The process. It is down while it drains, so that nothing new is sent to it."""
        facts: dict[str, str | int] = {
            "version": version("resync-bot"),
            "python": sys.version.split()[0],
            "uptime_seconds": round(time.monotonic() - self._started),
        }
        if self._stop.is_set():
            return Report(State.DOWN, "It is stopping.", facts)
        return Report(State.UP, facts=facts)

    async def redis(self) -> Report:
        """The shared store."""
        try:
            health = await redis_health(self._redis)
        except StoreUnavailableError:
            return Report(State.DOWN, "Redis does not answer; messages are refused so that they come again.")
        facts: dict[str, str | float] = {"server": health.server, "ping_ms": round(health.ping * 1000, 2)}
        if health.may_evict:
            return Report(
                State.DEGRADED, "Redis may evict what is not answered yet: set maxmemory-policy noeviction.", facts
            )
        if not health.is_durable:
            return Report(State.DEGRADED, "Redis keeps no append-only file: a crash of it can lose messages.", facts)
        return Report(State.UP, facts=facts)

    async def tws(self) -> Report:
        """The engine."""
        try:
            engine = await self._tws.engine()
        except EngineError as error:
            return Report(State.DOWN, _ENGINE_TROUBLE.get(error.kind, "The engine does not answer as it should."))
        clock = engine.now.isoformat(timespec="seconds")
        return Report(State.UP, facts={"name": engine.name, "version": engine.version, "clock": clock})

    async def llm(self) -> Report:
        """The language models. Without any, the interpreter answers, which is not a fault."""
        if not self._settings.llm.models:
            return Report(State.OFF, "No model is configured; the built-in interpreter answers.")
        *models, _interpreter = self._agent.describe()["models"]
        if first := next((model["name"] for model in models if model["available"]), None):
            return Report(State.UP, facts={"model": first})
        return Report(State.DEGRADED, "No model answers; the built-in interpreter stands in.")

    async def status(self) -> dict[str, Any]:
        """What the chat page shows in its head line; members of parts that are away are null."""
        redis, tws = await asyncio.gather(self.redis(), self.tws())
        plan = None
        if tws.state is State.UP:
            try:
                counts = await self._tws.count_jobs_by_status()
                plan = {"total": sum(counts.values()), "by_status": {status.value: n for status, n in counts.items()}}
            except EngineError:
                tws = Report(State.DOWN, "The engine stopped answering.")
        model = next(one for one in self._agent.describe()["models"] if one["available"])
        return {
            "environment": self._settings.environment.value,
            "version": version("resync-bot"),
            "model": {"name": model["name"], "state": State.UP.value},
            "engine": {
                "name": self._settings.tws.name,
                "state": tws.state.value,
                "detail": tws.detail,
                "clock": tws.facts.get("clock"),
            },
            "redis": {"state": redis.state.value, "detail": redis.detail},
            "plan": plan,
        }


_ENGINE_TROUBLE = {
    EngineErrorKind.UNREACHABLE: "The engine cannot be reached.",
    EngineErrorKind.TIMED_OUT: "The engine does not answer in time.",
    EngineErrorKind.UNAVAILABLE: "The engine says that it is not available.",
    EngineErrorKind.CIRCUIT_OPEN: "The engine failed too often just now and is left alone for a while.",
    EngineErrorKind.UNAUTHORISED: "The engine refuses the bot's credentials.",
    EngineErrorKind.FORBIDDEN: "The bot's user lacks a right on the engine.",
}
