"""The shapes that /api/v1 answers with; the OpenAPI document and the front end's TypeScript types are made from these."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(_rfc3339, return_type=str, when_used="json")]
Resolution = Literal["sec", "min", "hour", "day"]
StatusWord = Literal["success", "fail", "skip", "xfail", "uxsuccess", "incomplete"]
OutcomeWord = Literal["pass", "fail", "infra", "ignored"]
SeriesWord = Literal["passed", "failed", "infra", "ignored"]


class Shape(BaseModel):
    """What all answers share: fields are read by name, and every field is always present in an answer."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class Counts(Shape):
    """Results by status, and folded: passed = success + xfail, failed = fail + uxsuccess."""

    total: int
    passed: int
    failed: int
    skipped: int
    incomplete: int
    success: int
    fail: int
    xfail: int
    uxsuccess: int


class Problem(Shape):
    """An error as RFC 9457 problem+json."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class RunSummary(Shape):
    """A run as one line of a list."""

    uuid: str = Field(description="32 hexadecimal digits")
    job: str
    project: str
    pipeline: str
    branch: str
    change: str
    patchset: str
    provider: str
    voting: bool | None
    outcome: OutcomeWord
    result: str = Field(description="the CI system's own word; empty when it said none")
    started_at: Moment
    seconds: float | None = Field(description="wall time of the run")
    log_url: str
    counts: Counts


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


class Runs(Shape):
    """Runs, newest first."""

    runs: list[RunSummary]


class Attempts(Shape):
    """The runs that were attempts at the same, in the order of their start."""

    attempts: list[RunSummary]


class RunWord(Shape):
    """The runs of a period that ended by one of the CI system's own words."""

    result: str = Field(description="the word; empty for runs of which the CI system said none")
    outcome: OutcomeWord
    runs: int
    newest: RunSummary


class RunWords(Shape):
    """By which words runs ended, the most frequent first; a word stands once for each outcome that its runs have."""

    words: list[RunWord]


class BuildOfRun(Shape):
    """What a source knows of the build that a run is."""

    source: str = Field(description="its name in the settings")
    ended_at: Moment
    known_at: Moment = Field(description="when it was listed first")
    known_by: Literal["poll", "mqtt"]
    fetched_at: Moment | None = Field(description="null while it waits to be fetched for the first time")
    lack: str = Field(description="why it has no results, as `no logs` or `expired`; empty when it has, or was not fetched")
    detail: str = Field(description="the same for people: which file, which answer")
    waiting: bool = Field(description="whether it is to be fetched, for the first time or again")
    tries: int = Field(description="that did not succeed")
    why: str = Field(description="the last try did not succeed")


class RunFacts(RunSummary):
    """Everything that is known of one run, but for its results."""

    ref: str
    ref_url: str
    buildset: str
    ended_at: Moment | None
    received_at: Moment = Field(description="when this version of the run was stored")
    test_seconds: float = Field(description="the sum of the tests' durations")
    complete: bool = Field(description="false when the results were damaged or cut short")
    damage: list[str] = Field(description="what was not sound in the results, one line each")
    processes_failed: int = Field(description="test processes that ended with an error (subunit's process-returncode)")
    metadata: dict[str, str]
    attachments: int = Field(description="files that the run itself carries, such as what its test runner printed")
    build: BuildOfRun | None = Field(description="what its source knows of it; null for runs that were uploaded")


class Results(Shape):
    """The results of one run in columns, by start. All columns have the same length."""

    test: list[str]
    attempt: list[int]
    status: list[StatusWord]
    started_at: list[Moment | None]
    seconds: list[float | None]
    worker: list[str] = Field(description="the worker-N tag; empty where there is none")
    tags: list[list[str]]
    attributes: list[str] = Field(description="what stood in brackets behind the test's name, comma-separated")
    message: list[str] = Field(description="the one line that says why the result did not pass; empty for a pass")
    attachments: list[int] = Field(description="how many files the result carries")


class AttachmentText(Shape):
    """A file that a result or a run carries."""

    name: str
    mime_type: str
    bytes: int = Field(description="size as it was sent")
    cut: bool = Field(description="true when only the beginning was kept")
    text: str | None = Field(description="the content when it is text, else null")


class Attachments(Shape):
    """The files of one result, or of the run itself, in the order in which they came."""

    attachments: list[AttachmentText]


