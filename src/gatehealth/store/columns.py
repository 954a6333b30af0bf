"""Runs as columns: the Arrow tables that a transaction inserts, one for each table of the schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from gatehealth.model import FAILED, Attachment, Run, Status, message_of, stable_id

_US = pa.timestamp("us")
_TEXT = pa.string()
_OF_A_RESULT = [
    ("run_id", pa.int64()),
    ("job_id", pa.int64()),
    ("test_id", pa.int64()),
    ("status", pa.uint8()),
    ("attempt", pa.uint32()),
    ("start_us", pa.int64()),
    ("duration_us", pa.int64()),
]

# The columns of each table, in the order of the schema. The simulated gate fills the same tables.
SCHEMAS: Mapping[str, pa.Schema] = {
    "runs": pa.schema(
        [
            ("run_id", pa.int64()),
            ("uuid", _TEXT),
            ("job_id", pa.int64()),
            *((name, _TEXT) for name in ("job", "project", "pipeline", "branch", "change", "patchset")),
            *((name, _TEXT) for name in ("ref", "ref_url", "buildset", "provider")),
            ("voting", pa.bool_()),
            ("result", _TEXT),
            ("outcome", pa.uint8()),
            ("log_url", _TEXT),
            *((name, _US) for name in ("started_at", "ended_at", "received_at", "results_at")),
            *((status.word, pa.uint32()) for status in Status),
            ("test_us", pa.int64()),
            ("processes_failed", pa.uint32()),
            ("damage", pa.list_(_TEXT)),
            ("tag_sets", pa.list_(pa.list_(_TEXT))),
        ]
    ),
    "run_metadata": pa.schema([("run_id", pa.int64()), ("key", _TEXT), ("value", _TEXT)]),
    "tests": pa.schema([("test_id", pa.int64()), ("name", _TEXT), ("attributes", _TEXT)]),
    "results": pa.schema([*_OF_A_RESULT, ("end_only", pa.bool_()), ("tags", pa.uint32())]),
    "result_attributes": pa.schema(
        [("run_id", pa.int64()), ("test_id", pa.int64()), ("attempt", pa.uint32()), ("attributes", _TEXT)]
    ),
    "failures": pa.schema([*_OF_A_RESULT, ("message", _TEXT)]),
    "attachments": pa.schema(
        [
            ("run_id", pa.int64()),
            ("test_id", pa.int64()),
            ("attempt", pa.uint32()),
            ("position", pa.uint32()),
            ("name", _TEXT),
            ("mime_type", _TEXT),
            ("bytes", pa.int64()),
            ("content", pa.binary()),
        ]
    ),
}

EXPLAINED = FAILED | {Status.XFAIL, Status.INCOMPLETE}  # what has a row in `failures`
_NO_CUT = 2**63


@dataclass(slots=True)
class ResultColumns:
    """The results of one run in columns, before the run has an identifier. Times are relative to `zero`."""

    test: list[str]
    test_id: list[int]
    attributes: list[str]
    status: list[int]
    attempt: list[int]
    start_us: list[int | None]
    duration_us: list[int | None]
    end_only: list[bool]
    tags: list[int]
    tag_sets: list[tuple[str, ...]]
    zero: int | None  # microseconds since 1970 of the first time seen; None when no result has a time
    last: int | None  # the same of the last time seen
    counts: list[int]  # by Status
    test_us: int
    failures: list[tuple[int, str]]  # position in the columns, message
    attachments: list[tuple[int, list[Attachment]]]  # position in the columns (-1: the run itself), what is kept


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept of attachments."""

    limit: int = _NO_CUT  # bytes of one
    passing: bool = False  # those of passing results too


_ids: dict[str, int] = {}  # test names hashed before; a gate's names repeat from run to run


def _test_id(name: str) -> int:
    if len(_ids) > 500_000:
        _ids.clear()
    identifier = _ids[name] = stable_id(name)
    return identifier


