"""What is counted about the calls to engines."""

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class TwsMetrics:
    """One instance serves all engines of a process; `registry` takes its collectors."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self.requests = Counter(
            "tws_requests", "HTTP requests to engines", ["engine", "operation", "outcome"], registry=registry
        )
        self.seconds = Histogram(
            "tws_request_seconds",
            "From request to whole answer",
            ["engine", "operation"],
            buckets=SECONDS,
            registry=registry,
        )
        self.retries = Counter("tws_retries", "Reads asked again", ["engine", "operation"], registry=registry)
        self.failovers = Counter("tws_failovers", "Changes to another host of an engine", ["engine"], registry=registry)
        self.cache = Counter("tws_cache", "Reads by hit, joined and miss", ["engine", "outcome"], registry=registry)
