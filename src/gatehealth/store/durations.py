"""How long the successes of the tests on a page took, from wherever that is read fastest.

Sums are whole numbers, so those of counters, of results in no batch and of closed results are added up exactly, in any order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gatehealth.store.asking import Asking, Row
from gatehealth.store.covering import Part
from gatehealth.store.questions import many

FEW_BATCHES = 3  # in which all tests are looked for at once; in more of them that reads much more than one by one
AT_ONCE = 10  # tests in one question about closed results: so many parameters it has; more would leave the disk idle


@dataclass(slots=True)
class _Sums:
    """Of durations in whole milliseconds."""

    timed: int = 0
    total: int = 0
    squares: int = 0
    least: int | None = None
    most: int | None = None

    def add(self, row: Row) -> None:
        self.timed += row["timed"]
        self.total += row["sum_ms"]
        self.squares += int(row["squares_ms2"])
        self.least = row["min_ms"] if self.least is None else min(self.least, row["min_ms"])
        self.most = row["max_ms"] if self.most is None else max(self.most, row["max_ms"])

    def in_seconds(self) -> Row:
        """What schemas.tests.TimeColumns has of one test; the deviation is that of a sample (n - 1)."""
        n = self.timed
        deviation = math.sqrt((n * self.squares - self.total**2) / (n * (n - 1))) / 1000 if n > 1 else None
        return {
            "timed": n,
            "mean_seconds": self.total / n / 1000 if n else None,
            "deviation_seconds": deviation,
            "min_seconds": None if self.least is None else self.least / 1000,
            "max_seconds": None if self.most is None else self.most / 1000,
        }


def durations(asking: Asking, part: Part, test_ids: Sequence[int]) -> list[Row]:
    """How long the successes of each of these tests took in a part of a period, in the same order."""
    sums = {test_id: _Sums() for test_id in test_ids}
    of_tests = {**part.of_results(), "test_ids": many(sums)}
    are_few = len(part.told + part.rest) <= FEW_BATCHES
    asked = [("times_in_few_results", of_tests if are_few else {**of_tests, "batches": many(())})]
    if part.whole:
        known = {name: of_tests[name] for name in ("test_ids", "job_ids", "pipeline")}
        asked.append(("times_in_counters", {**known, "whole": many(part.whole)}))
    if not are_few:
        of_results = {name: value for name, value in of_tests.items() if name not in ("test_ids", "since", "until")}
        for first in range(0, len(test_ids), AT_ONCE):
            few = [*test_ids[first : first + AT_ONCE], *[None] * AT_ONCE]
            tests = {f"test_{number}": few[number - 1] for number in range(1, AT_ONCE + 1)}
            asked.append(("times_in_results", {**of_results, **tests}))
    for row in asking.rows_of_all(asked):
        sums[row["test_id"]].add(row)
    return [each.in_seconds() for each in sums.values()]
