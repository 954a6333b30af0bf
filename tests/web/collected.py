"""A small gate as a collector leaves it: runs that ended by every kind of word, and what is known of their sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from helpers import Server, failure, result, text_file

from gatehealth.model import Result, Run, Status, to_micros
from gatehealth.store.sources import Postponed, Settled

# Nobody polls here: with a minute between polls, each source would soon be behind.
ZUUL = {"kind": "zuul", "url": "https://zuul.example.org", "tenant": "acme", "poll_seconds": 7_200}
SOURCES = [{**ZUUL, "name": "opendev"}, {**ZUUL, "name": "lab"}, {**ZUUL, "name": "fresh"}]
JOB, PROJECT = "tempest-full", "openstack/nova"
WORDS = ("TIMED_OUT", "NODE_FAILURE", "POST_FAILURE", "RETRY_LIMIT")
OUTCOMES = {"TIMED_OUT": "Failed", **dict.fromkeys(WORDS[1:], "Infra failure")}
ERROR = "opendev: https://zuul.example.org/api/tenant/acme/build-times answered 502 Bad Gateway"
NO_NODES = "No nodes of label ubuntu-noble-32GB could be launched"
TASK_SAID = "msg: non-zero return code\nrc: 1\nstderr: rsync: connection unexpectedly closed (0 bytes received so far)\n"
FAILED_TASK = {
    "failed_phase": "post",
    "failed_playbook": "opendev.org/opendev/base-jobs/playbooks/base/post-logs.yaml",
    "failed_task": "upload-logs-swift : Upload logs to swift",
    "failed_host": "localhost",
}


class Listed(NamedTuple):
    """A build as a source lists it."""

    uuid: UUID
    ended_at: datetime
    version: str = "1"
    document: str = ""
    known_by: str = "poll"


@dataclass
class Collected:
    """The server, and its runs by what is special about each."""

    server: Server
    now: datetime
    runs: dict[str, Run] = field(default_factory=dict)

    def page(self, path: str) -> str:
        """The address of a page."""
        return self.server.url + path

    def run_page(self, name: str) -> str:
        return self.page(f"/run/{self.runs[name].uuid.hex}")


def collect(server: Server) -> Collected:
    """Fills the server's store as a collector would."""
    gate = Collected(server, datetime.now(UTC).replace(microsecond=0))
    for number, (name, run, lack, detail) in enumerate(_runs(gate.now)):
        run.uuid = UUID(int=0x1000 + number)
        gate.runs[name] = run
        server.store.writer.write(run)
        _settle(server, run, lack, detail)
    _know_sources(server, gate.now, gate.runs["waits"])
    return gate


def _run(now: datetime, minutes: int, word: str, *results: Result, seconds: int = 900, **facts: object) -> Run:
    started_at = now - timedelta(minutes=minutes)
    for each in results:
        at = to_micros(started_at)
        each.started_at, each.ended_at = at, None if each.status is Status.INCOMPLETE else at + 1_000_000
    common: dict[str, object] = {"job": JOB, "project": PROJECT, "pipeline": "gate", "branch": "master", "voting": True}
    common |= {"started_at": started_at, "ended_at": started_at + timedelta(seconds=seconds), "result": word}
    common |= {"change": "900001", "patchset": "3", "log_url": "https://logs.example.org/1/"}
    return Run(UUID(int=0), **{**common, "results": list(results), **facts})  # type: ignore[arg-type]


def _runs(now: datetime) -> list[tuple[str, Run, str, str]]:
    """Name, run, and of one without results the lack with its detail."""
    cut = [result("a.test_one"), result("a.test_hangs", Status.INCOMPLETE)]
    said: dict[str, object] = {"metadata": FAILED_TASK, "attachments": [text_file("failed-task", TASK_SAID)]}
    nodes: dict[str, object] = {"log_url": "", "metadata": {"error_detail": NO_NODES}}
    twice: dict[str, object] = {"buildset": "b2", "change": "900002", "patchset": "1"}
    limit: dict[str, object] = {"buildset": "b3", "change": "900003", "patchset": "1"}
    retried: dict[str, object] = {"metadata": {"final": "false"}, "seconds": 60}
    return [
        ("SUCCESS", _run(now, 200, "SUCCESS", result("a.test_one"), buildset="b1"), "", ""),
        ("FAILURE", _run(now, 190, "FAILURE", failure("a.test_one"), buildset="b4"), "", ""),
        ("TIMED_OUT", _run(now, 180, "TIMED_OUT", *cut, seconds=7_200, buildset="b5"), "", ""),
        (
            "NODE_FAILURE",
            _run(now, 40, "NODE_FAILURE", buildset="b6", **nodes),
            "no logs",
            "NODE_FAILURE gives none",
        ),
        ("POST_FAILURE", _run(now, 100, "POST_FAILURE", buildset="b7", **said), "no result file", "84 files, none of results"),
        ("retried", _run(now, 95, "RETRY", **twice, **retried), "no result file", "the job had not begun"),
        ("passed", _run(now, 93, "SUCCESS", result("a.test_one"), **twice), "", ""),
        ("limit-1", _run(now, 90, "RETRY", **limit, **retried), "no result file", "the job had not begun"),
        ("limit-2", _run(now, 88, "RETRY", **limit, **retried), "no result file", "the job had not begun"),
        ("RETRY_LIMIT", _run(now, 86, "RETRY_LIMIT", **limit), "no result file", "the job had not begun"),
        ("expired", _run(now, 300, "FAILURE", buildset="b8"), "expired", "https://logs.example.org/1/ answered 404 Not Found"),
        ("uploaded", _run(now, 310, "SUCCESS", job="lint"), "none", ""),
        ("waits", _run(now, 30, "FAILURE", buildset="b9"), "none", ""),
    ]


def _settle(server: Server, run: Run, lack: str, detail: str) -> None:
    if lack == "none":  # no source fetched it
        return
    assert run.ended_at
    build = Listed(run.uuid, run.ended_at)
    server.store.sources.register("opendev", "zuul")
    server.store.sources.note("opendev", [build])
    server.store.sources.settle("opendev", [Settled(build, lack, detail)])


def _know_sources(server: Server, now: datetime, waits: Run) -> None:
    """Opendev is collected and has a back-fill under way, lab fails, fresh was never polled, gone is in no settings."""
    sources = server.store.sources
    assert waits.ended_at
    build = Listed(waits.uuid, waits.ended_at)
    others = [Listed(UUID(int=0x2000 + number), now - timedelta(minutes=number)) for number in range(3)]
    sources.note("opendev", [build, *others])
    sources.postpone("opendev", [Postponed(build, "logs.example.org answered 503 twice", now + timedelta(hours=1))])
    sources.caught_up("opendev", now)
    sources.heard("opendev", now)
    sources.order_backfill("opendev", now - timedelta(days=30), now - timedelta(days=20))
    (backfill,) = sources.backfills("opendev")
    sources.note("opendev", [], backfill=backfill, cursor="x", done=0.43)
    sources.register("lab", "zuul")
    sources.note("lab", [Listed(UUID(int=0x3000), now - timedelta(days=2))])
    sources.settle("lab", [Settled(Listed(UUID(int=0x3000), now - timedelta(days=2)), "unreachable", "it never answered")])
    sources.caught_up("lab", now - timedelta(days=2))
    sources.failed("lab", ERROR)
    sources.register("gone", "folder")
    sources.note("gone", [Listed(UUID(int=0x4000), now - timedelta(days=90))])
