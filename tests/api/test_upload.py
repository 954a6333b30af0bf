"""The upload: what is stored, what is answered, and that it is committed by then."""

from __future__ import annotations

import gzip
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import NAMESPACE_URL, uuid5

import httpx
import pytest
from helpers import JUNIT, Server, assert_whole, everything, failure, problem, result, sample, stream, uuid_number

from gatehealth.model import Status

XML = ("results.xml", JUNIT.encode())


def test_an_upload_says_what_was_stored_and_is_readable_at_once(empty: Server) -> None:
    answer = empty.uploaded(XML, job="unit", uuid=uuid_number(1))
    assert answer == {
        "uuid": uuid_number(1).hex,
        "state": "stored",
        "outcome": "fail",
        "counts": {
            **{"total": 2, "passed": 1, "failed": 1, "skipped": 0, "incomplete": 0},
            **{"success": 1, "fail": 1, "xfail": 0, "uxsuccess": 0},
        },
        "left_out": 0,
        "files": [{"name": "results.xml", "format": "junit", "results": 2, "damage": [], "error": None}],
    }
    assert empty.get(f"/runs/{answer['uuid']}/results").json()["message"] == ["", "AssertionError: 2 != 3"]


def test_every_fact_that_is_sent_is_kept(empty: Server) -> None:
    sent = {
        "job": "unit",
        "project": "openstack/nova",
        "pipeline": "gate",
        "branch": "master",
        "change": "1",
        "patchset": "2",
        "ref": "refs/changes/1",
        "ref_url": "https://review.example/1",
        "buildset": "b",
        "result": "FAILURE",
        "provider": "cloud-1",
        "log_url": "https://logs.example/1",
    }
    times = {"started_at": "2026-11-22T11:00:00Z", "ended_at": "2026-11-22T13:00:00+01:00"}
    uuid = empty.uploaded(XML, **sent, **times, voting="false", meta=["node=jammy", "tenant=openstack"])["uuid"]
    facts = empty.get(f"/runs/{uuid}").json()
    assert {name: facts[name] for name in sent} == sent
    assert (facts["started_at"], facts["ended_at"], facts["voting"]) == ("2026-11-22T11:00:00Z", "2026-11-22T12:00:00Z", False)
    assert facts["metadata"] == {"node": "jammy", "tenant": "openstack"}


def test_the_same_upload_twice_changes_nothing(empty: Server) -> None:
    first = empty.uploaded(XML, job="unit")
    before = everything(empty.store)
    again = empty.uploaded(XML, job="unit")
    assert (first.pop("state"), again.pop("state")) == ("stored", "unchanged")
    assert first == again
    assert everything(empty.store) == before


def test_the_status_says_whether_anything_was_stored(empty: Server) -> None:
    uuid = uuid_number(1)
    sent: list[tuple[tuple[tuple[str, bytes], ...], dict[str, str], int, str]] = [
        ((("r", stream(result("a"))),), {}, 201, "stored"),
        ((("r", stream(result("a"))),), {}, 200, "unchanged"),
        ((("r", stream(result("a"), result("b", start=1))),), {}, 201, "replaced"),
        ((), {"result": "SUCCESS"}, 201, "merged"),
        ((), {"result": "SUCCESS"}, 200, "unchanged"),
    ]
    for files, fields, status, state in sent:
        answer = empty.upload(*files, uuid=uuid, **fields)
        assert (answer.status_code, answer.json()["state"]) == (status, state)


def test_of_many_who_send_the_same_run_at_once_one_stores_it(empty: Server) -> None:
    def send(_: int) -> tuple[int, str]:
        answer = empty.upload(XML, uuid=uuid_number(1), job="unit")
        return answer.status_code, answer.json()["state"]

    with ThreadPoolExecutor(8) as clients:
        answers = Counter(clients.map(send, range(16)))
    assert answers == {(201, "stored"): 1, (200, "unchanged"): 15}
    assert_whole(empty.store)


def test_a_runs_own_address_is_as_good_as_a_uuid(empty: Server) -> None:
    address = "https://gitlab.example.org/acme/rocket/-/jobs/4711"
    answer = empty.uploaded(XML, uuid=address)
    assert answer["uuid"] == uuid5(NAMESPACE_URL, address).hex
    assert empty.uploaded(uuid=address, result="failed")["uuid"] == answer["uuid"]
    assert empty.uploaded(XML, uuid=f"{address}2")["uuid"] != answer["uuid"]


def test_a_run_whose_files_are_of_no_use_is_stored_by_its_result_word(empty: Server) -> None:
    answer = empty.upload(("empty.xml", b""), ("core", b"\x7fELF"), uuid=uuid_number(1), result="TIMED_OUT", job="unit")
    assert answer.status_code == 201
    assert (answer.json()["outcome"], answer.json()["counts"]["total"]) == ("fail", 0)
    assert [(file["name"], file["format"], file["results"]) for file in answer.json()["files"]] == [
        ("empty.xml", None, 0),
        ("core", None, 0),
    ]
    assert [file["error"].partition(";")[0] for file in answer.json()["files"]] == [
        "the content is empty",
        "the content is not subunit v1, v2 or JUnit XML",
    ]


