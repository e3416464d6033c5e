"""Server-sent events (WHATWG HTML, section 9.2, checked 2026-11-23) over an aiohttp response."""

from typing import Self

from aiohttp import web

from adapters.web.guard import secure


class EventStream:
    """An open stream to one client. A client that went away is told by False, never by an exception."""

    def __init__(self, response: web.StreamResponse) -> None:
        self.response = response

    @classmethod
    async def open(cls, request: web.Request) -> Self:
        """Sends the headers. No proxy is to buffer what follows."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        secure(response)
        await response.prepare(request)
        return cls(response)

    async def send(self, name: str, data: bytes, id_: str | None = None) -> bool:
        """Sends one event; `data` is JSON and so holds no line break."""
        head = f"event: {name}\n" + (f"id: {id_}\n" if id_ else "")
        return await self._write(head.encode() + b"data: " + data + b"\n\n")

    async def keep_alive(self) -> bool:
        """A sign of life that no client sees."""
        return await self._write(b": still here\n\n")

    async def _write(self, content: bytes) -> bool:
        try:
            await self.response.write(content)
        except ConnectionError:
            return False
        return True
