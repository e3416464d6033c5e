"""The alerts beside the conversation, in a real browser."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from resync_bot.alerts.rendering import alert_answer, board_answer
from resync_bot.conversation.language import Language
from resync_bot.conversation.model import Answer
from resync_bot.runtime.redis import redis_client
from resync_bot.runtime.sections import RedisSettings
from tests.adapters.night import HOSTILE_ANSWER
from tests.adapters.web.browser import PageServer, chromium, needs_chromium, open_page
from tests.alerts.rendering.samples import FAILED_AT, GROUPS, ZONE, many
from tests.redis_server import RedisServer

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.asyncio(loop_scope="module")]

WIDE: ViewportSize = {"width": 1500, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}


def alert(name: str) -> Answer:
    return alert_answer(GROUPS[name], language=Language.EN, zone=ZONE, has_thread=False)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def server(shared_redis_server: RedisServer) -> AsyncIterator[PageServer]:
    async with redis_client(shared_redis_server.url, RedisSettings()) as redis:
        await redis.flushall()
        server = PageServer(redis)
        await server.start()
        yield server
        await server.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    async with await browser.new_context(locale="en-GB", color_scheme="light", viewport=WIDE) as context:
        yield context


@pytest_asyncio.fixture(loop_scope="module")
async def page(context: BrowserContext, server: PageServer) -> AsyncIterator[Page]:
    """A wide page; when the test is over, nothing may have gone wrong in it."""
    page = await open_page(context, server.url)
    yield page
    assert await page.evaluate("window.trouble") == []


async def test_an_alert_arrives_by_itself_and_becomes_what_it_becomes(page: Page, server: PageServer) -> None:
    panel = page.get_by_role("complementary", name="Alerts")
    await expect(panel.get_by_text("All quiet")).to_be_visible()
    await server.tell("3f2a9c1d", alert("with_members"))
    card = panel.locator(".card")
    await expect(card).to_contain_text("Critical: PAYROLL_POST failed, return code 12")
    await expect(card).to_contain_text("37 jobs in 4 streams")
    await expect(card.locator("pre")).to_contain_text("ORA-01653")
    await expect(panel.get_by_text("All quiet")).to_be_hidden()
    await expect(page.get_by_role("button", name="Alerts: 1 open")).to_contain_text("1")
    await expect(page).to_have_title("(1) Resync")
    await expect(page.locator("#alerts-announcer")).to_contain_text("PAYROLL_POST failed")

    await server.tell("3f2a9c1d", alert("acknowledged"))
    await expect(card).to_contain_text("Ana Lima looks after it")
    await expect(panel.locator(".card")).to_have_count(1)

    await server.tell("3f2a9c1d", alert("recovered"))
    await expect(panel.get_by_text("1 over")).to_be_visible()
    await expect(panel.get_by_text("All quiet")).to_be_visible()
    await expect(page.get_by_role("button", name="Alerts: none open")).to_be_visible()
    await expect(page.locator("#alerts-announcer")).to_contain_text("Recovered after 14 min")
    await expect(page).to_have_title("Resync")


async def test_its_buttons_ask_in_the_visitors_own_conversation(page: Page, server: PageServer) -> None:
    await server.tell("3f2a9c1d", alert("with_members"))
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.locator(".question")).to_have_text("You: acknowledge 3f2a9c1d")
    await expect(page.locator(".answer")).to_contain_text("You said: acknowledge 3f2a9c1d")
    (asked,) = server.bot.accepted
    assert asked.place.channel != "alerts"
    await page.get_by_role("button", name="Show log").click()
    await expect(page.locator(".question").last).to_contain_text("show the log of FTA_PAY1#/PAYROLL/PAYROLL_DAILY")
    await expect(page.locator("#messages pre")).to_contain_text("ORA-01653")
    assert len({one.place for one in server.bot.accepted}) == 1


async def test_the_newest_stands_first_also_after_a_reload(page: Page, server: PageServer) -> None:
    for name in ("prompt", "late", "stuck"):
        await server.tell(name, alert(name))
    await server.tell("prompt", alert("prompt"))  # an edit makes it no younger
    summaries = page.locator(".cards").first.locator("summary")
    for _ in range(2):
        await expect(summaries).to_have_count(3)
        for place, text in enumerate(("BANK_FILES", "RATES_LOAD", "APPROVE_RUN")):
            await expect(summaries.nth(place)).to_contain_text(text)
        await page.reload()


async def test_severity_is_seen_without_colours(page: Page, server: PageServer) -> None:
    for name in ("at_risk", "stuck", "prompt"):
        await server.tell(name, alert(name))
    for tone, word in (("critical", "Critical:"), ("error", "Error:"), ("warning", "Warning:")):
        await expect(page.locator(f".card.{tone} summary")).to_contain_text(word)
    tones = await page.locator(".card .tone").evaluate_all(
        "tones => tones.map((tone) => getComputedStyle(tone).backgroundColor)"
    )
    assert len(set(tones)) == 3


async def test_a_storm_is_folded_and_stays_as_somebody_left_it(page: Page, server: PageServer) -> None:
    board = board_answer(many(8), language=Language.EN, zone=ZONE, since=FAILED_AT, is_over=False)
    for group in many(8):
        await server.tell(group.id, alert_answer(group, language=Language.EN, zone=ZONE))
    await server.tell("board", board)
    await expect(page.locator(".card.critical")).to_have_count(2)
    signs = page.locator(".card").first.get_by_role("table").get_by_role("img")
    assert [await sign.get_attribute("aria-label") for sign in await signs.all()] == ["critical", *["error"] * 5]
    await expect(page.locator(".card.error")).to_have_count(5)
    await expect(page.locator(".card.error details[open]")).to_have_count(0)
    await page.locator(".card.error summary").first.click()
    await expect(page.locator(".card.error details[open]")).to_have_count(1)
    await server.tell("board", board)
    await expect(page.locator(".card.error details[open]")).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_restart_of_the_server_loses_none(page: Page, server: PageServer) -> None:
    await server.tell("a", alert("stuck"))
    await expect(page.locator(".card")).to_have_count(1)
    await server.stop()
    await server.start()
    await server.tell("b", alert("late"))
    await expect(page.locator(".card")).to_have_count(2)


async def test_the_keyboard_is_enough(page: Page, server: PageServer) -> None:
    await server.tell("a", alert("with_members"))
    bell = page.get_by_role("button", name="Alerts: 1 open")
    await expect(bell).to_have_attribute("aria-expanded", "true")
    await bell.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#alerts")).to_be_hidden()
    await expect(bell).to_have_attribute("aria-expanded", "false")
    await page.reload()
    await expect(bell).to_have_attribute("aria-expanded", "false")  # as the person left it
    await bell.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Alerts")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Close the alerts")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".card details[open]")).to_have_count(0)


async def test_an_edit_does_not_take_the_focus_away(page: Page, server: PageServer) -> None:
    await server.tell("a", alert("with_members"))
    await page.get_by_role("button", name="Why?").focus()
    await server.tell("a", alert("acknowledged"))
    await expect(page.locator(".card")).to_contain_text("Ana Lima")
    await expect(page.get_by_role("button", name="Why?")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_phone_has_them_in_a_drawer(
    browser: Browser, server: PageServer, scheme: Literal["light", "dark"]
) -> None:
    async with await browser.new_context(viewport=PHONE, locale="pt-BR", color_scheme=scheme) as context:
        page = await open_page(context, server.url)
        await server.tell("a", alert("with_members"))
        await expect(page.locator("#alerts")).to_be_hidden()
        await page.get_by_role("button", name="Alertas: 1 em aberto").click()
        await expect(page.get_by_role("complementary", name="Alertas")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.keyboard.press("Escape")
        await expect(page.locator("#alerts")).to_be_hidden()
        await expect(page.locator(".bell")).to_be_focused()
        await page.locator(".bell").click()
        await page.get_by_role("button", name="Why?").click()
        await expect(page.locator("#alerts")).to_be_hidden()  # the answer is to be seen
        await expect(page.locator(".answer")).to_contain_text("You said: why did FTA_PAY1#")


async def test_nothing_hostile_ever_runs(page: Page, server: PageServer) -> None:
    await server.tell("a", HOSTILE_ANSWER)
    await server.tell("b", alert("failed_hostile"))
    await expect(page.locator(".card")).to_have_count(2)
    assert await page.locator("#alerts script, #alerts iframe, #alerts [onerror], #alerts img").count() == 0
    assert await page.evaluate("window.ran") is None
