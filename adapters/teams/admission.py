"""Who is let in: a sender whom the tenant knows, whose conversation can be answered from then on."""

from typing import assert_never

from adapters.teams.activity import Activity
from adapters.teams.fate import Fate
from adapters.teams.members import Members, Standing
from adapters.teams.references import References, reference_of
from resync_bot.conversation.model import Person


class Admission:
    """The door."""

    def __init__(self, members: Members, references: References) -> None:
        self._members = members
        self._references = references

    async def admit(self, activity: Activity) -> tuple[Person, Fate | None]:
        """The sender as the tenant knows them, or why they get nothing. Keeps the conversation's reference.

        Raises DeliveryError or StoreUnavailableError if that cannot be known now: nobody is let in.
        """
        member = await self._members.look_up(activity)
        match member.standing:
            case Standing.GUEST:
                return activity.person, Fate.GUEST
            case Standing.OTHER_TENANT:
                return activity.person, Fate.OTHER_TENANT
            case Standing.WELCOME:
                await self._references.refresh(reference_of(activity))
                return member.named(activity.person), None
            case _:
                assert_never(member.standing)
