"""The Bot Connector's REST API: post, edit, look up a member. Its errors come out as the errors of delivery."""

from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import quote

import orjson

from adapters.teams.authentication import is_allowed_url, is_loopback
from adapters.teams.budget import Budget, Budgets
from adapters.teams.calls import ONCE, PATIENT, Calls, NoAnswerError, Reply
from adapters.teams.credentials import Credentials
from adapters.teams.errors import TooLargeError, delivery_error, unknown_or_delayed
from adapters.teams.limits import PAYLOAD_BYTES
from resync_bot.errors import DeliveryDelayedError, DeliveryRefusedError

Json = dict[str, Any]


def utf16_size(body: bytes) -> int:
    """How large Teams takes a JSON body to be: two bytes for each UTF-16 unit."""
    return len(body.decode().encode("utf-16-le"))


class Connector:
    """Writes to conversations. `credentials` are None for the local test client, which asks for none."""

    def __init__(
        self, calls: Calls, credentials: Credentials | None, budgets: Budgets, *, service_urls: Collection[str]
    ) -> None:
        self._calls = calls
        self._credentials = credentials
        self._budgets = budgets
        self._is_allowed: Callable[[str], bool] = (
            is_loopback if credentials is None else lambda url: is_allowed_url(url, service_urls)
        )

    async def post(self, service_url: str, conversation: str, activity: Json, *, is_patient: bool = True) -> str:
        """Posts, and returns the new message's id, empty where Teams gives none. Raises DeliveryError.

        Without `is_patient` it is attempted once, and only if Teams takes it now: for what is soon overtaken by
        something newer.
        """
        path = f"v3/conversations/{quote(conversation, safe='')}/activities"
        budget = self._budgets.sends(conversation, is_patient=is_patient)
        reply = await self._send("POST", service_url, path, activity, budget=budget)
        return str(reply.body.get("id") or "") if isinstance(reply.body, dict) else ""

    async def put(self, service_url: str, conversation: str, message: str, activity: Json) -> None:
        """Edits a message. Raises DeliveryError."""
        path = f"v3/conversations/{quote(conversation, safe='')}/activities/{quote(message, safe='')}"
        budget = self._budgets.sends(conversation, is_patient=True)
        await self._send("PUT", service_url, path, activity, budget=budget)

    async def member(self, service_url: str, conversation: str, member: str) -> Json:
        """What Teams knows of somebody in a conversation. Raises DeliveryError."""
        path = f"v3/conversations/{quote(conversation, safe='')}/members/{quote(member, safe='')}"
        reply = await self._send("GET", service_url, path, None, budget=self._budgets.look_ups(conversation))
        return reply.body if isinstance(reply.body, dict) else {}

    async def _send(self, method: str, service_url: str, path: str, activity: Json | None, *, budget: Budget) -> Reply:
        if not self._is_allowed(service_url):
            raise DeliveryRefusedError("the service URL is not in TEAMS_SERVICE_URLS")
        data = None if activity is None else orjson.dumps(activity)
        if data is not None and (size := utf16_size(data)) > PAYLOAD_BYTES:
            raise TooLargeError(f"the message has {size} bytes as UTF-16, Teams takes {PAYLOAD_BYTES}")
        url = f"{service_url.rstrip('/')}/{path}"
        reply = await self._attempt(method, url, data, budget)
        if reply.status == 401 and self._credentials is not None:
            self._credentials.forget()  # revoked before its time, or of a secret that was replaced
            reply = await self._attempt(method, url, data, budget)
        if not reply.is_good:
            raise delivery_error(reply.status, reply.body, retry_after=reply.retry_after)
        return reply

    async def _attempt(self, method: str, url: str, data: bytes | None, budget: Budget) -> Reply:
        is_repeatable = method != "POST"
        headers = {"Accept": "application/json"}
        if data is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        try:
            if self._credentials is not None:
                headers["Authorization"] = await self._credentials.authorization()
        except NoAnswerError as error:
            raise DeliveryDelayedError(str(error), retry_after=error.retry_after or 5.0) from error
        try:
            return await self._calls.call(
                method,
                url,
                headers=headers,
                data=data,
                policy=PATIENT if budget.is_patient else ONCE,
                is_repeatable=is_repeatable,
                budget=budget,
            )
        except NoAnswerError as error:
            if error.retry_after is not None:
                raise DeliveryDelayedError(str(error), retry_after=error.retry_after) from error
            raise unknown_or_delayed(str(error), is_repeatable=is_repeatable, was_sent=error.was_sent) from error
