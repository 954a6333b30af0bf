"""What GitLab says of pipelines, jobs and test reports, as builds, as the facts of our runs, and as JUnit XML again."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from gatehealth.collect.files import uuid_of_address
from gatehealth.collect.source import Build
from gatehealth.collect.texts import moment, text
from gatehealth.model import RESULT_OUTCOMES, Run

MAX_WORD = 60  # characters of a status
ENDED = frozenset({"success", "failed", "canceled", "skipped"})
_PIPELINE = ("id", "source", "ref", "sha", "updated_at")
_JOB = ("id", "name", "stage", "status", "failure_reason", "allow_failure", "web_url", "started_at", "finished_at", "tag_list")
_REQUEST = re.compile(r"refs/merge-requests/(\d+)/(?:head|merge|train)")
_PART = re.compile(r"(.+?)\s*\d+[\s:/\\]+\d+\s*")  # as GitLab tells them by their names
_FAILURES = {"failed": "failure", "error": "error"}

Object = Mapping[str, Any]


def objects(value: object) -> list[Object]:
    """The objects of a list; what is none is left out."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def request_of(pipeline: Object) -> str:
    """The number of the merge request that a pipeline is of, "" when it is of none."""
    found = _REQUEST.fullmatch(text(pipeline.get("ref")))
    return found[1] if found else ""


def builds_of(url: str, project: str, pipeline: Object, jobs: Sequence[Object], target: str) -> list[Build]:
    """The jobs of a pipeline that have ended, as builds; `target` is the branch that its merge request wants to get into.

    The results of parallel jobs grow while one after the other ends: each end makes another version of all of them.
    """
    parts = Counter(_parallel(job) for job in jobs if _status(job) in ENDED)
    builds = [build_of(url, project, pipeline, job, target, parts[_parallel(job)] if _parallel(job) else 0) for job in jobs]
    return [build for build in builds if build is not None]


def build_of(url: str, project: str, pipeline: Object, job: Object, target: str, parts: int = 0) -> Build | None:
    """A job as a build, if it has ended; `parts` is how many have of the parallel jobs that it is one of."""
    status = _status(job)
    # A job that never ran has no end of its own.
    ended_at = moment(job.get("finished_at")) or moment(pipeline.get("updated_at"))
    number = text(job.get("id"))
    if status not in ENDED or ended_at is None or not number:
        return None
    address = text(job.get("web_url")) or f"{url.rstrip('/')}/{project}/-/jobs/{number}"
    kept = {
        "project": project,
        "target": target,
        "pipeline": {name: pipeline[name] for name in _PIPELINE if name in pipeline},
        "job": {name: job[name] for name in _JOB if name in job} | {"web_url": address},
        "runner": text(_object(job, "runner").get("description")),
        "report": any(artifact.get("file_type") == "junit" for artifact in objects(job.get("artifacts"))),
        "expires_at": text(job.get("artifacts_expire_at")),
    }
    version = " ".join(part for part in (status, text(job.get("finished_at")), str(parts or "")) if part)
    # Its own address is how a job knows itself, too: $CI_JOB_URL.
    return Build(uuid_of_address(address), ended_at, version, json.dumps(kept, separators=(",", ":")))


def run_of(build: Build, document: Object) -> Run:
    """The run with its facts; what is missing or of another type is left out."""
    pipeline, job = _object(document, "pipeline"), _object(document, "job")
    run = Run(build.uuid)
    run.project, run.job, run.pipeline = text(document.get("project")), text(job.get("name")), text(pipeline.get("source"))
    run.change = request_of(pipeline)
    run.branch = text(document.get("target")) if run.change else text(pipeline.get("ref"))
    run.log_url = text(job.get("web_url"))
    home, commit = run.log_url.partition("/-/jobs/")[0], text(pipeline.get("sha"))
    if run.change:
        run.ref_url = f"{home}/-/merge_requests/{run.change}"
    elif commit:
        run.ref_url = f"{home}/-/commit/{commit}"
    run.buildset = text(pipeline.get("id"))
    allowed = job.get("allow_failure")
    run.voting = not allowed if isinstance(allowed, bool) else None
    run.result = _result(job)
    run.ended_at = build.ended_at
    run.started_at = min(moment(job.get("started_at")) or build.ended_at, build.ended_at)
    tags = job.get("tag_list")
    metadata = {
        "stage": text(job.get("stage")),
        "commit": commit,
        "runner": text(document.get("runner")),
        "node_label": text(" ".join(text(tag) for tag in tags)) if isinstance(tags, list) else "",
    }
    run.metadata = {key: value for key, value in metadata.items() if value}
    return run


