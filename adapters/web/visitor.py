"""Who asks, as long as nobody can sign in: a random name in a cookie. It tells browsers apart and opens nothing."""

import re

from aiohttp import web

from adapters.web.body import ID_PATTERN

COOKIE = "resync_visitor"
_COOKIE_SECONDS = 180 * 24 * 60 * 60
_ID = re.compile(ID_PATTERN)


def visitor(request: web.Request) -> str | None:
    """The visitor's id; None for a client that keeps no cookie."""
    value = request.cookies.get(COOKIE, "")
    return value if _ID.match(value) else None


def remember_visitor(request: web.Request, response: web.StreamResponse, new_id: str) -> None:
    """Gives the browser an id, or keeps the one that it has."""
    response.set_cookie(
        COOKIE,
        visitor(request) or new_id,
        max_age=_COOKIE_SECONDS,
        httponly=True,
        samesite="Strict",
        secure=request.secure,
    )
