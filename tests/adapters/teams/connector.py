"""A stand-in for Microsoft's side of Teams: OpenID metadata and keys, the login service, the Bot Connector.

It signs with keys made for the test, and refuses what Teams refuses: payloads over 100 KB as UTF-16 (T6), more posts a
conversation than its windows take (T7), streams out of order, too fast, too long or not a growing text (T8, T9). Faults
are ordered with `fail`. It listens on 127.0.0.1.
"""

import asyncio
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import unquote

import jwt
import orjson
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

Json = dict[str, Any]

APP_ID = "11111111-2222-3333-4444-555555555555"
APP_PASSWORD = "a client secret"
TENANT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
ISSUER = "https://api.botframework.com"
BOT = "28:" + APP_ID
SEND_WINDOWS = ((1, 7), (2, 8), (30, 60), (3600, 1800))
LARGEST = 100 * 1024
STREAM_SECONDS = 120.0


@dataclass
class Message:
    """A message in a conversation as people see it."""

    id: str
    conversation: str
    activity: Json
    stream: "StreamState | None" = None
    edits: int = 0

    @property
    def text(self) -> str:
        return str(self.activity.get("text", ""))

    @property
    def card(self) -> Json:
        """The first card; empty if it has none."""
        attachments = self.activity.get("attachments") or [{}]
        card: Json = attachments[0].get("content", {})
        return card


@dataclass
class StreamState:
    """What Teams knows of a stream."""

    began: float
    sequence: int
    text: str = ""
    is_open: bool = True
    is_stopped: bool = False


@dataclass(frozen=True)
class Call:
    """One call of the bot to the Bot Connector."""

    at: float
    method: str
    path: str
    body: Json | None
    authorization: str
    status: int


@dataclass(frozen=True)
class Fault:
    """What one call is answered with instead. `applies` picks the calls; `done`: it took effect nevertheless."""

    status: int = 0
    code: str = "Fault"
    text: str = "ordered by the test"
    headers: tuple[tuple[str, str], ...] = ()
    hang: bool = False
    cut: bool = False
    done: bool = False
    applies: Callable[[str, Json], bool] = lambda _method, _body: True


