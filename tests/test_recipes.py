"""The recipes of the documentation do what they say: each is taken out of docs/ and run, with curl, against a real server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers import JUNIT, Server, result, serving, settings_for, stream

from gatehealth.collect.files import uuid_of_address
from gatehealth.collect.github_facts import builds_of
from gatehealth.collect.gitlab_facts import build_of

DOCS = Path(__file__).parents[1] / "docs"
RECIPES = DOCS / "recipes"
ODD = "@fix;\"quoted\" 'and' $HOME `id`, ü"  # a branch that no shell, form or template may take for something else

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")


@pytest.fixture
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own; the current folder has two result files."""
    (folder / "junit.xml").write_text(JUNIT)
    (folder / "testrepository.subunit.gz").write_bytes(stream(result("x.test")))
    with serving(settings_for(tmp_path_factory.mktemp("server"))) as running:
        yield running


def upload_token(server: Server) -> str:
    return server.store.tokens.create("recipe", ["upload"])


def shell(script: str, folder: Path, variables: dict[str, str], *command: str) -> dict[str, Any]:
    """What the server answered to a script, run as its CI system runs it, with nothing else in the environment."""
    ran = subprocess.run(
        [*command, script],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr + ran.stdout
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def facts_of(server: Server, uuid: str) -> dict[str, Any]:
    facts: dict[str, Any] = server.get(f"/runs/{uuid}").json()
    return facts


def curl_snippets() -> list[str]:
    """The blocks of shell in docs/sources.md that upload."""
    blocks: list[str] = re.findall(r"```sh\n(.*?)```", (DOCS / "sources.md").read_text(), re.DOTALL)
    return [block for block in blocks if "/api/v1/runs" in block]


@needs_curl
def test_plain_curl(server: Server, folder: Path) -> None:
    (snippet,) = curl_snippets()
    script = snippet.replace("https://gatehealth.example.org", server.url)
    variables = {"TOKEN": upload_token(server), "BUILD_UUID": "0123456789abcdef0123456789abcdef", "BRANCH": ODD}
    answer = shell(script, folder, variables, "bash", "-euc")
    assert (answer["uuid"], answer["state"], answer["counts"]["total"]) == (variables["BUILD_UUID"], "stored", 3)
    facts = facts_of(server, answer["uuid"])
    assert (facts["job"], facts["project"], facts["pipeline"], facts["branch"]) == ("unit", "acme/rocket", "check", ODD)
    assert (facts["change"], facts["voting"], facts["result"]) == ("1234", True, "SUCCESS")
    assert facts["metadata"] == {"region": "north", "flavor": "small"}
    assert shell(script, folder, variables, "bash", "-euc")["state"] == "unchanged"


GITHUB = {  # what a step of a job for a pull request has (docs.github.com, "Variables reference")
    "CI": "true",
    "GITHUB_ACTIONS": "true",
    "GITHUB_BASE_REF": "main",
    "GITHUB_EVENT_NAME": "pull_request",
    "GITHUB_HEAD_REF": "my-fix",
    "GITHUB_JOB": "test",
    "GITHUB_REF": "refs/pull/17/merge",
    "GITHUB_REF_NAME": "17/merge",
    "GITHUB_REPOSITORY": "octo-org/octo-repo",
    "GITHUB_RUN_ATTEMPT": "2",
    "GITHUB_RUN_ID": "30433642",
    "GITHUB_RUN_NUMBER": "562",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_SHA": "ffac537e6cbbf934b08745a378932722df287a53",
    "GITHUB_WORKFLOW": "CI",
}


def github_script() -> tuple[str, dict[str, str]]:
    """The shell of the action, and the expressions that GitHub puts into its environment."""
    action = yaml.safe_load((RECIPES / "github" / "action.yml").read_text())
    (step,) = action["runs"]["steps"]
    assert "${{" not in step["run"]  # what comes from outside goes through the environment: in a script it would be run
    return step["run"], step["env"]


def github_step(server: Server, folder: Path, *, expressions: dict[str, str], **variables: str) -> dict[str, Any]:
    """Runs the step; each expression has to have a value here."""
    script, wanted = github_script()
    known = {
        "inputs.url": server.url,
        "inputs.token": upload_token(server),
        "inputs.files": "**/*.xml *.subunit.gz missing/*.xml",
        "inputs.job": "CI/test (3.11, linux)",
        "inputs.result": "failure",
        "job.check_run_id": "399444496",
        "github.event.pull_request.number": "17",
        "github.event.pull_request.head.sha || github.sha": "acb5820ced9479c074f688cc328bf03f341a511d",
    } | expressions
    given = {name: known[expression.removeprefix("${{ ").removesuffix(" }}")] for name, expression in wanted.items()}
    # https://docs.github.com: `shell: bash` is this command line, and a file.
    (folder / "step.sh").write_text(script)
    return shell("step.sh", folder, {**GITHUB, **given, **variables}, "bash", "--noprofile", "--norc", "-eo", "pipefail")


@needs_curl
def test_the_github_action_and_the_github_source_tell_of_the_same_run(server: Server, folder: Path) -> None:
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "er" / "more, tests;.xml").write_text(JUNIT.replace("test_one", "test_deep"))
    answer = github_step(server, folder, expressions={})
    run = {"id": 30433642, "html_url": "https://github.com/octo-org/octo-repo/actions/runs/30433642", "run_attempt": 2}
    job = {"id": 399444496, "name": "test (3.11, linux)", "conclusion": "failure", "completed_at": "2026-11-22T12:00:00Z"}
    (collected,) = builds_of("octo-org/octo-repo", run, [job])
    assert answer["uuid"] == collected.uuid.hex
    assert sorted(file["name"] for file in answer["files"]) == ["junit.xml", "more, tests;.xml", "testrepository.subunit.gz"]
    facts = facts_of(server, answer["uuid"])
    assert (facts["job"], facts["project"], facts["pipeline"]) == (
        "CI/test (3.11, linux)",
        "octo-org/octo-repo",
        "pull_request",
    )
    assert (facts["branch"], facts["change"], facts["result"], facts["outcome"]) == ("main", "17", "failure", "fail")
    assert facts["ref_url"] == "https://github.com/octo-org/octo-repo/pull/17"
    assert facts["log_url"] == "https://github.com/octo-org/octo-repo/actions/runs/30433642/job/399444496"
    assert facts["buildset"] == "30433642"
    assert facts["metadata"] == {
        "workflow": "CI",
        "attempt": "2",
        "commit": "acb5820ced9479c074f688cc328bf03f341a511d",
    }


