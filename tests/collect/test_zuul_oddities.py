"""A Zuul that answers oddly, late, or with anything at all costs no more than the builds that it is odd about."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from helpers import uuid_number
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loops import listed, run
from serving import answer, answering, serving
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gatehealth.collect import http, zuul_listing
from gatehealth.collect import zuul as zuul_source
from gatehealth.collect.source import Build, Fetched, Lack, NotYet, Page, SourceError
from gatehealth.collect.zuul import ZuulSource
from gatehealth.config import Settings, ZuulSettings

NOW = datetime.now(UTC).replace(microsecond=0)


def written(ago: float) -> str:
    """A time so many minutes ago, as Zuul writes it."""
    return (NOW - timedelta(minutes=ago)).strftime("%Y-%m-%dT%H:%M:%S")


def row(number: int, *, began: float = 60, ended: float | None = 30, **said: Any) -> dict[str, Any]:
    """A build object; times in minutes ago."""
    facts: dict[str, Any] = {
        "_id": number,
        "uuid": uuid_number(number).hex,
        "job_name": "unit",
        "result": None if ended is None else "SUCCESS",
        "start_time": written(began),
        "end_time": None if ended is None else written(ended),
        "pipeline": "gate",
        "final": True,
        "voting": True,
        "log_url": None,
        "buildset": {"uuid": uuid_number(0).hex},
        "ref": {"project": "acme/rocket", "branch": "main", "change": 7, "patchset": "2"},
    }
    return {**facts, **said}


class Zuul:
    """A Zuul with these rows; `asked` are the paths and queries of its requests."""

    def __init__(self, *rows: dict[str, Any], times: bool = True) -> None:
        self.rows = list(rows)
        self.asked: list[tuple[str, str]] = []
        self.instead: dict[str, Any] = {}  # answers by path
        routes = [Route("/api/tenant/acme/builds", self.builds)]
        routes += [Route("/api/tenant/acme/build-times", self.build_times)] if times else []
        self.app = Starlette(routes=[*routes, Route("/logs/{path:path}", self.logs)])

    async def builds(self, request: Request) -> Response:
        query = request.query_params
        uuids = query.getlist("uuid")
        high, low = int(query.get("idx_max", 2**62)), int(query.get("idx_min", 0))
        found = [each for each in self.rows if low <= each["_id"] <= high and (not uuids or each["uuid"] in uuids)]
        found.sort(key=lambda each: -each["_id"])
        return self.answer(request, found[: int(query["limit"])])

    async def build_times(self, request: Request) -> Response:
        query = request.query_params
        since, until = query.get("start_time", ""), query.get("end_time", "9")
        found = [each for each in self.rows if each["result"] and since <= each["end_time"] <= until]
        found.sort(key=lambda each: each["end_time"], reverse=True)
        return self.answer(request, found[: int(query["limit"])])

    async def logs(self, request: Request) -> Response:
        return self.answer(request, None)

    def answer(self, request: Request, value: Any) -> Response:
        name = request.url.path.rsplit("/", 1)[-1]
        self.asked.append((name, request.url.query))
        if name in self.instead:
            return Response(json.dumps(self.instead[name]).encode(), media_type="application/json")
        return JSONResponse(value) if value is not None else Response(status_code=404)


def source_of(url: str, **said: Any) -> ZuulSource:
    facts = {"kind": "zuul", "name": "sim", "url": url, "tenant": "acme", "per_second": 10_000}
    return ZuulSource(ZuulSettings(**{**facts, **said}), Settings())


async def poll(source: ZuulSource, cursor: str | None = None) -> tuple[list[Build], str | None]:
    builds: list[Build] = []
    async for page in source.poll(cursor):
        builds += page.builds
        cursor = page.cursor or cursor
    return builds, cursor


def poll_once(zuul: Zuul, cursor: str | None = None, **said: Any) -> tuple[list[Build], str | None]:
    async def once(url: str) -> tuple[list[Build], str | None]:
        source = source_of(url, **said)
        try:
            return await poll(source, cursor)
        finally:
            await source.close()

    with serving(zuul.app) as url:
        return run(once(url))


def fetch(zuul: Zuul, *builds: Build, extra: Any = None, **said: Any) -> list[Fetched | NotYet]:
    async def once(url: str) -> list[Fetched | NotYet]:
        source = source_of(url, **said)
        try:
            return await listed(source.fetch(builds, extra or {}))
        finally:
            await source.close()

    with serving(zuul.app) as url:
        return run(once(url))


def numbers(builds: list[Build]) -> list[int]:
    return sorted({build.uuid.int - uuid_number(0).int for build in builds})


def build_of(given: dict[str, Any], **said: Any) -> Build:
    found = zuul_listing.row_of(given)
    assert found is not None
    build = found.build()
    assert build is not None
    return build._replace(**said)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow one another at once."""
    monkeypatch.setattr(http, "LONGEST_BACKOFF", 0.001)


