"""What people do not want to hear of for a while. Pure."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from resync_bot.alerts.model import AlertGroup, Silence
from resync_bot.alerts.routing import means


class Silencing(StrEnum):
    """Why a group is not told."""

    SILENCE = "silence"


def silence_of(group: AlertGroup, silences: Iterable[Silence], *, now: datetime) -> Silence | None:
    """The silence that keeps the whole group quiet: everything that is still wrong in it is meant by one.

    Of several, the one that ends first: then the group is told.
    """
    lasting = [silence for silence in silences if silence.until > now]
    if not lasting:
        return None
    covering = []
    for member in group.open_members:
        found = [one for one in lasting if means(one.pattern, group, member.trouble)]
        if not found:
            return None
        covering.append(max(found, key=lambda one: one.until))
    return min(covering, key=lambda one: one.until, default=None)
