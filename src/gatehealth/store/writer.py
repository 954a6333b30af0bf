"""The one writer: runs wait in a queue, and all that wait are committed in one transaction."""

from __future__ import annotations

import logging
import math
import queue
import threading
import time
from collections import ChainMap
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

import duckdb
import pyarrow as pa

from gatehealth.model import RUN_ID_BITS, TEXT_FACTS, Outcome, Run, Status, from_micros, outcome_of, run_id_of, stable_id
from gatehealth.store import compaction
from gatehealth.store.columns import Batch, Keeping, ResultColumns, add_results, naive, result_columns
from gatehealth.store.counters import recount
from gatehealth.store.database import Database, DatabaseError, first_line
from gatehealth.store.questions import execute, first_row, many, question, transaction
from gatehealth.store.upkeep import Upkeep

State = Literal["stored", "replaced", "merged", "unchanged"]
BATCH_RESULTS = 100_000  # results in one transaction at most: bounds its memory and the wait of whoever comes next
WAITING_RUNS = 256  # runs that may wait; whoever brings more is held up until there is room
STEP_EVERY = 1.0  # seconds between steps of upkeep while runs keep coming
RETRY_AFTER = 60.0  # seconds until a step that failed is tried again
LOOK_EVERY = 3600.0  # seconds between looks for something to do, unless many results come: late runs make few batches so
KNOWN_TESTS = 300_000  # tests remembered as stored; some 50 MB at the most

_STATUS_COLUMNS = tuple(status.word for status in Status)
RUN_ID_MASK = 2**RUN_ID_BITS - 1


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a run that was given to the writer; it is committed."""

    uuid: UUID
    state: State
    outcome: Outcome
    counts: tuple[int, ...]  # results of the run as it now stands, by Status
    left_out: int = 0  # results that were not stored, because the stored version of the run is fuller


@dataclass(slots=True)
class _Waiting:
    run: Run
    columns: ResultColumns
    answer: Future[Stored]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Somebody who waits for all upkeep to be done."""

    answer: Future[None]
    expire: bool
    in_haste: bool


class _Place(NamedTuple):
    """Where the results of a run lie in a batch, and what is kept of that batch."""

    batch: int
    job_id: int
    number: int
    kept: str


class WriterClosedError(DatabaseError):
    """The writer takes no more runs: the process is stopping."""


