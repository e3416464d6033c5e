"""What the Slack adapter counts."""

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_WAITS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class SlackMetrics:
    """One set per registry. Durations in seconds."""

    def __init__(self, registry: CollectorRegistry) -> None:
        # To find the child of a metric by its labels costs more than to count: those of every answer are remembered.
        self.received = cache(
            Counter(
                "resync_slack_received", "What Slack sent, by what became of it", ("kind", "outcome"), registry=registry
            ).labels
        )
        self.acknowledged = Histogram(
            "resync_slack_acknowledge_seconds", "From received to acknowledged", buckets=_WAITS, registry=registry
        )
        self.calls = cache(
            Counter(
                "resync_slack_api_calls", "Calls of the Web API by outcome", ("method", "outcome"), registry=registry
            ).labels
        )
        self.refusals = Counter(
            "resync_slack_refusals", "What Slack will never take, by what is to be done", ("reason",), registry=registry
        )
        self.rungs = cache(
            Counter("resync_slack_answers", "Answers by how they were delivered", ("way",), registry=registry).labels
        )  # streamed, rescued, edited, posted, responded
        self.sockets = Gauge("resync_slack_sockets", "Open Socket Mode connections", registry=registry)
        self.dropped = Counter(
            "resync_slack_courtesies_dropped",
            "Work left undone without consequence",
            ("name",),
            registry=registry,
        )
