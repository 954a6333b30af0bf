"""Orders to the collector of this server, for the command line on its own machine."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException

from gatehealth.api.context import InContext, only_owner
from gatehealth.api.problems import bad_request

owner = APIRouter(dependencies=[Depends(only_owner)], include_in_schema=False)


@owner.post("/backfills", status_code=202)
def order_backfill(
    context: InContext,
    source: Annotated[str, Form()],
    since: Annotated[datetime, Form()],
    until: Annotated[datetime, Form()],
) -> None:
    """Has the builds collected that ended in a period; /status/sources tells how far that is."""
    collector = context.collector
    if collector is None or source not in collector.sources:
        names = ", ".join(collector.sources) if collector else "none"
        raise HTTPException(HTTPStatus.CONFLICT, f"this server collects from no source {source}; its sources: {names}")
    if since.tzinfo is None or until.tzinfo is None or since >= until:
        raise bad_request("since and until need a time zone, and since lies before until")
    context.store.sources.order_backfill(source, since, until)
    collector.wake(source)
