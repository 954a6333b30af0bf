"""What the pages say of tests is what one gets by counting the runs in plain Python, from counters as from results."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import recount
from helpers import failure, result, rows, run, settings_for, uuid_number
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatehealth.model import Attachment, Result, Run, Status, message_of, run_id_of, to_micros
from gatehealth.store import Store, compaction, retention, suites
from gatehealth.store.asking import Filters
from gatehealth.store.rates import wilson
from gatehealth.store.result_reader import MESSAGES, ResultReader
from gatehealth.store.upkeep import STEP_RESULTS

DAY = datetime(2026, 11, 9, tzinfo=UTC)  # the first of six days
DAYS = 6
TICK = timedelta(microseconds=1)
LONG_AGO, FAR_AHEAD = DAY - timedelta(days=400), DAY + timedelta(days=400)
ALWAYS = Filters(LONG_AGO, FAR_AHEAD)
WIDTHS = {"min": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
STATUSES = list(Status)
BAD = (Status.FAIL, Status.UXSUCCESS, Status.INCOMPLETE)

PROJECTS = ["openstack/nova", "Ünicode/ß", ""]
PIPELINES = ["check", "gate", ""]
BRANCHES = ["master", "stable/2026.1"]
JOBS = ["tempest-full", "unit", ""]
PROVIDERS = ["cloud-1", ""]
KEYS = ["job", "pipeline", "branch", "provider", "project", "voting", "change", "node", "unknown"]
ODD_NAMES = [
    *("nodots", ".starts.with.a.dot", "ends.with.a.dot.", "two..dots", "...", "a.b", "a.b.c", "a.b.C.test", "ä.ö.Ü.test_ß"),
    *(
        'it\'s "quoted".test',
        "100%_sure.test",
        "back\\slash.test",
        "new\nline.test",
        "spaces in.the name",
        " ",
        "'; DROP TABLE tests; --",
    ),
    *(
        "a.b.C.test[x.y.z]",
        "a.b.C.test(1.5, 'z.z')",
        "setUpClass (a.b.C)",
        "tearDownClass (a.b.C)",
        "setUpModule (a.b)",
        "setUpClass (nodots)",
    ),
    *("setUpClass ()", "setUpClass a.b", "(a.b).c", "[a.b].c", "日本.テスト"),
]
NAMES = [*ODD_NAMES, *(f"unit.area_{number % 3}.Test{number % 5}.test_{number}" for number in range(20))]
# Regular expressions that mean the same to RE2 and to Python.
PATTERNS = [None, "test", "^a\\.b", "TEST$", "area_[01]", "setup", "%", "ß", "no such"]


def moment(seed: random.Random) -> datetime:
    """On, just before or just after the border of a day or an hour, or anywhere."""
    edge = DAY + timedelta(days=seed.randint(0, DAYS - 1), hours=seed.choice([0, 0, 0, 7, 23]))
    return max(DAY, edge + seed.choice([timedelta(0), -TICK, TICK, timedelta(seconds=seed.random() * 80_000)]))


def some_results(seed: random.Random, start: int) -> list[Result]:
    found = []
    for name in seed.sample(NAMES, seed.randint(0, 12)):
        status = seed.choices(STATUSES, [10, 3, 2, 1, 1, 1])[0]
        began = start + seed.randint(0, 10**9)
        took = seed.choice([seed.randint(0, 3_000), seed.randint(0, 10**8), 499, 500, 1_500, 25 * 86_400 * 10**6])
        times = seed.choices([(began, began + took), (None, None), (None, began), (began, None)], [20, 1, 1, 1])[0]
        if status is Status.INCOMPLETE:
            times = (began, None)
        text = Attachment("traceback", "text/plain", f"Boom {seed.randint(0, 2)}\n and more".encode())
        files = [] if status is Status.SUCCESS or seed.random() < 0.2 else [text]
        found.append(Result(name, status, 0, *times, attachments=files))
        for attempt in range(1, seed.choice([1, 1, 1, 1, 2, 3])):
            found.append(Result(name, seed.choice(STATUSES[:3]), attempt, began + 10**7, began + 10**7 + took))
    return found


def some_run(seed: random.Random) -> Run:
    started_at = moment(seed)
    return Run(
        UUID(int=seed.getrandbits(128)),
        job=seed.choice(JOBS),
        project=seed.choice(PROJECTS),
        pipeline=seed.choice(PIPELINES),
        branch=seed.choice(BRANCHES),
        provider=seed.choice(PROVIDERS),
        change=str(seed.randint(1, 9)),
        voting=seed.choice([True, False, None]),
        result=seed.choice(["", "", "SUCCESS", "FAILURE", "NODE_FAILURE", "CANCELED"]),
        started_at=started_at,
        metadata={"node": seed.choice(["jammy", "noble", ""])} if seed.random() < 0.8 else {},
        results=some_results(seed, to_micros(started_at) + seed.randint(0, 10**8)),
    )


def put(store: Store, runs: list[Run]) -> None:
    for answer in [store.writer.submit(each) for each in runs]:
        answer.result()


def take(work: compaction.Work | None) -> bool:
    """Does some upkeep to its end; false when there is none."""
    if work is None:
        return False
    for _ in work:
        pass
    return True


def day_number(days: float) -> int:
    return int((DAY + timedelta(days=days)).timestamp()) // 86_400


def close_days_before(store: Store, days: int) -> None:
    """Closes what is open of the first so many days, a batch a day."""
    with store.database.cursor() as cursor:
        while take(compaction.closing(cursor, day_number(days), 0, STEP_RESULTS)):
            pass


def totals_of(results: ResultReader, tests: list[str], filters: Filters) -> dict[str, Any]:
    """The totals of these tests alone, in columns."""
    answer = results.totals(filters, order="name", descending=False, limit=100_000)
    kept = [at for at, test in enumerate(answer["test"]) if test in tests]
    return {name: [column[at] for at in kept] for name, column in answer.items() if isinstance(column, list)}


class Gate(recount.Gate):
    def by_test(self, filters: Filters) -> dict[str, list[Result]]:
        found: dict[str, list[Result]] = {}
        for each in self.under(filters):
            for one in each.results:
                found.setdefault(one.test, []).append(one)
        return found

    def of(self, test: str, filters: Filters) -> list[tuple[Run, Result]]:
        return [(each, one) for each in self.under(filters) for one in each.results if one.test == test]


def the_runs() -> list[Run]:
    seed = random.Random(5)
    return [some_run(seed) for _ in range(160)]


def fill_open(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, the_runs())


def fill_closed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Days 0 to 2 are closed, each in two batches; of day 3, which goes on, a part; nothing of days 4 and 5."""
    runs = the_runs()
    put(store, runs[:80])
    close_days_before(store, 3)
    with monkeypatch.context() as patch:
        patch.setattr(compaction, "MANY_RESULTS", 1)
        with store.database.cursor() as cursor:
            assert take(compaction.closing(cursor, day_number(3), 0, STEP_RESULTS))
    put(store, runs[80:])
    close_days_before(store, 3)
    days = rows(store, "SELECT count(*), duration_unit_us FROM closings GROUP BY day, duration_unit_us ORDER BY day")
    assert days == [(2, 1000), (2, 1000), (2, 1000), (1, 1)]


