"""Runs: lists of them, one with its results and texts, and the upload."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Header, Query, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from gatehealth.api.context import InContext, may_upload
from gatehealth.api.filters import CommonFilters, OneMetadata, Pattern
from gatehealth.api.problems import bad_request, not_found, too_large
from gatehealth.api.schemas.failures import RecentFailures
from gatehealth.api.schemas.runs import Attachments, Attempts, Results, RunFacts, Runs
from gatehealth.api.schemas.shared import OutcomeWord
from gatehealth.api.schemas.uploads import Upload
from gatehealth.api.upload import upload_answer
from gatehealth.collect import files as collected
from gatehealth.formats import subunit
from gatehealth.store.builds import clean
from gatehealth.store.reader import RunRow

router = APIRouter(tags=["runs"])
writing = APIRouter(tags=["runs"], dependencies=[Depends(may_upload)])


def _run_row(context: InContext, uuid: UUID) -> RunRow:
    row = context.store.reader.run(uuid)
    if row is None:
        raise not_found(f"no run {uuid.hex} is known here")
    return row


OneRun = Annotated[RunRow, Depends(_run_row)]


@router.get("/runs")
def runs(
    context: InContext,
    filters: CommonFilters,
    q: Pattern,
    meta: OneMetadata,
    outcome: Annotated[list[OutcomeWord] | None, Query(description="repeat for any of several")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Runs:
    """Runs of the period, newest first. `q` searches the job's name."""
    return Runs.model_validate({"runs": context.store.reader.runs(filters, q, outcome, limit, meta)})


@router.get("/runs/recent-failures")
def recent_failures(
    context: InContext, filters: CommonFilters, limit: Annotated[int, Query(ge=1, le=100)] = 10
) -> RecentFailures:
    """The newest runs with the outcome fail, each with its failed results."""
    return RecentFailures.model_validate({"runs": context.store.reader.recent_failures(filters, limit)})


@router.get("/runs/{uuid}", responses={404: {"description": "no such run"}})
def run(context: InContext, row: OneRun) -> RunFacts:
    """The facts of one run."""
    facts = context.store.reader.facts(row)
    build = context.store.sources.build(row.uuid, facts["ended_at"] or facts["started_at"])
    return RunFacts.model_validate({**facts, "build": build})


@router.get("/runs/{uuid}/results", responses={404: {"description": "no such run"}})
def results(
    context: InContext,
    row: OneRun,
    test: Annotated[str | None, Query(description="the whole name of a test: only its results")] = None,
) -> Results:
    """All results of one run, or those of one test in it, in columns."""
    return Results.model_validate(context.store.reader.results(row, test))


@router.get("/runs/{uuid}/neighbours", responses={404: {"description": "no such run"}})
def neighbours(
    context: InContext,
    row: OneRun,
    before: Annotated[int, Query(ge=0, le=500, description="how many earlier runs")] = 40,
    after: Annotated[int, Query(ge=0, le=500, description="how many later runs")] = 10,
) -> Runs:
    """The run among those of its job that started just before and after it, newest first."""
    return Runs.model_validate({"runs": context.store.reader.neighbours(row, before, after)})


@router.get("/runs/{uuid}/attempts", responses={404: {"description": "no such run"}})
def attempts(context: InContext, row: OneRun) -> Attempts:
    """The runs of the same buildset, job, project and change, in the order of their start: those retried, and the last."""
    return Attempts.model_validate({"attempts": context.store.reader.attempts(row)})


@router.get("/runs/{uuid}/attachments", responses={404: {"description": "no such run"}})
def attachments(
    context: InContext,
    row: OneRun,
    test: Annotated[str | None, Query(description="a test's name; without one, the files of the run itself")] = None,
    attempt: Annotated[int, Query(ge=0, le=2**32 - 1)] = 0,
) -> Attachments:
    """The files of one result (its traceback, its skip reason), or of the run itself."""
    return Attachments.model_validate({"attachments": context.store.reader.attachments(row, test, attempt)})


@router.get(
    "/runs/{uuid}/subunit",
    response_class=Response,
    responses={200: {"content": {"application/vnd.subunit": {}}}, 404: {"description": "no such run"}},
)
def export(context: InContext, row: OneRun) -> Response:
    """The run's results as a subunit v2 stream, the same bytes as `gatehealth export` writes."""
    stored = context.store.reader.load(row)
    return Response(
        subunit.write(stored.results, stored.attachments, stored.processes_failed),
        media_type="application/vnd.subunit",
        headers={"Content-Disposition": f'attachment; filename="{row.uuid.hex}.subunit"'},
    )


class UploadForm(BaseModel):
    """The fields of an upload. Only files and facts that are sent count; an empty field is one that was not sent."""

    model_config = ConfigDict(extra="forbid")

    file: Annotated[
        list[UploadFile], Field(description="subunit v1 or v2 or JUnit XML, plain, gzip or zstd; repeat for several")
    ] = []
    uuid: Annotated[
        str,
        Field(
            description="the run's uuid, or its own address (https://...); without one it is derived from the files' content"
        ),
    ] = ""
    job: str = ""
    project: str = ""
    pipeline: str = ""
    branch: str = ""
    change: str = ""
    patchset: str = ""
    ref: str = ""
    ref_url: str = ""
    buildset: str = ""
    voting: Annotated[str, Field(description="true or false")] = ""
    result: Annotated[str, Field(description="the CI system's own word, as SUCCESS or TIMED_OUT")] = ""
    provider: str = ""
    log_url: str = ""
    started_at: Annotated[str, Field(description="RFC 3339; without one, the time of the first result")] = ""
    ended_at: Annotated[str, Field(description="RFC 3339; without one, the time of the last result")] = ""
    meta: Annotated[list[str], Field(description="KEY=VALUE of free metadata; repeat for several")] = []


def only_forms(content_type: Annotated[str, Header(include_in_schema=False)] = "") -> None:
    """Refuses a body that is no form. Anything else would be a form without fields, and be told to lack what it has."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in ("", "multipart/form-data", "application/x-www-form-urlencoded"):
        raise bad_request(f"an upload is multipart/form-data, not {clean(kind)}; curl sends one with `-F NAME=VALUE`")


@writing.post(
    "/runs",
    dependencies=[Depends(only_forms)],
    status_code=201,
    responses={200: {"model": Upload, "description": "nothing changed"}},
)
def upload(
    context: InContext, form: Annotated[UploadForm, Form(media_type="multipart/form-data")], response: Response
) -> Upload:
    """Stores one run: its facts and its result files. Answered after the commit, by 201.

    The uuid is the key: the same run twice changes nothing, and is answered 200. Sending again is always safe.
    """
    given = {name: value for name, value in form if isinstance(value, str)}
    try:
        run = collected.facts(given, form.meta)
        with context.reading:
            files = [(clean(each.filename or "file"), each.file.read()) for each in form.file]
            reports = collected.assemble(run, files, context.settings)
    except collected.FactError as error:
        raise bad_request(str(error)) from None
    except collected.NothingUsableError as error:
        raise (too_large if error.too_large else bad_request)(str(error)) from None
    stored = context.store.writer.write(run)
    if stored.state == "unchanged":
        response.status_code = HTTPStatus.OK
    return upload_answer(stored, reports)
