"""The shapes of /tests: totals, names, the tree of names, and one test over time, run by run, and by key."""

from __future__ import annotations

from pydantic import Field

from gatehealth.api.schemas.failures import Failure, FailureMessage
from gatehealth.api.schemas.shared import CoveredPeriod, Moment, Resolution, Shape, StatusWord


class CountColumns(Shape):
    """Results by status, and folded, in columns: passed = success + xfail, failed = fail + uxsuccess."""

    results: list[int]
    passed: list[int]
    failed: list[int]
    skipped: list[int]
    incomplete: list[int]
    success: list[int]
    fail: list[int]
    xfail: list[int]
    uxsuccess: list[int]


class RateColumns(Shape):
    """How often something failed, of what, and how sure that is, in columns."""

    n: list[int] = Field(description="passed + failed: what the rate is of")
    failure_rate: list[float | None] = Field(description="failed / n; null when n is 0")
    failure_rate_low: list[float | None] = Field(description="lower end of its 95 % interval (Wilson)")
    failure_rate_high: list[float | None] = Field(description="upper end of its 95 % interval (Wilson)")


class TimeColumns(Shape):
    """How long successes took, in columns. A duration counts in whole milliseconds."""

    timed: list[int] = Field(description="successes that have a duration: what the other columns are of")
    mean_seconds: list[float | None]
    deviation_seconds: list[float | None] = Field(description="standard deviation of the sample (n - 1); null below two")
    min_seconds: list[float | None]
    max_seconds: list[float | None]


class TestTotals(CoveredPeriod, CountColumns, RateColumns, TimeColumns):
    """What the results of each test come to. All columns have the same length."""

    total: int = Field(description="how many tests there are, before the limit")
    test: list[str]


class TestNames(Shape):
    """Tests that were ever seen, by name."""

    total: int = Field(description="how many there are, before the limit")
    tests: list[str]


class TestTree(CoveredPeriod, CountColumns, RateColumns):
    """The parts of test names that come next below a node, by name, with what is at or below each, in columns of one length."""

    total: int = Field(description="how many parts there are, before the limit")
    part: list[str]
    prefix: list[str] = Field(description="the path of the part: what to ask for to see what is below it")
    test: list[str | None] = Field(description="the whole name where a test is called so, else null")
    further: list[bool] = Field(description="whether there is anything below the part")
    tests: list[int] = Field(description="tests that were ever seen, also outside the period")


class TestSeries(CoveredPeriod, CountColumns, TimeColumns):
    """What the results of a test come to over time, by the start of their runs."""

    test: str
    resolution: Resolution
    times: list[Moment] = Field(description="the start of each bucket, without gaps")


class TestRuns(CoveredPeriod):
    """Single results of a test in columns, newest first. All columns but the lists of words have the same length."""

    test: str
    total: int = Field(description="how many results there are; when that is more than there are rows, they were thinned")
    started_at: list[Moment] = Field(description="of the result; of the run where the result has no start")
    seconds: list[float | None]
    status: list[StatusWord]
    attempt: list[int]
    run: list[str] = Field(description="the run's uuid, 32 hexadecimal digits")
    jobs: list[str] = Field(description="the words of the column `job`")
    job: list[int] = Field(description="position in `jobs`")
    pipelines: list[str] = Field(description="the words of the column `pipeline`")
    pipeline: list[int] = Field(description="position in `pipelines`")


class TestBreakdown(CoveredPeriod, CountColumns, RateColumns):
    """What the results of a test come to by the value of one key, the highest failure rate first."""

    test: str
    key: str
    total: int = Field(description="how many values there are, before the limit")
    value: list[str] = Field(description="empty for runs that do not have the key")
    timed: list[int] = Field(description="successes that have a duration")
    mean_seconds: list[float | None]


class TestFailures(CoveredPeriod):
    """Results of a test that failed or never ended, those of the newest runs first, and what they say."""

    test: str
    total: int = Field(description="how many there are, before the limit")
    failures: list[Failure]
    messages: list[FailureMessage] = Field(description="equal messages counted together, the most frequent first, at most 100")
    messages_total: int = Field(description="how many messages there are")
