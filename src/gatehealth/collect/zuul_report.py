"""A message of Zuul's MQTT reporter, as the builds that it says have ended. Zuul sends one a buildset and action."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from gatehealth.collect.source import Build
from gatehealth.collect.texts import moment, text
from gatehealth.collect.zuul_facts import MAX_DOCUMENT, Filters, uuid_of, version_of
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

    Raises NotAReportError.
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
    reported_at = moment(message.get("timestamp")) or datetime.now(UTC)
    filters = Filters(settings)
    seen: set[UUID] = set()
    for entry, change, final in _entries(message, report):
        ended_at = _ended_at(entry, reported_at)
        if ended_at is None:
            continue
        uuid = uuid_of(entry["uuid"])
        if uuid is None or not uuid.int:
            report.unusable += 1
            continue
        facts = _facts(message, entry, change, final=final)
        if uuid in seen or not filters.want(facts):
            continue
        seen.add(uuid)
        document = json.dumps(facts, separators=(",", ":"))
        kept = document if len(document) <= MAX_DOCUMENT else ""
        report.builds.append(Build(uuid, ended_at, version_of(facts["result"]), kept, known_by="mqtt"))
        if owner := _owner(change.get("owner")):
            report.extra[uuid] = {"change_owner": owner}
    return report


def _entries(message: _Object, report: Report) -> Iterator[tuple[_Object, _Object, bool]]:
    """The entry of each build that was begun, the change that it was for, and whether it is the last try."""
    buildset = message["buildset"]
    first = message if "project" in message else next(iter(_objects(message.get("changes"), report)), {})
    changes: dict[str, _Object] = {}  # by job_uuid: a retried build does not say which change it was for
    for entry in _objects(buildset.get("builds"), report):
        change = entry["change"] if isinstance(entry.get("change"), dict) else first
        if isinstance(entry.get("job_uuid"), str):
            changes[entry["job_uuid"]] = change
        if "uuid" in entry:
            yield entry, change, True
    for entry in _objects(buildset.get("retry_builds"), report):
        job = entry.get("job_uuid")
        if "uuid" in entry:
            yield entry, changes.get(job, first) if isinstance(job, str) else first, False


def _ended_at(entry: _Object, reported_at: datetime) -> datetime | None:
    """When a build ended; None while it runs."""
    ended_at = moment(entry.get("end_time"))
    if ended_at is None and _word(entry):
        return reported_at  # skipped: such a build has no times
    return ended_at


def _word(entry: _Object) -> str:
    """The result's word, or "": a job may have words of its own, and says those also while it runs."""
    word = entry.get("result")
    return word if isinstance(word, str) and word in RESULT_OUTCOMES else ""


def _facts(message: _Object, entry: _Object, change: _Object, *, final: bool) -> dict[str, Any]:
    """What is known of a build before the API was asked, in the API's words."""
    ref = {name: text(change.get(name)) for name in ("project", "branch", "change", "patchset", "ref")}
    times = {name: value.isoformat() for name in ("start_time", "end_time") if (value := moment(entry.get(name)))}
    return {
        "job_name": text(entry.get("job_name")),
        "result": _word(entry),
        "final": final,
        "voting": entry.get("voting") is True,
        "log_url": text(entry.get("log_url")),
        "pipeline": text(message["pipeline"]),
        "ref": {**ref, "ref_url": text(change.get("change_url"))},
        "buildset": {"uuid": text(message["buildset"].get("uuid"))},
        **times,
    }


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


def _owner(value: object) -> str:
    owner = value.strip() if isinstance(value, str) else ""
    return owner if len(owner) <= MAX_OWNER and owner.isprintable() else ""
