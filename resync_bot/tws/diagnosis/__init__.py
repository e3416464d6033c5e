"""What an operator wants to know about a job and the plan does not say in one place. Deterministic."""

from resync_bot.tws.diagnosis.critical import critical_jobs
from resync_bot.tws.diagnosis.failure import why_failed
from resync_bot.tws.diagnosis.forecast import forecast
from resync_bot.tws.diagnosis.impact import what_it_blocks
from resync_bot.tws.diagnosis.starts import expected_starts
from resync_bot.tws.diagnosis.waiting import why_waiting

__all__ = ["critical_jobs", "expected_starts", "forecast", "what_it_blocks", "why_failed", "why_waiting"]
