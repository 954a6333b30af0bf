"""What Prometheus is told: sources, stored data, requests, the process. Made anew for each scrape; nothing is global."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator

import duckdb
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gatehealth import __version__
from gatehealth.api.context import Context


def registry_of(context: Context) -> CollectorRegistry:
    """A registry with everything that a scrape is told, as it is now."""
    registry = CollectorRegistry()
    registry.register(_Stored(context))
    registry.register(context.traffic.requests)
    registry.register(context.traffic.seconds)
    ProcessCollector(registry=registry)
    return registry


class _Stored(Collector):
    """What the store holds. Raises DatabaseError when it cannot be asked now."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def collect(self) -> Iterator[Metric]:
        """Called by prometheus_client for each scrape."""
        store = self._context.store
        status = store.status()
        yield _labelled(
            "info",
            "Which versions serve the data; always 1.",
            ("version", "schema_version", "duckdb", "python"),
            [((__version__, str(status["schema_version"]), duckdb.__version__, platform.python_version()), 1)],
        )
        yield _gauge("runs", "Runs that are stored.", status["runs"])
        yield _gauge("results", "Results of tests that were ever counted.", status["results"])
        yield _gauge("failures", "Results that are kept with the line that says why they did not pass.", status["failures"])
        yield _gauge("tests", "Tests that are known by name.", status["tests"])
        yield _gauge("jobs", "Jobs that are known by name.", status["jobs"])
        yield _gauge("data_version", "Grows with every commit; equal numbers mean equal data.", status["data_version"])
        newest = status["newest_run"]
        if newest:
            yield _gauge(
                "newest_run_timestamp_seconds", "When the newest run started, since 1970.", newest["started_at"].timestamp()
            )
            age = (status["now"] - newest["started_at"]).total_seconds()
            yield _gauge("newest_run_age_seconds", "Seconds since the newest run started.", age)
        yield _gauge("database_bytes", "The database file and its write-ahead log.", status["database_bytes"])
        yield _gauge("disk_free_bytes", "Free on the disk that the database is on.", store.database.free_bytes())


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"gatehealth_{name}", text, value)


def _labelled(name: str, text: str, labels: Iterable[str], values: Iterable[tuple[Iterable[str], float]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"gatehealth_{name}", text, labels=tuple(labels))
    for of, value in values:
        family.add_metric(tuple(of), value)
    return family
