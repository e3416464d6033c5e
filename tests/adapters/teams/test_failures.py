"""What happens when Microsoft says no, waits, breaks off or is away (T2, T7, T13, T14, T16)."""

import asyncio
from collections.abc import Callable

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from prometheus_client import CollectorRegistry

from adapters.teams.calls import Calls, NoAnswerError
from adapters.teams.credentials import Credentials, CredentialsError, token_url
from adapters.teams.errors import (
    BlockedError,
    GoneError,
    LockedError,
    StreamClosedError,
    StreamReason,
    TooLargeError,
    UninstalledError,
    delivery_error,
)
from adapters.teams.fresh import Fresh, Kept
from resync_bot.conversation.model import Answer, Code, Place, Text
from resync_bot.conversation.ports import MessageRef
from resync_bot.errors import (
    DeliveryDelayedError,
    DeliveryError,
    DeliveryRefusedError,
    DeliveryUnknownError,
    ResyncError,
)
from resync_bot.runtime.resilience import CircuitBreakerManager
from resync_bot.runtime.teams_settings import TeamsSettings
from tests.adapters.conftest import NOON
from tests.adapters.teams.conftest import Bot, Start
from tests.adapters.teams.connector import APP_ID, ISSUER, TENANT, Fault, Microsoft

CHAT = Place("teams", TENANT, "a:ann")


async def finish(teams: Bot, answer: Answer | None = None, turn: str = "turn") -> MessageRef:
    return await teams.adapter.reply(CHAT, turn, [], resume=None).finish(answer or Answer.plain("PAY failed."))


@pytest.fixture
async def known(teams: Bot) -> Bot:
    """A bot that was written to, and whose answer is forgotten."""
    await teams.ask(teams.microsoft.activity())
    teams.microsoft.messages.clear()
    teams.microsoft.calls.clear()
    return teams


# --- the table of errors ---


@pytest.mark.parametrize(
    ("status", "code", "text", "kind"),
    [
        (403, "MessageWritesBlocked", "", BlockedError),
        (403, "BotDisabledByAdmin", "", BlockedError),
        (403, "BotNotInConversationRoster", "", UninstalledError),
        (403, "ForbiddenOperationException", "", UninstalledError),
        (400, "MemberNotFoundInConversation", "", UninstalledError),
        (404, "ConversationNotFound", "", GoneError),
        (404, "ActivityNotFoundInConversation", "", GoneError),
        (410, "", "", GoneError),
        (413, "MessageSizeTooBig", "", TooLargeError),
        (403, "ContentStreamNotAllowed", "Message size too large", TooLargeError),
        (403, "ServiceError", "", LockedError),
        (400, "BadRequest", "", DeliveryRefusedError),
        (403, "SomethingNew", "", DeliveryRefusedError),
        (412, "PreconditionFailed", "", DeliveryDelayedError),
        (429, "", "", DeliveryDelayedError),
        (500, "ServiceError", "", DeliveryDelayedError),
        (502, "", "", DeliveryDelayedError),
        (503, "", "", DeliveryDelayedError),
        (504, "", "", DeliveryDelayedError),
        (405, "", "", StreamClosedError),
    ],
)
def test_each_answer_of_teams_is_one_kind_of_error(
    status: int, code: str, text: str, kind: type[DeliveryError]
) -> None:
    error = delivery_error(status, {"error": {"code": code, "message": text}}, retry_after=None)
    assert type(error) is kind


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Content stream was canceled by user", StreamReason.STOPPED),
        ("Content stream finished due to exceeded streaming time.", StreamReason.TIMED_OUT),
        ("Content stream is not allowed on an already completed streamed message", StreamReason.FINISHED),
        ("Request streamed content should contain the previously streamed content", StreamReason.REWRITTEN),
        ("Content stream is not allowed", StreamReason.NOT_ALLOWED),
    ],
)
def test_each_end_of_a_stream_has_its_reason(text: str, reason: StreamReason) -> None:
    error = delivery_error(403, {"error": {"code": "ContentStreamNotAllowed", "message": text}}, retry_after=None)
    assert isinstance(error, StreamClosedError)
    assert error.reason is reason


