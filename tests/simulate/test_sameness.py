"""The same seed gives the same gate, byte for byte, in any process; another seed gives another."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from gatehealth.simulate import Gate, GateSettings

from .conftest import SMALL

_PRINT_DIGEST = """
import hashlib, json
from gatehealth.simulate import Gate, GateSettings
gate = Gate(GateSettings(seed=5, days=1.5, runs_per_day=80, tests=300, jobs=14, projects=4, largest_job=60))
digest = hashlib.sha256()
for emitted in gate.streams():
    digest.update(json.dumps([emitted.given, emitted.metadata]).encode() + emitted.content)
digest.update(json.dumps(gate.truth()).encode())
print(digest.hexdigest())
"""


def digest_of(settings: GateSettings) -> str:
    gate = Gate(settings)
    digest = hashlib.sha256()
    for emitted in gate.streams():
        digest.update(json.dumps([emitted.given, emitted.metadata]).encode() + emitted.content)
    digest.update(json.dumps(gate.truth()).encode())
    return digest.hexdigest()


def test_processes_with_different_hash_seeds_make_the_same_gate() -> None:
    source = str(Path(__file__).parents[2] / "src")
    digests = []
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": source}
        done = subprocess.run(
            [sys.executable, "-c", _PRINT_DIGEST], env=environment, capture_output=True, text=True, check=True
        )
        digests.append(done.stdout.strip())
    assert digests[0] == digests[1] == digest_of(SMALL)


def test_a_gate_gives_the_same_twice() -> None:
    gate = Gate(SMALL)
    first, truth = list(gate.runs()), gate.truth()
    assert list(gate.runs()) == first
    assert gate.truth() == truth


def test_another_seed_makes_another_gate() -> None:
    first, other = Gate(SMALL), Gate(replace(SMALL, seed=6))
    assert {run.uuid for run in first.runs()}.isdisjoint(run.uuid for run in other.runs())
    assert first.truth()["faults"] != other.truth()["faults"]


def test_truth_does_not_depend_on_what_was_emitted_before() -> None:
    fresh, used = Gate(SMALL), Gate(SMALL)
    next(used.runs())  # a pass that is given up
    assert fresh.truth() == used.truth()
