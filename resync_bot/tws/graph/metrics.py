"""What is counted about the graphs."""

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge


class GraphMetrics:
    """One instance serves the graphs of all engines of a process; `registry` takes its collectors."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self.jobs = Gauge("resync_graph_jobs", "Jobs in the graph", ["engine"], registry=registry)
        self.streams = Gauge("resync_graph_streams", "Job streams in the graph", ["engine"], registry=registry)
        self.edges = Gauge("resync_graph_edges", "Dependencies in the graph", ["engine"], registry=registry)
        self.as_of = Gauge(
            "resync_graph_as_of_seconds", "Since 1970, by the bot's clock, when it was brought up to date last",
            ["engine"], registry=registry,
        )  # fmt: skip
        self.build_seconds = Gauge(
            "resync_graph_build_seconds", "That the last reading of the whole plan took", ["engine"], registry=registry
        )
        self.readings = Counter(
            "resync_graph_readings", "Builds and refreshes by outcome", ["engine", "what", "outcome"], registry=registry
        )
