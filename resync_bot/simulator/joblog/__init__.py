"""Job logs, written from the run alone: the same run always tells the same story, as far as it has got."""

from resync_bot.simulator.joblog.layout import job_log

__all__ = ["job_log"]
