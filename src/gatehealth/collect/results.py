"""What a build's result files come to: its run with results, or why it has none."""

from __future__ import annotations

from collections.abc import Sequence

from gatehealth.collect.files import FileReport, NothingUsableError, assemble
from gatehealth.collect.http import ForeignHostError, HttpError, RefusedError, TooLargeError, UnreachableError
from gatehealth.collect.source import Build, Fetched, Lack, NotYet
from gatehealth.config import Settings
from gatehealth.model import Run

MAX_DETAIL = 500  # characters
GONE = frozenset({404, 410})  # answers that say that there is nothing any more


def with_results(build: Build, run: Run, files: Sequence[tuple[str, bytes]], settings: Settings) -> Fetched:
    """The run with the results of its files, given as (name, bytes). Reads them all: call it in a thread."""
    try:
        reports = assemble(run, files, settings)
    except NothingUsableError as error:
        return lacking(build, run, _lack(files, too_large=error.too_large), str(error))
    unused = "; ".join(f"{report.name}: {report.error}" for report in reports if report.error)
    if any(_was_used(report) for report in reports):
        return Fetched(build, run)
    return lacking(build, run, _lack(files, too_large=any(report.too_large for report in reports)), unused)


def lacking(build: Build, run: Run, lack: Lack, detail: str) -> Fetched:
    """A build without results, and why."""
    return Fetched(build, run, lack, detail[:MAX_DETAIL])


def _was_used(report: FileReport) -> bool:
    return report.error is None


def _lack(files: Sequence[tuple[str, bytes]], *, too_large: bool) -> Lack:
    if not files:
        return Lack.NO_FILE
    return Lack.TOO_LARGE if too_large else Lack.UNPARSABLE


def not_fetched(build: Build, run: Run, error: HttpError, limit: str = "upload_limit") -> Fetched | NotYet:
    """A build whose results could not be fetched: for ever, or for now; `limit` is the setting that bounds their bytes."""
    if isinstance(error, ForeignHostError):
        return lacking(build, run, Lack.FOREIGN_HOST, str(error))
    if isinstance(error, TooLargeError):
        return lacking(build, run, Lack.TOO_LARGE, f"{error} (setting {limit})")
    if isinstance(error, RefusedError) and error.status in GONE:
        return lacking(build, run, Lack.EXPIRED, str(error))
    return NotYet(build, str(error), error.retry_after if isinstance(error, UnreachableError) else None, run)
