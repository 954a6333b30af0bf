"""What a simulated gate can be told: its size, its period, its seed, and how often things go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DEMO_END = datetime(2026, 11, 20, 18, tzinfo=UTC)  # a Friday evening; whoever wants a gate of today gives its own end
_FULL_GATE_RUNS = 18_500  # on a working day


@dataclass(frozen=True, slots=True)
class GateSettings:
    """The size and the troubles of a gate; the defaults are the demo's week. Raises ValueError for what makes no gate.

    Rates are fractions. The same settings give the same gate, whichever process, machine or way of emitting it.
    """

    seed: int = 1
    days: float = 7.0
    runs_per_day: int = 300  # mean of Monday to Friday; a day of the weekend has about a fifth
    tests: int = 13_000  # distinct test methods over all suites; some setUpClass (...) entries come on top
    jobs: int = 60
    projects: int = 14
    end: datetime = DEMO_END  # the last moment simulated: every run has been received by then
    largest_job: int = 620  # results in one run of the largest job
    workers: int = 4  # test processes in a run, 8 at most
    flaky_tests: int = 8
    background_failures: float = 0.000_02  # of results: fail for no reason that is anyone's fault
    bad_changes: float = 0.2  # of patchsets in check that break something themselves
    # How far whole integration suites, of largest_job tests each, displace the rest: this share of the tests stands in them,
    # this share of the projects' own jobs runs one, and all other jobs run that much less often. 0: as the kinds of jobs come.
    integration: float = 0.0

    def __post_init__(self) -> None:
        if self.end.tzinfo is None:
            raise ValueError("end needs a time zone: a gate's times are UTC")
        for name, least in (("tests", 50), ("jobs", 4), ("projects", 2), ("largest_job", 20), ("runs_per_day", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be {least} or more")
        if not 0 < self.days <= 3660:
            raise ValueError("days must be more than 0, at most 3660")
        if not 1 <= self.workers <= 8:
            raise ValueError("workers must be 1 to 8")
        for name in ("background_failures", "bad_changes", "integration"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be a fraction, 0 to 1")
        if self.flaky_tests < 0:
            raise ValueError("flaky_tests must be 0 or more")

    @property
    def start(self) -> datetime:
        """The first moment simulated, UTC."""
        return self.end.astimezone(UTC) - timedelta(days=self.days)


def full_gate(end: datetime, share: float = 1.0) -> GateSettings:
    """The gate of the talk: in the 30 days up to `end` at least 562.5 million results of 20,000 tests, in runs of 500 jobs.

    That is what 12,500 runs a day with 1,500 results each come to. Here some runs have few results or none and weekends are
    quiet, so there are more runs than that. `share` scales their number and nothing else.
    """
    return GateSettings(
        days=30,
        runs_per_day=max(1, round(_FULL_GATE_RUNS * share)),
        tests=20_000,
        jobs=500,
        projects=50,
        end=end,
        largest_job=1_500,
        integration=0.9,
    )