def test_more_builds_of_one_second_than_a_page_has_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zuul_listing, "TIMES_PAGE", 10)
    zuul = Zuul(*(row(n, ended=30) for n in range(1, 100)), row(100, ended=31), row(101, ended=29))
    assert numbers(poll_once(zuul)[0]) == list(range(1, 102))


def test_a_build_that_ends_in_the_future_hides_nothing() -> None:
    zuul = Zuul(row(1), row(2, end_time="2099-12-31T00:00:00"))
    builds, cursor = poll_once(zuul)
    assert numbers(builds) == [1, 2]
    zuul.rows.append(row(3, ended=0))
    assert 3 in numbers(poll_once(zuul, cursor)[0])


@pytest.mark.parametrize("times", [True, False])
def test_a_result_that_changes_is_another_version(times: bool) -> None:
    zuul = Zuul(row(1, began=20, ended=10), times=times)
    before, cursor = poll_once(zuul, overlap_seconds=1200)
    zuul.rows[0]["result"] = "POST_FAILURE"
    after, cursor = poll_once(zuul, cursor, overlap_seconds=1200)
    assert {build.version for build in before} == {"SUCCESS"}
    assert {build.version for build in after} == {"POST_FAILURE"}
    assert poll_once(zuul, cursor, overlap_seconds=1200)[0] == after


def test_times_and_builds_and_shapes_give_the_same_version() -> None:
    given = row(1)
    flat = {**{key: value for key, value in given.items() if key != "ref"}, **given["ref"], "ref": "refs/heads/main"}
    light = {
        key: flat[key] for key in ("_id", "uuid", "job_name", "result", "start_time", "end_time", "final", "project", "ref")
    }
    assert len({build_of(each).version for each in (given, flat, light)}) == 1


def test_a_build_that_takes_long_ends_with_a_low_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zuul_listing, "OVERLAP_IDS", 1)
    slow = row(3, began=230, ended=None)  # holds the listing back
    slower = row(2, began=600, ended=None)  # is watched
    never = row(1, began=60 * 24 * 31, ended=None)
    zuul = Zuul(never, slower, slow, *(row(n, began=100) for n in range(4, 400)), times=False)
    builds, cursor = poll_once(zuul, first_days=60)
    assert numbers(builds) == list(range(4, 400))
    assert cursor is not None
    assert json.loads(cursor)["low"] == 2
    assert list(json.loads(cursor)["watched"]) == [slower["uuid"]]
    slow |= {"result": "FAILURE", "end_time": written(0)}
    slower |= {"result": "SUCCESS", "end_time": written(0)}
    builds, cursor = poll_once(zuul, cursor)
    assert {2, 3} <= set(numbers(builds))
    assert cursor is not None
    assert "watched" not in json.loads(cursor)
    assert poll_once(zuul, cursor)[0]


