"""Where the agent's modules find `together`."""

from resync_bot.runtime.together import together

__all__ = ["together"]
