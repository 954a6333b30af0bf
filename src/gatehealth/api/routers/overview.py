"""Runs over time by any metadata key, and what the filters can be set to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from gatehealth.api.context import InContext
from gatehealth.api.filters import BucketWidth, CommonFilters, OneMetadata, Pattern, buckets_of
from gatehealth.api.problems import bad_request
from gatehealth.api.schemas.overview import Groups, Keys, SeriesWord, Values
from gatehealth.store.reader import OUTCOME_SERIES

router = APIRouter(tags=["overview"])
MAX_NUMBERS = 1_000_000  # groups times buckets in one answer: some 8 MB before compression


@router.get("/groups")
def groups(
    context: InContext,
    filters: CommonFilters,
    resolution: BucketWidth,
    q: Pattern,
    meta: OneMetadata,
    key: Annotated[str, Query(description="a fact or a free metadata key, see /keys", min_length=1)] = "project",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    series: Annotated[
        list[SeriesWord] | None, Query(description="what each group is counted by over time; default: all of these")
    ] = None,
) -> Groups:
    """Runs grouped by one metadata key, over time; runs without it are the group ''. `q` searches the values."""
    buckets = buckets_of(filters, resolution)
    if buckets * limit > MAX_NUMBERS:
        raise bad_request(
            f"{limit} groups of {buckets:,.0f} buckets are too many numbers; ask for a lower limit or a wider resolution"
        )
    wanted = list(dict.fromkeys(series)) if series else OUTCOME_SERIES
    return Groups.model_validate(context.store.reader.groups(key, resolution, filters, q, limit, meta, series=wanted))


@router.get("/keys")
def keys(context: InContext) -> Keys:
    """What runs can be grouped by, less the keys that the setting `hidden_keys` hides."""
    facts, metadata = context.store.reader.keys()
    hidden = set(context.settings.hidden_keys)
    return Keys(facts=[k for k in facts if k not in hidden], metadata=[k for k in metadata if k not in hidden])


@router.get("/values")
def values(context: InContext, filters: CommonFilters) -> Values:
    """What the filters can be set to: the values seen in the period, most used first, at most 500 of each."""
    return Values.model_validate(context.store.reader.values(filters))