def test_a_watched_build_that_is_gone_is_not_watched_any_more() -> None:
    slower = row(2, began=600, ended=None)
    zuul = Zuul(slower, row(3), times=False)
    _, cursor = poll_once(zuul)
    assert slower["uuid"] in str(cursor)
    zuul.rows.remove(slower)
    _, cursor = poll_once(zuul, cursor)
    assert slower["uuid"] not in str(cursor)


@pytest.mark.parametrize("times", [True, False])
def test_a_listing_that_moves_to_the_other_way_goes_on_from_the_same_time(times: bool) -> None:
    rows = [row(1, began=60 * 30, ended=60 * 29), row(2, began=90, ended=80), row(3, began=600, ended=30)]
    _, cursor = poll_once(Zuul(*rows, times=times), overlap_seconds=60, first_days=2)
    rows += [row(4, began=600, ended=20)]
    builds, _ = poll_once(Zuul(*rows, times=not times), cursor, overlap_seconds=60)
    assert numbers(builds) == [3, 4]


@pytest.mark.parametrize("until", [NOW, NOW - timedelta(days=1)])
def test_an_empty_period_is_listed_at_once(until: datetime) -> None:
    async def pages() -> list[Page]:
        return await listed(source_of("http://127.0.0.1:1").between(NOW, until, None))

    assert [(len(page.builds), page.done) for page in run(pages())] == [(0, 1.0)]


def test_filters_go_into_the_query_and_wildcards_are_ours() -> None:
    zuul = Zuul(
        row(1), row(2, job_name="doc"), row(3, pipeline="check"), row(4, ref={"project": "acme/rocket-2", "branch": "main"})
    )
    builds, _ = poll_once(zuul, pipelines=["gate"], projects=["acme/*", "x"], jobs=["unit"])
    assert numbers(builds) == [1, 4]
    queries = {query for name, query in zuul.asked if "limit=500" in query}
    assert queries
    assert all("pipeline=gate" in query and "job_name=unit" in query and "project" not in query for query in queries)


@pytest.mark.parametrize(
    "cursor", ["", "{", "[]", "null", '{"until": 5, "low": "x", "watched": [1], "bound": "x"}', '{"low": -1}']
)
@pytest.mark.parametrize("times", [True, False])
def test_a_cursor_that_cannot_be_read_begins_anew(cursor: str, times: bool) -> None:
    assert numbers(poll_once(Zuul(row(1), times=times), cursor)[0]) == [1]


@pytest.mark.parametrize(
    ("status", "advice"),
    [("401 Unauthorized", "check the setting token"), ("404 Not Found", "check the settings url and tenant")],
)
def test_a_zuul_that_refuses_is_said_with_what_to_do(status: str, advice: str) -> None:
    with answering(answer(status=status), forever=True) as (url, _):
        source = source_of(url)
        with pytest.raises(SourceError, match=f"answers {status}; {advice}"):
            run(poll(source))


@pytest.mark.usefixtures("hasty")
def test_a_zuul_that_fails_is_said_and_says_when() -> None:
    with answering(answer(status="503 Service Unavailable", retry_after="900"), forever=True) as (url, _):
        with pytest.raises(SourceError, match="answers 503") as caught:
            run(poll(source_of(url)))
        assert caught.value.retry_after == 900
        (outcome,) = run(listed(source_of(url).fetch([build_of(row(1))], {})))
    assert isinstance(outcome, NotYet)
    assert outcome.retry_after == 900
    assert outcome.run is not None
    assert (outcome.run.job, outcome.run.result, outcome.run.project) == ("unit", "SUCCESS", "acme/rocket")


def test_rows_that_are_none_cost_themselves() -> None:
    odd = [None, 5, {}, {"uuid": 7}, {"uuid": "x" * 32}, {"uuid": uuid_number(9).hex}]
    zuul = Zuul()
    zuul.instead["build-times"] = [*odd, row(1), {**row(2), "end_time": "soon", "start_time": -(10**400), "result": ["?"]}]
    builds, _ = poll_once(zuul)
    assert numbers(builds) == [1]