class Writer:
    """Commits runs. `submit` may be called from any thread; one thread of its own does the writing."""

    def __init__(self, database: Database, keeping: Keeping, upkeep: Upkeep, *, keeping_up: bool = False) -> None:
        self._database = database
        self._upkeep = upkeep
        self._keeping_up = keeping_up  # whether days are closed, and old results removed, without being asked
        self._step_due = 0.0 if keeping_up else math.inf  # when the next step of upkeep is due, by time.monotonic()
        self._stepped_at = 0.0
        self._since_look = 0  # results committed since there was nothing left to do
        self._asked: list[_Asked] = []  # who waits until there is nothing left to do
        self._keeping = keeping
        self._queue: queue.Queue[_Waiting | _Asked | None] = queue.Queue(WAITING_RUNS)
        self._closed = False
        self._entrance = threading.Lock()  # so that nothing enters the queue behind the mark that closes it
        self._left: dict[int, set[int]] = {}  # batches that runs left in this transaction, and the jobs of these
        self._known: dict[int, str] = {}  # test id -> attributes, of tests that are surely stored
        self._cursor = database.cursor()
        row = first_row(self._cursor, "newest_commit")
        self._received_at: datetime = (row and row[0]) or datetime(1970, 1, 1)
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    @property
    def data_version(self) -> int:
        """Grows with every commit, and when results expire: microseconds since 1970 of the newest commit, and a few."""
        return int((self._received_at - datetime(1970, 1, 1)) / timedelta(microseconds=1)) + self._upkeep.expired

    def submit(self, run: Run) -> Future[Stored]:
        """Gives a run to the writer; the answer is there once it is committed. Waits while too many runs wait."""
        waiting = _Waiting(run, result_columns(run, self._keeping), Future())
        with self._entrance:
            if self._closed:
                raise WriterClosedError("the server is stopping; send the run again later")
            self._queue.put(waiting)
        return waiting.answer

    def write(self, run: Run) -> Stored:
        """Stores one run and waits for its commit."""
        return self.submit(run).result()

    def fill(self, tables: Mapping[str, pa.Table]) -> None:
        """Inserts rows that are known to be new, in one transaction: the simulated gate's way in.

        `tables` follow columns.SCHEMAS. Nothing is looked up, merged or checked. Raises DatabaseError, on a full disk say.
        """
        try:
            with self._database.cursor() as cursor, transaction(cursor):
                for table, rows in tables.items():
                    _insert(cursor, table, rows)
        except duckdb.Error as error:
            raise DatabaseError(f"the runs could not be stored: {first_line(error)}") from None
        newest = pa.compute.max(tables["runs"]["received_at"]).as_py() if "runs" in tables else None
        self._received_at = max(self._received_at, newest or self._received_at)

    def compact(self, *, in_haste: bool = False) -> None:
        """Closes all days that are over, and waits until that is done. Runs that arrive meanwhile are stored meanwhile.

        `in_haste`, with nobody who reads or writes meanwhile: in larger steps, and free space is left for more that is to come.
        """
        self._ask(_Asked(Future(), expire=False, in_haste=in_haste))

    def expire(self) -> None:
        """The same, and then removes what is older than the settings say; gives free space back to the disk."""
        self._ask(_Asked(Future(), expire=True, in_haste=False))

    def _ask(self, asked: _Asked) -> None:
        with self._entrance:
            if self._closed:
                raise WriterClosedError("the server is stopping")
            self._queue.put(asked)
        asked.answer.result()

    def close(self) -> None:
        """Commits what was accepted, then stops. Nothing is accepted afterwards."""
        with self._entrance:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        self._upkeep.close()
        self._cursor.close()

    def _work(self) -> None:
        left: _Waiting | None = None  # a run that did not fit into the last transaction
        while True:
            first = left or self._next()
            left = None
            if first is None:
                break
            if isinstance(first, _Asked):
                self._begin_upkeep(first)
                continue
            batch, size, uuids = [first], len(first.run.results), {first.run.uuid}
            stop = False
            while size < BATCH_RESULTS and not stop and left is None:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    stop = True
                elif isinstance(following, _Asked):
                    self._begin_upkeep(following)
                elif following.run.uuid in uuids:
                    left = following  # the second version of a run must see the first
                else:
                    batch.append(following)
                    uuids.add(following.run.uuid)
                    size += len(following.run.results)
            self._settle(batch)
            if stop:
                break
            self._since_look += size
            if self._keeping_up and self._since_look >= compaction.MANY_RESULTS:
                self._step_due = 0.0
            if time.monotonic() > max(self._step_due, self._stepped_at + STEP_EVERY):
                self._step()  # some of the time goes to this also when runs never stop coming
        for asked in self._asked:
            asked.answer.set_exception(WriterClosedError("the server is stopping; what is left to do is done later"))

    def _next(self) -> _Waiting | _Asked | None:
        """What comes next from the queue; steps of upkeep are taken while nothing does."""
        while True:
            rest = self._step_due - time.monotonic()
            try:
                if rest <= 0:
                    return self._queue.get_nowait()
                return self._queue.get(timeout=None if rest == math.inf else rest)
            except queue.Empty:
                if rest <= 0:
                    self._step()

    def _begin_upkeep(self, asked: _Asked) -> None:
        self._asked.append(asked)
        self._upkeep.begin(in_haste=asked.in_haste)
        self._step_due = 0.0

    def _step(self) -> None:
        failed: DatabaseError | None = None
        try:
            more = self._upkeep.step(expire=self._keeping_up or any(asked.expire for asked in self._asked))
        except Exception as error:  # a full disk, say: ingest goes on, and the step is tried again later
            failed, more = DatabaseError(f"the upkeep of the database failed: {first_line(error)}"), False
            logging.getLogger(__name__).warning("%s", failed)
        self._stepped_at = time.monotonic()
        if more:
            return
        again = RETRY_AFTER if failed else LOOK_EVERY
        self._step_due = self._stepped_at + again if self._keeping_up else math.inf
        self._since_look = 0
        for asked in self._asked:
            if failed is None:
                asked.answer.set_result(None)
            else:
                asked.answer.set_exception(failed)
        self._asked.clear()

    def _settle(self, batch: list[_Waiting]) -> None:
        """Commits a batch; when that fails, each run alone, so that one that cannot be stored keeps no other back."""
        try:
            stored = self._commit(batch)
        except Exception as error:
            if len(batch) == 1:
                batch[0].answer.set_exception(_as_database_error(error))
                return
            for waiting in batch:
                self._settle([waiting])
            return
        for waiting, answer in zip(batch, stored, strict=True):
            waiting.answer.set_result(answer)

    def _commit(self, batch: list[_Waiting]) -> list[Stored]:
        cursor = self._cursor
        received_at = max(datetime.now(UTC).replace(tzinfo=None), self._received_at + timedelta(microseconds=1))
        self._left.clear()
        with transaction(cursor):
            earlier = self._earlier_versions(batch)
            rows = Batch()
            new_tests = self._add_tests(rows, [each for each in batch if _is_fuller(each, earlier.get(each.run.uuid))])
            attributes = ChainMap(new_tests, self._known)
            stored = [self._add_run(rows, each, earlier.get(each.run.uuid), attributes, received_at) for each in batch]
            for table, inserted in rows.finish().items():
                _insert(cursor, table, inserted)
            for closed, jobs in self._left.items():
                recount(cursor, closed, sorted(jobs))
        if len(self._known) > KNOWN_TESTS:
            self._known.clear()
        self._known.update(new_tests)
        if any(answer.state != "unchanged" for answer in stored):
            self._received_at = received_at
        return stored

    def _earlier_versions(self, batch: Sequence[_Waiting]) -> dict[UUID, dict[str, Any]]:
        cursor = self._cursor.execute(question("earlier_versions"), {"uuids": many(waiting.run.uuid.hex for waiting in batch)})
        names = [column[0] for column in cursor.description]
        return {row["uuid"]: row for values in cursor.fetchall() for row in [dict(zip(names, values, strict=True))]}

    def _add_tests(self, rows: Batch, batch: Sequence[_Waiting]) -> dict[int, str]:
        """Adds the tests that are not stored yet; gives the stored attributes of all tests that the writer did not know."""
        known = self._known
        unknown: dict[int, tuple[str, str]] = {}
        for waiting in batch:
            columns = waiting.columns
            for test_id, name, attributes in zip(columns.test_id, columns.test, columns.attributes, strict=True):
                if test_id not in known and test_id not in unknown:
                    unknown[test_id] = (name, attributes)
        if not unknown:
            return {}
        asked = {"test_ids": many(unknown)}
        stored: dict[int, str] = dict(self._cursor.execute(question("known_tests"), asked).fetchall())
        fresh = [(i, name, attributes) for i, (name, attributes) in unknown.items() if i not in stored]
        if fresh:
            columns_of_tests = zip(("test_id", "name", "attributes"), zip(*fresh, strict=True), strict=True)
            rows.add_columns("tests", dict(columns_of_tests))
        return {i: stored.get(i, attributes) for i, (_name, attributes) in unknown.items()}

    def _add_run(
        self,
        rows: Batch,
        waiting: _Waiting,
        earlier: dict[str, Any] | None,
        attributes: Mapping[int, str],
        received_at: datetime,
    ) -> Stored:
        """Adds one run to the transaction, beside or in place of an earlier version of it.

        Facts that are given win over stored ones, and empty ones change nothing; free metadata that is given empty is removed.
        Results are replaced only by a fuller version: more finished results, or as many and undamaged, or as many and more is
        known of its processes. Of a run without any, the files that it carries itself are replaced by others.
        """
        run, columns = waiting.run, waiting.columns
        place = self._closed_place(earlier)
        stays = place is not None and place.kept != "all"  # what is left of its results cannot be counted or moved any more
        fuller = not stays and (_is_fuller(waiting, earlier) or self._explains_otherwise(waiting, earlier))
        row = _new_row(run, columns, received_at) if fuller else dict(earlier or {})
        if earlier is not None:
            _merge_facts(row, run, earlier, columns, fuller=fuller)
            if stays:
                row.update({fact: earlier[fact] for fact in ("started_at", "job", "pipeline")})
        if row["ended_at"] and row["ended_at"] < row["started_at"]:
            row["ended_at"] = None  # the CI system's clock and that of the results do not agree: nobody knows
        merged = {**(earlier["metadata"] if earlier else {}), **run.metadata}
        metadata = {key: value for key, value in merged.items() if value}
        left_out = 0 if fuller or columns.counts == _counts(row) else sum(columns.counts)
        changed = earlier is None or fuller or metadata != earlier["metadata"] or any(row[k] != earlier[k] for k in row)
        counts = _counts(row)
        broken = bool(row["damage"] or row["processes_failed"])
        row["outcome"] = outcome = outcome_of(row["result"], counts, broken=broken)
        state: State = "stored" if earlier is None else "replaced" if fuller else "merged" if changed else "unchanged"
        if not changed:
            return Stored(run.uuid, state, outcome, tuple(counts), left_out)

        row["received_at"] = received_at
        row["job_id"] = stable_id(row["job"])
        if earlier is not None:
            execute(self._cursor, "remove_facts", {"run_id": earlier["run_id"]})
        row["run_id"] = self._free_id(rows, row, earlier)
        if earlier is not None:
            self._make_room(row, earlier, place, fuller=fuller)
        rows.add_row("runs", **{**row, "uuid": run.uuid.hex})
        for key, value in sorted(metadata.items()):
            rows.add_row("run_metadata", run_id=row["run_id"], key=key, value=value)
        if fuller:
            add_results(rows, row["run_id"], row["job_id"], columns, attributes)
        return Stored(run.uuid, state, outcome, tuple(counts), left_out)

    def _explains_otherwise(self, waiting: _Waiting, earlier: Mapping[str, Any] | None) -> bool:
        """Whether a run without results carries other files than are stored of it: what failed before any test ran, say."""
        columns = waiting.columns
        if earlier is None or not columns.attachments or any(columns.counts) or any(_counts(earlier)):
            return False
        given = [(file.name, file.mime_type, file.content) for _, files in columns.attachments for file in files]
        return given != self._cursor.execute(question("own_attachments"), {"run_id": earlier["run_id"]}).fetchall()

    def _closed_place(self, earlier: Mapping[str, Any] | None) -> _Place | None:
        """Where the results of a stored run lie, if its day is closed."""
        found = earlier and first_row(self._cursor, "closed_place", {"run_id": earlier["run_id"]})
        return _Place(*found) if found else None

    def _make_room(self, row: Mapping[str, Any], earlier: Mapping[str, Any], place: _Place | None, *, fuller: bool) -> None:
        """Removes the stored results of a run for fuller ones, or moves them with its run id and job.

        A closed run that changes so, or whose pipeline changes, is brought back first: counters are by job and pipeline.
        """
        moves = (row["run_id"], row["job_id"]) != (earlier["run_id"], earlier["job_id"])
        if place is not None and (fuller or moves or row["pipeline"] != earlier["pipeline"]):
            asked = {"run_id": earlier["run_id"], "batch": place.batch, "job_id": place.job_id, "number": place.number}
            execute(self._cursor, "reopen_results", asked)
            self._left.setdefault(place.batch, set()).add(place.job_id)
        if fuller:
            execute(self._cursor, "remove_results", {"run_id": earlier["run_id"]})
        elif moves:
            moved = {"run_id": earlier["run_id"], "new_run_id": row["run_id"], "job_id": row["job_id"]}
            execute(self._cursor, "move_results", moved)

    def _free_id(self, rows: Batch, row: dict[str, Any], earlier: dict[str, Any] | None) -> int:
        """The run's identifier; where another run of the same second has it (a chance of 5e-10), the next free one."""
        candidate = run_id_of(row["uuid"], row["started_at"].replace(tzinfo=UTC))
        if earlier is not None and earlier["run_id"] >> RUN_ID_BITS == candidate >> RUN_ID_BITS:
            return int(earlier["run_id"])
        taken = {other["run_id"] for other in rows.rows.get("runs", ())}
        while candidate in taken or first_row(self._cursor, "run_id_taken", {"run_id": candidate}):
            candidate = candidate & ~RUN_ID_MASK | candidate + 1 & RUN_ID_MASK
        return candidate


