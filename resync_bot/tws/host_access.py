"""Asks one host of an engine: past its circuit breaker, counted, in the API that it is found to speak."""

import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.resilience import CircuitOpenError
from resync_bot.tws.asking import Answer, Ask
from resync_bot.tws.dialect import Dialect, EngineFacts, is_about_plan
from resync_bot.tws.exchange import Exchange
from resync_bot.tws.hosts import Host, Spoken
from resync_bot.tws.metrics import TwsMetrics
from resync_bot.tws.plan_absence import PlanAbsence
from resync_bot.tws.problems import is_bare_refusal, mapped_errors, plan_lost, plan_missing, problem
from resync_bot.tws.v1.dialect import V1
from resync_bot.tws.v2.dialect import V2

T = TypeVar("T")

log = structlog.get_logger(__name__)

NO_SUCH_API = frozenset({400, 404, 405})


class HostAccess:
    """Safe for concurrent use. Every method raises EngineError; nothing is asked twice, and no other host instead."""

    def __init__(
        self, engine: str, zone: str | None, *, exchange: Exchange, plan_absence: PlanAbsence, metrics: TwsMetrics
    ) -> None:
        """`zone` is that of the settings, which wins over the engine's."""
        self._engine = engine
        self._zone = zone
        self._exchange = exchange
        self._plan_absence = plan_absence
        self._metrics = metrics

    async def known(self, host: Host) -> Spoken:
        """What a host speaks; many who come at once find out once."""
        async with host.finding_out:
            return host.spoken or await self.find_out(host)

    async def find_out(self, host: Host) -> Spoken:
        """Which API a host speaks: V2 if it has it. Raises the error of V2's own answer if it has neither."""
        try:
            found = await self.introduced(host, V2())
        except EngineError as error:
            if error.status not in NO_SUCH_API:
                raise
            with suppress(EngineError):
                found = await self.introduced(host, V1())
                host.spoken = found
                return found
            raise
        host.spoken = found
        return found

    async def introduced(self, host: Host, dialect: Dialect) -> Spoken:
        """What a host says of itself in that API, which it must have."""
        facts = await self.ask(host, dialect.facts(), None)
        if isinstance(dialect, V1):
            dialect = V1(is_mirrored=facts.has_database_plan)
        if host.spoken is None or host.spoken.facts != facts:
            log.info("tws.dialect", engine=self._engine, host=host.name, api=dialect.api, version=facts.version)
        return Spoken(dialect, facts, self._zone_of(facts))

    def _zone_of(self, facts: EngineFacts) -> ZoneInfo:
        name = self._zone or facts.zone or "UTC"
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            log.warning("tws.unknown_zone", zone=name, hint="set APP_TWS__ZONE; times are shown in UTC until then")
            return ZoneInfo("UTC")

    async def ask(self, host: Host, ask: Ask[T], spoken: Spoken | None, *, is_read: bool = True) -> T:
        """What a host answers: once, whatever comes of it. Not a read is what changes something."""
        operation = ask.request.operation
        started = time.perf_counter()
        outcome = "cancelled"
        try:
            with host.circuit.attempt(), mapped_errors(operation):
                answer = await self._exchanged(host, ask, spoken, is_read=is_read)
        except CircuitOpenError as error:
            outcome = EngineErrorKind.CIRCUIT_OPEN
            raise problem(outcome, f"{operation}: {error}", retry_after=error.retry_after) from None
        except EngineError as error:
            outcome = error.kind
            if error.status is not None:
                self._metrics.errors(self._engine, error.message_id)
            raise
        else:
            outcome = "ok"
        finally:
            self._metrics.requests.labels(self._engine, operation, outcome).inc()
            self._metrics.seconds.labels(self._engine, operation).observe(time.perf_counter() - started)
        return await _understood(ask, answer) if isinstance(answer, Answer) else answer

    async def _exchanged(self, host: Host, ask: Ask[T], spoken: Spoken | None, *, is_read: bool) -> T | Answer:
        """One exchange. An engine may say nothing but 503 while its plan is switched, and still tell who it is."""
        try:
            answer = await self._exchange.with_host(host, ask, spoken)
        except EngineError as error:
            switch = error
            if error.kind is not EngineErrorKind.PLAN_SWITCH:
                if not is_read or spoken is None or not is_bare_refusal(error) or not await self._is_up(host, spoken):
                    raise
                switch = plan_missing(error)
            raise plan_lost(error) if self._plan_absence.meet() else switch from error
        if is_about_plan(ask.request.path):
            self._plan_absence.end()
        return answer

    async def _is_up(self, host: Host, spoken: Spoken) -> bool:
        with suppress(EngineError), mapped_errors("engine info"):
            await self._exchange.with_host(host, spoken.dialect.facts(), None)
            return True
        return False


async def _understood(ask: Ask[T], answer: Answer) -> T:
    found = ask.understand(answer)
    return await found if isinstance(found, Coroutine) else found
