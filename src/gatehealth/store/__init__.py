"""The database: one writer, many readers, every question a file of SQL."""

from gatehealth.store.database import Database, DatabaseError
from gatehealth.store.store import Store
from gatehealth.store.writer import Stored

__all__ = ["Database", "DatabaseError", "Store", "Stored"]
