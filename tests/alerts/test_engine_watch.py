"""What the watch of one engine makes of an engine that has no answer about its plan."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from prometheus_client import CollectorRegistry

from resync_bot.alerts.book import Book
from resync_bot.alerts.engine_watch import EngineWatch, Hurry
from resync_bot.alerts.metrics import WatchMetrics
from resync_bot.alerts.store import Watch
from resync_bot.errors import EngineErrorKind
from resync_bot.runtime.alerts_settings import AlertsSettings
from resync_bot.simulator.faults import Fault
from resync_bot.tws.connecting import connect_engine
from tests.tws.conftest import night, settings


@pytest.mark.parametrize(("minutes", "is_held_back"), [((0,), True), ((0, 20), True), ((0, 20, 31), False)])
async def test_what_waits_for_the_end_of_a_switch_waits_as_long_as_one_takes(
    minutes: tuple[int, ...], is_held_back: bool
) -> None:
    now, metrics = 0.0, CollectorRegistry()
    book = Book(cast("Watch", SimpleNamespace(store=None)), standing=())
    book.switching.add("PROD")

    async def wait(seconds: float) -> None:
        nonlocal now
        now += seconds
        await asyncio.sleep(0)

    chosen = settings("", plan_switch_minutes=30)
    async with (
        night() as server,
        connect_engine(chosen.model_copy(update={"host": server.url}), sleep=wait, monotonic=lambda: now) as tws,
    ):
        await tws.engine()
        watch = EngineWatch(
            "PROD",
            tws,
            book,
            graph=None,
            history=None,
            hurry=Hurry(),
            settings=AlertsSettings(),
            metrics=WatchMetrics(metrics),
            now=lambda: datetime.now(UTC) + timedelta(seconds=now),
            new_id=lambda: "id",
            clock=lambda: now,
        )
        server.faults.add(Fault(status=503), path="/plan", times=None)
        for minute in minutes:
            now = minute * 60.0
            await watch._look()
    assert ("PROD" in book.switching) is is_held_back
    looks = {"engine": "PROD", "result": EngineErrorKind.NO_PLAN}
    assert (metrics.get_sample_value("resync_alert_looks_total", looks) is None) is is_held_back