class Series(Shape):
    """Runs by outcome, one number a bucket of time."""

    passed: list[int]
    failed: list[int]
    infra: list[int]
    ignored: list[int]


class GroupSeries(Shape):
    """Runs of one group by outcome, one number a bucket of time; null for those that were not asked for."""

    passed: list[int] | None = None
    failed: list[int] | None = None
    infra: list[int] | None = None
    ignored: list[int] | None = None


class Group(Shape):
    """The runs that share one value of the grouping key."""

    value: str = Field(description="empty for the runs that do not have the key")
    passed: int
    failed: int
    infra: int
    ignored: int
    failure_rate: float | None = Field(description="failed / (passed + failed); null when n is 0")
    n: int = Field(description="passed + failed: what the rate is of")
    newest_run_at: Moment
    series: GroupSeries


class Groups(Shape):
    """Runs grouped by one metadata key, over time."""

    key: str
    since: Moment
    until: Moment
    resolution: Resolution
    times: list[Moment] = Field(description="the start of each bucket, without gaps")
    totals: Series = Field(description="all groups together, also those past the limit")
    groups: list[Group] = Field(description="by failure rate, then by failures, highest first")
    groups_total: int = Field(description="how many groups there are, before the limit")


class Keys(Shape):
    """What runs can be grouped by."""

    facts: list[str] = Field(description="keys that every run has")
    metadata: list[str] = Field(description="free metadata keys seen so far")


class Values(Shape):
    """The values that can fill the filters, most used first, over the period asked for."""

    project: list[str]
    pipeline: list[str]
    branch: list[str]
    job: list[str]
    provider: list[str]


class FailureRate(Shape):
    """How often something failed, of what, and how sure that is."""

    n: int = Field(description="passed + failed: what the rate is of")
    failure_rate: float | None = Field(description="failed / n; null when n is 0")
    failure_rate_low: float | None = Field(description="lower end of its 95 % interval (Wilson)")
    failure_rate_high: float | None = Field(description="upper end of its 95 % interval (Wilson)")


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


class FoundName(Shape):
    """A job or a project that was found by its name."""

    name: str
    newest_run_at: Moment


class FoundChange(Shape):
    """A change that was found by its number."""

    project: str
    change: str
    runs: int
    newest_run: RunSummary


class Found(Shape):
    """What fits a text best, of each kind; the totals are before the limit.

    Names that contain it, the whole name first, then those that begin with it, then those that have it at the beginning of a
    word, then the others.
    """

    jobs: list[FoundName]
    jobs_total: int
    projects: list[FoundName]
    projects_total: int
    tests: list[str]
    tests_total: int
    runs: list[RunSummary] = Field(description="runs whose uuid begins with it, newest first; none for fewer than 4 digits")
    runs_total: int
    changes: list[FoundChange] = Field(
        description="changes whose number is it, then those whose number begins with it (3 digits or more), newest runs first"
    )
    changes_total: int


class UploadedFile(Shape):
    """What became of one uploaded file."""

    name: str
    format: str | None = Field(description="subunit-v2, subunit-v1 or junit; null when nothing was recognised")
    results: int
    damage: list[str]
    error: str | None = Field(description="why nothing of the file could be used")


class Upload(Shape):
    """What became of an upload. It is committed when this is answered."""

    uuid: str
    state: Literal["stored", "replaced", "merged", "unchanged"]
    outcome: OutcomeWord
    counts: Counts
    left_out: int = Field(description="results that were not stored, because the stored version of the run is fuller")
    files: list[UploadedFile]


class Backup(Shape):
    """A backup that is complete."""

    target: str
    bytes: int


class NewToken(Shape):
    """A token, shown once: only its hash is kept."""

    name: str
    token: str


class KnownToken(Shape):
    """What is known of a token."""

    name: str
    scopes: list[str] = Field(description="upload, read")
    created_at: Moment
    last_used_at: Moment | None = Field(description="to the minute; null when it never was")


class Tokens(Shape):
    """All tokens, by name."""

    tokens: list[KnownToken]


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


class Covered(Shape):
    """The part of the period that the numbers are of. Results expire; counters, which know the job and the pipeline, do not."""

    since: Moment
    until: Moment
    complete: bool = Field(description="whether that is the whole period that was asked for")


class CoveredPeriod(Shape):
    """The period that was asked for, and how much of it an answer could be given for."""

    since: Moment
    until: Moment
    covered: Covered


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
