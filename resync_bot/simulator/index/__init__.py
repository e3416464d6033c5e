"""Finds jobs of a large plan without looking at each: what a query selects is narrowed by indexes, then tested."""

from resync_bot.simulator.index.jobs import JobIndex
from resync_bot.simulator.index.selected import SelectedJobs
from resync_bot.simulator.index.selecting import Selecting

__all__ = ["JobIndex", "SelectedJobs", "Selecting"]
