"""A local server that speaks the chat-completions protocol of OpenAI: streams, tool calls in deltas, usage, and faults.

It replays a script, one reply for each request, the last one again and again, and remembers what it was sent.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from resync_bot.agent.chat import ToolCall


@dataclass(frozen=True, slots=True)
class Words:
    """An answer in words, streamed in small pieces."""

    text: str


@dataclass(frozen=True, slots=True)
class Calls:
    """Tool calls, their arguments cut into deltas; `text` comes before them."""

    calls: Sequence[ToolCall]
    text: str = ""
    is_interleaved: bool = False  # the deltas of all calls mixed, as some servers send them


@dataclass(frozen=True, slots=True)
class Failure:
    """An HTTP error."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = '{"error": {"message": "secret sk-abcdefghijklmnop failed", "type": "server_error", "code": null}}'


@dataclass(frozen=True, slots=True)
class Cut:
    """A stream that breaks off after `text`: the connection is closed, or ends without a finish."""

    text: str
    closes_connection: bool = True


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer at all until the client gives up."""


@dataclass(frozen=True, slots=True)
class Garbage:
    """Something else than the protocol promises."""

    body: str
    content_type: str = "text/event-stream"


Reply = Words | Calls | Failure | Cut | Silence | Garbage


class OpenAiServer:
    """What it was asked, and what it still has to say."""

    def __init__(self) -> None:
        self.script: list[Reply] = []
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.url = ""
        self.reports_usage = True
        self.fell_silent = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The next reply of the script."""
        self.requests.append(await request.json())
        self.keys.append(request.headers.get("Authorization", "").removeprefix("Bearer "))
        reply = self.script[min(len(self.requests), len(self.script)) - 1]
        match reply:
            case Failure():
                return web.Response(
                    status=reply.status, text=reply.body, headers=dict(reply.headers), content_type="application/json"
                )
            case Silence():
                self.fell_silent.set()
                await asyncio.Event().wait()
            case _:
                pass
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        if isinstance(reply, Garbage):
            response.headers["Content-Type"] = reply.content_type
        await response.prepare(request)
        if isinstance(reply, Garbage):
            await response.write(reply.body.encode())
            return response
        if isinstance(reply, Cut) and reply.closes_connection and not reply.text:
            _abort(request)
            return response
        for chunk in self._chunks(reply):
            await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
        if isinstance(reply, Cut):
            if reply.closes_connection:
                _abort(request)
            return response
        await response.write(b"data: [DONE]\n\n")
        return response

    def _chunks(self, reply: Reply) -> Iterator[dict[str, Any]]:
        match reply:
            case Words(text) | Cut(text):
                yield _chunk({"role": "assistant", "content": ""})
                yield from (_chunk({"content": piece}) for piece in _pieces(text))
                if isinstance(reply, Cut):
                    return
                yield _chunk({}, finish="stop")
            case Calls():
                yield _chunk({"role": "assistant", "content": None})
                yield from (_chunk({"content": piece}) for piece in _pieces(reply.text))
                yield from (_chunk({"tool_calls": [delta]}) for delta in _deltas(reply))
                yield _chunk({}, finish="tool_calls")
            case Failure() | Silence() | Garbage():
                raise AssertionError("has no chunks")
        if self.reports_usage:
            yield _chunk(None, usage={"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120})


def _pieces(text: str) -> list[str]:
    return [text[start : start + 7] for start in range(0, len(text), 7)]


def _deltas(reply: Calls) -> list[dict[str, Any]]:
    """OpenAI's way: the first delta of a call has its id and name, the others only more of the arguments."""
    each = [
        [
            {"index": index, "id": call.id, "type": "function", "function": {"name": call.tool, "arguments": ""}},
            *({"index": index, "function": {"arguments": piece}} for piece in _pieces(call.arguments_json)),
        ]
        for index, call in enumerate(reply.calls)
    ]
    if not reply.is_interleaved:
        return [delta for deltas in each for delta in deltas]
    longest = max(map(len, each))
    return [deltas[turn] for turn in range(longest) for deltas in each if turn < len(deltas)]


def _chunk(
    delta: dict[str, Any] | None, *, finish: str | None = None, usage: dict[str, int] | None = None
) -> dict[str, Any]:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "stand-in",
        "choices": choices,
        "usage": usage,
    }


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


@asynccontextmanager
async def openai_server() -> AsyncIterator[OpenAiServer]:
    """The server on a free port of this machine, until the block is left."""
    server = OpenAiServer()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()
