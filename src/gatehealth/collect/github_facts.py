"""What GitHub Actions says of runs, jobs and artifacts, as builds and as the facts of our runs.

GitHub's run of a workflow is a buildset here, and each of its jobs a run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from gatehealth.collect.files import uuid_of_address
from gatehealth.collect.source import Build
from gatehealth.collect.texts import moment, text
from gatehealth.model import Run

MAX_WORD = 60  # characters of a conclusion
LATE = timedelta(seconds=60)  # after a job's end in which its last artifact may be dated
_RUN = ("id", "html_url", "name", "event", "head_branch", "head_sha", "run_attempt", "conclusion", "updated_at")
_JOB = ("id", "name", "workflow_name", "html_url", "conclusion", "started_at", "completed_at", "run_attempt", "labels")
_WORDS = re.compile(r"[a-z0-9]+")

Object = Mapping[str, Any]


def objects(value: object, name: str) -> list[Object]:
    """The objects of a list in an answer: `{"total_count": 1, name: [...]}`; what is none is left out."""
    listed = value.get(name) if isinstance(value, Mapping) else None
    return [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []


def builds_of(repository: str, run: Object, jobs: Sequence[Object]) -> list[Build]:
    """A build for each job that has ended; one for the run itself when it never had a job, as with a broken workflow file."""
    wanted = [job for job in _once(jobs) if job.get("status") == "completed" or text(job.get("conclusion"))]
    found = [_build(repository, run, job) for job in wanted] if jobs else [_build(repository, run, None)]
    return [build for build in found if build is not None]


def _once(jobs: Sequence[Object]) -> list[Object]:
    """Jobs without the copies that later attempts list of jobs that were not run again."""
    first: dict[tuple[str, str, str], Object] = {}
    for job in sorted(jobs, key=lambda job: _number(job.get("run_attempt"))):
        first.setdefault((text(job.get("name")), text(job.get("started_at")), text(job.get("completed_at"))), job)
    return list(first.values())


def _build(repository: str, run: Object, job: Object | None) -> Build | None:
    told = job if job is not None else run
    ended_at = moment(told.get("completed_at")) or moment(run.get("updated_at"))
    result = text(told.get("conclusion"), MAX_WORD)
    if ended_at is None or not result or not text(run.get("id")) or not text(told.get("id")):
        return None
    address = _address(repository, run)
    if job is not None:
        # A job's number is that of its check run, which the job itself knows as `job.check_run_id`.
        address = f"{address}/job/{text(job.get('id'))}"
    pulls = objects(run, "pull_requests")
    kept = {
        "repository": repository,
        "run": {name: run[name] for name in _RUN if name in run},
        "job": {name: job[name] for name in _JOB if name in job} if job is not None else None,
        "pull": _pull(pulls[0]) if pulls else None,
    }
    version = f"{result} {ended_at:%Y-%m-%dT%H:%M:%S}"
    return Build(uuid_of_address(address), ended_at, version, json.dumps(kept, separators=(",", ":")))


def _pull(pull: Object) -> dict[str, str]:
    base = pull.get("base")
    return {"number": text(pull.get("number")), "branch": text(base.get("ref")) if isinstance(base, Mapping) else ""}


def run_of(build: Build, document: Object) -> Run:
    """The run with its facts; what is missing or of another type is left out."""
    run, job, pull = (_object(document, name) for name in ("run", "job", "pull"))
    repository = text(document.get("repository"))
    event = text(run.get("event"))
    of_pull = event.startswith("pull_request")
    workflow = text(job.get("workflow_name")) or text(run.get("name"))
    found = Run(build.uuid)
    found.job = "/".join(part for part in (workflow, text(job.get("name"))) if part)
    found.project, found.pipeline = repository, event
    # The branch that a pull request wants to get into; its head may be of a fork, and says nothing of this project.
    found.branch = text(pull.get("branch")) if of_pull else text(run.get("head_branch"))
    found.change = text(pull.get("number")) if of_pull else ""
    server = _address(repository, run).partition(f"/{repository}/")[0]
    commit = text(run.get("head_sha"))
    if found.change:
        found.ref_url = f"{server}/{repository}/pull/{found.change}"
    elif commit:
        found.ref_url = f"{server}/{repository}/commit/{commit}"
    found.buildset = text(run.get("id"))
    found.result = text((job or run).get("conclusion"), MAX_WORD)
    found.log_url = text(job.get("html_url")) or _address(repository, run)
    found.ended_at = build.ended_at
    found.started_at = min(moment(job.get("started_at")) or build.ended_at, build.ended_at)
    labels = job.get("labels")
    metadata = {
        "workflow": workflow,
        "attempt": text(job.get("run_attempt")),
        "commit": commit,
        "node_label": text(" ".join(text(label) for label in labels)) if isinstance(labels, list) else "",
    }
    found.metadata = {key: value for key, value in metadata.items() if value}
    return found


def document_of(build: Build) -> Object:
    """What was listed of a build, as its document keeps it."""
    try:
        document = json.loads(build.document or "{}")
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, Mapping) else {}


def job_number(document: Object) -> str:
    """The number of the job that a document is of; "" when it is of a run without jobs."""
    return text(_object(document, "job").get("id"))


def owner_of(artifact: Object, jobs: Iterable[Object]) -> str | None:
    """The number of the job that made an artifact, None when it cannot be told. GitHub knows only the run.

    It is the one job that ran when the artifact was made; of several, the one whose name is in the artifact's: all its
    words, or those of its matrix, as with `junit-3.11-ubuntu` of the job `test (3.11, ubuntu)`.
    """
    made_at = moment(artifact.get("created_at"))
    running = [job for job in jobs if _ran(job, made_at)]
    if len(running) > 1:
        words = set(_words(text(artifact.get("name"))))
        matching = [(max(map(len, told)), job) for job in running if (told := [n for n in _names(job) if n <= words])]
        most = max((count for count, _ in matching), default=0)
        running = [job for count, job in matching if count == most]
    return text(running[0].get("id")) if len(running) == 1 else None


def _ran(job: Object, at: datetime | None) -> bool:
    started_at, ended_at = moment(job.get("started_at")), moment(job.get("completed_at"))
    if started_at is None or ended_at is None or job.get("conclusion") == "skipped":
        return False
    return at is None or started_at <= at <= ended_at + LATE


def _names(job: Object) -> list[set[str]]:
    name = text(job.get("name"))
    matrix = _words(name.rpartition("(")[2]) if "(" in name else []
    return [set(words) for words in (_words(name), matrix) if words]


def _words(name: str) -> list[str]:
    return _WORDS.findall(name.lower())


def _address(repository: str, run: Object) -> str:
    """A run's page, which is how a job knows itself, too: $GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID."""
    return text(run.get("html_url")) or f"https://github.com/{repository}/actions/runs/{text(run.get('id'))}"


def _object(document: Object, name: str) -> Object:
    value = document.get(name)
    return value if isinstance(value, Mapping) else {}


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
