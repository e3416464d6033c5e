"""What the terminal shows besides the prompt: progress in place while somebody waits, answers for good."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.application.current import get_app_or_none
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from resync_bot.conversation.inbox import printable
from resync_bot.conversation.model import Answer, Button
from resync_bot.conversation.terminal_text import buttons, terminal_markdown, terminal_text

TAIL_LINES = 12  # of a text that is being written: the end of it, so that it never outgrows the window


class Screen:
    """One terminal. `offered` are the buttons of the newest answer."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.offered: tuple[Button, ...] = ()
        self._waiting: str | None = None
        self._settled = asyncio.Event()
        self._live: Live | None = None
        self._status = ""

    @contextmanager
    def waiting_for(self, message: str) -> Iterator[asyncio.Event]:
        """While somebody waits for the answer to `message`: its progress is shown, and the event is set at its end."""
        self._waiting = message
        self._settled = asyncio.Event()
        try:
            if self.console.is_terminal and not self.console.is_dumb_terminal:
                with Live(console=self.console, transient=True, refresh_per_second=8) as live:
                    self._live = live
                    yield self._settled
            else:
                yield self._settled
        finally:
            self._waiting = self._live = None

    def progress(self, messages: Collection[str], *, status: str = "", markdown: str = "") -> None:
        """Shows what is done, or the text so far, if somebody waits for it."""
        if self._waiting not in messages or self._settled.is_set():
            return
        if self._live is not None:
            parts: list[RenderableType] = []
            if markdown:
                parts.append(terminal_markdown("\n".join(markdown.splitlines()[-TAIL_LINES:])))
            if status:
                parts.append(self._spinner(status))
            self._live.update(Group(*parts))
        elif status and status != self._status:
            self._status = status
            self.console.print(Text(f"({printable(status)})"))

    async def answer(self, messages: Collection[str], answer: Answer, *, asked: str, is_correction: bool) -> None:
        """Prints `answer`; if nobody waits for it, above the prompt, with the question that it answers, if it does."""
        is_late = self._waiting not in messages

        def show() -> None:
            if is_correction:
                self.console.print(Text("Corrected:" if asked else "Update:", style="bold"))
            elif is_late and asked:
                self.console.print(Text(f"The answer to: {printable(asked)}", style="bold"))
            self.console.print(terminal_text(answer, numbered=True))
            self.console.print()

        self.offered = buttons(answer)
        if self._live is not None and not is_late:
            self._live.stop()  # takes the progress away
            self._live = None
        if get_app_or_none() is not None:
            await run_in_terminal(show)
        else:
            show()

    def settle(self, messages: Collection[str]) -> None:
        """The answer to `messages` is on the screen."""
        if self._waiting in messages:
            self._settled.set()

    def say(self, sentence: str) -> None:
        """Prints a sentence of the terminal's own."""
        self.console.print(Text(sentence, style="dim"))

    def _spinner(self, status: str) -> Spinner:
        # "line" is drawn with ASCII alone.
        name = "dots" if self.console.encoding.lower().startswith("utf") else "line"
        return Spinner(name, Text(printable(status), style="dim"))
