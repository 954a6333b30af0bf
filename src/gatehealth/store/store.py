"""A whole open store: the database with its one writer, its readers, its tokens and what is known of sources."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

from gatehealth.config import Settings
from gatehealth.store.asking import Asking
from gatehealth.store.backup import backup
from gatehealth.store.columns import Keeping
from gatehealth.store.database import Database
from gatehealth.store.failure_reader import FailureReader
from gatehealth.store.finder import Finder
from gatehealth.store.job_reader import JobReader
from gatehealth.store.reader import Reader
from gatehealth.store.result_reader import ResultReader
from gatehealth.store.sources import Sources
from gatehealth.store.tokens import Tokens
from gatehealth.store.upkeep import Upkeep
from gatehealth.store.writer import Writer


class Store:
    """Opened from settings, closed after use: closing commits what was accepted and gives the file up."""

    def __init__(self, settings: Settings, *, keeping_up: bool = False) -> None:
        """With `keeping_up`, days are closed and old results removed without being asked: for a process that stays."""
        self.database = Database(settings)
        keeping = Keeping(settings.attachment_limit, settings.keep_passing_attachments)
        upkeep = Upkeep(self.database, settings)
        self.writer = Writer(self.database, keeping, upkeep, keeping_up=keeping_up)
        self._asking = asking = Asking(self.database, settings.question_seconds)
        self.reader = Reader(self.database, asking)
        self.jobs, self.failures = JobReader(asking), FailureReader(asking)
        self.results = ResultReader(asking)
        self.finder = Finder(asking)
        self.tokens = Tokens(self.database)
        self.sources = Sources(self.database)

    def status(self) -> dict[str, Any]:
        """Counts, sizes, the newest run and the version of the data; with the sources the shape is schemas.status.Status."""
        return {**self.reader.status(), "data_version": self.writer.data_version}

    def backup(self, target: Path) -> int:
        """Copies the database, while it is in use, into a file that is not there yet; gives its bytes."""
        return backup(self.database, target)

    def close(self) -> None:
        """Commits what was accepted, stops the writer and the threads of questions, closes the file."""
        self.writer.close()
        self._asking.close()
        self.database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
