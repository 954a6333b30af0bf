"""A message of Zuul's MQTT reporter, as the builds that it says have ended. Zuul sends one a buildset and action."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from gatehealth.collect.source import Build
from gatehealth.config import ZuulSettings
from gatehealth.model import RESULT_OUTCOMES

MAX_BYTES = 16 * 2**20  # of a message; a buildset of 200 builds with artifacts and events has half a megabyte
MAX_OWNER = 200  # characters

_Object = Mapping[str, Any]


class NotAReportError(ValueError):
    """A message is not a report of a Zuul; the message is one line that says why."""


@dataclass(slots=True)
class Report:
    """What a report says of builds that have ended."""

    builds: list[Build] = field(default_factory=list)  # each once; retried ones among them
    extra: dict[UUID, dict[str, str]] = field(default_factory=dict)  # metadata that only the report carries, by build
    unusable: int = 0  # entries of builds that could not be read


def read_report(payload: bytes, settings: ZuulSettings) -> Report | None:
    """The builds that a message says have ended, of the source's tenant and filters; None when it is of another tenant.

    A report carries the result's word as a job may have reworded it, and times that the API rounds: so it says which builds
    to ask the API about, and nothing that the API knows. Their `version` is empty. Raises NotAReportError.
    """
    if len(payload) > MAX_BYTES:
        raise NotAReportError(f"it has {len(payload):,} bytes, more than {MAX_BYTES:,}")
    try:
        message = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise NotAReportError(f"it is not JSON: {str(error)[:100]}") from None
    if not isinstance(message, dict) or not isinstance(message.get("buildset"), dict):
        raise NotAReportError("it is JSON without a buildset")
    if not isinstance(message.get("tenant"), str) or not isinstance(message.get("pipeline"), str):
        raise NotAReportError("it has a buildset, but no tenant and pipeline")
    if settings.tenant and message["tenant"] != settings.tenant:
        return None
    report = Report()
    if settings.pipelines and message["pipeline"] not in settings.pipelines:
        return report
    reported_at = _moment(message.get("timestamp")) or datetime.now(UTC)
    seen: set[UUID] = set()
    for entry, change in _entries(message, report):
        ended_at = _ended_at(entry, reported_at)
        if ended_at is None:
            continue
        uuid = _uuid(entry["uuid"])
        if uuid is None:
            report.unusable += 1
        elif uuid not in seen and _wanted(entry, change, settings):
            seen.add(uuid)
            report.builds.append(Build(uuid, ended_at, version="", known_by="mqtt"))
            if owner := _owner(change.get("owner")):
                report.extra[uuid] = {"change_owner": owner}
    return report


def _entries(message: Mapping[str, Any], report: Report) -> Iterator[tuple[_Object, _Object]]:
    """The entry of each build that was begun, with the change that it was for."""
    buildset = message["buildset"]
    first = message if "project" in message else next(iter(_objects(message.get("changes"), report)), {})
    changes: dict[str, _Object] = {}  # by job_uuid: a retried build does not say which change it was for
    for entry in _objects(buildset.get("builds"), report):
        change = entry["change"] if isinstance(entry.get("change"), dict) else first
        if isinstance(entry.get("job_uuid"), str):
            changes[entry["job_uuid"]] = change
        if "uuid" in entry:
            yield entry, change
    for entry in _objects(buildset.get("retry_builds"), report):
        job = entry.get("job_uuid")
        if "uuid" in entry:
            yield entry, changes.get(job, first) if isinstance(job, str) else first


def _ended_at(entry: _Object, reported_at: datetime) -> datetime | None:
    """When a build ended; None while it runs."""
    ended_at = _moment(entry.get("end_time"))
    if ended_at is None and isinstance(entry.get("result"), str) and entry["result"] in RESULT_OUTCOMES:
        return reported_at  # skipped: such a build has no times. Any other word is a job's own, said also while it runs
    return ended_at


def _wanted(entry: _Object, change: _Object, settings: ZuulSettings) -> bool:
    filters = (
        (settings.projects, change.get("project")),
        (settings.branches, change.get("branch")),
        (settings.jobs, entry.get("job_name")),
    )
    return all(not allowed or value in allowed for allowed, value in filters)


def _objects(entries: object, report: Report) -> list[dict[str, Any]]:
    """What is a list of objects, by what is one; what is something else counts as unusable."""
    if entries is None:
        return []
    if not isinstance(entries, list):
        report.unusable += 1
        return []
    usable = [entry for entry in entries if isinstance(entry, dict)]
    report.unusable += len(entries) - len(usable)
    return usable


def _uuid(value: object) -> UUID | None:
    try:
        uuid = UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return uuid if uuid and uuid.int else None


def _moment(value: object) -> datetime | None:
    """Seconds since 1970 as a moment; None for what is no number, or none of this century's."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        moment = datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if 1970 < moment.year < 2100 else None


def _owner(value: object) -> str:
    owner = value.strip() if isinstance(value, str) else ""
    return owner if len(owner) <= MAX_OWNER and owner.isprintable() else ""
