"""The task that made a build fail is found in job-output.json."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from helpers import uuid_number
from hypothesis import given
from hypothesis import strategies as st

from gatehealth.collect import playbooks
from gatehealth.collect.playbooks import PlaybooksError
from gatehealth.model import Run

OK = {"action": "command", "changed": False}
NON_ZERO = {"failed": True, "rc": 2, "msg": "non-zero return code", "stdout": "one\ntwo\n", "stderr": "E: no"}


def task(name: str, role: str = "", **hosts: dict[str, Any]) -> dict[str, Any]:
    return {"task": {"name": name}, "hosts": hosts, **({"role": {"name": role}} if role else {})}


def playbook(phase: str, *tasks: dict[str, Any], **failures: int) -> dict[str, Any]:
    """A playbook; `failures` are how many tasks failed for good, by host."""
    stats = {host: {"ok": 1, "failures": n, "unreachable": 0} for host, n in failures.items()}
    return {"phase": phase, "playbook": f"zuul-jobs/{phase}.yaml", "plays": [{"tasks": list(tasks)}], "stats": stats}


def read(*books: Any, result: str = "FAILURE") -> playbooks.FailedTask | None:
    return playbooks.read(json.dumps(books).encode(), result)


PRE = playbook("pre", task("Ping", node=OK), node=0)
RUN = playbook("run", task("Look", node=OK), task("Compile", "build", node=NON_ZERO), node=1)
POST = playbook("post", task("Fetch", node=NON_ZERO), node=1)


def test_the_task_that_failed_and_what_it_said() -> None:
    found = read(PRE, RUN)
    assert found is not None
    assert (found.phase, found.playbook, found.task, found.host) == ("run", "zuul-jobs/run.yaml", "build : Compile", "node")
    assert found.said == "rc: 2\nmsg: non-zero return code\n\nstdout:\none\ntwo\nstderr: E: no\n"
    run = Run(uuid_number(1))
    found.tell(run)
    assert run.metadata == {
        "failed_phase": "run",
        "failed_playbook": "zuul-jobs/run.yaml",
        "failed_task": "build : Compile",
        "failed_host": "node",
    }
    assert [(each.name, each.text()) for each in run.attachments] == [("failed-task", found.said)]


def test_a_task_that_said_nothing_leaves_no_text() -> None:
    found = read(playbook("run", task("Compile", node={"failed": True}), node=1))
    assert found is not None
    run = Run(uuid_number(1))
    found.tell(run)
    assert run.metadata["failed_task"] == "Compile"
    assert run.attachments == []


def test_a_text_begins_with_what_was_said() -> None:
    long = "no " * 100 + "space"
    assert (found := read(playbook("run", task("Compile", node={"failed": True, "msg": long}), node=1))) is not None
    assert found.said == f"msg:\n{long}\n"


def test_the_first_that_failed_explains_what_followed() -> None:
    assert (found := read(PRE, RUN, POST)) is not None
    assert found.task == "build : Compile"


def test_a_post_failure_is_what_failed_after_the_run() -> None:
    assert (found := read(PRE, RUN, POST, result="POST_FAILURE")) is not None
    assert found.task == "Fetch"
    assert (found := read(PRE, RUN, result="POST_FAILURE")) is not None
    assert found.task == "build : Compile"


def test_failures_that_were_ignored_or_rescued_are_none() -> None:
    ignored = playbook("run", task("May fail", node=NON_ZERO), task("Compile", node=NON_ZERO), node=1)
    assert (found := read(playbook("run", task("May fail", node=NON_ZERO), node=0), ignored)) is not None
    assert found.task == "Compile"
    assert read(playbook("run", task("May fail", node=NON_ZERO), task("Next", node=OK), node=0)) is None


def test_only_the_host_that_failed_counts() -> None:
    both = playbook("run", task("A", a=OK, b=NON_ZERO), task("B", a=NON_ZERO, b=OK), a=0, b=1)
    assert (found := read(both)) is not None
    assert (found.task, found.host) == ("A", "b")


def test_a_host_out_of_reach() -> None:
    gone = {"unreachable": True, "msg": "ssh: connection timed out"}
    book = playbook("pre", task("Gather", node=gone))
    book["stats"] = {"node": {"failures": 0, "unreachable": 1}}
    assert (found := read(book, result="RETRY")) is not None
    assert (found.phase, found.task) == ("pre", "Gather")
    assert "connection timed out" in found.said


def test_the_items_of_a_loop_that_failed() -> None:
    items = [{"item": "fine", "failed": False, "msg": "hush"}, {"item": {"name": "odd"}, "failed": True, "msg": "E: odd"}]
    book = playbook("run", task("Loop", node={"failed": True, "msg": "All items completed", "results": items}), node=1)
    assert (found := read(book)) is not None
    assert 'item: {"name": "odd"}\nmsg: E: odd' in found.said
    assert "hush" not in found.said


def test_without_statistics_any_failed_task_will_do() -> None:
    book = playbook("run", task("Compile", node=NON_ZERO))
    del book["stats"]
    assert (found := read(book)) is not None
    assert found.task == "Compile"


def test_a_file_that_is_cut_short_gives_its_whole_playbooks() -> None:
    content = json.dumps([PRE, RUN, POST], indent=4).encode()
    for cut in (content.index(b'"post"'), len(content) - 1):
        found = playbooks.read(content[:cut], "FAILURE")
        assert found is not None
        assert found.task == "build : Compile"
    compressed = gzip.compress(content)
    assert (found := playbooks.read(compressed, "FAILURE")) is not None
    assert playbooks.read(compressed[:-4], "FAILURE") == found


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"[1,", b"<html>", b"[" * 100_000, b"\xff", b"[" + b"9" * 5_000])
def test_what_is_no_list_of_playbooks_is_said(content: bytes) -> None:
    with pytest.raises(PlaybooksError, match="is not a list of playbooks"):
        playbooks.read(content, "FAILURE")


def test_size_has_a_bound() -> None:
    with pytest.raises(PlaybooksError, match="more than"):
        playbooks.read(gzip.compress(b" " * (playbooks.MAX_BYTES + 1)), "FAILURE")


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.just("\ud800\0"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["plays", "tasks", "hosts", "task", "role", "name", "failed", "msg", "stats", "results", "n", "item"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@given(_ANYTHING, st.sampled_from(["FAILURE", "POST_FAILURE", "TIMED_OUT", ""]))
def test_any_json_is_read_or_refused(document: Any, result: str) -> None:
    failed = {"failed": True, "msg": document, "results": document, "rc": document}
    shapes = [
        document,
        [document],
        [{"plays": document}],
        [{"plays": [{"tasks": [{"hosts": {"n": document}}, document]}], "stats": document}],
        [{"plays": [{"tasks": [{"hosts": {"n": failed}, "task": document, "role": document}]}], "phase": document}],
    ]
    for shape in shapes:
        try:
            found = playbooks.read(json.dumps(shape).encode(), result)
        except PlaybooksError as error:
            refused = str(error)
            assert len(refused.splitlines()) == 1
        else:
            if found is not None:
                found.tell(Run(uuid_number(1)))
