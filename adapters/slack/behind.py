"""Work that may go on after Slack was acknowledged: bounded, named, and ended with the adapter."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog

from adapters.slack.metrics import SlackMetrics
from resync_bot.errors import ResyncError

log = structlog.get_logger(__name__)

MOST = 500  # at once: beyond that Slack is slower than people click, and what is dropped are courtesies
MOMENT = 1.0  # seconds, about one call of Slack's


class Behind:
    """Only for what nobody loses by a crash; everything else goes through the inbox."""

    def __init__(self, metrics: SlackMetrics, *, most: int = MOST, moment: float = MOMENT) -> None:
        """`most` at once, `moment` in seconds."""
        self._metrics = metrics
        self._most = most
        self._moment = moment
        self._group: asyncio.TaskGroup | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """At the end what is still at work has a moment to finish, and is cancelled then."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                yield
                if self._tasks:
                    await asyncio.wait(self._tasks, timeout=self._moment)
            finally:
                self._group = None
                for task in tuple(self._tasks):
                    task.cancel()

    def run(self, work: Coroutine[Any, Any, None], *, name: str) -> bool:
        """Whether it was taken; what is not taken is counted and closed."""
        if self._group is None or len(self._tasks) >= self._most:
            work.close()
            self._metrics.dropped.labels(name).inc()
            return False
        task = self._group.create_task(self._guarded(work, name), name=f"slack {name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())  # of no effect, unless it was cancelled before it began
        return True

    async def _guarded(self, work: Coroutine[Any, Any, None], name: str) -> None:
        try:
            await work
        except ResyncError as error:
            log.warning("slack_courtesy_failed", work=name, error=str(error), hint=error.hint)
        except Exception:
            # One courtesy that fails unforeseen must not end the adapter: its task group is everybody's.
            log.exception("slack_courtesy_failed", work=name)
