"""What failed: results, the tests that fail most, the messages that most of them have."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from gatehealth.api.context import InContext
from gatehealth.api.filters import BucketWidth, CommonFilters, Offset, Pattern
from gatehealth.api.schemas.failures import FailingTests, FailureMessages, Failures, FailureSeries
from gatehealth.store.failing import failing_tests as failing_tests_of
from gatehealth.store.failure_reader import FailingOrder, FailureFilters

router = APIRouter(tags=["failures"])
Limit = Annotated[int, Query(ge=1, le=1_000)]


def read_failure_filters(
    filters: CommonFilters,
    q: Pattern,
    test: Annotated[str | None, Query(description="the whole name of one test")] = None,
    message: Annotated[str | None, Query(description="words that the message must contain, in any case")] = None,
) -> FailureFilters:
    """The filters of a request, with those of failed results."""
    return FailureFilters(filters, q, test, message)


Narrowed = Annotated[FailureFilters, Depends(read_failure_filters)]


@router.get("/failures")
def failures(
    context: InContext,
    filters: Narrowed,
    whole_message: Annotated[str | None, Query(description="the whole message; empty for results that say nothing")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Failures:
    """Results that failed or never ended, those of the newest runs first. `q` searches the tests' names."""
    return Failures.model_validate(context.store.failures.failures(filters, limit, offset, whole_message))


@router.get("/failures/tests")
def failing_tests(
    context: InContext,
    filters: Narrowed,
    order: Annotated[FailingOrder, Query(description="what there must be most of")] = "failures",
    limit: Limit = 50,
    offset: Offset = 0,
) -> FailingTests:
    """The tests that failed or never ended, those that fail most first. `q` searches their names."""
    store = context.store
    return FailingTests.model_validate(failing_tests_of(store.failures, store.results, filters, order, limit, offset))


@router.get("/failures/messages")
def failure_messages(context: InContext, filters: Narrowed, limit: Limit = 50, offset: Offset = 0) -> FailureMessages:
    """The messages that most results failed with, equal ones counted together. `q` searches the tests' names."""
    return FailureMessages.model_validate(context.store.failures.messages(filters, limit, offset))


@router.get("/failures/series")
def failure_series(
    context: InContext,
    filters: CommonFilters,
    resolution: BucketWidth,
    test: Annotated[list[str], Query(description="the whole name of a test; repeat for others", min_length=1, max_length=200)],
) -> FailureSeries:
    """How often each of some tests failed over time, by the start of their runs. A test that nobody has seen never failed."""
    return FailureSeries.model_validate(context.store.failures.series(test, resolution, filters))
