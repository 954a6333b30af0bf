"""Jobs, what a period comes to, and how runs and results went over time."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from gatehealth.api.context import InContext
from gatehealth.api.filters import BucketWidth, CommonFilters, Offset, OneMetadata, Pattern
from gatehealth.api.problems import bad_request, not_found
from gatehealth.api.schemas.jobs import Grid, Jobs, ResultSeries, RunTimes, RunWords, Summary
from gatehealth.store.job_reader import GridTooLargeError, JobOrder, TestOrder, Window

router = APIRouter(tags=["jobs"])


@router.get("/summary")
def summary(context: InContext, filters: CommonFilters, q: Pattern, meta: OneMetadata) -> Summary:
    """What the runs of the period come to, and of the period of the same length before it. `q` searches the job's name."""
    return Summary.model_validate(context.store.jobs.summary(filters, q, meta))


@router.get("/runs/words")
def run_words(context: InContext, filters: CommonFilters, q: Pattern, meta: OneMetadata) -> RunWords:
    """By which of the CI system's own words runs ended, the most frequent first. `q` searches the job's name."""
    return RunWords.model_validate({"words": context.store.jobs.words(filters, q, meta)})


@router.get("/results/series")
def result_series(context: InContext, filters: CommonFilters, resolution: BucketWidth, q: Pattern) -> ResultSeries:
    """Results by status over time, by the start of their runs. `q` searches the job's name."""
    return ResultSeries.model_validate(context.store.jobs.result_series(resolution, filters, q))


@router.get("/runs/times")
def run_times(
    context: InContext,
    filters: CommonFilters,
    resolution: BucketWidth,
    q: Pattern,
    limit: Annotated[int, Query(ge=1, le=10_000, description="points of the scatter")] = 2_000,
) -> RunTimes:
    """How long runs took: points for a scatter, and what the passing ones come to over time. `q` searches the job's name.

    Of more runs than `limit`, those that did not pass come first, as long as a quarter of the points is left for passing ones.
    What is too much of either is thinned evenly, in the order of their start.
    """
    return RunTimes.model_validate(context.store.jobs.run_times(resolution, filters, q, limit))


@router.get("/jobs")
def jobs(
    context: InContext,
    filters: CommonFilters,
    q: Pattern,
    meta: OneMetadata,
    order: Annotated[
        JobOrder, Query(description="what comes first: the highest, the most, the longest, the newest")
    ] = "failure_rate",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 1_000,
    offset: Offset = 0,
) -> Jobs:
    """Jobs that ran in the period. `q` searches their names."""
    return Jobs.model_validate(context.store.jobs.jobs(filters, q, order, limit, offset, meta))


@router.get("/jobs/grid", responses={404: {"description": "no such job"}})
def grid(
    context: InContext,
    filters: CommonFilters,
    q: Pattern,
    only_results: Annotated[bool, Query(description="leave out runs without results")] = False,
    order: Annotated[TestOrder, Query(description="failing: those that failed most in these runs first")] = "failing",
    only_failing: Annotated[
        bool, Query(description="leave out tests that neither failed nor were left unended in these runs")
    ] = False,
    limit_runs: Annotated[int, Query(ge=1, le=500)] = 50,
    offset_runs: Offset = 0,
    limit_tests: Annotated[int, Query(ge=1, le=3_000)] = 100,
    offset_tests: Offset = 0,
) -> Grid:
    """A window of test by run for one `job`: its newest runs under the filters, and the tests that have results in them.

    `q` searches the tests' names. Runs without results are shown as well: a run that got no node belongs to the picture.
    """
    if filters.job is None or len(filters.job) != 1:
        raise bad_request("name one job: job=NAME")
    window = Window(limit_runs, limit_tests, offset_runs, offset_tests, only_results, order, only_failing)
    try:
        found = context.store.jobs.grid(filters.job[0], filters, q, window)
    except GridTooLargeError as error:
        raise bad_request(str(error)) from None
    if found is None:
        raise not_found(f"no run of a job {filters.job[0]} is known here")
    return Grid.model_validate(found)
