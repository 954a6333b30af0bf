"""A copy of the whole database while it is in use, and a database from such a copy."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import duckdb

from gatehealth.config import Settings
from gatehealth.store.database import STORAGE_VERSION, Database, DatabaseError, first_line

_one_at_a_time = threading.Lock()  # two into the same file would take each other's unfinished copy for a dead one's


def backup(database: Database, target: Path) -> int:
    """Copies the database into a file that is not there yet; gives its bytes. Runs may be stored and read meanwhile.

    The copy is that of one moment: every run that was acknowledged before is in it, whole. It has no free space, so it is
    mostly smaller. Under its name it is there when it is complete; until then it has `.part` behind its name.
    """
    with _one_at_a_time:
        return _backup(database, target)


def _backup(database: Database, target: Path) -> int:
    if target.exists():
        raise DatabaseError(f"{target} exists already; a backup overwrites nothing")
    if not target.parent.is_dir():
        raise DatabaseError(f"the folder {target.parent} for the backup does not exist")
    part = target.with_name(target.name + ".part")
    _forget(part)  # of a process that was killed
    name = "'" + str(part).replace("'", "''") + "'"  # ATTACH takes no parameter
    with database.reading() as cursor:
        try:
            cursor.execute(f"ATTACH {name} AS backup_copy (STORAGE_VERSION '{STORAGE_VERSION}')")
            try:
                here = cursor.execute("SELECT current_database()").fetchall()[0][0]
                quoted = '"' + here.replace('"', '""') + '"'
                cursor.execute(f"COPY FROM DATABASE {quoted} TO backup_copy")
            finally:
                cursor.execute("DETACH backup_copy")
        except duckdb.Error as error:
            _forget(part)
            raise DatabaseError(f"the backup could not be written: {first_line(error)}") from None
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.rename(target)
    return target.stat().st_size


def _forget(part: Path) -> None:
    """Removes an unfinished copy, and the log that DuckDB kept of it."""
    part.unlink(missing_ok=True)
    part.with_name(part.name + ".wal").unlink(missing_ok=True)


def restore(source: Path, settings: Settings) -> None:
    """Makes the database of the settings from a backup. Raises DatabaseError when there is one already, or the log of one."""
    target = Path(settings.database)
    if target.exists():
        raise DatabaseError(f"{target} exists already; move it away first")
    log = target.with_name(target.name + ".wal")
    if log.exists():  # DuckDB would take it for the restored one's, and open neither
        raise DatabaseError(f"{log} is what a database that was moved away had not yet written into its file; move it along")
    if not source.is_file():
        raise DatabaseError(f"there is no backup {source}")
    part = target.with_name(target.name + ".part")
    try:
        shutil.copyfile(source, part)
        Database(settings.model_copy(update={"database": str(part)})).close()  # that it is one of ours, and can be opened
        part.rename(target)
    except OSError as error:
        raise DatabaseError(f"{source} could not be copied to {target}: {error.strerror}") from None
    except DatabaseError as error:
        why = str(error).replace(str(part), str(source))  # the copy is nobody's name for it
        raise DatabaseError(f"{source} is no backup that can be used: {why}") from None
    finally:
        part.unlink(missing_ok=True)
