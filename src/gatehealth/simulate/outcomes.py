"""What becomes of a planned run: its results in columns, the CI system's word, and which fault each failure comes from.

This is the one place where a gate's results are made; model runs, subunit streams and the store's tables are all views of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gatehealth.model import Outcome, Status, from_micros, outcome_of, run_id_of
from gatehealth.simulate import names
from gatehealth.simulate.dice import FACTOR_BITS, Dice, Weights, bits, mixed
from gatehealth.simulate.faults import OUTAGE_WEIGHTS, OUTAGE_WORDS, Cascade, Fault, Flaky, Outage, Regression, SlowDown
from gatehealth.simulate.layout import SECOND, Job, Running, World
from gatehealth.simulate.plan import Planned
from gatehealth.simulate.settings import GateSettings

# Why a result failed, beside the faults, which are counted from 0.
BACKGROUND = -1  # for no reason
BAD_CHANGE = -2  # the change itself is wrong
EXPECTED = -3  # known to fail, and fails or, rarely, does not

# What a run comes to without any fault: a weight in 10,000 for each word. FAILURE here is a run whose tests never began;
# RETRY one that is tried again, and RETRY_LIMIT one that comes to nothing however often that is done.
_WORDS = ("", "TIMED_OUT", "FAILURE", "POST_FAILURE", "RETRY_LIMIT", "NODE_FAILURE", "RETRY", "DISK_FULL", "MERGE_CONFLICT")
_WORD_WEIGHTS = (9_841, 35, 45, 25, 18, 15, 14, 3, 4)
_ATTEMPTS = 3  # Zuul's default
_NO_RESULTS = frozenset({"RETRY_LIMIT", "NODE_FAILURE", "RETRY", "MERGE_CONFLICT", "CANCELED", "SKIPPED"})
_HALF_WITHOUT_RESULTS = frozenset({"POST_FAILURE", "DISK_FULL"})
# What Zuul cancels does not get to the playbooks that upload logs, whether it had begun or not.
_NO_LOGS = frozenset({"NODE_FAILURE", "SKIPPED", "MERGE_CONFLICT", "CANCELED"})
_DEQUEUED = 0.4  # of the canceled: they still waited for nodes
# How many of the runs that no fault hits have results, if their job has tests.
_KEPT = 1 - sum(
    weight * (0.5 if word in _HALF_WITHOUT_RESULTS else word in _NO_RESULTS or word == "FAILURE")
    for word, weight in zip(_WORDS, _WORD_WEIGHTS, strict=True)
) / sum(_WORD_WEIGHTS)
_LINT_FAILURES = 0.007  # of runs of jobs without tests that a good change fails
_UNEXPECTED_SUCCESSES = 0.004
_CHANCE_BITS = 48  # of a result's random bits, the rest says how long it takes
_STATUS_COUNT = len(Status)
_SPREAD_MASK = np.uint64(0xFFF)
_SPREAD_SHIFT = 64 - _CHANCE_BITS


@dataclass(slots=True)
class Columns:
    """The results of a run in the order of their start; every array has shape (results,)."""

    test: NDArray[np.int64]  # into World.tests
    status: NDArray[np.uint8]
    attempt: NDArray[np.uint32]
    start_us: NDArray[np.int64]  # after the first one's start
    duration_us: NDArray[np.int64]  # -1: never ended
    worker: NDArray[np.int64]


@dataclass(slots=True)
class Happened:
    """A run as it went. Times are microseconds since 1970 UTC."""

    planned: Planned
    word: str
    outcome: Outcome
    began: bool  # no run that was skipped, or dequeued while it waited for nodes, ever does
    logs: bool  # whether it has any
    ended_at: int
    received_at: int
    results_at: int  # the start of its first result; as the writer has it, when it was received if there are none
    columns: Columns | None
    counts: list[int]  # of results, by Status
    causes: dict[int, int] = field(default_factory=dict)  # by row, of each result that failed or was expected to


@dataclass(slots=True)
class _Troubles:
    """What can go wrong in one job: positions in its columns, each with the fault behind it."""

    flaky: list[tuple[int, int, Flaky]] = field(default_factory=list)
    regressions: list[tuple[list[int], int, Regression]] = field(default_factory=list)
    cascades: list[tuple[int, list[int], int, Cascade]] = field(default_factory=list)
    slow: list[tuple[NDArray[np.int64], SlowDown]] = field(default_factory=list)
    expected: list[int] = field(default_factory=list)
    free: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))  # can fail for no fault's reason
    breakable: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))  # the same as positions


class Fate:
    """Decides what becomes of planned runs. Each is decided alone: neither order nor history matters."""

    def __init__(self, settings: GateSettings, world: World, faults: Sequence[Fault]) -> None:
        self._world = world
        self._words = Weights(_WORD_WEIGHTS)
        self._providers = Weights([provider.weight for provider in names.PROVIDERS])
        self._outage_words = Weights(OUTAGE_WEIGHTS)
        chances = int(settings.background_failures * 2**_CHANCE_BITS)
        self._background = np.uint64(min(chances << _SPREAD_SHIFT, 2**64 - 1))  # a result's 64 random bits below this: it fails
        self._outages = [(at, fault) for at, fault in enumerate(faults) if isinstance(fault, Outage)]
        self._troubles = [_troubles(job, faults) for job in world.jobs]

    def outage(self, planned: Planned) -> int | None:
        """Which fault hits this run as an outage, if any."""
        for at, fault in self._outages:
            if fault.provider == planned.provider and fault.since <= planned.started_at < fault.until:
                return at if Dice(mixed(planned.seed, 7)).chance(fault.share) else None
        return None

    def expected_results(self, planned: Planned) -> float:
        """About how many results a run has, without deciding what becomes of it."""
        if planned.word or self.outage(planned) is not None:
            return 0.0
        return len(self._world.jobs[planned.job].usual.tests) * _KEPT

    def again(self, planned: Planned) -> Planned | None:
        """The next attempt at a run that came to nothing, as Zuul makes one: none when it ended with something else."""
        drawn = self._drawn(planned, Dice(mixed(planned.seed, 1)))
        if _word_of(drawn, planned.attempt) != "RETRY":
            return None
        hopeless = drawn == "RETRY_LIMIT" or bool(planned.word)
        dice = Dice(mixed(planned.seed, 8))
        started_at = self.of(planned).ended_at + dice.between(20, 240) * SECOND + dice.below(SECOND)
        uuid = dice.uuid()
        return replace(
            planned,
            seed=dice.bits(),
            uuid=uuid,
            run_id=run_id_of(uuid, from_micros(started_at)),
            provider=planned.provider if hopeless else self._providers.choose(dice),
            started_at=started_at,
            word=_word_of("RETRY_LIMIT", planned.attempt + 1) if hopeless else "",
            attempt=planned.attempt + 1,
        )

    def _drawn(self, planned: Planned, dice: Dice) -> str:
        """The word that is drawn for a run, "" when its results decide."""
        if planned.word:
            return planned.word
        word = _WORDS[self._words.choose(dice)]
        return word if self.outage(planned) is None else OUTAGE_WORDS[self._outage_words.choose(dice)]

    def of(self, planned: Planned) -> Happened:
        """What becomes of a run."""
        dice = Dice(mixed(planned.seed, 1))
        job = self._world.jobs[planned.job]
        speed = names.PROVIDERS[planned.provider].speed
        word = _word_of(self._drawn(planned, dice), planned.attempt)
        setup_us = job.setup_us * speed * dice.between(92, 118) // 102_400
        post_us = job.post_us * dice.between(80, 140) // 100
        received_us = dice.between(8, 80) * SECOND + dice.below(SECOND)
        keeps = not (word in _NO_RESULTS or word == "FAILURE" or (word in _HALF_WITHOUT_RESULTS and dice.below(2)))
        failed = False
        columns: Columns | None = None
        causes: dict[int, int] = {}
        length = setup_us + post_us
        if job.has_tests and keeps:
            columns, causes = self._results(planned, job, speed)
            failed = self._failed(columns, causes)
            span = int((columns.start_us + columns.duration_us).max())
            if word == "TIMED_OUT":
                cut = span * dice.between(30, 95) // 100
                columns, causes = _cut(columns, causes, cut)
                setup_us, span = max(setup_us, job.timeout_us - cut), cut
            length = setup_us + span + post_us
        elif not job.has_tests:
            failed = bool(planned.bad) or dice.chance(_LINT_FAILURES)
            length = (job.timeout_us if word == "TIMED_OUT" else setup_us + job.setup_us * dice.below(100) // 100) + post_us
        began = not (word == "SKIPPED" or (word == "CANCELED" and dice.chance(_DEQUEUED)))
        if word in _NO_RESULTS:
            length = length * dice.between(5, 95) // 100 if began else 0
        word = word or ("FAILURE" if failed else "SUCCESS")
        counts = [0] * _STATUS_COUNT if columns is None else np.bincount(columns.status, minlength=_STATUS_COUNT).tolist()
        ended_at = planned.started_at + length
        return Happened(
            planned=planned,
            word=word,
            outcome=outcome_of(word, counts),
            began=began,
            logs=word not in _NO_LOGS,
            ended_at=ended_at,
            received_at=ended_at + received_us,
            results_at=planned.started_at + setup_us if columns is not None else ended_at + received_us,
            columns=columns,
            counts=counts,
            causes=causes,
        )

    def _results(self, planned: Planned, job: Job, speed: int) -> tuple[Columns, dict[int, int]]:
        """All results of a run that nothing cuts short, with the causes of those that failed."""
        troubles, lineup = self._troubles[planned.job], job.lineup
        random = bits(mixed(planned.seed, 2), len(lineup.tests))
        duration = lineup.median_us * speed
        duration >>= 10
        for positions, slow in troubles.slow:
            if slow.since <= planned.started_at < slow.until:
                duration[positions] = duration[positions] * slow.factor_1024 >> 10
        duration *= self._world.factors[(random & _SPREAD_MASK).view(np.int64)]
        duration >>= FACTOR_BITS
        causes = self._causes(planned, troubles, random)
        if not causes:
            return _timeline(job.usual, duration, job.usual.status)[0], causes
        running, status = job.usual, lineup.status.copy()
        if any(position in causes for position, *_ in troubles.cascades):
            present = lineup.present.copy()
            for position, members, _, _ in troubles.cascades:
                if position in causes:
                    present[position] = True
                    present[members] = False
            causes = {at: cause for at, cause in causes.items() if present[at]}
            running = lineup.running(present)
        for at, cause in causes.items():
            if cause == EXPECTED:
                unexpected = _chance(random, at) < _UNEXPECTED_SUCCESSES * 2**_CHANCE_BITS
                status[at] = Status.UXSUCCESS if unexpected else Status.XFAIL
            else:
                status[at] = Status.FAIL
                duration[at] = duration[at] * 5 >> 1  # they waited for what did not come
        columns, order = _timeline(running, duration, status[running.positions])
        row_of = np.empty(len(lineup.tests), np.int64)
        row_of[running.positions[order]] = np.arange(len(order))
        causes = dict(sorted((int(row_of[at]), cause) for at, cause in causes.items()))
        return (self._retried(planned, columns, causes) if job.retries else columns), causes

    def _causes(self, planned: Planned, troubles: _Troubles, random: NDArray[np.uint64]) -> dict[int, int]:
        """Which positions of the job fail in this run, or are known to fail, and why."""
        causes = dict.fromkeys(troubles.expected, EXPECTED)
        hit = random < self._background
        if hit.any():
            hit &= troubles.free
            causes.update(dict.fromkeys(np.flatnonzero(hit).tolist(), BACKGROUND))
        for position, at, flaky in troubles.flaky:
            here = flaky.provider is None or flaky.provider == planned.provider
            if here and _chance(random, position) < flaky.probability * 2**_CHANCE_BITS:
                causes[position] = at
        for positions, at, regression in troubles.regressions:
            if regression.merged_at <= planned.started_at < regression.fixed_at and planned.branch == regression.branch:
                for position in positions:
                    if _chance(random, position) < regression.probability * 2**_CHANCE_BITS:
                        causes[position] = at
        for position, _, at, cascade in troubles.cascades:
            if _chance(random, position) < cascade.probability * 2**_CHANCE_BITS:
                causes[position] = at
        if planned.bad and len(troubles.breakable):
            dice = Dice(planned.bad)
            first, count = dice.below(len(troubles.breakable)), dice.between(1, 5)
            for position in troubles.breakable[first : first + count].tolist():
                causes[position] = BAD_CHANGE
        return causes

    def _retried(self, planned: Planned, columns: Columns, causes: dict[int, int]) -> Columns:
        """Adds a second attempt, at the end and on the first worker, of each test that failed; its causes are added too."""
        failed = [row for row, cause in causes.items() if cause != EXPECTED]
        if not failed:
            return columns
        dice = Dice(mixed(planned.seed, 3))
        rows = np.array(failed, np.int64)
        duration = columns.duration_us[rows]
        count = len(columns.test)
        first = int((columns.start_us + columns.duration_us).max()) + 2 * SECOND
        slots = duration + 50_000
        status = []
        for number, row in enumerate(failed):
            again = causes[row] == BAD_CHANGE or (causes[row] >= 0 and dice.chance(0.5))
            status.append(Status.FAIL if again else Status.SUCCESS)
            if again:
                causes[count + number] = causes[row]
        return Columns(
            test=np.concatenate((columns.test, columns.test[rows])),
            status=np.concatenate((columns.status, np.array(status, np.uint8))),
            attempt=np.concatenate((columns.attempt, np.ones(len(rows), np.uint32))),
            start_us=np.concatenate((columns.start_us, first + np.cumsum(slots) - slots)),
            duration_us=np.concatenate((columns.duration_us, duration)),
            worker=np.concatenate((columns.worker, np.zeros(len(rows), np.int64))),
        )

    @staticmethod
    def _failed(columns: Columns, causes: dict[int, int]) -> bool:
        """Whether a test failed in its last attempt."""
        last: dict[int, bool] = {}
        for row, cause in causes.items():
            last[int(columns.test[row])] = cause != EXPECTED or columns.status[row] == Status.UXSUCCESS
        if columns.attempt[-1]:
            for row in np.flatnonzero(columns.attempt).tolist():
                last[int(columns.test[row])] = columns.status[row] == Status.FAIL
        return any(last.values())


def _word_of(drawn: str, attempt: int) -> str:
    """How a run ends for which a word was drawn: one that comes to nothing is tried again, but not for ever."""
    if drawn in ("RETRY", "RETRY_LIMIT"):
        return "RETRY" if attempt < _ATTEMPTS else "RETRY_LIMIT"
    return drawn


def _chance(random: NDArray[np.uint64], position: int) -> int:
    """The bits that decide whether something happens to the test in a position: _CHANCE_BITS of them."""
    return int(random[position]) >> _SPREAD_SHIFT


def _timeline(running: Running, duration: NDArray[np.int64], status: NDArray[np.uint8]) -> tuple[Columns, NDArray[np.int64]]:
    """Each worker's tests one behind the other; with the rows of `running` that the results come from.

    `duration` is by position in the line-up, `status` by row of `running`. Two results never start at the same
    microsecond: starts are multiples of 8 plus the number of the worker.
    """
    count = len(running.positions)
    duration = duration[running.positions]
    slot = duration + running.gap_us
    slot += 8
    slot &= ~7
    start = np.cumsum(slot)
    ends = [int(start[until - 1]) if until else 0 for _, until in running.spans]
    start -= slot
    for worker, (first, until) in enumerate(running.spans):
        start[first:until] += worker - (ends[worker - 1] if worker else 0)
    # Times that end in their row's number are sorted in half the time of an argsort; 63 bits do for 400,000 tests in a run.
    row_bits = count.bit_length()
    start <<= row_bits
    start |= _rows(count)
    start.sort()
    order = start & (1 << row_bits) - 1
    start >>= row_bits
    columns = Columns(
        test=running.tests[order],
        status=status[order],
        attempt=np.zeros(count, np.uint32),
        start_us=start - start[0],
        duration_us=duration[order],
        worker=start & 7,
    )
    return columns, order


@cache
def _rows(count: int) -> NDArray[np.int64]:
    return np.arange(count, dtype=np.int64)


def _cut(columns: Columns, causes: dict[int, int], cut: int) -> tuple[Columns, dict[int, int]]:
    """What is there of the results when the run is killed: those that started, and those that ended."""
    count = int(np.searchsorted(columns.start_us, cut))
    columns = Columns(*(getattr(columns, name)[:count] for name in Columns.__slots__))
    open_ = columns.start_us + columns.duration_us > cut
    columns.status = np.where(open_, np.uint8(Status.INCOMPLETE), columns.status)
    columns.duration_us = np.where(open_, -1, columns.duration_us)
    return columns, {row: cause for row, cause in causes.items() if row < count and not open_[row]}


def _troubles(job: Job, faults: Sequence[Fault]) -> _Troubles:
    """What the faults mean for one job."""
    found = _Troubles()
    lineup = job.lineup
    free = lineup.plain & lineup.present
    position_of = {test: position for position, test in enumerate(lineup.tests.tolist())}
    for at, fault in enumerate(faults):
        if isinstance(fault, Flaky) and fault.test in position_of:
            found.flaky.append((position_of[fault.test], at, fault))
            free[position_of[fault.test]] = False
        elif isinstance(fault, Regression):
            positions = [position_of[test] for test in fault.tests if test in position_of]
            free[positions] = False
            if positions:
                found.regressions.append((positions, at, fault))
        elif isinstance(fault, Cascade) and fault.test in position_of:
            members = [position_of[test] for test in fault.members if test in position_of]
            free[members] = False
            found.cascades.append((position_of[fault.test], members, at, fault))
        elif isinstance(fault, SlowDown):
            if fault.job == job.index:
                found.slow.append((np.flatnonzero(lineup.plain), fault))
            elif positions := [position_of[test] for test in fault.tests if test in position_of]:
                free[positions] = False
                found.slow.append((np.array(positions, np.int64), fault))
    found.expected = np.flatnonzero(lineup.status == Status.XFAIL).tolist()
    found.free = free
    found.breakable = np.flatnonzero(free)
    return found