@dataclass
class Microsoft:
    """The stand-in. `clock` is seconds, for rates and streams; `checks_rates` is off where a test counts nothing."""

    clock: Callable[[], float] = time.monotonic
    checks_rates: bool = True
    token_seconds: int = 3600
    delay: float = 0.0
    login_delay: float = 0.0
    url: str = ""
    calls: list[Call] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    members: dict[str, Json] = field(default_factory=dict)
    hits: Counter[str] = field(default_factory=Counter)
    faults: deque[Fault] = field(default_factory=deque)
    login_faults: deque[Fault] = field(default_factory=deque)
    tokens: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    over_rate: int = 0

    def __post_init__(self) -> None:
        self._keys: dict[str, tuple[rsa.RSAPrivateKey, list[str]]] = {}
        self._published: list[str] = []
        self._sends: defaultdict[str, list[float]] = defaultdict(list)
        self._open_streams: dict[str, str] = {}
        self._numbers = count(1)
        self._changed = asyncio.Event()
        self.add_key("key-1")

    # --- keys and tokens ---

    def add_key(self, key_id: str, *, endorsements: tuple[str, ...] = ("msteams",), publish: bool = True) -> None:
        """A new signing key."""
        self._keys[key_id] = (rsa.generate_private_key(public_exponent=65537, key_size=2048), list(endorsements))
        if publish:
            self._published.append(key_id)

    def withdraw_key(self, key_id: str) -> None:
        """The key is published no more."""
        self._published.remove(key_id)

    def sign(
        self,
        *,
        audience: str = APP_ID,
        issuer: str = ISSUER,
        service_url: str | None = None,
        key_id: str = "key-1",
        named_key: str | None = None,
        lifetime: float = 3600.0,
        not_before: float = -10.0,
        algorithm: str = "RS256",
        key: Any = None,
        without: tuple[str, ...] = (),
    ) -> str:
        """A token as the Bot Connector sends it; each argument makes one part of it wrong."""
        now = time.time()
        claims = {
            "iss": issuer,
            "aud": audience,
            "nbf": int(now + not_before),
            "exp": int(now + lifetime),
            "serviceurl": self.url if service_url is None else service_url,
        }
        for name in without:
            del claims[name]
        return jwt.encode(
            claims, key or self._keys[key_id][0], algorithm=algorithm, headers={"kid": named_key or key_id}
        )

    # --- what people do ---

    def activity(self, text: str = "what failed?", **fields: Any) -> Json:
        """A message to the bot in a one-to-one chat; `fields` override."""
        number = next(self._numbers)
        return {
            "type": "message",
            "id": f"in-{number}",
            "timestamp": "2026-11-23T12:00:00.000Z",
            "localTimezone": "America/Sao_Paulo",
            "serviceUrl": self.url,
            "channelId": "msteams",
            "from": {"id": "29:ann", "name": "Ann", "aadObjectId": "aad-ann"},
            "conversation": {"id": "a:ann", "conversationType": "personal", "tenantId": TENANT},
            "recipient": {"id": BOT, "name": "Resync"},
            "channelData": {"tenant": {"id": TENANT}},
            "textFormat": "plain",
            "text": text,
        } | fields

    def in_channel(self, text: str = "what failed?", *, thread: str = "1700000000000", **fields: Any) -> Json:
        """A mention in a channel's thread."""
        return self.activity(
            f"<at>Resync</at> {text}",
            conversation={
                "id": f"19:ops@thread.tacv2;messageid={thread}",
                "conversationType": "channel",
                "tenantId": TENANT,
                "isGroup": True,
            },
            entities=[{"type": "mention", "text": "<at>Resync</at>", "mentioned": {"id": BOT, "name": "Resync"}}],
            **fields,
        )

    def stop(self, message: str) -> None:
        """The person presses the stop button below a stream."""
        stream = self.messages[message].stream
        assert stream
        stream.is_stopped = True
        stream.is_open = False

    async def until(self, condition: Callable[[], bool], *, seconds: float = 20) -> None:
        """Waits until a call of the bot made `condition` true."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def said(self, conversation: str | None = None) -> list[Message]:
        """The messages that stand in a conversation, or anywhere."""
        return [one for one in self.messages.values() if conversation in (None, one.conversation)]

    # --- the servers ---

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Microsoft"]:
        """Listens while the context is open."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_get("/openid", self._metadata)
        app.router.add_get("/keys", self._key_set)
        app.router.add_post("/token", self._token)
        app.router.add_get("/identity", self._managed_identity)
        app.router.add_post("/v3/conversations/{conversation}/activities", self._post)
        app.router.add_post("/v3/conversations/{conversation}/activities/{activity}", self._post)
        app.router.add_put("/v3/conversations/{conversation}/activities/{activity}", self._put)
        app.router.add_get("/v3/conversations/{conversation}/members/{member}", self._member)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    @property
    def settings(self) -> dict[str, Any]:
        """The Teams settings that point the bot here."""
        return {
            "app_id": APP_ID,
            "app_password": APP_PASSWORD,
            "tenant_id": TENANT,
            "openid_metadata_url": f"{self.url}/openid",
            "token_url": f"{self.url}/token",
            "service_urls": self.url,
        }

    async def _metadata(self, _request: web.Request) -> web.Response:
        self.hits["metadata"] += 1
        await asyncio.sleep(self.login_delay)
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})

    async def _key_set(self, _request: web.Request) -> web.Response:
        self.hits["keys"] += 1
        await asyncio.sleep(self.login_delay)
        if self.login_faults:
            return _error(self.login_faults.popleft())
        keys = []
        for key_id in self._published:
            key, endorsements = self._keys[key_id]
            public: Json = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
            keys.append({**public, "kid": key_id, "use": "sig", "endorsements": endorsements})
        return web.json_response({"keys": keys})

    async def _token(self, request: web.Request) -> web.Response:
        self.hits["token"] += 1
        await asyncio.sleep(self.login_delay)
        if self.login_faults:
            return _error(self.login_faults.popleft())
        form = await request.post()
        wanted = {
            "grant_type": "client_credentials",
            "client_id": APP_ID,
            "client_secret": APP_PASSWORD,
            "scope": f"{ISSUER}/.default",
        }
        if dict(form) != wanted:
            return web.json_response({"error": "invalid_client"}, status=401)
        return self._new_token()

    async def _managed_identity(self, request: web.Request) -> web.Response:
        self.hits["identity"] += 1
        if request.headers.get("Metadata") != "true" and "X-IDENTITY-HEADER" not in request.headers:
            return web.json_response({"error": "bad_request"}, status=400)
        if request.query.get("resource") != ISSUER or request.query.get("client_id") != APP_ID:
            return web.json_response({"error": "invalid_request"}, status=400)
        return self._new_token()

    def _new_token(self) -> web.Response:
        token = f"token-{next(self._numbers)}"
        self.tokens.add(token)
        return web.json_response({"access_token": token, "expires_in": str(self.token_seconds), "token_type": "Bearer"})

    # --- the Bot Connector ---

    async def _post(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, self._posted)

    async def _put(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, self._edited)

    async def _member(self, request: web.Request) -> web.StreamResponse:
        self.hits["member"] += 1
        return await self._answer(request, self._looked_up)

    async def _answer(self, request: web.Request, act: Callable[[web.Request, bytes], web.Response]) -> web.Response:
        raw = await request.read()
        await asyncio.sleep(self.delay)
        body = orjson.loads(raw) if raw else {}
        fault = self._fault(request.method, body)
        response: web.Response | None = None
        if fault is None or fault.done:
            response = self._refusal(request, raw) or act(request, raw)
        if fault is not None:
            response = _error(fault)
        assert response is not None
        self.calls.append(
            Call(
                self.clock(),
                request.method,
                unquote(request.path),
                body or None,
                request.headers.get("Authorization", ""),
                response.status,
            )
        )
        self._changed.set()
        if fault is not None and fault.hang:
            await asyncio.sleep(3600)
        if fault is not None and fault.cut and request.transport:
            request.transport.abort()
        return response

    def _fault(self, method: str, body: Json) -> Fault | None:
        for fault in self.faults:
            if fault.applies(method, body):
                self.faults.remove(fault)
                return fault
        return None

    def _refusal(self, request: web.Request, raw: bytes) -> web.Response | None:
        conversation = unquote(request.match_info["conversation"]).partition(";")[0]
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            return _refused(401, "Unauthorized", "the token is not known")
        if conversation in self.blocked:
            return _refused(403, "MessageWritesBlocked", "the person blocked the bot")
        if conversation in self.removed:
            return _refused(403, "BotNotInConversationRoster", "the app is not installed there")
        if len(raw.decode().encode("utf-16-le")) > LARGEST:
            return _refused(413, "MessageSizeTooBig", "Message size too large.")
        if request.method != "GET" and self._is_over_rate(conversation):
            self.over_rate += 1
            return _refused(429, "TooManyRequests", "API calls quota exceeded", retry_after="1")
        return None

    def _is_over_rate(self, conversation: str) -> bool:
        if not self.checks_rates:
            return False
        now, sends = self.clock(), self._sends[conversation]
        for seconds, most in SEND_WINDOWS:
            if sum(1 for at in reversed(sends) if now - at < seconds) >= most:
                return True
        sends.append(now)
        return False

    def _posted(self, request: web.Request, raw: bytes) -> web.Response:
        conversation, activity = unquote(request.match_info["conversation"]), orjson.loads(raw)
        info = next((one for one in activity.get("entities", ()) if one.get("type") == "streaminfo"), None)
        if info is not None:
            return self._streamed(conversation, activity, info)
        if activity["type"] == "typing":
            return web.json_response({}, status=202)
        message = Message(f"out-{next(self._numbers)}", conversation, activity)
        self.messages[message.id] = message
        return web.json_response({"id": message.id}, status=201)

    def _streamed(self, conversation: str, activity: Json, info: Json) -> web.Response:  # noqa: PLR0911  # one line per rule of Teams
        if activity["conversation"].get("conversationType") != "personal":
            return web.Response(status=405)
        is_final, text = info["streamType"] == "final", str(activity.get("text", ""))
        if "streamId" not in info:
            if info.get("streamSequence") != 1 or not text:
                return _refused(400, "BadRequest", "Start streaming activities should include text")
            began = StreamState(self.clock(), 1, "" if info["streamType"] == "informative" else text)
            message = Message(f"out-{next(self._numbers)}", conversation, activity, began)
            self.messages[message.id] = message
            return web.json_response({"id": message.id}, status=201)
        known = self.messages.get(info["streamId"])
        if known is None or known.stream is None:
            return _refused(404, "ActivityNotFoundInConversation", "no such stream")
        message, stream = known, known.stream
        if refusal := _stream_refusal(stream, info, activity, now=self.clock()):
            return refusal
        if not is_final and info["streamSequence"] <= stream.sequence:
            return web.json_response({"code": "ContentStreamSequenceOrderPreConditionFailed"}, status=202)
        if is_final:
            stream.is_open = False
        else:
            stream.sequence = info["streamSequence"]
        if info["streamType"] != "informative":
            stream.text = text
        message.activity = activity
        return web.json_response({}, status=202)

    def _edited(self, request: web.Request, raw: bytes) -> web.Response:
        message = self.messages.get(unquote(request.match_info["activity"]))
        if message is None:
            return _refused(404, "ActivityNotFoundInConversation", "no such message")
        message.activity = orjson.loads(raw)
        message.edits += 1
        return web.json_response({"id": message.id}, status=200)

    def _looked_up(self, request: web.Request, _raw: bytes) -> web.Response:
        member = unquote(request.match_info["member"])
        ordinary = {
            "id": member,
            "name": member.removeprefix("29:").title(),
            "email": f"{member.removeprefix('29:')}@example.org",
            "userPrincipalName": f"{member.removeprefix('29:')}@example.org",
            "userRole": "user",
            "tenantId": TENANT,
        }
        return web.json_response(ordinary | self.members.get(member, {}))


