"""Asks an engine over HTTP: of its hosts the one that answers, again where that helps, in the time that there is.

How one host is asked is `host_access`'s affair, what is asked and what answers mean the dialects'. Every outcome is a
value or an EngineError.
"""

import asyncio
import random as _random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import structlog

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.bulkhead import Bulkhead, BulkheadFullError
from resync_bot.runtime.deadline import seconds_left
from resync_bot.runtime.resilience import (
    CircuitBreakerManager,
    RetryBudget,
    RetryPolicy,
    retry_with_backoff,
)
from resync_bot.runtime.tws_settings import EngineSettings
from resync_bot.tws.asking import Ask
from resync_bot.tws.clock import EngineClock
from resync_bot.tws.connection import Connections, timeouts
from resync_bot.tws.credentials import Credentials
from resync_bot.tws.dialect import Dialect, EngineFacts
from resync_bot.tws.exchange import Exchange
from resync_bot.tws.host_access import HostAccess
from resync_bot.tws.hosts import Host, Hosts, Spoken
from resync_bot.tws.in_time import in_time
from resync_bot.tws.metrics import TwsMetrics
from resync_bot.tws.plan_absence import PlanAbsence
from resync_bot.tws.problems import is_plan_missing, problem
from resync_bot.tws.waits import tell_of

T = TypeVar("T")
Question = Callable[[Dialect], Ask[T]]
Work = Callable[[Host], Awaitable[T]]  # with one host

log = structlog.get_logger(__name__)

# A failure of the engine or of the way to it: counts for the circuit. Everything else is an answer.
FAILURES = frozenset(
    {EngineErrorKind.UNREACHABLE, EngineErrorKind.TIMED_OUT, EngineErrorKind.UNAVAILABLE, EngineErrorKind.GARBLED}
)
# Worth a second try at once. Not a timeout: whoever waited that long does not want to wait as long again.
RETRIED = FAILURES - {EngineErrorKind.TIMED_OUT}
# Worth asking another host in the same breath.
ROTATED = frozenset(
    {
        EngineErrorKind.UNREACHABLE,
        EngineErrorKind.TIMED_OUT,
        EngineErrorKind.UNAVAILABLE,
        EngineErrorKind.CIRCUIT_OPEN,
        EngineErrorKind.NO_PLAN,
    }
)

SWITCH_SECONDS = 120.0  # how long a plan switch is waited out where no turn says when to stop
TIME_TO_TELL = 0.1  # the share of a turn's time that is left to say that the switch goes on


