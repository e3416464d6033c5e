"""Markdown on the page: what becomes which elements, and what stays text."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from resync_bot.runtime.redis import redis_client
from resync_bot.runtime.sections import RedisSettings
from tests.adapters.web.browser import PageServer, chromium, needs_chromium, open_page
from tests.redis_server import RedisServer

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.asyncio(loop_scope="module")]

LINK = 'target="_blank" rel="noopener noreferrer nofollow"'

CASES = [
    ("plain", "<p>plain</p>"),
    ("two\nlines", "<p>two\nlines</p>"),
    ("two  \nlines", "<p>two  <br>lines</p>"),
    ("one\n\ntwo", "<p>one</p><p>two</p>"),
    ("**12 jobs** failed", "<p><strong>12 jobs</strong> failed</p>"),
    ("*so* _it_ is", "<p><em>so</em> <em>it</em> is</p>"),
    ("***both***", "<p><strong><em>both</em></strong></p>"),
    ("~~gone~~ ~not~", "<p><s>gone</s> ~not~</p>"),
    ("PAY_POST_DAILY and __init__x", "<p>PAY_POST_DAILY and __init__x</p>"),
    ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
    ("**open", "<p>**open</p>"),
    (r"\*no\* \_em\_", "<p>*no* _em_</p>"),
    ("`PAY_POST` and ``a`b``", "<p><code>PAY_POST</code> and <code>a`b</code></p>"),
    ("`**not bold**`", "<p><code>**not bold**</code></p>"),
    ("open `code", "<p>open `code</p>"),
    ("<b>x</b> &amp; <script>", "<p>&lt;b&gt;x&lt;/b&gt; &amp;amp; &lt;script&gt;</p>"),
    ("[runbook](https://wiki.example/p)", f'<p><a href="https://wiki.example/p" {LINK}>runbook</a></p>'),
    ("[**bold**](http://x.example/)", f'<p><a href="http://x.example/" {LINK}><strong>bold</strong></a></p>'),
    ("see https://wiki.example/p.", f'<p>see <a href="https://wiki.example/p" {LINK}>https://wiki.example/p</a>.</p>'),
    ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
    ("[x](javascript:alert%281%29)", "<p><span>x</span></p>"),
    ("[x](  //evil.example)", "<p>[x](  //evil.example)</p>"),
    ("[x](//evil.example)", "<p><span>x</span></p>"),
    ("[x](data:text/html,y)", "<p><span>x</span></p>"),
    ("# Title\ntext", "<h3>Title</h3><p>text</p>"),
    ("#### Deep ##", "<h6>Deep</h6>"),
    ("#no title", "<p>#no title</p>"),
    ("a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"),
    ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
    ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
    ("- a\n  - b\n    - c\n- d", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"),
    ("1. a\n   still a\n\n   b\n2. c", '<ol start="1"><li>a\nstill a<p>b</p></li><li>c</li></ol>'),
    ("text\n- a", "<p>text</p><ul><li>a</li></ul>"),
    ("> quoted **x**\n> more", "<blockquote><p>quoted <strong>x</strong>\nmore</p></blockquote>"),
    ("", ""),
    ("|", "<p>|</p>"),
    ("a | b", "<p>a | b</p>"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(browser: Browser, shared_redis_server: RedisServer) -> AsyncIterator[Page]:
    async with redis_client(shared_redis_server.url, RedisSettings()) as redis:
        server = PageServer(redis)
        await server.start()
        yield await open_page(await browser.new_context(), server.url)
        await server.stop()


async def render(page: Page, text: str) -> str:
    """The HTML of the nodes that the page makes of `text`."""
    html: str = await page.evaluate(
        """async (text) => {
            const { markdown } = await import("/static/chat/markdown.js");
            const div = document.createElement("div");
            div.append(markdown(text));
            return div.innerHTML;
        }""",
        text,
    )
    return html


@pytest.mark.parametrize(("text", "html"), CASES, ids=[repr(text)[:40] for text, _ in CASES])
async def test_markdown_becomes(page: Page, text: str, html: str) -> None:
    assert await render(page, text) == html


async def test_fenced_code_is_kept_to_the_letter(page: Page) -> None:
    html = await render(page, "```sql\nselect *\n  from `t` where a < '<b>'\n```\nafter")
    assert "<code>select *\n  from `t` where a &lt; '&lt;b&gt;'</code>" in html
    assert html.endswith("<p>after</p>")
    assert "<span>sql</span>" in html


async def test_code_that_is_still_being_written_is_code(page: Page) -> None:
    assert "<code>line 1\nline 2</code>" in await render(page, "```\nline 1\nline 2")


async def test_tables_know_figures_names_and_statuses(page: Page) -> None:
    html = await render(
        page, "| Job | Status | RC |\n|:--|---|--:|\n| PAY_POST | ABEND | 12 |\n| GL\\|X_1 | SUCC | 0 |"
    )
    assert '<th scope="col" class="figure">RC</th>' in html
    assert '<td class="figure">12</td>' in html
    assert '<span class="pill bad">ABEND</span>' in html
    assert "GL|X_1" in html


@pytest.mark.parametrize(
    "text",
    [
        "*a" * 20_000,
        "`" * 40_000,
        "`a" * 20_000,
        "[" * 40_000,
        "[a](" * 10_000,
        "> " * 5_000 + "x",
        "- " * 5_000,
        "|" * 9_000,
    ],
    ids=["stars", "ticks", "open code", "brackets", "links", "quotes", "lists", "bars"],
)
async def test_text_made_to_be_slow_is_not(page: Page, text: str) -> None:
    await render(page, text)  # within the test's time limit, at tens of thousands of characters


async def test_each_prefix_of_an_answer_can_be_shown(page: Page) -> None:
    whole = "## Why\n\n**PAY_POST** [log](https://x.example) `a`\n\n1. a\n   - b\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    whole += "\n\n```sh\nx\n```\n> q"
    assert await page.evaluate(
        """async (whole) => {
            const { markdown } = await import("/static/chat/markdown.js");
            for (let end = 0; end <= whole.length; end += 1) markdown(whole.slice(0, end));
            return true;
        }""",
        whole,
    )
