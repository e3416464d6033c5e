"""What is counted about the calls to engines."""

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

from resync_bot.tws.messages import MEANINGS

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class TwsMetrics:
    """One instance serves all engines of a process; `registry` takes its collectors.

    The state of each host's circuit breaker is counted by the breakers themselves (resync_circuit_*).
    """

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self.requests = Counter(
            "resync_tws_requests", "HTTP requests to engines", ["engine", "operation", "outcome"], registry=registry
        )
        self.seconds = Histogram(
            "resync_tws_request_seconds",
            "From request to whole answer",
            ["engine", "operation"],
            buckets=SECONDS,
            registry=registry,
        )
        self.retries = Counter("resync_tws_retries", "Reads asked again", ["engine", "operation"], registry=registry)
        self.failovers = Counter(
            "resync_tws_failovers", "Changes to another host of an engine, and back", ["engine"], registry=registry
        )
        self.cache = Counter(
            "resync_tws_cache", "Reads by hit, joined, miss and abandoned", ["engine", "outcome"], registry=registry
        )
        self.connections = Gauge(
            "resync_tws_connections", "Calls by active, waiting and allowed", ["engine", "state"], registry=registry
        )
        self.key_days_left = Gauge(
            "resync_tws_key_days_left", "Days until the bot's API key expires", ["engine"], registry=registry
        )
        self.plan_switches = Counter(
            "resync_tws_plan_switches",
            "Reads that met a plan switch, by outlived or not",
            ["engine", "outcome"],
            registry=registry,
        )
        self._messages = Counter(
            "resync_tws_messages", "Errors by the engine's message id", ["engine", "message_id"], registry=registry
        )

    def errors(self, engine: str, message_id: str | None) -> None:
        """Counts an error that the engine gave; ids that are not known here share one label."""
        known = message_id if message_id in MEANINGS else "other" if message_id else "none"
        self._messages.labels(engine, known).inc()
