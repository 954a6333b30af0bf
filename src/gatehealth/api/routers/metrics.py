"""The page that Prometheus scrapes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response
from prometheus_client.exposition import choose_encoder

from gatehealth.api.context import InContext, may_read
from gatehealth.api.metrics import registry_of

PATH = "/metrics"
router = APIRouter(dependencies=[Depends(may_read)], include_in_schema=False)


@router.api_route(PATH, methods=["GET", "HEAD"])
def metrics(context: InContext, accept: Annotated[str, Header()] = "") -> Response:
    """Prometheus' text format, or OpenMetrics for those who prefer it."""
    try:
        encode, content_type = choose_encoder(accept)
    except (TypeError, ValueError):  # it stumbles over a version that is no number
        encode, content_type = choose_encoder("")
    content = encode(registry_of(context))
    return Response(content, headers={"Content-Type": content_type, "Cache-Control": "no-store"})