@pytest.mark.parametrize("body", [None, "", [], 5, {"error": "x"}, {"error": {"code": None}}])
def test_an_error_without_a_readable_body_is_still_an_error(body: object) -> None:
    assert isinstance(delivery_error(403, body, retry_after=None), DeliveryRefusedError)


def test_c19_what_strangers_choose_does_not_reach_the_log_raw() -> None:
    error = delivery_error(403, {"error": {"code": "x\nfaked line \x1b[31m", "message": "secret"}}, retry_after=None)
    assert str(error) == "Teams answered 403 xfakedline31m"


# --- waiting and trying again ---


@pytest.mark.parametrize("status", [412, 429, 500, 502, 503, 504])
async def test_t7_what_teams_asks_to_be_tried_again_is_tried_again(known: Bot, status: int) -> None:
    """T7: 412, 502 and 504 are to be tried again like 429."""
    known.microsoft.faults.append(Fault(status, headers=(("Retry-After", "0"),)))
    await finish(known)
    assert [call.status for call in known.microsoft.calls] == [status, 201]


async def test_a_long_retry_after_is_left_to_the_outbox(known: Bot) -> None:
    known.microsoft.faults.append(Fault(429, headers=(("Retry-After", "30"),)))
    with pytest.raises(DeliveryDelayedError) as delayed:
        await finish(known)
    assert delayed.value.retry_after == 30
    assert len(known.microsoft.calls) == 1


async def test_an_answer_that_may_have_arrived_is_not_sent_again_blindly(known: Bot) -> None:
    known.microsoft.faults.append(Fault(cut=True, done=True))
    known.microsoft.faults.append(Fault(cut=True, done=True))
    with pytest.raises(DeliveryUnknownError):
        await finish(known)
    assert len(known.microsoft.said()) == 1


async def test_an_edit_is_sent_again(known: Bot) -> None:
    stream = known.adapter.reply(CHAT, "turn", [], resume=None)
    await stream.finish(Answer.plain("one"))
    known.microsoft.faults.append(Fault(cut=True, done=True))
    await stream.finish(Answer.plain("two"))
    assert [one.text for one in known.microsoft.said()] == ["two"]


# --- refusals ---


async def test_t14_a_person_who_blocked_the_bot_is_forgotten(known: Bot) -> None:
    """T14: 403 MessageWritesBlocked says blocked or uninstalled: the reference is dropped."""
    known.microsoft.blocked.add("a:ann")
    with pytest.raises(BlockedError):
        await finish(known)
    known.microsoft.blocked.clear()
    with pytest.raises(UninstalledError) as refused:
        await finish(known)
    assert "Add the app" in refused.value.hint


async def test_an_app_that_was_removed_is_forgotten_and_comes_back_with_the_next_message(known: Bot) -> None:
    known.microsoft.removed.add("a:ann")
    with pytest.raises(UninstalledError):
        await finish(known)
    known.microsoft.removed.clear()
    await known.ask(known.microsoft.activity("hello again"))
    await finish(known)


async def test_t13_a_reference_follows_the_service_url(start: Start, microsoft: Microsoft) -> None:
    """T13: a service URL can change; each inbound refreshes it."""
    async with Microsoft().serving() as moved, start(service_urls=f"{microsoft.url},{moved.url}") as teams:
        moved.tokens = microsoft.tokens
        await teams.ask(microsoft.activity())
        token = microsoft.sign(service_url=moved.url)
        response = await teams.deliver(microsoft.activity("moved?", serviceUrl=moved.url), token=token)
        assert response.status == 202
        await teams.brain.is_idle()
        assert [one.text for one in moved.said()] == ["You said: moved?"]


async def test_t16_another_process_writes_to_a_conversation_that_it_never_heard_from(start: Start) -> None:
    """T16: references survive the process."""
    async with start() as first:
        await first.ask(first.microsoft.activity())
    async with start() as second:
        await finish(second)
        assert [one.text for one in second.microsoft.said()][1:] == ["PAY failed."]


