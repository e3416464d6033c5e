"""The plans of the nights before the first, as the engine archived them when each ended.

Each is made when somebody asks for it, as a night of its own: nothing is carried from one into the next. What was left
broken in the first night was mostly repaired in time in these (see fates).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from resync_bot.simulator.bank import blueprint
from resync_bot.simulator.engine import PlanEngine
from resync_bot.simulator.nights import Night
from resync_bot.simulator.plan import Plan
from resync_bot.simulator.simulator import Simulator

NIGHTS = 7

# A larger world takes too long to run through a whole night while somebody waits.
MAX_JOBS = 5_000


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
        self._seed = simulator.settings.seed
        self._kept = {one.id: one for one in _nights(simulator.zone, first.starts)} if _is_small(first) else {}
        self._made: dict[str, Plan] = {}

    def plans(self) -> list[ArchivedPlan]:
        """All of them, the latest first."""
        return list(self._kept.values())

    def plan(self, identity: str) -> Plan | None:
        """The plan with that id, as it stood when it ended."""
        kept = self._kept.get(identity)
        if kept is None:
            return None
        if identity not in self._made:
            engine = PlanEngine(blueprint(), self._seed, kept.night)
            engine.advance(kept.night.ends - timedelta(seconds=1))
            self._made[identity] = engine.plan
        return self._made[identity]


def _is_small(plan: Plan) -> bool:
    return len(plan.jobs) <= MAX_JOBS


def _nights(zone: ZoneInfo, first: datetime) -> Iterator[ArchivedPlan]:
    for back in range(1, NIGHTS + 1):
        before = Night.containing(first.astimezone(zone) - timedelta(days=back), zone)
        night = Night(back, before.run_number, before.first_day, zone)
        yield ArchivedPlan(f"M{night.ends.astimezone(zone):%Y%m%d%H%M}", night)