@needs_curl
def test_the_github_action_on_a_push_and_on_an_old_server(server: Server, folder: Path) -> None:
    expressions = {"github.event.pull_request.number": "", "job.check_run_id": "", "inputs.files": ""}
    answer = github_step(
        server, folder, expressions=expressions, GITHUB_BASE_REF="", GITHUB_REF_NAME=ODD, GITHUB_EVENT_NAME="push"
    )
    address = "https://github.com/octo-org/octo-repo/actions/runs/30433642/job/2/CI/test%20(3.11,%20linux)"
    assert answer["uuid"] == uuid_of_address(address).hex
    facts = facts_of(server, answer["uuid"])
    assert (facts["branch"], facts["change"], facts["pipeline"]) == (ODD, "", "push")
    assert facts["ref_url"].endswith("/commit/acb5820ced9479c074f688cc328bf03f341a511d")


GITLAB = {  # what a job of a merge request has (docs.gitlab.com, "Predefined CI/CD variables reference")
    "CI": "true",
    "CI_COMMIT_REF_NAME": "my-fix",
    "CI_COMMIT_SHA": "a91957a858320c0e17f3a0eca7cfacbff50ea29a",
    "CI_JOB_ID": "7",
    "CI_JOB_NAME": "rspec 1/3",
    "CI_JOB_STAGE": "test",
    "CI_JOB_STARTED_AT": "2026-11-22T12:00:00Z",
    "CI_JOB_STATUS": "failed",
    "CI_JOB_URL": "https://gitlab.example.org/acme/rocket/-/jobs/7",
    "CI_MERGE_REQUEST_IID": "17",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    "CI_PIPELINE_ID": "46",
    "CI_PIPELINE_SOURCE": "merge_request_event",
    "CI_PROJECT_PATH": "acme/rocket",
    "CI_PROJECT_URL": "https://gitlab.example.org/acme/rocket",
    "CI_RUNNER_DESCRIPTION": "runner-7",
}


