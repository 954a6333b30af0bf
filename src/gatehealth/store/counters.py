"""Counters: what the results of a batch come to, by job, test and pipeline. They stay when the results go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from gatehealth.store.questions import execute, many, question


def count(cursor: duckdb.DuckDBPyConnection, batch: int, step_results: int) -> Iterator[None]:
    """Counts a batch that has no counters yet, some jobs with about `step_results` results a step; yields after each."""
    jobs: list[int] = []
    gathered = 0
    for job, results in cursor.execute(question("batch_jobs"), {"batch": batch}).fetchall():
        if jobs and gathered + results > step_results:
            execute(cursor, "count_jobs", {"batch": batch, "jobs": many(jobs)})
            yield
            jobs, gathered = [], 0
        jobs.append(job)
        gathered += results
    execute(cursor, "count_jobs", {"batch": batch, "jobs": many(jobs)})
    yield
    execute(cursor, "count_tests", {"batch": batch})
    yield


def recount(cursor: duckdb.DuckDBPyConnection, batch: int, jobs: Sequence[int]) -> None:
    """Counts some jobs of a batch anew, because runs left it; part of the transaction in which they leave."""
    execute(cursor, "remove_counters", {"batch": batch, "jobs": many(jobs)})
    execute(cursor, "count_jobs", {"batch": batch, "jobs": many(jobs)})
    execute(cursor, "count_tests", {"batch": batch})
