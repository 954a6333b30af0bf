"""GitLab CI as a source, against answers in the shapes that GitLab's API documentation shows, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from helpers import settings_for
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gatehealth import formats
from gatehealth.collect import gitlab as module
from gatehealth.collect.files import uuid_of_address
from gatehealth.collect.gitlab import GitlabSource
from gatehealth.collect.gitlab_facts import build_of, builds_of, junit_of, run_of, suites_of
from gatehealth.collect.source import Build, Fetched, Lack, NotYet, Source, SourceError
from gatehealth.config import GitlabSettings
from gatehealth.model import Outcome, Status, message_of, outcome_of

from .sources import ANYTHING, Site, fetched, listed_between, pages, polled, whole, within

PROJECT = "acme/space/rocket"
API = f"/api/v4/projects/{PROJECT}"  # as a server sees it: the client sends %2F for the slashes within
NOW = datetime.now(UTC).replace(microsecond=0)


def ago(**units: float) -> str:
    return f"{NOW - timedelta(**units):%Y-%m-%dT%H:%M:%S}.000Z"


def pipeline(number: int = 46, **other: Any) -> dict[str, Any]:
    """As `GET /projects/:id/pipelines` lists one."""
    return {
        "id": number,
        "iid": 11,
        "project_id": 1,
        "status": "failed",
        "source": "push",
        "ref": "main",
        "sha": "a91957a858320c0e17f3a0eca7cfacbff50ea29a",
        "web_url": f"https://gitlab.example.org/{PROJECT}/pipelines/{number}",
        "created_at": ago(hours=2),
        "updated_at": ago(hours=1),
    } | other


def job(number: int = 7, **other: Any) -> dict[str, Any]:
    """As `GET /projects/:id/pipelines/:pipeline_id/jobs` lists one."""
    return {
        "commit": {
            "id": "0ff3ae198f8601a285adcf5c0fff204ee6fba5fd",
            "short_id": "0ff3ae19",
            "title": "Test the CI integration.",
        },
        "allow_failure": False,
        "created_at": ago(minutes=119),
        "started_at": ago(minutes=100),
        "finished_at": ago(minutes=70),
        "erased_at": None,
        "duration": 0.192,
        "queued_duration": 0.023,
        "artifacts_expire_at": ago(days=-30),
        "tag_list": ["docker runner", "ubuntu"],
        "id": number,
        "name": "rspec",
        "pipeline": {"id": 46, "project_id": 1, "ref": "main", "sha": "a9195", "status": "failed"},
        "ref": "main",
        "artifacts": [
            {"file_type": "junit", "size": 1024, "filename": "junit.xml.gz", "file_format": "gzip"},
            {"file_type": "trace", "size": 1500, "filename": "job.log", "file_format": "raw"},
        ],
        "runner": {"id": 32, "description": "runner-7", "active": True, "is_shared": True, "runner_type": "instance_type"},
        "runner_manager": None,
        "stage": "test",
        "status": "failed",
        "failure_reason": "script_failure",
        "tag": False,
        "web_url": f"https://gitlab.example.org/{PROJECT}/-/jobs/{number}",
        "project": {"ci_job_token_scope_enabled": False},
        "user": {"id": 1, "username": "root"},
    } | other


CASES = [
    {
        "status": "success",
        "name": "Security Reports can create an auto-remediation MR",
        "classname": "vulnerability_management_spec",
        "file": "./spec/test_spec.rb",
        "execution_time": 5,
        "system_output": None,
        "stack_trace": None,
    },
    {
        "status": "failed",
        "name": "login fails",
        "classname": "login_spec",
        "execution_time": 0.25,
        "system_output": "Failure/Error: expect(page).to have_text('in')\n  expected \x1b[31mtext\x1b[0m",
        "stack_trace": "spec/login_spec.rb:7",
        "recent_failures": {"count": 3, "base_branch": "main"},
    },
    {"status": "error", "name": "boom", "classname": "login_spec", "execution_time": 0, "system_output": {"message": "bad"}},
    {"status": "skipped", "name": "later", "classname": "login_spec", "execution_time": 0.0, "system_output": None},
]


def suite(name: str = "rspec", cases: Any = None, **other: Any) -> dict[str, Any]:
    return {"name": name, "total_time": 5, "total_count": 1, "test_cases": CASES if cases is None else cases, **other}


def report(*suites: dict[str, Any]) -> dict[str, Any]:
    return {"total_time": 5, "total_count": 1, "success_count": 1, "test_suites": list(suites)}


def summary(**numbers: list[int]) -> dict[str, Any]:
    told = [{"name": name, "total_time": 5, "build_ids": ids, "suite_error": None} for name, ids in numbers.items()]
    return {"total": {"time": 1904, "count": 3363}, "test_suites": told}


@pytest.fixture
def gitlab() -> Iterator[Site]:
    """A GitLab with one pipeline of one job, which has a test report."""
    with Site().serving() as site:
        has_pipelines(site, pipeline())
        has_jobs(site, 46, job())
        site.answers[f"{API}/pipelines/46/test_report"] = report(suite())
        site.answers[f"{API}/pipelines/46/test_report_summary"] = summary(rspec=[7])
        yield site


def has_pipelines(site: Site, *known: dict[str, Any]) -> None:
    """Lists as GitLab does, by update, within what is asked for."""

    def listed(request: Request) -> Any:
        asked = request.query_params
        assert (asked["order_by"], asked["sort"]) == ("updated_at", "asc")
        last = asked.get("updated_before", "9")
        found = [each for each in known if asked["updated_after"][:19] <= each["updated_at"][:19] < last]
        return pages(sorted(found, key=lambda each: each["updated_at"]))(request)

    site.answers[f"{API}/pipelines"] = listed


def has_jobs(site: Site, number: int, *jobs: dict[str, Any]) -> None:
    site.answers[f"{API}/pipelines/{number}/jobs"] = pages(list(jobs))


def source(site: Site, **other: Any) -> Callable[[], Source]:
    given = {"projects": [PROJECT], "token": "glpat-x", "per_second": 1000, **other}
    settings = GitlabSettings(kind="gitlab", name="lab", url=site.url, **given)
    return lambda: GitlabSource(settings, settings_for(Path()))


def only(site: Site) -> tuple[Build, Fetched | NotYet]:
    builds, _ = polled(source(site))
    assert len(builds) == 1
    return builds[0], fetched(source(site), builds)[builds[0].uuid]


def test_a_job_is_a_run_with_the_facts_that_gitlab_has(gitlab: Site) -> None:
    build, made = only(gitlab)
    run = whole(made).run
    assert build.uuid == run.uuid == uuid_of_address(f"https://gitlab.example.org/{PROJECT}/-/jobs/7")  # $CI_JOB_URL
    assert build.ended_at == run.ended_at == NOW - timedelta(minutes=70)
    assert run.started_at == NOW - timedelta(minutes=100)
    assert (run.project, run.job, run.pipeline, run.branch, run.change) == (PROJECT, "rspec", "push", "main", "")
    assert (run.buildset, run.result, run.voting) == ("46", "failed", True)
    assert run.log_url == f"https://gitlab.example.org/{PROJECT}/-/jobs/7"
    assert run.ref_url == f"https://gitlab.example.org/{PROJECT}/-/commit/a91957a858320c0e17f3a0eca7cfacbff50ea29a"
    assert run.metadata == {
        "source": "lab",
        "stage": "test",
        "commit": "a91957a858320c0e17f3a0eca7cfacbff50ea29a",
        "runner": "runner-7",
        "node_label": "docker runner ubuntu",
    }
    assert whole(made).lack is None
    assert {request.headers["authorization"] for request in gitlab.asked} == {"Bearer glpat-x"}


def test_its_results_are_those_of_the_test_report(gitlab: Site) -> None:
    results = whole(only(gitlab)[1]).run.results
    assert [(each.test, each.status) for each in results] == [
        ("vulnerability_management_spec.Security Reports can create an auto-remediation MR", Status.SUCCESS),
        ("login_spec.login fails", Status.FAIL),
        ("login_spec.boom", Status.FAIL),
        ("login_spec.later", Status.SKIP),
    ]
    assert message_of(results[1]) == "Failure/Error: expect(page).to have_text('in')"
    assert results[0].started_at == int((NOW - timedelta(minutes=100)).timestamp()) * 1_000_000
    assert results[0].ended_at == results[0].started_at + 5_000_000


def test_a_merge_request_is_a_change_of_the_branch_that_it_wants_to_get_into(gitlab: Site) -> None:
    of_request = {"source": "merge_request_event", "ref": "refs/merge-requests/17/head"}
    has_pipelines(gitlab, pipeline(**of_request), pipeline(47, **of_request))
    has_jobs(gitlab, 47, job(8))
    gitlab.answers[f"{API}/merge_requests/17"] = {"iid": 17, "target_branch": "stable", "source_branch": "fix"}
    builds, _ = polled(source(gitlab))
    run = whole(fetched(source(gitlab), builds)[uuid_of_address(job()["web_url"])]).run
    assert (run.pipeline, run.branch, run.change) == ("merge_request_event", "stable", "17")
    assert run.ref_url == f"https://gitlab.example.org/{PROJECT}/-/merge_requests/17"


def test_a_merge_request_that_may_not_be_read_costs_its_branch_alone(gitlab: Site) -> None:
    has_pipelines(gitlab, pipeline(ref="refs/merge-requests/17/merge"))
    gitlab.answers[f"{API}/merge_requests/17"] = JSONResponse({"message": "403 Forbidden"}, 403)
    run = whole(only(gitlab)[1]).run
    assert (run.branch, run.change) == ("", "17")


@pytest.mark.parametrize(
    ("status", "reason", "word", "outcome"),
    [
        ("success", None, "success", Outcome.PASS),
        ("failed", "script_failure", "failed", Outcome.FAIL),
        ("failed", "job_execution_timeout", "job_execution_timeout", Outcome.FAIL),
        ("failed", "runner_system_failure", "runner_system_failure", Outcome.INFRA),
        ("failed", "stuck_or_timeout_failure", "stuck_or_timeout_failure", Outcome.INFRA),
        ("failed", None, "failed", Outcome.FAIL),
        ("success", "unknown_failure", "success", Outcome.PASS),
        ("canceled", None, "canceled", Outcome.IGNORED),
        ("skipped", None, "skipped", Outcome.IGNORED),
    ],
)
def test_gitlabs_words_are_known(gitlab: Site, status: str, reason: str | None, word: str, outcome: Outcome) -> None:
    has_jobs(gitlab, 46, job(status=status, failure_reason=reason))
    run = whole(only(gitlab)[1]).run
    assert run.result == word
    assert outcome_of(run.result, [0] * 6) is outcome


@pytest.mark.parametrize("status", ["created", "pending", "running", "manual", "waiting_for_resource"])
def test_a_job_that_has_not_ended_is_none_yet(gitlab: Site, status: str) -> None:
    has_jobs(gitlab, 46, job(status=status, finished_at=None))
    assert polled(source(gitlab))[0] == []


def test_a_job_that_may_fail_does_not_vote(gitlab: Site) -> None:
    has_jobs(gitlab, 46, job(allow_failure=True))
    assert whole(only(gitlab)[1]).run.voting is False


def test_every_page_is_asked_for_also_while_pipelines_are_updated(gitlab: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PER_PAGE", 10)
    known = [pipeline(number, updated_at=ago(minutes=300 - number)) for number in range(1, 61)]
    for number in range(1, 61):
        has_jobs(gitlab, number, *[job(number * 100 + n) for n in range(23 if number == 5 else 1)])
    has_pipelines(gitlab, *known)
    listed = gitlab.answers[f"{API}/pipelines"]

    def moving(request: Request) -> Any:
        """After the first page, five of the pipelines that it had are updated."""
        answer = listed(request)
        if len(gitlab.asked) == 1:
            for each in known[:5]:
                each["updated_at"] = ago(minutes=1)
        return answer

    gitlab.answers[f"{API}/pipelines"] = moving
    builds, _ = polled(source(gitlab))
    assert len({build.uuid for build in builds}) == 59 + 23


def test_many_pipelines_of_one_second_are_all_listed(gitlab: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PER_PAGE", 10)
    has_pipelines(gitlab, *[pipeline(number) for number in range(35)])
    for number in range(35):
        has_jobs(gitlab, number, job(number + 1000))
    assert len({build.uuid for build in polled(source(gitlab))[0]}) == 35


def test_the_next_poll_lists_what_was_updated_since(gitlab: Site) -> None:
    has_pipelines(gitlab, pipeline(1, updated_at=ago(hours=5)), pipeline(2, updated_at=ago(hours=1)))
    for number in (1, 2):
        has_jobs(gitlab, number, job(number + 100))
    builds, cursor = polled(source(gitlab))
    assert len(builds) == 2
    assert json.loads(cursor or "") == {PROJECT: (NOW - timedelta(hours=1)).isoformat()}
    gitlab.asked.clear()
    again, after = polled(source(gitlab), cursor)
    assert (again, after) == (builds[1:], cursor)
    assert gitlab.paths() == [f"{API}/pipelines", f"{API}/pipelines/2/jobs"]


def test_pipelines_that_did_not_change_are_not_asked_for_their_jobs_again(gitlab: Site) -> None:
    async def twice(made: Source) -> list[int]:
        first = [page async for page in made.poll(None)]
        second = [page async for page in made.poll(first[-1].cursor)]
        return [sum(len(page.builds) for page in each) for each in (first, second)]

    assert within(source(gitlab), twice) == [1, 0]


def test_parallel_jobs_have_their_results_once(gitlab: Site) -> None:
    has_jobs(gitlab, 46, *[job(number, name=f"rspec {number}/3") for number in (9, 10, 11)])
    gitlab.answers[f"{API}/pipelines/46/test_report_summary"] = summary(rspec=[11, 9, 10])
    builds, _ = polled(source(gitlab))
    made = [whole(each) for each in fetched(source(gitlab), builds).values()]
    assert sorted((each.run.job, each.lack, len(each.run.results)) for each in made) == [
        ("rspec 10/3", Lack.NO_FILE, 0),
        ("rspec 11/3", Lack.NO_FILE, 0),
        ("rspec 9/3", None, 4),
    ]
    assert {each.detail for each in made if each.lack} == {"GitLab adds parallel jobs up to one report, which is at job 9"}


def test_parallel_jobs_are_fetched_again_when_another_one_has_ended(gitlab: Site) -> None:
    first, last = job(9, name="rspec 1/2"), job(10, name="rspec 2/2")
    has_jobs(gitlab, 46, first, last | {"status": "running", "finished_at": None}, job(11, name="lint"))
    early = {build.uuid: build.version for build in polled(source(gitlab))[0]}
    has_jobs(gitlab, 46, first, last, job(11, name="lint"))
    late = {build.uuid: build.version for build in polled(source(gitlab))[0]}
    assert len(early) == 2
    assert len(late) == 3
    changed = {uuid for uuid in early if early[uuid] != late[uuid]}
    assert changed == {uuid_of_address(first["web_url"])}


def test_a_job_that_was_tried_again_has_its_results_at_the_last_try(gitlab: Site) -> None:
    has_jobs(gitlab, 46, job(7), job(8))
    gitlab.answers[f"{API}/pipelines/46/test_report_summary"] = summary(rspec=[8])
    builds, _ = polled(source(gitlab))
    made = fetched(source(gitlab), builds)
    first, last = (whole(made[uuid_of_address(job(number)["web_url"])]) for number in (7, 8))
    assert (first.lack, last.lack) == (Lack.NO_FILE, None)
    assert "the last try of a job alone" in first.detail


@pytest.mark.parametrize(
    ("other", "told", "lack", "detail"),
    [
        ({"artifacts": []}, report(suite()), Lack.NO_FILE, "no `artifacts:reports:junit`"),
        ({"artifacts": [], "started_at": None, "status": "skipped"}, report(), Lack.NO_LOGS, "it never ran: skipped"),
        ({"artifacts_expire_at": ago(minutes=1)}, report(), Lack.EXPIRED, "its artifacts have expired at"),
        ({}, report(suite(cases=[], suite_error="JUnit XML parsing failed: 1:1: FATAL")), Lack.UNPARSABLE, "parsing failed"),
        ({}, report(suite(cases=[])), Lack.NO_FILE, "has none of it"),
        ({}, None, Lack.EXPIRED, "answers 404"),
    ],
)
def test_what_a_job_lacks_is_told(gitlab: Site, other: Any, told: Any, lack: Lack, detail: str) -> None:
    has_jobs(gitlab, 46, job(**other))
    gitlab.answers[f"{API}/pipelines/46/test_report"] = told
    made = whole(only(gitlab)[1])
    assert (made.lack, detail in made.detail) == (lack, True), made.detail


def test_too_large_a_report_is_told(gitlab: Site) -> None:
    builds, _ = polled(source(gitlab))
    settings = GitlabSettings(kind="gitlab", name="lab", url=gitlab.url, projects=[PROJECT])
    general = settings_for(Path(), content_limit=1024)
    gitlab.answers[f"{API}/pipelines/46/test_report"] = report(suite(cases=CASES * 10))
    made = whole(fetched(lambda: GitlabSource(settings, general), builds)[builds[0].uuid])
    assert (made.lack, "setting content_limit" in made.detail) == (Lack.TOO_LARGE, True), made.detail


def test_a_limit_of_requests_puts_the_builds_off_with_what_is_known(gitlab: Site) -> None:
    builds, _ = polled(source(gitlab))
    gitlab.answers[f"{API}/pipelines/46/test_report"] = JSONResponse({}, 429, {"Retry-After": "600"})
    made = fetched(source(gitlab), builds)[builds[0].uuid]
    assert isinstance(made, NotYet)
    assert made.retry_after is not None
    assert 590 < made.retry_after <= 600
    assert made.run is not None
    assert made.run.result == "failed"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_project_that_cannot_be_read_is_told_with_what_to_do(gitlab: Site, status: int) -> None:
    gitlab.answers[f"{API}/pipelines"] = JSONResponse({"message": "404 Project Not Found"}, status)
    with pytest.raises(SourceError, match=rf"^http.*{status} .*; check `projects`, and what `token` may read"):
        polled(source(gitlab))


def test_a_pipeline_that_is_deleted_while_it_is_listed_is_passed_over(gitlab: Site) -> None:
    del gitlab.answers[f"{API}/pipelines/46/jobs"]
    builds, cursor = polled(source(gitlab))
    assert (builds, cursor is not None) == ([], True)


@pytest.mark.parametrize("answer", [{}, 7, "x", [None, 7, {}, {"id": None}, {"id": []}]])
def test_answers_of_other_shapes_list_nothing(gitlab: Site, answer: Any) -> None:
    gitlab.answers[f"{API}/pipelines"] = lambda _: Response(json.dumps(answer))
    assert polled(source(gitlab))[0] == []


def test_a_back_fill_lists_what_ended_in_the_period_and_goes_on_where_it_stopped(
    gitlab: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PER_PAGE", 2)
    has_pipelines(gitlab, *[pipeline(n, updated_at=ago(days=n, hours=1)) for n in range(9)])
    for number in range(9):
        has_jobs(gitlab, number, job(number + 100, finished_at=ago(days=number, hours=2)))
    period = (NOW - timedelta(days=6), NOW - timedelta(days=1))
    listed = listed_between(source(gitlab), *period)
    ended = sorted({build.ended_at for page in listed for build in page.builds})
    assert ended == [NOW - timedelta(days=n, hours=2) for n in (5, 4, 3, 2, 1)]
    shares = [page.done for page in listed if page.done is not None]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    rest = listed_between(source(gitlab), *period, listed[0].cursor)
    first = {build.uuid for build in listed[0].builds}
    assert first | {build.uuid for page in rest for build in page.builds} == {
        build.uuid for page in listed for build in page.builds
    }
    assert len(rest) <= len(listed)
    assert listed_between(source(gitlab), *period, listed[-1].cursor) == []


FIELDS = ["id", "name", "status", "ref", "source", "updated_at", "finished_at", "started_at", "artifacts", "runner", "web_url"]
FIELDS += ["tag_list", "allow_failure", "failure_reason", "build_ids", "test_cases", "artifacts_expire_at"]
CASE_FIELDS = ["name", "classname", "status", "execution_time", "system_output", "stack_trace"]


@given(
    st.dictionaries(st.sampled_from(FIELDS), ANYTHING),
    st.dictionaries(st.sampled_from(FIELDS), ANYTHING),
    st.lists(st.dictionaries(st.sampled_from(CASE_FIELDS), ANYTHING), max_size=3),
)
def test_whatever_gitlab_says_nothing_raises(changed: Any, told: Any, cases: Any) -> None:
    build = build_of("https://gitlab.example.org", PROJECT, pipeline() | changed, job() | told, "main")
    if build is not None:
        made = run_of(build, json.loads(build.document))
        assert made.uuid == build.uuid
        assert all(isinstance(value, str) for value in made.metadata.values())
    assert len(builds_of("https://gitlab.example.org", PROJECT, pipeline() | changed, [job() | told] * 2, "")) in (0, 2)
    suites_of(job() | told, {"test_suites": [suite() | told]}, {"test_suites": [suite() | changed]})
    read = formats.parse(junit_of(suite(cases=cases), 1000))
    assert len(read.results) == len(cases)
    assert read.damage == []
