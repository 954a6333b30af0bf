"""Puts right what a process leaves that was killed inside a write.

DuckDB keeps the metadata of tables in pieces, 64 to a block, and writes a block in place when some of its pieces are new. The
pieces of the last checkpoint stay what they were to the byte, so an unfinished checkpoint costs nothing. But a kill may come
between the pages of the one write that is under way: the block is then new in front and old behind, which is right for every
piece that counts, and wrong for the checksum over all. DuckDB 1.5 refuses such a file (found by 200 kills, when
checkpoints are all that a process does). Here the checksum of one block is set to what it is, and all metadata is read to see
that it can be; else the file is left as it was found.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import struct
from contextlib import suppress
from pathlib import Path

import duckdb
import numpy as np

BLOCKS_BEGIN = 3 * 4096  # behind the file's three headers
BLOCK = 262_144  # bytes, of which the first eight are the checksum of the others
_MISMATCH = re.compile(r"computed checksum \d+ does not match stored checksum \d+ in block at location (\d+)")
_LOG = logging.getLogger(__name__)


def mend(path: Path) -> None:
    """Mends the one block of metadata that a kill has torn, if there is one.

    What is wrong in any other way, or open elsewhere, is left to whoever opens the file next: it says what is wrong.
    """
    with suppress(duckdb.Error, OSError):
        log = path.with_name(f"{path.name}.wal")
        if not (log.is_file() and log.stat().st_size and path.is_file()):
            return  # whoever had it open last closed it, or there is nothing yet
        place = _torn(path)
        if place is None:
            return
        before, after = _checksums(path, place)
        _replace(path, place, before, after)
        try:
            _read_metadata(path)
        except duckdb.Error:
            _replace(path, place, after, before)
        else:
            _LOG.warning("%s: its last process was killed while it wrote a block of metadata; it is put right", path)


def _torn(path: Path) -> int | None:
    """Where the first block of metadata is whose checksum is wrong."""
    try:
        with _opened(path) as connection:
            blocks = connection.execute("SELECT DISTINCT block_id FROM pragma_metadata_info() ORDER BY ALL").fetchall()
    except duckdb.IOException as error:
        found = _MISMATCH.search(str(error))
        if not found:
            raise
        return int(found[1])
    # Most metadata is not read before it is needed.
    places = (BLOCKS_BEGIN + block * BLOCK for (block,) in blocks)
    return next((place for place in places if len(set(_checksums(path, place))) > 1), None)


def _checksums(path: Path, place: int) -> tuple[int, int]:
    """The checksum that a block has, and the one that it should have (as duckdb/common/checksum.cpp makes it)."""
    with path.open("rb") as file:
        file.seek(place)
        content = file.read(BLOCK)
    if len(content) < BLOCK:
        raise OSError(f"{path} is cut short")
    words = np.frombuffer(content, "<u8")
    made = np.bitwise_xor.reduce(words[1:] * np.uint64(0xBF58476D1CE4E5B9)) ^ np.uint64(5381)
    return int(words[0]), int(made)


def _replace(path: Path, place: int, before: int, after: int) -> None:
    """Replaces a checksum, unless somebody has the file open or has been there first."""
    with path.open("r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the lock that DuckDB takes; closing the file gives it up
        file.seek(place)
        if file.read(8) != struct.pack("<Q", before):
            raise OSError(f"{path} was changed meanwhile")
        file.seek(place)
        file.write(struct.pack("<Q", after))
        file.flush()
        os.fsync(file.fileno())


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    nothing_fetched: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    return duckdb.connect(str(path), read_only=True, config=nothing_fetched)


def _read_metadata(path: Path) -> None:
    """Reads the metadata of every column of every table."""
    with _opened(path) as connection:
        for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            connection.execute("SELECT count(*) FROM pragma_storage_info(?)", [table]).fetchall()