class EngineClient:
    """Safe for concurrent use. Who opened `connections` closes them; `tasks` runs what nobody waits for yet."""

    def __init__(  # noqa: PLR0913  # five parts of the house, the rest is injected for tests
        self,
        settings: EngineSettings,
        connections: Connections,
        *,
        tasks: asyncio.TaskGroup,
        breakers: CircuitBreakerManager,
        metrics: TwsMetrics,
        clock: EngineClock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = _random.random,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.engine = settings.name
        self.clock = clock
        self.credentials = Credentials(settings, metrics)
        self.plan_absence = PlanAbsence(settings.plan_switch_minutes * 60, monotonic=monotonic)
        self.plans_seen = 0  # counts the plan switches that were outlived: what was read before one is out of date
        self._access = HostAccess(
            settings.name,
            settings.zone,
            exchange=Exchange(connections, self.credentials, clock, timeouts(settings)),
            plan_absence=self.plan_absence,
            metrics=metrics,
        )
        self.tasks = tasks
        self._look: asyncio.Task[None] | None = None
        self._metrics = metrics
        self._sleep = sleep
        self._random = random
        self._monotonic = monotonic
        self._policy = RetryPolicy(attempts=3, first=0.2, longest=2.0, deadline=settings.read_timeout)
        self._budget = RetryBudget()
        self._bulkhead = Bulkhead(
            settings.max_connections, patience=settings.queue_seconds, observe=self._observe_connections
        )
        metrics.connections.labels(settings.name, "allowed").set(settings.max_connections)
        self._active = metrics.connections.labels(settings.name, "active")
        self._waiting = metrics.connections.labels(settings.name, "waiting")
        self._hosts = Hosts(
            [
                Host(url, breakers.get(f"tws {settings.name} {_netloc(url)}", is_answer=_is_answer))
                for url in settings.base_urls
            ],
            look_every=settings.look_back_seconds,
        )

    @property
    def host(self) -> Host:
        """The host that is asked first now."""
        return self._hosts.current

    async def facts(self) -> EngineFacts:
        """What the engine says of itself now. Raises EngineError."""

        async def introduce(host: Host) -> EngineFacts:
            if host.spoken is None:
                return (await self._access.known(host)).facts
            host.spoken = await self._access.introduced(host, host.spoken.dialect)
            return host.spoken.facts

        return await self._in_time(introduce)

    async def spoken(self) -> Spoken:
        """What the current host speaks; found out if it is not known. Raises EngineError."""
        if (spoken := self.host.spoken) is not None:
            return spoken
        return await self._in_time(self._access.known)

    async def ask(self, question: Question[T]) -> T:
        """The answer to what `question` makes of the dialect of the host that is asked; asked again where that helps.

        Ends with the deadline of the work that it belongs to. Raises EngineError.
        """

        async def put(host: Host) -> T:
            spoken = host.spoken or await self._access.known(host)
            return await self._access.ask(host, question(spoken.dialect), spoken)

        return await self._in_time(put)

    async def change(self, question: Question[T]) -> T:
        """The answer to a request that changes something: sent once, to the current host, and never again by itself.

        Raises EngineError. After one of kind TIMED_OUT, UNREACHABLE, UNAVAILABLE or GARBLED, and after a cancellation,
        it is not known whether the engine has it; after any other it has refused, or was not asked.
        """
        spoken = await self.spoken()
        host = self.host

        async def put(host: Host) -> T:
            return await self._access.ask(host, question(spoken.dialect), spoken, is_read=False)

        return await in_time(lambda: self._ask_host(host, put))

    def stop(self) -> None:
        """Ends what runs in the background."""
        if self._look is not None:
            self._look.cancel()

    async def _in_time(self, work: Work[T]) -> T:
        return await in_time(lambda: self._answer(work))

    async def _answer(self, work: Work[T]) -> T:
        try:
            return await self._ask_again(work)
        except EngineError as error:
            if error.kind is not EngineErrorKind.PLAN_SWITCH:
                raise
        return await self._outlive_switch(work)

    async def _outlive_switch(self, work: Work[T]) -> T:
        """Asks until the new plan is there: the engine is well, and everybody waits for the same."""
        left = seconds_left()
        patience = SWITCH_SECONDS if left is None else min(SWITCH_SECONDS, left * (1 - TIME_TO_TELL))
        log.info("tws.plan_switch", engine=self.engine, patience=round(patience, 1))
        tell_of(EngineErrorKind.PLAN_SWITCH)
        outlived = "not outlived"
        try:
            answer = await retry_with_backoff(
                lambda: self._ask_again(work),
                policy=RetryPolicy(attempts=None, first=1.0, longest=5.0, deadline=patience),
                retry_on=lambda error: isinstance(error, EngineError) and error.kind is EngineErrorKind.PLAN_SWITCH,
                sleep=self._sleep,
                random=self._random,
                clock=self._monotonic,
            )
            outlived = "outlived"
            self.plans_seen += 1
            return answer
        finally:
            self._metrics.plan_switches.labels(self.engine, outlived).inc()

    async def _ask_again(self, work: Work[T]) -> T:
        met: EngineError | None = None

        async def attempt() -> T:
            nonlocal met
            try:
                return await self._ask_hosts(work)
            except EngineError as error:
                if error.kind is EngineErrorKind.CIRCUIT_OPEN and met is not None:
                    raise met from None  # why it opened says more
                met = error
                raise

        return await retry_with_backoff(
            attempt,
            policy=self._policy,
            retry_on=_may_pass,
            retry_after=lambda error: error.retry_after if isinstance(error, EngineError) else None,
            on_retry=self._note_retry,
            budget=self._budget,
            sleep=self._sleep,
            random=self._random,
            clock=self._monotonic,
        )

    def _note_retry(self, attempt: int, error: BaseException, wait: float) -> None:
        operation = str(error).partition(":")[0]
        self._metrics.retries.labels(self.engine, operation).inc()
        log.info("tws.retry", engine=self.engine, operation=operation, attempt=attempt, wait=wait, why=str(error))

    async def _ask_hosts(self, work: Work[T]) -> T:
        """One attempt: the current host, then the others where it cannot be reached."""
        failure = problem(EngineErrorKind.CIRCUIT_OPEN, "no host could be asked")
        for host in self._hosts.in_order():
            try:
                answer = await self._ask_host(host, work)
            except EngineError as error:
                if error.kind is EngineErrorKind.UNREACHABLE:
                    host.spoken = None  # it may come back as another release
                if error.kind not in ROTATED and not is_plan_missing(error):
                    raise
                if failure.kind is EngineErrorKind.CIRCUIT_OPEN or is_plan_missing(error):
                    failure = error
            else:
                self._answered(host)
                return answer
        raise failure

    async def _ask_host(self, host: Host, work: Work[T]) -> T:
        try:
            async with self._bulkhead.entered():
                return await work(host)
        except BulkheadFullError:
            raise problem(EngineErrorKind.BUSY, f"all connections to {self.engine} are in use") from None

    def _answered(self, host: Host) -> None:
        """Stays with the host that answered, and looks for a better one if it is time; nobody waits for that."""
        now = self._monotonic()
        if self._hosts.prefer(host, now):
            self._note_change(host)
        if (self._look is None or self._look.done()) and (others := self._hosts.to_look_at(now)):
            self._look = self.tasks.create_task(self._look_for(others), name="tws look for the master")

    async def _look_for(self, hosts: tuple[Host, ...]) -> None:
        for host in hosts:
            host.spoken = None
            with suppress(EngineError):
                await self._access.find_out(host)
            if host.spoken is not None:
                if self._hosts.prefer(host, self._monotonic()):
                    self._note_change(host)
                return

    def _note_change(self, host: Host) -> None:
        self._metrics.failovers.labels(self.engine).inc()
        log.warning("tws.failover", engine=self.engine, host=host.name)

    def _observe_connections(self, active: int, waiting: int) -> None:
        self._active.set(active)
        self._waiting.set(waiting)


def _may_pass(error: BaseException) -> bool:
    """Whether the next moment may be better."""
    return isinstance(error, EngineError) and (error.kind in RETRIED or is_plan_missing(error))


def _is_answer(error: BaseException) -> bool:
    return isinstance(error, EngineError) and error.kind not in FAILURES


def _netloc(url: str) -> str:
    return url.partition("://")[2]
