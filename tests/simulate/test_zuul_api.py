"""A simulated Zuul answers as Zuul does: its builds are the gate's, by end, by id, by what was tested, in either shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from gatehealth.model import Run
from gatehealth.simulate import Gate
from gatehealth.simulate.clock import Stopped
from gatehealth.simulate.zuul import Zuul, create

from .conftest import FORTNIGHT
from .servers import listening

TENANT = "/api/tenant/openstack"
OVER = FORTNIGHT.end + timedelta(days=2, hours=15)  # Monday afternoon: the gate has gone on
FLAT = ("project", "branch", "change", "patchset", "ref", "newrev", "ref_url")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def clock() -> Stopped:
    return Stopped(OVER)


@pytest.fixture(scope="module")
def zuul(gate: Gate, clock: Stopped) -> Zuul:
    return create(gate, clock)


@pytest.fixture(scope="module")
def client(zuul: Zuul) -> Iterator[httpx.Client]:
    with listening(zuul) as client:
        yield client


@pytest.fixture(scope="module")
def builds(client: httpx.Client) -> list[Row]:
    """All of them."""
    return rows(client, "builds", limit=100_000)


def rows(client: httpx.Client, what: str, **parameters: Any) -> list[Row]:
    answer = client.get(f"{TENANT}/{what}", params=parameters)
    assert answer.status_code == 200, answer.text
    found: list[Row] = answer.json()
    return found


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_builds_are_the_runs_of_the_gate(builds: list[Row], runs: list[Run]) -> None:
    by_uuid = {build["uuid"]: build for build in builds}
    assert len(by_uuid) == len(builds)
    assert {run.uuid.hex for run in runs} <= set(by_uuid)
    for run in runs:
        build = by_uuid[run.uuid.hex]
        assert run.started_at is not None
        assert run.ended_at is not None
        assert build["job_name"] == run.job
        assert build["result"] == run.result
        assert build["pipeline"] == run.pipeline
        assert build["voting"] == run.voting
        assert build["buildset"] == {"uuid": run.buildset}
        assert {key: build["ref"][key] for key in ("project", "branch", "ref", "ref_url")} == {
            key: getattr(run, key) for key in ("project", "branch", "ref", "ref_url")
        }
        assert str(build["ref"]["change"] or "") == run.change
        assert (build["ref"]["patchset"] or "") == run.patchset
        assert moment(build["start_time"]) == run.started_at.replace(microsecond=0)
        assert moment(build["end_time"]) == run.ended_at.replace(microsecond=0)
        assert build["duration"] == (moment(build["end_time"]) - moment(build["start_time"])).total_seconds()
        assert bool(build["log_url"]) == bool(run.log_url)
        assert build["final"] == (run.result != "RETRY")
        assert build["nodeset"] == run.metadata["node_label"]


def test_a_build_is_unknown_then_running_then_ended(gate: Gate, runs: list[Run]) -> None:
    run = next(run for run in runs[1_000:] if run.result == "SUCCESS")
    assert run.started_at is not None
    assert run.ended_at is not None
    clock = Stopped(run.started_at - timedelta(seconds=2))
    with listening(create(gate, clock)) as client:
        path = f"{TENANT}/build/{run.uuid.hex}"
        assert client.get(path).status_code == 404
        clock.at = run.started_at + timedelta(seconds=2)
        running = client.get(path).json()
        assert [running[key] for key in ("result", "end_time", "duration", "log_url")] == [None] * 4
        assert rows(client, "builds", uuid=run.uuid.hex, complete="false")[0]["_id"] == running["_id"]
        assert rows(client, "builds", uuid=run.uuid.hex, complete="true") == []
        heads = [head for pipeline in client.get(f"{TENANT}/status").json()["pipelines"] for head in pipeline["change_queues"]]
        assert run.uuid.hex in str(heads)
        clock.at = run.ended_at + timedelta(seconds=2)
        ended = client.get(path).json()
        assert ended["result"] == "SUCCESS"
        assert ended["_id"] == running["_id"]
        assert rows(client, "builds", uuid=run.uuid.hex, complete="false") == []
        assert client.get(ended["log_url"] + "job-output.txt").status_code == 200


def test_ids_are_given_at_the_start_so_that_long_builds_end_with_low_ones(builds: list[Row]) -> None:
    assert [build["_id"] for build in builds] == sorted((build["_id"] for build in builds), reverse=True)
    starts = [build["start_time"] for build in builds]
    assert starts == sorted(starts, reverse=True)
    ends = [build["end_time"] for build in builds if build["end_time"]]
    assert ends != sorted(ends, reverse=True)


def test_build_times_are_those_that_ended_in_a_period_the_last_first(client: httpx.Client, builds: list[Row]) -> None:
    since, until = "2026-11-17T22:10:00", "2026-11-18T03:00:00"
    found = rows(client, "build-times", start_time=since, end_time=until, limit=10_000)
    ends = [row["end_time"] for row in found]
    assert ends == sorted(ends, reverse=True)
    expected = {build["uuid"]: build for build in builds if build["end_time"] and since <= build["end_time"] <= until}
    assert len(expected) > 20
    assert {row["uuid"] for row in found} == set(expected)
    for row in found:
        build = expected[row["uuid"]]
        for key in ("_id", "job_name", "result", "start_time", "end_time", "duration", "final", "pipeline"):
            assert row[key] == build[key]
        assert {row[key] for key in ("project", "branch", "ref")} == {build["ref"][key] for key in ("project", "branch", "ref")}


def test_pages_together_are_the_whole_list(client: httpx.Client, builds: list[Row]) -> None:
    pages = [rows(client, "builds", limit=997, skip=skip) for skip in range(0, len(builds) + 997, 997)]
    assert [row["uuid"] for page in pages for row in page] == [build["uuid"] for build in builds]
    assert len(rows(client, "builds")) == len(rows(client, "build-times")) == len(rows(client, "buildsets")) == 50


def test_ids_bound_a_list(client: httpx.Client, builds: list[Row]) -> None:
    low, high = builds[700]["_id"], builds[300]["_id"]
    found = rows(client, "builds", idx_min=low, idx_max=high, limit=10_000)
    assert [row["uuid"] for row in found] == [build["uuid"] for build in builds[300:701]]


@pytest.mark.parametrize(
    ("parameters", "matches"),
    [
        ({"pipeline": ["gate", "periodic"]}, lambda b: b["pipeline"] in ("gate", "periodic")),
        ({"project": "openstack/n*"}, lambda b: b["ref"]["project"].startswith("openstack/n")),
        (
            {"job_name": ["tempest-*", "openstack-tox-pep8"]},
            lambda b: b["job_name"].startswith(("tempest-", "openstack-tox-pep8")),
        ),
        ({"branch": "stable/*"}, lambda b: b["ref"]["branch"].startswith("stable/")),
        ({"result": ["TIMED_OUT", "RETRY"]}, lambda b: b["result"] in ("TIMED_OUT", "RETRY")),
        ({"exclude_result": ["SUCCESS", "FAILURE"]}, lambda b: b["result"] not in ("SUCCESS", "FAILURE", None)),
        ({"final": "false"}, lambda b: b["result"] == "RETRY"),
        ({"final": "true"}, lambda b: b["result"] != "RETRY"),
        ({"complete": "false"}, lambda b: b["result"] is None),
        ({"complete": "true"}, lambda b: b["result"] is not None),
        ({"voting": "false"}, lambda b: not b["voting"]),
        ({"nodeset": "ubuntu-jammy"}, lambda b: b["nodeset"] == "ubuntu-jammy"),
        (
            {"project": "openstack/nova", "pipeline": "gate"},
            lambda b: (b["ref"]["project"], b["pipeline"]) == ("openstack/nova", "gate"),
        ),
    ],
)
def test_parameters_choose_builds(client: httpx.Client, builds: list[Row], parameters: Row, matches: Any) -> None:
    found = rows(client, "builds", **parameters, limit=100_000)
    assert [row["uuid"] for row in found] == [build["uuid"] for build in builds if matches(build)]
    assert 0 < len(found) < len(builds)


def test_what_was_tested_chooses_builds(client: httpx.Client, builds: list[Row]) -> None:
    some = next(build for build in builds if build["ref"]["change"])
    for name, value in (("change", some["ref"]["change"]), ("ref", some["ref"]["ref"])):
        found = rows(client, "builds", **{name: value}, limit=1_000)
        assert {row["uuid"] for row in found} == {b["uuid"] for b in builds if b["ref"][name] == value}
    item = rows(client, "builds", queue_item_uuid=some["queue_item_uuid"])
    assert {row["buildset"]["uuid"] for row in item} == {some["buildset"]["uuid"]}


def test_uuids_are_asked_for_in_batches(client: httpx.Client, builds: list[Row]) -> None:
    wanted = [build["uuid"] for build in builds[::97]]
    found = rows(client, "builds", uuid=[*wanted, "0" * 32], limit=1_000)
    assert [row["uuid"] for row in found] == wanted


def test_a_wildcard_means_nothing_in_build_times(client: httpx.Client) -> None:
    assert rows(client, "build-times", job_name="tempest-*") == []
    assert rows(client, "build-times", job_name="openstack-tox-pep8")


def test_one_build_says_more_of_its_buildset(client: httpx.Client, builds: list[Row]) -> None:
    one = client.get(f"{TENANT}/build/{builds[500]['uuid']}").json()
    assert one["buildset"].pop("refs") == [one["ref"]]
    assert one == builds[500]


def test_the_old_shape_is_flat_and_the_new_one_is_not(gate: Gate, clock: Stopped, builds: list[Row]) -> None:
    with listening(create(gate, clock, shape="old", build_times=False)) as client:
        old = {build["uuid"]: build for build in rows(client, "builds", limit=100_000)}
        assert client.get(f"{TENANT}/build-times").status_code == 404
        assert client.get(f"{TENANT}/build/{builds[9]['uuid']}").json()["buildset"] == builds[9]["buildset"]
    assert len(old) == len(builds)
    for build in builds:
        flat = old[build["uuid"]]
        assert {key: flat[key] for key in FLAT} == {key: build["ref"][key] for key in FLAT}
        same = set(build) - {"ref", "queue_item_uuid", "log_url", "artifacts"}  # the port is another
        assert {key: flat[key] for key in same} == {key: build[key] for key in same}
        assert not set(build) & (set(FLAT) - {"ref"})


def test_a_buildset_has_all_its_builds_and_a_result_once_they_ended(client: httpx.Client, builds: list[Row]) -> None:
    members: dict[str, list[Row]] = {}
    for build in builds:
        members.setdefault(build["buildset"]["uuid"], []).append(build)
    listed = rows(client, "buildsets", limit=100_000)
    assert {row["uuid"] for row in listed} == set(members)
    assert [row["_id"] for row in listed] == sorted((row["_id"] for row in listed), reverse=True)
    words: Counter[str | None] = Counter()
    for row in listed:
        its = [build for build in members[row["uuid"]] if build["final"] and build["voting"]]
        words[row["result"]] += 1
        if row["result"] == "SUCCESS":
            assert {build["result"] for build in its} <= {"SUCCESS", "SKIPPED"}
        elif row["result"] == "FAILURE":
            assert not {build["result"] for build in its} <= {"SUCCESS", "SKIPPED"}
        elif row["result"] is None:
            assert row["last_build_end_time"] is None
    assert words[None] > 0
    assert min(words["SUCCESS"], words["FAILURE"], words["DEQUEUED"]) > 10
    retried = next(build for build in builds if build["result"] == "RETRY" and build["_id"] < builds[50]["_id"])
    one = client.get(f"{TENANT}/buildset/{retried['buildset']['uuid']}").json()
    assert {build["uuid"] for build in one["builds"]} == {build["uuid"] for build in members[one["uuid"]]}
    assert sum(build["job_name"] == retried["job_name"] for build in one["builds"]) > 1
    assert [row["uuid"] for row in rows(client, "buildsets", uuid=one["uuid"])] == [one["uuid"]]
    assert not rows(client, "buildsets", result="DEQUEUED", complete="false")


def test_status_shows_what_is_running(client: httpx.Client, builds: list[Row]) -> None:
    status = client.get(f"{TENANT}/status").json()
    items = [
        item for pipe in status["pipelines"] for queue in pipe["change_queues"] for head in queue["heads"] for item in head
    ]
    shown = {job["uuid"] for item in items for job in item["jobs"] if job["uuid"] and job["result"] is None}
    assert shown == {build["uuid"] for build in builds if build["result"] is None} != set()
    assert status["zuul_version"]


def test_configuration_is_the_gates(client: httpx.Client, gate: Gate) -> None:
    assert [tenant["name"] for tenant in client.get("/api/tenants").json()] == ["openstack"]
    assert "capabilities" in client.get("/api/info").json()["info"]
    assert {job["name"] for job in rows(client, "jobs")} == {job.name for job in gate.world.jobs}
    assert {project["name"] for project in rows(client, "projects")} == {project.name for project in gate.world.projects}
    assert {pipeline["name"] for pipeline in rows(client, "pipelines")} >= {"check", "gate"}


def test_the_api_answers_for_its_only_tenant_too(client: httpx.Client) -> None:
    for path in ("builds", "build-times", "buildsets", "jobs"):
        assert client.get(f"/api/{path}").json() == client.get(f"{TENANT}/{path}").json()


@pytest.mark.parametrize("path", ["build/none", "buildset/none", "build/", "nothing"])
def test_what_there_is_not_is_a_404(client: httpx.Client, path: str) -> None:
    assert client.get(f"{TENANT}/{path}").status_code == 404
    assert client.get("/api/tenant/other/builds").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["builds?idx_min=x", "builds?idx_max=1.5", "builds?limit=many", "buildsets?skip=-1", "builds?final=perhaps",
     "build-times?start_time=yesterday"],
)  # fmt: skip
def test_what_cannot_be_understood_is_a_400(client: httpx.Client, query: str) -> None:
    assert client.get(f"{TENANT}/{query}").status_code == 400


def test_old_builds_are_pruned(gate: Gate, builds: list[Row]) -> None:
    with listening(create(gate, Stopped(OVER), keep_days=3)) as client:
        found = rows(client, "builds", limit=100_000)
    assert [row["uuid"] for row in found] == [build["uuid"] for build in builds[: len(found)]]
    assert moment(found[-1]["start_time"]).date() == (OVER - timedelta(days=3)).date()


def test_a_gate_goes_on_for_ever_in_little_memory(gate: Gate) -> None:
    clock = Stopped(FORTNIGHT.end)
    zuul = create(gate, clock, keep_days=2)
    with listening(zuul) as client:
        seen = set()
        for day in range(1, 8):
            clock.at = FORTNIGHT.end + timedelta(days=day)
            seen.update(row["uuid"] for row in rows(client, "builds", limit=10_000))
            assert len(zuul._builds._days) <= 4
        assert len(seen) > 7 * FORTNIGHT.runs_per_day // 3
