"""What goes wrong in a gate, drawn with it: flaky tests, regressions, slow-downs, outages, cascades: the known truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gatehealth.model import from_micros, to_micros
from gatehealth.simulate import names, texts
from gatehealth.simulate.dice import Dice, Weights, seed_of
from gatehealth.simulate.layout import World
from gatehealth.simulate.settings import GateSettings

DAY = 86_400_000_000  # microseconds, as are all times here, since 1970 UTC
HOUR = DAY // 24
EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday; Monday is 0
_TUESDAY = 1

OUTAGE_WORDS = ("NODE_FAILURE", "RETRY_LIMIT", "POST_FAILURE")
OUTAGE_WEIGHTS = (50, 30, 20)


@dataclass(frozen=True, slots=True)
class Flaky:
    """A test that fails now and then, on one provider or on all."""

    name: str
    test: int  # into World.tests
    probability: float
    provider: int | None  # into names.PROVIDERS
    kind: str  # of its tracebacks, in texts.py

    def truth(self, world: World) -> dict[str, Any]:
        """The fault as truth.json tells it."""
        provider = None if self.provider is None else names.PROVIDERS[self.provider].name
        return {
            "test": world.tests[self.test].name,
            "probability": self.probability,
            "provider": provider,
            "exception": self.kind,
        }


@dataclass(frozen=True, slots=True)
class Regression:
    """A merged change breaks tests on one branch until another change mends them."""

    name: str
    tests: tuple[int, ...]
    probability: float
    project: int
    branch: str
    change: int
    merged_at: int
    fix_change: int
    fixed_at: int
    kind: str

    def truth(self, world: World) -> dict[str, Any]:
        """The fault as truth.json tells it."""
        return {
            "tests": [world.tests[at].name for at in self.tests],
            "probability": self.probability,
            "project": world.projects[self.project].name,
            "branch": self.branch,
            "change": str(self.change),
            "merged_at": _said(self.merged_at),
            "fix_change": str(self.fix_change),
            "fixed_at": _said(self.fixed_at),
            "exception": self.kind,
        }


@dataclass(frozen=True, slots=True)
class SlowDown:
    """Tests take longer for a time: some tests wherever they run, or all tests of one job."""

    name: str
    job: int | None
    tests: tuple[int, ...]  # empty: all tests of the job
    factor_1024: int  # in 1/1024
    since: int
    until: int

    def truth(self, world: World) -> dict[str, Any]:
        """The fault as truth.json tells it."""
        return {
            "job": None if self.job is None else world.jobs[self.job].name,
            "tests": [world.tests[at].name for at in self.tests],
            "factor": self.factor_1024 / 1024,
            "since": _said(self.since),
            "until": _said(self.until),
        }


@dataclass(frozen=True, slots=True)
class Outage:
    """A provider fails its runs for a time, by no fault of theirs."""

    name: str
    provider: int
    share: float  # of its runs that are hit
    since: int
    until: int

    def truth(self, world: World) -> dict[str, Any]:
        """The fault as truth.json tells it."""
        total = sum(OUTAGE_WEIGHTS)
        return {
            "provider": names.PROVIDERS[self.provider].name,
            "share": self.share,
            "results": {word: weight / total for word, weight in zip(OUTAGE_WORDS, OUTAGE_WEIGHTS, strict=True)},
            "since": _said(self.since),
            "until": _said(self.until),
        }


@dataclass(frozen=True, slots=True)
class Cascade:
    """The setUpClass of a class fails now and then, and then none of its tests runs."""

    name: str
    test: int  # its setUpClass entry
    members: tuple[int, ...]
    probability: float
    kind: str

    def truth(self, world: World) -> dict[str, Any]:
        """The fault as truth.json tells it."""
        return {
            "test": world.tests[self.test].name,
            "missing_tests": [world.tests[at].name for at in self.members],
            "probability": self.probability,
            "exception": self.kind,
        }


Fault = Flaky | Regression | SlowDown | Outage | Cascade
FAULT_WORDS: Mapping[type[Fault], str] = {
    Flaky: "flaky",
    Regression: "regression",
    SlowDown: "slow-down",
    Outage: "outage",
    Cascade: "cascade",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A time from its start up to, but not with, its end."""

    since: int
    until: int

    def at(self, fraction: float) -> int:
        """The whole second that lies at this fraction of the span."""
        return (self.since + int((self.until - self.since) * fraction)) // 1_000_000 * 1_000_000


