"""GitHub Actions as a source, against answers in the shapes that GitHub's REST documentation shows, over real HTTP."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from helpers import JUNIT, result, settings_for, stream
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from gatehealth.collect import github as module
from gatehealth.collect.files import uuid_of_address
from gatehealth.collect.github import GithubSource
from gatehealth.collect.github_facts import builds_of, owner_of, run_of
from gatehealth.collect.source import Build, Fetched, Lack, NotYet, Source, SourceError
from gatehealth.config import GithubSettings
from gatehealth.model import RESULT_OUTCOMES, Outcome, outcome_of

from .sources import ANYTHING, Site, fetched, listed_between, pages, polled, whole, within

REPO = "octo-org/octo-repo"
RUNS = f"/repos/{REPO}/actions/runs"
NOW = datetime.now(UTC).replace(microsecond=0)


def ago(**units: float) -> str:
    return f"{NOW - timedelta(**units):%Y-%m-%dT%H:%M:%SZ}"


def workflow_run(number: int = 30433642, **other: Any) -> dict[str, Any]:
    """As `GET /repos/{owner}/{repo}/actions/runs` lists one, without what is not read."""
    return {
        "id": number,
        "name": "CI",
        "node_id": "MDEyOldvcmtmbG93IFJ1bjI2OTI4OQ==",
        "check_suite_id": 42,
        "head_branch": "master",
        "head_sha": "acb5820ced9479c074f688cc328bf03f341a511d",
        "path": ".github/workflows/ci.yml@master",
        "run_number": 562,
        "event": "push",
        "display_title": "Update README.md",
        "status": "completed",
        "conclusion": "failure",
        "workflow_id": 159038,
        "url": f"https://api.github.com/repos/{REPO}/actions/runs/{number}",
        "html_url": f"https://github.com/{REPO}/actions/runs/{number}",
        "pull_requests": [],
        "created_at": ago(hours=2),
        "updated_at": ago(hours=1),
        "run_attempt": 1,
        "run_started_at": ago(hours=2),
    } | other


def job(number: int = 399444496, **other: Any) -> dict[str, Any]:
    """As `GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs` lists one."""
    return {
        "id": number,
        "run_id": 30433642,
        "run_url": f"https://api.github.com/repos/{REPO}/actions/runs/30433642",
        "node_id": "MDEyOldvcmtmbG93IEpvYjM5OTQ0NDQ5Ng==",
        "head_sha": "acb5820ced9479c074f688cc328bf03f341a511d",
        "url": f"https://api.github.com/repos/{REPO}/actions/jobs/{number}",
        "html_url": f"https://github.com/{REPO}/actions/runs/30433642/job/{number}",
        "status": "completed",
        "conclusion": "failure",
        "started_at": ago(minutes=100),
        "completed_at": ago(minutes=70),
        "name": "build",
        "steps": [{"name": "Set up job", "status": "completed", "conclusion": "success", "number": 1}],
        "check_run_url": f"https://api.github.com/repos/{REPO}/check-runs/{number}",
        "labels": ["self-hosted", "foo"],
        "runner_id": 1,
        "runner_name": "my runner",
        "runner_group_id": 2,
        "runner_group_name": "my runner group",
        "workflow_name": "CI",
        "head_branch": "main",
        "run_attempt": 1,
    } | other


def artifact(number: int = 11, name: str = "junit-results", **other: Any) -> dict[str, Any]:
    """As `GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts` lists one."""
    return {
        "id": number,
        "node_id": "MDg6QXJ0aWZhY3QxMQ==",
        "name": name,
        "size_in_bytes": 556,
        "url": f"https://api.github.com/repos/{REPO}/actions/artifacts/{number}",
        "archive_download_url": f"https://api.github.com/repos/{REPO}/actions/artifacts/{number}/zip",
        "expired": False,
        "created_at": ago(minutes=75),
        "expires_at": ago(days=-90),
        "updated_at": ago(minutes=75),
        "workflow_run": {"id": 30433642, "head_branch": "main"},
    } | other


def zipped(*files: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, content in files:
            writer.writestr(name, content)
    return made.getvalue()


@pytest.fixture
def github() -> Iterator[Site]:
    """A GitHub with one run of one job, which left an artifact with results."""
    with Site().serving() as site:
        has_run(site, workflow_run(), [job()], [artifact()])
        site.answers[RUNS] = pages([workflow_run()], "workflow_runs")
        site.answers[f"/repos/{REPO}/actions/artifacts/11/zip"] = zipped(("junit.xml", JUNIT.encode()))
        yield site


def has_run(site: Site, run: dict[str, Any], jobs: list[Any], artifacts: list[Any]) -> None:
    site.answers[f"{RUNS}/{run['id']}/jobs"] = pages(jobs, "jobs")
    site.answers[f"{RUNS}/{run['id']}/artifacts"] = pages(artifacts, "artifacts")


def source(site: Site, **other: Any) -> Callable[[], Source]:
    given = {"repositories": [REPO], "token": "github_pat_x", "per_second": 1000, **other}
    settings = GithubSettings(kind="github", name="hub", url=site.url, **given)
    return lambda: GithubSource(settings, settings_for(Path()))


def only(site: Site, **other: Any) -> tuple[Build, Fetched | NotYet]:
    builds, _ = polled(source(site, **other))
    assert len(builds) == 1
    return builds[0], fetched(source(site, **other), builds)[builds[0].uuid]


def test_a_job_is_a_run_with_the_facts_that_github_has(github: Site) -> None:
    build, made = only(github)
    run = whole(made).run
    # The same as a job derives from $GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID/job/<check_run_id>.
    assert build.uuid == run.uuid == uuid_of_address(f"https://github.com/{REPO}/actions/runs/30433642/job/399444496")
    assert build.ended_at == run.ended_at == NOW - timedelta(minutes=70)
    assert run.started_at == NOW - timedelta(minutes=100)
    assert (run.project, run.job, run.pipeline, run.branch, run.change) == (REPO, "CI/build", "push", "master", "")
    assert (run.buildset, run.result, run.voting) == ("30433642", "failure", None)
    assert run.log_url == f"https://github.com/{REPO}/actions/runs/30433642/job/399444496"
    assert run.ref_url == f"https://github.com/{REPO}/commit/acb5820ced9479c074f688cc328bf03f341a511d"
    assert run.metadata == {
        "source": "hub",
        "workflow": "CI",
        "attempt": "1",
        "commit": "acb5820ced9479c074f688cc328bf03f341a511d",
        "node_label": "self-hosted foo",
    }
    assert [each.test for each in run.results] == ["a.B.test_one", "a.B.test_two"]
    assert whole(made).lack is None


def test_a_pull_request_is_a_change_of_the_branch_that_it_wants_to_get_into(github: Site) -> None:
    pull = {"id": 1, "number": 17, "url": "x", "head": {"ref": "my-fix", "sha": "a"}, "base": {"ref": "main", "sha": "b"}}
    of_pull = workflow_run(event="pull_request", head_branch="my-fix", pull_requests=[pull])
    github.answers[RUNS] = pages([of_pull], "workflow_runs")
    run = whole(only(github)[1]).run
    assert (run.pipeline, run.branch, run.change) == ("pull_request", "main", "17")
    assert run.ref_url == f"https://github.com/{REPO}/pull/17"


def test_a_pull_request_of_a_fork_has_no_branch_rather_than_a_wrong_one(github: Site) -> None:
    github.answers[RUNS] = pages([workflow_run(event="pull_request", head_branch="my-fix")], "workflow_runs")
    run = whole(only(github)[1]).run
    assert (run.branch, run.change) == ("", "")


@pytest.mark.parametrize(
    ("conclusion", "outcome"),
    [
        ("success", Outcome.PASS),
        ("failure", Outcome.FAIL),
        ("timed_out", Outcome.FAIL),
        ("startup_failure", Outcome.INFRA),
        ("cancelled", Outcome.IGNORED),
        ("skipped", Outcome.IGNORED),
        ("neutral", Outcome.IGNORED),
        ("stale", Outcome.IGNORED),
        ("action_required", Outcome.IGNORED),
    ],
)
def test_githubs_words_are_known(conclusion: str, outcome: Outcome) -> None:
    assert conclusion.upper() in RESULT_OUTCOMES
    assert outcome_of(conclusion, [0] * 6) is outcome


def test_every_page_of_runs_and_jobs_is_asked_for(github: Site) -> None:
    runs = [workflow_run(number) for number in range(1, 151)]
    github.answers[RUNS] = pages(runs, "workflow_runs")
    for each in runs:
        has_run(github, each, [job(each["id"] * 1000 + n, name=f"test {n}") for n in range(103 if each["id"] == 1 else 1)], [])
    builds, _ = polled(source(github))
    assert len({build.uuid for build in builds}) == len(builds) == 149 + 103


def test_a_list_that_is_longer_than_github_searches_is_asked_for_in_parts(
    github: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_SEARCHED", 20)
    runs = [workflow_run(n, created_at=ago(minutes=n), updated_at=ago(minutes=1)) for n in range(60)]
    for each in runs:
        has_run(github, each, [job(each["id"] + 10**6)], [])

    def search(request: Request) -> Any:
        """Gives no more than 20, whatever page is asked for, as GitHub no more than 1,000."""
        first, last = request.query_params["created"].split("..")
        found = [run for run in runs if first <= run["created_at"] <= last]
        return {**pages(found[:20], "workflow_runs")(request), "total_count": len(found)}

    github.answers[RUNS] = search
    builds, _ = polled(source(github))
    assert len(builds) == 60
    assert all(request.query_params["status"] == "completed" for request in github.asked if request.url.path == RUNS)


def test_the_next_poll_lists_what_was_updated_since_and_asks_no_more_than_it_must(github: Site) -> None:
    old, new = workflow_run(1, updated_at=ago(hours=5)), workflow_run(2, updated_at=ago(hours=1))
    for each in (old, new):
        has_run(github, each, [job(each["id"] + 100)], [])
    github.answers[RUNS] = pages([new, old], "workflow_runs")
    builds, cursor = polled(source(github))
    assert len(builds) == 2
    assert json.loads(cursor or "") == {REPO: (NOW - timedelta(hours=1)).isoformat()}
    github.asked.clear()
    again, after = polled(source(github), cursor)
    assert [build.uuid for build in again] == [builds[0].uuid]  # within the overlap
    assert after == cursor
    assert github.paths() == [RUNS, f"{RUNS}/2/jobs"]


def test_runs_that_did_not_change_are_not_asked_for_their_jobs_again(github: Site) -> None:
    made = source(github)()

    async def twice(_: Source) -> list[int]:
        first = [page async for page in made.poll(None)]
        second = [page async for page in made.poll(first[-1].cursor)]
        return [sum(len(page.builds) for page in each) for each in (first, second)]

    assert within(lambda: made, twice) == [1, 0]


def test_a_run_again_is_another_run_and_what_was_not_run_again_is_none(github: Site) -> None:
    """GitHub lists a job that was not run again once more, under a new number, with its old times."""
    first = [job(1, name="unit", conclusion="success"), job(2, name="functional")]
    times = {"started_at": ago(minutes=60), "completed_at": ago(minutes=50)}
    second = [job(3, name="unit", conclusion="success", run_attempt=2), job(4, name="functional", run_attempt=2, **times)]
    has_run(github, workflow_run(), [*second, *first], [])
    builds, _ = polled(source(github))
    told = {build.uuid: whole(made).run for build, made in zip(builds, fetched(source(github), builds).values(), strict=True)}
    assert sorted((run.job, run.metadata["attempt"]) for run in told.values()) == [
        ("CI/functional", "1"),
        ("CI/functional", "2"),
        ("CI/unit", "1"),
    ]


def test_a_workflow_that_could_not_start_is_a_run_too(github: Site) -> None:
    broken = workflow_run(conclusion="startup_failure")
    github.answers[RUNS] = pages([broken], "workflow_runs")
    has_run(github, broken, [], [])
    _, made = only(github)
    assert (whole(made).run.job, whole(made).run.result, whole(made).lack) == ("CI", "startup_failure", Lack.NO_LOGS)


def test_jobs_that_were_skipped_have_no_logs(github: Site) -> None:
    has_run(github, workflow_run(), [job(conclusion="skipped", started_at=ago(minutes=70))], [artifact()])
    assert whole(only(github)[1]).lack is Lack.NO_LOGS


@pytest.mark.parametrize(
    ("artifacts", "lack", "told"),
    [
        ([], Lack.NO_FILE, "none of the 0 artifacts"),
        ([artifact(name="coverage")], Lack.NO_FILE, "none of the 1 artifacts"),
        ([artifact(expired=True)], Lack.EXPIRED, "junit-results has expired"),
        ([artifact(created_at=ago(minutes=10))], Lack.NO_FILE, "cannot be told by time and name: junit-results"),
        ([artifact(12)], Lack.EXPIRED, "answers 404"),
        ([artifact(13)], Lack.UNPARSABLE, "cannot be read as a ZIP archive"),
        ([artifact(14)], Lack.UNPARSABLE, "junit-results/x.xml: the content is not subunit"),
        ([artifact(15)], Lack.FOREIGN_HOST, "blob.example.org"),
        ([artifact(16)], Lack.NO_FILE, ""),
    ],
)
def test_what_a_job_lacks_is_told(github: Site, artifacts: list[Any], lack: Lack, told: str) -> None:
    has_run(github, workflow_run(), [job()], artifacts)
    at = f"/repos/{REPO}/actions/artifacts"
    github.answers[f"{at}/13/zip"] = b"PK nonsense"
    github.answers[f"{at}/14/zip"] = zipped(("x.xml", b"nonsense"))
    github.answers[f"{at}/15/zip"] = RedirectResponse("http://blob.example.org/x.zip")
    github.answers[f"{at}/16/zip"] = zipped()
    made = whole(only(github)[1])
    assert (made.lack, told in made.detail) == (lack, True), made.detail


def test_an_archive_is_fetched_where_github_sends_one_without_the_token(github: Site) -> None:
    with Site().serving() as blobs:
        blobs.answers["/a.zip"] = zipped(("r.subunit", stream(result("x"))))
        github.answers[f"/repos/{REPO}/actions/artifacts/11/zip"] = RedirectResponse(f"{blobs.url}/a.zip?sig=1")
        _, made = only(github, log_hosts=[blobs.url.removeprefix("http://")])
        assert [each.test for each in whole(made).run.results] == ["x"]
        assert "authorization" not in blobs.asked[0].headers
    assert {request.headers["authorization"] for request in github.asked} == {"Bearer github_pat_x"}


def test_too_large_an_archive_is_told(github: Site) -> None:
    builds, _ = polled(source(github))
    settings = GithubSettings(kind="github", name="hub", url=github.url, repositories=[REPO])
    for limits, named in (({"upload_limit": 1024}, "upload_limit"), ({"content_limit": 1024}, "makes more than 1,024 bytes")):
        big = zipped(("a.xml", b" " * 5000)) if "content_limit" in limits else b"x" * 2000
        github.answers[f"/repos/{REPO}/actions/artifacts/11/zip"] = big
        made = whole(
            fetched(lambda given=limits: GithubSource(settings, settings_for(Path(), **given)), builds)[builds[0].uuid]
        )
        assert (made.lack, named in made.detail) == (Lack.TOO_LARGE, True), made.detail


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_of_requests_that_is_used_up_is_waited_for(github: Site, status: int) -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 1800)}
    github.answers[RUNS] = JSONResponse({"message": "API rate limit exceeded"}, status, headers)
    with pytest.raises(SourceError, match=f"^http.*{status}") as caught:
        polled(source(github))
    assert caught.value.retry_after is not None
    assert 1700 < caught.value.retry_after <= 1800
    assert len(github.asked) == 1  # nobody is asked again before


def test_a_limit_while_fetching_puts_the_builds_off_with_what_is_known(github: Site) -> None:
    builds, _ = polled(source(github))
    github.answers[f"{RUNS}/30433642/artifacts"] = JSONResponse({}, 403, {"retry-after": "600"})
    made = fetched(source(github), builds)[builds[0].uuid]
    assert isinstance(made, NotYet)
    assert made.retry_after is not None
    assert 590 < made.retry_after <= 600
    assert made.run is not None
    assert (made.run.job, made.run.result) == ("CI/build", "failure")


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_repository_that_cannot_be_read_is_told_with_what_to_do(github: Site, status: int) -> None:
    github.answers[RUNS] = JSONResponse({"message": "Not Found"}, status)
    with pytest.raises(SourceError, match=rf"^http.*{status} .*; check `repositories`, and what `token` may read"):
        polled(source(github))


def test_a_run_that_is_deleted_while_it_is_listed_is_passed_over(github: Site) -> None:
    del github.answers[f"{RUNS}/30433642/jobs"]
    builds, cursor = polled(source(github))
    assert builds == []
    assert cursor is not None


@pytest.mark.parametrize(
    "answer", [[], {}, {"workflow_runs": 7}, {"workflow_runs": [None, 7, {}, {"id": None}, {"id": []}]}, "x", 7]
)
def test_answers_of_other_shapes_list_nothing(github: Site, answer: Any) -> None:
    github.answers[RUNS] = lambda _: Response(json.dumps(answer))
    assert polled(source(github))[0] == []


def test_a_back_fill_walks_back_day_by_day_and_goes_on_where_it_stopped(github: Site) -> None:
    runs = [workflow_run(n, created_at=ago(days=n, hours=3), updated_at=ago(days=n, hours=1)) for n in range(6)]
    for number, each in enumerate(runs):
        has_run(
            github, each, [job(number + 100, completed_at=ago(days=number, hours=2), started_at=ago(days=number, hours=3))], []
        )

    def search(request: Request) -> Any:
        first, last = request.query_params["created"].split("..")
        return pages([run for run in runs if first <= run["created_at"] <= last], "workflow_runs")(request)

    github.answers[RUNS] = search
    period = (NOW - timedelta(days=4), NOW - timedelta(days=1))
    listed = listed_between(source(github), *period)
    ended = sorted(build.ended_at for page in listed for build in page.builds)
    assert ended == [NOW - timedelta(days=n, hours=2) for n in (3, 2, 1)]
    shares = [page.done for page in listed if page.done is not None]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    stopped = next(page.cursor for page in listed if page.cursor)
    rest = listed_between(source(github), *period, stopped)
    before = {build.uuid for page in listed[: listed.index(next(p for p in listed if p.cursor))] for build in page.builds}
    assert before | {build.uuid for page in rest for build in page.builds} == {
        build.uuid for page in listed for build in page.builds
    }


def test_of_which_job_an_artifact_is_is_told_by_time_then_by_name() -> None:
    py = [job(n, name=f"test (3.{10 + n}, linux)") for n in range(3)]
    lint = job(9, name="lint", started_at=ago(minutes=60), completed_at=ago(minutes=50))
    jobs = [*py, lint]
    assert owner_of(artifact(name="junit-3.11-linux"), jobs) == "1"
    assert owner_of(artifact(name="junit-test-3.12-linux"), jobs) == "2"
    assert owner_of(artifact(name="junit"), jobs) is None
    assert owner_of(artifact(name="junit", created_at=ago(minutes=55)), jobs) == "9"
    assert owner_of(artifact(name="junit", created_at=ago(minutes=5)), jobs) is None
    assert owner_of(artifact(name="junit"), []) is None
    nested = [job(1, name="unit"), job(2, name="unit slow")]
    assert owner_of(artifact(name="junit-unit-slow"), nested) == "2"
    assert owner_of(artifact(name="junit-unit"), nested) == "1"


FIELDS = [
    "id",
    "html_url",
    "name",
    "event",
    "head_branch",
    "updated_at",
    "conclusion",
    "pull_requests",
    "labels",
    "run_attempt",
]
FIELDS += ["started_at", "completed_at", "created_at", "workflow_name", "status"]


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING), st.dictionaries(st.sampled_from(FIELDS), ANYTHING), ANYTHING)
def test_whatever_github_says_nothing_raises(run: Any, told: Any, document: Any) -> None:
    for build in builds_of(REPO, workflow_run() | run, [job() | told]):
        made = run_of(build, json.loads(build.document))
        assert made.uuid == build.uuid
        assert all(isinstance(value, str) for value in made.metadata.values())
    owner_of(artifact() | run, [job() | told, job(2)])
    if isinstance(document, dict):
        run_of(Build(uuid_of_address("x"), NOW, "1"), document)
