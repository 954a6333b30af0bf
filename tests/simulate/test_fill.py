"""Filling a store by columns stores what ingesting the streams of the same gate stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gatehealth.collect.files import assemble, facts
from gatehealth.config import Settings, load
from gatehealth.simulate import FillError, Gate, fill
from gatehealth.simulate.fill import blocks
from gatehealth.simulate.results import ResultRows
from gatehealth.simulate.views import tag_sets_of
from gatehealth.store import Store
from gatehealth.store.columns import SCHEMAS

from .conftest import FORTNIGHT, SMALL


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(load(database=str(tmp_path_factory.mktemp("filled") / "a.duckdb"))) as store:
        fill(Gate(SMALL), store.writer, block_results=1_500)
        yield store


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    settings: Settings = load(database=str(tmp_path_factory.mktemp("ingested") / "a.duckdb"))
    with Store(settings) as store:
        answers = []
        for emitted in Gate(SMALL).streams():
            run = facts(emitted.given, emitted.metadata)
            assemble(run, [("testrepository.subunit", emitted.content)] if emitted.content else [], settings)
            answers.append(store.writer.submit(run))
        assert {answer.result().state for answer in answers} == {"stored"}
        yield store


def rows(store: Store, table: str) -> list[tuple[Any, ...]]:
    """All rows, without when they were received: `results_at` of a run without results follows from that."""
    known = [name for name in SCHEMAS[table].names if name != "received_at"]
    columns = ", ".join("CASE WHEN test_us > 0 THEN results_at END" if name == "results_at" else f'"{name}"' for name in known)
    with store.database.cursor() as cursor:
        return cursor.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()


@pytest.mark.parametrize("table", list(SCHEMAS))
def test_every_table_holds_the_same_rows_either_way(filled: Store, ingested: Store, table: str) -> None:
    by_columns, by_streams = rows(filled, table), rows(ingested, table)
    assert len(by_columns) == len(by_streams)
    assert by_columns == by_streams
    assert by_columns or table == "result_attributes"


def test_a_filled_run_was_received_shortly_after_its_end(filled: Store) -> None:
    with filled.database.cursor() as cursor:
        late = cursor.execute("SELECT max(received_at - ended_at), min(received_at - ended_at), max(received_at) FROM runs")
        longest, shortest, newest = late.fetchone() or ()
    assert 0 < shortest.total_seconds() < longest.total_seconds() <= 90
    assert newest <= SMALL.end.replace(tzinfo=None)


def test_sending_the_runs_of_a_filled_gate_again_changes_nothing(tmp_path: Path) -> None:
    gate = Gate(SMALL)
    with Store(load(database=str(tmp_path / "a.duckdb"))) as store:
        fill(gate, store.writer)
        runs = [run for run in gate.runs() if run.results][:20]
        assert {store.writer.write(run).state for run in runs} == {"unchanged"}


def test_a_store_that_holds_runs_is_not_filled_again(filled: Store) -> None:
    with pytest.raises(FillError, match="empty"):
        fill(Gate(SMALL), filled.writer)


def test_progress_ends_with_all_runs_done(tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    gate = Gate(SMALL)
    with Store(load(database=str(tmp_path / "a.duckdb"))) as store:
        count = fill(gate, store.writer, lambda done, total: calls.append((done, total)), block_results=1_000)
    assert calls[-1] == (count, count)
    assert count == gate.truth()["totals"]["runs"]
    assert len(calls) > 3
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)
    assert all(done <= total for done, total in calls)


def test_the_rows_are_the_same_whatever_the_size_of_a_block() -> None:
    def joined(block_results: int) -> dict[str, list[dict[str, Any]]]:
        tables: dict[str, list[dict[str, Any]]] = {}
        for block in blocks(Gate(SMALL), block_results):
            for table, part in block.items():
                assert part.schema == SCHEMAS[table]
                tables.setdefault(table, []).extend(part.to_pylist())
        for found in tables.values():
            found.sort(key=repr)
        return tables

    assert joined(700) == joined(10**9)


def test_a_block_that_holds_more_than_it_has_room_for_grows() -> None:
    gate = Gate(SMALL)
    tables = []
    for capacity in (1, 10**5):
        rows = ResultRows(gate.world, capacity)
        for happened in gate.happenings():
            if (columns := happened.columns) is not None:
                rows.add(happened.planned.run_id, 7, columns, tag_sets_of(columns)[1])
        count, tests = rows.count, rows.tests.tolist()
        tables.append((tests, rows.finish()))
        assert rows.count == 0
        assert count == len(tests) == len(tables[-1][1])
    assert tables[0] == tables[1]
    assert tables[0][1].schema == SCHEMAS["results"]


def test_a_filled_store_has_the_totals_of_the_truth(filled: Store) -> None:
    totals = Gate(SMALL).truth()["totals"]
    with filled.database.cursor() as cursor:
        words = dict(cursor.execute("SELECT result, count(*) FROM runs GROUP BY ALL").fetchall())
        statuses = dict(cursor.execute("SELECT status, count(*) FROM results GROUP BY ALL").fetchall())
    assert words == totals["words"]
    assert [statuses.get(i, 0) for i in range(6)] == list(totals["results"].values())


def test_no_two_runs_have_the_same_identifier(gate: Gate) -> None:
    ids = [happened.planned.run_id for happened in gate.happenings()]
    assert len(set(ids)) == len(ids) > 10 * FORTNIGHT.runs_per_day
