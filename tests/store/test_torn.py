"""A process that is killed inside DuckDB's write of a block of metadata leaves that block new in front and old behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from helpers import assert_whole, result, rows, run

from gatehealth.config import Settings
from gatehealth.store import DatabaseError, Store
from gatehealth.store.torn import BLOCK, BLOCKS_BEGIN, mend

PAGE = 4096
RUNS = 12


class Crash(NamedTuple):
    """A database as a kill leaves it in a checkpoint, and the file as the checkpoint would have written it."""

    path: Path
    finished: bytes
    block: int  # where the block of metadata begins that the checkpoint writes in place


@pytest.fixture
def crash(settings: Settings, folder: Path) -> Crash:
    database, copy = Path(settings.database), folder / "crashed" / "gate.duckdb"
    copy.parent.mkdir()
    with Store(settings) as store, store.database.cursor() as cursor:
        for number in range(1, RUNS + 1):
            store.writer.write(run(*(result(f"t{test}") for test in range(50)), number=number))
            if number % 3 == 0 and number < RUNS:
                store.database.checkpoint(cursor)
        for ending in ("", ".wal"):
            shutil.copy(f"{database}{ending}", f"{copy}{ending}")
        store.database.checkpoint(cursor)
        finished = database.read_bytes()
    begun = copy.read_bytes()
    with duckdb.connect(str(copy), read_only=True) as connection:
        blocks = connection.execute("SELECT DISTINCT block_id FROM pragma_metadata_info()").fetchall()
    places = [BLOCKS_BEGIN + block * BLOCK for (block,) in blocks]
    written = [place for place in places if begun[place : place + BLOCK] != finished[place : place + BLOCK]]
    assert written, "DuckDB writes no metadata in place any more: nothing can be torn, and mending can go"
    return Crash(copy, finished, written[0])


def tear(crash: Crash, pages: int) -> None:
    """As much of the block as so many pages is written, the rest not."""
    with crash.path.open("r+b") as file:
        file.seek(crash.block)
        file.write(crash.finished[crash.block : crash.block + pages * PAGE])


def metadata(path: Path) -> None:
    with duckdb.connect(str(path), read_only=True) as connection:
        for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            connection.execute("SELECT count(*) FROM pragma_storage_info(?)", [table]).fetchall()


@pytest.mark.parametrize("pages", [1, 2, 3, 5, 10, 20])
def test_a_torn_block_of_metadata_costs_nothing(crash: Crash, pages: int, caplog: pytest.LogCaptureFixture) -> None:
    tear(crash, pages)
    with pytest.raises(duckdb.IOException, match="does not match stored checksum"):
        metadata(crash.path)

    with Store(Settings(database=str(crash.path))) as store:
        assert rows(store, "SELECT count(*) FROM runs") == [(RUNS,)]
        assert rows(store, "SELECT count(*) FROM every_result") == [(RUNS * 50,)]
        assert_whole(store)
    assert "put right" in caplog.text
    metadata(crash.path)


def test_a_block_that_is_no_metadata_any_more_is_left_as_it_is_and_told(crash: Crash) -> None:
    with crash.path.open("r+b") as file:
        file.seek(crash.block + 8)
        file.write(b"\x5a" * (BLOCK - 8))
    broken = crash.path.read_bytes()
    with pytest.raises(DatabaseError, match=r"cannot be opened: .*checksum") as told:
        Store(Settings(database=str(crash.path)))
    assert "in use" not in str(told.value)
    assert crash.path.read_bytes() == broken


def test_a_torn_block_of_a_file_that_another_process_has_locked_is_left_alone(crash: Crash) -> None:
    tear(crash, 2)
    torn = crash.path.read_bytes()
    holding = "import fcntl, sys; file = open(sys.argv[1], 'r+b'); fcntl.lockf(file, fcntl.LOCK_EX); print(flush=True); input()"
    command = [sys.executable, "-c", holding, crash.path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        mend(crash.path)
        assert crash.path.read_bytes() == torn
        other.communicate(b"\n")
    mend(crash.path)
    assert crash.path.read_bytes() != torn


def test_a_file_that_is_cut_short_is_left_as_it_is_and_told(crash: Crash) -> None:
    os.truncate(crash.path, crash.block + BLOCK // 2)
    with pytest.raises(DatabaseError, match="cannot be opened"):
        Store(Settings(database=str(crash.path)))
    assert crash.path.stat().st_size == crash.block + BLOCK // 2


def test_what_is_not_torn_is_not_touched(crash: Crash, settings: Settings) -> None:
    for path in (crash.path, Path(settings.database)):
        before = path.read_bytes()
        mend(path)
        assert path.read_bytes() == before
