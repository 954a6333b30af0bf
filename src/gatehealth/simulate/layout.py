"""What a gate consists of before anything runs: its projects, jobs and tests, and which job runs which test where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatehealth.model import Status, stable_id
from gatehealth.simulate import names
from gatehealth.simulate.dice import Dice, Weights, lognormal_factors, seed_of
from gatehealth.simulate.settings import GateSettings

SECOND = 1_000_000
_MINUTE = 60 * SECOND

# Jobs that several projects share: name, what it runs, voting, whether only projects of the integrated gate run it,
# how many of a change's items run it. "" runs no tests that report results.
_SHARED = (
    ("openstack-tox-pep8", "", True, False, 1.0),
    ("tempest-full-py3", "tempest", True, True, 0.95),
    ("openstack-tox-docs", "", True, False, 0.5),
    ("grenade", "smoke", True, True, 0.45),
    ("tempest-slow-py3", "slow", True, True, 0.35),
    ("tempest-ipv6-only", "half", True, True, 0.5),
    ("tempest-full-centos-9-stream", "tempest", False, True, 0.12),
    ("build-openstack-releasenotes", "", True, False, 0.2),
)
# Jobs of one project's own, most usual first; {p} is its name.
_OWN = (
    ("{p}-tox-py311", "unit", True, 1.0),
    ("{p}-functional", "functional", True, 0.55),
    ("{p}-tox-py313", "unit", True, 0.85),
    ("{p}-tempest-plugin-api", "plugin", True, 0.4),
    ("{p}-tempest-multinode", "tempest", False, 0.15),
    ("{p}-grenade-skip-level", "smoke", False, 0.2),
    ("{p}-tox-cover", "", False, 0.25),
    ("{p}-tox-py312", "unit", True, 0.35),
    ("{p}-tempest-postgresql", "half", False, 0.08),
    ("{p}-functional-jammy", "functional", True, 0.15),
    ("{p}-tempest-plugin-scenario", "plugin", True, 0.25),
    ("{p}-tempest-ovn", "tempest", True, 0.2),
    ("{p}-tempest-ceph", "half", False, 0.12),
    ("{p}-tox-py314", "unit", False, 0.15),
)
# Jobs that run a whole integration suite, in a project that has them: how many of its items run the first, the second, ...
# All after the last are as usual as the last; one in four does not vote.
_WHOLE_SHARES = (0.95, 0.85, 0.75, 0.65, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2)
_LABELS = ("ubuntu-noble", "ubuntu-noble", "ubuntu-jammy", "centos-9-stream", "debian-bookworm")
_SIZES = {
    "tempest": 4.0,
    "plugin": 1.0,
    "unit": 3.2,
    "functional": 1.0,
}  # how suites share the tests, beside the project's rank
_LEAST_TESTS = 8  # in one suite
_EXTRA_CLASSES = 40  # one class in so many is skipped as a whole


@dataclass(slots=True)
class Test:
    """One name that results can have. A setUpClass entry has no attributes and no class of its own."""

    name: str
    attributes: str
    group: int  # the class, counted over the whole gate
    median_us: int
    reason: int = -1  # into names.SKIP_REASONS: this test is always skipped
    xfail: bool = False
    smoke: bool = False
    slow: bool = False
    setup: bool = False
    hidden: bool = False  # runs only when something is wrong: the setUpClass entry of a class that can fail so


@dataclass(frozen=True, slots=True)
class Running:
    """Tests that do run, in columns of one length: worker by worker, each in the order in which it runs them."""

    positions: NDArray[np.int64]  # in the columns of the line-up
    tests: NDArray[np.int64]  # into World.tests
    gap_us: NDArray[np.int64]  # before the test starts: long before the first of a class
    status: NDArray[np.uint8]  # when nothing is wrong
    spans: tuple[tuple[int, int], ...]  # of each worker: its first row and the one behind its last


@dataclass(frozen=True, slots=True)
class Lineup:
    """All tests that a job can run, in columns of one length, worker by worker. Jobs that run the same have one in common."""

    workers: int
    tests: NDArray[np.int64]  # into World.tests
    median_us: NDArray[np.int64]
    gap_us: NDArray[np.int64]
    worker: NDArray[np.int64]
    status: NDArray[np.uint8]
    present: NDArray[np.bool_]  # when nothing is wrong
    plain: NDArray[np.bool_]  # neither skipped, nor expected to fail, nor a setUpClass entry

    def running(self, present: NDArray[np.bool_]) -> Running:
        """What runs when these tests are there and no others."""
        positions = np.flatnonzero(present)
        bounds = np.searchsorted(self.worker[positions], np.arange(self.workers + 1)).tolist()
        spans = tuple(pairwise(bounds))
        return Running(positions, self.tests[positions], self.gap_us[positions], self.status[positions], spans)


@dataclass(frozen=True, slots=True)
class Job:
    """A job and the tests it runs."""

    index: int
    name: str
    job_id: int
    voting: bool
    label: str  # of its node
    retries: bool  # tests that fail are tried once more at the end
    lineup: Lineup
    usual: Running  # what runs of the line-up when nothing is wrong
    setup_us: int  # from the start of the run to its first test, typically
    post_us: int
    timeout_us: int

    @property
    def has_tests(self) -> bool:
        """Whether runs of this job report results of tests at all."""
        return bool(len(self.usual.tests))


@dataclass(frozen=True, slots=True)
class ProjectJob:
    """A job in the configuration of a project."""

    job: int
    share: float  # of the project's items that run it
    gating: bool


@dataclass(slots=True)
class Project:
    """A project and what it runs."""

    name: str
    jobs: list[ProjectJob] = field(default_factory=list)


@dataclass(slots=True)
class World:
    """Everything that stays as it is while the gate runs."""

    projects: list[Project]
    popularity: Weights
    jobs: list[Job]
    tests: list[Test]
    test_ids: NDArray[np.int64]  # model.stable_id of each test's name
    reasons: NDArray[np.int16]  # Test.reason of each test
    fragile: list[int]  # tests that are the setUpClass entry of a class that can fail as a whole; largest jobs first
    factors: NDArray[np.int64]  # dice.lognormal_factors of how long a test takes


_SuiteKey = tuple[str, int]  # kind and project; -1 for what belongs to no single one
_TEMPEST: _SuiteKey = ("tempest", -1)


@dataclass(slots=True)
class _Suite:
    kind: str
    project: int
    tests: list[int] = field(default_factory=list)


class _Draft(NamedTuple):
    """A job before there are tests."""

    name: str
    kind: str
    suite: _SuiteKey | None  # None: it runs no tests that report results
    voting: bool


def build(settings: GateSettings) -> World:
    """The projects, jobs and tests of a gate."""
    projects = [Project(name) for name in names.project_names(settings.projects)]
    whole = _whole_suites(settings, projects)
    drafts = _drafts(settings, projects, whole)
    tests: list[Test] = []
    suites = _suites(settings, projects, whole, drafts, tests)
    jobs = _jobs(settings, drafts, tests, suites)
    in_jobs = np.zeros(len(tests), np.int64)
    for job in jobs:
        in_jobs[job.lineup.tests] += 1
    fragile = sorted(
        (at for at, test in enumerate(tests) if test.setup and test.hidden and in_jobs[at]),
        key=lambda at: (-int(in_jobs[at]), at),
    )
    return World(
        projects=projects,
        popularity=Weights([1200 // (rank + 2) for rank in range(len(projects))]),
        jobs=jobs,
        tests=tests,
        test_ids=np.array([stable_id(test.name) for test in tests], np.int64),
        reasons=np.array([test.reason for test in tests], np.int16),
        fragile=fragile,
        factors=lognormal_factors(0.28),
    )


def _has_plugin(projects: Sequence[Project], rank: int) -> bool:
    """Whether a project has a suite for tempest, beside tempest's own, in a gate of the usual mixture."""
    return rank < names.INTEGRATED and not projects[rank].name.endswith("/tempest")


