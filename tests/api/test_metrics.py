"""What Prometheus is told: the numbers are those of the API, and requests are counted by route."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from helpers import JUNIT, OWNER_TOKEN, Server, problem, serving, settings_for, uuid_number
from prometheus_client.parser import text_string_to_metric_families

from gatehealth.collect.source import Build, Lack
from gatehealth.store.sources import Settled

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scrape(server: Server, **headers: str) -> httpx.Response:
    answer = httpx.get(f"{server.url}/metrics", headers=headers, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer


def samples(server: Server) -> Samples:
    """Every sample by its name and labels."""
    families = text_string_to_metric_families(scrape(server).text)
    return {(each.name, frozenset(each.labels.items())): each.value for family in families for each in family.samples}


def value(told: Samples, name: str, **labels: str) -> float | None:
    return told.get((name, frozenset(labels.items())))


def requests(server: Server, route: str, status: int = 200, method: str = "GET") -> float:
    name = "gatehealth_http_requests_total"
    return value(samples(server), name, method=method, route=route, status=str(status)) or 0


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Server]:
    with serving(settings_for(tmp_path, public=False)) as running:
        yield running


def test_the_store_is_told_as_the_status_tells_it(server: Server) -> None:
    status: dict[str, Any] = server.get("/status").json()
    told = samples(server)
    for name in ("runs", "results", "failures", "tests", "jobs", "data_version", "database_bytes"):
        assert value(told, f"gatehealth_{name}") == status[name], name
    age = value(told, "gatehealth_newest_run_age_seconds")
    started = value(told, "gatehealth_newest_run_timestamp_seconds")
    assert age is not None
    assert started is not None
    assert status["newest_run"]["started_at"] == "2026-11-22T14:00:00Z"
    assert started == 1_795_356_000
    assert (value(told, "gatehealth_disk_free_bytes") or 0) > 0
    assert (value(told, "process_resident_memory_bytes") or 0) > 0


def test_an_empty_store_has_no_newest_run(empty: Server) -> None:
    told = samples(empty)
    assert value(told, "gatehealth_runs") == 0
    assert value(told, "gatehealth_newest_run_age_seconds") is None


def test_sources_are_told_as_the_status_tells_them(tmp_path: Path) -> None:
    zuul = {"kind": "zuul", "url": "https://zuul.example.org"}
    with serving(settings_for(tmp_path, sources=[{**zuul, "name": "opendev"}, {**zuul, "name": "lab"}])) as server:
        sources, now = server.store.sources, datetime.now(UTC)
        builds = [Build(uuid_number(number), now - timedelta(hours=1), "1") for number in range(6)]
        for name in ("opendev", "lab"):
            sources.register(name, "zuul")
        sources.note("opendev", builds)
        settled = [Settled(build, lack) for build, lack in zip(builds, ["", "", "", Lack.EXPIRED], strict=False)]
        sources.settle("opendev", settled)
        sources.caught_up("opendev", now - timedelta(seconds=40))
        sources.heard("opendev", now - timedelta(seconds=5))
        sources.failed("lab", "it is down")
        told = samples(server)

    def of(name: str, source: str = "opendev", **labels: str) -> float | None:
        return value(told, f"gatehealth_source_{name}", source=source, kind="zuul", **labels)

    assert of("builds", state="waiting", lack="") == 2
    assert of("builds", state="fetched", lack="") == 3
    assert of("builds", state="fetched", lack="expired") == 1
    assert of("builds", "lab", state="waiting", lack="") == 0
    assert (of("failing"), of("failing", "lab")) == (0, 1)
    assert of("failing_seconds") == 0
    assert (of("lag_seconds") or 0) >= 40
    assert of("lag_seconds", "lab") is None
    assert (of("oldest_waiting_seconds") or 0) >= 3_600
    assert (of("message_age_seconds") or 0) >= 5
    assert of("message_age_seconds", "lab") is None
    documented = OPERATIONS.read_text()
    for name in {name for name, _ in told if name.startswith("gatehealth_source_")}:
        assert f"`{name}`" in documented


def test_requests_are_counted_by_route_and_status_and_answers_that_are_kept_as_well(empty: Server) -> None:
    uuid = uuid_number(1).hex
    empty.uploaded(("a.xml", JUNIT.encode()), uuid=uuid)
    for _ in range(3):
        assert empty.get(f"/runs/{uuid}").status_code == 200
    assert empty.get(f"/runs/{uuid_number(2).hex}").status_code == 404
    assert empty.get("/runs/times", q="(").status_code == 400
    assert empty.upload(("a.xml", b""), token="").status_code == 401
    assert requests(empty, "/api/v1/runs/{uuid}") == 3
    assert requests(empty, "/api/v1/runs/{uuid}", 404) == 1
    assert requests(empty, "/api/v1/runs/times", 400) == 1
    assert requests(empty, "/api/v1/runs", 201, "POST") == 1
    assert requests(empty, "/api/v1/runs", 401, "POST") == 1


def test_how_long_requests_took_is_a_histogram_by_route(empty: Server) -> None:
    for _ in range(2):
        empty.get("/status")
    told = samples(empty)
    of = {"method": "GET", "route": "/api/v1/status"}
    name = "gatehealth_http_request_duration_seconds"
    assert value(told, f"{name}_count", **of) == 2
    assert (value(told, f"{name}_sum", **of) or 0) > 0
    assert value(told, f"{name}_bucket", **of, le="+Inf") == 2


def test_whatever_is_asked_for_the_labels_stay_few(empty: Server) -> None:
    for number in range(30):
        httpx.get(f"{empty.url}/api/v1/no/such/{number}")
        httpx.get(f"{empty.url}/job/job-{number}")
        httpx.get(f"{empty.url}/assets/{number}.js")
        httpx.request(f"ODD{number}", f"{empty.url}/api/v1/status")
    told = samples(empty)
    routes = {dict(labels).get("route") for name, labels in told if name == "gatehealth_http_requests_total"}
    assert routes <= {"unknown", "/{page}", "/assets/{file}", "/api/v1/status", "/metrics"}
    assert value(told, "gatehealth_http_requests_total", method="unknown", route="/api/v1/status", status="401") == 30


def test_it_is_not_kept_by_anybody_and_speaks_the_format_that_is_asked_for(server: Server) -> None:
    plain = scrape(server)
    assert plain.headers["content-type"].startswith("text/plain; version=")
    assert plain.headers["cache-control"] == "no-store"
    open_metrics = scrape(server, accept="application/openmetrics-text; version=1.0.0")
    assert open_metrics.headers["content-type"].startswith("application/openmetrics-text")
    assert open_metrics.text.endswith("# EOF\n")


def test_two_servers_in_one_process_count_apart(empty: Server, closed: Server) -> None:
    empty.get("/status")
    assert requests(empty, "/api/v1/status") == 1
    answer = httpx.get(f"{closed.url}/metrics", headers={"Authorization": f"Bearer {closed.token}"})
    assert 'route="/api/v1/status"' not in answer.text


def test_where_reading_is_closed_a_scrape_needs_a_token(closed: Server) -> None:
    url = f"{closed.url}/metrics"
    assert "reading needs a token" in problem(httpx.get(url), 401)
    assert "not known" in problem(httpx.get(url, headers={"Authorization": "Bearer gth_wrong"}), 401)
    for token in (closed.token, OWNER_TOKEN):
        answer = httpx.get(url, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        assert "gatehealth_runs 0.0" in answer.text


def test_every_metric_is_documented(server: Server) -> None:
    documented = OPERATIONS.read_text()
    families = {family.name.removesuffix("_created") for family in text_string_to_metric_families(scrape(server).text)}
    assert len(families) > 15
    assert "gatehealth_http_requests" in families
    for name in families:
        known = name.startswith("process_") or re.search(rf"`{name}(_total)?`", documented)
        assert known, f"docs/operations.md does not mention {name}"


def test_asked_for_its_head_alone_it_is_the_same_page_without_a_body(server: Server) -> None:
    answer = httpx.head(f"{server.url}/metrics")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == scrape(server).headers["content-type"]


@pytest.mark.parametrize("version", ["abc", "1.x", ""])
@pytest.mark.parametrize("kind", ["text/plain", "application/openmetrics-text"])
def test_a_version_that_is_no_number_is_answered_all_the_same(server: Server, kind: str, version: str) -> None:
    answer = httpx.get(f"{server.url}/metrics", headers={"Accept": f"{kind}; version={version}"})
    assert answer.status_code == 200
    assert "gatehealth_" in answer.text


def test_where_reading_is_closed_its_head_needs_a_token_too(closed: Server) -> None:
    assert httpx.head(f"{closed.url}/metrics").status_code == 401
