"""Questions about runs and about the whole, each a typed function over one file of SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import duckdb
import numpy as np

from gatehealth import __version__
from gatehealth.model import (
    FACT_KEYS,
    MESSAGE_LENGTH,
    TEXT_FACTS,
    Attachment,
    Outcome,
    Result,
    Run,
    Status,
    stable_id,
    to_micros,
)
from gatehealth.store.asking import ANY, Asking, Filters, Metadata, Row
from gatehealth.store.buckets import buckets_of
from gatehealth.store.database import Database
from gatehealth.store.questions import many
from gatehealth.store.shapes import after, failed_result, run_summary, seconds_of

OUTCOME_SERIES = ("passed", "failed", "infra", "ignored")  # by the number of the outcome


@dataclass(frozen=True, slots=True)
class RunRow:
    """A stored run: its row of the table `runs`, moments with their zone."""

    run_id: int
    uuid: UUID
    row: Row


class Reader:
    """Answers questions about runs and about the whole. May be used from any thread."""

    def __init__(self, database: Database, asking: Asking) -> None:
        self._database = database
        self._rows = asking.rows
        self._columns = asking.columns

    def status(self) -> Row:
        """Counts, sizes and the newest runs."""
        newest = self._rows("newest_runs")
        for row in newest:
            row["uuid"] = row["uuid"].hex
        return {
            "version": __version__,
            "schema_version": self._database.schema_version,
            "database": self._database.path.name,
            "database_bytes": self._database.size(),
            **self._rows("status")[0],
            "newest_run": newest[0] if newest else None,
            "pipelines": newest,
            "now": datetime.now(UTC),
        }

    def holdings(self) -> Row:
        """Where results lie, and what room the database takes and has; a part of schemas.status.StoreStatus."""
        return {
            "database_bytes": self._database.size(),
            "disk_free_bytes": self._database.free_bytes(),
            **self._rows("holdings")[0],
        }

    def pattern_error(self, pattern: str) -> str | None:
        """What is wrong with a regular expression, None when it can be asked for."""
        try:
            self._rows("match_pattern", {"q": pattern})
        except duckdb.Error as error:
            return str(error).partition("Error: ")[2].strip().partition("\n")[0]
        return None

    def keys(self) -> tuple[list[str], list[str]]:
        """What runs can be grouped by: the facts, and the free metadata keys seen so far."""
        return list(FACT_KEYS), [row["key"] for row in self._rows("metadata_keys") if row["key"] not in FACT_KEYS]

    def values(self, filters: Filters) -> dict[str, list[str]]:
        """The values of each fact that filters offer, most used first."""
        found: dict[str, list[str]] = {fact: [] for fact in ("project", "pipeline", "branch", "job", "provider")}
        for row in self._rows("values", filters.parameters()):
            found[row["fact"]].append(row["value"])
        return found

    def groups(
        self,
        key: str,
        resolution: str,
        filters: Filters,
        q: str | None,
        limit: int,
        meta: Metadata = ANY,
        *,
        series: Sequence[str] = OUTCOME_SERIES,
    ) -> Row:
        """Runs by the value of one metadata key, each value with the series wanted; the shape is schemas.overview.Groups."""
        buckets = buckets_of(filters, resolution)
        asked = {**filters.parameters(), **meta.parameters(), "key": key, "q": q}
        groups = self._rows("groups", {**asked, "limit": limit})
        groups_total = [group.pop("groups_total") for group in groups]
        totals = np.zeros((len(OUTCOME_SERIES), buckets.size), np.int64)
        counts = np.zeros((len(groups), len(series), buckets.size), np.int64)
        if groups:
            outcomes = [OUTCOME_SERIES.index(name) for name in series]
            wanted = {"values": many(group["value"] for group in groups), "outcomes": outcomes}
            found = self._columns("group_series", {**asked, **wanted, "width_us": buckets.width_us})
            place, outcome, bucket, runs = (found[name] for name in ("place", "outcome", "bucket", "runs"))
            bucket -= buckets.first
            np.add.at(totals, (outcome, bucket), runs)
            for at, code in enumerate(outcomes):
                of = (place > 0) & (outcome == code)
                counts[place[of] - 1, at, bucket[of]] = runs[of]
        return {
            "key": key,
            "since": filters.since,
            "until": filters.until,
            "resolution": resolution,
            "times": buckets.times,
            "totals": dict(zip(OUTCOME_SERIES, totals.tolist(), strict=True)),
            "groups": [
                {**_rated(group), "series": dict(zip(series, counts[at].tolist(), strict=True))}
                for at, group in enumerate(groups)
            ],
            "groups_total": max(groups_total, default=0),
        }

    def runs(
        self, filters: Filters, q: str | None, outcomes: Iterable[str] | None, limit: int, meta: Metadata = ANY
    ) -> list[Row]:
        """The newest runs of the period; `outcomes` are words, any of which will do."""
        return [run_summary(run) for run in self._run_rows(filters, q, outcomes, limit, meta)]

    def _run_rows(
        self, filters: Filters, q: str | None, outcomes: Iterable[str] | None, limit: int, meta: Metadata = ANY
    ) -> list[Row]:
        codes = None if outcomes is None else [int(Outcome[word.upper()]) for word in outcomes]
        asked = {**filters.parameters(), **meta.parameters(), "q": q, "outcomes": codes, "limit": limit}
        return self._rows("runs", asked)

    def recent_failures(self, filters: Filters, limit: int) -> list[Row]:
        """The newest failed runs, newest first, each with the results that failed or never ended (50 at most)."""
        runs = self._run_rows(filters, None, ["fail"], limit)
        failed: dict[int, list[Row]] = {run["run_id"]: [] for run in runs}
        zero = {run["run_id"]: run["results_at"] for run in runs}
        for row in self._rows("failed_results", {"run_ids": many(failed)}):
            failed[row["run_id"]].append(failed_result(row, zero[row["run_id"]]))
        return [{"run": run_summary(run), "failed": failed[run["run_id"]]} for run in runs]

    def run(self, uuid: UUID) -> RunRow | None:
        """One run, None when it is not known."""
        rows = self._rows("run", {"uuid": uuid})
        return RunRow(rows[0]["run_id"], rows[0]["uuid"], rows[0]) if rows else None

    def neighbours(self, run: RunRow, before: int, after: int) -> list[Row]:
        """The run among those of its job that started just before and after it, newest first."""
        asked = {"job_id": run.row["job_id"], "run_id": run.run_id, "before": before, "after": after}
        return [run_summary(row) for row in self._rows("neighbouring_runs", asked)]

    def attempts(self, run: RunRow) -> list[Row]:
        """The run among the attempts at the same (RETRY builds and what came of them), in the order of their start."""
        asked = {name: run.row[name] for name in ("run_id", "job_id", "buildset", "project", "change", "patchset", "ref")}
        return [run_summary(row) for row in self._rows("run_attempts", asked)]

    def facts(self, run: RunRow) -> Row:
        """Everything known of one run but for its results; the shape is schemas.runs.RunFacts."""
        row = run.row
        return {
            **run_summary(row),
            **{name: row[name] for name in ("ref", "ref_url", "buildset", "ended_at", "received_at")},
            "test_seconds": row["test_us"] / 1e6,
            "complete": not row["damage"] and not row["incomplete"],
            "damage": row["damage"],
            "processes_failed": row["processes_failed"],
            "metadata": self._metadata(run),
            "attachments": next(iter(self._rows("count_run_attachments", {"run_id": run.run_id})[0].values())),
        }

    def _metadata(self, run: RunRow) -> dict[str, str]:
        return {row["key"]: row["value"] for row in self._rows("run_metadata", {"run_id": run.run_id})}

    def results(self, run: RunRow, test: str | None = None) -> dict[str, list[Any]]:
        """All results of a run, or those of one test, in columns, by start; the shape is schemas.runs.Results."""
        zero, tag_sets = run.row["results_at"], run.row["tag_sets"]
        rows = self._rows("run_results", {"run_id": run.run_id, "test_id": None if test is None else stable_id(test)})
        return {
            "test": [row["test"] for row in rows],
            "attempt": [row["attempt"] for row in rows],
            "status": [Status(row["status"]).word for row in rows],
            "started_at": [None if row["end_only"] else after(zero, row["start_us"]) for row in rows],
            "seconds": [seconds_of(row["duration_us"]) for row in rows],
            "worker": [_worker(tag_sets[row["tags"]]) for row in rows],
            "tags": [tag_sets[row["tags"]] for row in rows],
            "attributes": [row["attributes"] for row in rows],
            "message": [row["message"] or _one_line(row["reason"]) for row in rows],
            "attachments": [row["attachments"] for row in rows],
        }

    def attachments(self, run: RunRow, test: str | None, attempt: int) -> list[Row]:
        """The files of one result, or those of the run itself when `test` is None."""
        test_id = None if test is None else stable_id(test)
        rows = self._rows("result_attachments", {"run_id": run.run_id, "test_id": test_id, "attempt": attempt})
        found = []
        for row in rows:
            attachment = Attachment(row["name"], row["mime_type"], row["content"], row["bytes"])
            found.append(
                {
                    "name": attachment.name,
                    "mime_type": attachment.mime_type,
                    "bytes": attachment.size,
                    "cut": attachment.size > len(attachment.content),
                    "text": attachment.text() if attachment.is_text else None,
                }
            )
        return found

    def load(self, run: RunRow) -> Run:
        """The run as the model has it, with its results and all their files: what an export is written from."""
        row, zero = run.row, to_micros(run.row["results_at"])
        files: dict[tuple[str | None, int], list[Attachment]] = {}
        for each in self._rows("run_attachments", {"run_id": run.run_id}):
            attachment = Attachment(each["name"], each["mime_type"], each["content"], each["bytes"])
            files.setdefault((each["test"], each["attempt"]), []).append(attachment)
        results = []
        for each in self._rows("run_results", {"run_id": run.run_id, "test_id": None}):
            at = None if each["start_us"] is None else zero + each["start_us"]
            ended = at if each["end_only"] else None if each["duration_us"] is None else (at or 0) + each["duration_us"]
            results.append(
                Result(
                    test=each["test"],
                    status=Status(each["status"]),
                    attempt=each["attempt"],
                    started_at=None if each["end_only"] else at,
                    ended_at=ended,
                    tags=tuple(row["tag_sets"][each["tags"]]),
                    attributes=each["attributes"],
                    attachments=files.get((each["test"], each["attempt"]), []),
                )
            )
        facts = {name: row[name] for name in ("uuid", "voting", "started_at", "ended_at", "damage", "processes_failed")}
        facts |= {name: row[name] for name in TEXT_FACTS}
        return Run(**facts, metadata=self._metadata(run), results=results, attachments=files.get((None, 0), []))


def _worker(tags: Iterable[str]) -> str:
    return next((tag for tag in tags if tag.startswith("worker-")), "")


def _one_line(text: bytes | None) -> str:
    return (text or b"").decode("utf-8", "replace").strip().partition("\n")[0][:MESSAGE_LENGTH]


def _rated(row: Row) -> Row:
    """A row of counts by outcome with its failure rate, and the n that the rate is of."""
    n = row["passed"] + row["failed"]
    return {**row, "n": n, "failure_rate": row["failed"] / n if n else None}
