"""Puts a simulated gate straight into a store: blocks of runs as Arrow tables, without a Run or a Result being made."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa

from gatehealth.formats.names import unfinished
from gatehealth.model import Result, Status, day_of, message_of
from gatehealth.simulate import names
from gatehealth.simulate.gate import Gate
from gatehealth.simulate.outcomes import Columns, Happened
from gatehealth.simulate.results import ResultRows
from gatehealth.simulate.texts import skip
from gatehealth.simulate.views import WORKER_TAGS, attachments_of, facts_of, metadata_of, tag_sets_of
from gatehealth.store.columns import EXPLAINED, SCHEMAS
from gatehealth.store.writer import Writer

BLOCK_RESULTS = 250_000  # in one transaction: some 30 MB of Arrow
BLOCKS_AHEAD = 12  # made and not inserted yet
CLOSE_RESULTS = 1_000_000  # of days that are whole: fewer are left to whoever uses the database

Progress = Callable[[int, int], None]
_EXPLAINED = np.isin(np.arange(len(Status)), [int(status) for status in EXPLAINED])
_STATUSES = tuple(Status)
_COUNTS = tuple(status.word for status in Status)  # columns of `runs`


class FillError(Exception):
    """The store cannot be filled; the message is one line that says why and what to do."""


def fill(gate: Gate, writer: Writer, progress: Progress | None = None, *, block_results: int = BLOCK_RESULTS) -> int:
    """Puts all runs of a gate into an empty store; gives the number of its runs.

    What is stored is what ingesting Gate.streams() stores, but for `received_at`, which lies shortly after each run's
    end instead of now. A large gate's days are closed as soon as they are whole, as a server would have done, so that the
    file does not grow to twice its size. `progress` is called with the runs done and about how many there will be; the last
    call has both equal.
    Raises FillError when runs are stored already: the tables are inserted as they are, and nothing is looked up.
    """
    if writer.data_version:
        raise FillError("the database holds runs already; a simulated gate wants an empty one")
    done = open_results = 0
    day = -1

    def insert(tables: Mapping[str, pa.Table], *, closes: bool) -> None:
        if closes:
            writer.compact(in_haste=True)
        writer.fill(tables)

    with ThreadPoolExecutor(1, "fill") as executor:
        pending: deque[Future[None]] = deque()  # blocks are made while others are inserted, and days closed
        for tables in blocks(gate, block_results):
            of_block = day_of(tables["runs"]["run_id"][0].as_py())
            closes = of_block != day and open_results >= CLOSE_RESULTS
            day, open_results = of_block, (0 if closes else open_results) + len(tables.get("results", ()))
            pending.append(executor.submit(insert, tables, closes=closes))
            if len(pending) > BLOCKS_AHEAD:
                pending.popleft().result()
            done += len(tables["runs"])
            if progress is not None:
                progress(done, max(gate.expected_runs(), done))
        for block in pending:
            block.result()
    if progress is not None:
        progress(done, done)
    return done


def blocks(gate: Gate, block_results: int = BLOCK_RESULTS) -> Iterator[Mapping[str, pa.Table]]:
    """A gate as tables of store.columns.SCHEMAS: each block has whole runs of one day (UTC) with about so many results, in
    time order.

    A test stands in `tests` of the first block that has a result of it.
    """
    block = _Block(gate, block_results)
    day = -1
    for happened in gate.happenings():
        of_run = day_of(happened.planned.run_id)
        if block.runs and (block.results >= block_results or of_run != day):
            yield block.finish()
        day = of_run
        block.add(happened)
    if block.runs:
        yield block.finish()


class _Block:
    """Runs gathered for one transaction, as lists of what few rows have and as arrays of what many have."""

    def __init__(self, gate: Gate, block_results: int) -> None:
        self._gate = gate
        self._stored = np.zeros(len(gate.world.tests), np.bool_)
        self._reasons = pa.array([skip(reason)[0].content for reason in names.SKIP_REASONS], pa.binary())
        self._skip = skip("")[0]
        most = max(len(job.lineup.tests) for job in gate.world.jobs)
        self._results = ResultRows(gate.world, min(block_results, BLOCK_RESULTS) + 2 * most)
        self._start()

    def _start(self) -> None:
        # All tables but `results` have few rows, kept as lists of plain values.
        few = ("run_metadata", "failures", "attachments")
        self.rows: dict[str, dict[str, list[Any]]] = {table: {name: [] for name in SCHEMAS[table].names} for table in few}
        self.runs: list[dict[str, Any]] = []

    @property
    def results(self) -> int:
        """How many results were gathered."""
        return self._results.count

    def add(self, happened: Happened) -> None:
        """Adds one run."""
        world, planned, columns, counts = self._gate.world, happened.planned, happened.columns, happened.counts
        job = world.jobs[planned.job]
        tag_sets: list[tuple[str, ...]] = []
        damage: list[str] = []
        test_us = 0
        if columns is not None:
            workers, tags = tag_sets_of(columns)
            tag_sets = [WORKER_TAGS[worker] for worker in workers]
            self._results.add(planned.run_id, job.job_id, columns, tags)
            test_us = int(columns.duration_us.sum())
            if counts[Status.INCOMPLETE]:
                test_us += counts[Status.INCOMPLETE]  # their duration stands as -1
                open_ = columns.test[columns.status == Status.INCOMPLETE].tolist()
                damage = unfinished([Result(world.tests[at].name, Status.INCOMPLETE) for at in open_])
            if any(counts[status] for status in EXPLAINED):
                for row in np.flatnonzero(_EXPLAINED[columns.status]).tolist():
                    self._explain(happened, columns, row)
        run = {
            **facts_of(world, happened),
            **dict(zip(_COUNTS, counts, strict=True)),
            "run_id": planned.run_id,
            "uuid": planned.uuid.hex,
            "job_id": job.job_id,
            "voting": job.voting,
            "outcome": int(happened.outcome),
            "started_at": planned.started_at,
            "ended_at": happened.ended_at,
            "received_at": happened.received_at,
            "results_at": happened.results_at,
            "test_us": test_us,
            "processes_failed": 0,
            "damage": damage,
            "tag_sets": tag_sets,
        }
        self.runs.append(run)
        for key, value in metadata_of(world, happened).items():
            _append(self.rows["run_metadata"], run_id=planned.run_id, key=key, value=value)

    def _explain(self, happened: Happened, columns: Columns, row: int) -> None:
        """Adds the row in `failures`, and the attachments, of a result that did not plainly pass."""
        gate, run_id = self._gate, happened.planned.run_id
        at, attempt = int(columns.test[row]), int(columns.attempt[row])
        test_id, status = int(gate.world.test_ids[at]), _STATUSES[columns.status[row]]
        carried = attachments_of(gate.world, gate.faults, happened, row)
        duration = int(columns.duration_us[row])
        _append(
            self.rows["failures"],
            run_id=run_id,
            job_id=gate.world.jobs[happened.planned.job].job_id,
            test_id=test_id,
            status=int(status),
            attempt=attempt,
            start_us=int(columns.start_us[row]),
            duration_us=None if duration < 0 else duration,
            message=message_of(Result("", status, attachments=carried)),
        )
        for position, attachment in enumerate(carried):
            _append(
                self.rows["attachments"],
                run_id=run_id,
                test_id=test_id,
                attempt=attempt,
                position=position,
                name=attachment.name,
                mime_type=attachment.mime_type,
                bytes=attachment.size,
                content=attachment.content,
            )

    def finish(self) -> Mapping[str, pa.Table]:
        """The tables of what was gathered; the next block begins."""
        runs = {name: [run[name] for run in self.runs] for name in SCHEMAS["runs"].names}
        tables = {"runs": _table("runs", runs)}
        tables |= {table: _table(table, columns) for table, columns in self.rows.items()}
        if self.results:
            tables["attachments"] = pa.concat_tables([tables["attachments"], self._skips()])
            tables["tests"] = self._new_tests()
            tables["results"] = self._results.finish()
        self._start()
        return {table: rows for table, rows in tables.items() if len(rows)}

    def _skips(self) -> pa.Table:
        """The reasons of skipped results: too many to be made one by one."""
        results = self._results
        rows = np.flatnonzero(results.column("status") == Status.SKIP)
        content = self._reasons.take(pa.array(self._gate.world.reasons[results.tests[rows]]))
        count = len(rows)
        return _table(
            "attachments",
            {
                **{name: results.column(name)[rows] for name in ("run_id", "test_id", "attempt")},
                "position": np.zeros(count, np.uint32),
                "name": pa.repeat(self._skip.name, count),
                "mime_type": pa.repeat(self._skip.mime_type, count),
                "bytes": pa.compute.binary_length(content).cast(pa.int64()),
                "content": content,
            },
        )

    def _new_tests(self) -> pa.Table:
        """The rows of tests that no block before had."""
        world = self._gate.world
        seen = np.zeros(len(self._stored), np.bool_)
        seen[self._results.tests] = True
        fresh = np.flatnonzero(seen & ~self._stored)
        self._stored |= seen
        chosen = [world.tests[at] for at in fresh.tolist()]
        return _table(
            "tests",
            {
                "test_id": world.test_ids[fresh],
                "name": [test.name for test in chosen],
                "attributes": [test.attributes for test in chosen],
            },
        )


def _append(rows: dict[str, list[Any]], **values: Any) -> None:
    for name, value in values.items():
        rows[name].append(value)


def _table(table: str, columns: Mapping[str, Any]) -> pa.Table:
    """Columns as a table of the store, in the order of its schema; times may be whole microseconds."""
    schema = SCHEMAS[table]
    return pa.Table.from_arrays([_array(columns[name], schema.field(name).type) for name in schema.names], schema=schema)


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    if isinstance(values, pa.Array):
        return values
    if pa.types.is_timestamp(kind):
        return pa.array(values, pa.int64()).cast(kind)
    return pa.array(values, None if isinstance(values, np.ndarray) else kind).cast(kind)
