"""A real Chromium before the chat page, and the page's server, which can be stopped and started again."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from adapters.web import factory
from resync_bot.conversation.model import Answer, Place
from resync_bot.conversation.ports import Adapter, Host
from resync_bot.runtime.settings import Environment, Settings
from tests.adapters.night import Night
from tests.adapters.small_bot import SmallBot

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STATUS = {
    "environment": "test",
    "engine": {"name": "PROD", "state": "up", "detail": "HWA 10.2.5", "clock": "21:52"},
    "redis": {"state": "up"},
    "model": {"name": "built-in interpreter", "state": "ready"},
    "plan": {"total": 612, "by_status": {"SUCCESSFUL": 412, "RUNNING": 31, "ERROR": 8, "WAITING": 161}},
}

# What goes wrong in the page is kept where a test can read it.
_WATCH = """
window.trouble = [];
addEventListener("securitypolicyviolation", (event) => window.trouble.push(event.violatedDirective));
addEventListener("error", (event) => window.trouble.push(String(event.message)));
addEventListener("unhandledrejection", (event) => window.trouble.push(String(event.reason)));
"""

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here: install it, or set CHROMIUM to its path"
)


class PageServer:
    """One replica at an address that stays the same."""

    def __init__(self, redis: Redis) -> None:
        self.night = Night()
        self.bot = SmallBot(self.night)
        self._redis = redis
        self._life = AsyncExitStack()
        self._port = 0
        self._adapter: Adapter | None = None

    @property
    def url(self) -> str:
        """Of the page."""
        return f"http://127.0.0.1:{self._port}/"

    async def start(self) -> None:
        """Listens; the first time, on a port that the system chooses."""
        host = Host(
            settings=Settings(environment=Environment.TEST),
            intake=self.bot,
            redis=self._redis,
            metrics=CollectorRegistry(),
            now=lambda: datetime.now(UTC),
            new_id=lambda: uuid4().hex,
        )
        self._adapter = adapter = factory(host)
        app = web.Application()
        app.add_routes([*adapter.routes(), web.get("/api/status", _status)])
        await self._life.enter_async_context(self.bot.working(adapter))
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        self._life.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", self._port).start()
        self._port = runner.addresses[0][1]

    async def tell(self, alert: str, answer: Answer) -> None:
        """Posts or edits an alert."""
        assert self._adapter
        await self._adapter.reply(Place("web", "", "alerts"), alert, (), resume=None).finish(answer)

    async def stop(self) -> None:
        """Cuts all connections."""
        await self._life.aclose()


async def _status(_request: web.Request) -> web.Response:
    return web.json_response(STATUS)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser of its own."""
    async with async_playwright() as playwright:
        expect.set_options(timeout=20_000)  # ms: on a busy machine everything takes its time
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


async def open_page(context: BrowserContext, url: str) -> Page:
    """The page, ready to be typed into."""
    await context.add_init_script(_WATCH)
    page = await context.new_page()
    await page.goto(url)
    await page.get_by_role("textbox").wait_for()
    return page


async def ask(page: Page, question: str) -> None:
    """Types a question and sends it with Enter."""
    await page.get_by_role("textbox").fill(question)
    await page.keyboard.press("Enter")
