"""What alerting knows, for tools that read it: nothing in here can change anything."""

from resync_bot.alerts.desk.asked import Asked, Desk
from resync_bot.alerts.desk.looking_after import open_alerts
from resync_bot.alerts.desk.present import present
from resync_bot.alerts.desk.quieting import list_silences
from resync_bot.alerts.desk.ruling import list_rules
from resync_bot.alerts.desk.why_not import why_not_told
from resync_bot.conversation.language import Language
from resync_bot.conversation.model import Person, Place

_NOWHERE = (Place("", "", ""), Person("", ""))  # outside of a turn no place is meant, and none was told of anything


class Records:
    """For the place of the turn that is being answered. All methods raise redis.exceptions.RedisError."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def open_alerts(self, language: Language) -> str:
        """Those that were told there."""
        return (await open_alerts(self._desk, self._asked(language))).text

    async def rules(self, language: Language) -> str:
        """What comes there."""
        return (await list_rules(self._desk, self._asked(language))).text

    async def silences(self, language: Language) -> str:
        """What is silent, everywhere."""
        return (await list_silences(self._desk, self._asked(language))).text

    async def why_not_told(self, name: str, language: Language) -> str:
        """The decisions about an object for that place."""
        return (await why_not_told(self._desk, self._asked(language), name.strip().upper())).text

    def _asked(self, language: Language) -> Asked:
        place, person = present() or _NOWHERE
        return Asked("", person, place, language, self._desk.now())
