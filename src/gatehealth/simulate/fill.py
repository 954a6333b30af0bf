"""Puts a simulated gate straight into a store: blocks of runs as Arrow tables, without a Run or a Result being made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa

from gatehealth.formats.names import unfinished
from gatehealth.model import Result, Status, message_of
from gatehealth.simulate import names
from gatehealth.simulate.gate import Gate
from gatehealth.simulate.outcomes import Columns, Happened
from gatehealth.simulate.texts import skip
from gatehealth.simulate.views import WORKER_TAGS, attachments_of, facts_of, metadata_of, tag_sets_of
from gatehealth.store.columns import EXPLAINED, SCHEMAS
from gatehealth.store.writer import Writer

BLOCK_RESULTS = 250_000  # in one transaction: some 30 MB of Arrow

Progress = Callable[[int, int], None]
_EXPLAINED = np.isin(np.arange(len(Status)), [int(status) for status in EXPLAINED])
_STATUSES = tuple(Status)


class FillError(Exception):
    """The store cannot be filled; the message is one line that says why and what to do."""


def fill(gate: Gate, writer: Writer, progress: Progress | None = None, *, block_results: int = BLOCK_RESULTS) -> int:
    """Puts all runs of a gate into an empty store; gives the number of its runs.

    What is stored is what ingesting Gate.streams() stores, but for `received_at`, which lies shortly after each run's
    end instead of now. `progress` is called with the runs done and about how many there will be; the last call has both equal.
    Raises FillError when runs are stored already: the tables are inserted as they are, and nothing is looked up.
    """
    if writer.data_version:
        raise FillError("the database holds runs already; a simulated gate wants an empty one")
    done = 0
    with ThreadPoolExecutor(1, "fill") as executor:  # one block is inserted while the next is made
        pending: Future[None] | None = None
        for tables in blocks(gate, block_results):
            if pending is not None:
                pending.result()
            pending = executor.submit(writer.fill, tables)
            done += len(tables["runs"])
            if progress is not None:
                progress(done, max(gate.expected_runs(), done))
        if pending is not None:
            pending.result()
    if progress is not None:
        progress(done, done)
    return done


def blocks(gate: Gate, block_results: int = BLOCK_RESULTS) -> Iterator[Mapping[str, pa.Table]]:
    """A gate as tables of store.columns.SCHEMAS: each block has whole runs with about so many results, in time order.

    A test stands in `tests` of the first block that has a result of it.
    """
    block = _Block(gate)
    for happened in gate.happenings():
        block.add(happened)
        if block.results >= block_results:
            yield block.finish()
    if block.rows["runs"]["run_id"]:
        yield block.finish()


class _Block:
    """Runs gathered for one transaction, as lists of what few rows have and as arrays of what many have."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._stored = np.zeros(len(gate.world.tests), np.bool_)
        self._reasons = pa.array([skip(reason)[0].content for reason in names.SKIP_REASONS], pa.binary())
        self._skip = skip("")[0]
        self._start()

    def _start(self) -> None:
        self.results = 0
        # The rest of the tables are few rows, kept as lists of plain values.
        few = ("runs", "run_metadata", "failures", "attachments")
        self.rows: dict[str, dict[str, list[Any]]] = {table: {name: [] for name in SCHEMAS[table].names} for table in few}
        self._ids: list[tuple[int, int, int]] = []  # run, job, results: of the runs that have results
        self._columns: list[Columns] = []
        self._tags: list[np.ndarray[Any, np.dtype[np.int64]]] = []

    def add(self, happened: Happened) -> None:
        """Adds one run."""
        world, planned, columns = self._gate.world, happened.planned, happened.columns
        job = world.jobs[planned.job]
        tag_sets: list[tuple[str, ...]] = []
        damage: list[str] = []
        test_us = 0
        if columns is not None:
            workers, tags = tag_sets_of(columns)
            tag_sets = [WORKER_TAGS[worker] for worker in workers]
            self._ids.append((planned.run_id, job.job_id, len(tags)))
            self._columns.append(columns)
            self._tags.append(tags)
            self.results += len(tags)
            test_us = int(columns.duration_us.sum())
            explained = np.flatnonzero(_EXPLAINED[columns.status]).tolist()
            if happened.counts[Status.INCOMPLETE]:
                test_us += happened.counts[Status.INCOMPLETE]  # their duration stands as -1
                open_ = columns.test[columns.status == Status.INCOMPLETE].tolist()
                damage = unfinished([Result(world.tests[at].name, Status.INCOMPLETE) for at in open_])
            for row in explained:
                self._explain(happened, columns, row)
        _append(
            self.rows["runs"],
            **facts_of(world, happened),
            **{status.word: happened.counts[status] for status in Status},
            run_id=planned.run_id,
            uuid=planned.uuid.hex,
            job_id=job.job_id,
            voting=job.voting,
            outcome=int(happened.outcome),
            started_at=planned.started_at,
            ended_at=happened.ended_at,
            received_at=happened.received_at,
            results_at=happened.results_at,
            test_us=test_us,
            processes_failed=0,
            damage=damage,
            tag_sets=tag_sets,
        )
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
        tables = {table: _table(table, columns) for table, columns in self.rows.items()}
        if self._columns:
            many = self._many()
            tables["attachments"] = pa.concat_tables([tables["attachments"], self._skips(many)])
            tables["tests"] = self._new_tests(many["test"])
            many["test_id"] = self._gate.world.test_ids[many["test"]]
            duration = pa.array(many["duration_us"], pa.int64(), mask=many["duration_us"] < 0)
            tables["results"] = _table("results", {**many, "duration_us": duration})
        self._start()
        return {table: rows for table, rows in tables.items() if len(rows)}

    def _many(self) -> dict[str, Any]:
        """All results of the block, an array a column."""
        sizes = [size for *_, size in self._ids]
        joined = {
            name: np.concatenate([getattr(columns, name) for columns in self._columns])
            for name in ("test", "status", "attempt", "start_us", "duration_us")
        }
        return {
            **joined,
            "run_id": np.repeat(np.array([run_id for run_id, *_ in self._ids], np.int64), sizes),
            "job_id": np.repeat(np.array([job_id for _, job_id, _ in self._ids], np.int64), sizes),
            "end_only": np.zeros(len(joined["test"]), np.bool_),
            "tags": np.concatenate(self._tags),
        }

    def _skips(self, many: Mapping[str, Any]) -> pa.Table:
        """The reasons of skipped results: too many to be made one by one."""
        world = self._gate.world
        rows = np.flatnonzero(many["status"] == Status.SKIP)
        tests, count = many["test"][rows], len(rows)
        content = self._reasons.take(pa.array(world.reasons[tests]))
        return _table(
            "attachments",
            {
                "run_id": many["run_id"][rows],
                "test_id": world.test_ids[tests],
                "attempt": many["attempt"][rows],
                "position": np.zeros(count, np.uint32),
                "name": pa.repeat(self._skip.name, count),
                "mime_type": pa.repeat(self._skip.mime_type, count),
                "bytes": pa.compute.binary_length(content).cast(pa.int64()),
                "content": content,
            },
        )

    def _new_tests(self, tests: np.ndarray[Any, np.dtype[np.int64]]) -> pa.Table:
        """The rows of tests that no block before had."""
        world = self._gate.world
        seen = np.zeros(len(self._stored), np.bool_)
        seen[tests] = True
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