def _counts(row: Mapping[str, Any]) -> list[int]:
    return [row[word] for word in _STATUS_COLUMNS]


def _is_fuller(waiting: _Waiting, earlier: Mapping[str, Any] | None) -> bool:
    """Whether the results of a run are to be stored, in place of an earlier version's if there is one."""
    if earlier is None:
        return True
    run = waiting.run
    given = _fullness(waiting.columns.counts, run.damage, run.processes_failed)
    return given > _fullness(_counts(earlier), earlier["damage"], earlier["processes_failed"])


def _fullness(counts: Sequence[int], damage: Sequence[str], processes_failed: int) -> tuple[int, int, bool, int]:
    """What makes one version of a run fuller than another: finished results, all results, soundness, failed processes."""
    total = sum(counts)
    return total - counts[Status.INCOMPLETE], total, not damage, processes_failed


def _new_row(run: Run, columns: ResultColumns, received_at: datetime) -> dict[str, Any]:
    """The row of `runs` for a run as it came, its times taken from its results where the CI system gave none.

    `started_at` is the same as `results_at` when nobody gave it: a later version may then know better.
    """
    first = None if columns.zero is None else naive(from_micros(columns.zero))
    last = None if columns.last is None else naive(from_micros(columns.last))
    started_at = naive(run.started_at) or first or received_at
    return {
        "uuid": run.uuid,
        **{name: getattr(run, name) for name in TEXT_FACTS},
        "voting": run.voting,
        "started_at": started_at,
        "ended_at": naive(run.ended_at) or last,
        "results_at": first or received_at,
        **dict(zip(_STATUS_COLUMNS, columns.counts, strict=True)),
        "test_us": columns.test_us,
        "processes_failed": run.processes_failed,
        "damage": list(run.damage),
        "tag_sets": [list(tags) for tags in columns.tag_sets],
    }


