"""What a gate consists of before anything runs: its projects, jobs and tests, and which job runs which test where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

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
class Job:
    """A job and the tests it runs, in columns of one length: worker by worker, each in the order in which it runs them."""

    index: int
    name: str
    job_id: int
    voting: bool
    label: str  # of its node
    retries: bool  # tests that fail are tried once more at the end
    tests: NDArray[np.int32]  # into World.tests
    median_us: NDArray[np.int64]
    gap_us: NDArray[np.int64]  # before the test starts: long before the first of a class
    worker: NDArray[np.int64]
    status: NDArray[np.uint8]  # when nothing is wrong
    present: NDArray[np.bool_]
    plain: NDArray[np.bool_]  # neither skipped, nor expected to fail, nor a setUpClass entry
    setup_us: int  # from the start of the run to its first test, typically
    post_us: int
    timeout_us: int

    @property
    def has_tests(self) -> bool:
        """Whether runs of this job report results of tests at all."""
        return bool(self.present.any())


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


@dataclass(slots=True)
class _Suite:
    kind: str
    project: int
    tests: list[int] = field(default_factory=list)


def build(settings: GateSettings) -> World:
    """The projects, jobs and tests of a gate."""
    projects = [Project(name) for name in names.project_names(settings.projects)]
    tests: list[Test] = []
    suites = _suites(settings, projects, tests)
    jobs = _jobs(settings, projects, tests, suites)
    in_jobs = np.zeros(len(tests), np.int64)
    for job in jobs:
        in_jobs[job.tests] += 1
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


def _suites(settings: GateSettings, projects: Sequence[Project], tests: list[Test]) -> dict[tuple[str, int], _Suite]:
    """The suites with their tests, which are added to `tests`: exactly settings.tests test methods."""
    wanted: list[tuple[str, int, float]] = [("tempest", -1, _SIZES["tempest"])]
    for rank in range(len(projects)):
        wanted += [(kind, rank, _SIZES[kind] / (rank + 2) ** 0.5) for kind in ("unit", "functional")]
        if rank < names.INTEGRATED and not projects[rank].name.endswith("/tempest"):
            wanted.append(("plugin", rank, _SIZES["plugin"] / (rank + 2) ** 0.5))
    suites = {}
    groups = 0
    for (kind, rank, _), size in zip(wanted, _sizes([w for *_, w in wanted], settings), strict=True):
        suite = suites[kind, rank] = _Suite(kind, rank)
        project = "openstack/tempest" if rank < 0 else projects[rank].name
        dice = Dice(seed_of(settings.seed, "suite", kind, project))
        for found in names.test_classes(kind, project, size, dice):
            _add_class(suite, found, groups, tests, dice)
            groups += 1
    return suites


def _sizes(weights: Sequence[float], settings: GateSettings) -> list[int]:
    """How many tests each suite gets, settings.tests in all: by weight, and few above what the largest job takes."""
    total = settings.tests
    cap = settings.largest_job * 21 // 20
    least = min(_LEAST_TESTS, total // (2 * len(weights)))
    sizes = [least] * len(weights)
    left = total - sum(sizes)
    for _ in range(50):  # what a full suite cannot take goes to the others
        open_ = [i for i, size in enumerate(sizes) if size < cap]
        if not left or not open_:
            break
        scale = sum(weights[i] for i in open_)
        share = left
        for i in open_:
            given = min(cap - sizes[i], max(1, int(share * weights[i] / scale)), left)
            sizes[i] += given
            left -= given
    sizes[0] += left
    return sizes


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


def _jobs(
    settings: GateSettings, projects: Sequence[Project], tests: Sequence[Test], suites: dict[tuple[str, int], _Suite]
) -> list[Job]:
    jobs: list[Job] = []
    dice = Dice(seed_of(settings.seed, "jobs"))

    def add(name: str, kind: str, rank: int, *, voting: bool) -> int:
        chosen = _chosen(kind, rank, tests, suites, settings.largest_job)
        jobs.append(_job(len(jobs), name, kind, chosen, tests, settings, voting, dice))
        return len(jobs) - 1

    for name, kind, voting, integrated, share in _SHARED[: settings.jobs]:
        job = add(name, kind, -1, voting=voting)
        for rank, project in enumerate(projects):
            if rank < names.INTEGRATED or not integrated:
                project.jobs.append(ProjectJob(job, share, gating=voting))
    template = 0
    plugins = {rank for kind, rank in suites if kind == "plugin"}
    while len(jobs) < settings.jobs:
        pattern, kind, voting, share = _OWN[template % len(_OWN)]
        more = "" if template < len(_OWN) else f"-{template // len(_OWN) + 1}"
        for rank, project in enumerate(projects):
            if len(jobs) == settings.jobs:
                break
            lacks = kind == "plugin" and rank not in plugins
            if lacks or (kind in ("tempest", "half", "smoke") and rank >= names.INTEGRATED):
                continue
            job = add(pattern.format(p=names.short(project.name)) + more, kind, rank, voting=voting)
            project.jobs.append(ProjectJob(job, share if template < len(_OWN) else share / 3, gating=voting))
        template += 1
    return jobs


def _chosen(kind: str, rank: int, tests: Sequence[Test], suites: dict[tuple[str, int], _Suite], most: int) -> list[int]:
    """The tests that a job of a kind runs, whole classes of them: at most `most` that report a result."""
    if not kind:
        return []
    suite = suites["tempest", -1] if kind in ("tempest", "half", "smoke", "slow") else suites[kind, rank]
    chosen: list[int] = []
    reporting = 0
    for at in suite.tests:
        test = tests[at]
        left_out = {"half": test.group % 2 == 1, "smoke": not test.smoke, "slow": not test.slow}
        if left_out.get(kind):
            continue
        if not test.hidden:
            if reporting == most:
                break
            reporting += 1
        chosen.append(at)
    return chosen


def _job(
    index: int, name: str, kind: str, chosen: list[int], tests: Sequence[Test], settings: GateSettings, voting: bool, dice: Dice
) -> Job:
    """A job: its classes dealt out to the workers, each to the one that has the least to do, as stestr does."""
    classes: dict[int, list[int]] = {}
    for at in chosen:
        classes.setdefault(tests[at].group, []).append(at)
    shares: list[list[int]] = [[] for _ in range(settings.workers)]
    loads = [0] * settings.workers
    for members in classes.values():
        worker = loads.index(min(loads))
        shares[worker] += members
        loads[worker] += sum(tests[at].median_us for at in members if not tests[at].hidden)
    ordered = [at for share in shares for at in share]
    whole = kind in ("tempest", "half", "smoke", "slow", "plugin")
    gaps = []
    last = -1
    for at in ordered:
        gaps.append((4 * SECOND if whole else 40_000) if tests[at].group != last and not tests[at].hidden else 1_000)
        if not tests[at].hidden:
            last = tests[at].group
    skipped = np.array([tests[at].reason >= 0 for at in ordered], bool)
    xfail = np.array([tests[at].xfail for at in ordered], bool)
    setup = np.array([tests[at].setup for at in ordered], bool)
    status = np.full(len(ordered), Status.SUCCESS, np.uint8)
    status[skipped], status[xfail] = Status.SKIP, Status.XFAIL
    median = np.array([tests[at].median_us for at in ordered], np.int64)
    minutes = (dice.between(18, 30), 5) if whole else (dice.between(2, 6), 2)
    return Job(
        index=index,
        name=name,
        job_id=stable_id(name),
        voting=voting,
        label=dice.pick(_LABELS),
        retries=kind == "functional",
        tests=np.array(ordered, np.int32),
        median_us=np.where(skipped, 3_000, median),
        gap_us=np.array(gaps, np.int64),
        worker=np.repeat(np.arange(settings.workers, dtype=np.int64), [len(share) for share in shares]),
        status=status,
        present=~np.array([tests[at].hidden for at in ordered], bool),
        plain=~(skipped | xfail | setup),
        setup_us=minutes[0] * _MINUTE,
        post_us=minutes[1] * _MINUTE,
        timeout_us=(180 if whole else 60) * _MINUTE,
    )
