"""Tests: what their results come to, where their names stand in the tree of names, and one test in all its runs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query

from gatehealth.api.context import InContext
from gatehealth.api.filters import BucketWidth, CommonFilters, Offset, Pattern
from gatehealth.api.problems import not_found
from gatehealth.api.schemas.tests import TestBreakdown, TestFailures, TestNames, TestRuns, TestSeries, TestTotals, TestTree
from gatehealth.store.result_reader import TotalsOrder

router = APIRouter(tags=["tests"])

_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "no such test"}}
Contains = Annotated[str | None, Query(description="text that a name must contain, in any case")]
Limit = Annotated[int, Query(ge=1, le=1_000)]


def _known_test(context: InContext, test: Annotated[str, Query(description="the test's whole name")]) -> str:
    """The test that a request names; 404 when nobody has seen it."""
    if not context.store.results.knows(test):
        raise not_found(f"no test {test!r} is known here")
    return test


OneTest = Annotated[str, Depends(_known_test)]


@router.get("/tests")
def totals_of_tests(
    context: InContext,
    filters: CommonFilters,
    q: Pattern,
    contains: Contains = None,
    order: TotalsOrder = "failure_rate",
    direction: Annotated[
        Literal["asc", "desc"] | None, Query(description="default: by name from the first, else the highest first")
    ] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> TestTotals:
    """What the results of each test come to; tests without results in the period are left out. `q` searches their names."""
    descending = order != "name" if direction is None else direction == "desc"
    return TestTotals.model_validate(
        context.store.results.totals(
            filters, q=q, contains=contains, order=order, descending=descending, limit=limit, offset=offset
        )
    )


@router.get("/tests/names")
def names_of_tests(
    context: InContext, q: Pattern, contains: Contains = None, limit: Limit = 100, offset: Offset = 0
) -> TestNames:
    """Tests that were ever seen, by name. `q` searches the names."""
    return TestNames.model_validate(context.store.results.names(q, contains, limit, offset))


@router.get("/tests/tree")
def tree_of_tests(
    context: InContext,
    filters: CommonFilters,
    prefix: Annotated[str, Query(description="the path of a node; empty for the root")] = "",
    limit: Limit = 100,
    offset: Offset = 0,
) -> TestTree:
    """The parts of test names that come next below a node: names part at their dots.

    A dot behind a blank or a bracket does not part a name. `setUpClass (a.b.C)` and its like stand among the tests of `a.b.C`.
    All tests that were ever seen are there, each with its results in the period.
    """
    return TestTree.model_validate(context.store.results.tree(prefix, filters, limit, offset))


@router.get("/tests/series", responses=_UNKNOWN)
def series_of_test(context: InContext, test: OneTest, filters: CommonFilters, resolution: BucketWidth) -> TestSeries:
    """What the results of one test come to over time, by the start of their runs."""
    return TestSeries.model_validate(context.store.results.series(test, resolution, filters))


@router.get("/tests/runs", responses=_UNKNOWN)
def runs_of_test(
    context: InContext,
    test: OneTest,
    filters: CommonFilters,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 2_000,
) -> TestRuns:
    """The single results of one test, newest first.

    Of more than `limit`, those that failed or never ended are all taken, if they fit, and the others are thinned evenly: every
    so-manieth in the order of time, the newest always. The same question gets the same ones.
    """
    return TestRuns.model_validate(context.store.results.runs(test, filters, limit))


@router.get("/tests/breakdown", responses=_UNKNOWN)
def breakdown_of_test(
    context: InContext,
    test: OneTest,
    filters: CommonFilters,
    key: Annotated[str, Query(description="a fact or a free metadata key, see /keys", min_length=1)] = "job",
    limit: Limit = 200,
) -> TestBreakdown:
    """What the results of one test come to by the value of one metadata key; runs without it are the value ''."""
    return TestBreakdown.model_validate(context.store.results.breakdown(test, key, filters, limit))


@router.get("/tests/failures", responses=_UNKNOWN)
def failures_of_test(
    context: InContext, test: OneTest, filters: CommonFilters, limit: Limit = 100, offset: Offset = 0
) -> TestFailures:
    """The results of one test that failed or never ended, those of the newest runs first, and what they say."""
    return TestFailures.model_validate(context.store.results.failures(test, filters, limit, offset))
