"""The engine's production days, as its clock and its start of day cut them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from resync_bot.tws.clock import start_of_day
from resync_bot.tws.models import Engine


@dataclass(frozen=True, slots=True)
class ProductionDay:
    """From `starts`, in the engine's zone, to the same time of the next day."""

    starts: datetime

    @classmethod
    def containing(cls, moment: datetime, engine: Engine) -> "ProductionDay":
        """The day of `engine` in which `moment` lies."""
        begins = engine.production_day_start
        return cls(start_of_day(moment.astimezone(begins.tzinfo), begins.time()))

    @property
    def ends(self) -> datetime:
        """The start of the next one. A day on which clocks change has 23 or 25 hours."""
        return self.starts + timedelta(days=1)

    def before(self, days: int = 1) -> "ProductionDay":
        """The one so many days earlier."""
        return ProductionDay(self.starts - timedelta(days=days))

    def same_time(self, moment: datetime) -> datetime:
        """When it is in this day as late as `moment` is in its own, by the engine's wall clock."""
        wall = moment.astimezone(self.starts.tzinfo)
        begins = start_of_day(wall, self.starts.time())
        return self.starts + (wall.replace(tzinfo=None) - begins.replace(tzinfo=None))
