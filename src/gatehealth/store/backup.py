"""A copy of the whole database while it is in use, and a database from such a copy."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from gatehealth.config import Settings
from gatehealth.store.database import STORAGE_VERSION, Database, DatabaseError, first_line, must_name_a_file

_one_at_a_time = threading.Lock()  # the name under which the copy is attached is one for the whole process


def backup(database: Database, target: Path) -> int:
    """Copies the database into a file that is not there yet; gives its bytes. Runs may be stored and read meanwhile.

    The copy is that of one moment: every run that was acknowledged before is in it, whole. It has no free space, so it is
    mostly smaller. Under its name it is there when it is complete; until then it lies beside that in a hidden folder of its
    own, `.<name>.<random>.part`. What a process left there that was killed is never touched: nobody knows that it is dead.
    """
    with _one_at_a_time:
        return _backup(database, target)


def _backup(database: Database, target: Path) -> int:
    must_name_a_file(str(target), "backup")
    if os.path.lexists(target):
        raise DatabaseError(f"{target} exists already; a backup overwrites nothing")
    if not target.parent.is_dir():
        raise DatabaseError(f"the folder {target.parent} for the backup does not exist")
    try:
        with _unfinished(target) as part:
            _copy(database, part)
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            _finish(part, target)
        return target.stat().st_size
    except duckdb.Error as error:
        raise DatabaseError(f"the backup could not be written: {first_line(error)}") from None
    except OSError as error:
        raise DatabaseError(f"the backup could not be written: {target}: {error.strerror}") from None


def _copy(database: Database, part: Path) -> None:
    name = "'" + str(part).replace("'", "''") + "'"  # ATTACH takes no parameter
    with database.reading() as cursor:
        cursor.execute(f"ATTACH {name} AS backup_copy (STORAGE_VERSION '{STORAGE_VERSION}')")
        try:
            here = cursor.execute("SELECT current_database()").fetchall()[0][0]
            quoted = '"' + here.replace('"', '""') + '"'
            cursor.execute(f"COPY FROM DATABASE {quoted} TO backup_copy")
        except BaseException:
            # An error leaves its transaction open, in which nothing can be detached; the first error is the one to be told.
            with suppress(duckdb.Error):
                cursor.rollback()
            with suppress(duckdb.Error):
                cursor.execute("DETACH backup_copy")
            raise
        cursor.execute("DETACH backup_copy")


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """Where a copy is written before it gets its name: in a folder beside it that nobody else has, and that is removed."""
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name[:50]}.", suffix=".part", dir=target.parent))
    try:
        yield folder / "copy.duckdb"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _finish(part: Path, target: Path) -> None:
    """Gives a complete copy its name, unless another process has made something of that name meanwhile."""
    try:
        os.link(part, target)  # a rename would overwrite
    except FileExistsError:
        raise DatabaseError(f"{target} exists already; it was made meanwhile") from None
    except OSError:  # a file system without links
        if os.path.lexists(target):
            raise DatabaseError(f"{target} exists already; it was made meanwhile") from None
        part.rename(target)


def restore(source: Path, settings: Settings) -> None:
    """Makes the database of the settings from a backup. Raises DatabaseError when there is one already, or the log of one."""
    must_name_a_file(settings.database, "database")
    target = Path(settings.database)
    if os.path.lexists(target):
        raise DatabaseError(f"{target} exists already; move it away first")
    log = target.with_name(target.name + ".wal")
    if log.exists():  # DuckDB would take it for the restored one's, and open neither
        raise DatabaseError(f"{log} is what a database that was moved away had not yet written into its file; move it along")
    if not source.is_file():
        raise DatabaseError(f"there is no backup {source}")
    if not source.stat().st_size:  # a database that is made anew begins with such a file
        raise DatabaseError(f"{source} is no backup that can be used: it is empty")
    try:
        with _unfinished(target) as part:
            shutil.copyfile(source, part)
            try:  # whether it is one of ours, and can be opened
                Database(settings.model_copy(update={"database": str(part)})).close()
            except DatabaseError as error:
                why = str(error).replace(str(part), str(source))  # the copy is nobody's name for it
                raise DatabaseError(f"{source} is no backup that can be used: {why}") from None
            _finish(part, target)
    except OSError as error:
        raise DatabaseError(f"{source} could not be copied to {target}: {error.strerror or error}") from None