async def test_t6_an_answer_that_teams_finds_too_large_arrives_shortened(known: Bot) -> None:
    """T6: 413 MessageSizeTooBig can come below the documented size."""
    known.microsoft.faults.append(Fault(413, "MessageSizeTooBig"))
    await finish(known, Answer("x", (Text("PAY failed."), Code("line\n" * 30))))
    [said] = known.microsoft.said()
    assert said.text == "PAY failed."


async def test_a_token_that_is_refused_is_replaced_once(known: Bot) -> None:
    known.microsoft.tokens.clear()
    await finish(known)
    assert known.microsoft.hits["token"] == 2


# --- keys and tokens ---


async def test_t2_many_messages_share_one_fetch_of_keys_and_token(start: Start, microsoft: Microsoft) -> None:
    """T2: keys and tokens are fetched once, asynchronously, whoever waits for them."""
    microsoft.login_delay, microsoft.checks_rates = 0.02, False
    async with start() as teams:
        activities = [
            microsoft.activity(conversation={"id": f"a:{n}", "conversationType": "personal", "tenantId": TENANT})
            for n in range(20)
        ]
        answered = await asyncio.gather(*(teams.deliver(activity) for activity in activities))
        assert {response.status for response in answered} == {202}
        await microsoft.until(lambda: len(microsoft.said()) == 20)
    assert (microsoft.hits["metadata"], microsoft.hits["keys"], microsoft.hits["token"]) == (1, 1, 1)


async def test_while_the_keys_cannot_be_had_requests_are_to_come_again(start: Start, microsoft: Microsoft) -> None:
    microsoft.login_faults.extend(Fault(404) for _ in range(1))
    async with start() as teams:
        assert (await teams.deliver(microsoft.activity())).status == 503
        assert (await teams.deliver(microsoft.activity())).status == 202


async def test_all_who_come_with_a_new_key_are_believed_and_not_only_the_first(
    start: Start, microsoft: Microsoft
) -> None:
    """Microsoft does not deliver again what was answered 401."""
    async with start() as teams:
        await teams.ask(microsoft.activity())
        microsoft.add_key("key-2")
        microsoft.login_delay = 0.02
        token = microsoft.sign(key_id="key-2")
        answered = await asyncio.gather(*(teams.deliver(microsoft.activity(), token=token) for _ in range(5)))
        assert {response.status for response in answered} == {202}
    assert microsoft.hits["keys"] == 2


async def test_a_new_key_that_could_not_be_looked_for_is_no_forged_one(start: Start, microsoft: Microsoft) -> None:
    async with start() as teams:
        await teams.ask(microsoft.activity())
        microsoft.add_key("key-2")
        microsoft.login_faults.append(Fault(404))
        statuses = [
            (await teams.deliver(microsoft.activity(), token=microsoft.sign(key_id="key-2"))).status for _ in range(2)
        ]
    assert statuses == [503, 202]


async def test_a_wrong_secret_says_what_to_check_and_not_the_secret(start: Start) -> None:
    async with start(app_password="wrong secret") as teams:
        response = await teams.deliver(teams.microsoft.activity())
        assert response.status == 503
        assert "wrong secret" not in await response.text()


MakeCredentials = Callable[..., Credentials]


@pytest.fixture
def make_credentials(microsoft: Microsoft) -> MakeCredentials:
    def make(session: aiohttp.ClientSession, **settings: object) -> Credentials:
        async def at_once(_seconds: float) -> None:
            await asyncio.sleep(0)

        circuits = CircuitBreakerManager(registry=CollectorRegistry())
        chosen = TeamsSettings(**{**microsoft.settings, **settings})
        return Credentials(Calls(lambda: session, circuits, sleep=at_once), chosen)

    return make


async def test_a_refused_secret_is_a_typed_error(make_credentials: MakeCredentials) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(CredentialsError, match="401 invalid_client") as refused:
            await make_credentials(session, app_password="wrong secret").authorization()
    assert "TEAMS_APP_PASSWORD" in refused.value.hint


async def test_a_login_service_in_trouble_is_asked_again(
    make_credentials: MakeCredentials, microsoft: Microsoft
) -> None:
    microsoft.login_faults.extend(Fault(503) for _ in range(2))
    async with aiohttp.ClientSession() as session:
        assert (await make_credentials(session).authorization()).startswith("Bearer token-")
    microsoft.login_faults.extend(Fault(503) for _ in range(4))
    async with aiohttp.ClientSession() as session:
        with pytest.raises(NoAnswerError):
            await make_credentials(session).authorization()


