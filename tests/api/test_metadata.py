"""Runs narrowed to one value of a fact or of a free metadata key: what a group's page asks for."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from helpers import Server, problem, uuid_number

WEEK = {"from": "2026-11-18T00:00:00Z", "to": "2026-11-25T00:00:00Z"}
ROUTES = ["/summary", "/groups", "/jobs", "/runs"]
# Of the gate in conftest.py, by the numbers of its runs.
PAIRS = [
    ("node=jammy", {1, 5}),
    ("node=noble", {3}),
    ("node=", {2, 4, 6}),
    ("node=focal", set()),
    ("change=900001", {1}),  # the fact, not the free key of the same name
    ("result=NODE_FAILURE", {6}),
    ("voting=false", {3}),
    ("project=openstack/neutron", {4, 5, 6}),
    ("nobody's key=x=y", set()),
]


def good(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def counts(of: dict[str, Any]) -> list[int]:
    return [of[name] for name in ("passed", "failed", "infra", "ignored")]


@pytest.mark.parametrize(("meta", "numbers"), PAIRS)
def test_runs_have_the_value_that_is_asked_for(server: Server, meta: str, numbers: set[int]) -> None:
    found = good(server.get("/runs", **WEEK, meta=meta))["runs"]
    assert {run["uuid"] for run in found} == {uuid_number(number).hex for number in numbers}


@pytest.mark.parametrize(("meta", "numbers"), PAIRS)
def test_sums_and_series_and_jobs_are_of_the_same_runs(server: Server, meta: str, numbers: set[int]) -> None:
    runs = good(server.get("/runs", **WEEK, meta=meta))["runs"]
    by_outcome = [sum(run["outcome"] == outcome for run in runs) for outcome in ("pass", "fail", "infra", "ignored")]
    groups = good(server.get("/groups", **WEEK, meta=meta, key="job"))
    jobs = good(server.get("/jobs", **WEEK, meta=meta))

    assert counts(good(server.get("/summary", **WEEK, meta=meta))["current"]) == by_outcome
    assert [sum(series) for series in counts(groups["totals"])] == by_outcome
    assert {job["job"] for job in jobs["jobs"]} == {group["value"] for group in groups["groups"]} == {r["job"] for r in runs}
    assert [sum(column) for column in zip(*map(counts, jobs["jobs"]), strict=True)] == (by_outcome if runs else [])


def test_a_search_and_the_other_filters_hold_as_well(server: Server) -> None:
    asked = {**WEEK, "meta": "node=jammy", "q": "^TEMPEST"}
    assert good(server.get("/summary", **asked))["current"]["runs"] == 1
    assert good(server.get("/summary", **asked, pipeline="periodic"))["current"]["runs"] == 0
    groups = good(server.get("/groups", **asked, key="job"))
    assert [group["value"] for group in groups["groups"]] == ["tempest-full"]
    assert sum(map(sum, groups["totals"].values())) == 1


def test_failing_tests_are_those_of_these_runs(server: Server) -> None:
    of_all, of_jammy, of_noble = (
        good(server.get("/summary", **WEEK, **meta))["current"]["failing_tests"]
        for meta in ({}, {"meta": "node=jammy"}, {"meta": "node=noble"})
    )
    assert (of_all, of_jammy, of_noble) == (3, 2, 0)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("meta", ["", "node", "=jammy"])
def test_what_is_no_pair_is_refused(server: Server, route: str, meta: str) -> None:
    assert "KEY=VALUE" in problem(server.get(route, **WEEK, meta=meta), 400)
