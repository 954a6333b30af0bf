"""Opens the database file, brings its schema up to date, and hands out cursors."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import duckdb

from gatehealth.absent import remember_if_absent
from gatehealth.config import Settings
from gatehealth.store.torn import mend

remember_if_absent("pandas")

SCHEMA = resources.files("gatehealth.store") / "schema"
STORAGE_VERSION = "v1.5.0"  # of the file: younger than DuckDB's default, for better compression of text
PATIENCE = 0.5  # seconds that new questions wait for running ones to end, so that space can be freed; then it is left for later
_MOMENT = 0.2  # seconds: far longer than between making a file and locking it
_MIGRATION = re.compile(r"^(\d{4})_\w+\.sql$")


class DatabaseError(Exception):
    """The database cannot be used; the message is one line that says why and what to do."""


class DatabaseBusyError(DatabaseError):
    """Another process has the database open."""


class Database:
    """One open DuckDB file. One process owns it; each thread works with a cursor of its own."""

    def __init__(self, settings: Settings) -> None:
        self.path = Path(settings.database)
        self._readers = 0
        self._alone = False  # while nobody may begin to read
        self._door = threading.Condition()
        if ":" in settings.database and not self.path.is_absolute():  # DuckDB would take it for something else than a file
            raise DatabaseError(f"database {settings.database!r} is not the path of a file")
        must_name_a_file(settings.database, "database")
        if not self.path.parent.is_dir():
            raise DatabaseError(f"the folder {self.path.parent} for the database does not exist")
        mend(self.path)
        _forget_empty(self.path)
        new = not self.path.exists()
        try:
            self._open(settings)
        except BaseException:
            if new:
                _forget_empty(self.path)
            raise

    def _open(self, settings: Settings) -> None:
        """Connects to the file, which makes it where it is not there, and brings its schema up to date."""
        try:
            self._connection = duckdb.connect(
                str(self.path),
                config={
                    "threads": settings.threads,
                    "memory_limit": settings.memory_limit,
                    "storage_compatibility_version": STORAGE_VERSION,
                    # Everything needed is in the wheel: nothing is ever fetched.
                    "autoinstall_known_extensions": "false",
                    "autoload_known_extensions": "false",
                },
            )
        except duckdb.IOException as error:
            text = str(error)
            if "Could not set lock" in text:
                holder = re.search(r"PID (\d+)", text)
                by = f" by process {holder[1]}" if holder else ""
                raise DatabaseBusyError(f"{self.path} is in use{by}; one process at a time can have it open") from None
            if "not a valid DuckDB" in text:
                raise DatabaseError(f"{self.path} is not a database of Gatehealth; name another file") from None
            raise DatabaseError(f"{self.path} cannot be opened: {first_line(error)}") from None
        except duckdb.Error as error:
            raise DatabaseError(f"{self.path} cannot be opened: {first_line(error)}") from None
        try:
            self.schema_version = self._migrate()
        except duckdb.Error as error:
            self._connection.close()
            raise DatabaseError(f"{self.path} cannot be prepared: {first_line(error)}") from None
        except BaseException:
            self._connection.close()
            raise

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own to the same database; close it after use, or use it as a context manager."""
        return self._connection.cursor()

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor to ask a question with. May wait for `checkpoint`, PATIENCE and its own time at the most.

        Raises DatabaseError where the file is found damaged: most of a file is not looked at before it is asked for.
        """
        with self._door:
            self._door.wait_for(lambda: not self._alone)
            self._readers += 1
        try:
            with self.cursor() as cursor:
                yield cursor
        except duckdb.IOException as error:
            if not _tells_of_damage(error):
                raise
            raise DatabaseError(f"{self.path} cannot be read: {first_line(error)}") from None
        finally:
            with self._door:
                self._readers -= 1
                self._door.notify_all()

    def checkpoint(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Writes the log into the file, for the one thread that writes.

        Rows that were deleted free their space in a checkpoint during which nobody reads, and in no other. So readers wait
        a moment for it; when those that read already do not end soon, it is an ordinary one.
        """
        with self._door:
            self._alone = True
            self._door.wait_for(lambda: self._readers == 0, PATIENCE)
        try:
            with suppress(duckdb.TransactionException):  # somebody else writes, a new token say: it comes with a later commit
                cursor.execute("CHECKPOINT")
        finally:
            with self._door:
                self._alone = False
                self._door.notify_all()

    def close(self) -> None:
        """Writes the log into the file and gives the file up."""
        self._connection.close()

    def size(self) -> int:
        """Bytes on disk: the file and its write-ahead log."""
        log = self.path.with_name(self.path.name + ".wal")
        return sum(path.stat().st_size for path in (self.path, log) if path.exists())

    def free_bytes(self) -> int:
        """Bytes that are free on the disk for this process."""
        return shutil.disk_usage(self.path.parent).free

    def _migrate(self) -> int:
        """Applies the numbered files that this database has not seen, each in a transaction; gives the version reached.

        Writes nothing when there is nothing to apply, so that a full disk, or a file that may only be read, can still be
        looked at.
        """
        steps = sorted((int(m[1]), entry) for entry in SCHEMA.iterdir() if (m := _MIGRATION.match(entry.name)))
        newest = steps[-1][0]
        with self.cursor() as cursor:
            tables = {name for (name,) in cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
            if "schema_versions" not in tables:
                if tables:
                    raise DatabaseError(
                        f"{self.path} is somebody else's database, it has a table {min(tables)}; name another file"
                    )
                cursor.execute("CREATE TABLE schema_versions (version INTEGER, applied_at TIMESTAMP)")
                cursor.execute("CREATE TABLE macro_versions (hash VARCHAR)")
            current = cursor.execute("SELECT coalesce(max(version), 0) FROM schema_versions").fetchall()[0][0]
            if current > newest:
                raise DatabaseError(
                    f"{self.path} was written by a newer Gatehealth (schema {current} > {newest}); upgrade this one first"
                )
            for version, entry in steps[current:]:
                cursor.begin()
                cursor.execute(entry.read_text())
                cursor.execute("INSERT INTO schema_versions VALUES (?, ?)", [version, datetime.now(UTC).replace(tzinfo=None)])
                cursor.commit()
            macros = (SCHEMA / "macros.sql").read_text()
            wanted = hashlib.sha256(macros.encode()).hexdigest()
            if cursor.execute("SELECT hash FROM macro_versions").fetchall() != [(wanted,)]:
                cursor.begin()
                cursor.execute(macros)
                cursor.execute("DELETE FROM macro_versions")
                cursor.execute("INSERT INTO macro_versions VALUES (?)", [wanted])
                cursor.commit()
        return newest


def must_name_a_file(path: str, what: str) -> None:
    """Raises DatabaseError when a path can be that of no file."""
    try:
        path.encode()
    except UnicodeEncodeError:  # DuckDB takes UTF-8 only
        shown = os.fsencode(path).decode("utf-8", "backslashreplace")
        raise DatabaseError(f"{what} {shown} is not a path in UTF-8; give it another name") from None
    if not Path(path).name or "\0" in path:  # nothing, a dot, the root
        raise DatabaseError(f"{what} {path!r} is not the path of a file")
    if Path(path).is_dir():
        raise DatabaseError(f"{what} {path} is a folder; name a file")


def _forget_empty(path: Path) -> None:
    """Removes a file without a byte: DuckDB makes it before it finds the disk full, and takes it for no database afterwards.

    One that another process makes just now has bytes, or is locked, a moment later. One with a log beside it is not empty: its
    rows are in there.
    """
    log = path.with_name(path.name + ".wal")
    with suppress(OSError):
        if path.is_file() and not path.stat().st_size and not log.exists():
            time.sleep(_MOMENT)
            with path.open("r+b") as file:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the lock that DuckDB takes
                if not os.fstat(file.fileno()).st_size and not log.exists():
                    path.unlink()


def first_line(error: Exception) -> str:
    """An error of the database as one line, with what to do where the file is damaged."""
    line = (str(error).strip() or type(error).__name__).splitlines()[0]
    return f"{line}; restore a backup (docs/operations.md)" if _tells_of_damage(error) else line


def _tells_of_damage(error: Exception) -> bool:
    return "Corrupt database file" in str(error)
