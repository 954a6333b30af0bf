"""Which part of a period can be asked, and of which of its batches counters, suites or results answer.

Results expire, and counters know only some filters: each question says what it needs, and its answer which part it covers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gatehealth.model import from_micros, stable_id, to_micros
from gatehealth.store.asking import WIDTHS_US, Asking, Filters, Row
from gatehealth.store.columns import naive
from gatehealth.store.questions import many


@dataclass(frozen=True, slots=True)
class Needs:
    """What a question wants of the batches of its period: one of these is enough for a batch."""

    kept: tuple[str, ...] = ("all",)  # what of the results (closings.kept)
    counters: bool = False  # counters, where every run of the batch is of the period
    counts_alone: bool = False  # runs that are told by suites


RESULTS = Needs()
FAILURES = Needs(kept=("all", "failures"))


def counting(filters: Filters) -> Needs:
    """What questions about counts and times need. Counters tell jobs, tests and pipelines apart, and nothing else."""
    others = (filters.project, filters.branch, filters.provider, filters.voting)
    return Needs(counters=others == (None, None, None, None))


def tallying(filters: Filters) -> Needs:
    """What questions about counts without times need."""
    return replace(counting(filters), counts_alone=True)


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a period that has all that a question needs; it is empty when nothing has."""

    filters: Filters  # with this part as their period
    whole: tuple[int, ...]  # batches whose counters count
    told: tuple[int, ...]  # batches of which suites and deviations count, or results
    rest: tuple[int, ...]  # batches whose results count
    days: tuple[int, int]  # since <= day < until: those of the batches `told` and `rest`, counted from 1970

    def of_results(self) -> Row:
        """The parameters of filtered_results, but for the tests."""
        return {**self._common(), "batches": many(self.told + self.rest)}

    def of_counts(self) -> Row:
        """The parameters of counted_results, but for the tests."""
        return {**self.of_results(), "whole": many(self.whole)}

    def of_tallies(self) -> Row:
        """The parameters of tallied_results, but for the tests."""
        lists = {"whole": many(self.whole), "told": many(self.told), "batches": many(self.rest)}
        return {**self._common(), **lists}

    def _common(self) -> Row:
        job_ids = None if self.filters.job is None else many(map(stable_id, self.filters.job))
        first, last = (from_micros(day * WIDTHS_US["day"]) for day in self.days)
        return {
            **self.filters.parameters(),
            "closed_since": naive(max(self.filters.since, first)),
            "closed_until": naive(min(self.filters.until, last)),
            "job_ids": job_ids,
        }


class Covering:
    """Asks for the part of a period that can be asked."""

    def __init__(self, asking: Asking) -> None:
        self._rows = asking.rows

    def covering(self, filters: Filters, needs: Needs, ask: Callable[[Part], Row]) -> Row:
        """The answer for the part of the period that has all that it needs, with that part as `covered`.

        Batches are looked up before the question and once more behind it: when they are others by then, some were closed,
        merged or began to expire meanwhile, and the question is asked again.
        """
        part = self._part(filters, needs)
        while True:
            answer = ask(part)
            now = self._part(filters, needs)
            if now == part:
                break
            part = now
        since, until = part.filters.since, part.filters.until
        return {
            "since": filters.since,
            "until": filters.until,
            "covered": {"since": since, "until": until, "complete": part.filters == filters},
            **answer,
        }

    def _part(self, filters: Filters, needs: Needs) -> Part:
        """What can be asked of a period.

        Without counters everything before the newest day that has expired is given up, so that what is left has no holes.
        """
        rows = self._rows("period_batches", {"since": naive(filters.since), "until": naive(filters.until)})
        since, until = filters.since, filters.until
        for row in rows:
            if row["kept"] in needs.kept or (needs.counters and row["whole"]) or (needs.counts_alone and row["told"]):
                continue
            starts = from_micros(row["day"] * WIDTHS_US["day"])
            if needs.counters and starts > filters.since:
                until = min(until, starts)  # the period ends within this day
            else:
                since = max(since, starts + timedelta(days=1))
        since = min(since, until)
        within = [row for row in rows if since < until and _day(since) <= row["day"] <= _day(until - timedelta(microseconds=1))]
        whole = tuple(row["batch"] for row in within if needs.counters and row["whole"])
        told = tuple(row["batch"] for row in within if row["told"] and row["batch"] not in whole)
        rest = tuple(row["batch"] for row in within if row["batch"] not in {*whole, *told})
        days = [row["day"] for row in within if row["batch"] not in whole]
        between = (min(days), max(days) + 1) if days else (0, 0)
        return Part(replace(filters, since=since, until=until), whole, told, rest, between)


def _day(moment: datetime) -> int:
    """Days since 1970."""
    return to_micros(moment) // WIDTHS_US["day"]
