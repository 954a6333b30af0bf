"""The status: how fresh each pipeline is, how the database lies on its disk, and what serves it."""

from __future__ import annotations

import platform
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from helpers import Server, at, result, run, serving, settings_for, uuid_number

import gatehealth


def good(server: Server, path: str) -> dict[str, Any]:
    answer = server.get(path)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_every_pipeline_says_how_fresh_it_is(empty: Server) -> None:
    assert good(empty, "/status")["pipelines"] == []
    started = {1: ("gate", 100), 2: ("check", 300), 3: ("gate", 200), 4: ("", -86400), 5: ("periodic", -9000), 6: ("check", 0)}
    for number, (pipeline, seconds) in started.items():
        empty.store.writer.write(run(result("a"), number=number, pipeline=pipeline, started_at=at(seconds)))
    status = good(empty, "/status")
    assert [(each["pipeline"], each["uuid"], each["started_at"]) for each in status["pipelines"]] == [
        ("check", uuid_number(2).hex, "2026-11-22T12:05:00Z"),
        ("gate", uuid_number(3).hex, "2026-11-22T12:03:20Z"),
        ("periodic", uuid_number(5).hex, "2026-11-22T09:30:00Z"),
        ("", uuid_number(4).hex, "2026-11-21T12:00:00Z"),
    ]
    assert status["newest_run"] == {name: status["pipelines"][0][name] for name in ("uuid", "started_at", "received_at")}


def test_the_store_says_what_is_closed_and_what_is_left_of_it(folder: Path) -> None:
    now = datetime.now(UTC)
    with serving(settings_for(folder, passing_days=30, failure_days=90)) as server:
        for number, days in enumerate((0, 10, 20)):
            one = run(result("a"), result("b"), number=number, started_at=now - timedelta(days=days))
            server.store.writer.write(one)
        held = good(server, "/status/store")
        assert (held["open_results"], held["closed_days"], held["batches"]) == (6, 0, 0)
        server.store.writer.compact()
        held = good(server, "/status/store")
        assert (held["open_results"], held["closed_days"], held["batches"]) == (2, 2, 2)
        assert (held["days_of_failures"], held["days_of_counters"]) == (0, 0)
        assert (held["close_after_days"], held["passing_days"], held["failure_days"]) == (1, 30, 90)


def test_a_day_whose_results_are_gone_is_told(folder: Path) -> None:
    old = run(result("a"), started_at=datetime.now(UTC) - timedelta(days=10))
    for number, (ages, gone) in enumerate([({"passing_days": 0}, (1, 0)), ({"failure_days": 0}, (0, 1))]):
        home = folder / str(number)
        home.mkdir()
        with serving(settings_for(home, **ages)) as server:
            server.store.writer.write(old)
            server.store.writer.compact()
            server.store.writer.expire()
            held = good(server, "/status/store")
            assert (held["closed_days"], held["days_of_failures"], held["days_of_counters"]) == (1, *gone)


def test_the_store_says_what_room_there_is_and_what_serves_it(server: Server) -> None:
    held = good(server, "/status/store")
    assert held["database_bytes"] > 0
    assert held["disk_free_bytes"] > 0
    assert held["versions"] == {
        "gatehealth": gatehealth.__version__,
        "schema_version": server.store.database.schema_version,
        "duckdb": duckdb.__version__,
        "python": platform.python_version(),
    }
    assert datetime.fromisoformat(held["started_at"]) <= datetime.fromisoformat(held["now"])


def test_the_status_names_no_folder_of_the_server(server: Server) -> None:
    home = server.store.database.path.resolve().parent
    for path in ("/status", "/status/store"):
        answer = server.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert str(home) not in answer.text