def test_a_fuller_upload_replaces_and_facts_alone_complete(empty: Server) -> None:
    uuid = uuid_number(1)
    assert empty.uploaded(("r", stream(result("a"))), uuid=uuid)["state"] == "stored"
    assert empty.uploaded(("r", stream(result("a"), result("b", start=1))), uuid=uuid)["state"] == "replaced"
    assert empty.uploaded(uuid=uuid, result="POST_FAILURE") == {
        **empty.uploaded(uuid=uuid, result="POST_FAILURE"),
        **{"state": "merged", "outcome": "infra", "files": []},
    }
    assert_whole(empty.store)


def test_several_files_are_one_run(empty: Server) -> None:
    answer = empty.uploaded(XML, ("r.subunit.gz", gzip.compress(stream(failure("a.B.test_one")))), job="unit")
    assert [(file["name"], file["format"], file["results"]) for file in answer["files"]] == [
        ("results.xml", "junit", 2),
        ("r.subunit.gz", "subunit-v2", 1),
    ]
    results = empty.get(f"/runs/{answer['uuid']}/results").json()
    assert sorted(zip(results["test"], results["attempt"], results["status"], strict=True)) == [
        ("a.B.test_one", 0, "success"),
        ("a.B.test_one", 1, "fail"),
        ("a.B.test_two", 0, "fail"),
    ]


def test_each_file_says_its_damage_or_why_nothing_of_it_could_be_used(empty: Server) -> None:
    cut = stream(result("a"), result("b", start=1))[:-5]
    answer = empty.uploaded(XML, ("cut.subunit", cut), ("core", b"\x7fELF"))
    sound, damaged, unusable = answer["files"]
    assert (sound["damage"], sound["error"]) == ([], None)
    assert damaged["damage"]
    assert (damaged["error"], damaged["format"]) == (None, "subunit-v2")
    assert (unusable["format"], unusable["results"]) == (None, 0)
    assert "is not subunit v1, v2 or JUnit XML" in unusable["error"]
    facts = empty.get(f"/runs/{answer['uuid']}").json()
    assert facts["complete"] is False
    assert facts["damage"] == [f"cut.subunit: {line}" for line in damaged["damage"]]


def test_a_run_without_results_is_stored_by_its_facts(empty: Server) -> None:
    answer = empty.uploaded(uuid=uuid_number(1), result="NODE_FAILURE", job="unit")
    assert (answer["outcome"], answer["counts"]["total"], answer["files"]) == ("infra", 0, [])
    assert empty.get(f"/runs/{uuid_number(1).hex}").json()["result"] == "NODE_FAILURE"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"result": "NODE_FAILURE"}, "a run without results needs a uuid"),
        ({"uuid": "1" * 32}, "neither a file nor the fact `result` was given"),
        ({"uuid": "17", "result": "LOST"}, "uuid '17' is not a UUID"),
        ({"uuid": "https://", "result": "LOST"}, "uuid 'https://' is not an address"),
        ({"uuid": "https://ci.example.org", "result": "LOST"}, "is not an address"),
        ({"uuid": "https://ci.example.org/a b", "result": "LOST"}, "is not an address"),
        ({"uuid": f"https://ci.example.org/{'x' * 2000}", "result": "LOST"}, "is not an address of at most 2000 characters"),
        ({"uuid": "1" * 32, "result": "LOST", "voting": "perhaps"}, "voting 'perhaps'"),
        ({"uuid": "1" * 32, "result": "LOST", "meta": "node"}, "metadata 'node' is not KEY=VALUE"),
        ({"uuid": "1" * 32, "result": "LOST", "started_at": "soon"}, "started_at 'soon' is not a time"),
        ({"uuid": "1" * 32, "result": "LOST", "colour": "red"}, "colour: there is no such field"),
        (
            {"file": "not a file", "uuid": "1" * 32, "result": "LOST"},
            "file.0: this is text and not a file; curl sends",
        ),
    ],
)
def test_what_is_wrong_with_an_upload_is_named_and_nothing_is_stored(empty: Server, fields: dict[str, str], named: str) -> None:
    assert named in problem(empty.upload(**fields), 400)
    assert empty.store.status()["runs"] == 0


def test_files_of_which_nothing_can_be_used_are_named(empty: Server) -> None:
    detail = problem(empty.upload(("empty.xml", b""), ("core", b"\x7fELF")), 400)
    assert detail.startswith("empty.xml: the content is empty; core: the content is not subunit")
    assert empty.store.status()["runs"] == 0


