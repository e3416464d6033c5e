"""What the adapter counts."""

from prometheus_client import CollectorRegistry, Counter, Histogram


class TeamsMetrics:
    """Counters of one process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.received = Counter(
            "resync_teams_activities", "Activities received, by what became of them", ["outcome"], registry=registry
        )
        self.denied = Counter(
            "resync_teams_denied", "Requests that were not believed, by reason", ["reason"], registry=registry
        )
        self.acknowledged = Histogram(
            "resync_teams_acknowledge_seconds",
            "From a request's arrival to its acknowledgement",
            buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0),
            registry=registry,
        )