@pytest.mark.parametrize("odd", [[None], [5, "x"], [{}], [{"id": 1, "name": "pipeline"}]])
@pytest.mark.parametrize("times", [True, False])
def test_a_list_without_any_build_is_an_error_and_not_an_idle_zuul(odd: list[Any], times: bool) -> None:
    """Of another address, say. A null uuid is Zuul's own: such builds never ran."""
    zuul = Zuul(times=times)
    what = "build-times" if times else "builds"
    zuul.instead[what] = odd
    with pytest.raises(SourceError, match=f"{what} answers a list of .*, which is no build$"):
        poll_once(zuul)
    zuul.instead[what] = [{"uuid": None}]
    assert poll_once(zuul)[0] == []


def test_a_message_may_be_faster_than_the_database() -> None:
    just_now = datetime.now(UTC)
    told = build_of(row(1), ended_at=just_now, known_by="mqtt")
    running = row(2, ended=None)
    told_too = build_of(row(2), ended_at=just_now, known_by="mqtt")
    for outcome in fetch(Zuul(running), told, told_too):
        assert isinstance(outcome, NotYet)
        assert outcome.retry_after == 2
        assert outcome.run is not None
        assert outcome.run.result == "SUCCESS"


def test_a_build_that_was_removed_from_the_database_is_what_was_listed_of_it() -> None:
    (outcome,) = fetch(Zuul(), build_of(row(1, began=300, ended=200, result="FAILURE")))
    assert isinstance(outcome, Fetched)
    assert (outcome.lack, outcome.detail) == (Lack.NO_LOGS, "Zuul does not know this build any more")
    assert (outcome.run.result, outcome.run.job, outcome.run.pipeline) == ("FAILURE", "unit", "gate")


def test_logs_that_should_be_there_are_waited_for_a_while() -> None:
    young, old = row(1, ended=1), row(2, ended=30)
    outcomes = {each.build.uuid: each for each in fetch(Zuul(young, old), build_of(young), build_of(old))}
    assert isinstance(waiting := outcomes[uuid_number(1)], NotYet)
    assert waiting.run is not None
    assert isinstance(settled := outcomes[uuid_number(2)], Fetched)
    assert settled.lack is Lack.NO_LOGS


@pytest.mark.parametrize("word", ["NODE_FAILURE", "SKIPPED", "CANCELED"])
def test_a_word_that_explains_why_there_are_no_logs_is_not_waited_for(word: str) -> None:
    young = row(1, ended=1, result=word)
    (outcome,) = fetch(Zuul(young), build_of(young))
    assert isinstance(outcome, Fetched)
    assert (outcome.lack, outcome.run.result) == (Lack.NO_LOGS, word)


def test_how_old_a_build_is_goes_by_zuuls_clock() -> None:
    """A Zuul whose last build ended three days ago: by its clock, which may be behind ours, that is now."""
    last = 60 * 24 * 3
    young, old, lost = row(1, ended=last + 1), row(2, ended=last + 30), row(3, ended=last + 30)
    zuul = Zuul(young, old, row(4, ended=last))

    async def follow(url: str) -> list[Fetched | NotYet]:
        source = source_of(url, first_days=7)
        await poll(source)
        outcomes = await listed(source.fetch([build_of(young), build_of(old), build_of(lost)], {}))
        await source.close()
        return outcomes

    with serving(zuul.app) as url:
        outcomes = {each.build.uuid: type(each) for each in run(follow(url))}
    assert outcomes == {uuid_number(1): NotYet, uuid_number(2): Fetched, uuid_number(3): NotYet}


