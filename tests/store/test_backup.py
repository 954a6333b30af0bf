"""A backup is the database of one moment, taken while it is in use."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from damage import damage_runs
from helpers import assert_whole, everything, failure, result, rows, run, settings_for

from gatehealth.config import Settings
from gatehealth.store import Database, DatabaseError, Store
from gatehealth.store import backup as backups
from gatehealth.store.backup import restore
from gatehealth.store.tokens import Holder, Scope


def test_a_restored_backup_holds_everything(store: Store, settings: Settings, folder: Path) -> None:
    store.writer.write(run(failure("a"), result("b"), metadata={"k": "v"}))
    token = store.tokens.create("ci")
    before = everything(store)

    assert store.backup(folder / "copy") == (folder / "copy").stat().st_size

    (folder / "new").mkdir()
    restored = settings_for(folder / "new")
    restore(folder / "copy", restored)
    with Store(restored) as other:
        assert everything(other) == before
        assert other.tokens.holder(token) == Holder("ci", frozenset(Scope))
        assert other.writer.write(run(result("c"), number=2)).state == "stored"


def test_a_backup_taken_while_runs_are_stored_has_every_run_that_was_acknowledged_before_and_none_in_part(
    store: Store, folder: Path
) -> None:
    stop = threading.Event()
    acknowledged = 0

    def keep_storing() -> None:
        nonlocal acknowledged
        number = 0
        while not stop.is_set():
            number += 1
            store.writer.write(run(*(result(f"t{n}") for n in range(50)), failure("f"), number=number))
            acknowledged = number

    writing = threading.Thread(target=keep_storing)
    writing.start()
    try:
        for turn in range(4):
            while acknowledged < 10 * (turn + 1):
                pass
            before = acknowledged
            store.backup(folder / f"copy{turn}")
            with Store(settings_for(folder, database=str(folder / f"copy{turn}"))) as copy:
                assert_whole(copy)
                assert rows(copy, "SELECT count(*) FROM runs")[0][0] >= before
    finally:
        stop.set()
        writing.join()


def test_of_two_backups_into_one_file_one_is_made_and_one_is_told(store: Store, folder: Path) -> None:
    store.writer.write(run(failure("a")))
    with ThreadPoolExecutor(2) as both:
        outcomes = [each.exception() for each in [both.submit(store.backup, folder / "copy") for _ in range(2)]]
    assert [type(outcome) for outcome in outcomes if outcome] == [DatabaseError]
    with Store(settings_for(folder, database=str(folder / "copy"))) as copy:
        assert everything(copy) == everything(store)


def test_a_backup_overwrites_nothing(store: Store, folder: Path) -> None:
    (folder / "mine").write_bytes(b"mine")
    with pytest.raises(DatabaseError, match="exists already"):
        store.backup(folder / "mine")
    with pytest.raises(DatabaseError, match="does not exist"):
        store.backup(folder / "no" / "copy")
    assert (folder / "mine").read_bytes() == b"mine"


def test_what_a_killed_backup_left_is_no_trouble(store: Store, folder: Path) -> None:
    left = folder / ".it's a copy.k1ll3d.part"
    left.mkdir()
    (left / "copy.duckdb").write_bytes(b"half")
    store.backup(folder / "it's a copy")
    assert sorted(path.name for path in folder.glob("*it's*")) == [left.name, "it's a copy"]


def test_no_file_of_somebody_else_is_taken_for_an_unfinished_copy(store: Store, folder: Path) -> None:
    for name in ("copy.part", "copy.part.wal", "new.duckdb.part"):
        (folder / name).write_text("precious")
    store.backup(folder / "copy")
    restore(folder / "copy", settings_for(folder, database=str(folder / "new.duckdb")))
    for name in ("copy.part", "copy.part.wal", "new.duckdb.part"):
        assert (folder / name).read_text() == "precious"


def test_a_database_and_its_backup_may_be_called_each_other_with_part_behind(folder: Path) -> None:
    """As `<name>.part` was once what the unfinished copy of `<name>` was called."""
    with Store(settings_for(folder, database=str(folder / "gate.part"))) as store:
        store.writer.write(run(result("a")))
        store.backup(folder / "gate")
        store.backup(folder / "restored.duckdb.part")
    restore(folder / "restored.duckdb.part", settings_for(folder, database=str(folder / "restored.duckdb")))
    for name in ("gate.part", "gate", "restored.duckdb.part", "restored.duckdb"):
        with Store(settings_for(folder, database=str(folder / name))) as each:
            assert each.status()["runs"] == 1


def test_what_is_made_under_the_name_while_the_copy_is_written_stays(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(database: Database, part: Path) -> None:
        copy(database, part)
        (folder / "copy").write_text("precious")

    copy = backups._copy
    monkeypatch.setattr(backups, "_copy", slow)
    with pytest.raises(DatabaseError, match="exists already; it was made meanwhile"):
        store.backup(folder / "copy")
    assert (folder / "copy").read_text() == "precious"
    assert not list(folder.glob(".*"))


def test_of_a_damaged_file_no_backup_is_made_and_the_damage_is_told(settings: Settings, folder: Path) -> None:
    with Store(settings) as store:
        for number in range(3000):  # enough for a block of their own
            store.writer.submit(run(number=number))
    damage_runs(Path(settings.database))
    told = rf"^{settings.database} cannot be read: .*Corrupt.*; restore a backup"
    with Store(settings) as store:
        with pytest.raises(DatabaseError, match=told):
            store.status()
        with pytest.raises(DatabaseError, match=told):
            store.backup(folder / "copy")
        (folder / "later").mkdir()
        with pytest.raises(DatabaseError, match="Corrupt"):  # and the first one has left nothing attached
            store.backup(folder / "later" / "copy")
    assert sorted(path.name for path in folder.rglob("*copy*")) == []


def test_a_backup_that_is_interrupted_leaves_nothing_behind(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def interrupted() -> Iterator[Interrupted]:
        with reading() as cursor:
            yield Interrupted(cursor)

    reading = store.database.reading
    monkeypatch.setattr(store.database, "reading", interrupted)
    with pytest.raises(KeyboardInterrupt):
        store.backup(folder / "copy")
    monkeypatch.undo()
    assert not list(folder.glob("*copy*"))
    assert store.backup(folder / "copy")


class Interrupted:
    """A cursor during whose copying somebody presses Ctrl-C."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        if sql.startswith("COPY"):
            raise KeyboardInterrupt
        return self._cursor.execute(sql)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


