"""The simulated engine as an object: a clock and a plan that keeps up with it."""

import time as system_time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from resync_bot.simulator.actions.orders import Orders
from resync_bot.simulator.bank import blueprint
from resync_bot.simulator.clock import VirtualClock
from resync_bot.simulator.collector import collector_paused
from resync_bot.simulator.engine import ARCHIVED_JOBS, PlanEngine
from resync_bot.simulator.nights import Night
from resync_bot.simulator.plan import Plan
from resync_bot.simulator.settings import DEFAULT_START, MAX_SPEED, SimulatorSettings
from resync_bot.simulator.specification import Blueprint

# How long, in virtual time, nothing can be asked about the plan while one plan is replaced by the next.
PLAN_SWITCH = timedelta(seconds=90)


class Simulator:
    """A night that goes on by itself: reading `plan` brings it up to the clock first.

    What stands in the plan at a virtual moment depends on the settings, the date of the start, what was done to it and
    that moment alone.
    """

    def __init__(
        self,
        settings: SimulatorSettings | None = None,
        *,
        monotonic: Callable[[], float] = system_time.monotonic,
        today: Callable[[ZoneInfo], date] = lambda zone: datetime.now(zone).date(),
        made_of: Blueprint | None = None,
    ) -> None:
        """`monotonic` drives the virtual clock; `today` is the real date that a start given as a time lies in.

        `made_of` takes the place of the bank.
        """
        self.settings = settings or SimulatorSettings()
        self.zone = ZoneInfo(self.settings.zone)
        start = self.settings.start or DEFAULT_START
        if isinstance(start, time):
            start = datetime.combine(today(self.zone), start, self.zone)
        start = start.astimezone(UTC)
        with collector_paused():
            night = Night.containing(start, self.zone)
            self._engine = PlanEngine(made_of or blueprint(self.settings.jobs), self.settings.seed, night)
            self._engine.advance(start)
        self.orders = Orders(self._engine, self.settings.seed)
        self.clock = VirtualClock(start, self.settings.speed, monotonic)
        self._somebody_switches = False
        self._is_ordered = False
        self._is_at_work = False

    def now(self) -> datetime:
        """The virtual time, UTC."""
        return self.clock.now()

    @property
    def plan(self) -> Plan:
        """The current production plan as it stands now."""
        return self.moment()[0]

    def moment(self) -> tuple[Plan, datetime]:
        """The plan and the virtual time that it stands at; while it is replaced aside, the plan that was."""
        if not self.is_to_be_switched:
            self._engine.advance(self.clock.now())
        return self._engine.plan, self._engine.now

    @property
    def replaced(self) -> Sequence[tuple[Night, Plan]]:
        """The plans that were replaced since the start, the oldest first, as far as they are kept."""
        self.moment()
        return tuple(self._engine.replaced)

    @property
    def answers(self) -> bool:
        """Whether the API answers questions about the plan: it does not for a while after each plan switch."""
        if self.is_to_be_switched:
            return False
        _, now = self.moment()
        switched = self._engine.switched_at
        return switched is None or now >= switched + PLAN_SWITCH

    # -- the clock, for tests and for the switchboard

    def set_speed(self, speed: float) -> None:
        """Runs `speed` virtual seconds per real second from now on; 0 freezes. Raises ValueError."""
        if not 0 <= speed <= MAX_SPEED:
            raise ValueError(f"the speed must be from 0 to {MAX_SPEED:.0f}")
        self.moment()
        self.clock.set_speed(speed)

    def freeze(self) -> None:
        """Stops the clock where it is."""
        self.set_speed(0)

    def jump(self, to: datetime | timedelta) -> None:
        """Moves the clock forward to a moment, or by a length of time; all happens that lies between.

        Raises ValueError for a moment that is past.
        """
        self.clock.jump(self.now() + to if isinstance(to, timedelta) else to)
        with collector_paused():
            self.moment()

    # -- the plan

    def switch_plan(self) -> None:
        """Replaces the plan now, as `JnextPlan` run by hand does: the next production day is planned ahead of its time.

        At the end of each production day it happens by itself. A large plan is replaced by whoever said that it would.
        """
        self.moment()
        if self._is_switched_aside:
            self._is_ordered = True
            return
        with collector_paused():
            self._engine.switch()

    # -- replacing a large plan takes seconds: in a thread of its own, nobody has to wait that long for an answer

    def let_others_switch(self) -> None:
        """From now on somebody calls `switch_aside` whenever a plan that is large is to be replaced."""
        self._somebody_switches = True

    @property
    def _is_switched_aside(self) -> bool:
        return self._somebody_switches and len(self._engine.plan.jobs) > ARCHIVED_JOBS

    @property
    def is_to_be_switched(self) -> bool:
        """Whether `switch_aside` is to be called, or at work: nothing happens in the plan until it has ended."""
        if self._is_at_work or self._is_ordered:
            return True
        return self._is_switched_aside and self.clock.now() >= self._engine.night.ends

    def switch_aside(self) -> None:
        """Replaces the plan; in a thread, while others ask this object what they like and change nothing."""
        self._is_at_work = True
        try:
            with collector_paused():
                if self._is_ordered:
                    self._engine.switch()
                self._engine.advance(self.clock.now())
                self._engine.plan.index.ready().prepare()
        finally:
            self._is_ordered = self._is_at_work = False
