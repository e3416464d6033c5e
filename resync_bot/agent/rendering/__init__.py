"""Texts that people read, made from the tools' results in English and Portuguese."""

from resync_bot.agent.rendering.next_questions import next_questions
from resync_bot.agent.rendering.result import render_result

__all__ = ["next_questions", "render_result"]
