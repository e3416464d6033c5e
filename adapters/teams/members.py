"""Who somebody is to the tenant: guests and people of other tenants are refused unless the settings say otherwise.

An activity does not tell whether its sender is a guest; the conversation's member list does (`userRole`, and `#EXT#` in
the principal name). Checked 2026-11-23.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from adapters.teams.activity import Activity
from adapters.teams.connector import Connector
from adapters.teams.store import PostedMessages
from resync_bot.conversation.model import Person

KEEP_SECONDS = 6 * 3600  # how long it takes at most until a changed role is noticed


class Standing(StrEnum):
    """Whether a person may talk to the bot."""

    WELCOME = "welcome"
    GUEST = "guest"
    OTHER_TENANT = "other_tenant"


@dataclass(frozen=True, slots=True)
class Member:
    """A person as the tenant knows them."""

    standing: Standing
    name: str = ""
    email: str = ""

    def named(self, person: Person) -> Person:
        """The person with the name and e-mail address that the tenant knows."""
        return replace(person, name=person.name or self.name, email=self.email or None)


class Members:
    """Looks people up, once in a while."""

    def __init__(
        self, store: PostedMessages, connector: Connector, *, tenants: Collection[str], allow_guests: bool
    ) -> None:
        self._store = store
        self._connector = connector
        self._tenants = frozenset(tenants)
        self._allow_guests = allow_guests

    async def look_up(self, activity: Activity) -> Member:
        """The sender. Raises DeliveryError or StoreUnavailableError if that cannot be known now: nobody is let in."""
        person = activity.person.id
        told = await self._store.member(activity.tenant, person)
        if told is None:
            told = await self._connector.member(activity.service_url, activity.conversation.id, activity.sender.id)
            told = {name: told.get(name) for name in ("userRole", "userPrincipalName", "tenantId", "name", "email")}
            await self._store.keep_member(activity.tenant, person, told, seconds=KEEP_SECONDS)
        return Member(self._standing(told), name=_str(told.get("name")), email=_str(told.get("email")))

    def _standing(self, told: dict[str, object]) -> Standing:
        role, principal = _str(told.get("userRole")).lower(), _str(told.get("userPrincipalName")).lower()
        is_guest = role in ("guest", "anonymous") or "#ext#" in principal
        if is_guest:
            return Standing.WELCOME if self._allow_guests else Standing.GUEST
        home = _str(told.get("tenantId"))
        return Standing.OTHER_TENANT if home and self._tenants and home not in self._tenants else Standing.WELCOME


def _str(value: object) -> str:
    return value if isinstance(value, str) else ""
