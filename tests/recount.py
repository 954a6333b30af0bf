"""What the filters of questions mean, in plain Python: tests count with it again what the store has answered."""

from __future__ import annotations

from dataclasses import dataclass

from gatehealth.model import Run
from gatehealth.store import Store
from gatehealth.store.asking import Filters


def fits(run: Run, filters: Filters) -> bool:
    lists = (filters.project, filters.pipeline, filters.branch, filters.job, filters.provider)
    values = (run.project, run.pipeline, run.branch, run.job, run.provider)
    assert run.started_at is not None
    return (
        filters.since <= run.started_at < filters.until
        and all(wanted is None or value in wanted for wanted, value in zip(lists, values, strict=True))
        and (filters.voting is None or run.voting is filters.voting)
    )


@dataclass
class Gate:
    """A store and the runs that were put into it."""

    store: Store
    runs: list[Run]

    def under(self, filters: Filters) -> list[Run]:
        return [run for run in self.runs if fits(run, filters)]
