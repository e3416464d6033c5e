"""The chat page in a real browser."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from resync_bot.conversation.ports import RateLimited, Refused
from resync_bot.runtime.redis import redis_client
from resync_bot.runtime.sections import RedisSettings
from tests.adapters.web.browser import PageServer, ask, chromium, needs_chromium, open_page
from tests.redis_server import RedisServer

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def server(shared_redis_server: RedisServer) -> AsyncIterator[PageServer]:
    async with redis_client(shared_redis_server.url, RedisSettings()) as redis:
        server = PageServer(redis)
        await server.start()
        yield server
        await server.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    async with await browser.new_context(locale="en-GB", color_scheme="light") as context:
        yield context


@pytest_asyncio.fixture(loop_scope="module")
async def page(context: BrowserContext, server: PageServer) -> AsyncIterator[Page]:
    """The page; when the test is over, nothing may have gone wrong in it."""
    page = await open_page(context, server.url)
    yield page
    assert await page.evaluate("window.trouble") == []


async def test_a_question_gets_its_table_and_evidence(page: Page) -> None:
    await ask(page, "What failed tonight?")
    answer = page.locator(".answer")
    await expect(answer.get_by_role("row")).to_have_count(5)
    await expect(answer).to_contain_text("4 more")
    await expect(answer.locator(".pill.bad")).to_have_count(4)
    assert await answer.locator("td.figure").first.evaluate("cell => getComputedStyle(cell).textAlign") == "right"
    await page.get_by_role("button", name="2 look-ups").click()
    await expect(answer.locator(".look-up")).to_have_count(2)
    await answer.locator(".look-up summary").first.click()
    await expect(answer.locator(".look-up pre").first).to_contain_text('"return_code": 12')


async def test_an_answer_is_shown_while_it_is_written(page: Page, server: PageServer) -> None:
    server.night.hold = True
    await ask(page, "What should I do about it?")
    await expect(page.locator(".prose.streaming")).to_contain_text("tablespace PAY_DATA is full")
    await expect(page.locator(".prose.streaming li").first).to_be_visible()
    await expect(page.locator("blockquote")).to_have_count(0)
    server.night.go_on.set()
    await expect(page.locator("blockquote")).to_contain_text("on call until 06:00")
    await expect(page.locator(".streaming")).to_have_count(0)
    await expect(page.locator(".answer")).to_have_count(1)


async def test_a_button_asks_its_question(page: Page) -> None:
    await ask(page, "What failed tonight?")
    await page.get_by_role("button", name="Show its log").click()
    await expect(page.locator(".question").last).to_have_text("You: show the log of PAYROLL_POST")
    await expect(page.locator("pre")).to_contain_text("ORA-01653")
    link = page.get_by_role("link", name="Run times of PAYROLL_POST")
    await expect(link).to_have_attribute("href", "https://charts.example.org/pay.png")


async def test_suggestions_ask_and_give_way(page: Page) -> None:
    await page.locator(".suggestions").get_by_role("button", name="What failed tonight?").click()
    await expect(page.get_by_role("table")).to_be_visible()
    await expect(page.locator("#welcome")).to_be_hidden()


async def test_the_page_speaks_the_browsers_portuguese(browser: Browser, server: PageServer) -> None:
    async with await browser.new_context(locale="pt-BR") as context:
        page = await open_page(context, server.url)
        await expect(page.get_by_role("heading", name="Pergunte ao plano de produção")).to_be_visible()
        await page.get_by_role("button", name="O que falhou esta noite?").first.click()
        await expect(page.locator("figcaption")).to_have_text("mais 4")


async def test_the_live_status_shows_the_plan_and_asks(page: Page) -> None:
    rail = page.locator("#rail")
    await expect(rail).to_contain_text("612 jobs")
    await expect(rail.get_by_role("button", name="In error 8")).to_be_visible()
    await expect(rail).to_contain_text("PROD")
    await rail.get_by_role("button", name="In error 8").click()
    await expect(page.locator(".bubble")).to_have_text("Which jobs abended?")


async def test_dark_and_light_follow_the_system_or_the_person(context: BrowserContext, page: Page) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(ground)
    await page.emulate_media(color_scheme="dark")
    dark = await page.evaluate(ground)
    assert dark != light
    await page.get_by_role("button", name="Light or dark").click()
    assert await page.evaluate(ground) == light
    await page.reload()
    assert await page.evaluate(ground) == light
    await page.get_by_role("button", name="Light or dark").click()
    assert await page.evaluate(ground) == dark


async def test_a_reload_keeps_the_conversation(page: Page) -> None:
    await ask(page, "What failed tonight?")
    await expect(page.get_by_role("table")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("table")).to_be_visible()
    await expect(page.locator(".bubble")).to_have_text("What failed tonight?")
    await ask(page, "and on WS3?")
    await expect(page.locator(".answer").last).to_contain_text("You said: and on WS3?")


async def test_a_reload_while_an_answer_is_written_goes_on_with_it(page: Page, server: PageServer) -> None:
    server.night.hold = True
    await ask(page, "What should I do about it?")
    await expect(page.locator(".prose.streaming")).to_contain_text("tablespace")
    await page.reload()
    await expect(page.locator(".prose.streaming")).to_contain_text("tablespace")
    server.night.go_on.set()
    await expect(page.locator("blockquote")).to_be_visible()
    await expect(page.locator(".answer")).to_have_count(1)
    await expect(page.locator(".question")).to_have_count(1)


async def test_a_restart_of_the_server_loses_and_doubles_nothing(page: Page, server: PageServer) -> None:
    server.night.hold = True
    await ask(page, "What should I do about it?")
    await expect(page.locator(".prose.streaming")).to_contain_text("tablespace")
    await server.stop()
    await expect(page.get_by_role("alert")).to_contain_text("The connection is lost.")
    server.night.hold = False
    await server.start()
    await page.get_by_role("button", name="Try now").click()
    await expect(page.locator("blockquote")).to_be_visible()
    await expect(page.get_by_role("alert")).to_be_hidden()
    await expect(page.locator(".answer")).to_have_count(1)


async def test_a_question_asked_without_a_connection_arrives_later(page: Page, server: PageServer) -> None:
    await ask(page, "hello")
    await expect(page.locator(".answer")).to_contain_text("You said: hello")
    await server.stop()
    await ask(page, "What failed tonight?")
    await expect(page.get_by_role("alert")).to_contain_text("The connection is lost.")
    await server.start()
    await page.get_by_role("button", name="Try now").click()
    await expect(page.get_by_role("table")).to_be_visible()
    assert len(server.bot.accepted) == 2


async def test_several_quick_questions_are_all_answered(page: Page, server: PageServer) -> None:
    for number in range(3):
        await ask(page, f"question {number}")
    await expect(page.locator(".messages")).to_contain_text("question 2")
    await expect(page.locator(".status-line")).to_have_count(0)
    said = " ".join(await page.locator(".answer").all_inner_texts())
    assert all(f"question {number}" in said for number in range(3))
    await page.reload()
    await expect(page.locator(".question")).to_have_count(3)


async def test_the_keyboard_is_enough(page: Page) -> None:
    field = page.get_by_role("textbox")
    await expect(field).to_be_focused()
    await page.keyboard.type("first line")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("second line")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer")).to_contain_text("You said: first line second line")
    await expect(field).to_have_value("")
    await page.keyboard.press("ArrowUp")
    await expect(field).to_have_value("first line\nsecond line")
    await page.keyboard.press("Escape")
    await expect(field).to_have_value("")
    await field.blur()
    await page.keyboard.press("/")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("")
    await page.keyboard.press("Control+k")
    await expect(page.locator("#messages > li")).to_have_count(0)
    await expect(page.locator("#welcome")).to_be_visible()


async def test_a_conversation_that_was_left_says_no_more(page: Page, server: PageServer) -> None:
    server.night.hold = True
    await ask(page, "What should I do about it?")
    await expect(page.locator(".prose.streaming")).to_contain_text("tablespace")
    await page.get_by_role("button", name="New conversation").click()
    server.night.go_on.set()
    await ask(page, "hello")
    await expect(page.locator(".answer")).to_contain_text("You said: hello")
    await ask(page, "and again")
    await expect(page.locator(".answer").last).to_contain_text("You said: and again")
    await expect(page.locator(".answer")).to_have_count(2)
    await expect(page.locator(".messages")).not_to_contain_text("tablespace")
    first, second, third = server.bot.accepted
    assert first.place != second.place == third.place


async def test_a_refusal_and_a_flood_are_said_at_the_question(page: Page, server: PageServer) -> None:
    server.bot.verdicts = [Refused("This looks like a file and not like a question."), RateLimited(7, tell=True)]
    await ask(page, "what?")
    await expect(page.locator(".answer.notice")).to_contain_text("This looks like a file")
    await ask(page, "what now?")
    await expect(page.locator(".question").last).to_contain_text("try again in 7 s")
    await page.get_by_role("button", name="Ask again").click()
    await expect(page.locator(".answer").last).to_contain_text("You said: what now?")


async def test_nothing_hostile_ever_runs(page: Page) -> None:
    await ask(page, "hostile <img src=x onerror=\"window.ran='question'\">")
    await expect(page.locator(".answer .look-ups")).to_have_count(1)
    await page.locator(".evidence").click()
    await page.locator(".look-up summary").click()
    await expect(page.locator(".look-up pre")).to_be_visible()
    assert await page.evaluate("window.ran") is None
    assert await page.evaluate("window.trouble") == []
    await page.reload()
    await expect(page.locator(".answer .fields")).to_be_visible()
    for link in await page.locator(".messages a").all():
        assert (await link.get_attribute("href") or "").startswith("http")
    assert await page.locator(".messages script, .messages iframe, .messages [onerror]").count() == 0
    assert await page.locator(".messages img:not(.face)").count() == 0
    assert await page.evaluate("window.ran") is None
    await expect(page.locator(".answer")).to_contain_text("<script>window.ran='script'</script>")


async def test_a_phone_sees_everything_without_scrolling_sideways(browser: Browser, server: PageServer) -> None:
    async with await browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = await open_page(context, server.url)
        await ask(page, "What failed tonight?")
        await expect(page.get_by_role("table")).to_be_visible()
        await page.get_by_role("button", name="Show its log").click()
        await expect(page.locator("pre")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await expect(page.locator(".strip")).to_contain_text("612 jobs")


async def test_those_who_listen_are_told_the_answer(page: Page) -> None:
    await ask(page, "What failed tonight?")
    await expect(page.locator("#announcer")).to_contain_text("8 jobs failed tonight")
    await expect(page.locator(".answer")).to_have_attribute("aria-busy", "false")
    unnamed = "button:not([aria-label]):not([title])"
    for button in await page.locator(unnamed).all():
        assert (await button.inner_text()).strip()