def result_columns(run: Run, keeping: Keeping) -> ResultColumns:
    """The results of a run, turned into columns in one pass: this is on the path of every result that is ever stored."""
    results = run.results
    times = [t for r in results for t in (r.started_at, r.ended_at) if t is not None]
    zero = min(times) if times else None
    base = zero or 0
    ids = _ids
    columns = ResultColumns(
        test=[r.test for r in results],
        test_id=[ids.get(r.test) or _test_id(r.test) for r in results],
        attributes=[r.attributes for r in results],
        status=[r.status for r in results],
        attempt=[r.attempt for r in results],
        start_us=[],
        duration_us=[],
        end_only=[False] * len(results),
        tags=[],
        tag_sets=[],
        zero=zero,
        last=max(times) if times else None,
        counts=[0] * len(Status),
        test_us=0,
        failures=[],
        attachments=[],
    )
    positions: dict[tuple[str, ...], int] = {}
    counts = columns.counts
    add_start, add_duration, add_tags = columns.start_us.append, columns.duration_us.append, columns.tags.append
    for position, result in enumerate(results):
        started, ended, status = result.started_at, result.ended_at, result.status
        counts[status] += 1
        duration: int | None = None
        if started is None:
            add_start(None if ended is None else ended - base)
            columns.end_only[position] = ended is not None
        else:
            add_start(started - base)
            if ended is not None:
                duration = ended - started
                columns.test_us += duration
        add_duration(duration)
        tag_set = positions.get(result.tags)
        if tag_set is None:
            tag_set = positions[result.tags] = len(columns.tag_sets)
            columns.tag_sets.append(result.tags)
        add_tags(tag_set)
        if status in EXPLAINED:
            columns.failures.append((position, message_of(result)))
        if result.attachments and (keeping.passing or status is not Status.SUCCESS):
            columns.attachments.append((position, [_cut(a, keeping.limit) for a in result.attachments]))
    if run.attachments:
        columns.attachments.append((-1, [_cut(a, keeping.limit) for a in run.attachments]))
    return columns


def _cut(attachment: Attachment, limit: int) -> Attachment:
    if len(attachment.content) <= limit:
        return attachment
    return Attachment(attachment.name, attachment.mime_type, attachment.content[:limit], attachment.size)


@dataclass(slots=True)
class Batch:
    """Rows of several runs, gathered for one transaction."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    tables: dict[str, list[pa.Table]] = field(default_factory=dict)

    def add_row(self, table: str, **values: Any) -> None:
        """Adds one row; for tables with few rows a run."""
        self.rows.setdefault(table, []).append(values)

    def add_columns(self, table: str, columns: Mapping[str, Any]) -> None:
        """Adds rows as columns, in the order of the schema."""
        schema = SCHEMAS[table]
        arrays = [pa.array(columns[name], type=schema.field(name).type) for name in schema.names]
        self.tables.setdefault(table, []).append(pa.Table.from_arrays(arrays, schema=schema))

    def finish(self) -> dict[str, pa.Table]:
        """All rows, a table each."""
        for table, rows in self.rows.items():
            self.tables.setdefault(table, []).append(pa.Table.from_pylist(rows, schema=SCHEMAS[table]))
        return {table: pa.concat_tables(parts) for table, parts in self.tables.items()}


def add_results(batch: Batch, run_id: int, job_id: int, columns: ResultColumns, attributes: Mapping[int, str]) -> None:
    """Adds the results of a run, its failures and its attachments to a batch.

    `attributes` are those stored with each test; a result that has others is noted with its own.
    """
    count = len(columns.test)
    for at, (test_id, own) in enumerate(zip(columns.test_id, columns.attributes, strict=True)):
        if own != attributes[test_id]:
            batch.add_row("result_attributes", run_id=run_id, test_id=test_id, attempt=columns.attempt[at], attributes=own)
    if count:
        batch.add_columns(
            "results",
            {
                "run_id": pa.repeat(pa.scalar(run_id, pa.int64()), count),
                "job_id": pa.repeat(pa.scalar(job_id, pa.int64()), count),
                "test_id": columns.test_id,
                "status": columns.status,
                "attempt": columns.attempt,
                "start_us": columns.start_us,
                "duration_us": columns.duration_us,
                "end_only": columns.end_only,
                "tags": columns.tags,
            },
        )
    for at, message in columns.failures:
        batch.add_row(
            "failures",
            run_id=run_id,
            job_id=job_id,
            test_id=columns.test_id[at],
            status=columns.status[at],
            attempt=columns.attempt[at],
            start_us=None if columns.end_only[at] else columns.start_us[at],
            duration_us=columns.duration_us[at],
            message=message,
        )
    for at, attachments in columns.attachments:
        for position, attachment in enumerate(attachments):
            batch.add_row(
                "attachments",
                run_id=run_id,
                test_id=columns.test_id[at] if at >= 0 else None,
                attempt=columns.attempt[at] if at >= 0 else 0,
                position=position,
                name=attachment.name,
                mime_type=attachment.mime_type,
                bytes=attachment.size,
                content=attachment.content,
            )


def naive(moment: datetime | None) -> datetime | None:
    """A moment as the database keeps it: UTC, without a zone."""
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)