def gitlab_job(server: Server, folder: Path, **variables: str) -> dict[str, Any]:
    template = yaml.safe_load((RECIPES / "gitlab" / "gatehealth.gitlab-ci.yml").read_text())[".gatehealth"]
    (script,) = template["after_script"]
    given = {"GATEHEALTH_URL": server.url, "GATEHEALTH_TOKEN": upload_token(server), **template["variables"]}
    return shell(script, folder, {**GITLAB, **given, **variables}, "sh", "-ec")


@needs_curl
def test_the_gitlab_snippet_and_the_gitlab_source_tell_of_the_same_run(server: Server, folder: Path) -> None:
    answer = gitlab_job(server, folder, GATEHEALTH_FILES="*junit*.xml testrepository.subunit.gz missing.xml")
    job = {"id": 7, "status": "failed", "finished_at": "2026-11-22T12:00:00Z", "web_url": GITLAB["CI_JOB_URL"]}
    collected = build_of("https://gitlab.example.org", "acme/rocket", {"id": 46}, job, "main")
    assert collected is not None
    assert answer["uuid"] == collected.uuid.hex
    assert [file["results"] for file in answer["files"]] == [2, 1]
    facts = facts_of(server, answer["uuid"])
    assert (facts["job"], facts["project"], facts["pipeline"]) == ("rspec 1/3", "acme/rocket", "merge_request_event")
    assert (facts["branch"], facts["change"], facts["result"], facts["outcome"]) == ("main", "17", "failed", "fail")
    assert (facts["started_at"], facts["buildset"]) == ("2026-11-22T12:00:00Z", "46")
    assert facts["ref_url"] == "https://gitlab.example.org/acme/rocket/-/merge_requests/17"
    assert facts["log_url"] == GITLAB["CI_JOB_URL"]
    assert facts["metadata"] == {"stage": "test", "runner": "runner-7", "commit": GITLAB["CI_COMMIT_SHA"]}


@needs_curl
def test_the_gitlab_snippet_of_a_branch_without_results(server: Server, folder: Path) -> None:
    outside = {"CI_MERGE_REQUEST_IID": "", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "", "CI_COMMIT_REF_NAME": ODD}
    answer = gitlab_job(
        server, folder, **outside, CI_PIPELINE_SOURCE="push", CI_JOB_STATUS="success", GATEHEALTH_FILES="none.xml"
    )
    facts = facts_of(server, answer["uuid"])
    assert (facts["branch"], facts["change"], facts["outcome"], answer["files"]) == (ODD, "", "pass", [])
    assert facts["ref_url"] == f"https://gitlab.example.org/acme/rocket/-/commit/{GITLAB['CI_COMMIT_SHA']}"


ZUUL = {  # what Zuul gives a job of a change (zuul-ci.org, "Job Content", variables)
    "build": "9b2b4a6cc4b74f1e8d9e1a9c3d0f7a11",
    "buildset": "3f0f1c3b6b5f4f6c9f4a3f1b2c4d5e6f",
    "branch": ODD,
    "change": "900001",
    "change_url": "https://review.opendev.org/c/openstack/nova/+/900001",
    "event_id": "b1d2",
    "executor": {"hostname": "ze01.opendev.org"},
    "job": "tempest-full-py3",
    "jobtags": [],
    "patchset": "3",
    "pipeline": "check",
    "post_review": False,
    "project": {
        "canonical_hostname": "opendev.org",
        "canonical_name": "opendev.org/openstack/nova",
        "name": "openstack/nova",
        "short_name": "nova",
        "src_dir": "src/opendev.org/openstack/nova",
    },
    "ref": "refs/changes/01/900001/3",
    "tenant": "openstack",
    "timeout": 7200,
    "voting": False,
}
NODEPOOL = {"provider": "rax-dfw", "region": "DFW", "cloud": "rax", "label": "ubuntu-noble", "host_id": "0a1b"}


