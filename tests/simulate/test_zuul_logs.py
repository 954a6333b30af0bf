"""What a simulated build leaves on its log server is what the truth says that it left."""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import httpx
import pytest
import yaml

from gatehealth import formats
from gatehealth.formats.names import number_attempts
from gatehealth.model import Result, Status
from gatehealth.simulate import Gate
from gatehealth.simulate.clock import Stopped
from gatehealth.simulate.ended import Ended
from gatehealth.simulate.logs import Form
from gatehealth.simulate.zuul import Zuul, create

from .conftest import FORTNIGHT
from .servers import listening

RESULT_FILES = (
    "testrepository.subunit",
    "testrepository.subunit.gz",
    "controller/logs/testrepository.subunit",
    "logs/junit.xml",
)


@pytest.fixture(scope="module")
def zuul(gate: Gate) -> Zuul:
    return create(gate, Stopped(FORTNIGHT.end - timedelta(days=3)))  # the evening of the bad Tuesday is the last


@pytest.fixture(scope="module")
def client(zuul: Zuul) -> Iterator[httpx.Client]:
    with listening(zuul) as client:
        yield client


@pytest.fixture(scope="module")
def ended(zuul: Zuul, client: httpx.Client) -> list[Ended]:
    return list(islice(zuul.ended(str(client.base_url).rstrip("/")), 1_200))


def key(results: list[Result], *, attached: bool) -> list[tuple[Any, ...]]:
    """Results in an order of their own, to be compared."""
    return sorted(
        (
            *(result.test, result.attempt, result.status, result.started_at or 0, result.ended_at or 0),
            [(attachment.name, attachment.content) for attachment in result.attachments] if attached else [],
        )
        for result in results
    )


def test_every_form_and_every_lack_is_met(ended: list[Ended]) -> None:
    assert {each.form for each in ended} == set(Form)
    assert {each.lack for each in ended} == {"", "no logs", "no result file", "unparsable"}
    assert Counter(bool(each.run.results) for each in ended)[True] > 600


def test_the_files_hold_the_results_that_the_truth_tells(client: httpx.Client, ended: list[Ended]) -> None:
    by_form: dict[Form, list[Ended]] = defaultdict(list)
    for each in ended:
        if each.run.log_url:
            by_form[each.form].append(each)
    for form, found in by_form.items():
        for each in found[:15]:
            results: list[Result] = []
            damage = []
            for path in RESULT_FILES:
                answer = client.get(each.run.log_url + path)
                if answer.status_code == 200 and answer.content:
                    content = gzip.decompress(answer.content) if path.endswith(".gz") else answer.content
                    parsed = formats.parse(content)
                    results += parsed.results
                    damage += parsed.damage
            number_attempts(results)
            assert key(results, attached=form is not Form.JUNIT) == key(each.run.results, attached=form is not Form.JUNIT)
            assert not results or (form is Form.CUT) == any("packet" in line or "cut" in line for line in damage), damage


def test_cut_and_junit_files_lose_what_they_cannot_hold(gate: Gate, ended: list[Ended], runs: list[Any]) -> None:
    whole = {run.uuid: run.results for run in runs}
    for each in ended:
        before = whole[each.run.uuid]
        if each.form is Form.CUT:
            assert len(each.run.results) < len(before)
        elif each.form is Form.JUNIT:
            assert {r.status for r in each.run.results} <= set(Status) - {Status.INCOMPLETE}
            assert [(r.test, r.attempt) for r in each.run.results if r.status is Status.FAIL] or each.run.result != "FAILURE"
        elif each.run.results:
            assert len(each.run.results) == len(before)


def test_the_manifest_lists_every_file_with_its_size(client: httpx.Client, ended: list[Ended]) -> None:
    with_logs = [each for each in ended if each.run.log_url][:250]
    lacking = 0
    for each in with_logs:
        answer = client.get(each.run.log_url + "zuul-manifest.json")
        if answer.status_code == 404:
            lacking += 1
            continue
        files = dict(listed(answer.json()["tree"], ""))
        assert {"job-output.txt", "zuul-info/inventory.yaml"} <= set(files)
        for path, size in files.items():
            with client.stream("GET", each.run.log_url + path) as stream:
                assert stream.status_code == 200
                assert sum(len(piece) for piece in stream.iter_raw()) == size
    assert 0 < lacking < len(with_logs) / 5


