"""What a build leaves on its log server: results in one form or another, the inventory, the output of its job, the manifest.

Which build leaves what follows from its seed alone.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from gatehealth.formats import subunit
from gatehealth.model import Result, Run, Status
from gatehealth.simulate import junit, names
from gatehealth.simulate.dice import Dice, Weights, mixed
from gatehealth.simulate.faults import Fault
from gatehealth.simulate.joboutput import JobOutput, job_output
from gatehealth.simulate.layout import Job, World
from gatehealth.simulate.outcomes import Happened
from gatehealth.simulate.views import run_of

MANIFEST = "zuul-manifest.json"
INVENTORY = "zuul-info/inventory.yaml"


class Form(StrEnum):
    """In what form the results of a build's tests lie on the log server."""

    PLAIN = "plain"  # testrepository.subunit
    GZIP = "gzip"  # testrepository.subunit.gz
    ENCODED = "encoded"  # testrepository.subunit, sent with Content-Encoding: gzip
    SEVERAL = "several"  # one subunit file in the root, one in a folder
    JUNIT = "junit"  # JUnit XML, in jobs that always leave it so
    EMPTY = "empty"  # a subunit file of no bytes
    CUT = "cut"  # a subunit file that ends within a packet
    ABSENT = "absent"  # no file: the job has no results of tests, or they were lost


_FORMS = (Form.PLAIN, Form.GZIP, Form.ENCODED, Form.SEVERAL, Form.EMPTY, Form.CUT, Form.ABSENT)
_FORM_WEIGHTS = Weights((560, 250, 90, 60, 10, 20, 10))
_JUNIT_JOBS = 9  # one job with tests in so many writes JUnit XML
_NO_MANIFEST = 0.06  # of builds with logs


@dataclass(frozen=True, slots=True)
class File:
    """A file on the log server."""

    content: bytes  # as it lies there
    mime_type: str
    encoded: bool = False  # it is gzip, and HTTP says so: who fetches it gets what is inside


@dataclass(slots=True)
class Left:
    """What a build left."""

    form: Form
    files: dict[str, File]  # by path below the build's log_url
    results: list[Result] = field(default_factory=list)  # that any of the files carries
    output: JobOutput | None = None
    host_id: str = ""

    @property
    def manifest(self) -> bool:
        """Whether a file says which files there are."""
        return MANIFEST in self.files


def form_of(job: Job, seed: int, word: str, *, has_results: bool) -> Form:
    """In what form a run of a job leaves its results."""
    if not has_results:
        return Form.ABSENT
    if job.index % _JUNIT_JOBS == _JUNIT_JOBS - 1:
        return Form.ABSENT if word == "TIMED_OUT" else Form.JUNIT  # it is written at the very end
    return _FORMS[_FORM_WEIGHTS.choose(Dice(mixed(seed, 21)))]


def has_manifest(seed: int) -> bool:
    """Whether the logs of a run, if it has any, come with a manifest."""
    return not Dice(mixed(seed, 22)).chance(_NO_MANIFEST)


def leave(world: World, faults: list[Fault], happened: Happened, tenant: str) -> Left:
    """The files of a build that has ended."""
    planned = happened.planned
    form = form_of(world.jobs[planned.job], planned.seed, happened.word, has_results=happened.columns is not None)
    left = Left(form, {})
    if not happened.logs:
        return left
    run = run_of(world, faults, happened)
    dice = Dice(mixed(planned.seed, 23))
    left.results = _add_results(left.files, form, run)
    left.host_id = "".join(f"{dice.bits():016x}" for _ in range(4))[:56]
    left.files[INVENTORY] = File(_inventory(world, happened, run, left.host_id, tenant), "text/plain")
    left.output = job_output(world, happened, hosts_of(run.job), dice)
    if dice.chance(0.5):
        left.files["job-output.json.gz"] = File(_gzip(left.output.document()), "application/gzip")
    else:
        left.files["job-output.json"] = File(left.output.document(), "application/json")
    left.files["job-output.txt"] = File(left.output.text(run.started_at), "text/plain")
    if has_manifest(planned.seed):
        left.files[MANIFEST] = File(_manifest(left.files, happened.ended_at), "application/json")
    return left


