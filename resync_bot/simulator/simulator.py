"""The simulated engine as an object: a clock and a plan that keeps up with it."""

import time as system_time
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from resync_bot.simulator.bank import blueprint
from resync_bot.simulator.clock import VirtualClock
from resync_bot.simulator.collector import collector_paused
from resync_bot.simulator.engine import PlanEngine
from resync_bot.simulator.nights import Night
from resync_bot.simulator.plan import Plan
from resync_bot.simulator.settings import DEFAULT_START, SimulatorSettings


class Simulator:
    """A night that goes on by itself: reading `plan` brings it up to the clock first.

    What stands in the plan at a virtual moment depends on the settings, the date of the start and that moment alone.
    """

    def __init__(
        self,
        settings: SimulatorSettings | None = None,
        *,
        monotonic: Callable[[], float] = system_time.monotonic,
        today: Callable[[ZoneInfo], date] = lambda zone: datetime.now(zone).date(),
    ) -> None:
        """`monotonic` drives the virtual clock; `today` is the real date that a start given as a time lies in."""
        self.settings = settings or SimulatorSettings()
        self.zone = ZoneInfo(self.settings.zone)
        start = self.settings.start or DEFAULT_START
        if isinstance(start, time):
            start = datetime.combine(today(self.zone), start, self.zone)
        start = start.astimezone(UTC)
        with collector_paused():
            night = Night.containing(start, self.zone)
            self._engine = PlanEngine(blueprint(self.settings.jobs), self.settings.seed, night)
            self._engine.advance(start)
        self.clock = VirtualClock(start, self.settings.speed, monotonic)

    def now(self) -> datetime:
        """The virtual time, UTC."""
        return self.clock.now()

    @property
    def plan(self) -> Plan:
        """The current production plan as it stands now."""
        return self.moment()[0]

    def moment(self) -> tuple[Plan, datetime]:
        """The plan and the virtual time that it stands at."""
        self._engine.advance(self.clock.now())
        return self._engine.plan, self._engine.now