def _merge_facts(row: dict[str, Any], run: Run, earlier: Mapping[str, Any], columns: ResultColumns, *, fuller: bool) -> None:
    """Completes the row of a run that was stored before: what is given now wins, then what was stored."""
    for name in TEXT_FACTS:
        row[name] = getattr(run, name) or earlier[name]
    row["voting"] = earlier["voting"] if run.voting is None else run.voting
    if run.started_at:
        row["started_at"] = naive(run.started_at)
    elif not (fuller and columns.zero is not None and earlier["started_at"] == earlier["results_at"]):
        row["started_at"] = earlier["started_at"]  # else it was taken from results, and now there are better ones
    if columns.zero is None:
        row["results_at"] = earlier["results_at"]
    if run.ended_at:
        row["ended_at"] = naive(run.ended_at)
    else:
        row["ended_at"] = max((t for t in (row["ended_at"], earlier["ended_at"]) if t), default=None)


def _insert(cursor: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Inserts an Arrow table whose columns are those of SCHEMAS[table], the order of the schema."""
    cursor.from_arrow(rows).insert_into(table)


def _as_database_error(error: Exception) -> DatabaseError:
    if isinstance(error, DatabaseError):
        return error
    return DatabaseError(f"the run could not be stored: {first_line(error)}")