def test_a_result_word_without_a_uuid_does_not_hide_why_its_files_are_of_no_use(empty: Server) -> None:
    detail = problem(empty.upload(("empty.xml", b""), result="FAILURE"), 400)
    assert detail == "empty.xml: the content is empty; a run without results needs a uuid"


@pytest.mark.parametrize("content", [b"", b"garbage", b"--x\r\nContent-Disposition: form-data; name=job\r\n\r\n"])
def test_a_body_that_is_no_form_is_a_bad_request(empty: Server, content: bytes) -> None:
    headers = {"Authorization": f"Bearer {empty.token}", "Content-Type": "multipart/form-data; boundary=x"}
    answer = httpx.post(f"{empty.url}/api/v1/runs", content=content, headers=headers)
    assert problem(answer, 400)


def test_many_clients_at_once_each_get_their_answer(empty: Server) -> None:
    def send(number: int) -> str:
        return empty.uploaded(("r", stream(failure("a"), result(f"b{number}"))), uuid=uuid_number(number % 20))["state"]

    with ThreadPoolExecutor(8) as clients:
        states = list(clients.map(send, range(60)))
    assert states.count("stored") == 20
    assert set(states) == {"stored", "unchanged"}
    assert_whole(empty.store)


def test_a_real_run_of_tempest_is_stored_whole(empty: Server) -> None:
    """2,498 tests on two workers, 2,491 passed and 7 failed (samples/README.md)."""
    answer = empty.uploaded(("tempest-unit.subunit.gz", sample("tempest-unit.subunit.gz")), job="tempest-unit")
    counts = answer["counts"]
    assert (counts["total"], counts["passed"], counts["failed"], counts["skipped"]) == (2498, 2491, 7, 0)
    results = empty.get(f"/runs/{answer['uuid']}/results").json()
    assert len(results["test"]) == 2498
    assert set(results["worker"]) == {"worker-0", "worker-1"}
    failed = [test for test, status in zip(results["test"], results["status"], strict=True) if status == "fail"]
    assert len(failed) == 7
    for test in failed:
        texts = empty.get(f"/runs/{answer['uuid']}/attachments", test=test).json()["attachments"]
        assert any("Traceback (most recent call last):" in (text["text"] or "") for text in texts), test
    assert [message for message in results["message"] if message] == [
        results["message"][results["test"].index(test)] for test in failed
    ]


def test_results_that_never_ended_make_the_run_fail(empty: Server) -> None:
    answer = empty.uploaded(("r", stream(result("a"), result("b", Status.INCOMPLETE, start=1))))
    assert (answer["outcome"], answer["counts"]["incomplete"]) == ("fail", 1)


def multipart(*parts: tuple[str, str]) -> bytes:
    """A form as clients send it: fields, and files by names with a dot."""
    lines = []
    for name, value in parts:
        named = f'name="file"; filename="{name}"' if "." in name else f'name="{name}"'
        lines += ["--xx", f"Content-Disposition: form-data; {named}", "", value]
    return "\r\n".join([*lines, "--xx--", ""]).encode()


def posted(server: Server, body: bytes, content_type: str = "multipart/form-data; boundary=xx") -> httpx.Response:
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": content_type}
    return httpx.post(f"{server.url}/api/v1/runs", content=body, headers=headers)


@pytest.mark.parametrize("cut", [6, 12, 100, 200])
def test_an_upload_that_was_cut_stores_nothing(empty: Server, cut: int) -> None:
    """What was cut off would count as not sent: a run that passed, without its failures."""
    body = multipart(("uuid", uuid_number(1).hex), ("result", "SUCCESS"), ("a.xml", JUNIT), ("b.xml", JUNIT))
    assert "ends before its last part does" in problem(posted(empty, body[:-cut]), 400)
    assert empty.get("/runs").json()["runs"] == []
    assert posted(empty, body).status_code == 201


def test_an_upload_may_end_with_words_behind_its_last_part(empty: Server) -> None:
    body = multipart(("result", "SUCCESS"), ("a.xml", JUNIT)) + b"epilogue" * 20_000
    assert posted(empty, body).status_code == 201


def test_an_upload_of_another_kind_is_told_what_it_should_be(empty: Server) -> None:
    detail = problem(posted(empty, b'{"result": "SUCCESS"}', "application/json"), 400)
    assert detail == "an upload is multipart/form-data, not application/json; curl sends one with `-F NAME=VALUE`"


@pytest.mark.parametrize(("content", "status"), [(JUNIT, 201), ("rubbish", 400)])
def test_a_file_whose_name_has_no_encoding_is_taken_by_another(empty: Server, content: str, status: int) -> None:
    body = multipart(("\\ud800.xml", content))
    answer = posted(empty, body, "multipart/form-data; boundary=xx; charset=unicode_escape")
    assert answer.status_code == status
    assert "?.xml" in answer.text
