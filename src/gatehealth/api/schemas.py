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
    series: Series


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


class Job(Shape):
    """One job over a period."""

    job: str
    passed: int
    failed: int
    infra: int
    ignored: int
    failure_rate: float | None
    n: int
    mean_seconds: float | None = Field(description="mean wall time of its passing runs")
    newest_run_at: Moment


class Jobs(Shape):
    """Jobs that ran in the period, by failure rate, highest first."""

    jobs: list[Job]


class NewestRun(Shape):
    """The newest run that the database knows."""

    uuid: str
    started_at: Moment
    received_at: Moment


class Status(Shape):
    """How complete, how fresh and how large the data is."""

    version: str
    schema_version: int
    database: str = Field(description="the file's name, or the kind of database")
    database_bytes: int
    data_version: int = Field(description="grows with every commit; equal numbers mean equal data")
    runs: int
    results: int
    failures: int = Field(description="results kept with the line that says why they did not pass")
    tests: int
    jobs: int
    newest_run: NewestRun | None
    oldest_run_at: Moment | None
    now: Moment


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