@pytest.mark.parametrize("header", [None, "the identity header"])
async def test_a_managed_identity_needs_no_secret(
    make_credentials: MakeCredentials, microsoft: Microsoft, header: str | None
) -> None:
    async with aiohttp.ClientSession() as session:
        credentials = make_credentials(
            session,
            app_type="managed-identity",
            app_password=None,
            token_url=f"{microsoft.url}/identity",
            identity_header=header,
        )
        assert await credentials.authorization() in {f"Bearer {token}" for token in microsoft.tokens}


@pytest.mark.parametrize(
    ("app_type", "tenant", "url"),
    [
        ("single-tenant", "t-1", "https://login.microsoftonline.com/t-1/oauth2/v2.0/token"),
        ("multi-tenant", "t-1", "https://login.microsoftonline.com/botframework.com/oauth2/v2.0/token"),
        ("managed-identity", "t-1", "http://169.254.169.254/metadata/identity/oauth2/token"),
    ],
)
def test_the_kind_of_registration_decides_who_gives_the_token(app_type: str, tenant: str, url: str) -> None:
    settings = TeamsSettings.model_validate(
        {"app_id": APP_ID, "app_password": "x", "app_type": app_type, "tenant_id": tenant}
    )
    assert token_url(settings) == url
    assert settings.issuer == ISSUER


# --- values kept fresh ---


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_value_is_renewed_ahead_of_its_end_and_meanwhile_served() -> None:
    clock, fetched, slept = Clock(), [0], asyncio.Event()

    async def fetch() -> Kept[int]:
        fetched[0] += 1
        return Kept(fetched[0], refresh_at=clock.now + 75, dead_at=clock.now + 100)

    async def sleep(seconds: float) -> None:
        if fetched[0] > 2:
            slept.set()
            await asyncio.Event().wait()
        clock.now += seconds

    value: Fresh[int] = Fresh(fetch, name="test", clock=clock, sleep=sleep)
    async with asyncio.TaskGroup() as group:
        keeper = group.create_task(value.keep())
        assert await value.get() == 1
        await slept.wait()
        assert await value.get() == 3
        keeper.cancel()
    assert clock.now == 150


async def test_a_renewal_that_fails_leaves_the_old_value_until_it_is_dead() -> None:
    clock, away = Clock(), [False]

    async def fetch() -> Kept[str]:
        if away[0]:
            raise ResyncError("away")
        return Kept("old", refresh_at=75, dead_at=100)

    value: Fresh[str] = Fresh(fetch, name="test", clock=clock)
    assert await value.get() == "old"
    away[0], clock.now = True, 99.0
    assert await value.get() == "old"
    clock.now = 100.0
    with pytest.raises(ResyncError):
        await value.get()


# --- calls ---


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("5", 5.0),
        ("0", 0.0),
        ("-3", 0.0),
        ("99999999", 3600.0),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("soon", None),
        ("nan", None),
    ],
)
async def test_retry_after_is_read_in_both_its_forms(header: str, seconds: float | None) -> None:
    async def wait(_request: web.Request) -> web.Response:
        return web.Response(status=200, headers={"Retry-After": header})

    app = web.Application()
    app.router.add_get("/", wait)
    circuits = CircuitBreakerManager(registry=CollectorRegistry())
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        calls = Calls(lambda: session, circuits, now=lambda: NOON)
        assert (await calls.call("GET", str(server.make_url("/")))).retry_after == seconds


async def test_a_circuit_that_is_open_is_a_delay_and_no_call(known: Bot) -> None:
    known.microsoft.faults.extend(Fault(500) for _ in range(8))
    for _ in range(2):
        with pytest.raises(DeliveryDelayedError):
            await finish(known)
    calls = len(known.microsoft.calls)
    with pytest.raises(DeliveryDelayedError) as resting:
        await finish(known)
    assert resting.value.retry_after > 1
    assert len(known.microsoft.calls) == calls
