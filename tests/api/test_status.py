"""The status: how fresh each pipeline is, how the database lies on its disk, and what serves it."""

from __future__ import annotations

import platform
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from helpers import Server, at, result, run, serving, settings_for, uuid_number

import gatehealth
from gatehealth.collect.source import Build, Lack
from gatehealth.store.sources import Postponed, Settled


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
    for path in ("/status", "/status/store", "/status/sources"):
        answer = server.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert str(home) not in answer.text


ZUUL = {"kind": "zuul", "url": "https://zuul.example.org"}


def states(server: Server) -> dict[str, str]:
    return {source["name"]: source["state"] for source in good(server, "/status")["sources"]}


def test_a_source_is_complete_when_its_numbers_add_up(folder: Path) -> None:
    with serving(settings_for(folder, sources=[{**ZUUL, "name": "opendev"}])) as server:
        sources, now = server.store.sources, datetime.now(UTC)
        sources.register("opendev", "zuul")
        builds = [Build(uuid_number(number), now - timedelta(minutes=number), "1") for number in range(1, 7)]
        sources.note("opendev", builds, "the cursor")
        lacks = ["", "", Lack.NO_LOGS, Lack.EXPIRED, Lack.NO_LOGS]
        sources.settle("opendev", [Settled(build, lack) for build, lack in zip(builds, lacks, strict=False)])
        sources.postpone("opendev", [Postponed(builds[5], "503 twice", now + timedelta(hours=1))])
        sources.caught_up("opendev", now - timedelta(seconds=30))
        (told,) = good(server, "/status/sources")["sources"]
        assert [told[name] for name in ("known", "fetched", "with_results", "waiting", "retrying")] == [6, 5, 2, 1, 1]
        assert told["without"] == [{"lack": "no logs", "builds": 2}, {"lack": "expired", "builds": 1}]
        assert told["known"] == told["with_results"] + sum(each["builds"] for each in told["without"]) + told["waiting"]
        assert datetime.fromisoformat(told["oldest_waiting_at"]) == builds[5].ended_at
        assert datetime.fromisoformat(told["newest_ended_at"]) == builds[0].ended_at
        assert 30 <= told["lag_seconds"] < 120
        assert (told["state"], told["kind"], told["poll_seconds"]) == ("current", "zuul", 60)
        (short,) = good(server, "/status")["sources"]
        assert short.items() <= {**told, "lag_seconds": short["lag_seconds"]}.items()
        assert set(short) == {
            *("name", "kind", "state", "known", "waiting", "listed_until", "lag_seconds", "error", "failing_since")
        }


def test_a_source_says_whether_somebody_should_look_after_it(folder: Path) -> None:
    named = [{**ZUUL, "name": name} for name in ("new", "current", "behind", "failing", "slow")]
    named[-1]["poll_seconds"] = 3_600
    with serving(settings_for(folder, sources=named)) as server:
        sources, now = server.store.sources, datetime.now(UTC)
        for name in ("current", "behind", "failing", "slow", "left"):
            sources.register(name, "zuul")
        sources.caught_up("current", now)
        sources.caught_up("failing", now)
        for name in ("behind", "slow"):
            sources.caught_up(name, now - timedelta(hours=2))
        sources.failed("failing", "no route to zuul.example.org")
        assert states(server) == {name: "current" if name == "slow" else name for name in sorted([*states(server)])}
        told = {source["name"]: source for source in good(server, "/status")["sources"]}
        assert told["failing"]["error"] == "no route to zuul.example.org"
        assert told["failing"]["failing_since"]
        assert told["new"] == {
            **{"name": "new", "kind": "zuul", "state": "new", "known": 0, "waiting": 0, "error": ""},
            **{"listed_until": None, "lag_seconds": None, "failing_since": None},
        }
        sources.caught_up("failing", datetime.now(UTC))
        assert states(server)["failing"] == "current"


def test_a_back_fill_says_how_far_it_is(folder: Path) -> None:
    with serving(settings_for(folder, sources=[{**ZUUL, "name": "opendev"}])) as server:
        sources = server.store.sources
        sources.register("opendev", "zuul")
        sources.order_backfill("opendev", at(-864_000), at(0))
        (backfill,) = sources.backfills("opendev")
        sources.note("opendev", [Build(uuid_number(1), at(-100), "1")], "next", backfill=backfill, done=0.25)
        (told,) = good(server, "/status/sources")["sources"][0]["backfills"]
        assert told.pop("ordered_at")
        assert told == {
            **{"since": "2026-11-12T12:00:00Z", "until": "2026-11-22T12:00:00Z", "done": 0.25, "builds": 1},
            **{"untried": 1, "error": "", "listed_at": None, "finished_at": None},
        }


def test_where_nothing_is_collected_there_are_no_sources(server: Server) -> None:
    assert good(server, "/status")["sources"] == []
    assert good(server, "/status/sources")["sources"] == []


def test_a_run_says_what_its_source_knows_of_it(folder: Path) -> None:
    with serving(settings_for(folder)) as server:
        sources, now = server.store.sources, datetime.now(UTC)
        sources.register("opendev", "zuul")
        waits, lacks = (Build(uuid_number(number), now, "1") for number in (1, 2))
        for number in (1, 2, 3):
            server.store.writer.write(run(number=number, started_at=now - timedelta(minutes=9), ended_at=now))
        sources.note("opendev", [waits, lacks])
        sources.postpone("opendev", [Postponed(waits, "logs.example.org answered 503", now + timedelta(hours=1))])
        sources.settle("opendev", [Settled(lacks, Lack.NO_LOGS, "NODE_FAILURE gives none")])

        def build(number: int) -> Any:
            return good(server, f"/runs/{uuid_number(number).hex}")["build"]

        assert build(3) is None
        assert {name: build(1)[name] for name in ("source", "waiting", "tries", "why", "lack", "fetched_at")} == {
            **{"source": "opendev", "waiting": True, "tries": 1, "why": "logs.example.org answered 503"},
            **{"lack": "", "fetched_at": None},
        }
        assert [build(2)[name] for name in ("lack", "detail", "waiting", "known_by")] == [
            *("no logs", "NODE_FAILURE gives none", False, "poll"),
        ]
        assert build(2)["fetched_at"]
