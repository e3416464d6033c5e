"""Writing to one place: its conversation reference, the SDK, and what follows when Teams says that it is gone."""

from typing import Any

import structlog

from adapters.teams.activity import conversation_id
from adapters.teams.errors import BlockedError, GoneError, UninstalledError
from adapters.teams.references import Reference, References
from adapters.teams.transport import Transport
from resync_bot.conversation.model import Place
from resync_bot.errors import DeliveryDelayedError, DeliveryRefusedError, StoreUnavailableError

Json = dict[str, Any]

STORE_RETRY_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Desk:
    """Posts and edits by place. All methods raise DeliveryError."""

    def __init__(self, transport: Transport, references: References) -> None:
        self._transport = transport
        self._references = references

    async def reference(self, place: Place) -> Reference:
        """How to write to `place`. Raises UninstalledError if the bot is not there."""
        try:
            reference = await self._references.get(place)
        except StoreUnavailableError as error:
            raise DeliveryDelayedError(str(error), retry_after=STORE_RETRY_SECONDS) from error
        if reference is None:
            raise UninstalledError(
                "no conversation reference for this place",
                hint="Add the app to that chat or team again, or write to it there once.",
            )
        return reference

    async def post(self, place: Place, reference: Reference, activity: Json, *, is_patient: bool = True) -> str:
        """Posts, and returns the message's id, empty where Teams gives none. Impatient: once, and now or not at all."""
        try:
            return await self._transport.post(reference, conversation_id(place), activity, is_patient=is_patient)
        except (BlockedError, UninstalledError, GoneError) as error:
            await self._prune(place, error)
            raise

    async def update(self, place: Place, reference: Reference, message: str, activity: Json) -> None:
        """Edits a message."""
        try:
            await self._transport.update(reference, conversation_id(place), message, activity)
        except (BlockedError, UninstalledError) as error:
            await self._prune(place, error)
            raise

    async def _prune(self, place: Place, error: DeliveryRefusedError) -> None:
        log.info("teams.reference_removed", why=type(error).__name__, tenant=place.tenant)
        try:
            await self._references.remove(place)
        except StoreUnavailableError:
            log.warning("teams.reference_not_removed", tenant=place.tenant)
