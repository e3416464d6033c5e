"""The terminal as a messaging platform: one person, one process.

A turn is answered by whichever replica takes it, and only this one has the terminal: it is for a bot that runs alone.
"""

import getpass
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output
from rich.console import Console

from adapters.terminal.chat import Chat
from adapters.terminal.reply import TerminalReply
from adapters.terminal.screen import Screen
from adapters.terminal.shown import ShownAnswers
from resync_bot.conversation.model import Incoming, Person, Place
from resync_bot.conversation.ports import Host, MessageRef, Pace, ReplyStream
from resync_bot.runtime.console import never_fail
from resync_bot.runtime.tasks import beside

PLATFORM = "terminal"


def _leave() -> None:
    """Ends the bot as Ctrl-C does outside of the prompt: the terminal is its only face here."""
    signal.raise_signal(signal.SIGINT)


class TerminalAdapter:
    """See Adapter."""

    def __init__(
        self,
        host: Host,
        *,
        console: Console | None = None,
        keys: Input | None = None,
        display: Output | None = None,
        leave: Callable[[], None] = _leave,
    ) -> None:
        """`console` shows answers, `keys` and `display` are the prompt's; the process's own terminal if not given."""
        user = _user()
        self._shown = ShownAnswers(host.redis)
        self._screen = Screen(console or Console(file=never_fail(sys.stdout)))
        self._chat = Chat(
            host,
            self._screen,
            person=Person(PLATFORM, user, user),
            place=Place(PLATFORM, socket.gethostname(), user, host.new_id()),
            keys=keys,
            display=display,
        )
        self._leave = leave

    @property
    def platform(self) -> str:
        """See Adapter."""
        return PLATFORM

    @property
    def pace(self) -> Pace:
        """No limit."""
        return Pace()

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """None: nobody calls a terminal."""
        return ()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """See Adapter."""
        async with beside(self._talk(), name="terminal chat"):
            yield

    async def admit(self, incoming: Incoming) -> Incoming | None:
        """See Adapter. Who writes is known when it comes in."""
        return incoming

    def reply(
        self, place: Place, turn_id: str, incoming: Sequence[Incoming], *, resume: MessageRef | None
    ) -> ReplyStream:
        """See Adapter. What was printed cannot be edited: a changed answer is printed as a correction."""
        return TerminalReply(self._screen, self._shown, place, resume.id if resume else turn_id, incoming)

    def thread_under(self, ref: MessageRef) -> Place | None:  # noqa: ARG002  # see Adapter
        """See Adapter. A terminal has no threads."""
        return None

    async def _talk(self) -> None:
        await self._chat.talk()
        self._leave()


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "operator"