def fill_merged(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, the part of day 3 merged with the rest of it, and the batches of the other days too."""
    fill_closed(store, monkeypatch)
    close_days_before(store, 4)
    with monkeypatch.context() as patch, store.database.cursor() as cursor:
        patch.setattr(compaction, "MANY_BATCHES", 1)
        assert take(compaction.merging(cursor, day_number(4), 0, STEP_RESULTS))
    assert rows(store, "SELECT 1 FROM closings WHERE state = 'dropped'")


def fill_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of days 0 to 2 a part of the runs is told by suites, and a part is not; of day 3 a part, and the rest is open."""
    runs = the_runs()
    put(store, runs[:80])
    close_days_before(store, 4)
    with store.database.cursor() as cursor:
        while take(suites.telling(cursor, STEP_RESULTS)):
            pass
    put(store, runs[80:])
    close_days_before(store, 3)
    assert rows(store, "SELECT told, count(*) FROM closings GROUP BY told ORDER BY told") == [(False, 3), (True, 4)]


FILLS = {"open": fill_open, "closed": fill_closed, "merged": fill_merged, "told": fill_told}


@pytest.fixture(scope="module")
def gates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Gate]]:
    """The same runs, stored in different states of upkeep."""
    with ExitStack() as stack:
        found = {}
        for name, fill in FILLS.items():
            store = stack.enter_context(Store(settings_for(tmp_path_factory.mktemp(name))))
            with pytest.MonkeyPatch.context() as monkeypatch:
                fill(store, monkeypatch)
            found[name] = Gate(store, the_runs())
        yield found


@pytest.fixture(params=list(FILLS))
def gate(request: pytest.FixtureRequest, gates: dict[str, Gate]) -> Gate:
    return gates[request.param]


