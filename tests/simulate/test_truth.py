"""The totals of the truth are what a recount of the emitted runs gives."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

from helpers import count_statuses

from gatehealth.model import Outcome, Run, Status, outcome_of


def recount(runs: list[Run]) -> dict[str, Any]:
    outcomes: Counter[str] = Counter()
    statuses = [0] * len(Status)
    for run in runs:
        counts = count_statuses(run.results)
        outcomes[outcome_of(run.result, counts).word] += 1
        statuses = [a + b for a, b in zip(statuses, counts, strict=True)]
    return {
        "runs": len(runs),
        "outcomes": {outcome.word: outcomes[outcome.word] for outcome in Outcome},
        "results": {status.word: statuses[status] for status in Status},
    }


def test_totals_are_those_of_the_emitted_runs(runs: list[Run], truth: dict[str, Any]) -> None:
    words = Counter(run.result for run in runs)
    assert truth["totals"] == {**recount(runs), "words": dict(sorted(words.items()))}


def test_totals_of_each_job_pipeline_and_day_are_those_of_its_runs(runs: list[Run], truth: dict[str, Any]) -> None:
    for key in ("job", "project", "pipeline", "branch", "provider", "day"):
        groups = defaultdict(list)
        for run in runs:
            assert run.started_at is not None
            groups[run.started_at.date().isoformat() if key == "day" else getattr(run, key)].append(run)
        assert truth["by"][key] == {value: recount(found) for value, found in groups.items()}


def test_failed_results_are_divided_among_their_causes(runs: list[Run], truth: dict[str, Any]) -> None:
    assert sum(truth["failed_results"].values()) == truth["totals"]["results"]["fail"]
    named = Counter(result.test for run in runs for result in run.results if result.status is Status.FAIL)
    for fault in truth["faults"]:
        if "failed_results" in fault:
            tests = fault["tests"] if "tests" in fault else [fault["test"]]
            assert fault["failed_results"] == sum(named[test] for test in tests)
            assert bool(fault["runs_hit"]) == bool(fault["failed_results"])


def test_truth_is_json_of_moderate_size(truth: dict[str, Any]) -> None:
    text = json.dumps(truth)
    assert json.loads(text) == truth
    assert len(text) < 100_000
