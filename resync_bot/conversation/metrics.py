"""What the conversation counts and times."""

from functools import cache
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from resync_bot.conversation.keys import encoded
from resync_bot.conversation.model import Incoming, Place, State

log = structlog.get_logger(__name__)

_WAITS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class ConversationMetrics:
    """One set per registry, shared by inbox, worker and outbox. Durations in seconds."""

    def __init__(self, registry: CollectorRegistry) -> None:
        # To find the child of a metric by its labels costs more than to count: those of every answer are remembered.
        self._ended = cache(
            Counter(
                "resync_incoming", "Handled messages by how they ended", ("platform", "state"), registry=registry
            ).labels
        )
        self.accept = Histogram(
            "resync_accept_seconds", "From a verified message to durable in its lane", buckets=_WAITS, registry=registry
        )
        self.queue_wait = Histogram(
            "resync_queue_wait_seconds", "From accepted to begun by a worker", buckets=_WAITS, registry=registry
        )
        self.turn = Histogram(
            "resync_turn_seconds", "From begun to the answer delivered", buckets=_WAITS, registry=registry
        )
        self.delivery = cache(
            Histogram(
                "resync_delivery_seconds",
                "From the answer known to taken by the platform, waiting included",
                ("platform",),
                buckets=_WAITS,
                registry=registry,
            ).labels
        )
        self.undelivered = Counter(
            "resync_undelivered", "Answers that a platform did not take", ("platform", "reason"), registry=registry
        )
        self.lanes = Gauge("resync_lanes_in_work", "Conversations that this process works on", registry=registry)
        self.takeovers = Counter(
            "resync_turn_takeovers", "Turns begun again after their worker was lost", registry=registry
        )
        self.lost = Counter("resync_leases_lost", "Turns given up because another worker has them", registry=registry)

    def ended(self, incoming: Incoming, state: State, **facts: object) -> None:
        """The one log line and the one count of a handled Incoming. `facts` hold no text that a person wrote."""
        self._ended(incoming.place.platform, state.value).inc()
        log.info(
            "incoming_ended",
            state=state.value,
            kind=incoming.kind,
            platform=incoming.place.platform,
            place=_shown(incoming.place),
            delivery=incoming.delivery_id.encode(errors="backslashreplace").decode(),
            **facts,
        )


def _shown(place: Place) -> str:
    try:
        return encoded(place)
    except UnicodeEncodeError:  # refused for it, and to be seen in the log all the same
        return ascii(place)
