"""Microsoft's local test client, driven in a real Chromium: `npm install --global @microsoft/m365agentsplayground`.

Version 0.2.28, checked 2026-11-23. Its words and roles are found here, and nowhere else.
"""

import os
import re
import shutil
import socket
from asyncio.subprocess import DEVNULL, PIPE, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory

import pytest
from playwright.async_api import Locator, Page, expect

from tests.adapters.web.browser import chromium

PLAYGROUND = os.environ.get("AGENTS_PLAYGROUND") or shutil.which("agentsplayground")
needs_playground = pytest.mark.skipif(
    PLAYGROUND is None,
    reason="no Microsoft 365 Agents Playground here: npm install --global @microsoft/m365agentsplayground,"
    " or set AGENTS_PLAYGROUND to its command",
)


@dataclass(frozen=True, slots=True)
class Playground:
    """The page, as somebody in front of it sees and uses it."""

    page: Page

    async def say(self, text: str) -> None:
        """Writes to the bot in the conversation that is open."""
        await self._box.click()
        await self.page.keyboard.type(text)
        await self.page.keyboard.press("Enter")

    async def mention_and_say(self, text: str) -> None:
        """Mentions the bot, chosen from the list of people, and writes."""
        await self._box.click()
        await self.page.keyboard.type("@")
        await self.page.locator("[role=option], [role=menuitem], li").filter(has_text="Test Bot").last.click()
        await self.page.keyboard.type(text)
        await self.page.keyboard.press("Enter")

    async def open(self, conversation: str) -> None:
        """`Personal Chat`, `Group Chat`, or a channel's name."""
        await self.page.locator("[role=treeitem]").filter(has_text=conversation).click()

    async def press(self, label: str) -> None:
        """A button on a card."""
        await self.page.get_by_role("button", name=label, exact=True).last.click()

    async def like(self) -> None:
        """The thumb below the last answer, and the form that it opens."""
        await self.page.locator(".fai-FeedbackButtons__positiveFeedbackButton").last.click()
        await self.page.get_by_role("button", name="Submit").click()
        await expect(self.page.get_by_text("Thank you!")).to_be_visible()
        await self.page.get_by_role("button", name="Close").last.click()

    async def sees(self, text: str | re.Pattern[str]) -> None:
        """Returns when the text stands in the conversation."""
        await expect(self.page.get_by_text(text).last).to_be_visible()

    @property
    def _box(self) -> Locator:
        return self.page.locator("[role=textbox][contenteditable=true]").last


@asynccontextmanager
async def playground(bot_url: str) -> AsyncIterator[Playground]:
    """The client for the bot at `bot_url`, open at its personal chat."""
    assert PLAYGROUND
    port = _free_port()
    command = [PLAYGROUND, "start", "-e", f"{bot_url}/api/messages", "-c", "msteams", "-p", str(port), "--dt", "true"]
    with TemporaryDirectory() as directory:  # it writes a log to where it is started
        process = await create_subprocess_exec(*command, stdout=PIPE, stderr=DEVNULL, cwd=directory)
        try:
            assert process.stdout
            assert b"Listening" in await process.stdout.readline()
            async with chromium() as browser:
                page = await browser.new_page(viewport={"width": 1280, "height": 1000})
                await page.goto(f"http://localhost:{port}")
                yield Playground(page)
        finally:
            process.terminate()
            await process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
