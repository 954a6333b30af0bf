"""One simulated run as others see it: the facts of it, what its results carry, and the model's Run."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from gatehealth.formats.names import unfinished
from gatehealth.model import Attachment, Result, Run, Status, from_micros
from gatehealth.simulate import names, texts
from gatehealth.simulate.dice import Dice, mixed
from gatehealth.simulate.faults import Cascade, Fault, Flaky, Regression
from gatehealth.simulate.layout import World
from gatehealth.simulate.outcomes import BAD_CHANGE, EXPECTED, Columns, Happened
from gatehealth.simulate.plan import Planned

EXECUTORS = 12  # zuul executors; which one ran a run is free metadata
WORKER_TAGS = tuple((f"worker-{number}",) for number in range(8))
_STATUSES = tuple(Status)
_SOON = 64  # results of a run: most often each worker has begun one of these


class Facts(TypedDict):
    """The text facts of a run, by the names of model.Run."""

    job: str
    project: str
    pipeline: str
    branch: str
    change: str
    patchset: str
    ref: str
    ref_url: str
    buildset: str
    provider: str
    result: str
    log_url: str


def facts_of(world: World, happened: Happened) -> Facts:
    """What the CI system says about a run, as text."""
    planned = happened.planned
    project = world.projects[planned.project].name
    change = str(planned.change) if planned.change else ""
    ref, ref_url = ref_of(project, planned)
    return {
        "job": world.jobs[planned.job].name,
        "project": project,
        "pipeline": planned.pipeline,
        "branch": planned.branch,
        "change": change,
        "patchset": str(planned.patchset) if change else "",
        "ref": ref,
        "ref_url": ref_url,
        "buildset": planned.buildset.hex,
        "provider": names.PROVIDERS[planned.provider].name,
        "result": happened.word,
        "log_url": f"https://logs.example.org/{planned.uuid.hex}/" if happened.logs else "",
    }


def ref_of(project: str, planned: Planned) -> tuple[str, str]:
    """What was tested: the git ref, and where one can look at it."""
    if planned.change:
        change = str(planned.change)
        return f"refs/changes/{change[-2:]}/{change}/{planned.patchset}", f"https://review.example.org/c/{project}/+/{change}"
    return f"refs/heads/{planned.branch}", f"https://git.example.org/{project}/log/?h={planned.branch}"


def metadata_of(world: World, happened: Happened) -> dict[str, str]:
    """The free metadata of a run, in the order of its keys."""
    provider = names.PROVIDERS[happened.planned.provider]
    retried = {"final": "false"} if happened.word == "RETRY" else {}
    return {
        "cloud": provider.cloud,
        **retried,
        "node_label": world.jobs[happened.planned.job].label,
        "region": provider.region,
        "zuul_executor": f"ze{mixed(happened.planned.seed, 4) % EXECUTORS + 1:02}.example.org",
    }


def tag_sets_of(columns: Columns) -> tuple[list[int], NDArray[np.uint32]]:
    """The workers in the order in which they first appear, and each result's index into that."""
    count = np.count_nonzero(np.bincount(columns.worker))
    found = list(dict.fromkeys(columns.worker[:_SOON].tolist()))
    if len(found) < count:
        found = list(dict.fromkeys(columns.worker.tolist()))
    index = np.zeros(len(WORKER_TAGS), np.uint32)
    index[found] = np.arange(count)
    return found, index[columns.worker]


def attachments_of(world: World, faults: list[Fault], happened: Happened, row: int) -> list[Attachment]:
    """What the result in a row carries: a traceback when it failed, the reason when it was skipped, else nothing."""
    columns = happened.columns
    if columns is None:
        return []
    at = int(columns.test[row])
    status = columns.status[row]
    if status == Status.SKIP:
        return texts.skip(names.SKIP_REASONS[world.tests[at].reason])
    cause = happened.causes.get(row)
    if status not in (Status.FAIL, Status.XFAIL) or cause is None:
        return []
    test = world.tests[at].name
    if cause == EXPECTED:
        return texts.expected_failure(test, mixed(int(world.test_ids[at]), 5))
    dice = Dice(mixed(happened.planned.seed, 1_000 + 2 * at + int(columns.attempt[row])))
    if cause == BAD_CHANGE:
        kind = Dice(happened.planned.bad).pick(texts.kinds_of(test))
    elif cause >= 0:
        fault = faults[cause]
        kind = fault.kind if isinstance(fault, Flaky | Regression | Cascade) else texts.KINDS[0]
    else:
        kind = dice.pick(texts.kinds_of(test))
    return texts.failure(kind, test, happened.results_at + int(columns.start_us[row] + columns.duration_us[row]), dice)


def run_of(world: World, faults: list[Fault], happened: Happened) -> Run:
    """The run as the model has it, with all its results in the order of their start."""
    planned = happened.planned
    run = Run(planned.uuid, **facts_of(world, happened))
    run.voting = world.jobs[planned.job].voting
    run.started_at, run.ended_at = from_micros(planned.started_at), from_micros(happened.ended_at)
    run.metadata = metadata_of(world, happened)
    columns = happened.columns
    if columns is not None:
        starts = (columns.start_us + happened.results_at).tolist()
        ends = [None if d < 0 else s + d for s, d in zip(starts, columns.duration_us.tolist(), strict=True)]
        statuses = [_STATUSES[status] for status in columns.status.tolist()]
        rows = zip(
            columns.test.tolist(), statuses, columns.attempt.tolist(), starts, ends, columns.worker.tolist(), strict=True
        )
        for row, (at, status, attempt, start, end, worker) in enumerate(rows):
            test = world.tests[at]
            carried = [] if status is Status.SUCCESS else attachments_of(world, faults, happened, row)
            run.results.append(Result(test.name, status, attempt, start, end, WORKER_TAGS[worker], test.attributes, carried))
        run.damage = unfinished(run.results)
    return run
