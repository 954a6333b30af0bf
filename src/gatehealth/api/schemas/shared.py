"""What the shapes of several resources share: words, moments, counts, rates, and errors."""

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


class Problem(Shape):
    """An error as RFC 9457 problem+json."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


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


class FailureRate(Shape):
    """How often something failed, of what, and how sure that is."""

    n: int = Field(description="passed + failed: what the rate is of")
    failure_rate: float | None = Field(description="failed / n; null when n is 0")
    failure_rate_low: float | None = Field(description="lower end of its 95 % interval (Wilson)")
    failure_rate_high: float | None = Field(description="upper end of its 95 % interval (Wilson)")


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
