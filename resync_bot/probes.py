"""How the running bot's parts are: for the health endpoints and the status line of the chat page."""

import asyncio
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from redis.asyncio import Redis

from resync_bot.agent.responder import AgentResponder
from resync_bot.errors import EngineError, EngineErrorKind, StoreUnavailableError
from resync_bot.runtime.deadline import within
from resync_bot.runtime.redis import redis_health
from resync_bot.runtime.settings import Settings
from resync_bot.tws.credentials import WARN_BEFORE
from resync_bot.tws.models import Engine
from resync_bot.tws.queries import Engines
from resync_bot.web.health import Probe, Report, State

PATIENCE = 10.0  # seconds: whoever looks at a status page waits no longer


class Probes:
    """One method a part; each asks the part itself, through the same clients that the answers go through."""

    def __init__(
        self,
        settings: Settings,
        *,
        redis: Redis,
        engines: Engines,
        agent: AgentResponder,
        stop: asyncio.Event,
        started: float,
    ) -> None:
        """`started` is a monotonic time in seconds."""
        self._settings = settings
        self._redis = redis
        self._engines = engines
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
        """The engines: the state is that of the default one, and no better than degraded if another has trouble."""
        names = list(self._engines)
        reports = dict(zip(names, await asyncio.gather(*map(self._engine, names)), strict=True))
        default = reports.pop(self._engines.default)
        facts = dict(default.facts)
        for name, report in reports.items():
            facts[name] = f"{report.state}: {report.detail}" if report.detail else report.state.value
            if report.state is not State.UP and default.state is State.UP:
                default = Report(State.DEGRADED, f"{name}: {report.detail}")
        return Report(default.state, default.detail, facts)

    async def _engine(self, name: str) -> Report:
        try:
            with within(PATIENCE):
                engine = await self._engines[name].engine()
        except EngineError as error:
            return Report(State.DOWN, _ENGINE_TROUBLE.get(error.kind, "The engine does not answer as it should."))
        facts: dict[str, str | int] = {
            "name": engine.name,
            "version": engine.version,
            "api": engine.api,
            "clock": engine.now.isoformat(timespec="seconds"),
        }
        if not engine.has_plan:
            return Report(State.DOWN, _NO_PLAN, facts)
        if (days := _key_days_left(engine)) is None:
            return Report(State.UP, facts=facts)
        facts["key_days_left"] = days
        if days >= WARN_BEFORE.days:
            return Report(State.UP, facts=facts)
        told = "has expired" if days < 0 else f"expires in {days} days"
        return Report(State.DEGRADED, f"The bot's API key for the engine {told}: create a new one.", facts)

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
        if tws.state is not State.DOWN:
            try:
                counts = await self._engines[self._engines.default].count_jobs_by_status()
                plan = {"total": sum(counts.values()), "by_status": {status.value: n for status, n in counts.items()}}
            except EngineError:
                tws = Report(State.DOWN, "The engine stopped answering.")
        model = next(one for one in self._agent.describe()["models"] if one["available"])
        return {
            "environment": self._settings.environment.value,
            "version": version("resync-bot"),
            "model": {"name": model["name"], "state": State.UP.value},
            "engine": {
                "name": self._engines.default,
                "state": tws.state.value,
                "detail": tws.detail,
                "clock": tws.facts.get("clock"),
            },
            "redis": {"state": redis.state.value, "detail": redis.detail},
            "plan": plan,
        }


def _key_days_left(engine: Engine) -> int | None:
    """Of the bot's own key; by the wall clock, since that is what a key is dated by."""
    return None if engine.key_expires is None else (engine.key_expires - datetime.now(UTC)).days


_NO_PLAN = "The engine is up, but has had no answer about its plan for longer than a switch takes."
_ENGINE_TROUBLE = {
    EngineErrorKind.UNREACHABLE: "The engine cannot be reached.",
    EngineErrorKind.TIMED_OUT: "The engine does not answer in time.",
    EngineErrorKind.UNAVAILABLE: "The engine says that it is not available.",
    EngineErrorKind.CIRCUIT_OPEN: "The engine failed too often just now and is left alone for a while.",
    EngineErrorKind.UNAUTHORISED: "The engine refuses the bot's credentials.",
    EngineErrorKind.FORBIDDEN: "The bot's user lacks a right on the engine.",
    EngineErrorKind.PLAN_SWITCH: "The engine is changing to a new plan.",
    EngineErrorKind.NO_PLAN: _NO_PLAN,
    EngineErrorKind.BUSY: "All connections to the engine are in use.",
}
