"""What alerting counts."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class WatchMetrics:
    """Of watching the engines."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.looks = Counter("resync_alert_looks", "Looks at an engine", ("engine", "result"), registry=registry)
        self.troubles = Counter(
            "resync_alert_troubles", "Troubles seen, by what became of them", ("engine", "what"), registry=registry
        )
        self.open_groups = Gauge("resync_alert_groups_open", "Alerts that are open", ("engine",), registry=registry)
        self.is_watching = Gauge("resync_alert_watching", "1 on the replica that watches", registry=registry)


class DispatchMetrics:
    """Of telling the places."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.outcomes = Counter(
            "resync_alert_outcomes", "Groups by what became of them in a place", ("outcome", "why"), registry=registry
        )
        self.delay = Histogram(
            "resync_alert_delay_seconds",
            "From a failure in the engine to its first message, by the engine's clock",
            registry=registry,
            buckets=(1, 2, 5, 10, 15, 20, 30, 45, 60, 120, 300, 600, 1800),
        )
