"""Results with times that only a wrong clock gives are stored, closed and counted like any others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from helpers import assert_whole, load, rows

from gatehealth.model import Result, Run, Status, to_micros
from gatehealth.store import Store

START = to_micros(datetime.now(UTC) - timedelta(days=5))
DAYS_24 = 2**31 * 1000  # microseconds: the square of so many milliseconds still has a place in 64 bits


@pytest.mark.parametrize(
    ("micros", "counted"),
    [
        (-(2**53), None),
        (-1_500, None),
        (-501, None),
        (-500, 0),
        (-1, 0),
        (499, 0),
        (500, 1),
        (DAYS_24 - 501, 2**31 - 1),
        (DAYS_24 - 500, None),
        (2**53, None),
    ],
)
def test_a_duration_is_counted_as_the_same_open_and_closed(store: Store, micros: int, counted: int | None):
    results = [
        Result("steady", Status.SUCCESS, 0, START, START + 1_000),
        Result("odd", Status.SUCCESS, 0, START, START + micros),
    ]
    started_at = datetime.fromtimestamp(START // 10**6, UTC)
    store.writer.write(Run(UUID(int=1), job="unit", started_at=started_at, results=results))
    open_ms = rows(store, "SELECT counted_ms(duration_us) FROM every_result JOIN tests USING (test_id) WHERE name = 'odd'")

    store.writer.compact()

    assert open_ms == [(counted,)]
    of_odd = "FROM counters JOIN tests USING (test_id) WHERE name = 'odd'"
    assert rows(store, f"SELECT success, untimed, sum_ms, min_ms {of_odd}") == [
        (1, counted is None, counted or 0, counted),
    ]
    assert rows(store, "SELECT count(*) FROM results") == [(0,)]
    assert len(load(store, UUID(int=1)).results) == 2


def test_a_day_with_such_results_is_closed_whole(store: Store):
    results = [Result(f"t{at}", Status.SUCCESS, 0, START, START + at) for at in (0, 1, 10**6, 10**12)]
    store.writer.write(Run(UUID(int=1), job="unit", results=results))

    store.writer.compact()

    assert rows(store, "SELECT state FROM closings") == [("closed",)]
    assert rows(store, "SELECT sum(success), sum(untimed) FROM counters") == [(4, 0)]
    assert_whole(store)
