"""The words of the house: what became of a run, why a result did not pass, identifiers that need no agreement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from traceback import format_exception
from uuid import UUID

import pytest
from helpers import TRACEBACK, result, text_file
from hypothesis import given
from hypothesis import strategies as st

from gatehealth.model import (
    MESSAGE_LENGTH,
    RESULT_OUTCOMES,
    Attachment,
    Outcome,
    Status,
    from_micros,
    message_of,
    outcome_of,
    run_id_of,
    stable_id,
    to_micros,
    uuid_of_content,
)

NOTHING = [0] * len(Status)
moments = st.datetimes(timezones=st.just(UTC))


def counts(**by_word: int) -> list[int]:
    return [by_word.get(status.word, 0) for status in Status]


# The words of Zuul 13's model and web filter, and what each says of the change.
ZUULS_WORDS = {
    Outcome.PASS: ["SUCCESS"],
    Outcome.FAIL: ["FAILURE", "TIMED_OUT"],
    Outcome.INFRA: [
        *("POST_FAILURE", "RETRY_LIMIT", "NODE_FAILURE", "DISK_FULL", "ERROR", "LOST", "MERGE_CONFLICT"),
        *("MERGE_FAILURE", "EXCEPTION", "NO_HANDLE", "DISCONNECT", "ABORTED"),
    ],
    Outcome.IGNORED: ["CANCELED", "SKIPPED", "CONFIG_ERROR", "RETRY"],
}


@pytest.mark.parametrize(("outcome", "word"), [(outcome, word) for outcome, words in ZUULS_WORDS.items() for word in words])
def test_the_ci_systems_word_decides_whatever_the_results_say(outcome: Outcome, word: str) -> None:
    assert outcome_of(word, counts(success=3)) is outcome
    assert outcome_of(word, counts(fail=3), broken=True) is outcome


def test_every_known_word_is_known_in_any_case() -> None:
    for word, outcome in RESULT_OUTCOMES.items():
        assert outcome_of(word.lower(), NOTHING) is outcome
        assert outcome_of(word.title(), NOTHING) is outcome


@pytest.mark.parametrize("word", ["", "WEIRD", "SUCCESSFUL"])
def test_without_a_known_word_the_results_decide(word: str) -> None:
    assert outcome_of(word, counts(success=1)) is Outcome.PASS
    assert outcome_of(word, counts(xfail=1)) is Outcome.PASS
    assert outcome_of(word, counts(success=100, fail=1)) is Outcome.FAIL
    assert outcome_of(word, counts(success=100, uxsuccess=1)) is Outcome.FAIL
    assert outcome_of(word, counts(success=100, incomplete=1)) is Outcome.FAIL
    assert outcome_of(word, counts(success=100), broken=True) is Outcome.FAIL
    assert outcome_of(word, counts(skip=7)) is Outcome.IGNORED
    assert outcome_of(word, NOTHING) is Outcome.IGNORED


def traceback(text: str, name: str = "traceback") -> Attachment:
    return Attachment(name, "text/x-traceback;charset=utf8;language=python", text.encode())


def message(*attachments: Attachment) -> str:
    return message_of(result("a", Status.FAIL, attachments=list(attachments)))


def test_the_message_is_what_the_traceback_raised() -> None:
    assert message(traceback(TRACEBACK)) == "AssertionError: 'ACTIVE' != 'ERROR'"


def test_the_message_of_a_matchers_mismatch_is_its_first_line() -> None:
    text = """\
Traceback (most recent call last):
  File "/opt/stack/tempest/tests/test_base.py", line 12, in test_headers
    self.assertEqual({'a': 1}, found)
  File "/usr/lib/python3/dist-packages/testtools/testcase.py", line 419, in assertEqual
    self.assertThat(observed, matcher, message)
testtools.matchers._impl.MismatchError: !=:
reference = {'a': 1}
actual    = {'a': 2}
: the headers differ
"""
    assert message(traceback(text)) == "testtools.matchers._impl.MismatchError: !=:"


def test_the_message_of_an_exception_of_many_lines_is_the_first_of_them() -> None:
    text = """\
Traceback (most recent call last):
  File "a.py", line 1, in test
    run()
tempest.lib.exceptions.SSHExecCommandFailed: Command 'df -h', exit status: 1, stderr:
df: /mnt: No such file
stdout:
Filesystem      Size
"""
    assert message(traceback(text)) == "tempest.lib.exceptions.SSHExecCommandFailed: Command 'df -h', exit status: 1, stderr:"


def test_the_message_of_chained_exceptions_is_the_last_one_raised() -> None:
    text = """\
