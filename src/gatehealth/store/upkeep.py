"""Keeps the database in shape beside the runs that come in: closes days, merges their batches, tells their runs by
suites, removes what is too old.

The writer's thread takes a step of it between its commits, so nothing else writes meanwhile.
"""

from __future__ import annotations

from datetime import UTC, datetime

from gatehealth.config import Settings
from gatehealth.store import compaction, retention, suites
from gatehealth.store.compaction import DAY_SECONDS, Work
from gatehealth.store.database import Database
from gatehealth.store.questions import execute, transaction

STEP_RESULTS = 750_000  # results copied, counted or removed in one step: some 0.2 s
HASTY_RESULTS = 4_000_000


class Upkeep:
    """The steps. Used from one thread only, the one that writes."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._cursor = database.cursor()
        self._after_days = settings.close_after_days
        self._ages = retention.ages_of(settings)
        self._work: Work | None = None
        # Whether free space is worth a look: something was removed, or it was before the start. A block of the database's own
        # lists can hold the end of the file until then.
        self._freed = True
        self.expired = 0  # steps of removing what is too old: answers from before them are out of date
        self._step_results = STEP_RESULTS
        self._unfinished = (
            True  # whether there may be a batch that was not finished, by a process that was killed or a step that failed
        )

    def step(self, *, expire: bool) -> bool:
        """Takes one step; false when there is nothing to do. What failed is begun anew the next time.

        With `expire`, what is too old is removed as well.
        """
        self._work = self._work or self._next_work(expire=expire)
        if self._work is None:
            return False
        try:
            next(self._work)
        except StopIteration:
            self._work = None
            self._database.checkpoint(self._cursor)
        except BaseException:
            self._work = None
            self._unfinished = True
            raise
        return True

    def begin(self, *, in_haste: bool) -> None:
        """Somebody waits for all that there is to do. In haste, steps are larger and leave free space free."""
        self._freed = not in_haste
        self._step_results = HASTY_RESULTS if in_haste else STEP_RESULTS

    def close(self) -> None:
        """Gives the connection up; what is under way is begun anew at the next start."""
        self._cursor.close()

    def _next_work(self, *, expire: bool) -> Work | None:
        today = _today()
        if self._unfinished:
            with transaction(self._cursor):
                execute(self._cursor, "drop_unfinished")
            self._unfinished = False
        # What is too old goes first: where the disk is full, nothing else could be done before.
        return (
            (self._expiring() if expire else None)
            or compaction.sweeping(self._cursor, self._step_results)
            or compaction.cleaning(self._cursor)
            or compaction.closing(self._cursor, today, self._after_days, self._step_results)
            or compaction.merging(self._cursor, today, self._after_days, self._step_results)
            or suites.telling(self._cursor, self._step_results)
            or self._giving_back()
        )

    def _expiring(self) -> Work | None:
        work = retention.expiring(self._cursor, self._ages, self._step_results)
        return work and self._noted(work)

    def _noted(self, work: Work) -> Work:
        """The same work, each step of which makes answers out of date."""
        self._freed = True
        for _ in work:
            self.expired += 1
            yield

    def _giving_back(self) -> Work | None:
        freed, self._freed = self._freed, False
        return retention.giving_back(self._database, self._cursor) if freed else None


def _today() -> int:
    """Days since 1970, UTC."""
    return int(datetime.now(UTC).timestamp()) // DAY_SECONDS
