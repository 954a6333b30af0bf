"""Tells runs by suites: a run is what runs like it give, and how it differs from that.

Results that lie by test cannot be counted quickly under a filter of runs that counters do not know: all would be read. But the
runs of a job give the same results again and again, so those of a thousand runs are a suite, a thousand times, and some
deviations. Both are few, and what any runs come to is summed in about the time that it takes to find the runs. It is exact
whichever run a suite is made of; a good choice makes the deviations few.
"""

from __future__ import annotations

import duckdb

from gatehealth.store.compaction import Work, test_slices
from gatehealth.store.questions import execute, first_row, question, transaction


def telling(cursor: duckdb.DuckDBPyConnection, step_results: int) -> Work | None:
    """The work of telling the runs of a batch by suites; None when all are told."""
    found = first_row(cursor, "batch_to_tell")
    return None if found is None else _tell(cursor, step_results, *found)


def _tell(cursor: duckdb.DuckDBPyConnection, step_results: int, batch: int, results: int) -> Work:
    of_batch = {"batch": batch}
    with transaction(cursor):
        execute(cursor, "begin_telling", of_batch)
    yield
    for tests in test_slices(results, step_results):
        cursor.execute(question("model_slice"), {**of_batch, **tests})
        yield
    with transaction(cursor):
        execute(cursor, "name_suites", of_batch)
    yield
    for tests in test_slices(results, step_results):
        cursor.execute(question("deviation_slice"), {**of_batch, **tests})
        yield
    execute(cursor, "finish_telling", of_batch)
    yield
