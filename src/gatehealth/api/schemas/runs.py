"""The shapes of /runs: a run as a line, in full, with its results and its files."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gatehealth.api.schemas.shared import Counts, Moment, OutcomeWord, Shape, StatusWord


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


class Runs(Shape):
    """Runs, newest first."""

    runs: list[RunSummary]


class Attempts(Shape):
    """The runs that were attempts at the same, in the order of their start."""

    attempts: list[RunSummary]


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
