"""The filter words that every question takes, read from a query string once for all routers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.dependencies.models import Dependant
from pydantic import BeforeValidator

from gatehealth.api.context import InContext
from gatehealth.api.problems import bad_request
from gatehealth.api.schemas.shared import Resolution
from gatehealth.store.asking import ANY, WIDTHS_US, Filters, Metadata

DEFAULT_PERIOD = timedelta(days=7)
MAX_BUCKETS = 5_000  # a chart of more points than pixels shows nothing more


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _beginning_with_a_date(text: str) -> str:
    """Refuses numbers, which Pydantic would take for seconds, or milliseconds, since 1970."""
    if not _DATE.match(text):
        raise ValueError("a moment is written as in RFC 3339: 2026-11-22T12:00:00Z")
    return text


Moment = Annotated[datetime, BeforeValidator(_beginning_with_a_date)]


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def read_filters(
    since: Annotated[
        Moment | None, Query(alias="from", description="start of the period, RFC 3339; default 7 days before its end")
    ] = None,
    until: Annotated[
        Moment | None, Query(alias="to", description="end of the period (not part of it), RFC 3339; default now")
    ] = None,
    project: Annotated[list[str] | None, Query(description="repeat for any of several")] = None,
    pipeline: Annotated[list[str] | None, Query(description="repeat for any of several")] = None,
    branch: Annotated[list[str] | None, Query(description="repeat for any of several")] = None,
    job: Annotated[list[str] | None, Query(description="repeat for any of several")] = None,
    provider: Annotated[list[str] | None, Query(description="repeat for any of several")] = None,
    voting: Annotated[bool | None, Query(description="only voting, or only non-voting runs")] = None,
) -> Filters:
    """The filters of a request; 400 when the period ends before it starts."""
    try:
        end = _utc(until) if until else datetime.now(UTC)
        start = _utc(since) if since else end - DEFAULT_PERIOD
    except OverflowError:
        raise bad_request("the period lies outside the calendar") from None
    if start >= end:
        raise bad_request(f"the period ends ({end:%Y-%m-%dT%H:%M:%SZ}) before it starts ({start:%Y-%m-%dT%H:%M:%SZ})")
    return Filters(start, end, project, pipeline, branch, job, provider, voting)


CommonFilters = Annotated[Filters, Depends(read_filters)]


async def only_known_words(request: Request) -> None:
    """400 for a query word that the route does not have: a misspelt filter would be passed over, and the answer be of all."""
    known = set(_words(request.scope["route"].dependant))
    for word in request.query_params:
        if word not in known:
            near = get_close_matches(word, known, 1)
            raise bad_request(f"{word}: there is no such parameter" + (f"; did you mean {near[0]}?" if near else ""))


def _words(asked: Dependant) -> Iterator[str]:
    yield from (field.alias for field in asked.query_params)
    for inner in asked.dependencies:
        yield from _words(inner)


def buckets_of(filters: Filters, resolution: Resolution) -> float:
    """How many buckets of this width the period has."""
    return (filters.until - filters.since) / timedelta(microseconds=WIDTHS_US[resolution])


def read_resolution(filters: CommonFilters, resolution: Resolution = "hour") -> Resolution:
    """The width of a bucket; 400 when the period would need too many of them."""
    buckets = buckets_of(filters, resolution)
    if buckets > MAX_BUCKETS:
        raise bad_request(
            f"resolution {resolution} would need {buckets:,.0f} buckets over this period; at most {MAX_BUCKETS:,} are drawn"
        )
    return resolution


BucketWidth = Annotated[Resolution, Depends(read_resolution)]


def read_pattern(
    context: InContext,
    q: Annotated[str | None, Query(description="regular expression (RE2, any case) that a name must contain")] = None,
) -> str | None:
    """The search pattern; 400 when it is no regular expression."""
    wrong = context.store.reader.pattern_error(q) if q else None
    if wrong:
        raise bad_request(f"q is not a regular expression: {wrong}")
    return q or None


Pattern = Annotated[str | None, Depends(read_pattern)]


def read_meta(
    meta: Annotated[
        str | None,
        Query(
            description="only runs with KEY=VALUE, a fact or free metadata (see /keys); KEY= for runs without",
            examples=["node_image=ubuntu-noble"],
        ),
    ] = None,
) -> Metadata:
    """The metadata that runs must have; 400 when it is no pair."""
    if meta is None:
        return ANY
    key, equals, value = meta.partition("=")
    if not (key and equals):
        raise bad_request("meta is not KEY=VALUE")
    return Metadata(key, value)


OneMetadata = Annotated[Metadata, Depends(read_meta)]

# The database counts places in 32 bits, also that of the last one asked for: offset and limit together.
Offset = Annotated[int, Query(ge=0, le=1_000_000_000, description="how many to leave out before the first")]
