"""The shapes of jobs: what their runs come to, how they ended, how long they took, and the grid of test by run."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gatehealth.api.schemas.runs import RunSummary
from gatehealth.api.schemas.shared import Counts, FailureRate, Moment, OutcomeWord, Resolution, Shape, StatusWord


class Job(FailureRate):
    """One job over a period."""

    job: str
    passed: int
    failed: int
    infra: int
    ignored: int
    mean_seconds: float | None = Field(description="mean wall time of its passing runs")
    median_seconds: float | None = Field(description="median wall time of its passing runs")
    newest_run_at: Moment


class Jobs(Shape):
    """Jobs that ran in the period, in the order asked for."""

    jobs: list[Job]
    total: int = Field(description="how many jobs there are, before the limit")


class PeriodSummary(FailureRate):
    """What the runs of a period come to."""

    since: Moment
    until: Moment
    runs: int
    passed: int
    failed: int
    infra: int
    ignored: int
    jobs: int = Field(description="how many jobs ran")
    median_seconds: float | None = Field(description="median wall time of passing runs")
    failing_tests: int = Field(description="tests that failed at least once")
    results: Counts


class Summary(Shape):
    """A period, and the one of the same length before it."""

    current: PeriodSummary
    before: PeriodSummary


class RunWord(Shape):
    """The runs of a period that ended by one of the CI system's own words."""

    result: str = Field(description="the word; empty for runs of which the CI system said none")
    outcome: OutcomeWord
    runs: int
    newest: RunSummary


class RunWords(Shape):
    """By which words runs ended, the most frequent first; a word stands once for each outcome that its runs have."""

    words: list[RunWord]


class ResultCounts(Shape):
    """Results by status, one number a bucket of time. passed = success + xfail, failed = fail + uxsuccess."""

    runs: list[int] = Field(description="runs that have results")
    passed: list[int]
    failed: list[int]
    skipped: list[int]
    incomplete: list[int]
    xfail: list[int] = Field(description="of those passed")
    uxsuccess: list[int] = Field(description="of those failed")


class ResultSeries(Shape):
    """Results over time, by the start of their runs."""

    since: Moment
    until: Moment
    resolution: Resolution
    times: list[Moment] = Field(description="the start of each bucket, without gaps")
    totals: Counts
    series: ResultCounts


class RunPoints(Shape):
    """Runs as points of a scatter, newest first. All columns have the same length."""

    uuid: list[str]
    started_at: list[Moment]
    seconds: list[float] = Field(description="wall time")
    outcome: list[OutcomeWord]
    result: list[str] = Field(description="the CI system's own word")


class PassingTimes(Shape):
    """How long passing runs took, in seconds, one number a bucket of time; null where none passed."""

    n: list[int]
    mean: list[float | None]
    deviation: list[float | None] = Field(description="standard deviation as a sample (n - 1); null below two runs")
    fastest: list[float | None]
    slowest: list[float | None]


class RunTimes(Shape):
    """How long runs took."""

    since: Moment
    until: Moment
    resolution: Resolution
    total: int = Field(description="runs with a known wall time, before the limit")
    untimed: int = Field(description="runs of which nobody said when they ended")
    runs: RunPoints
    times: list[Moment] = Field(description="the start of each bucket, without gaps")
    passing: PassingTimes


class GridRuns(Shape):
    """The runs of a grid in columns, newest first."""

    uuid: list[str]
    started_at: list[Moment]
    seconds: list[float | None]
    outcome: list[OutcomeWord]
    result: list[str] = Field(description="the CI system's own word")
    project: list[str]
    pipeline: list[str]
    branch: list[str]
    change: list[str]
    patchset: list[str]
    provider: list[str]
    voting: list[bool | None]
    log_url: list[str]
    results: list[int] = Field(description="how many results the run had")
    kept: list[Literal["all", "failures", "counters"]] = Field(description="what is left of its results as they grow old")


class GridTests(Shape):
    """The tests of a grid in columns, in the order asked for."""

    test: list[str]
    cells: list[str] = Field(
        description="a letter a run, in the order of the runs: S success, F fail, K skip, X xfail, U uxsuccess, I incomplete;"
        " in small letters the last of several attempts; . when the run has no result of the test"
    )
    failures: list[int] = Field(description="results that failed in these runs, each attempt counted")
    incomplete: list[int] = Field(description="results that never ended in these runs")


class GridFailures(Shape):
    """Results of a grid that failed or never ended, in columns, newest runs first, at most 10,000."""

    test: list[int] = Field(description="position among the tests, from 0")
    run: list[int] = Field(description="position among the runs, from 0")
    attempt: list[int]
    status: list[StatusWord]
    seconds: list[float | None]
    message: list[str]


class Grid(Shape):
    """A window of test by run for one job."""

    job: str
    since: Moment
    until: Moment
    total_runs: int = Field(description="runs of the job, before the limit")
    total_tests: int = Field(description="tests that are to be shown and have results in these runs, before the limit")
    runs: GridRuns
    tests: GridTests
    failures: GridFailures
