"""A run that came to nothing is tried again, as Zuul does: in the same buildset, later, and three times at most."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise

from gatehealth.model import Run
from gatehealth.simulate import Gate

from .conftest import FORTNIGHT

ITEM = ("project", "pipeline", "branch", "change", "patchset", "ref", "ref_url", "voting")


def attempts(runs: list[Run]) -> list[list[Run]]:
    """The runs of each job in each buildset, in the order of their start."""
    found = defaultdict(list)
    for run in runs:
        found[run.buildset, run.job].append(run)
    return list(found.values())


def test_a_retried_run_is_followed_by_the_next_attempt(runs: list[Run]) -> None:
    tried = [each for each in attempts(runs) if len(each) > 1]
    assert len(tried) > 20
    for each in tried:
        assert all(run.result == "RETRY" and not run.results for run in each[:-1])
        for earlier, later in pairwise(each):
            assert earlier.ended_at is not None
            assert later.started_at is not None
            assert timedelta(seconds=20) <= later.started_at - earlier.ended_at <= timedelta(seconds=241)
            assert earlier.uuid != later.uuid
            assert all(getattr(earlier, fact) == getattr(later, fact) for fact in ITEM)


def test_retry_limit_comes_after_two_that_were_retried_and_never_else(runs: list[Run]) -> None:
    ends = Counter((len(each), each[-1].result == "RETRY_LIMIT") for each in attempts(runs))
    assert ends[3, True] > 10
    assert {length for length, limit in ends if limit} == {3}
    assert ends[2, False] > 3


def test_only_a_run_that_is_retried_is_not_final(runs: list[Run]) -> None:
    for run in runs:
        assert run.metadata.get("final", "") == ("false" if run.result == "RETRY" else "")


def test_no_retry_is_left_alone_but_for_those_at_the_end(runs: list[Run]) -> None:
    for each in attempts(runs):
        if each[-1].result == "RETRY":  # its next attempt had not been received
            assert each[-1].ended_at is not None
            assert FORTNIGHT.end - each[-1].ended_at < timedelta(hours=4)


def test_any_day_has_the_same_runs_whichever_were_asked_for_before(gate: Gate) -> None:
    today = int(FORTNIGHT.end.timestamp()) // 86_400
    days = range(today - 14, today)
    in_order = {day: [planned.uuid for planned in gate.planned(day)] for day in days}
    fresh = Gate(FORTNIGHT)
    for day in (*reversed(days), *days[::3]):
        assert [planned.uuid for planned in fresh.planned(day)] == in_order[day]
    crossing = [planned for day in days for planned in gate.planned(day) if planned.attempt > 1]
    assert len({planned.uuid for planned in crossing}) == len(crossing) > 20


def test_a_gate_goes_on_after_its_period(gate: Gate) -> None:
    for later in (1, 40):
        day = int((FORTNIGHT.end + timedelta(days=later)).timestamp()) // 86_400
        planned = gate.planned(day)
        assert len(planned) > 30
        assert {gate.fate(each).word for each in planned} >= {"SUCCESS", "FAILURE"}
