"""What the gate starts, day by day: changes, their items in each pipeline, and the runs of those, on whose machines and when.

A day is planned from the seed and its date alone, so any day can be had without those before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from gatehealth.model import from_micros, run_id_of, to_micros
from gatehealth.simulate import names
from gatehealth.simulate.dice import Dice, Weights, mixed, seed_of
from gatehealth.simulate.faults import DAY, EPOCH_WEEKDAY, HOUR, Fault, Regression, bad_day, first_change
from gatehealth.simulate.layout import ProjectJob, World
from gatehealth.simulate.settings import GateSettings

_SECOND = 1_000_000
_MINUTE = 60 * _SECOND

# Runs of a day beside the mean of Monday to Friday: Monday first.
_WEEKDAYS = (0.98, 1.05, 1.05, 1.02, 0.90, 0.22, 0.18)
# When people push and approve, by hour UTC: Europe's day and America's overlap from 13:00.
_HOURS = (7, 5, 4, 4, 4, 6, 10, 18, 28, 34, 36, 33, 34, 44, 50, 52, 50, 44, 36, 30, 25, 20, 14, 10)
_PERIODIC_AT = 6 * HOUR
_PERIODIC_SHARE = 0.10  # of a weekday's runs; every day has them
_RESERVED_CHANGES = 20  # a day's lowest numbers: changes that faults name

_BAD_JOBS = 0.5  # of the jobs with tests that notice a bad change
_RECHECKED = 0.12  # good changes that are checked again anyway
_RECHECKED_ON_A_BAD_DAY = 0.4
_APPROVED = 0.5  # good changes that go to the gate the same day
_CANCELED = 0.03  # of items: superseded by a new patchset, or the gate was reset
_SKIPPED = 0.008  # of runs: what they depend on failed
_BROKEN_BY_MERGE = 0.01  # of items in the gate: good alone, bad together


@dataclass(slots=True)
class Planned:
    """A run that is to happen: everything but what becomes of it."""

    seed: int
    uuid: UUID
    run_id: int
    job: int
    project: int
    pipeline: str
    branch: str
    change: int  # 0: none, in periodic
    patchset: int
    buildset: UUID
    provider: int
    started_at: int  # microseconds since 1970 UTC
    bad: int  # seed of what the change itself breaks in this job; 0: nothing
    word: str  # when no result decides it: CANCELED, SKIPPED, or RETRY and RETRY_LIMIT of one that cannot succeed
    attempt: int = 1  # 2 and 3 when builds of the same job in the same buildset came to nothing before


@dataclass(frozen=True, slots=True)
class _Item:
    """What one trigger enqueues: the jobs of a change, or of a branch."""

    pipeline: str
    project: int
    branch: str
    change: int
    patchset: int
    bad: bool
    at: int


class Plan:
    """The runs of a gate, day by day."""

    def __init__(self, settings: GateSettings, world: World, faults: Sequence[Fault]) -> None:
        self._settings = settings
        self._world = world
        self._providers = Weights([provider.weight for provider in names.PROVIDERS])
        self._branches = Weights(names.BRANCH_WEIGHTS)
        self._hours = Weights(_HOURS)
        self._bad_day = bad_day(settings)
        self._merges: dict[int, list[_Item]] = {}  # by day: the changes that begin or end a regression, in the gate
        for fault in faults:
            if isinstance(fault, Regression):
                for change, moment in ((fault.change, fault.merged_at), (fault.fix_change, fault.fixed_at)):
                    item = _Item("gate", fault.project, fault.branch, change, 3, bad=False, at=moment - 100 * _MINUTE)
                    self._merges.setdefault(item.at // DAY, []).append(item)

    def expected(self, day: int) -> int:
        """About how many runs a day (days since 1970) has, those cut off by the period's ends not counted."""
        count = self._wanted(day)
        since = max(day * DAY, to_micros(self._settings.start))
        until = min((day + 1) * DAY, to_micros(self._settings.end))
        return max(1, int(count * (until - since) / DAY))

    def day(self, day: int) -> list[Planned]:
        """The runs that start on a day (days since 1970), in the order of their start; none before the period.

        The days after the period have runs too, but none of the faults that belong to a time.
        """
        dice = Dice(seed_of(self._settings.seed, "day", day))
        since = to_micros(self._settings.start)
        runs: list[Planned] = []
        taken: set[int] = set()
        wanted = self._wanted(day) * dice.between(94, 106) // 100
        for item in self._items(day, dice):
            if len(runs) >= wanted:
                break
            if day * DAY <= item.at < (day + 1) * DAY - 10 * _MINUTE:
                self._start(item, dice, runs, taken)
        kept = [run for run in runs if since <= run.started_at]
        kept.sort(key=lambda run: (run.started_at, run.run_id))
        return kept

    def _wanted(self, day: int) -> int:
        weekday = _WEEKDAYS[(day + EPOCH_WEEKDAY) % 7]
        return max(1, int(self._settings.runs_per_day * ((1 - _PERIODIC_SHARE) * weekday + _PERIODIC_SHARE)))

    def _items(self, day: int, dice: Dice) -> Iterator[_Item]:
        """The items of a day, not in order, without end. What is known beforehand comes first."""
        yield from self._merges.get(day, ())
        yield from self._periodic(day, dice)
        change = first_change(self._settings, day) + _RESERVED_CHANGES
        bad_day = self._bad_day.since <= day * DAY < self._bad_day.until
        while True:
            change += 1
            at = day * DAY + self._hours.choose(dice) * HOUR + dice.below(HOUR)
            project, branch = self._world.popularity.choose(dice), names.BRANCHES[self._branches.choose(dice)]
            patchset = 1 + min(dice.below(6), dice.below(9))
            bad = dice.chance(self._settings.bad_changes)
            yield _Item("check", project, branch, change, patchset, bad, at)
            if dice.chance(_RECHECKED_ON_A_BAD_DAY if bad_day else _RECHECKED):
                yield _Item("check", project, branch, change, patchset, bad, at + HOUR + dice.below(4 * HOUR))
            if bad and dice.chance(0.4):
                yield _Item("check", project, branch, change, patchset + 1, bad=False, at=at + HOUR + dice.below(4 * HOUR))
            if not bad and dice.chance(_APPROVED):
                broken = dice.chance(_BROKEN_BY_MERGE)
                yield _Item("gate", project, branch, change, patchset, broken, at + HOUR + dice.below(4 * HOUR))
            if dice.chance(0.06):
                yield _Item("experimental", project, branch, change, patchset, bad, at + dice.below(2 * HOUR))

    def _periodic(self, day: int, dice: Dice) -> Iterator[_Item]:
        """Items at six in the morning, until the runs they make are about as many as a day's share."""
        left = int(self._settings.runs_per_day * _PERIODIC_SHARE)
        projects = self._world.projects
        for rank in range(len(projects) * len(names.BRANCHES)):
            project = rank % len(projects)
            left -= max(1, sum(1 for entry in projects[project].jobs if entry.share >= 0.3))
            if left < 0 and rank:
                return
            at = day * DAY + _PERIODIC_AT + dice.below(20 * _SECOND)
            yield _Item("periodic", project, names.BRANCHES[rank // len(projects)], 0, 0, bad=False, at=at)

    def _start(self, item: _Item, dice: Dice, runs: list[Planned], taken: set[int]) -> None:
        """Adds the runs of an item."""
        buildset = dice.uuid()
        canceled = item.pipeline != "periodic" and dice.chance(_CANCELED)
        wait = 45 * _MINUTE if item.pipeline == "periodic" else 6 * _MINUTE
        for entry in self._world.projects[item.project].jobs:
            if not self._runs_it(item, entry, dice):
                continue
            job = self._world.jobs[entry.job]
            bad = 0
            if item.bad:
                # A change breaks the same tests of a job whenever its patchset is run.
                seed = seed_of(self._settings.seed, item.change, item.patchset, job.index)
                bad = mixed(seed, 1) | 1 if Dice(seed).chance(_BAD_JOBS) else 0
            word = "CANCELED" if canceled and dice.chance(0.6) else "SKIPPED" if dice.chance(_SKIPPED) else ""
            started_at = item.at + 10 * _SECOND + dice.below(wait)
            uuid = dice.uuid()
            while (run_id := run_id_of(uuid, from_micros(started_at))) in taken:
                uuid = dice.uuid()
            taken.add(run_id)
            provider = self._providers.choose(dice)
            runs.append(
                Planned(
                    *(
                        dice.bits(),
                        uuid,
                        run_id,
                        job.index,
                        item.project,
                        item.pipeline,
                        item.branch,
                        item.change,
                        item.patchset,
                    ),
                    *(buildset, provider, started_at, bad, word),
                )
            )

    def _runs_it(self, item: _Item, entry: ProjectJob, dice: Dice) -> bool:
        if item.pipeline == "gate":
            return entry.gating and dice.chance(entry.share)
        if item.pipeline == "periodic":
            return entry.share >= 0.3
        if item.pipeline == "experimental":
            return entry.share < 0.3 and dice.chance(0.5)
        return dice.chance(entry.share)
