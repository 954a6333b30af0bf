"""A folder as a source: what is a run, when it is taken, when it is taken again."""

from __future__ import annotations

import errno
import gzip
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from helpers import JUNIT, failure, result, settings_for, stream, uuid_number
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatehealth.collect import folder as module
from gatehealth.collect.folder import FolderSource
from gatehealth.collect.source import Build, Fetched, Lack, NotYet, SourceError
from gatehealth.config import FolderSettings

from .sources import fetched, listed_between, polled, whole

ENDED = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "job": "unit",
    "project": "acme/rocket",
    "pipeline": "gate",
    "result": "FAILURE",
    "voting": True,
    "change": 1234,
    "started_at": "2026-11-22T12:00:00Z",
    "ended_at": "2026-11-22T12:30:00Z",
    "metadata": {"node": "jammy"},
}


@pytest.fixture
def drop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder; what stands there counts as written at once."""
    monkeypatch.setattr(module, "SETTLED", 0.0)
    place = tmp_path / "drop"
    place.mkdir()
    return place


def source(drop: Path, **limits: Any) -> Callable[[], FolderSource]:
    given = FolderSettings(kind="folder", name="lab", path=str(drop), overlap_seconds=0)
    return lambda: FolderSource(given, settings_for(drop.parent, **limits))


def only(drop: Path, **limits: Any) -> tuple[Build, Fetched]:
    """The one run of the folder, fetched."""
    builds, _ = polled(source(drop))
    assert len(builds) == 1
    return builds[0], whole(fetched(source(drop, **limits), builds)[builds[0].uuid])


def test_a_subfolder_with_facts_is_a_run(drop: Path) -> None:
    (drop / "night" / "logs").mkdir(parents=True)
    (drop / "night" / "run.json").write_text(json.dumps(FACTS))
    (drop / "night" / "a.xml").write_text(JUNIT)
    (drop / "night" / "logs" / "b.subunit.gz").write_bytes(gzip.compress(stream(failure("x.test"))))
    (drop / "night" / "console.log").write_text("hello")
    build, made = only(drop)
    assert (build.ended_at, made.lack, made.detail) == (ENDED, None, "")
    run = made.run
    assert run.uuid == build.uuid
    assert (run.job, run.project, run.pipeline, run.result, run.voting, run.change) == (
        *("unit", "acme/rocket", "gate", "FAILURE", True, "1234"),
    )
    assert run.metadata == {"node": "jammy", "source": "lab"}
    assert sorted(each.test for each in run.results) == ["a.B.test_one", "a.B.test_two", "x.test"]


def test_files_beside_their_facts_are_a_run_as_simulate_writes_them(drop: Path) -> None:
    uuid = uuid_number(7)
    facts = {**FACTS, "uuid": uuid.hex, "metadata": ["node=noble"]}
    (drop / f"{uuid.hex}.json").write_text(json.dumps(facts))
    (drop / f"{uuid.hex}.subunit").write_bytes(stream(result("a")))
    (drop / "truth.json").write_text('{"format": 1, "totals": {}}')
    build, made = only(drop)
    assert (build.uuid, made.lack, made.run.metadata) == (uuid, None, {"node": "noble", "source": "lab"})


def test_facts_alone_are_a_run_without_results(drop: Path) -> None:
    (drop / "x.json").write_text(json.dumps({"uuid": uuid_number(3).hex, "result": "NODE_FAILURE", "job": "unit"}))
    build, made = only(drop)
    assert (build.uuid, made.lack, made.run.result) == (uuid_number(3), Lack.NO_FILE, "NODE_FAILURE")


def test_a_file_alone_is_a_run_with_a_uuid_of_its_name(drop: Path) -> None:
    (drop / "a.xml").write_text(JUNIT)
    (drop / "a.subunit").write_bytes(stream(result("a")))
    (drop / f"{uuid_number(5).hex}.subunit").write_bytes(stream(result("a")))
    builds, _ = polled(source(drop))
    again, _ = polled(source(drop))
    assert builds == again
    assert len({build.uuid for build in builds}) == 3
    assert uuid_number(5) in {build.uuid for build in builds}
    assert all(whole(made).lack is None for made in fetched(source(drop), builds).values())


def test_facts_may_have_an_address_as_uuid(drop: Path) -> None:
    address = "https://ci.example.org/job/1"
    (drop / "x.json").write_text(json.dumps({"uuid": address, "result": "SUCCESS"}))
    build, made = only(drop)
    assert build.uuid == made.run.uuid == module.uuid_of_address(address)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is not a JSON object of facts"),
        ('{"colour": "red"}', "there is no fact named colour"),
        ('{"voting": "perhaps"}', "voting 'perhaps'"),
        ('{"job": ["a"]}', "job is neither text nor number"),
        ('{"metadata": "a=b"}', "metadata is neither an object nor a list"),
        ('{"metadata": [1]}', "metadata is neither an object nor a list"),
        ('{"job": "\\ud800"}', "is not UTF-8"),
        ('{"started_at": "soon"}', "started_at 'soon'"),
    ],
)
def test_bad_facts_cost_that_one_run_and_are_named(drop: Path, text: str, named: str) -> None:
    (drop / "bad").mkdir()
    (drop / "bad" / "run.json").write_text(text)
    (drop / "bad" / "a.xml").write_text(JUNIT)
    (drop / "good.xml").write_text(JUNIT)
    builds, _ = polled(source(drop))
    made = [whole(each) for each in fetched(source(drop), builds).values()]
    assert sorted(each.lack or "" for each in made) == ["", Lack.UNPARSABLE]
    assert next(each for each in made if each.lack).detail.startswith("run.json: ")
    assert named in next(each for each in made if each.lack).detail


def test_what_cannot_be_read_as_results_is_told(drop: Path) -> None:
    (drop / "core").write_bytes(b"\x7fELF")
    _, made = only(drop)
    assert made.lack is Lack.UNPARSABLE
    assert made.detail.startswith("core: the content is not subunit")


@pytest.mark.parametrize(("limit", "named"), [("upload_limit", "upload_limit"), ("content_limit", "content_limit")])
def test_what_is_larger_than_the_settings_allow_is_told(drop: Path, limit: str, named: str) -> None:
    data = JUNIT.encode() + b" " * 5000
    (drop / "a.xml.gz").write_bytes(gzip.compress(data, 0 if limit == "upload_limit" else 9))
    _, made = only(drop, **{limit: 1024})
    assert (made.lack, named in made.detail) == (Lack.TOO_LARGE, True)


def test_a_run_that_is_still_being_written_is_not_taken(drop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SETTLED", 60.0)
    (drop / "a.xml").write_text(JUNIT)
    os.utime(drop / "a.xml", (1, 1))  # what a writer says of the time does not count
    builds, cursor = polled(source(drop))
    assert builds == []
    monkeypatch.setattr(module, "SETTLED", 0.0)
    builds, cursor = polled(source(drop), cursor)
    assert len(builds) == 1
    assert polled(source(drop), cursor)[0] == builds  # the newest is always listed again


@pytest.mark.parametrize("name", [".hidden", "a.xml.part", "a.xml.tmp", "a.xml~"])
def test_unfinished_and_hidden_files_are_passed_over(drop: Path, name: str) -> None:
    (drop / name).write_text(JUNIT)
    (drop / "sub").mkdir()
    (drop / "sub" / name).write_text(JUNIT)
    assert polled(source(drop))[0] == []


def test_links_and_pipes_are_not_followed(drop: Path) -> None:
    (drop.parent / "secret.xml").write_text(JUNIT)
    (drop / "link.xml").symlink_to(drop.parent / "secret.xml")
    (drop / "linked").symlink_to(drop.parent)
    (drop / "sub").mkdir()
    (drop / "sub" / "link.xml").symlink_to(drop.parent / "secret.xml")
    os.mkfifo(drop / "pipe.xml")
    assert polled(source(drop))[0] == []


@pytest.mark.parametrize("name", ["../secret.xml", "/etc/hostname", "..", "sub/../../secret.xml", "", 7, None])
def test_a_kept_document_leads_nowhere_else(drop: Path, name: object) -> None:
    (drop.parent / "secret.xml").write_text(JUNIT)
    build = Build(uuid_number(1), ENDED, "1", json.dumps({"name": name}))
    made = whole(fetched(source(drop), [build])[build.uuid])
    assert (made.lack, made.run.results) == (Lack.EXPIRED, [])


def test_a_changed_run_is_another_version_of_the_same(drop: Path) -> None:
    (drop / "a.xml").write_text(JUNIT)
    before, cursor = polled(source(drop))
    time.sleep(0.02)
    (drop / "b.xml").write_text(JUNIT)
    after, cursor = polled(source(drop), cursor)
    assert [build.version for build in before] == [build.version for build in after if build.uuid == before[0].uuid]
    time.sleep(0.02)
    (drop / "a.xml").write_text(JUNIT.replace("test_one", "test_new"))
    changed, _ = polled(source(drop), cursor)
    assert before[0].uuid in {build.uuid for build in changed}
    new = next(build for build in changed if build.uuid == before[0].uuid)
    assert new.version != before[0].version


def test_a_finished_run_that_is_moved_in_is_seen_however_old_its_files_are(drop: Path) -> None:
    (drop / "first.xml").write_text(JUNIT)
    _, cursor = polled(source(drop))
    made = drop.parent / "made"
    made.mkdir()
    (made / "a.xml").write_text(JUNIT)
    os.utime(made / "a.xml", (1, 1))
    time.sleep(0.02)
    made.rename(drop / "night")
    builds, _ = polled(source(drop), cursor)
    assert '{"name": "night"}' in {build.document for build in builds}


def test_what_is_gone_before_it_is_fetched_is_told(drop: Path) -> None:
    (drop / "a.xml").write_text(JUNIT)
    builds, _ = polled(source(drop))
    (drop / "a.xml").unlink()
    made = whole(fetched(source(drop), builds)[builds[0].uuid])
    assert (made.lack, made.detail) == (Lack.EXPIRED, "a.xml is not there any more")


def test_what_cannot_be_read_now_is_tried_again(drop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (drop / "a.xml").write_text(JUNIT)
    builds, _ = polled(source(drop))

    def broken(path: Path, _limit: int) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))

    monkeypatch.setattr(module, "_content", broken)
    made = fetched(source(drop), builds)[builds[0].uuid]
    assert isinstance(made, NotYet)
    assert made.why == f"{drop}/a.xml: Input/output error"


def test_a_folder_that_is_not_there_is_told(drop: Path) -> None:
    with pytest.raises(SourceError, match=r"^/.*missing: No such file or directory; set `path`"):
        polled(source(drop / "missing"))


def test_a_cursor_of_something_else_is_told(drop: Path) -> None:
    with pytest.raises(SourceError, match="'17' is no time"):
        polled(source(drop), "17")


def test_the_first_poll_looks_back_as_far_as_the_settings_say(drop: Path) -> None:
    (drop / "a.xml").write_text(JUNIT)
    given = FolderSettings(kind="folder", name="lab", path=str(drop), first_days=0)
    time.sleep(1.1)
    builds, cursor = polled(lambda: FolderSource(given, settings_for(drop.parent)))
    assert builds == []
    assert cursor is not None


def test_a_back_fill_lists_what_ended_in_the_period_and_goes_on_where_it_stopped(
    drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    for number in range(7):
        facts = {
            "uuid": uuid_number(number).hex,
            "result": "SUCCESS",
            "ended_at": (ENDED + timedelta(hours=number)).isoformat(),
        }
        (drop / f"{number}.json").write_text(json.dumps(facts))
    period = (ENDED + timedelta(hours=1), ENDED + timedelta(hours=6))
    pages = listed_between(source(drop), *period)
    assert [build.uuid for page in pages for build in page.builds] == [uuid_number(number) for number in range(1, 6)]
    assert [page.done for page in pages] == [0.4, 0.8, 1.0]
    rest = listed_between(source(drop), *period, pages[0].cursor)
    assert rest == pages[1:]
    assert [(page.builds, page.done) for page in listed_between(source(drop), *period, pages[-1].cursor)] == [([], 1.0)]


NAMES = st.text("ab.", min_size=1, max_size=5).filter(lambda name: name.strip(".")) | st.just(UUID(int=9).hex)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.tuples(NAMES, st.sampled_from(["", ".json", ".xml", ".subunit.gz"])).map("".join), st.binary(max_size=20), max_size=6
    )
)
def test_whatever_lies_there_each_file_is_of_one_run_and_nothing_raises(
    drop: Path, tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    place = tmp_path_factory.mktemp("drop")
    for name, content in files.items():
        (place / name).write_bytes(content)
    builds, _ = polled(source(place))
    assert len({build.uuid for build in builds}) == len(builds)
    for made in fetched(source(place), builds).values():
        assert whole(made).lack in (Lack.UNPARSABLE, Lack.NO_FILE, None)