def test_nothing_is_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zuul_source, "LOGS_MAY_COME", timedelta(seconds=-1))
    (outcome,) = fetch(Zuul(row(1, ended=0)), build_of(row(1, ended=0), ended_at=NOW + timedelta(days=1)))
    assert isinstance(outcome, Fetched)


def test_facts_are_asked_for_in_batches() -> None:
    rows = [row(n) for n in range(1, 251)]
    zuul = Zuul(*rows)
    outcomes = fetch(zuul, *map(build_of, rows))
    assert numbers([each.build for each in outcomes]) == list(range(1, 251))
    assert len([name for name, _ in zuul.asked if name == "builds"]) == 3


def test_what_only_a_message_carried_is_metadata() -> None:
    (outcome,) = fetch(Zuul(row(1)), build_of(row(1)), extra={uuid_number(1): {"change_owner": "alice\0", "odd": ""}})
    assert outcome.run is not None
    assert outcome.run.metadata == {"source": "sim", "tenant": "acme", "change_owner": "alice"}


def test_whoever_stops_fetching_leaves_nothing_under_way() -> None:
    async def stop(url: str) -> int:
        source = source_of(url)
        fetching = source.fetch([build_of(row(n)) for n in range(1, 50)], {})
        await anext(fetching)
        await fetching.aclose()  # type: ignore[attr-defined]
        await source.close()
        return len(asyncio.all_tasks())

    with serving(Zuul(*(row(n) for n in range(1, 50))).app) as url:
        assert run(stop(url)) == 1


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("\ud800\0") | st.just(10**400),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "children", "tree", "size", "uuid", "ref"]), inner, max_size=4)
    ),
    max_leaves=12,
)
_KEYS = sorted({*row(1), "artifacts", "error_detail", "nodeset", "event_id", "event_timestamp", "project", "change"} - {"uuid"})


@pytest.fixture(scope="module")
def odd() -> Iterator[tuple[Zuul, str]]:
    zuul = Zuul(row(1))
    with serving(zuul.app) as url:
        yield zuul, url


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(odd_facts=st.dictionaries(st.sampled_from(_KEYS), _ANYTHING, max_size=8), answers=st.lists(_ANYTHING, max_size=3))
@pytest.mark.usefixtures("hasty")
def test_any_json_in_place_of_any_answer(odd: tuple[Zuul, str], odd_facts: dict[str, Any], answers: list[Any]) -> None:
    """A listing gives builds or says in one line why not; each build is fetched or waits."""
    zuul, url = odd
    given = {**row(1, log_url=f"{url}/logs/"), **odd_facts}
    names = ("zuul-manifest.json", "job-output.json", "inventory.yaml", "testrepository.subunit")
    manifest = {"tree": [{"name": each} for each in names]}
    files = {"zuul-manifest.json": manifest, **dict(zip(names, answers, strict=False))}
    zuul.instead = {**files, "builds": [given, *answers], "build-times": [*answers, given]}

    async def all_of_it() -> None:
        source = source_of(url)
        known = [build_of(row(1))]
        for _ in range(2):
            try:
                known += (await poll(source))[0]
                known += [build async for page in source.between(NOW - timedelta(days=9), NOW, None) for build in page.builds]
            except SourceError as error:
                assert len(str(error).splitlines()) == 1  # noqa: PT017 - any may be refused, or none
            outcomes = await listed(source.fetch(known, {}))
            assert sorted(each.build.uuid for each in outcomes) == sorted(build.uuid for build in known)
            for each in outcomes:
                assert isinstance(each, Fetched | NotYet)
                found = each.run
                if found is not None:
                    assert found.started_at is None or found.ended_at is None or found.started_at <= found.ended_at
                    for value in (found.job, found.change, found.result, *found.metadata.values()):
                        value.encode()
            zuul.instead = {**files, "builds": answers, "build-times": answers[0] if answers else None}
        await source.close()

    with patch.object(zuul_source.log, "exception") as defects:
        run(all_of_it())
    assert defects.mock_calls == []
