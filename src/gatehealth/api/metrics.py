"""What Prometheus is told: sources, stored data, requests, the process. Made anew for each scrape; nothing is global."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import duckdb
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gatehealth import __version__
from gatehealth.api.completeness import Row, sources_of
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
        yield from _sources(sources_of(store, self._context.settings, status["now"]), status["now"])
        yield _gauge("database_bytes", "The database file and its write-ahead log.", status["database_bytes"])
        yield _gauge("disk_free_bytes", "Free on the disk that the database is on.", store.database.free_bytes())


def _sources(rows: list[Row], now: datetime) -> Iterator[Metric]:
    """How complete each source is."""

    def since(moment: datetime | None) -> float | None:
        return None if moment is None else max(0.0, (now - moment).total_seconds())

    builds = GaugeMetricFamily(
        "gatehealth_source_builds",
        "Builds that the source is known to have ended, by what became of them here.",
        labels=("source", "kind", "state", "lack"),
    )
    for row in rows:
        of = (row["name"], row["kind"])
        builds.add_metric((*of, "waiting", ""), row["waiting"])
        builds.add_metric((*of, "fetched", ""), row["with_results"])
        for each in row["without"]:
            builds.add_metric((*of, "fetched", each["lack"]), each["builds"])
    yield builds
    told: tuple[tuple[str, str, Callable[[Row], float | None]], ...] = (
        ("lag_seconds", "All builds that ended longer ago than this are known.", lambda row: row["lag_seconds"]),
        ("failing", "Whether the source cannot be listed.", lambda row: row["failing_since"] is not None),
        (
            "failing_seconds",
            "Seconds for which the source could not be listed; 0 when it can.",
            lambda row: since(row["failing_since"]) or 0,
        ),
        (
            "oldest_waiting_seconds",
            "Seconds since the end of the build that waits longest; 0 when none waits.",
            lambda row: since(row["oldest_waiting_at"]) or 0,
        ),
        ("message_age_seconds", "Seconds since the last MQTT message.", lambda row: since(row["mqtt_at"])),
    )
    for name, text, value_of in told:
        values = [((row["name"], row["kind"]), value_of(row)) for row in rows]
        yield _labelled(f"source_{name}", text, ("source", "kind"), [(of, value) for of, value in values if value is not None])


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"gatehealth_{name}", text, value)


def _labelled(name: str, text: str, labels: Iterable[str], values: Iterable[tuple[Iterable[str], float]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"gatehealth_{name}", text, labels=tuple(labels))
    for of, value in values:
        family.add_metric(tuple(of), value)
    return family