def whole_ms(one: Result) -> int | None:
    if one.started_at is None or one.ended_at is None or one.ended_at - one.started_at >= 2**31 * 1000:
        return None
    return (one.ended_at - one.started_at + 500) // 1000


def counts_of(results: list[Result]) -> dict[str, int]:
    by = Counter(one.status for one in results)
    return {
        "results": len(results),
        "passed": by[Status.SUCCESS] + by[Status.XFAIL],
        "failed": by[Status.FAIL] + by[Status.UXSUCCESS],
        "skipped": by[Status.SKIP],
        **{status.word: by[status] for status in Status if status is not Status.SKIP},
    }


def rates_of(results: list[Result]) -> dict[str, Any]:
    counts = counts_of(results)
    n = counts["passed"] + counts["failed"]
    low, high = wilson(counts["failed"], n) or (None, None)
    rate = counts["failed"] / n if n else None
    return {"n": n, "failure_rate": rate, "failure_rate_low": low, "failure_rate_high": high}


def times_of(results: list[Result]) -> dict[str, Any]:
    ms = [took for one in results if one.status is Status.SUCCESS and (took := whole_ms(one)) is not None]
    deviation = None
    if len(ms) > 1:
        squares = len(ms) * sum(each * each for each in ms) - sum(ms) ** 2
        deviation = pytest.approx(math.sqrt(squares / (len(ms) * (len(ms) - 1))) / 1000, rel=1e-12)
    return {
        "timed": len(ms),
        "mean_seconds": sum(ms) / len(ms) / 1000 if ms else None,
        "deviation_seconds": deviation,
        "min_seconds": min(ms) / 1000 if ms else None,
        "max_seconds": max(ms) / 1000 if ms else None,
    }


def as_rows(answer: dict[str, Any], *columns: str) -> list[dict[str, Any]]:
    return [dict(zip(columns, values, strict=True)) for values in zip(*(answer[name] for name in columns), strict=True)]


COUNTS = ("results", "passed", "failed", "skipped", "incomplete", "success", "fail", "xfail", "uxsuccess")
RATES = ("n", "failure_rate", "failure_rate_low", "failure_rate_high")
TIMES = ("timed", "mean_seconds", "deviation_seconds", "min_seconds", "max_seconds")


def subset(values: list[str]) -> st.SearchStrategy[list[str] | None]:
    return st.none() | st.lists(st.sampled_from([*values, "no such"]), min_size=1, max_size=2)


days = st.integers(-1, DAYS + 1).map(lambda number: DAY + timedelta(days=number))
moments = days | st.integers(0, 2**32).map(lambda number: moment(random.Random(number)))


@st.composite
def some_filters(draw: st.DrawFn, *, counted: bool = False) -> Filters:
    """A period, at the borders of days or not; with `counted`, only what counters can be narrowed to."""
    since, until = draw(st.just(LONG_AGO) | moments), draw(st.just(FAR_AHEAD) | moments)
    if since >= until:
        since, until = until, since + TICK
    narrowed = {"pipeline": draw(subset(PIPELINES)), "job": draw(subset(JOBS))}
    if not counted and draw(st.booleans()):
        narrowed |= {"project": draw(subset(PROJECTS)), "branch": draw(subset(BRANCHES)), "provider": draw(subset(PROVIDERS))}
        narrowed["voting"] = draw(st.none() | st.booleans())
    return Filters(since, until, **narrowed)


asking = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
asking_much = settings(parent=asking, max_examples=6)
names = st.sampled_from(NAMES)
patterns = st.sampled_from(PATTERNS)


def contains(pattern: str | None, text: str) -> bool:
    return pattern is None or re.search(pattern, text, re.IGNORECASE) is not None


def none_last(key: Callable[[dict[str, Any]], Any], row: dict[str, Any], sign: int) -> tuple[bool, Any]:
    value = key(row)
    return value is None, 0 if value is None else sign * value


