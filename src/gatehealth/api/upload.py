"""What an upload is answered with, whether it came by HTTP or by a command line that has the database open itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from gatehealth.api.schemas.shared import Counts
from gatehealth.api.schemas.uploads import Upload, UploadedFile
from gatehealth.collect.files import FileReport
from gatehealth.store import Stored
from gatehealth.store.shapes import counts_shape


def upload_answer(stored: Stored, reports: Iterable[FileReport]) -> Upload:
    """The answer for a run that is committed, and for each of its files."""
    return Upload(
        uuid=stored.uuid.hex,
        state=stored.state,
        outcome=stored.outcome.word,  # type: ignore[arg-type]  # one of the four words
        counts=Counts(**counts_shape(stored.counts)),
        left_out=stored.left_out,
        files=[_answer_of(report) for report in reports],
    )


def _answer_of(report: FileReport) -> UploadedFile:
    said = asdict(report)
    del said["too_large"]  # the error says it
    return UploadedFile(**said)
