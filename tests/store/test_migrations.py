"""A database is made, brought up to date and opened again; what is none is left alone."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from helpers import assert_whole, at, everything, failure, load, result, rows, run, settings_for, text_file, uuid_number

from gatehealth.config import Settings
from gatehealth.model import Status, run_id_of, stable_id
from gatehealth.store import DatabaseError, Store
from gatehealth.store.columns import SCHEMAS
from gatehealth.store.database import SCHEMA, DatabaseBusyError


def test_a_new_database_has_every_migration(store: Store) -> None:
    numbers = sorted(int(entry.name[:4]) for entry in SCHEMA.iterdir() if entry.name[0].isdigit())
    assert [version for (version,) in rows(store, "SELECT version FROM schema_versions ORDER BY ALL")] == numbers
    assert store.database.schema_version == numbers[-1] == len(numbers)


def test_the_columns_of_each_table_stand_in_the_order_in_which_they_are_written(store: Store) -> None:
    for table, schema in SCHEMAS.items():
        assert [name for name, *_ in rows(store, f"DESCRIBE {table}")] == schema.names, table


def test_opening_again_changes_nothing(settings: Settings) -> None:
    with Store(settings) as store:
        skipped = result("b", Status.SKIP, attachments=[text_file("reason", "no")])
        store.writer.write(run(failure("a"), skipped, metadata={"k": "v"}))
        before = everything(store), rows(store, "FROM schema_versions"), store.writer.data_version
    with Store(settings) as store:
        assert (everything(store), rows(store, "FROM schema_versions"), store.writer.data_version) == before


def test_data_versions_grow_over_restarts(settings: Settings) -> None:
    versions = []
    for number in range(3):
        with Store(settings) as store:
            store.writer.write(run(result("a"), number=number))
            versions.append(store.writer.data_version)
    assert versions == sorted(set(versions))


def test_a_database_of_a_newer_gatehealth_is_refused(settings: Settings) -> None:
    with Store(settings) as store, store.database.cursor() as cursor:
        cursor.execute("INSERT INTO schema_versions VALUES (9999, now()::TIMESTAMP)")
    with pytest.raises(DatabaseError, match=r"newer Gatehealth .*9999"):
        Store(settings)


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(settings: Settings) -> None:
    path = Path(settings.database)
    path.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(DatabaseError, match="is not a database of Gatehealth"):
        Store(settings)
    assert path.read_bytes() == b"not a database at all" * 1000


def test_a_file_without_a_byte_is_a_new_database(settings: Settings) -> None:
    """As a start on a full disk once left it."""
    Path(settings.database).touch()
    with Store(settings) as store:
        assert store.status()["runs"] == 0


def test_an_empty_file_beside_a_log_or_in_use_is_left_alone(settings: Settings) -> None:
    path, log = Path(settings.database), Path(settings.database + ".wal")
    path.touch()
    log.write_bytes(b"runs")
    with pytest.raises(DatabaseError):
        Store(settings)
    assert log.read_bytes() == b"runs"
    log.unlink()
    holding = "import fcntl, sys; file = open(sys.argv[1], 'r+b'); fcntl.lockf(file, fcntl.LOCK_EX); print(flush=True); input()"
    command = [sys.executable, "-c", holding, path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        with pytest.raises(DatabaseBusyError):
            Store(settings)
        assert path.exists()
        other.communicate(b"\n")


def test_a_database_that_cannot_be_made_leaves_no_file_behind(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: str, **_options: object) -> None:
        Path(path).touch()
        raise duckdb.IOException("IO Error: Could not write file: No space left on device")

    monkeypatch.setattr(duckdb, "connect", full)
    with pytest.raises(DatabaseError, match=r"cannot be opened: .*No space left"):
        Store(settings)
    assert not Path(settings.database).exists()


@pytest.mark.parametrize(
    ("database", "told"),
    [("", "'' is not the path of a file"), (".", "'.' is not the path of a file"), ("..", ".. is a folder; name a file")],
)
def test_what_cannot_be_the_path_of_a_file_is_told(folder: Path, database: str, told: str) -> None:
    with pytest.raises(DatabaseError) as refused:
        Store(Settings(database=database))
    assert str(refused.value) == f"database {told}"
    assert not list(folder.iterdir())


def test_a_folder_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(DatabaseError, match=r"the folder .*missing for the database does not exist"):
        Store(settings_for(folder / "missing"))


def test_a_database_that_another_process_has_open_is_told_with_its_process(settings: Settings) -> None:
    holding = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", holding, settings.database]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(DatabaseBusyError, match=f"in use by process {holder.pid};"):
            Store(settings)
        holder.communicate()


def test_no_table_has_keys_or_defaults_so_that_a_lake_can_hold_it(store: Store) -> None:
    assert rows(store, "SELECT * FROM duckdb_constraints()") == []
    assert rows(store, "SELECT * FROM duckdb_indexes()") == []
    assert rows(store, "SELECT * FROM duckdb_sequences()") == []
    assert rows(store, "SELECT column_name FROM duckdb_columns() WHERE column_default IS NOT NULL AND NOT internal") == []


def test_a_plain_duckdb_can_read_the_file(settings: Settings) -> None:
    with Store(settings) as store:
        store.writer.write(run(result("a"), started_at=at(0)))
    with duckdb.connect(settings.database, read_only=True) as connection:
        assert connection.sql("SELECT job, success FROM runs").fetchall() == [("unit", 1)]


def test_somebody_elses_database_is_left_alone(folder: Path) -> None:
    path = str(folder / "other.duckdb")
    with duckdb.connect(path) as other:
        other.execute("CREATE TABLE runs (lap INTEGER)")
    before = Path(path).read_bytes()

    with pytest.raises(DatabaseError, match="somebody else's database"):
        Store(Settings(database=path))

    assert Path(path).read_bytes() == before


def test_opening_a_database_that_needs_nothing_writes_nothing(settings: Settings) -> None:
    with Store(settings) as store:
        store.writer.write(run(failure("a")))
    before = Path(settings.database).read_bytes()
    with Store(settings) as store:
        store.status()
        assert not Path(settings.database + ".wal").exists()
    assert Path(settings.database).read_bytes() == before


def test_days_that_were_closed_before_there_were_counters_are_counted(folder: Path):
    settings = settings_for(folder)
    started_at = datetime(2026, 11, 1, 12, tzinfo=UTC)
    day = int(started_at.timestamp()) // 86_400
    run_ids = [run_id_of(uuid_number(number), started_at) for number in (1, 2)]
    with duckdb.connect(settings.database) as old:
        old.execute("CREATE TABLE schema_versions (version INTEGER, applied_at TIMESTAMP)")
        old.execute("CREATE TABLE macro_versions (hash VARCHAR)")
        for version, name in enumerate(("0001_initial.sql", "0002_closed_days.sql"), 1):
            old.execute((SCHEMA / name).read_text())
            old.execute("INSERT INTO schema_versions VALUES (?, now()::TIMESTAMP)", [version])
        for number, run_id in enumerate(run_ids):
            facts = "run_id, uuid, job_id, job, pipeline, outcome, started_at, received_at, results_at"
            zeros = "success, fail, skip, xfail, uxsuccess, incomplete, test_us, processes_failed"
            old.execute(
                f"INSERT INTO runs ({facts}, {zeros}, damage, tag_sets)"
                " SELECT $1, $2, $3, 'unit', 'gate', 0, $4, $4, $4, 2, 0, 1, 0, 0, 0, 0, 0, [], [[]]",
                [run_id, uuid_number(number + 1), stable_id("unit"), started_at.replace(tzinfo=None)],
            )
            old.execute("INSERT INTO closed_runs VALUES (1, $1, $2)", [number, run_id])
            for test, status, duration in (("a", 0, 1500), ("b", 0, None), ("c", 2, 3)):
                of_result = [stable_id(test), stable_id("unit"), number, status, duration]
                old.execute("INSERT INTO closed_results VALUES (1, $1, $2, $3, $4, 0, 10, $5, false, 0)", of_result)
        for test in ("a", "b", "c"):
            old.execute("INSERT INTO tests VALUES ($1, $2, '')", [stable_id(test), test])
        old.execute("INSERT INTO closings VALUES (1, $1, now()::TIMESTAMP, true)", [day])
        # What a process that was killed left behind.
        old.execute("INSERT INTO closed_runs VALUES (2, 0, 77)")

    with Store(settings) as store:
        assert_whole(store)
        columns = "success, skip, untimed, sum_ms, squares_ms2, min_ms, max_ms"
        counted = f"SELECT name, pipeline, {columns} FROM test_counters JOIN tests USING (test_id) ORDER BY name"
        assert rows(store, counted) == [
            ("a", "gate", 2, 0, 0, 3000, 2 * 1500**2, 1500, 1500),
            ("b", "gate", 2, 0, 2, 0, 0, None, None),
            ("c", "gate", 0, 2, 0, 0, 0, None, None),
        ]
        assert [result.test for result in load(store, uuid_number(1)).results] == ["a", "b", "c"]