def listed(tree: list[dict[str, Any]], above: str) -> Iterator[tuple[str, int]]:
    for node in tree:
        if "children" in node:
            yield from listed(node["children"], f"{above}{node['name']}/")
        else:
            yield above + node["name"], node["size"]


def test_artifacts_point_at_files_that_are_there(client: httpx.Client, ended: list[Ended]) -> None:
    found = Counter()
    for build in client.get("/api/tenant/openstack/builds", params={"limit": 200}).json():
        for artifact in build["artifacts"]:
            assert artifact["url"].startswith(build["log_url"])
            assert client.get(artifact["url"]).status_code == 200 or build["result"] == "TIMED_OUT"
            found[artifact["metadata"]["type"]] += 1
    assert min(found["zuul_manifest"], found["unit_test_report"]) > 50


def test_the_inventory_says_where_a_build_ran(client: httpx.Client, ended: list[Ended]) -> None:
    for each in [each for each in ended if each.run.log_url][:80]:
        said = yaml.safe_load(client.get(each.run.log_url + "zuul-info/inventory.yaml").text)["all"]
        node = said["hosts"]["controller"]["nodepool"]
        run = each.run
        assert (node["provider"], node["region"]) == (run.provider, run.metadata["region"])
        assert [node[k] for k in ("cloud", "label", "host_id")] == [run.metadata[k] for k in ("cloud", "node_label", "host_id")]
        zuul = said["vars"]["zuul"]
        assert [zuul[k] for k in ("build", "buildset", "job", "pipeline", "branch", "ref")] == [
            *(run.uuid.hex, run.buildset, run.job, run.pipeline, run.branch, run.ref)
        ]
        assert zuul.get("change", "") == run.change


def test_job_output_shows_the_task_at_which_a_build_failed(client: httpx.Client, ended: list[Ended]) -> None:
    words: Counter[str] = Counter()
    for each in ended:
        run = each.run
        if not run.log_url or run.results or words[run.result] > 20:
            continue
        words[run.result] += 1
        answer = client.get(run.log_url + "job-output.json.gz")
        packed = answer.status_code == 200
        text = gzip.decompress(answer.content) if packed else client.get(run.log_url + "job-output.json").content
        failed = [
            (playbook["phase"], playbook["playbook"], host)
            for playbook in json.loads(text)
            for host, stats in playbook["stats"].items()
            if stats["failures"] or stats["unreachable"]
        ]
        told = tuple(run.metadata.get(name, "") for name in ("failed_phase", "failed_playbook", "failed_host"))
        assert failed == ([told] if "failed_task" in run.metadata else [])
        assert bool(failed) == (run.result in ("FAILURE", "RETRY", "RETRY_LIMIT", "POST_FAILURE", "DISK_FULL"))
    assert min(words[word] for word in ("FAILURE", "RETRY", "RETRY_LIMIT", "POST_FAILURE", "SUCCESS")) > 0


def test_a_build_without_logs_has_no_place_for_them(ended: list[Ended]) -> None:
    without = [each for each in ended if each.run.result in ("NODE_FAILURE", "SKIPPED", "CANCELED", "MERGE_CONFLICT")]
    assert {each.run.result for each in without} >= {"SKIPPED", "CANCELED"}
    for each in without:
        assert (each.run.log_url, each.run.provider, each.lack) == ("", "", "no logs")


def test_no_other_path_gives_a_file(client: httpx.Client, ended: list[Ended]) -> None:
    url = next(each.run.log_url for each in ended if each.run.log_url)
    for path in ("", "nothing.txt", "../../../etc/passwd", "%2e%2e/zuul-manifest.json"):
        assert client.get(url + path).status_code == 404


def test_truth_json_tells_the_same(client: httpx.Client, gate: Gate) -> None:
    small = create(gate, Stopped(FORTNIGHT.start + timedelta(hours=15)))
    with listening(small) as other:
        said = other.get("/truth.json").json()
        told = list(small.ended(str(other.base_url).rstrip("/")))
    assert said["faults"] == gate.truth()["faults"]
    assert said["now"] == "2026-11-07T15:00:00Z"
    assert [build["uuid"] for build in said["builds"]] == [each.run.uuid.hex for each in told] != []
    for build, each in zip(said["builds"], told, strict=True):
        assert sum(build["results"].values()) == len(each.run.results)
        assert build["metadata"] == each.run.metadata
