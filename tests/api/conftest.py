"""One real server with a small gate in it, for the tests that only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from helpers import Server, at, failure, result, run, serving, settings_for, text_file

from gatehealth.model import Attachment, Run, Status


def gate() -> list[Run]:
    """Six runs: three of nova, two of neutron, one that got no node."""
    nova = {"project": "openstack/nova", "branch": "master", "job": "tempest-full", "provider": "cloud-1"}
    neutron = {"project": "openstack/neutron", "branch": "stable/2026.1", "job": "neutron-unit", "provider": "cloud-2"}
    screen = Attachment("screen.png", "image/png", b"\x89PNG")
    mixed = [
        result("a.test_one", start=0, tags=("slow", "worker-0"), attributes="id-1,smoke"),
        failure("a.test_two", start=1, tags=("worker-1",)),
        result("a.test_two", start=3, attempt=1, tags=("worker-1",)),
        result("b.test_skip", Status.SKIP, start=5, attachments=[text_file("reason", "no cloud")]),
        result("b.test_screen", Status.FAIL, start=6, attachments=[text_file("message", "Boom"), screen]),
        result("b.test_open", Status.INCOMPLETE, start=7),
    ]
    passing = [result("a.test_one")]
    return [
        run(
            *mixed,
            number=1,
            **nova,
            pipeline="gate",
            voting=True,
            change="900001",
            patchset="3",
            ref="refs/changes/01/900001/3",
            ref_url="https://review.example/900001",
            buildset="b1",
            log_url="https://logs.example/1",
            result="FAILURE",
            started_at=at(-60),
            ended_at=at(540),
            metadata={"node": "jammy"},
            attachments=[text_file("stdout", "loading")],
            damage=["the stream ends inside a packet"],
            processes_failed=1,
        ),
        run(*passing, number=2, **nova, pipeline="check", voting=True, started_at=at(3600), ended_at=at(3700)),
        run(*passing, number=3, **nova, pipeline="check", voting=False, started_at=at(7200), metadata={"node": "noble"}),
        run(failure("c.test"), number=4, **neutron, pipeline="gate", voting=True, started_at=at(-86400), result="TIMED_OUT"),
        run(*passing, number=5, **neutron, pipeline="periodic", started_at=at(0), metadata={"node": "jammy", "change": "x"}),
        run(number=6, **neutron, pipeline="gate", started_at=at(10), result="NODE_FAILURE"),
    ]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The gate above behind a real server. Nobody may change it."""
    with serving(settings_for(tmp_path_factory.mktemp("server"))) as running:
        for each in gate():
            running.store.writer.write(each)
        yield running


@pytest.fixture
def empty(folder: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, with nothing in it."""
    with serving(settings_for(tmp_path_factory.mktemp("server"))) as running:
        yield running


@pytest.fixture
def period() -> dict[str, str]:
    """The day that all runs but one are of."""
    return {"from": "2026-11-22T00:00:00Z", "to": "2026-11-23T00:00:00Z"}
