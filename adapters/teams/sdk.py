"""The Bot Framework SDK, and nothing else of it anywhere: CloudAdapter with authentication and transport of our own.

What comes in goes through `CloudAdapter.process_activity`, what goes out through `CloudAdapter.continue_conversation`.
Checked 2026-11-23 with botbuilder 4.17.1, its last release. The stock parts that are replaced through the constructor
fetch keys and tokens with blocking calls on the event loop, build clients anew for each turn, and answer most wrong
tokens with 500; the stock client drops what it does not know, such as `streaminfo`; the stock deserialiser takes a
millisecond for what `activity` has read already.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import (
    Activity,
    ActivityTypes,
    ChannelAccount,
    ConversationAccount,
    ConversationReference,
    ResourceResponse,
)
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
    UserTokenClient,
)

from adapters.teams import activity as teams
from adapters.teams.connector import Connector
from adapters.teams.references import Reference
from adapters.teams.transport import Handle, Outcome

Json = dict[str, Any]


class BotFramework:
    """See `transport.Framework`."""

    def __init__(self, connector: Connector, *, app_id: str) -> None:
        self._app_id = app_id
        self._adapter = CloudAdapter(_Authentication(_ConnectorFactory(connector)))

    async def receive(self, activity: teams.Activity, claims: Json, handle: Handle) -> Outcome:
        """See Framework."""
        outcome = Outcome(500)

        async def turn(context: TurnContext) -> None:
            nonlocal outcome
            outcome = await handle()
            if context.activity.type == ActivityTypes.invoke:
                answer = InvokeResponse(status=outcome.status, body=outcome.body)
                await context.send_activity(Activity(type=ActivityTypes.invoke_response, value=answer))

        verified = AuthenticateRequestResult()
        verified.claims_identity = ClaimsIdentity(claims, True)
        verified.audience = self._app_id
        verified.connector_factory = self._adapter.bot_framework_authentication.create_connector_factory(
            verified.claims_identity
        )
        answer = await self._adapter.process_activity(verified, _incoming(activity), turn)
        return outcome if answer is None else Outcome(answer.status, answer.body)

    async def post(self, reference: Reference, conversation: str, activity: Json, *, is_patient: bool) -> str:
        """See Framework."""
        posted = ""

        async def turn(context: TurnContext) -> None:
            nonlocal posted
            sent = await context.send_activity(_outgoing(activity))
            posted = str(sent.id or "") if sent else ""

        await self._continue(reference, conversation, turn, is_patient=is_patient)
        return posted

    async def update(self, reference: Reference, conversation: str, message: str, activity: Json) -> None:
        """See Framework."""

        async def turn(context: TurnContext) -> None:
            edited = _outgoing(activity)
            edited.id = message
            await context.update_activity(edited)

        await self._continue(reference, conversation, turn, is_patient=True)

    async def _continue(
        self,
        reference: Reference,
        conversation: str,
        turn: Callable[[TurnContext], Awaitable[None]],
        *,
        is_patient: bool,
    ) -> None:
        where = ConversationReference(
            service_url=reference.service_url,
            channel_id="msteams",
            bot=ChannelAccount(id=reference.bot_id, name=reference.bot_name),
            user=ChannelAccount(id=reference.user_id, name=reference.user_name) if reference.user_id else None,
            conversation=ConversationAccount(
                id=conversation, conversation_type=reference.conversation_type, tenant_id=reference.tenant
            ),
        )
        identity = ClaimsIdentity({_PATIENT: is_patient}, True)
        await self._adapter.continue_conversation(where, turn, claims_identity=identity, audience=self._app_id)


_PATIENT = "resync:patient"


class _Authentication(BotFrameworkAuthentication):  # type: ignore[misc]  # the SDK is untyped
    """What CloudAdapter asks for. Requests are verified before they reach it, by `BotFramework.receive`."""

    def __init__(self, factory: "_ConnectorFactory") -> None:
        self._factory = factory

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:  # noqa: ARG002
        raise PermissionError("requests are verified before the adapter sees them")

    async def authenticate_streaming_request(
        self,
        auth_header: str,  # noqa: ARG002
        channel_id_header: str,  # noqa: ARG002
    ) -> AuthenticateRequestResult:
        raise PermissionError("streaming connections are off")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        return self._factory.for_identity(claims_identity)

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> UserTokenClient | None:  # noqa: ARG002
        return None  # nobody signs in through the bot


class _ConnectorFactory(ConnectorFactory):  # type: ignore[misc]  # the SDK is untyped
    def __init__(self, connector: Connector, *, is_patient: bool = True) -> None:
        self._connector = connector
        self._is_patient = is_patient

    def for_identity(self, identity: ClaimsIdentity) -> "_ConnectorFactory":
        return _ConnectorFactory(self._connector, is_patient=bool(identity.claims.get(_PATIENT, True)))

    async def create(self, service_url: str, audience: str) -> "_Client":  # noqa: ARG002
        return _Client(_Conversations(self._connector, service_url, is_patient=self._is_patient))


@dataclass(frozen=True, slots=True)
class _Client:
    """The part of the SDK's ConnectorClient that CloudAdapter uses."""

    conversations: "_Conversations"


