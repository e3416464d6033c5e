"""A chat prompt in the terminal in which the bot was started."""

import sys

from resync_bot.conversation.ports import Adapter, Host
from resync_bot.runtime.settings import Environment


def factory(host: Host) -> Adapter | None:
    """The entry point. None without a terminal to talk in, and in production: a server is not a place to chat."""
    if host.settings.environment is Environment.PRODUCTION or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    from adapters.terminal.adapter import TerminalAdapter  # noqa: PLC0415  # only those who chat here pay for rich

    return TerminalAdapter(host)


__all__ = ["factory"]
