"""The names of everything that the backbone keeps in Redis.

All of them carry one hash tag, so that a Cluster keeps them in one slot and every script is atomic there too. One slot
carries thousands of events a second, far more than people ask; replicas of the bot spread the work, not this
bookkeeping.
"""

from functools import lru_cache

from resync_bot.conversation.model import Incoming, Person, Place, quoted


@lru_cache(maxsize=4096)
def encoded(place: Place) -> str:
    """`place.encode()`, remembered: a turn needs it a dozen times."""
    return place.encode()


def _channel(place: Place) -> str:
    """All but the thread, which is the last part."""
    return encoded(place).rpartition("/")[0]


class Keys:
    """Names for one namespace."""

    def __init__(self, namespace: str) -> None:
        self.tag = f"{{{namespace}}}"
        self.work = f"{self.tag}:work"
        self.feedback = f"{self.tag}:feedback"

    def seen_delivery(self, incoming: Incoming) -> str:
        """Set while this delivery is known."""
        return self._name("seen:delivery", incoming.place.platform, incoming.delivery_id)

    def seen_message(self, incoming: Incoming) -> str:
        """Set while this message is known, under whatever delivery it came."""
        if not incoming.message_id:
            return self.seen_delivery(incoming)
        return self._name("seen:message", incoming.place.platform, incoming.message_id)

    def person_rate(self, person: Person) -> str:
        """How much this person asked."""
        return self._name("rate:person", person.platform, person.id)

    def place_rate(self, place: Place) -> str:
        """How much was asked in this channel, all threads together."""
        return f"{self.tag}:rate:place:{_channel(place)}"

    def pace(self, place: Place) -> str:
        """How much was written to this channel, all threads together."""
        return f"{self.tag}:pace:{_channel(place)}"

    def pace_delay(self, place: Place) -> str:
        """Until when nothing may be written to this channel."""
        return f"{self.tag}:pace:delay:{_channel(place)}"

    def lane(self, place: Place) -> str:
        """Who works for this place, and on what."""
        return f"{self.tag}:lane:{encoded(place)}"

    def arrivals(self, place: Place) -> str:
        """What arrived in this place and is not answered, in order."""
        return f"{self.tag}:arrivals:{encoded(place)}"

    def history(self, place: Place) -> str:
        """What was said in this place."""
        return f"{self.tag}:history:{encoded(place)}"

    def _name(self, kind: str, *parts: str) -> str:
        return f"{self.tag}:{kind}:{'/'.join(map(quoted, parts))}"