def _whole_suites(settings: GateSettings, projects: Sequence[Project]) -> list[_SuiteKey]:
    """The integration suites that alone fill the largest job: as many as settings.integration of the tests make, or one."""
    if not settings.integration:
        return []
    count = round(settings.integration * settings.tests / _whole_size(settings))
    plugins = [("plugin", rank) for rank, project in enumerate(projects) if not project.name.endswith("/tempest")]
    return [_TEMPEST, *plugins[: max(0, count - 1)]]


def _whole_size(settings: GateSettings) -> int:
    """Tests of a whole integration suite: a few more than the results of the largest job, as about so many never run."""
    return settings.largest_job * 33 // 32


def _suites(
    settings: GateSettings,
    projects: Sequence[Project],
    whole: Sequence[_SuiteKey],
    drafts: Sequence[_Draft],
    tests: list[Test],
) -> dict[_SuiteKey, _Suite]:
    """The suites with their tests, which are added to `tests`: exactly settings.tests test methods."""
    wanted = {_TEMPEST: _SIZES["tempest"]}
    for rank in range(len(projects)):
        for kind in ("unit", "functional", "plugin"):
            if kind != "plugin" or _has_plugin(projects, rank) or (kind, rank) in whole:
                wanted[kind, rank] = _SIZES[kind] / (rank + 2) ** 0.5
    if whole:  # few jobs are left for the other suites: those that no job runs have no tests
        used = {draft.suite for draft in drafts} | {_TEMPEST}
        wanted = {key: weight for key, weight in wanted.items() if key in used}
    suites = {}
    groups = 0
    for (kind, rank), size in zip(wanted, _sizes(wanted, whole, settings), strict=True):
        suite = suites[kind, rank] = _Suite(kind, rank)
        project = "openstack/tempest" if rank < 0 else projects[rank].name
        dice = Dice(seed_of(settings.seed, "suite", kind, project))
        for found in names.test_classes(kind, project, size, dice):
            _add_class(suite, found, groups, tests, dice)
            groups += 1
    return suites


