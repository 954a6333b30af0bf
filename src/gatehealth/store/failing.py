"""The tests that fail most, each beside how often it ran at all."""

from __future__ import annotations

from typing import Any

from gatehealth.store.asking import Row
from gatehealth.store.failure_reader import FailingOrder, FailureFilters, FailureReader
from gatehealth.store.rates import failure_rate
from gatehealth.store.result_reader import ResultReader


def failing_tests(
    failures: FailureReader, results: ResultReader, filters: FailureFilters, order: FailingOrder, limit: int, offset: int
) -> Row:
    """The tests that fail most; the shape is schemas.failures.FailingTests.

    Rates are of all results under the filters of runs, whatever their message, in the part of the period that has them all.
    """
    answer = failures.tests(filters, order, limit, offset)
    totals = results.rates_of([row["test"] for row in answer["tests"]], filters.runs)
    rates: dict[str, dict[str, Any]] = {
        test: failure_rate(passed, failed)
        for test, passed, failed in zip(totals["test"], totals["passed"], totals["failed"], strict=True)
    }
    never_seen = failure_rate(0, 0)
    return {
        **{name: totals[name] for name in ("since", "until", "covered")},
        "tests": [{**row, **rates.get(row["test"], never_seen)} for row in answer["tests"]],
        "total": answer["total"],
    }