def _stream_refusal(  # noqa: PLR0911  # one line per rule of Teams
    stream: StreamState, info: Json, activity: Json, *, now: float
) -> web.Response | None:
    def no(text: str) -> web.Response:
        return _refused(403, "ContentStreamNotAllowed", text)

    is_final = info["streamType"] == "final"
    if stream.is_stopped:
        return no("Content stream was canceled by user")
    if not stream.is_open:
        return no("Content stream is not allowed on an already completed streamed message")
    if now - stream.began > STREAM_SECONDS:
        stream.is_open = False
        return no("Content stream finished due to exceeded streaming time.")
    if is_final and "streamSequence" in info:
        return _refused(400, "BadRequest", "streamSequence must not be set on the final message")
    if not is_final and ("attachments" in activity or "suggestedActions" in activity or len(activity["entities"]) > 1):
        return _refused(400, "BadRequest", "only the final message has attachments, label and feedback")
    if info["streamType"] == "informative":
        too_long = len(activity["text"]) > 1000 or len(activity["text"].encode()) > 1024
        return _refused(400, "BadRequest", "informative text too long") if too_long else None
    if not str(activity.get("text", "")).startswith(stream.text):
        return no("Request streamed content should contain the previously streamed content")
    return None


def _refused(status: int, code: str, text: str, *, retry_after: str = "") -> web.Response:
    headers = {"Retry-After": retry_after} if retry_after else {}
    return web.json_response({"error": {"code": code, "message": text}}, status=status, headers=headers)


def _error(fault: Fault) -> web.Response:
    body = {"error": {"code": fault.code, "message": fault.text}}
    return web.json_response(body, status=fault.status or 200, headers=dict(fault.headers))
