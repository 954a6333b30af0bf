"""The full gate, a hundredth of its runs: whole integration suites are the normal case, and all the rest is still there."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from helpers import assert_whole

from gatehealth.config import load
from gatehealth.simulate import Gate, fill, full_gate
from gatehealth.store import Store

from .conftest import FORTNIGHT

END = datetime(2026, 11, 16, tzinfo=UTC)  # thirty days with five weekends: fewer runs than any other end gives


class Month(NamedTuple):
    gate: Gate
    sizes: list[int]  # results of each run
    jobs: Counter[int]  # runs of each
    tests: set[int]  # those that have results


@pytest.fixture(scope="module")
def month() -> Month:
    gate = Gate(full_gate(END, share=0.01))
    found = Month(gate, [], Counter(), set())
    seen = np.zeros(len(gate.world.tests), np.bool_)
    for happened in gate.happenings():
        columns = happened.columns
        found.jobs[happened.planned.job] += 1
        found.sizes.append(0 if columns is None else len(columns.test))
        if columns is not None:
            seen[columns.test] = True
    found.tests.update(np.flatnonzero(seen).tolist())
    return found


def test_the_full_gate_has_as_many_results_as_the_one_of_the_talk() -> None:
    gate = Gate(full_gate(END))
    assert gate.settings.runs_per_day >= 12_500
    assert gate.expected_results() >= 562_500_000


def test_most_runs_are_of_whole_integration_suites(month: Month) -> None:
    assert sum(month.sizes) / len(month.sizes) > 1_200
    assert max(month.sizes) == 1_500
    assert sum(size > 1_400 for size in month.sizes) > 0.8 * len(month.sizes)


def test_some_runs_have_few_results_and_some_jobs_none(month: Month) -> None:
    assert sum(0 < size < 300 for size in month.sizes) > 10
    assert any(not month.gate.world.jobs[job].has_tests for job in month.jobs)


def test_a_dozen_suites_are_each_run_by_jobs_of_several_projects(month: Month) -> None:
    world = month.gate.world
    projects = defaultdict(set)
    for rank, project in enumerate(world.projects):
        for entry in project.jobs:
            usual = world.jobs[entry.job].usual
            if len(usual.tests) > 1_400:
                projects[usual.tests.tobytes()].add(rank)
    assert len(projects) == 12
    assert all(len(found) >= 10 for found in projects.values())


def test_nearly_all_tests_have_results(month: Month) -> None:
    assert month.gate.settings.tests == 20_000
    assert len(month.tests) > 18_000


def test_one_job_is_far_more_popular_than_the_median_and_few_never_run(month: Month) -> None:
    runs = month.jobs.most_common()
    assert len(month.gate.world.jobs) == 500
    assert len({job.name for job in month.gate.world.jobs}) == 500
    assert len(runs) > 400  # of a hundredth of the runs: in all of them every job is met
    assert 0.05 < runs[0][1] / len(month.sizes) < 0.11
    assert runs[0][1] > 3 * runs[1][1] > 9 * runs[len(runs) // 2][1]


def test_results_are_as_many_as_expected(month: Month, gate: Gate) -> None:
    assert month.gate.expected_results() == pytest.approx(sum(month.sizes), rel=0.1)
    assert month.gate.expected_runs() == pytest.approx(len(month.sizes), rel=0.1)
    results = sum(len(happened.columns.test) for happened in gate.happenings() if happened.columns is not None)
    assert gate.expected_results() == pytest.approx(results, rel=0.1)


def test_a_small_month_of_the_full_gate_fills_a_store(month: Month, tmp_path: Path) -> None:
    with Store(load(database=str(tmp_path / "a.duckdb"))) as store:
        assert fill(month.gate, store.writer) == len(month.sizes)
        with store.database.cursor() as cursor:
            stored = cursor.execute("SELECT status, count(*) FROM every_result GROUP BY ALL").fetchall()
            closed = cursor.execute("SELECT count(*) FROM closings").fetchall()[0][0]
        assert closed >= 3, "days are closed on the way, as a server would have done"
        assert_whole(store)
    totals = month.gate.truth()["totals"]["results"]
    assert dict(stored) == {status: count for status, count in enumerate(totals.values()) if count}
    assert sum(totals.values()) == sum(month.sizes)


@pytest.mark.parametrize("integration", [0.3, 1.0])
def test_integration_makes_runs_larger_in_a_small_gate_too(integration: float) -> None:
    settings = replace(FORTNIGHT, days=2, integration=integration)
    usual, more = Gate(replace(settings, integration=0.0)), Gate(settings)
    assert more.expected_results() / more.expected_runs() > 1.2 * usual.expected_results() / usual.expected_runs()
    assert sum(not test.setup for test in more.world.tests) == settings.tests


def test_faults_are_still_met_when_nearly_all_jobs_run_whole_suites() -> None:
    truth = Gate(replace(FORTNIGHT, integration=0.9)).truth()
    hit = Counter(fault["kind"] for fault in truth["faults"] if fault.get("runs_hit"))
    assert hit["flaky"] > 3
    assert min(hit["regression"], hit["outage"], hit["cascade"]) >= 1
    assert {fault["kind"] for fault in truth["faults"]} == {*hit, "slow-down"}
