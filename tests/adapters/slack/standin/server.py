"""The stand-in's HTTP server: Web API, response URLs, OAuth, and the WebSocket of Socket Mode."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

from aiohttp import WSMsgType, web

from tests.adapters.slack.standin.checks import block_errors
from tests.adapters.slack.standin.faults import Fault
from tests.adapters.slack.standin.methods import Methods, NotOkError
from tests.adapters.slack.standin.state import Json, Workspace

APP_TOKEN = "xapp-standin"

_JSON_ARGUMENTS = frozenset({"blocks", "metadata", "prompts", "view", "chunks", "attachments", "loading_messages"})


class StandIn:
    """One Slack with any number of workspaces; `fault(method, arguments)` decides what goes wrong."""

    def __init__(self, *workspaces: Workspace, app_token: str = APP_TOKEN) -> None:
        self.spaces = workspaces or (Workspace(),)
        self.methods = {space.token: Methods(space) for space in self.spaces}
        self.app_token = app_token
        self.fault: Callable[[str, Json], Fault | None] = lambda _method, _arguments: None
        self.latency = 0.0
        self.calls: list[tuple[str, Json]] = []
        self.counts: Counter[str] = Counter()
        self.hooks: list[tuple[str, Json]] = []
        self.grants: dict[str, Json] = {}  # OAuth: code or refresh token -> answer of oauth.v2.access
        self.sockets: list[web.WebSocketResponse] = []
        self.hello: Json = {"type": "hello", "connection_info": {}}
        self.garbled_hellos: list[str] = []  # sent instead, one to each connection
        self.acknowledged: dict[str, Json] = {}
        self.url = ""
        self.keeps_calls = True
        self._news = asyncio.Condition()
        self._closing = asyncio.Event()

    @property
    def space(self) -> Workspace:
        """The only workspace."""
        return self.spaces[0]

    @property
    def api(self) -> Methods:
        """The only workspace's methods."""
        return self.methods[self.space.token]

    async def until(self, predicate: Callable[[], object], *, timeout: float = 20.0) -> None:
        """Waits until `predicate` is true; it is asked again after each call, hook, socket or acknowledgement."""
        async with asyncio.timeout(timeout), self._news:
            await self._news.wait_for(lambda: bool(predicate()))

    def called(self, method: str) -> list[Json]:
        """The arguments of all calls of `method`, in order, failed ones included."""
        return [arguments for name, arguments in self.calls if name == method]

    # --- handlers ---

    def app(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/hooks/{name}", self._hook)
        app.router.add_post("/upload/{token}/{file}", self._upload)
        app.router.add_get("/socket", self._socket)
        app.on_shutdown.append(self._close)
        return app

    async def _close(self, _app: web.Application) -> None:
        self._closing.set()
        for socket in tuple(self.sockets):
            await socket.close()

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(arguments.pop("token", ""))
        self.counts[method] += 1
        if self.keeps_calls:
            self.calls.append((method, arguments))
        if self.latency:
            await asyncio.sleep(self.latency)
        fault = self.fault(method, arguments)
        if fault and not fault.performed:
            return await self._fail(request, fault)
        response = self._perform(method, arguments, token)
        if self.keeps_calls:
            await self._tell()
        return await self._fail(request, fault) if fault else response

    def _perform(self, method: str, arguments: Json, token: str) -> web.Response:
        headers = {}
        try:
            if method == "apps.connections.open":
                if token != self.app_token:
                    raise NotOkError("invalid_auth")
                body = {"ok": True, "url": self.url.replace("http", "ws", 1) + "/socket"}
            elif method == "oauth.v2.access":
                body = self._grant(arguments)
            else:
                methods = self.methods.get(token)
                if methods is None:
                    raise NotOkError("invalid_auth" if token else "not_authed")
                if methods.workspace.is_revoked:
                    raise NotOkError("token_revoked")
                headers["x-oauth-scopes"] = ",".join(methods.workspace.scopes)
                body = methods.call(method, arguments)
                if "upload_path" in body:
                    body["upload_url"] = f"{self.url}{body['upload_path']}"
        except NotOkError as error:
            body = error.body
        return web.json_response(body, headers=headers)

    def _grant(self, arguments: Json) -> Json:
        key = str(arguments.get("code") or arguments.get("refresh_token"))
        if key not in self.grants:
            raise NotOkError("invalid_code")
        return {"ok": True, **self.grants[key]}

    async def _fail(self, request: web.Request, fault: Fault) -> web.Response:
        await self._tell()
        if fault.hang:
            await self._closing.wait()
        if fault.cut or fault.hang:
            if request.transport:
                request.transport.close()
            return web.Response(status=500)
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
        if fault.error:
            return web.json_response({"ok": False, "error": fault.error}, status=fault.status, headers=headers)
        return web.Response(status=fault.status, headers=headers, text="<html>upstream</html>")

    async def _hook(self, request: web.Request) -> web.Response:
        fault = self.fault("hook", {})
        if fault:
            return await self._fail(request, fault)
        body = await request.json()
        if not body.get("text") or block_errors(body.get("blocks", [])):
            return web.Response(status=400, text="invalid_payload")
        self.hooks.append((request.match_info["name"], body))
        await self._tell()
        return web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.Response:
        fault = self.fault("upload", {})
        if fault:
            return await self._fail(request, fault)
        file = self.methods[request.match_info["token"]].workspace.files[request.match_info["file"]]
        content = await request.read()
        if len(content) != file.length:
            return web.Response(status=400, text="length differs")
        file.content = content
        return web.Response(text=f"OK - {file.length}")

    # --- Socket Mode ---

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=10)
        await socket.prepare(request)
        hello = {**self.hello, "num_connections": len(self.sockets) + 1}
        await socket.send_str(self.garbled_hellos.pop() if self.garbled_hellos else json.dumps(hello))
        self.sockets.append(socket)
        self.counts["socket"] += 1
        await self._tell()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    acknowledgement = json.loads(message.data)
                    self.acknowledged[acknowledgement["envelope_id"]] = acknowledgement
                    await self._tell()
        finally:
            self.sockets.remove(socket)
            await self._tell()
        return socket

    async def send_envelope(self, envelope_id: str, kind: str, payload: Json, *, connection: int = -1) -> None:
        """Through one of the open connections, as Slack does: any, but only one."""
        envelope = {"envelope_id": envelope_id, "type": kind, "payload": payload, "accepts_response_payload": True}
        await self.sockets[connection].send_json(envelope)

    async def refresh(self, connection: int = 0, *, reason: str = "refresh_requested", cut: bool = True) -> None:
        """Slack asks the client to connect anew, and closes the connection."""
        socket = self.sockets[connection]
        await socket.send_json({"type": "disconnect", "reason": reason})
        if cut:
            await socket.close()


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return dict(await request.json())
    text = (await request.text()) or request.query_string
    arguments: dict[str, Any] = {name: values[-1] for name, values in parse_qs(text).items()}
    for name in _JSON_ARGUMENTS & set(arguments):
        arguments[name] = json.loads(arguments[name])
    return arguments


@asynccontextmanager
async def serving_standin(standin: StandIn, *, port: int = 0) -> AsyncIterator[StandIn]:
    """Serves it on 127.0.0.1; `standin.url` is its address, `standin.url + "/api/"` that of the Web API."""
    runner = web.AppRunner(standin.app(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        standin.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield standin
    finally:
        await runner.cleanup()
