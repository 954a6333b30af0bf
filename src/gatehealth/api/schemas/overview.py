"""The shapes of runs by group, of the keys to group by, and of the values to filter by."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gatehealth.api.schemas.shared import Moment, Resolution, Shape

SeriesWord = Literal["passed", "failed", "infra", "ignored"]


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