def _said(micros: int) -> str:
    return from_micros(micros).isoformat().replace("+00:00", "Z")


def first_change(settings: GateSettings, ordinal: int) -> int:
    """The lowest change number of a day (days since 1970): numbers grow with time, and a day never runs out of its own."""
    first = to_micros(settings.start) // DAY
    return 960_000 + (ordinal - first) * (settings.runs_per_day + 50)


def bad_day(settings: GateSettings) -> Span:
    """The day on which an outage and a regression overlap: the last whole Tuesday, else the last whole day, else the period."""
    start, end = to_micros(settings.start), to_micros(settings.end)
    whole = list(range(-(-start // DAY), end // DAY))
    tuesdays = [day for day in whole if (day + EPOCH_WEEKDAY) % 7 == _TUESDAY]
    for days in (tuesdays, whole):
        if days:
            return Span(days[-1] * DAY, (days[-1] + 1) * DAY)
    return Span(start, end)


def draw(settings: GateSettings, world: World) -> list[Fault]:
    """The faults of a gate. No test has two, so that each can be seen alone in the data."""
    return _Draw(settings, world).faults()


class _Draw:
    def __init__(self, settings: GateSettings, world: World) -> None:
        self._settings = settings
        self._world = world
        self._dice = Dice(seed_of(settings.seed, "faults"))
        self._period = Span(to_micros(settings.start), to_micros(settings.end))
        self._free = self._by_use()
        self._reserved: dict[int, int] = {}  # change numbers given out, by day

    def faults(self) -> list[Fault]:
        dice, period = self._dice, self._period
        bad = bad_day(self._settings)
        weeks = max(1, (period.until - period.since) // (7 * DAY))
        faults: list[Fault] = []
        faults += self._cascades()  # first: they want whole classes
        providers = Weights([provider.weight for provider in names.PROVIDERS])
        # The outages of the bad day take two of the three largest providers, one after the other.
        first = dice.below(3)
        faults.append(Outage("outage-1", first, 0.85, bad.at(0.54), bad.at(0.78)))
        faults.append(Outage("outage-2", (first + 1) % 3, 0.6, bad.at(0.6), bad.at(0.72)))
        for number in range(3, 2 + int(weeks)):  # longer periods have smaller ones as well
            since = period.at(0.9 * dice.below(1000) / 1000)
            faults.append(Outage(f"outage-{number}", providers.choose(dice), 0.4, since, since + 2 * HOUR))
        faults += self._regression(1, bad.at(0.44), bad.at(0.86), 3, 0.8, used=True)
        for number in range(2, 2 + int(weeks)):
            merged = period.at((number - 2 + 0.42 + 0.08 * dice.below(1000) / 1000) / int(weeks))
            fixed = merged + min(20 * HOUR, (period.until - period.since) // 8) // 1_000_000 * 1_000_000
            faults += self._regression(number, merged, fixed, 2, 1.0, used=False)
        faults += self._slow_downs()
        chances = (0.003, 0.008, 0.015, 0.05, 0.005, 0.01)
        for number in range(1, self._settings.flaky_tests + 1):
            only = providers.choose(dice) if number % 4 == 0 else None
            chance = 0.1 if only is not None else chances[number % len(chances)]
            if test := self._take(1, used=number % 4 != 3):
                kind = dice.pick(texts.kinds_of(self._world.tests[test[0]].name))
                faults.append(Flaky(f"flaky-{number}", test[0], chance, only, kind))
        return faults

    def _by_use(self) -> list[int]:
        """Tests that can have a fault, those of most runs first."""
        shares: dict[int, float] = {}
        dice = Dice(seed_of(self._settings.seed, "use"))
        for rank, project in enumerate(self._world.projects):
            for entry in project.jobs:
                job = self._world.jobs[entry.job]
                for at in job.lineup.tests[job.lineup.plain & job.lineup.present].tolist():
                    shares[at] = shares.get(at, 0.0) + entry.share / (rank + 2)
        order = {at: dice.bits() for at in shares}
        return sorted(shares, key=lambda at: (-shares[at], order[at]))

    def _take(self, count: int, *, used: bool) -> tuple[int, ...]:
        """Tests of one class that no fault has yet: of the suite that most jobs share, or of the projects' own."""
        tests = self._world.tests
        own = [at for at in self._free if not tests[at].attributes]
        own = own[len(own) // 6 :]  # not the most active project's: it has troubles enough
        shared = [at for at in self._free if tests[at].name.startswith("tempest.") and tests[at].attributes]
        pool = (shared or self._free)[:120] if used else (own or self._free)[:400]
        for _ in range(50 if pool else 0):
            first = self._dice.pick(pool)
            members = [at for at in self._free if tests[at].group == tests[first].group][:count]
            if len(members) == count:
                self._free = [at for at in self._free if at not in members]
                return tuple(members)
        return ()

    def _cascades(self) -> list[Fault]:
        tests = self._world.tests
        faults: list[Fault] = []
        for number, at in enumerate(self._world.fragile[:2], 1):
            members = tuple(i for i, test in enumerate(tests) if test.group == tests[at].group and not test.setup)
            self._free = [i for i in self._free if i not in members]
            faults.append(
                Cascade(f"cascade-{number}", at, members, (0.01, 0.005)[number - 1], ("not_found", "timeout")[number - 1])
            )
        return faults

    def _regression(
        self, number: int, merged_at: int, fixed_at: int, count: int, probability: float, *, used: bool
    ) -> Iterator[Fault]:
        """A regression of so many tests, or of one; none when no test is left."""
        tests = self._take(count, used=used) or self._take(1, used=used)
        if not tests:
            return
        name, kind, branch = f"regression-{number}", self._dice.pick(texts.UNIT_KINDS), names.BRANCHES[0]
        project, change, fix = self._owner(tests), self._change(merged_at), self._change(fixed_at)
        yield Regression(name, tests, probability, project, branch, change, merged_at, fix, fixed_at, kind)

    def _owner(self, tests: tuple[int, ...]) -> int:
        """The project that broke these tests: the most active one that runs them."""
        for rank, project in enumerate(self._world.projects):
            if any(tests[0] in self._world.jobs[entry.job].lineup.tests for entry in project.jobs):
                return rank
        return 0

    def _change(self, moment: int) -> int:
        """A change number of that day that no other change has: the day's lowest are kept for this."""
        day = moment // DAY
        given = self._reserved.get(day, 0)
        self._reserved[day] = given + 1
        return first_change(self._settings, day) + given

    def _slow_downs(self) -> list[Fault]:
        period = self._period
        faults: list[Fault] = []
        if tests := self._take(2, used=True):
            faults.append(SlowDown("slow-down-1", None, tests, 2560, period.at(0.45), period.at(0.8)))
        jobs = [job for job in self._world.jobs if job.has_tests]
        used = max(jobs[1:] or jobs, key=lambda job: (job.voting, len(job.lineup.tests), -job.index))
        if len(jobs) > 1:
            faults.append(SlowDown("slow-down-2", used.index, (), 1434, period.at(0.5), period.at(0.72)))
        return faults


def period_days(settings: GateSettings) -> range:
    """The days (since 1970) that a gate's period touches."""
    return range(to_micros(settings.start) // DAY, (to_micros(settings.end) - 1) // DAY + 1)
