"""Zuul's build objects, of any version and whatever is in them, as builds that are listed and as the facts of runs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from gatehealth.collect.source import Build
from gatehealth.collect.texts import moment, text
from gatehealth.config import ZuulSettings
from gatehealth.model import Run

MAX_WORD = 60  # characters of a result word; Zuul's longest has 15
MAX_DOCUMENT = 8_000  # characters of what is kept of a row until its build is fetched
_KEPT = ("job_name", "result", "start_time", "end_time", "final", "project", "branch", "pipeline", "ref")
_UUID = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Row:
    """What a row of `builds` or `build-times` says that matters for listing."""

    uuid: UUID
    number: int  # Zuul's _id: given when the build starts; 0 when there is none
    result: str  # "" while it runs
    started_at: datetime | None  # of one that never started: when it was asked for
    ended_at: datetime | None
    given: Mapping[str, Any]

    def build(self) -> Build | None:
        """The build, if it has ended. A row without any time, which Zuul does not write, ended just now."""
        if not self.result:
            return None
        ended_at = self.ended_at or self.started_at or datetime.now(UTC)
        document = json.dumps({name: self.given[name] for name in _KEPT if name in self.given}, separators=(",", ":"))
        return Build(self.uuid, ended_at, version_of(self.result), document if len(document) <= MAX_DOCUMENT else "")


def version_of(result: str) -> str:
    """The version of a build that ended with this word.

    `build-times`, `builds` and messages tell different things about a build, and times that differ by up to a second.
    The word is what they have in common, and what changes when Zuul changes its mind.
    """
    return text(result, MAX_WORD)


def row_of(value: object) -> Row | None:
    """A row of a listing; None for what is none."""
    if not isinstance(value, Mapping):
        return None
    uuid = uuid_of(value.get("uuid"))
    if uuid is None:
        return None
    number = value.get("_id")
    return Row(
        uuid,
        number if isinstance(number, int) and 0 < number < 2**63 else 0,
        version_of(value.get("result") or ""),
        moment(value.get("start_time")) or moment(value.get("event_timestamp")),
        moment(value.get("end_time")),
        value,
    )


def uuid_of(value: object) -> UUID | None:
    """A build's uuid: 32 hexadecimal digits, or the same with dashes; None for anything else."""
    return UUID(value) if isinstance(value, str) and _UUID.fullmatch(value) else None


def run_of(build: Build, facts: Mapping[str, Any], settings: ZuulSettings) -> Run:
    """The run with the facts that a build object has, in either shape; what is missing or no text is left out.

    Until Zuul 9.5 project, branch, change, ... stand in the object itself, and `ref` is a text; since then they stand in
    an object `ref`. A build that never started is dated by its end.
    """
    ref = facts.get("ref")
    where = ref if isinstance(ref, Mapping) else facts
    run = Run(build.uuid)
    run.job = text(facts.get("job_name"))
    run.pipeline = text(facts.get("pipeline"))
    for name in ("project", "branch", "change", "patchset", "ref", "ref_url"):
        setattr(run, name, text(where.get(name)))
    buildset = facts.get("buildset")
    run.buildset = text(buildset.get("uuid")) if isinstance(buildset, Mapping) else ""
    voting = facts.get("voting")
    run.voting = voting if isinstance(voting, bool) else None
    run.result = text(facts.get("result"), MAX_WORD)
    run.log_url = text(facts.get("log_url"))
    run.ended_at = moment(facts.get("end_time")) or build.ended_at
    started_at = moment(facts.get("start_time")) or run.ended_at
    run.started_at = min(started_at, run.ended_at)
    for name in ("nodeset", "event_id", "error_detail"):
        run.metadata[name] = text(facts.get(name))
    run.metadata["source"] = settings.name
    run.metadata["tenant"] = settings.tenant
    run.metadata["final"] = "false" if facts.get("final") is False else ""
    run.metadata = {key: value for key, value in run.metadata.items() if value}
    return run


def document_of(build: Build) -> Mapping[str, Any]:
    """What was listed of a build, as its document keeps it; with its result, which a message may have told alone."""
    try:
        document = json.loads(build.document or "{}")
    except (ValueError, RecursionError):
        document = {}
    return {"result": build.version, **(document if isinstance(document, Mapping) else {})}


def manifest_url(facts: Mapping[str, Any]) -> str:
    """Where the list of a build's files is, if the build says so."""
    artifacts = facts.get("artifacts")
    for artifact in artifacts if isinstance(artifacts, list) else ():
        if isinstance(artifact, Mapping) and isinstance(metadata := artifact.get("metadata"), Mapping):
            url = artifact.get("url")
            if metadata.get("type") == "zuul_manifest" and isinstance(url, str):
                return url
    return ""


class Filters:
    """Which builds the settings want. `*` stands for any characters, as in Zuul's own filters of `builds`."""

    def __init__(self, settings: ZuulSettings) -> None:
        self._wanted = {
            "pipeline": settings.pipelines,
            "project": settings.projects,
            "branch": settings.branches,
            "job_name": settings.jobs,
        }
        self._patterns = {name: _pattern(values) for name, values in self._wanted.items() if values}
        # `build-times` knows no wildcards, so a filter that has one is applied here alone.
        self.query: list[tuple[str, str | int]] = [
            (name, value)
            for name, values in self._wanted.items()
            if not any("*" in each for each in values)
            for value in values
        ]

    def want(self, facts: Mapping[str, Any]) -> bool:
        """Whether a build is wanted, by its object or row in either shape."""
        ref = facts.get("ref")
        where = {**facts, **ref} if isinstance(ref, Mapping) else facts
        return all(pattern.fullmatch(text(where.get(name))) for name, pattern in self._patterns.items())


def _pattern(values: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(value).replace(r"\*", ".*") for value in values), re.DOTALL)
