"""The gate in a box: from a seed and a size to runs, subunit streams and the truth about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from gatehealth.formats import subunit
from gatehealth.model import Run, to_micros
from gatehealth.simulate import faults, layout
from gatehealth.simulate.outcomes import Fate, Happened
from gatehealth.simulate.plan import Plan, Planned
from gatehealth.simulate.settings import GateSettings
from gatehealth.simulate.truth import Totals
from gatehealth.simulate.views import facts_of, metadata_of, run_of

_SAMPLE = 5_000  # runs whose plans tell how many results a run has


class Emitted(NamedTuple):
    """A run as a CI job would send it: facts and metadata as text (collect.files.facts takes both), and a result file."""

    given: dict[str, str]
    metadata: list[str]  # KEY=VALUE
    content: bytes  # subunit v2; empty when the run has no results


class Gate:
    """A simulated gate. Everything it gives follows from its settings alone; giving it twice gives the same twice."""

    def __init__(self, settings: GateSettings) -> None:
        self.settings = settings
        self.world = layout.build(settings)
        self.faults = faults.draw(settings, self.world)
        self._plan = Plan(settings, self.world, self.faults)
        self._fate = Fate(settings, self.world, self.faults)
        self._again: dict[int, list[Planned]] = {}  # by day: the last ones asked for
        self._totals: Totals | None = None  # of a whole pass; none yet
        self._expected = sum(self._plan.expected(day) for day in faults.period_days(settings))

    def runs(self) -> Iterator[Run]:
        """Every run with its results, in the order of their start: what an honest ingest of this gate gives."""
        for happened in self.happenings():
            yield run_of(self.world, self.faults, happened)

    def streams(self) -> Iterator[Emitted]:
        """The same runs as facts and subunit v2 streams."""
        for happened in self.happenings():
            run = run_of(self.world, self.faults, happened)
            given = {key: str(value) for key, value in facts_of(self.world, happened).items()}
            given["uuid"] = run.uuid.hex
            given["voting"] = "true" if run.voting else "false"
            if run.started_at and run.ended_at:
                given["started_at"], given["ended_at"] = run.started_at.isoformat(), run.ended_at.isoformat()
            metadata = [f"{key}={value}" for key, value in metadata_of(self.world, happened).items()]
            yield Emitted(given, metadata, subunit.write(run.results) if run.results else b"")

    def happenings(self) -> Iterator[Happened]:
        """The same runs with their results as columns: what the other ways are made of.

        Only runs that were received by settings.end: at the end of the period a gate has runs under way that nobody has seen.
        """
        totals = Totals(self.world, self.faults)
        end = to_micros(self.settings.end)
        for day in faults.period_days(self.settings):
            for planned in self.planned(day):
                happened = self.fate(planned)
                if happened.received_at <= end:
                    totals.add(happened, self._fate.outage(planned))
                    yield happened
        self._totals = totals

    def planned(self, day: int) -> list[Planned]:
        """The runs that start on a day (days since 1970), in the order of their start. The gate goes on after its period."""
        first = self._plan.day(day)
        again = [*self._tried_again(day - 1, None), *self._tried_again(day, first)]
        runs = [*first, *(planned for planned in again if planned.started_at // faults.DAY == day)]
        runs.sort(key=lambda planned: (planned.started_at, planned.run_id))
        return runs

    def _tried_again(self, day: int, first: list[Planned] | None) -> list[Planned]:
        """The further attempts at those runs of a day, `first`, that came to nothing; some start on the next day."""
        if (known := self._again.get(day)) is not None:
            return known
        found = []
        for planned in self._plan.day(day) if first is None else first:
            attempt = self._fate.again(planned)
            while attempt is not None:
                found.append(attempt)
                attempt = self._fate.again(attempt)
        self._again = {other: kept for other, kept in self._again.items() if abs(other - day) == 1} | {day: found}
        return found

    def fate(self, planned: Planned) -> Happened:
        """What becomes of a planned run, with its results as columns."""
        return self._fate.of(planned)

    def expected_runs(self) -> int:
        """About how many runs there will be: for showing progress, before they are counted."""
        return self._expected

    def expected_results(self) -> int:
        """About how many results there will be, to some per cent: of the runs expected, from the plans of the first days."""
        runs, results = 0, 0.0
        for day in faults.period_days(self.settings):
            planned = self.planned(day)
            runs += len(planned)
            results += sum(map(self._fate.expected_results, planned))
            if runs >= _SAMPLE:
                break
        return round(self._expected * results / max(1, runs))

    def truth(self) -> dict[str, Any]:
        """What is true of this gate, ready for truth.json; the first call runs through the gate unless that was done before.

        - `format`, `settings`, `period` {since, until}
        - `totals`: `runs`; `outcomes`: runs by outcome; `results`: results by status; `words`: runs by the CI system's word
        - `by`: the same three of each `job`, `project`, `pipeline`, `branch`, `provider` and `day` (of the start, UTC)
        - `failed_results` (status fail): by `background` (no reason), `bad_change` (the change itself), `faults`
        - `faults`: a list, each with `name`, `kind` and what follows from it. All times are half open: since <= t < until,
          and t is the start of the run. `failed_results` and `runs_hit` count what was emitted.
          - `flaky`: `test`, `probability`, `provider` (null: all), `exception`
          - `regression`: `tests`, `probability`, `project`, `branch`, `change`, `merged_at`, `fix_change`, `fixed_at`,
            `exception`
          - `slow-down`: `tests` (empty: all of the job), `job` (null: all), `factor`, `since`, `until`
          - `outage`: `provider`, `share` of its runs, `results`: shares of the words that they end with, `since`, `until`.
            Those of RETRY_LIMIT are tried three times, and count once among those hit.
          - `cascade`: `test` (a setUpClass entry), `missing_tests`, `probability`, `exception`
        """
        if self._totals is None:
            for _ in self.happenings():
                pass
        assert self._totals is not None  # noqa: S101
        return self._totals.truth(self.settings)
