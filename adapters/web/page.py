"""The chat page: a fixed list of files, read once. No other path leads to a file."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

from aiohttp import web

from adapters.web.guard import Guard
from adapters.web.visitor import remember_visitor

_TYPES = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of the page and the name of its version."""

    content: bytes
    content_type: str
    etag: str

    def response(self, request: web.Request) -> web.Response:
        """The file, or 304 if the browser has this version. It asks each time: an update is seen at once."""
        if any(tag.value in {self.etag, "*"} for tag in request.if_none_match or ()):
            response = web.Response(status=304)
        else:
            response = web.Response(body=self.content, content_type=self.content_type, charset="utf-8")
        response.etag = self.etag
        response.headers["Cache-Control"] = "no-cache"
        return response


def page_files() -> dict[str, StaticFile]:
    """The page's files by name."""
    files = {}
    for entry in resources.files("adapters.web").joinpath("static").iterdir():
        if content_type := _TYPES.get(entry.name.rpartition(".")[2]):
            content = entry.read_bytes()
            files[entry.name] = StaticFile(content, content_type, hashlib.sha256(content).hexdigest()[:16])
    return files


def page_routes(guard: Guard, new_id: Callable[[], str]) -> list[web.RouteDef]:
    """The page at `/`, its files under `/static/chat/`."""
    files = page_files()
    index = files.pop("index.html")

    async def show_page(request: web.Request) -> web.Response:
        response = index.response(request)
        remember_visitor(request, response, new_id())
        return response

    async def show_file(request: web.Request) -> web.Response:
        file = files.get(request.match_info["name"])
        return file.response(request) if file else web.Response(status=404, text="There is no such file.")

    return [
        web.get("/", guard.protect(show_page)),
        web.get("/static/chat/{name}", guard.protect(show_file)),
    ]
