"""What an upload of a run is answered with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gatehealth.api.schemas.shared import Counts, OutcomeWord, Shape


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
