"""Fills the history from the engines, beside everything else the bot does.

Any number of replicas may run it: each look at an engine is taken by one of them. What ended is read again for a while
after, because an engine's database shows some endings late; a run that is known already changes nothing.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.redis import STORE_ERRORS
from resync_bot.tws.history.runs import finished_runs
from resync_bot.tws.history.store import RunHistory
from resync_bot.tws.models import Engine
from resync_bot.tws.queries import Tws

OVERLAP: Final = timedelta(minutes=10)
ARCHIVED_PLANS: Final = 7  # that are read when the history is empty: a week of them
LOOK_SECONDS: Final = 120.0  # for which a replica that says nothing more still has the look

log = structlog.get_logger(__name__)


class Recorder:
    """Looks at each engine every so often."""

    def __init__(
        self,
        engines: Mapping[str, Tws],
        histories: Mapping[str, RunHistory],
        redis: Redis,
        *,
        namespace: str,
        look_every: float,
        metrics: CollectorRegistry,
    ) -> None:
        """`look_every` is in seconds."""
        self._engines = engines
        self._histories = histories
        self._redis = redis
        self._tag = f"{namespace}:recorder"
        self._look_every = look_every
        self._recorded = Counter("resync_history_runs", "Finished runs recorded", ("engine",), registry=metrics)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set. An engine or a store that is away is looked at again the next time."""
        async with asyncio.TaskGroup() as group:
            for name in self._engines:
                group.create_task(self._watch(name, stop), name=f"recorder of {name}")

    async def _watch(self, name: str, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self.look(name)
            except EngineError as error:
                log.info("history_engine_away", engine=name, kind=error.kind, error=str(error))
            except STORE_ERRORS as error:
                log.warning("history_store_away", engine=name, error=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._look_every):
                    await stop.wait()

    async def look(self, name: str) -> int:
        """Records what ended since the last look, if no other replica does; returns how many runs were new.

        Raises EngineError or redis.exceptions.RedisError; what was read until then is recorded.
        """
        mine = self._redis.lock(f"{self._tag}:{{{name}}}", timeout=LOOK_SECONDS, blocking=False)
        if not await mine.acquire():
            return 0
        try:
            return await self._record(name, mine)
        except LockError:
            log.info("history_look_lost", engine=name)  # another replica goes on from what is recorded
            return 0
        finally:
            with suppress(LockError):
                await mine.release()

    async def _record(self, name: str, mine: Lock) -> int:
        tws, history = self._engines[name], self._histories[name]
        seen = await history.seen_until()
        engine = await tws.engine()
        if seen is not None and engine.now - seen < timedelta(seconds=self._look_every / 2):
            return 0  # another replica was here just now
        since = seen - OVERLAP if seen else None
        new = 0
        for plan_id in await self._plans_gone_by(tws, engine, seen):
            new += await self._record_plan(name, plan_id, since, engine, mine)
        new += await self._record_plan(name, None, since, engine, mine)
        await history.see_until(engine.now)
        self._recorded.labels(name).inc(new)
        return new

    async def _plans_gone_by(self, tws: Tws, engine: Engine, seen: datetime | None) -> list[str]:
        """The plans to read besides the current one, oldest first.

        With a new production day came a new plan: what ended in the last minutes of the old one is only there.
        """
        if seen is not None and seen >= engine.production_day_start:
            return []
        try:
            plans = await tws.archived_plans()
        except EngineError as error:
            if error.kind is not EngineErrorKind.UNSUPPORTED:
                raise
            return []
        return [plan.id for plan in reversed(plans[: ARCHIVED_PLANS if seen is None else 1])]

    async def _record_plan(
        self, name: str, plan_id: str | None, since: datetime | None, engine: Engine, mine: Lock
    ) -> int:
        new = 0
        async for jobs in self._engines[name].finished_jobs(plan_id, ended_from=since):
            runs = [run for job in jobs for run in finished_runs(job)]
            new += await self._histories[name].record(runs, engine)
            await mine.reacquire()
        return new
