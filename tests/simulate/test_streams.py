"""The streams of a simulated gate are subunit v2 as python-subunit reads it."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

import pytest
from subunit import ByteStreamToStreamResult

from gatehealth.model import Run, Status, message_of
from gatehealth.simulate import Gate, texts
from gatehealth.simulate.dice import Dice

from .conftest import SMALL


class Collector:
    """What python-subunit calls while it reads."""

    def __init__(self) -> None:
        self.final: Counter[str] = Counter()
        self.open: set[str] = set()
        self.tags: set[frozenset[str]] = set()

    def startTestRun(self) -> None:  # noqa: N802
        pass

    def stopTestRun(self) -> None:  # noqa: N802
        pass

    def status(self, test_id: str | None = None, test_status: str | None = None, **more: Any) -> None:
        assert test_id is not None
        if test_status == "inprogress":
            self.open.add(test_id)
        elif test_status:
            self.open.discard(test_id)
            self.final[test_status] += 1
        if more.get("test_tags"):
            self.tags.add(frozenset(more["test_tags"]))


@pytest.fixture(scope="module")
def small() -> Gate:
    return Gate(SMALL)


def test_python_subunit_counts_the_same_results(small: Gate) -> None:
    read = 0
    for run, emitted in zip(small.runs(), small.streams(), strict=True):
        if not run.results or (read > 12 and run.result == "SUCCESS"):
            continue
        read += 1
        collector = Collector()
        ByteStreamToStreamResult(io.BytesIO(emitted.content), non_subunit_name="stdout").run(collector)
        expected = Counter(result.status.word for result in run.results)
        assert len(collector.open) == expected.pop("incomplete", 0)
        assert collector.final == expected
        assert collector.tags <= {frozenset({f"worker-{number}"}) for number in range(4)}
    assert read > 12


def test_streams_and_runs_come_in_the_same_order_with_the_same_facts(small: Gate) -> None:
    for run, emitted in zip(small.runs(), small.streams(), strict=True):
        assert emitted.given["uuid"] == run.uuid.hex
        assert emitted.given["job"] == run.job
        assert dict(pair.split("=", 1) for pair in emitted.metadata) == run.metadata
        assert bool(emitted.content) == bool(run.results)


@pytest.mark.parametrize("kind", texts.KINDS)
def test_a_traceback_has_frames_and_one_line_that_says_why(kind: str) -> None:
    test = "tempest.api.compute.servers.test_server.ServerTestJSON.test_create_server"
    attachments = texts.failure(kind, test, 10**15, Dice(1))
    text = attachments[0].text()
    assert text.startswith("Traceback (most recent call last):\n  File ")
    assert text.count("  File ") >= 2
    assert "tempest/api/compute/servers/test_server.py" in text
    assert text != texts.failure(kind, test, 10**15, Dice(2))[0].text()


def test_failed_results_say_why_and_some_bring_their_log(runs: list[Run]) -> None:
    failed = [result for run in runs for result in run.results if result.status is Status.FAIL]
    assert all(result.attachments[0].name == "traceback" and message_of(result) for result in failed)
    logged = [result for result in failed if len(result.attachments) > 1]
    assert 0.1 < len(logged) / len(failed) < 0.6
    assert {result.attachments[1].name for result in logged} == {"pythonlogging:''"}


def test_tempest_tests_carry_an_id_and_unit_tests_carry_nothing(runs: list[Run]) -> None:
    for run in runs[:200]:
        for result in run.results:
            if result.test.startswith("tempest.api."):
                assert result.attributes.startswith("id-")
            elif ".tests.unit." in result.test:
                assert result.attributes == ""
