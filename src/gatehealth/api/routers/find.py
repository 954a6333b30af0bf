"""Quick find: one text, and all that it may mean."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from gatehealth.api.context import InContext
from gatehealth.api.schemas.find import Found

router = APIRouter(tags=["find"])


@router.get("/find")
def find(
    context: InContext,
    q: Annotated[str, Query(description="plain text, in any case: part of a name, a number", min_length=1, max_length=200)],
    limit: Annotated[int, Query(ge=1, le=50, description="of each kind")] = 8,
) -> Found:
    """Jobs, projects and tests whose name has this text in it, runs whose uuid and changes whose number begins with it.

    A uuid may have dashes and is looked for from 4 digits on. All that was ever seen is found, whenever it ran.
    """
    return Found.model_validate(context.store.finder.find(q, limit))
