"""The shapes of /find: what fits a text, of each kind."""

from __future__ import annotations

from pydantic import Field

from gatehealth.api.schemas.runs import RunSummary
from gatehealth.api.schemas.shared import Moment, Shape


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