class _Conversations:
    def __init__(self, connector: Connector, service_url: str, *, is_patient: bool) -> None:
        self._connector = connector
        self._service_url = service_url
        self._is_patient = is_patient

    async def send_to_conversation(self, conversation_id: str, activity: Activity) -> ResourceResponse:
        posted = await self._connector.post(
            self._service_url, conversation_id, _json(activity), is_patient=self._is_patient
        )
        return ResourceResponse(id=posted)

    async def reply_to_activity(self, conversation_id: str, activity_id: str, activity: Activity) -> ResourceResponse:  # noqa: ARG002  # the id is one that the SDK invents for a proactive turn; the thread is in the conversation's
        return await self.send_to_conversation(conversation_id, activity)

    async def update_activity(self, conversation_id: str, activity_id: str, activity: Activity) -> ResourceResponse:
        await self._connector.put(self._service_url, conversation_id, activity_id, _json(activity))
        return ResourceResponse(id=activity_id)


class _Body:
    """An activity's JSON on its way through a turn of the SDK, which would copy it field by field."""

    def __init__(self, json: Json) -> None:
        self.json = json

    def __deepcopy__(self, memo: object) -> "_Body":
        return self


def _incoming(activity: teams.Activity) -> Activity:
    """What the SDK needs of an activity to run a turn."""
    return Activity(
        type=activity.type,
        id=activity.id,
        channel_id=activity.channel_id,
        service_url=activity.service_url,
        from_property=ChannelAccount(id=activity.sender.id, name=activity.sender.name),
        recipient=ChannelAccount(id=activity.recipient.id, name=activity.recipient.name),
        conversation=ConversationAccount(
            id=activity.conversation.id,
            conversation_type=activity.conversation.type,
            tenant_id=activity.tenant,
        ),
    )


def _outgoing(activity: Json) -> Activity:
    """What the SDK gets to see of an activity: its type, to which it adds where it goes; the rest rides along."""
    outgoing = Activity(type=activity["type"])
    outgoing.value = _Body(activity)
    return outgoing


def _json(activity: Activity) -> Json:
    """The activity with what the SDK added to it."""
    body: Json = activity.value.json
    addressed = {
        "channelId": activity.channel_id,
        "serviceUrl": activity.service_url,
        "conversation": _without_empty(
            id=activity.conversation.id,
            conversationType=activity.conversation.conversation_type,
            tenantId=activity.conversation.tenant_id,
        ),
        "from": _account(activity.from_property),
        "recipient": _account(activity.recipient),
    }
    if activity.id:
        addressed["id"] = activity.id
    return {**body, **{name: value for name, value in addressed.items() if value}}


def _account(account: ChannelAccount | None) -> Json:
    return _without_empty(id=account.id, name=account.name) if account else {}


def _without_empty(**fields: str | None) -> Json:
    return {name: value for name, value in fields.items() if value}
