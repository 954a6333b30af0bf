"""What is true of a simulated gate: its faults and the totals of what it emitted, as truth.json tells them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from gatehealth.model import Outcome, Status, from_micros
from gatehealth.simulate import names
from gatehealth.simulate.faults import DAY, FAULT_WORDS, Cascade, Fault, Flaky, Outage, Regression
from gatehealth.simulate.layout import World
from gatehealth.simulate.outcomes import BACKGROUND, BAD_CHANGE, Happened
from gatehealth.simulate.settings import GateSettings

_KEYS = ("job", "project", "pipeline", "branch", "provider", "day")
FORMAT = 1  # of truth.json; grows when its structure changes


@dataclass(slots=True)
class _Tally:
    """Runs of one kind and their results."""

    outcomes: list[int] = field(default_factory=lambda: [0] * len(Outcome))
    statuses: list[int] = field(default_factory=lambda: [0] * len(Status))

    def add(self, outcome: Outcome, counts: Sequence[tuple[int, int]]) -> None:
        """Counts a run; `counts` are pairs of a status and how many results have it."""
        self.outcomes[outcome] += 1
        for status, count in counts:
            self.statuses[status] += count

    def said(self) -> dict[str, Any]:
        return {
            "runs": sum(self.outcomes),
            "outcomes": {outcome.word: self.outcomes[outcome] for outcome in Outcome},
            "results": {status.word: self.statuses[status] for status in Status},
        }


class Totals:
    """Counts what a gate emits, run by run."""

    def __init__(self, world: World, faults: Sequence[Fault]) -> None:
        self._world = world
        self._faults = faults
        self._all = _Tally()
        self._by: dict[str, dict[int | str, _Tally]] = {key: {} for key in _KEYS}
        self._words: dict[str, int] = {}
        self._failed: dict[int, int] = {}  # results by cause
        self._hit: dict[int, set[int]] = {}  # runs by cause: their ids
        self._outages = {at: fault for at, fault in enumerate(faults) if isinstance(fault, Outage)}

    def add(self, happened: Happened, outage: int | None) -> None:
        """Counts a run; `outage` is the fault that hit it as one."""
        planned = happened.planned
        counts = [(status, count) for status, count in enumerate(happened.counts) if count]
        self._all.add(happened.outcome, counts)
        self._words[happened.word] = self._words.get(happened.word, 0) + 1
        values: tuple[int | str, ...] = (
            planned.job,
            planned.project,
            planned.pipeline,
            planned.branch,
            planned.provider,
            planned.started_at // DAY,
        )
        for tallies, value in zip(self._by.values(), values, strict=True):
            if (tally := tallies.get(value)) is None:
                tally = tallies[value] = _Tally()
            tally.add(happened.outcome, counts)
        for row, cause in happened.causes.items():
            if happened.columns is not None and happened.columns.status[row] == Status.FAIL:
                self._failed[cause] = self._failed.get(cause, 0) + 1
                self._hit.setdefault(cause, set()).add(planned.run_id)
        if outage is not None and not planned.word:
            self._hit.setdefault(outage, set()).add(planned.run_id)

    def truth(self, settings: GateSettings) -> dict[str, Any]:
        """What truth.json holds; Gate.truth says how it is built."""
        said = asdict(settings)
        said["end"] = settings.end.isoformat().replace("+00:00", "Z")
        return {
            "format": FORMAT,
            "settings": said,
            "period": {"since": settings.start.isoformat().replace("+00:00", "Z"), "until": said["end"]},
            "totals": {**self._all.said(), "words": dict(sorted(self._words.items()))},
            "by": {key: self._said(key) for key in _KEYS},
            "failed_results": {
                "background": self._failed.get(BACKGROUND, 0),
                "bad_change": self._failed.get(BAD_CHANGE, 0),
                "faults": sum(count for cause, count in self._failed.items() if cause >= 0),
            },
            "faults": [self._fault(at, fault) for at, fault in enumerate(self._faults)],
        }

    def _said(self, key: str) -> dict[str, Any]:
        """The tallies of a key, by its values as text."""
        texts: dict[str, Callable[[Any], str]] = {
            "job": lambda index: self._world.jobs[index].name,
            "project": lambda index: self._world.projects[index].name,
            "provider": lambda index: names.PROVIDERS[index].name,
            "day": lambda day: from_micros(day * DAY).date().isoformat(),
        }
        text = texts.get(key, str)
        return dict(sorted((text(value), tally.said()) for value, tally in self._by[key].items()))

    def _fault(self, at: int, fault: Fault) -> dict[str, Any]:
        said = {"name": fault.name, "kind": FAULT_WORDS[type(fault)], **fault.truth(self._world)}
        if isinstance(fault, Flaky | Regression | Cascade):
            said["failed_results"] = self._failed.get(at, 0)
            said["runs_hit"] = len(self._hit.get(at, ()))
        elif isinstance(fault, Outage):
            said["runs_hit"] = len(self._hit.get(at, ()))
        return said