def _add_results(files: dict[str, File], form: Form, run: Run) -> list[Result]:
    """Adds the files of results; gives what they carry."""
    results, plain = run.results, "testrepository.subunit"
    if form is Form.ABSENT:
        return []
    if form is Form.JUNIT:
        content, carried = junit.write(run.job, results)
        files["logs/junit.xml"] = File(content, "application/xml")
        return carried
    if form is Form.EMPTY:
        files[plain] = File(b"", "application/octet-stream")
        return []
    if form is Form.SEVERAL:  # all attempts at a test are in one of them
        tests = dict.fromkeys(result.test for result in results)
        half = set(list(tests)[: len(tests) // 2])
        files[plain] = File(subunit.write(r for r in results if r.test in half), "application/octet-stream")
        other = subunit.write(r for r in results if r.test not in half)
        files["controller/logs/testrepository.subunit"] = File(other, "application/octet-stream")
    elif form is Form.CUT:
        results = results[: len(results) * 2 // 3]
        broken = subunit.write(run.results[len(results) : len(results) + 1])[:9]
        files[plain] = File(subunit.write(results) + broken, "application/octet-stream")
    elif form is Form.GZIP:
        files[plain + ".gz"] = File(_gzip(subunit.write(results)), "application/gzip")
    elif form is Form.ENCODED:
        files[plain] = File(_gzip(subunit.write(results)), "application/octet-stream", encoded=True)
    else:
        files[plain] = File(subunit.write(results), "application/octet-stream")
    if run.result != "TIMED_OUT":
        files["testr_results.html"] = File(_report(results), "text/html")
    return results


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=1, mtime=0)


def _report(results: Sequence[Result]) -> bytes:
    """The page that testr_results.html is: how many of each status."""
    rows = "".join(f"<tr><td>{s.word}</td><td>{sum(r.status is s for r in results)}</td></tr>" for s in Status)
    return f"<!DOCTYPE html><title>Unit Test Report</title><table>{rows}</table>\n".encode()


def hosts_of(job: str) -> list[str]:
    """The machines of a job's nodeset."""
    return ["controller", "compute1"] if "multinode" in job or "grenade" in job else ["controller"]


def _inventory(world: World, happened: Happened, run: Run, host_id: str, tenant: str) -> bytes:
    """The Ansible inventory that Zuul ran the job with. Texts are quoted as JSON, which YAML reads."""
    provider = names.PROVIDERS[happened.planned.provider]
    label = world.jobs[happened.planned.job].label
    hosts: dict[str, Any] = {}
    for number, host in enumerate(hosts_of(run.job)):
        address = f"203.0.113.{happened.planned.seed % 200 + number + 1}"
        hosts[host] = {
            "ansible_connection": "ssh",
            "ansible_host": address,
            "ansible_port": 22,
            "ansible_user": "zuul",
            "nodepool": {
                "az": None,
                "cloud": provider.cloud,
                "external_id": str(Dice(mixed(happened.planned.seed, 24 + number)).uuid()),
                "host_id": host_id if number == 0 else host_id[::-1],
                "interface_ip": address,
                "label": label,
                "private_ipv4": f"10.0.{happened.planned.seed % 250}.{number + 4}",
                "provider": provider.name,
                "public_ipv4": address,
                "region": provider.region,
                "slot": None,
            },
        }
    zuul: dict[str, Any] = {
        "branch": run.branch,
        "build": run.uuid.hex,
        "buildset": run.buildset,
        "executor": {"hostname": f"ze{happened.planned.seed % 12 + 1:02}.example.org"},
        "job": run.job,
        "pipeline": run.pipeline,
        "project": {"canonical_name": f"opendev.example.org/{run.project}", "name": run.project},
        "ref": run.ref,
        "tenant": tenant,
        "voting": bool(run.voting),
    }
    if run.change:
        zuul |= {"change": run.change, "change_url": run.ref_url, "patchset": run.patchset}
    document = {"all": {"hosts": hosts, "vars": {"zuul": zuul}}}
    return ("\n".join(_yaml(document, "")) + "\n").encode()


def _yaml(value: Mapping[str, Any], indent: str) -> Iterable[str]:
    for key, each in value.items():
        if isinstance(each, Mapping):
            yield f"{indent}{key}:"
            yield from _yaml(each, indent + "  ")
        else:
            yield f"{indent}{key}: {json.dumps(each)}"


_Node = dict[str, Any]


def _manifest(files: Mapping[str, File], ended_at: int) -> bytes:
    """The tree of all files, as the role generate-zuul-manifest writes it."""
    root: list[_Node] = []
    folders: dict[str, list[_Node]] = {"": root}
    for path, file in sorted(files.items()):
        parent = PurePosixPath(path).parent
        for folder in (*reversed(parent.parents), parent):
            if (where := "" if folder.name == "" else str(folder)) not in folders:
                children = folders[where] = []
                above = "" if folder.parent.name == "" else str(folder.parent)
                folders[above].append(
                    {"name": folder.name, "mimetype": "application/directory", "encoding": None, "children": children}
                )
        folders["" if parent.name == "" else str(parent)].append(
            {
                "name": PurePosixPath(path).name,
                "mimetype": file.mime_type,
                "encoding": "gzip" if path.endswith(".gz") else None,
                "last_modified": ended_at // 1_000_000,
                "size": len(file.content),
            }
        )
    return json.dumps({"tree": root, "index_links": False}).encode()
