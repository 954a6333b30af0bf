"""The builds of a gate as its Zuul keeps them in its database: by id, by end, by uuid, as far as they are known by now.

A day is made when it is first asked for and forgotten when it is too old, so a gate may go on for ever.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

from gatehealth.model import to_micros
from gatehealth.simulate.clock import Clock
from gatehealth.simulate.faults import DAY
from gatehealth.simulate.gate import Gate
from gatehealth.simulate.plan import Planned
from gatehealth.simulate.troubles import Troubles

SECOND = 1_000_000
DAY_SECONDS = 86_400
_IDS_OF_A_DAY = 1_000_000


@dataclass(slots=True)
class Build:
    """A build, from its start. Times are whole seconds since 1970 UTC, as Zuul keeps them."""

    id: int  # grows with the start
    planned: Planned
    word: str  # what it ends as
    started_at: int
    ended_at: int
    began: bool  # no build that was skipped, or dequeued while it waited for nodes, ever does
    logs: bool
    has_results: bool  # its tests gave some, wherever they are now
    shown_at: int  # when its end shows: with it, mostly

    @property
    def uuid(self) -> str:
        """As Zuul writes it: 32 hexadecimal digits."""
        return self.planned.uuid.hex

    @property
    def final(self) -> bool:
        """Whether no other build takes its place."""
        return self.word != "RETRY"


class _Day:
    """The builds that start on one day."""

    def __init__(self, number: int, gate: Gate, troubles: Troubles) -> None:
        self.builds: list[Build] = []  # by id
        self.buildsets: dict[str, list[Build]] = {}
        first = (number - to_micros(gate.settings.start) // DAY + 1) * _IDS_OF_A_DAY
        for order, planned in enumerate(gate.planned(number)):
            happened = gate.fate(planned)
            started_at = planned.started_at // SECOND
            ended_at = max(started_at, happened.ended_at // SECOND) + troubles.later(planned)
            build = Build(
                id=first + order,
                planned=planned,
                word=happened.word,
                started_at=started_at,
                ended_at=ended_at,
                began=happened.began,
                logs=happened.logs,
                has_results=happened.columns is not None,
                shown_at=ended_at + troubles.lag(planned),
            )
            self.builds.append(build)
            self.buildsets.setdefault(planned.buildset.hex, []).append(build)
        self.by_uuid = {build.uuid: build for build in self.builds}
        self.by_end = sorted(self.builds, key=_end)

    def ended(self, since: int, until: int) -> list[Build]:
        """Those that ended in since <= t <= until."""
        first = bisect_left(self.by_end, since, key=lambda build: build.ended_at)
        return self.by_end[first : bisect_right(self.by_end, until, key=lambda build: build.ended_at)]


def _end(build: Build) -> tuple[int, int]:
    return build.ended_at, build.id


class Builds:
    """Every build that a Zuul still has in its database. Safe to use from several threads."""

    def __init__(self, gate: Gate, clock: Clock, troubles: Troubles, keep_days: int) -> None:
        self.gate = gate
        self.clock = clock
        self.troubles = troubles
        self._keep_days = keep_days
        self._first = to_micros(gate.settings.start) // DAY
        self._days: dict[int, _Day] = {}
        self._lock = Lock()

    def now(self) -> int:
        """The simulated time in whole seconds since 1970 UTC."""
        return self.clock() // SECOND

    def kept(self) -> range:
        """The days (since 1970) whose builds are in the database."""
        today = self.now() // DAY_SECONDS
        return range(max(self._first, today - self._keep_days), today + 1)

    def make(self, number: int) -> None:
        """Makes a day before it is asked for."""
        self._day(number)

    def _day(self, number: int) -> _Day:
        day = self._days.get(number)
        if day is None:
            with self._lock:
                day = self._days.get(number)
                if day is None:
                    day = _Day(number, self.gate, self.troubles)
                    oldest = self.kept().start
                    self._days = {each: kept for each, kept in self._days.items() if each >= oldest} | {number: day}
        return day

    def newest(self, id_max: int | None = None) -> Iterator[Build]:
        """The builds that have started, by id from the highest on."""
        now = self.now()
        for number in reversed(self.kept()):
            if id_max is not None and (number - self._first + 1) * _IDS_OF_A_DAY > id_max:
                continue
            for build in reversed(self._day(number).builds):
                if build.started_at <= now:
                    yield build

    def by_end(self, since: int, until: int) -> Iterator[Build]:
        """The builds that show to have ended in since <= t <= until, the last first."""
        now = self.now()
        until = min(until, now)
        kept = self.kept()
        for number in reversed(range(max(kept.start, since // DAY_SECONDS), min(kept.stop, until // DAY_SECONDS + 1))):
            since_here, until_here = max(since, number * DAY_SECONDS), min(until, (number + 1) * DAY_SECONDS - 1)
            found: list[Build] = []
            for started in range(max(kept.start, number - 1), number + 1):  # no build takes longer than a day
                found += (each for each in self._day(started).ended(since_here, until_here) if each.shown_at <= now)
            yield from sorted(found, key=_end, reverse=True)

    def one(self, uuid: str) -> Build | None:
        """The build with a uuid, once it has started."""
        for number in reversed(self.kept()):
            build = self._day(number).by_uuid.get(uuid)
            if build is not None:
                return build if build.started_at <= self.now() else None
        return None

    def buildset(self, uuid: str) -> list[Build]:
        """All builds of a buildset, also those that have not started; none when it is not known, or none of it has started."""
        found: list[Build] = []
        for number in self.kept():
            found += self._day(number).buildsets.get(uuid, ())
        return found if found and found[0].started_at <= self.now() else []

    def newest_buildsets(self) -> Iterator[str]:
        """The uuids of the buildsets of which a build has started, by the id of the first from the highest on."""
        now = self.now()
        kept = self.kept()
        for number in reversed(kept):
            before = self._day(number - 1).buildsets if number > kept.start else {}
            for uuid, builds in reversed(self._day(number).buildsets.items()):
                if builds[0].started_at <= now and uuid not in before:  # else these are builds that were tried again
                    yield uuid