def _sizes(weights: Mapping[_SuiteKey, float], whole: Sequence[_SuiteKey], settings: GateSettings) -> list[int]:
    """How many tests each suite gets, settings.tests in all: whole ones what they need, the others by weight.

    None gets more than a few above what the largest job takes, if that can be helped.
    """
    total = settings.tests
    cap = settings.largest_job * 21 // 20
    least = min(_LEAST_TESTS, total // (2 * len(weights)))
    sizes = dict.fromkeys(weights, least)
    left = total - least * len(weights)
    for key in whole:
        if key in sizes:
            given = min(_whole_size(settings) - least, left)
            sizes[key] += given
            left -= given
    for _ in range(50):  # what a full suite cannot take goes to the others
        open_ = [key for key, size in sizes.items() if size < cap and key not in whole]
        if not left or not open_:
            break
        scale = sum(weights[key] for key in open_)
        share = left
        for key in open_:
            given = min(cap - sizes[key], max(1, int(share * weights[key] / scale)), left)
            sizes[key] += given
            left -= given
    sizes[_TEMPEST] += left
    return list(sizes.values())


def _add_class(suite: _Suite, found: names.TestClass, group: int, tests: list[Test], dice: Dice) -> None:
    whole = suite.kind in ("tempest", "plugin")
    medians = (200_000, 45 * SECOND) if whole else (4_000, 400_000) if suite.kind == "unit" else (300_000, 9 * SECOND)
    skipped = whole and dice.below(_EXTRA_CLASSES) == 0
    if whole and (skipped or len(found.methods) >= 5):
        reason = dice.below(len(names.SKIP_REASONS)) if skipped else -1
        suite.tests.append(len(tests))
        tests.append(Test(found.setup, "", group, 20_000, reason, setup=True, hidden=not skipped))
    for method in found.methods:
        name = f"{found.path}.{method}"
        # Most tests are short: the median lies at the square of a uniform number between the two bounds.
        low, high = medians
        uniform = dice.below(1 << 16)
        median = low + ((high - low) * (uniform * uniform >> 16) >> 16)
        smoke, slow = whole and dice.below(6) == 0, whole and uniform > 0xE000
        tags = [tag for tag, has in (("smoke", smoke), ("slow", slow)) if has]
        attributes = ",".join([names.idempotent_id(name), *tags]) if whole else ""
        reason = dice.below(len(names.SKIP_REASONS)) if dice.below(50) == 0 else -1
        xfail = not whole and reason < 0 and dice.below(300) == 0
        suite.tests.append(len(tests))
        # The tests of a class that is skipped as a whole never run: their setUpClass entry stands for them.
        tests.append(Test(name, attributes, group, median, reason, xfail, smoke, slow, hidden=skipped))


def _drafts(settings: GateSettings, projects: Sequence[Project], whole: Sequence[_SuiteKey]) -> list[_Draft]:
    """Every job's name and suite; each is added to the projects that run it."""
    drafts: list[_Draft] = []
    kept = 1.0 - settings.integration  # of their usual share: jobs that run no whole integration suite

    def add(name: str, kind: str, rank: int, share: float, ranks: Sequence[int], *, voting: bool) -> None:
        suite = None if not kind else _TEMPEST if kind in ("tempest", "half", "smoke", "slow") else (kind, rank)
        fills = kind in ("tempest", "plugin") and suite in whole
        for each in ranks:
            projects[each].jobs.append(ProjectJob(len(drafts), share if fills else share * kept, gating=voting))
        drafts.append(_Draft(name, kind, suite, voting))

    everywhere = range(len(projects))
    for name, kind, voting, integrated, share in _SHARED[: settings.jobs]:
        add(name, kind, -1, share, everywhere[: names.INTEGRATED] if integrated else everywhere, voting=voting)
    template = 0
    wholes = [0] * len(projects)  # jobs of whole suites that each project has
    dice = Dice(seed_of(settings.seed, "integration"))
    while len(drafts) < settings.jobs:
        pattern, kind, voting, share = _OWN[template % len(_OWN)]
        more = "" if template < len(_OWN) else f"-{template // len(_OWN) + 1}"
        for rank, project in enumerate(projects):
            if len(drafts) == settings.jobs:
                break
            short = names.short(project.name)
            if whole and dice.chance(settings.integration):
                number = wholes[rank]
                wholes[rank] += 1
                suite_kind, owner = whole[(rank + number) % len(whole)]  # neighbours begin with different suites
                name = f"{short}-tempest-" + (names.short(projects[owner].name) if owner >= 0 else "full")
                name += f"-{number // len(whole) + 1}" if number >= len(whole) else ""
                share_here = _WHOLE_SHARES[min(number, len(_WHOLE_SHARES) - 1)]
                add(name, suite_kind, owner, share_here, (rank,), voting=number % 4 != 3)
                continue
            lacks = kind == "plugin" and not _has_plugin(projects, rank)
            if lacks or (kind in ("tempest", "half", "smoke") and rank >= names.INTEGRATED):
                continue
            usual = share if template < len(_OWN) else share / 3
            add(pattern.format(p=short) + more, kind, rank, usual, (rank,), voting=voting)
        template += 1
    return drafts


def _jobs(
    settings: GateSettings, drafts: Sequence[_Draft], tests: Sequence[Test], suites: Mapping[_SuiteKey, _Suite]
) -> list[Job]:
    dice = Dice(seed_of(settings.seed, "jobs"))
    lineups: dict[tuple[str, _SuiteKey | None], tuple[Lineup, Running]] = {}
    jobs = []
    for index, draft in enumerate(drafts):
        cloud = draft.kind in ("tempest", "half", "smoke", "slow", "plugin")
        key = draft.kind, draft.suite
        if key not in lineups:
            chosen = _chosen(draft, tests, suites, settings.largest_job)
            lineup = _lineup(chosen, tests, settings.workers, 4 * SECOND if cloud else 40_000)
            lineups[key] = lineup, lineup.running(lineup.present)
        setup, post = (dice.between(18, 30), 5) if cloud else (dice.between(2, 6), 2)
        job = Job(
            index=index,
            name=draft.name,
            job_id=stable_id(draft.name),
            voting=draft.voting,
            label=dice.pick(_LABELS),
            retries=draft.kind == "functional",
            lineup=lineups[key][0],
            usual=lineups[key][1],
            setup_us=setup * _MINUTE,
            post_us=post * _MINUTE,
            timeout_us=(180 if cloud else 60) * _MINUTE,
        )
        jobs.append(job)
    return jobs


def _chosen(draft: _Draft, tests: Sequence[Test], suites: Mapping[_SuiteKey, _Suite], most: int) -> list[int]:
    """The tests that a job runs, whole classes of them: at most `most` that report a result."""
    if draft.suite is None:
        return []
    chosen: list[int] = []
    reporting = 0
    for at in suites[draft.suite].tests:
        test = tests[at]
        left_out = {"half": test.group % 2 == 1, "smoke": not test.smoke, "slow": not test.slow}
        if left_out.get(draft.kind):
            continue
        if not test.hidden:
            if reporting == most:
                break
            reporting += 1
        chosen.append(at)
    return chosen


def _lineup(chosen: Sequence[int], tests: Sequence[Test], workers: int, class_gap_us: int) -> Lineup:
    """Classes dealt out to the workers, each to the one that has the least to do, as stestr does."""
    classes: dict[int, list[int]] = {}
    for at in chosen:
        classes.setdefault(tests[at].group, []).append(at)
    shares: list[list[int]] = [[] for _ in range(workers)]
    loads = [0] * workers
    for members in classes.values():
        worker = loads.index(min(loads))
        shares[worker] += members
        loads[worker] += sum(tests[at].median_us for at in members if not tests[at].hidden)
    ordered = [at for share in shares for at in share]
    gaps = []
    last = -1
    for at in ordered:
        gaps.append(class_gap_us if tests[at].group != last and not tests[at].hidden else 1_000)
        if not tests[at].hidden:
            last = tests[at].group
    skipped = np.array([tests[at].reason >= 0 for at in ordered], bool)
    xfail = np.array([tests[at].xfail for at in ordered], bool)
    setup = np.array([tests[at].setup for at in ordered], bool)
    status = np.full(len(ordered), Status.SUCCESS, np.uint8)
    status[skipped], status[xfail] = Status.SKIP, Status.XFAIL
    median = np.array([tests[at].median_us for at in ordered], np.int64)
    return Lineup(
        workers=workers,
        tests=np.array(ordered, np.int64),
        median_us=np.where(skipped, 3_000, median),
        gap_us=np.array(gaps, np.int64),
        worker=np.repeat(np.arange(workers, dtype=np.int64), [len(share) for share in shares]),
        status=status,
        present=~np.array([tests[at].hidden for at in ordered], bool),
        plain=~(skipped | xfail | setup),
    )