def _parallel(job: Object) -> str:
    """What the parallel jobs that this is one of have in common: `rspec` of `rspec 1/3`; "" when it is alone."""
    found = _PART.fullmatch(text(job.get("name")))
    return found[1] if found else ""


def _status(job: Object) -> str:
    return text(job.get("status"), MAX_WORD)


def _result(job: Object) -> str:
    """GitLab's word for the end of a job: why it failed, where that says more than that its script did."""
    status, reason = _status(job), text(job.get("failure_reason"), MAX_WORD)
    return reason if status == "failed" and reason.upper() in RESULT_OUTCOMES else status


def document_of(build: Build) -> Object:
    """What was listed of a build, as its document keeps it."""
    try:
        document = json.loads(build.document or "{}")
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, Mapping) else {}


def suites_of(job: Object, report: Object, summary: Object) -> tuple[list[Object], str]:
    """The suites of a pipeline's test report that are a job's; and, when another job has them, its number.

    The summary says of which jobs a suite is. GitLab adds parallel jobs (`rspec 1/3`, `rspec 2/3`) up to one: the first has it.
    """
    number, name = text(job.get("id")), text(job.get("name"))
    jobs_of = {text(each.get("name")): _numbers(each.get("build_ids")) for each in objects(summary.get("test_suites"))}
    own, other = [], ""
    for suite in objects(report.get("test_suites")):
        numbers = jobs_of.get(text(suite.get("name"))) or ([number] if text(suite.get("name")) == name else [])
        if number in numbers:
            if numbers[0] == number:
                own.append(suite)
            else:
                other = numbers[0]
    return own, other


def junit_of(suite: Object, limit: int) -> bytes:
    """A suite as JUnit XML again, so that one reader decides what its cases mean; `limit` is characters of one text."""
    root = ElementTree.Element("testsuite", name=text(suite.get("name")))
    for case in objects(suite.get("test_cases")):
        element = ElementTree.SubElement(root, "testcase", name=text(case.get("name")))
        if text(case.get("classname")):
            element.set("classname", text(case.get("classname")))
        seconds = case.get("execution_time")
        if isinstance(seconds, int | float) and not isinstance(seconds, bool):
            element.set("time", repr(float(seconds)) if abs(seconds) < 10**9 else "")
        parts = (_output(case.get("system_output"), limit), text(case.get("stack_trace"), limit))
        said = "\n".join(part for part in parts if part)
        status = text(case.get("status"))
        if status in _FAILURES:
            ElementTree.SubElement(element, _FAILURES[status]).text = said
        elif status == "skipped":
            ElementTree.SubElement(element, "skipped").text = said
    made: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return made


def _output(value: object, limit: int) -> str:
    """What a test said: mostly text, but GitLab gives an object where the XML had attributes."""
    if isinstance(value, Mapping | list):
        value = json.dumps(value, indent=1, ensure_ascii=False)[: limit + 1]
    return text(value, limit)


def _numbers(value: object) -> list[str]:
    listed = value if isinstance(value, Sequence) and not isinstance(value, str) else []
    return sorted((number for each in listed if (number := text(each))), key=lambda number: (len(number), number))


def _object(value: Object, name: str) -> Object:
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}
