"""The files of a build: found, read as far as they are sound, and what is lacking is said with its reason."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from typing import Any

import pytest
from helpers import JUNIT, failure, result, stream, uuid_number
from loops import run
from serving import answer, answering, serving
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatehealth.collect import logserver
from gatehealth.collect.http import Client
from gatehealth.collect.logserver import Found, LogServer
from gatehealth.collect.source import Lack
from gatehealth.config import Settings, ZuulSettings
from gatehealth.model import Run

SUBUNIT = stream(result("a.test_one"), result("a.test_two", start=1))
MORE = stream(failure("b.test_three"), result("a.test_one", start=9))
INVENTORY = b"all: {hosts: {node: {nodepool: {provider: rax, region: DFW}}}}"
OUTPUT = json.dumps(
    [
        {
            "phase": "pre",
            "playbook": "pre.yaml",
            "stats": {"node": {"failures": 1}},
            "plays": [{"tasks": [{"task": {"name": "Install"}, "hosts": {"node": {"failed": True, "msg": "no mirror"}}}]}],
        }
    ]
).encode()


class Logs:
    """A log server with these files below /logs/; it counts what was asked for."""

    def __init__(
        self, files: Mapping[str, bytes | int], *, manifest: bool = True, listed: Mapping[str, Any] | None = None
    ) -> None:
        self.files = dict(files)
        self.asked: list[str] = []
        if manifest:
            self.files["zuul-manifest.json"] = manifest_of(listed or dict.fromkeys(files, -1))
        self.app = Starlette(routes=[Route("/logs/{path:path}", self.answer)])

    async def answer(self, request: Request) -> Response:
        path = request.path_params["path"]
        self.asked.append(path)
        content = self.files.get(path, 404)
        return Response(status_code=content) if isinstance(content, int) else Response(content)

    def fill(self, *, word: str = "SUCCESS", manifest: str = "", **said: Any) -> tuple[Run, Found]:
        """A run filled from these logs, and what is said of it."""
        source = {"patterns": ["*.subunit", "*.subunit.gz"], "settings": Settings(), **said}

        async def collect(url: str) -> tuple[Run, Found]:
            client = Client(ZuulSettings(kind="zuul", name="sim", url=url, per_second=10_000), backoff=0.001)
            found = Run(uuid_number(1), result=word, log_url=f"{url}/logs/")
            outcome = await LogServer(client, source["patterns"], source["settings"]).fill(found, manifest and url + manifest)
            await client.close()
            return found, outcome

        with serving(self.app) as url:
            return run(collect(url))


def manifest_of(sizes: Mapping[str, Any]) -> bytes:
    """A manifest with these files."""
    root: list[dict[str, Any]] = []
    for path, size in sizes.items():
        entries = root
        *folders, name = path.split("/")
        for folder in folders:
            found = next((each for each in entries if each["name"] == folder), None)
            if found is None:
                found = {"name": folder, "mimetype": "application/directory", "children": []}
                entries.append(found)
            entries = found["children"]
        entries.append({"name": name, "mimetype": "text/plain", "size": size})
    return json.dumps({"tree": root}).encode()


def names_of(found: Run) -> list[tuple[str, int]]:
    return [(each.test, each.attempt) for each in found.results]


ONE, TWO = ("a.test_one", 0), ("a.test_two", 0)


def test_the_manifest_says_what_to_ask_for() -> None:
    logs = Logs({"testrepository.subunit": SUBUNIT, "zuul-info/inventory.yaml": INVENTORY, "job-output.txt": b"..."})
    found, outcome = logs.fill()
    assert names_of(found) == [ONE, TWO]
    assert (found.provider, found.metadata) == ("rax", {"region": "DFW"})
    assert outcome == Found()
    assert sorted(logs.asked) == ["testrepository.subunit", "zuul-info/inventory.yaml", "zuul-manifest.json"]


def test_a_manifest_elsewhere_is_asked_for_there_and_else_at_the_usual_place() -> None:
    logs = Logs({"testrepository.subunit": SUBUNIT})
    logs.files["elsewhere.json"] = logs.files["zuul-manifest.json"]
    logs.fill(manifest="/logs/elsewhere.json")
    assert logs.asked == ["elsewhere.json", "testrepository.subunit"]
    logs.asked.clear()
    found, _ = logs.fill(manifest="/logs/gone.json")
    assert logs.asked == ["gone.json", "zuul-manifest.json", "testrepository.subunit"]
    assert names_of(found) == [ONE, TWO]


@pytest.mark.parametrize("manifest", [True, False], ids=["manifest", "no manifest"])
@pytest.mark.parametrize(
    "name", ["testrepository.subunit", "logs/testrepository.subunit.gz", "controller/logs/testrepository.subunit"]
)
def test_results_are_found_with_and_without_a_manifest(manifest: bool, name: str) -> None:
    logs = Logs({name: gzip.compress(SUBUNIT) if name.endswith("gz") else SUBUNIT}, manifest=manifest)
    found, outcome = logs.fill()
    assert names_of(found) == [ONE, TWO]
    assert (outcome.lack, outcome.trouble) == (None, "")


def test_several_files_are_one_run_in_the_order_of_their_paths() -> None:
    files = {"logs/b.subunit": MORE, "logs/a.subunit": SUBUNIT}
    for each in (files, dict(reversed(files.items()))):
        found, _ = Logs(each).fill()
        assert names_of(found) == [ONE, TWO, ("b.test_three", 0), ("a.test_one", 1)]


@pytest.mark.parametrize("gone", ["", "testrepository.subunit", "testrepository.subunit.gz"])
def test_a_file_and_the_same_compressed_count_once(gone: str) -> None:
    files: dict[str, bytes | int] = {"testrepository.subunit": SUBUNIT, "testrepository.subunit.gz": gzip.compress(SUBUNIT)}
    files |= {gone: 404} if gone else {}
    found, outcome = Logs(files).fill()
    assert names_of(found) == [ONE, TWO]
    assert (outcome.lack, outcome.trouble) == (None, "")


def test_patterns_match_names_or_paths() -> None:
    logs = Logs({"logs/junit/x.xml": JUNIT.encode(), "other/x.xml": b"<x/>", "a.subunit": SUBUNIT})
    found, _ = logs.fill(patterns=["logs/junit/*.xml"])
    assert names_of(found) == [("a.B.test_one", 0), ("a.B.test_two", 0)]
    assert "other/x.xml" not in logs.asked
    assert "a.subunit" not in logs.asked


def test_a_path_without_wildcards_is_a_usual_place() -> None:
    found, _ = Logs({"reports/unit.xml": JUNIT.encode()}, manifest=False).fill(patterns=["reports/unit.xml"])
    assert names_of(found) == [("a.B.test_one", 0), ("a.B.test_two", 0)]


def test_names_are_quoted_and_cannot_leave_the_logs() -> None:
    manifest = json.dumps(
        {
            "tree": [
                {"name": "..", "children": [{"name": "up.subunit"}]},
                {"name": "../up.subunit", "size": 1},
                {"name": "a b?#%2e.subunit", "size": 1},
            ]
        }
    )
    logs = Logs({"zuul-manifest.json": manifest.encode(), "a b?#%2e.subunit": SUBUNIT, "up.subunit": SUBUNIT}, manifest=False)
    found, _ = logs.fill()
    assert names_of(found) == [ONE, TWO]
    assert logs.asked == ["zuul-manifest.json", "a b?#%2e.subunit"]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"tree": {}}',
        b"<html>",
        b"[" * 100_000,
        gzip.compress(b'{"tree": []}', mtime=0)[:-14],
        b'"\xff"',
    ],
)
def test_a_manifest_that_cannot_be_read_is_none(broken: bytes) -> None:
    logs = Logs({"zuul-manifest.json": broken, "logs/testrepository.subunit": SUBUNIT}, manifest=False)
    found, outcome = logs.fill()
    assert names_of(found) == [ONE, TWO]
    assert (outcome.lack, outcome.trouble) == (None, "")


def test_odd_entries_of_a_manifest_are_left_out() -> None:
    entries = [
        None,
        1,
        "x",
        [],
        {},
        {"name": 5},
        {"name": ""},
        {"name": "d", "children": 7, "mimetype": "application/directory"},
    ]
    entries += [{"name": "x.subunit", "size": "huge"}, {"name": "n" * 2_000 + ".subunit"}, {"name": "e", "children": [None]}]
    logs = Logs({"zuul-manifest.json": json.dumps({"tree": entries}).encode(), "x.subunit": SUBUNIT}, manifest=False)
    found, _ = logs.fill()
    assert names_of(found) == [ONE, TWO]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the content is empty"),
        (b"not subunit", "is not subunit"),
        (stream(), "empty"),
        (gzip.compress(b"", mtime=0), "empty"),
        (SUBUNIT[:5], "subunit"),
    ],
)
def test_files_without_results_are_unparsable_for_a_reason(content: bytes, why: str) -> None:
    _, outcome = Logs({"x.subunit": content}).fill()
    assert outcome.lack is Lack.UNPARSABLE
    assert "x.subunit: " in outcome.detail
    assert why in outcome.detail
    assert outcome.trouble == ""


def test_a_cut_file_gives_what_stands_before_the_cut() -> None:
    found, outcome = Logs({"x.subunit": SUBUNIT + MORE[:9]}).fill()
    assert names_of(found) == [ONE, TWO]
    assert found.damage
    assert outcome.lack is None


def test_a_file_of_several_that_is_gone_is_said_and_the_others_count() -> None:
    found, outcome = Logs({"a.subunit": SUBUNIT, "b.subunit": 404, "c.subunit": b"?"}).fill()
    assert names_of(found) == [ONE, TWO]
    assert outcome.lack is None
    assert "c.subunit: the content is not" in outcome.detail
    assert "b.subunit answers 404 Not Found" in outcome.detail
    assert outcome.trouble == ""


def test_no_file_of_results() -> None:
    logs = Logs({"job-output.txt": b"...", "zuul-info/inventory.yaml": INVENTORY})
    found, outcome = logs.fill()
    assert (outcome.lack, outcome.detail) == (Lack.NO_FILE, "of 2 files none is one of results")
    assert found.provider == "rax"
    assert Logs({}, listed={}).fill()[1].lack is Lack.NO_FILE


@pytest.mark.parametrize("left", ["zuul-info/inventory.yaml", "job-output.json.gz", "job-output.json", "job-output.txt"])
def test_without_a_manifest_any_usual_file_says_that_the_logs_are_there(left: str) -> None:
    _, outcome = Logs({left: b"[]"}, manifest=False).fill()
    assert (outcome.lack, outcome.trouble) == (Lack.NO_FILE, "")
    assert "no result file is at any of the usual places" in outcome.detail


@pytest.mark.parametrize("status", [404, 410, 403])
def test_logs_that_are_gone_are_expired(status: int) -> None:
    logs = Logs({"zuul-manifest.json": status}, manifest=False)
    _, outcome = logs.fill(word="FAILURE")
    assert (outcome.lack, outcome.trouble) == (Lack.EXPIRED, "")
    assert f"zuul-manifest.json answers {status}" in outcome.detail
    logs = Logs({"a.subunit": status})
    assert logs.fill()[1].lack is Lack.EXPIRED


def test_no_place_of_logs() -> None:
    async def fill(log_url: str, **said: Any) -> Found:
        client = Client(ZuulSettings(kind="zuul", name="sim", url="http://127.0.0.1:1"), backoff=0)
        found = Run(uuid_number(1), result="NODE_FAILURE", log_url=log_url, **said)
        outcome = await LogServer(client, ["*.subunit"], Settings()).fill(found, "")
        await client.close()
        return outcome

    outcome = run(fill("", metadata={"error_detail": "no nodes"}))
    assert (outcome.lack, outcome.detail) == (Lack.NO_LOGS, "no nodes")
    assert run(fill("/srv/logs/12")).lack is Lack.NO_LOGS
    outcome = run(fill("https://logs.example.org/12"))
    assert outcome.lack is Lack.FOREIGN_HOST
    assert "logs.example.org is not among log_hosts" in outcome.detail
    outcome = run(fill("http://127.0.0.1:1/12"))
    assert outcome.lack is Lack.UNREACHABLE
    assert "cannot be reached" in outcome.trouble


@pytest.mark.parametrize("size", [-1, 2_000, 10**30, True, None])
def test_files_that_are_too_large_are_said(size: Any) -> None:
    logs = Logs({"a.subunit": SUBUNIT + b"\0" * 2_000}, listed={"a.subunit": size})
    _, outcome = logs.fill(settings=Settings(upload_limit=1_024))
    assert (outcome.lack, outcome.trouble) == (Lack.TOO_LARGE, "")
    assert "a.subunit has " in outcome.detail
    assert ("a.subunit" in logs.asked) == (size != 2_000)


@pytest.mark.parametrize("size", [-1, 3_000])
def test_files_that_are_unusually_large_wait_for_their_turn(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logserver, "USUAL_BYTES", 1_000)
    large = SUBUNIT + b"\0" * 3_000
    listed = {"a.subunit": -1, "b.subunit": size, "c.subunit": -1}
    found, outcome = Logs({"a.subunit": SUBUNIT, "b.subunit": large, "c.subunit": MORE}, listed=listed).fill()
    assert names_of(found) == [ONE, TWO, ("a.test_one", 1), ("a.test_two", 1), ("b.test_three", 0), ("a.test_one", 2)]
    assert (outcome.lack, outcome.detail, outcome.trouble) == (None, "", "")


def test_the_limit_is_for_all_files_of_a_build_together() -> None:
    some = SUBUNIT + b"\0" * 3_000
    found, outcome = Logs({f"{n}.subunit": some for n in range(4)}).fill(settings=Settings(upload_limit=2 * len(some)))
    assert len(found.results) == 4
    assert outcome.lack is None
    assert "2.subunit has" in outcome.detail
    assert "3.subunit has" in outcome.detail


def test_a_bomb_costs_its_file() -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 100_000_000))
    _, outcome = Logs({"a.subunit.gz": bomb}).fill(settings=Settings(content_limit=1_000_000))
    assert outcome.lack is Lack.UNPARSABLE
    assert "decompresses to more than 1000000 bytes" in outcome.detail


def test_so_many_files_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logserver, "MAX_FILES", 2)
    found, outcome = Logs({f"{n}.subunit": SUBUNIT for n in range(5)}).fill()
    assert len(found.results) == 4
    assert "3 of 5 result files are left out" in outcome.detail


@pytest.mark.parametrize("path", ["zuul-manifest.json", "a.subunit", "zuul-info/inventory.yaml", "job-output.json"])
def test_what_fails_is_worth_another_try_and_the_rest_is_had(path: str) -> None:
    files: dict[str, bytes | int] = {"zuul-info/inventory.yaml": INVENTORY, "job-output.json": OUTPUT, "b.subunit": b""}
    listed = dict.fromkeys([*files, "a.subunit"], -1)
    logs = Logs({**files, "zuul-manifest.json": manifest_of(listed), path: 503}, manifest=False)
    found, outcome = logs.fill(word="FAILURE")
    assert f"{path} answers 503" in outcome.trouble
    assert logs.asked.count(path) == 4
    if path != "zuul-manifest.json":
        assert found.provider == ("" if "inventory" in path else "rax")
        assert ("failed_task" in found.metadata) == ("output" not in path)


@pytest.mark.parametrize("name", ["job-output.json", "job-output.json.gz"])
@pytest.mark.parametrize("manifest", [True, False], ids=["manifest", "no manifest"])
def test_a_build_without_results_is_explained(name: str, manifest: bool) -> None:
    logs = Logs({name: gzip.compress(OUTPUT) if name.endswith("gz") else OUTPUT}, manifest=manifest)
    found, _ = logs.fill(word="RETRY_LIMIT")
    assert found.metadata["failed_task"] == "Install"
    assert "no mirror" in found.attachments[0].text()


@pytest.mark.parametrize(("word", "content"), [("SUCCESS", OUTPUT), ("CANCELED", OUTPUT), ("FAILURE", b"["), ("FAILURE", b"")])
def test_what_needs_no_explanation_or_has_none_gets_none(word: str, content: bytes) -> None:
    found, outcome = Logs({"job-output.json": content}).fill(word=word)
    assert (found.metadata, found.attachments) == ({}, [])
    assert (outcome.lack, outcome.trouble) == (Lack.NO_FILE, "")


def test_a_log_server_that_redirects_elsewhere_is_not_followed() -> None:
    with answering(answer(SUBUNIT), forever=True) as (other, requests):

        async def away(request: Request) -> Response:
            return Response(status_code=302, headers={"location": other})

        logs = Logs({})
        logs.app = Starlette(routes=[Route("/logs/{path:path}", away)])
        assert logs.fill()[1].lack is Lack.FOREIGN_HOST
        assert requests == []
