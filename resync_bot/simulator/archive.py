"""The plans before the current one, as the engine archived them when each ended.

Those from before the engine was started are made when somebody asks for one, each as a night of its own: nothing is
carried from one into the next. What was left broken in the first night was mostly repaired in time in these (see
fates).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from resync_bot.simulator.bank import blueprint
from resync_bot.simulator.engine import ARCHIVED_JOBS, ARCHIVED_PLANS, PlanEngine
from resync_bot.simulator.nights import Night
from resync_bot.simulator.plan import Plan
from resync_bot.simulator.simulator import Simulator


@dataclass(frozen=True, slots=True)
class ArchivedPlan:
    """One of them; `id` is the name of the file that an engine would have kept it in."""

    id: str
    night: Night


class Archive:
    """The archived plans of one engine."""

    def __init__(self, simulator: Simulator) -> None:
        """Of an engine that has just been made: its plan is the first that is not archived."""
        first = simulator.plan
        self._simulator = simulator
        self._before = tuple(_nights(simulator.zone, first.starts)) if len(first.jobs) <= ARCHIVED_JOBS else ()
        self._made: dict[str, Plan] = {}

    def plans(self) -> list[ArchivedPlan]:
        """All of them, the latest first."""
        since = [_archived(night, self._simulator.zone) for night, _ in reversed(self._simulator.replaced)]
        return [*since, *self._before][:ARCHIVED_PLANS]

    def plan(self, identity: str) -> Plan | None:
        """The plan with that id, as it stood when it ended."""
        for night, plan in self._simulator.replaced:
            if _archived(night, self._simulator.zone).id == identity:
                return plan
        kept = next((one for one in self._before if one.id == identity), None)
        if kept is None:
            return None
        if identity not in self._made:
            engine = PlanEngine(blueprint(), self._simulator.settings.seed, kept.night)
            engine.advance(kept.night.ends - timedelta(seconds=1))
            self._made[identity] = engine.plan
        return self._made[identity]


def _nights(zone: ZoneInfo, first: datetime) -> Iterator[ArchivedPlan]:
    for back in range(1, ARCHIVED_PLANS + 1):
        before = Night.containing(first.astimezone(zone) - timedelta(days=back), zone)
        yield _archived(Night(back, before.run_number, before.first_day, zone), zone)


def _archived(night: Night, zone: ZoneInfo) -> ArchivedPlan:
    return ArchivedPlan(f"M{night.ends.astimezone(zone):%Y%m%d%H%M}", night)
