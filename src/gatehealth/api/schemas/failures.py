"""The shapes of failures: the newest, one by one, by test, by message, and over time."""

from __future__ import annotations

from pydantic import Field

from gatehealth.api.schemas.runs import RunSummary
from gatehealth.api.schemas.shared import Covered, FailureRate, Moment, Resolution, Shape, StatusWord


class FailedResult(Shape):
    """A result that failed or never ended, as one line."""

    test: str
    attempt: int
    status: StatusWord
    message: str = Field(description="the one line that says why, 500 characters at most")
    started_at: Moment | None
    seconds: float | None


class RecentFailure(Shape):
    """A failed run and its first failed results."""

    run: RunSummary
    failed: list[FailedResult] = Field(description="at most 50 results that failed or never ended, by name")


class RecentFailures(Shape):
    """The newest failed runs, newest first."""

    runs: list[RecentFailure]


class Failure(FailedResult):
    """A result that failed or never ended, and its run."""

    run: RunSummary


class Failures(Shape):
    """Results that failed or never ended, those of the newest runs first."""

    failures: list[Failure]
    total: int = Field(description="how many there are, before the limit")


class NewestFailure(Shape):
    """The newest of the results that failed or never ended."""

    uuid: str = Field(description="of its run")
    job: str
    status: StatusWord
    attempt: int
    message: str
    started_at: Moment = Field(description="of the result; of the run where the result has none")
    log_url: str


class FailingTest(FailureRate):
    """A test that failed or never ended in the period."""

    test: str
    failures: int = Field(description="results that failed: fail and uxsuccess")
    incomplete: int = Field(description="results that never ended")
    runs: int = Field(description="runs that these results are of")
    jobs: int = Field(description="jobs that these runs are of")
    newest: NewestFailure


class FailingTests(Shape):
    """The tests that fail most. Rates are of all their results, whatever the message, in the part that is covered."""

    since: Moment
    until: Moment
    covered: Covered
    tests: list[FailingTest]
    total: int = Field(description="how many tests failed or never ended, before the limit")


class MessageExample(Shape):
    """Where a message was seen last."""

    uuid: str = Field(description="of the run")
    job: str
    test: str
    attempt: int


class FailureMessage(Shape):
    """A message, and the results that failed or never ended with it."""

    message: str = Field(description="empty for results that say nothing")
    failures: int = Field(description="results that failed: fail and uxsuccess")
    incomplete: int = Field(description="results that never ended")
    tests: int
    jobs: int
    runs: int
    oldest_at: Moment = Field(description="when the first run with it in the period started")
    newest_at: Moment = Field(description="when the last run with it in the period started")
    newest: MessageExample


class FailureMessages(Shape):
    """The messages that most results failed with."""

    messages: list[FailureMessage]
    total: int = Field(description="how many messages there are, before the limit")


class FailureSeries(Shape):
    """How often some tests failed over time, by the start of their runs."""

    since: Moment
    until: Moment
    resolution: Resolution
    times: list[Moment] = Field(description="the start of each bucket, without gaps")
    test: list[str] = Field(description="the tests, as they were asked for")
    failed: list[list[int]] = Field(description="for each test one number a bucket: results that failed, fail and uxsuccess")