Traceback (most recent call last):
  File "a.py", line 2, in connect
    raise OSError("no route")
OSError: no route

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "a.py", line 4, in test
    raise Timeout("gave up") from error
lib.Timeout: gave up
"""
    assert message(traceback(text)) == "lib.Timeout: gave up"


def test_the_message_of_an_exception_group_is_the_group() -> None:
    try:
        raise ExceptionGroup("two of them", [ValueError("one"), KeyError("other")])
    except ExceptionGroup as group:
        text = "".join(format_exception(group))
    assert message(traceback(text)) == "ExceptionGroup: two of them (2 sub-exceptions)"


def test_a_syntax_error_in_a_test_is_its_message() -> None:
    text = 'Traceback (most recent call last):\n  File "a.py", line 1\n    def (\n        ^\nSyntaxError: invalid syntax\n'
    assert message(traceback(text)) == "SyntaxError: invalid syntax"


def test_a_traceback_that_was_cut_gives_its_last_line() -> None:
    assert (
        message(traceback('Traceback (most recent call last):\n  File "a.py", line 1, in test'))
        == 'File "a.py", line 1, in test'
    )


def test_a_message_goes_before_a_reason_and_a_reason_before_a_traceback() -> None:
    files = [text_file("stdout", "noise"), traceback(TRACEBACK), text_file("reason", "no cloud"), text_file("message", "boom")]
    assert message(*files) == "boom"
    assert message(*files[:3]) == "no cloud"
    assert message(*files[:2]) == "AssertionError: 'ACTIVE' != 'ERROR'"
    assert message(*files[:1]) == "noise"


def test_the_message_is_one_line_of_limited_length() -> None:
    assert message(text_file("message", "\n\n  first \nsecond")) == "first"
    assert len(message(text_file("message", "x" * 10_000))) == MESSAGE_LENGTH


def test_no_text_gives_no_message() -> None:
    assert message() == ""
    assert message(text_file("message", "  \n")) == ""
    assert message(Attachment("screen", "image/png", b"\x89PNG")) == ""


def test_text_that_is_not_utf8_still_gives_a_message() -> None:
    assert message(Attachment("reason", "text/plain", b"caf\xe9 closed")) == "caf\ufffd closed"


def test_stable_identifiers_are_the_same_for_ever() -> None:
    assert stable_id("") == 8_238_016_292_129_134_938
    assert stable_id("tempest.api.compute.test_servers.test_boot") == 7_199_923_323_461_001_342


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_identifiers_are_positive_and_fit_a_column(name: str) -> None:
    assert 0 <= stable_id(name) < 2**63


@given(st.uuids(), st.uuids(), moments, moments)
def test_run_identifiers_sort_by_the_second_of_their_start(one: UUID, other: UUID, start: datetime, later: datetime) -> None:
    in_calendar = [
        min(max(moment, datetime(1970, 1, 1, tzinfo=UTC)), datetime(2106, 1, 1, tzinfo=UTC)) for moment in (start, later)
    ]
    first, second = sorted(int(moment.timestamp()) for moment in in_calendar)
    ids = [run_id_of(one, min(in_calendar)), run_id_of(other, max(in_calendar))]
    assert all(0 <= each < 2**63 for each in ids)
    if first < second:
        assert ids == sorted(ids)
        assert ids[0] != ids[1]


@given(st.uuids(), moments)
def test_a_run_outside_the_calendar_of_identifiers_still_gets_one(uuid: UUID, moment: datetime) -> None:
    assert 0 <= run_id_of(uuid, moment) < 2**63


@given(moments)
def test_microseconds_lead_back_to_their_moment(moment: datetime) -> None:
    assert from_micros(to_micros(moment)) == moment


def test_a_moment_without_a_zone_is_utc_and_one_with_a_zone_is_moved() -> None:
    noon = to_micros(datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert to_micros(datetime(2026, 11, 22, 12)) == noon
    assert to_micros(datetime(2026, 11, 22, 14, tzinfo=timezone(timedelta(hours=2)))) == noon


def test_the_uuid_of_content_depends_on_every_byte_and_on_where_files_end() -> None:
    uuid = uuid_of_content([b"ab", b"c"])
    assert uuid == uuid_of_content([b"ab", b"c"])
    assert uuid.version == 8
    assert len({uuid, uuid_of_content([b"a", b"bc"]), uuid_of_content([b"abc"]), uuid_of_content([b"ab", b"d"])}) == 4


def test_text_of_nothing_but_odd_blanks_gives_no_message() -> None:
    assert message(Attachment("reason", "text/plain", b"\x1c\xe2\x80\xa8")) == ""