def test_what_is_not_the_path_of_a_file_is_told(store: Store, settings: Settings, folder: Path) -> None:
    with pytest.raises(DatabaseError, match="is not a path in UTF-8"):
        store.backup(folder / "\udcff")
    with pytest.raises(DatabaseError, match="is not the path of a file"):
        store.backup(Path())
    with pytest.raises(DatabaseError, match="is not the path of a file"):
        restore(folder / "copy", settings_for(folder, database=""))


def test_only_a_backup_is_restored_and_only_where_no_database_is(store: Store, settings: Settings, folder: Path) -> None:
    store.backup(folder / "copy")
    with pytest.raises(DatabaseError, match="exists already"):
        restore(folder / "copy", settings)
    elsewhere = settings_for(folder, database=str(folder / "other.duckdb"))
    with pytest.raises(DatabaseError, match="there is no backup"):
        restore(folder / "nothing", elsewhere)
    (folder / "text").write_text("text")
    with pytest.raises(DatabaseError) as refused:
        restore(folder / "text", elsewhere)
    assert str(refused.value).startswith(
        f"{folder / 'text'} is no backup that can be used: {folder / 'text'} is not a database"
    )
    (folder / "empty").touch()
    with pytest.raises(DatabaseError, match="is no backup that can be used: it is empty"):
        restore(folder / "empty", elsewhere)
    assert not list(folder.glob("*other*"))


def test_beside_the_log_of_a_database_that_was_moved_away_nothing_is_restored(store: Store, folder: Path) -> None:
    """It holds runs that were acknowledged, and DuckDB opens no database beside the log of another."""
    store.writer.write(run(result("a")))
    store.backup(folder / "copy")
    (folder / "new").mkdir()
    restored = settings_for(folder / "new")
    log = Path(restored.database + ".wal")
    log.write_bytes(b"left by a crash")
    with pytest.raises(DatabaseError, match="was moved away had not yet written into its file; move it along"):
        restore(folder / "copy", restored)
    assert [path.name for path in (folder / "new").iterdir()] == [log.name]
    log.unlink()
    restore(folder / "copy", restored)
    with Store(restored) as other:
        assert other.status()["runs"] == 1
