"""What a channel sees of alerts: pure functions from the words of alerting to platform-neutral answers."""

from resync_bot.alerts.rendering.alert import alert_answer
from resync_bot.alerts.rendering.board import board_answer
from resync_bot.alerts.rendering.digest import digest_answer
from resync_bot.alerts.rendering.notices import pattern_text, problem_answer, recap_answer
from resync_bot.alerts.rendering.story import story_answer
from resync_bot.alerts.rendering.wrong import what

__all__ = [
    "alert_answer",
    "board_answer",
    "digest_answer",
    "pattern_text",
    "problem_answer",
    "recap_answer",
    "story_answer",
    "what",
]
