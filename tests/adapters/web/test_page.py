"""The page's files."""

import re
from pathlib import Path

import pytest

from adapters.web.page import page_files
from tests.adapters.web.conftest import Client

STATIC = Path(__file__).parents[3] / "adapters/web/static"


async def test_the_page_and_all_that_it_names_are_served(client: Client) -> None:
    async with client.get("/") as response:
        assert response.content_type == "text/html"
        html = await response.text()
    names = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert len(names) >= 6
    for name in names:
        async with client.get(name) as response:
            assert response.status == 200


async def test_modules_are_served_as_modules_and_import_only_what_is_there(client: Client) -> None:
    modules = [name for name in page_files() if name.endswith(".js")]
    for name in modules:
        async with client.get(f"/static/chat/{name}") as response:
            assert response.content_type == "text/javascript"
            for imported in re.findall(r'^import .* from "\./([^"]+)";$', await response.text(), re.MULTILINE):
                assert imported in modules


async def test_an_unchanged_file_is_not_sent_again(client: Client) -> None:
    async with client.get("/static/chat/app.js") as response:
        etag = response.headers["ETag"]
        assert response.headers["Cache-Control"] == "no-cache"
    async with client.get("/static/chat/app.js", headers={"If-None-Match": etag}) as response:
        assert response.status == 304
        assert await response.read() == b""
    async with client.get("/static/chat/app.js", headers={"If-None-Match": '"older"'}) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "name", ["", "nothing.js", "..%2fadapter.py", "%2e%2e/adapter.py", "../adapter.py", "__init__.py", ".", "app.js%00"]
)
async def test_no_path_leads_to_any_other_file(client: Client, name: str) -> None:
    async with client.get(f"/static/chat/{name}") as response:
        assert response.status == 404
        assert "import" not in await response.text()


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_no_script_turns_text_into_markup(path: Path) -> None:
    code = path.read_text()
    for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "srcdoc"):
        assert sink not in code


def test_the_page_needs_nothing_from_elsewhere_and_nothing_inline() -> None:
    html = (STATIC / "index.html").read_text()
    assert "http:" not in html
    assert "https:" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", html)
    for path in STATIC.glob("*.css"):
        assert "url(" not in path.read_text()
        assert "@import" not in path.read_text()
