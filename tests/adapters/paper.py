"""A terminal's screen for tests: keeps what was printed, and lets a test wait for it."""

import asyncio
import io
from collections.abc import Callable
from typing import Any

from rich.console import Console, Group


class Paper(Console):
    """A console of 100 columns. `answers` are the answers as they stand: a changed one takes the place of the last."""

    def __init__(self, *, is_terminal: bool = False, encoding: str = "utf-8") -> None:
        self.paper = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace", write_through=True)
        super().__init__(file=self.paper, width=100, force_terminal=is_terminal, color_system=None, highlight=False)
        self.answers: list[str] = []
        self._news = asyncio.Event()

    @property
    def text(self) -> str:
        """All that was printed."""
        buffer = self.paper.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode(self.paper.encoding)

    def print(self, *objects: Any, **options: Any) -> None:
        """Prints, and notes what it was."""
        before = self.text
        super().print(*objects, **options)
        if any(isinstance(one, Group) for one in objects):
            if before.endswith(("Corrected:\n", "Update:\n")):
                self.answers.pop()
            self.answers.append(self.text[len(before) :].strip())
        self._news.set()

    async def until(self, is_true: Callable[[str], bool]) -> None:
        """Returns when `is_true` holds for all that was printed."""
        async with asyncio.timeout(20):
            while not is_true(self.text):
                self._news.clear()
                await self._news.wait()
