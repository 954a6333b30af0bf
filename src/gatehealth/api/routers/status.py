"""How complete, fresh and large the data is."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import duckdb
from fastapi import APIRouter, Depends, Form, Response

from gatehealth import __version__
from gatehealth.api.completeness import sources_of
from gatehealth.api.context import InContext, only_owner
from gatehealth.api.problems import bad_request
from gatehealth.api.schemas.status import Backup, SourcesStatus, Status, StoreStatus, Versions
from gatehealth.api.schemas.tokens import NewToken, Tokens
from gatehealth.store import DatabaseError
from gatehealth.store.tokens import TokenError

router = APIRouter(tags=["status"])
owner = APIRouter(dependencies=[Depends(only_owner)], include_in_schema=False)


@router.get("/status")
def status(context: InContext, response: Response) -> Status:
    """Sizes, counts, the newest run of all and of each pipeline, the sources in short, and the version of the data.

    Quick: pages ask it often.
    """
    response.headers["Cache-Control"] = "no-store"  # sizes and sources change without the data
    told = context.store.status()
    return Status.model_validate({**told, "sources": sources_of(context.store, context.settings, told["now"])})


@router.get("/status/sources")
def status_of_sources(context: InContext, response: Response) -> SourcesStatus:
    """How complete each source is: builds known, fetched, with results, without and why; how far it is listed; back-fills."""
    response.headers["Cache-Control"] = "no-store"  # sources change without the data
    now = datetime.now(UTC)
    return SourcesStatus.model_validate({"sources": sources_of(context.store, context.settings, now), "now": now})


@router.get("/status/store")
def status_of_store(context: InContext, response: Response) -> StoreStatus:
    """How the database lies on its disk, how long it keeps what, and which versions serve it since when."""
    response.headers["Cache-Control"] = "no-store"  # room on the disk changes without the data
    store, settings = context.store, context.settings
    versions = Versions(
        gatehealth=__version__,
        schema_version=store.database.schema_version,
        duckdb=duckdb.__version__,
        python=platform.python_version(),
    )
    return StoreStatus(
        **store.reader.holdings(),
        close_after_days=settings.close_after_days,
        passing_days=settings.passing_days,
        failure_days=settings.failure_days,
        started_at=context.started_at,
        versions=versions,
        now=datetime.now(UTC),
    )


@owner.post("/compact", status_code=204)
def compact(context: InContext) -> None:
    """Closes the days that are over; answered when that is done."""
    context.store.writer.compact()


@owner.post("/expire", status_code=204)
def expire(context: InContext) -> None:
    """Removes what is older than the settings say; answered when that is done."""
    context.store.writer.expire()


@owner.post("/backup", status_code=201)
def backup(context: InContext, target: Annotated[str, Form()]) -> Backup:
    """Copies the database into a file on the server's machine; for its owner, who could copy it by hand as well."""
    try:
        return Backup(target=target, bytes=context.store.backup(Path(target)))
    except DatabaseError as error:
        raise bad_request(str(error)) from None


@owner.post("/tokens", status_code=201)
def create_token(
    context: InContext, name: Annotated[str, Form()], scope: Annotated[list[str] | None, Form()] = None
) -> NewToken:
    """A new token; for the command line on the server's own machine, which finds the server by its file."""
    try:
        return NewToken(name=name, token=context.store.tokens.create(name, scope or ()))
    except TokenError as error:
        raise bad_request(str(error)) from None


@owner.get("/tokens")
def tokens(context: InContext, response: Response) -> Tokens:
    """All tokens: their names, what they may do, when they were used. Not the tokens themselves: nobody has them."""
    response.headers["Cache-Control"] = "no-store"  # for the owner alone, and uses do not change the data
    return Tokens.model_validate({"tokens": [token._asdict() for token in context.store.tokens.all()]})


@owner.delete("/tokens", status_code=204)
def revoke_token(context: InContext, name: str) -> None:
    """Forgets a token: from now on it is as unknown as any other text."""
    try:
        context.store.tokens.revoke(name)
    except TokenError as error:
        raise bad_request(str(error)) from None