@asking
@given(
    some_filters(), patterns, st.sampled_from(["failure_rate", "failed", "n", "mean_seconds", "name"]), st.booleans(), st.data()
)
def test_totals_are_as_counted_in_the_order_asked_for(
    gate: Gate, filters: Filters, q: str | None, order: str, descending: bool, data: st.DataObject
) -> None:
    part = data.draw(st.none() | st.sampled_from(["Test", "B.c", "%", "ß", "no such"]))
    expected = [
        {"test": name, **counts_of(results), **rates_of(results), **times_of(results)}
        for name, results in gate.by_test(filters).items()
        if contains(q, name) and (part is None or part.lower() in name.lower())
    ]
    expected.sort(key=lambda row: row["test"], reverse=order == "name" and descending)
    if order != "name":
        sign = -1 if descending else 1
        expected.sort(key=lambda row: (*none_last(lambda row: row[order], row, sign), -row["failed"], -row["n"]))

    answer = gate.store.results.totals(filters, q=q, contains=part, order=order, descending=descending, limit=1000)  # type: ignore[arg-type]

    assert as_rows(answer, "test", *COUNTS, *RATES, *TIMES) == expected
    assert answer["total"] == len(expected)
    assert answer["covered"] == {"since": filters.since, "until": filters.until, "complete": True}


@settings(parent=asking, max_examples=12)
@given(some_filters(counted=True), some_filters(), names, st.sampled_from(["day", "hour"]))
def test_counters_and_results_give_the_same_numbers(
    gates: dict[str, Gate], counted: Filters, filters: Filters, test: str, resolution: str
) -> None:
    """To the last bit: the same page must not change because a day was closed."""
    for asked in (counted, filters):
        width = WIDTHS[resolution]
        short = (
            asked if (asked.until - asked.since) / width < 2000 else replace(asked, since=DAY, until=DAY + timedelta(days=5))
        )
        answers = [
            (
                gate.store.results.totals(asked, order="name", limit=1000),
                gate.store.results.tree("", asked, 1000, 0),
                gate.store.results.series(test, resolution, short),
                gate.store.results.breakdown(test, "job", asked, 1000),
            )
            for gate in gates.values()
        ]
        assert answers[1:] == answers[:-1]


@asking_much
@given(some_filters(), st.sampled_from([7, 20]), st.sampled_from(["failure_rate", "name"]))
def test_pages_of_totals_show_each_test_once(gate: Gate, filters: Filters, limit: int, order: str) -> None:
    whole = gate.store.results.totals(filters, order=order, limit=1000)["test"]  # type: ignore[arg-type]
    seen: list[str] = []
    while len(seen) < len(whole):
        page = gate.store.results.totals(filters, order=order, limit=limit, offset=len(seen))  # type: ignore[arg-type]
        assert page["total"] == len(whole)
        assert page["test"]
        seen += page["test"]
    assert seen == whole
    behind = gate.store.results.totals(filters, limit=limit, offset=len(whole))
    assert (behind["total"], behind["test"], behind["n"]) == (len(whole), [], [])


@asking
@given(some_filters(), st.lists(names | st.just("never seen"), max_size=5, unique=True))
def test_rates_of_some_tests_are_those_of_all(gate: Gate, filters: Filters, some: list[str]) -> None:
    every = as_rows(gate.store.results.totals(filters, limit=1000), "test", "passed", "failed")
    answer = as_rows(gate.store.results.rates_of(some, filters), "test", "passed", "failed")
    expected = [row for row in every if row["test"] in some]
    assert sorted(answer, key=itemgetter("test")) == sorted(expected, key=itemgetter("test"))