def run_role(server: Server, folder: Path, *, zuul: dict[str, Any], **variables: Any) -> subprocess.CompletedProcess[str]:
    """Runs a post-run playbook that has the role, as an executor does: on localhost, with the nodes in the inventory."""
    logs = folder / "logs"
    logs.mkdir(exist_ok=True)
    zuul = {**zuul, "executor": {**ZUUL["executor"], "log_root": str(logs)}}
    nodes = {"controller": {"ansible_connection": "local", "nodepool": NODEPOOL}} if variables.pop("nodes", True) else {}
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    inventory = {"all": {"hosts": {"localhost": local, **nodes}}}
    (folder / "inventory.yaml").write_text(yaml.safe_dump(inventory))
    role = {"role": str(RECIPES / "zuul" / "upload-gatehealth"), "gatehealth_url": server.url, **variables}
    (folder / "post.yaml").write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "roles": [role]}]))
    (folder / "vars.yaml").write_text(yaml.safe_dump({"zuul": zuul, "zuul_success": True}))
    command = ["ansible-playbook", "-i", "inventory.yaml", "-e", "@vars.yaml", "post.yaml"]
    home = {"HOME": str(folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "ANSIBLE_NOCOLOR": "1"}
    return subprocess.run(command, cwd=folder, env=home, capture_output=True, text=True, check=False)


needs_ansible = pytest.mark.skipif(shutil.which("ansible-playbook") is None, reason="ansible-playbook is not here")


@needs_curl
@needs_ansible
def test_the_zuul_role_sends_a_build_with_all_its_files(server: Server, folder: Path) -> None:
    (folder / "logs" / "controller").mkdir(parents=True)
    shutil.copy("testrepository.subunit.gz", "logs/testrepository.subunit.gz")
    (folder / "logs" / "controller" / 'odd "name", of; a.subunit').write_bytes(stream(result("y.test")))
    (folder / "logs" / "job-output.txt").write_text("hello")
    token = upload_token(server)
    ran = run_role(server, folder, zuul=ZUUL, gatehealth_token=token, gatehealth_log_url="https://logs.example.org/9b2/")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert token not in ran.stdout + ran.stderr
    assert "stored" in ran.stdout
    facts = facts_of(server, ZUUL["build"])
    sent = {name: ZUUL[name] for name in ("job", "pipeline", "branch", "change", "patchset", "ref", "buildset", "voting")}
    assert {name: facts[name] for name in sent} == sent
    assert (facts["project"], facts["ref_url"]) == ("openstack/nova", ZUUL["change_url"])
    assert (facts["result"], facts["provider"], facts["log_url"]) == ("SUCCESS", "rax-dfw", "https://logs.example.org/9b2/")
    assert facts["metadata"] == {"tenant": "openstack", "event_id": "b1d2", "node_label": "ubuntu-noble", "region": "DFW"}
    assert facts["counts"]["total"] == 2


@needs_curl
@needs_ansible
def test_the_zuul_role_sends_a_build_of_a_branch_without_nodes_and_files(server: Server, folder: Path) -> None:
    zuul = {name: value for name, value in ZUUL.items() if name not in ("change", "patchset", "change_url", "voting")}
    ran = run_role(server, folder, zuul=zuul, gatehealth_token=upload_token(server), gatehealth_result="FAILURE", nodes=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    facts = facts_of(server, ZUUL["build"])
    assert (facts["outcome"], facts["change"], facts["voting"], facts["provider"]) == ("fail", "", True, "")


@needs_curl
@needs_ansible
@pytest.mark.parametrize("required", [False, True])
def test_a_build_fails_with_what_could_not_be_sent_only_where_that_is_wanted(
    server: Server, folder: Path, required: bool
) -> None:
    ran = run_role(server, folder, zuul=ZUUL, gatehealth_token="gth_wrong", gatehealth_required=required)
    assert (ran.returncode != 0) is required, ran.stdout
    assert "this token is not known here" in ran.stdout
    assert server.store.status()["runs"] == 0
