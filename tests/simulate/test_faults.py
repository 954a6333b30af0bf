"""Each fault shows in the data as the truth tells it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from gatehealth.model import Result, Run, Status, message_of
from gatehealth.simulate import texts
from gatehealth.simulate.dice import Dice

SETTLED = ("SUCCESS", "FAILURE")


def faults(truth: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found = [fault for fault in truth["faults"] if fault["kind"] == kind]
    assert found
    return found


def results_of(runs: list[Run], test: str) -> Iterator[tuple[Run, Result]]:
    """First attempts at a test in runs that nothing cut short."""
    for run in runs:
        if run.result != "TIMED_OUT":
            yield from ((run, result) for result in run.results if result.test == test and result.attempt == 0)


def agrees(hits: int, count: int, probability: float) -> bool:
    """Whether so many hits are no surprise: within five standard deviations of the binomial, and two for the tail."""
    return abs(hits - count * probability) <= 5 * math.sqrt(count * probability * (1 - probability)) + 2


def within(run: Run, since: str, until: str) -> bool:
    assert run.started_at is not None
    return datetime.fromisoformat(since) <= run.started_at < datetime.fromisoformat(until)


def test_a_flaky_test_fails_as_often_as_the_truth_says(runs: list[Run], truth: dict[str, Any]) -> None:
    for fault in faults(truth, "flaky"):
        found = [
            result.status is Status.FAIL
            for run, result in results_of(runs, fault["test"])
            if fault["provider"] in (None, run.provider)
        ]
        assert len(found) > 20
        assert agrees(sum(found), len(found), fault["probability"]), fault


def test_a_flake_of_one_provider_fails_nowhere_else(runs: list[Run], truth: dict[str, Any]) -> None:
    only = [fault for fault in faults(truth, "flaky") if fault["provider"]]
    assert only
    for fault in only:
        failed = [run.provider for run, result in results_of(runs, fault["test"]) if result.status is Status.FAIL]
        assert set(failed) == {fault["provider"]}


def test_a_regression_fails_only_on_its_branch_between_merge_and_fix(runs: list[Run], truth: dict[str, Any]) -> None:
    for fault in faults(truth, "regression"):
        hits = exposed = 0
        for test in fault["tests"]:
            for run, result in results_of(runs, test):
                inside = run.branch == fault["branch"] and within(run, fault["merged_at"], fault["fixed_at"])
                assert inside or result.status is not Status.FAIL
                exposed += inside
                hits += result.status is Status.FAIL
        assert exposed > 4
        assert agrees(hits, exposed, fault["probability"]), fault


def test_the_changes_of_a_regression_were_in_the_gate_before_they_merged(runs: list[Run], truth: dict[str, Any]) -> None:
    for fault in faults(truth, "regression"):
        for change, merged_at in ((fault["change"], fault["merged_at"]), (fault["fix_change"], fault["fixed_at"])):
            found = [run for run in runs if run.change == change]
            assert found
            for run in found:
                assert (run.pipeline, run.project, run.branch) == ("gate", fault["project"], fault["branch"])
                assert run.started_at is not None
                assert run.started_at < datetime.fromisoformat(merged_at)


def test_a_slow_down_multiplies_durations_by_its_factor(runs: list[Run], truth: dict[str, Any]) -> None:
    for fault in faults(truth, "slow-down"):
        sums = {True: 0, False: 0}
        counts = {True: 0, False: 0}
        for run in runs:
            if run.result not in SETTLED or fault["job"] not in (None, run.job):
                continue
            slow = within(run, fault["since"], fault["until"])
            for result in run.results:
                if result.status is Status.SUCCESS and (not fault["tests"] or result.test in fault["tests"]):
                    assert result.started_at is not None
                    assert result.ended_at is not None
                    sums[slow] += result.ended_at - result.started_at
                    counts[slow] += 1
        assert min(counts.values()) > 50
        ratio = sums[True] / counts[True] / (sums[False] / counts[False])
        assert ratio == pytest.approx(fault["factor"], rel=0.15), fault


def test_an_outage_fails_its_share_of_one_providers_runs(runs: list[Run], truth: dict[str, Any]) -> None:
    attempts = {(run.buildset, run.job): run for run in reversed(runs)}  # the first of each
    for fault in faults(truth, "outage"):
        there = [
            run.result in fault["results"] or run.result == "RETRY"
            for run in attempts.values()
            if run.provider == fault["provider"]
            and within(run, fault["since"], fault["until"])
            and run.result not in ("CANCELED", "SKIPPED")
        ]
        assert agrees(sum(there), len(there), fault["share"]), fault
        assert fault["runs_hit"] <= sum(there)
    hit = {fault["provider"] for fault in faults(truth, "outage")}
    elsewhere = [run for run in runs if run.provider not in hit]
    words = faults(truth, "outage")[0]["results"]
    assert sum(run.result in words for run in elsewhere) / len(elsewhere) < 0.04


def test_outage_and_regression_overlap_on_the_bad_tuesday(truth: dict[str, Any]) -> None:
    outage, regression = faults(truth, "outage")[0], faults(truth, "regression")[0]
    assert {said[:10] for said in (outage["since"], outage["until"], regression["merged_at"])} == {"2026-11-17"}
    assert regression["merged_at"] < outage["since"] < outage["until"] < regression["fixed_at"]


def test_a_cascade_fails_in_setup_and_its_tests_are_missing(runs: list[Run], truth: dict[str, Any]) -> None:
    for fault in faults(truth, "cascade"):
        members = set(fault["missing_tests"])
        hits = exposed = 0
        for run in runs:
            if run.result not in SETTLED:
                continue
            seen = {result.test for result in run.results}
            if fault["test"] in seen:
                hits += 1
                exposed += 1
                status = next(result.status for result in run.results if result.test == fault["test"])
                assert status is Status.FAIL
                assert run.result == "FAILURE"
                assert not seen & members
            else:
                exposed += bool(seen & members)
        assert hits
        # Jobs that run a few tests of the class do not have its setUpClass entry, so the share is at most what is said.
        assert hits <= exposed * fault["probability"] + 5 * math.sqrt(exposed * fault["probability"]) + 2


def test_no_test_has_two_faults(truth: dict[str, Any]) -> None:
    named: list[str] = []
    for fault in truth["faults"]:
        named += fault.get("tests", []) + fault.get("missing_tests", []) + ([fault["test"]] if "test" in fault else [])
    assert len(named) == len(set(named))


def test_failures_of_a_fault_carry_its_exception(runs: list[Run], truth: dict[str, Any]) -> None:
    for fault in truth["faults"]:
        if "exception" not in fault or fault["kind"] == "regression":
            continue
        like = texts.failure(fault["exception"], fault["test"], 0, Dice(1))
        raised = like[0].text().splitlines()
        expected = next(line for line in raised[1:] if not line[0].isspace()).split(":")[0]
        for _, result in results_of(runs, fault["test"]):
            if result.status is Status.FAIL:
                assert message_of(result).split(":")[0] == expected
                assert result.attachments[0].mime_type == "text/x-traceback;charset=utf8"