@asking
@given(some_filters(), names, st.sampled_from(list(WIDTHS)))
def test_series_are_as_counted_and_sum_to_the_totals(gate: Gate, filters: Filters, test: str, resolution: str) -> None:
    width = WIDTHS[resolution]
    if (filters.until - filters.since) / width > 2000:
        filters = replace(filters, since=filters.until - 1000 * width)
    answer = gate.store.results.series(test, resolution, filters)

    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    times = [epoch + (filters.since - epoch) // width * width]
    while times[-1] + width < filters.until:
        times.append(times[-1] + width)
    assert answer["times"] == times
    buckets: list[list[Result]] = [[] for _ in times]
    for each, one in gate.of(test, filters):
        assert each.started_at is not None
        buckets[(each.started_at - times[0]) // width].append(one)
    assert as_rows(answer, *COUNTS, *TIMES) == [{**counts_of(bucket), **times_of(bucket)} for bucket in buckets]

    totals = totals_of(gate.store.results, [test], filters)
    assert [sum(answer[name]) for name in COUNTS] == [sum(totals[name]) for name in COUNTS]
    assert sum(answer["timed"]) == sum(totals["timed"])


def walk(gate: Gate, filters: Filters, limit: int) -> Iterator[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    """Every node of the tree that has something below it, with its children; '' is the root, whose own row is empty."""
    columns = ("part", "prefix", "test", "further", "tests", *COUNTS, *RATES)
    waiting: list[tuple[str, dict[str, Any]]] = [("", {})]
    while waiting:
        prefix, own = waiting.pop()
        children: list[dict[str, Any]] = []
        while True:
            page = gate.store.results.tree(prefix, filters, limit, len(children))
            children += as_rows(page, *columns)
            if len(children) >= page["total"]:
                break
        assert children
        assert [child["part"] for child in children] == sorted(child["part"] for child in children)
        yield prefix, own, children
        waiting += [(child["prefix"], child) for child in children if child["further"]]


@settings(parent=asking, max_examples=3)
@given(some_filters(), st.sampled_from([4, 1000]))
def test_the_tree_leads_to_each_test_once_and_counts_what_is_below(gate: Gate, filters: Filters, limit: int) -> None:
    by_test = gate.by_test(filters)
    leaves = []
    for _, own, children in walk(gate, filters, limit):
        for child in children:
            if child["test"] is not None:
                leaves.append(child["test"])
            if not child["further"]:
                results = by_test.get(child["test"], [])
                assert {name: child[name] for name in COUNTS} == counts_of(results)
                assert {name: child[name] for name in RATES} == rates_of(results)
        if own:
            itself = by_test.get(own["test"], []) if own["test"] is not None else []
            for name in COUNTS:
                assert own[name] == sum(child[name] for child in children) + counts_of(itself)[name], (own, name)
            assert own["tests"] == sum(child["tests"] for child in children) + (own["test"] is not None)
        else:
            totals = gate.store.results.totals(filters, limit=1000)
            assert [sum(child[name] for child in children) for name in COUNTS] == [sum(totals[name]) for name in COUNTS]
    known = {one.test for each in gate.runs for one in each.results}
    assert sorted(leaves) == sorted(known)


@pytest.mark.parametrize(
    ("prefix", "parts"),
    [
        ("a", ["b"]),
        ("a.b", ["C", "c", "setUpModule (a.b)"]),
        ("a.b.C", ["setUpClass (a.b.C)", "tearDownClass (a.b.C)", "test", "test(1.5, 'z.z')", "test[x.y.z]"]),
        ("a.b.C.test", []),
        ("a.b.", []),
        ("nodots", ["setUpClass (nodots)"]),
        ("two", [".dots"]),
        (".starts.with.a", ["dot"]),
        ("ends.with.a", ["dot."]),
        ("%", []),
        ("no such", []),
    ],
)
def test_names_part_at_dots_and_class_setups_stand_among_the_tests_of_their_class(
    gates: dict[str, Gate], prefix: str, parts: list[str]
) -> None:
    answer = gates["closed"].store.results.tree(prefix, ALWAYS, 1000, 0)
    assert answer["part"] == parts
    assert answer["prefix"] == [f"{prefix}.{part}" for part in parts]


def test_a_name_can_be_a_test_and_lead_further(gates: dict[str, Gate]) -> None:
    answer = gates["closed"].store.results.tree("a", ALWAYS, 1000, 0)
    assert (answer["part"], answer["test"], answer["further"]) == (["b"], ["a.b"], [True])


def at_of(run: Run, one: Result) -> datetime:
    """When a result is drawn: at its start, else at that of its run."""
    assert run.started_at is not None
    if one.started_at is None:
        return run.started_at
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=one.started_at)


@asking
@given(some_filters(), names)
def test_single_results_are_all_there_newest_first(gate: Gate, filters: Filters, test: str) -> None:
    answer = gate.store.results.runs(test, filters, 10_000)

    found = as_rows(answer, "started_at", "seconds", "status", "attempt", "run", "job", "pipeline")
    assert answer["total"] == len(found)
    assert answer["started_at"] == sorted(answer["started_at"], reverse=True)
    by_place = {(row["run"], row["attempt"]): row for row in found}
    assert len(by_place) == len(found)
    assert len(answer["jobs"]) == len(set(answer["jobs"]))
    expected = gate.of(test, filters)
    assert len(expected) == len(found)
    for each, one in expected:
        row = by_place[each.uuid.hex, one.attempt]
        assert row["status"] == one.status.word
        assert (answer["jobs"][row["job"]], answer["pipelines"][row["pipeline"]]) == (each.job, each.pipeline)
        assert abs(row["started_at"] - at_of(each, one)) <= timedelta(milliseconds=5), "closed days keep hundredths"
        if one.started_at is None or one.ended_at is None:
            assert row["seconds"] is None
        else:
            assert row["seconds"] == pytest.approx((one.ended_at - one.started_at) / 1e6, abs=0.0005)


def a_month_of(count: int, bad: int) -> list[Run]:
    """Runs of one test, one every ten minutes; the first `bad` of every `count` / 3 fail."""
    made = []
    for number in range(count):
        start = DAY + timedelta(minutes=10 * number)
        status = Status.FAIL if number % (count // 3) < bad else Status.SUCCESS
        at = to_micros(start)
        one = Result("often", status, started_at=at, ended_at=at + 1_000_000)
        made.append(Run(uuid_number(number), job="unit", started_at=start, results=[one]))
    return made


@pytest.mark.parametrize("limit", [1, 5, 6, 7, 50, 299, 300, 301])
def test_too_many_results_are_thinned_evenly_and_failures_kept(store: Store, limit: int) -> None:
    put(store, a_month_of(300, 2))

    answer = store.results.runs("often", ALWAYS, limit)

    assert answer["total"] == 300
    assert len(answer["run"]) == min(limit, 300)
    failing = [run for run, status in zip(answer["run"], answer["status"], strict=True) if status == "fail"]
    assert len(failing) == min(limit, 6)
    numbers = [int(run[-4:], 16) for run, status in zip(answer["run"], answer["status"], strict=True) if status == "success"]
    if numbers:
        assert numbers[0] == 299, "the newest is always there"
        gaps = {before - after for before, after in pairwise(numbers)}
        assert max(gaps, default=1) - min(gaps, default=1) <= 3, "evenly, but for the two failures between them"
    assert store.results.runs("often", ALWAYS, limit) == answer


def test_skips_do_not_push_failures_out(store: Store) -> None:
    skips = [run(result("t", Status.SKIP), number=number, started_at=DAY + timedelta(hours=number)) for number in range(20)]
    put(store, [*skips, run(failure("t"), number=20, started_at=DAY)])
    assert "fail" in store.results.runs("t", ALWAYS, 5)["status"]


def value_of(run: Run, key: str) -> str:
    if key in ("node", "unknown"):
        return run.metadata.get(key, "")
    if key == "voting":
        return {True: "true", False: "false", None: ""}[run.voting]
    return getattr(run, key)


@asking
@given(some_filters(), names, st.sampled_from(KEYS), st.sampled_from([1, 1000]))
def test_breakdowns_are_as_counted_worst_first(gate: Gate, filters: Filters, test: str, key: str, limit: int) -> None:
    by_value: dict[str, list[Result]] = {}
    for each, one in gate.of(test, filters):
        by_value.setdefault(value_of(each, key), []).append(one)
    expected = []
    for value, results in by_value.items():
        times = {name: times_of(results)[name] for name in ("timed", "mean_seconds")}
        expected.append({"value": value, **counts_of(results), **rates_of(results), **times})
    expected.sort(
        key=lambda row: (*none_last(lambda row: row["failure_rate"], row, -1), -row["failed"], -row["results"], row["value"])
    )

    answer = gate.store.results.breakdown(test, key, filters, limit)

    assert as_rows(answer, "value", *COUNTS, *RATES, "timed", "mean_seconds") == expected[:limit]
    assert answer["total"] == len(expected)


@asking
@given(some_filters(), names, st.sampled_from([1, 1000]), st.integers(0, 3))
def test_failures_are_those_of_the_test_newest_run_first(
    gate: Gate, filters: Filters, test: str, limit: int, offset: int
) -> None:
    expected = [(each, one) for each, one in gate.of(test, filters) if one.status in BAD]
    expected.sort(key=lambda pair: run_id_of(pair[0].uuid, pair[0].started_at), reverse=True)  # type: ignore[arg-type]

    answer = gate.store.results.failures(test, filters, limit, offset)

    assert answer["total"] == len(expected)
    assert [row["run"]["uuid"] for row in answer["failures"]] == [
        each.uuid.hex for each, _ in expected[offset : offset + limit]
    ]
    shown = {(row["run"]["uuid"], row["attempt"]): row for row in answer["failures"]}
    for each, one in expected:
        row = shown.get((each.uuid.hex, one.attempt))
        if row is not None:
            assert (row["test"], row["status"], row["message"]) == (test, one.status.word, message_of(one))
            assert row["run"]["job"] == each.job
    messages = Counter(message_of(one) for _, one in expected)
    assert {row["message"]: row["failures"] + row["incomplete"] for row in answer["messages"]} == dict(messages)
    assert (answer["messages_total"], len(messages) <= MESSAGES) == (len(messages), True)


def test_names_are_found_by_what_they_contain(gates: dict[str, Gate]) -> None:
    known = sorted({one.test for each in gates["open"].runs for one in each.results})
    results = gates["open"].store.results
    for pattern in PATTERNS:
        expected = [name for name in known if contains(pattern, name)]
        assert results.names(pattern, None, 1000, 0) == {"total": len(expected), "tests": expected}
        paged = [name for offset in range(0, len(expected), 3) for name in results.names(pattern, None, 3, offset)["tests"]]
        assert paged == expected
    for part in ("TEST", ".", "%", "'", "\n", "ü"):
        expected = [name for name in known if part.lower() in name.lower()]
        assert results.names(None, part, 1000, 0)["tests"] == expected
    assert results.names("no such", None, 10, 5) == {"total": 0, "tests": []}


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_known_and_found_by_itself(gates: dict[str, Gate], name: str) -> None:
    gate = gates["merged"]
    assert gate.store.results.knows(name)
    assert not gate.store.results.knows(name + "x")
    assert gate.store.results.totals(ALWAYS, contains=name, limit=1000)["test"].count(name) == 1
    assert totals_of(gate.store.results, [name], ALWAYS)["results"] == [len(gate.of(name, ALWAYS))]


# What has expired.


def expire(store: Store, batches: int, *, failures: bool = False) -> None:
    """Removes the passing results of the oldest so many batches, or all results that they have left."""
    ahead, never = timedelta(days=-1), timedelta(days=36_500)
    with store.database.cursor() as cursor:
        for _ in range(batches):
            assert take(retention.expiring(cursor, retention.Ages(ahead, ahead if failures else never), STEP_RESULTS))


@pytest.fixture(scope="module", params=["passing results", "all results"])
def expired(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """Days 0 and 1 have expired; the rest is as in `closed`."""
    with Store(settings_for(tmp_path_factory.mktemp("expired"))) as store:
        with pytest.MonkeyPatch.context() as monkeypatch:
            fill_closed(store, monkeypatch)
        expire(store, 4, failures=request.param == "all results")
        yield Gate(store, the_runs())


FIRST_KEPT = DAY + timedelta(days=2)


@asking
@given(some_filters(counted=True), names)
def test_counters_outlive_results(gates: dict[str, Gate], expired: Gate, filters: Filters, test: str) -> None:
    """Days that are wholly in the period count as before, and what is given up at its ends is said."""
    before, now = gates["open"].store.results, expired.store.results
    totals = now.totals(filters, order="name", limit=1000)
    covered = replace(filters, since=totals["covered"]["since"], until=totals["covered"]["until"])
    assert totals["covered"]["complete"] == (covered == filters)
    assert covered.since < covered.until or covered.since == covered.until
    if covered.since < covered.until:
        same = before.totals(covered, order="name", limit=1000)
        assert as_rows(totals, "test", *COUNTS, *TIMES) == as_rows(same, "test", *COUNTS, *TIMES)
        assert as_rows(now.tree("", filters, 1000, 0), *COUNTS) == as_rows(before.tree("", covered, 1000, 0), *COUNTS)
    else:
        assert totals["test"] == []
    if filters != covered:  # no more than a part of a day is given up at either end
        for given_up, edge in ((covered.since - filters.since, filters.since), (filters.until - covered.until, filters.until)):
            assert given_up < timedelta(days=1) or covered.since == covered.until
            assert given_up == timedelta(0) or DAY <= edge < FIRST_KEPT
    if (filters.until - filters.since) < timedelta(days=1000):
        series = now.series(test, "day", filters)
        assert sum(series["results"]) == sum(totals_of(now, [test], filters)["results"])


def test_a_period_of_whole_days_is_answered_wholly_for_ever(gates: dict[str, Gate], expired: Gate) -> None:
    for filters in (ALWAYS, Filters(DAY, DAY + timedelta(days=2)), Filters(DAY, DAY + timedelta(days=1), job=["unit"])):
        answers = [gate.store.results.totals(filters, limit=1000) for gate in (gates["open"], expired)]
        assert answers[0] == answers[1]
        assert answers[1]["covered"]["complete"]
        assert answers[1]["total"] > 0


@asking
@given(some_filters(), names, st.sampled_from(KEYS))
def test_what_needs_results_covers_only_days_that_have_them_all(expired: Gate, filters: Filters, test: str, key: str) -> None:
    """Failures alone would make a failure rate of 100 %."""
    days_of_runs = [each.started_at.date() for each in expired.runs if each.started_at]
    covered = filters
    gone = [day for day in (DAY, DAY + timedelta(days=1)) if day < filters.until and filters.since < day + timedelta(days=1)]
    if gone:
        assert all(day.date() in days_of_runs for day in gone)
        since = min(filters.until, max(filters.since, gone[-1] + timedelta(days=1)))
        covered = replace(filters, since=since)
    answer = expired.store.results.breakdown(test, key, filters, 1000)
    assert answer["covered"] == {"since": covered.since, "until": covered.until, "complete": not gone}
    assert sum(answer["results"]) == len(expired.of(test, covered))
    found = expired.store.results.runs(test, filters, 1000)
    assert (found["total"], found["covered"]) == (len(expired.of(test, covered)), answer["covered"])


def test_failures_are_shown_as_long_as_they_are_kept(gates: dict[str, Gate], expired: Gate) -> None:
    kept = rows(expired.store, "SELECT DISTINCT kept FROM closings ORDER BY 1")
    for test in NAMES:
        answer = expired.store.results.failures(test, ALWAYS, 1000, 0)
        since = FIRST_KEPT if ("counters",) in kept else LONG_AGO
        expected = gates["open"].store.results.failures(test, replace(ALWAYS, since=since), 1000, 0)
        assert (answer["failures"], answer["messages"]) == (expected["failures"], expected["messages"])
        assert answer["covered"]["complete"] == (("counters",) not in kept)


# What happens meanwhile.


@pytest.mark.parametrize("what", ["closed", "merged", "expired"])
def test_a_day_that_changes_while_a_question_is_asked_counts_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    with Store(settings_for(folder)) as store:
        fill_closed(store, monkeypatch)
        gate = Gate(store, the_runs())
        filters = Filters(DAY, DAY + timedelta(days=6), branch=["master"] if what == "expired" else None)
        ask = store.results._columns
        asked = []

        def meanwhile(name: str, parameters: dict[str, Any]) -> Any:
            asked.append(name)
            if len(asked) == 1:
                if what == "closed":
                    close_days_before(store, 5)
                elif what == "expired":
                    expire(store, 1)
                else:
                    close_days_before(store, 4)
                    with store.database.cursor() as cursor:
                        monkeypatch.setattr(compaction, "MANY_BATCHES", 1)
                        assert take(compaction.merging(cursor, day_number(4), 0, STEP_RESULTS))
                        assert take(compaction.sweeping(cursor, STEP_RESULTS))
            return ask(name, parameters)

        monkeypatch.setattr(store.results, "_columns", meanwhile)
        answer = store.results.totals(filters, order="name", descending=False, limit=1000)

        assert asked in (["test_totals"] * 2, ["test_page"] * 2)
        since = DAY + timedelta(days=1) if what == "expired" else DAY
        expected = gate.by_test(replace(filters, since=since))
        assert dict(zip(answer["test"], answer["results"], strict=True)) == {
            name: len(results) for name, results in expected.items()
        }
        assert answer["covered"]["since"] == since


def test_results_that_are_hidden_until_they_are_removed_count_once(store: Store) -> None:
    put(store, the_runs())
    before = store.results.totals(ALWAYS, order="name", limit=1000)
    with store.database.cursor() as cursor:
        work = compaction.closing(cursor, day_number(2), 0, STEP_RESULTS)
        assert work is not None
        for _ in work:
            assert store.results.totals(ALWAYS, order="name", limit=1000) == before
    assert rows(store, "SELECT count(*) FROM closings") == [(1,)]


def test_a_run_that_comes_again_fuller_leaves_its_batch(store: Store) -> None:
    first = run(result("t"), number=1, started_at=DAY)
    put(store, [first, run(result("t"), number=2, started_at=DAY)])
    close_days_before(store, 1)
    put(store, [run(result("t"), failure("u"), number=1, started_at=DAY)])
    totals = store.results.totals(ALWAYS, order="name", descending=False)
    assert (totals["test"], totals["results"], totals["failed"]) == (["t", "u"], [2, 1], [0, 1])


def test_an_empty_store_answers_everything_with_nothing(store: Store) -> None:
    results = store.results
    assert results.totals(ALWAYS)["total"] == 0
    assert results.rates_of([], ALWAYS)["test"] == []
    assert results.tree("", ALWAYS, 10, 0)["total"] == 0
    assert results.names(None, None, 10, 0) == {"total": 0, "tests": []}
    assert not results.knows("t")
    assert results.runs("t", ALWAYS, 10)["total"] == 0
    assert results.breakdown("t", "job", ALWAYS, 10)["total"] == 0
    assert results.failures("t", ALWAYS, 10, 0)["total"] == 0
    assert sum(results.series("t", "day", ALWAYS)["results"]) == 0
