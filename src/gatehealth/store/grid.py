"""Results as a grid of test by run: a letter for each cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gatehealth.model import FAILED, Status

# What stands for a status; in small letters, the last of several attempts has it. A run that has no result of the test: '.'.
LETTERS = {
    Status.SUCCESS: "S",
    Status.FAIL: "F",
    Status.SKIP: "K",
    Status.XFAIL: "X",
    Status.UXSUCCESS: "U",
    Status.INCOMPLETE: "I",
}
ABSENT = "."

_ABSENT = len(Status)
_BASE = len(Status) + 1
_CODES = np.frombuffer("".join([*(LETTERS[status] for status in Status), ABSENT]).encode(), np.uint8)
_SMALL = 0x20  # the bit that makes a letter of ASCII small; ABSENT has it anyhow
_IS_FAILED = np.isin(np.arange(len(Status)), [int(status) for status in FAILED])

_Numbers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Grid:
    """Results of some tests in some runs. Each result has its place by test and by run."""

    test_ids: _Numbers  # in the order of their names
    run_count: int
    test: _Numbers  # of each result: position in test_ids
    run: _Numbers  # of each result: position among the runs
    status: np.ndarray[Any, np.dtype[np.uint8]]
    attempt: np.ndarray[Any, np.dtype[np.uint32]]

    def order(self, *, failing_first: bool, only_failing: bool = False) -> list[int]:
        """The tests by name; or those that failed most first, then those that most often never ended, then by name.

        `only_failing` leaves out those that neither failed nor were left unended.
        """
        positions = np.arange(len(self.test_ids))
        if failing_first:
            positions = np.lexsort((positions, -self._incomplete(), -self._failures()))
        if only_failing:
            positions = positions[(self._failures() + self._incomplete())[positions] > 0]
        return [int(at) for at in positions]

    def columns(self, chosen: list[int]) -> dict[str, list[Any]]:
        """The cells of some tests, a string each, and what they come to; in the order of `chosen`."""
        return {
            "cells": self._cells(chosen),
            "failures": self._failures()[chosen].tolist(),
            "incomplete": self._incomplete()[chosen].tolist(),
        }

    def _failures(self) -> _Numbers:
        return self._per_test(_IS_FAILED[self.status])

    def _incomplete(self) -> _Numbers:
        return self._per_test(self.status == Status.INCOMPLETE)

    def _per_test(self, counted: np.ndarray[Any, np.dtype[np.bool_]]) -> _Numbers:
        return np.bincount(self.test[counted], minlength=len(self.test_ids))

    def _cells(self, chosen: list[int]) -> list[str]:
        row_of = np.full(len(self.test_ids), -1, np.int64)
        row_of[chosen] = np.arange(len(chosen))
        wanted = row_of[self.test] >= 0
        cell = row_of[self.test[wanted]] * self.run_count + self.run[wanted]
        # Of several results in one cell the last attempt is shown: the largest of these numbers, which end with the status.
        last = np.full(len(chosen) * self.run_count, _ABSENT, np.int64)
        np.maximum.at(last, cell, (self.attempt[wanted].astype(np.int64) + 1) * _BASE + self.status[wanted])
        letters = _CODES[last % _BASE]
        letters[np.bincount(cell, minlength=len(last)) > 1] |= _SMALL
        text = letters.tobytes().decode()
        return [text[at * self.run_count : (at + 1) * self.run_count] for at in range(len(chosen))]


def pivot(found: dict[str, np.ndarray[Any, Any]], run_ids: _Numbers, test_ids: _Numbers) -> Grid:
    """A grid of what grid_results.sql gave, for these runs and tests in this order; results of other tests are left out."""
    wanted = np.isin(found["test_id"], test_ids)
    results = {name: column[wanted] for name, column in found.items()}
    return Grid(
        test_ids,
        len(run_ids),
        _positions(results["test_id"], test_ids),
        _positions(results["run_id"], run_ids),
        results["status"],
        results["attempt"],
    )


def _positions(values: _Numbers, among: _Numbers) -> _Numbers:
    """Where each value stands among those of a list, which has them all."""
    order = np.argsort(among)
    return order[np.searchsorted(among, values, sorter=order)]
