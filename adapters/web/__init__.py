"""The chat page and its API: a messaging platform that lives in Redis and is served by the bot's own HTTP server."""

from adapters.web.adapter import factory

__all__ = ["factory"]
