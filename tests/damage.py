"""Damage to a database file as a failing disk makes it: what lies in it is not what was written."""

from __future__ import annotations

from pathlib import Path

import duckdb

from gatehealth.store.torn import BLOCK, BLOCKS_BEGIN

_NEEDED_TO_OPEN = ("schema_versions", "macro_versions")


def damage_runs(path: Path) -> None:
    """Changes a byte in each block that holds rows of runs; the file can be opened all the same."""
    with duckdb.connect(str(path), read_only=True) as connection:

        def blocks(table: str) -> set[int]:
            asked = "SELECT DISTINCT block_id FROM pragma_storage_info(?) WHERE block_id >= 0"
            return {block for (block,) in connection.execute(asked, [table]).fetchall()}

        spoiled = blocks("runs") - {block for table in _NEEDED_TO_OPEN for block in blocks(table)}
    assert spoiled, "there are too few runs for a block of their own"
    with path.open("r+b") as file:
        for block in spoiled:
            place = BLOCKS_BEGIN + block * BLOCK + 5000
            file.seek(place)
            [byte] = file.read(1)
            file.seek(place)
            file.write(bytes([byte ^ 0xFF]))
