"""JUnit XML: the dialects of those who write it, each trap in a small file as they write it."""

from __future__ import annotations

import encodings
import pkgutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from subunit_streams import micros

from gatehealth.formats import FormatError, junit, parse
from gatehealth.formats.junit import FIRST_DAY
from gatehealth.model import Attachment, Result, Status, message_of

SECOND = 1_000_000
TEXT = "text/plain;charset=utf8"


def suite(inside: str, attributes: str = 'name="pytest" timestamp="2026-11-22T12:00:00+00:00"') -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite {attributes}>{inside}</testsuite></testsuites>'.encode()
    )


def results(inside: str, **attributes: str) -> list[Result]:
    file = junit.read(suite(inside, **attributes))
    assert file.damage == []
    return file.results


def words(inside: str) -> list[tuple[str, str, int]]:
    return [(result.test, result.status.word, result.attempt) for result in results(inside)]


def files(result: Result) -> dict[str, str]:
    return {file.name: file.text() for file in result.attachments}


# Outcomes


def test_a_passed_test_is_its_name_and_its_duration() -> None:
    assert results('<testcase classname="tests.test_x.TestY" name="test_z[param]" time="0.25" />') == [
        Result("tests.test_x.TestY.test_z[param]", Status.SUCCESS, 0, micros(0), micros(0.25))
    ]


def test_a_failure_keeps_type_message_and_text() -> None:
    [result] = results(
        '<testcase classname="C" name="a"><failure type="org.junit.ComparisonFailure" message="expected 1">'
        "at C.java:3\n</failure></testcase>"
    )
    assert result.status is Status.FAIL
    assert result.attachments == [
        Attachment("message", TEXT, b"org.junit.ComparisonFailure: expected 1"),
        Attachment("traceback", "text/x-traceback;charset=utf8", b"at C.java:3\n"),
    ]


def test_an_error_is_a_failure_of_its_own_kind() -> None:
    [result] = results('<testcase classname="C" name="a"><error message="boom">trace</error></testcase>')
    assert (result.status, files(result)) == (Status.FAIL, {"message": "boom", "traceback": "trace", "kind": "error"})


def test_a_message_of_several_lines_is_one_line_and_kept_in_full() -> None:
    [result] = results('<testcase classname="C" name="a"><failure message="assert 1 == 2&#10; + where"/></testcase>')
    assert files(result) == {"message": "assert 1 == 2", "traceback": "assert 1 == 2\n + where"}


def test_a_type_that_the_message_begins_with_is_not_said_twice() -> None:
    [result] = results(
        '<testcase classname="C" name="a"><failure type="AssertionError" message="AssertionError: no"/></testcase>'
    )
    assert message_of(result) == "AssertionError: no"


def test_several_failures_of_one_test_are_all_kept() -> None:
    [result] = results('<testcase classname="C" name="a"><failure message="one"/><failure message="two"/></testcase>')
    assert files(result) == {"message": "one", "message-2": "two"}


def test_a_skip_has_its_reason() -> None:
    [result] = results(
        '<testcase classname="C" name="a"><skipped type="pytest.skip" message="no network">x</skipped></testcase>'
    )
    assert (result.status, files(result)) == (Status.SKIP, {"reason": "no network"})


def test_pytest_xfail_comes_as_a_skip_of_that_type() -> None:
    [result] = results('<testcase classname="C" name="a"><skipped type="pytest.xfail" message="known" /></testcase>')
    assert (result.status, files(result)) == (Status.XFAIL, {"reason": "known"})


def test_pytest_strict_xpass_comes_as_a_failure_of_that_message() -> None:
    [result] = results(
        '<testcase classname="C" name="a"><failure message="[XPASS(strict)] known">[XPASS(strict)] known</failure></testcase>'
    )
    assert result.status is Status.UXSUCCESS


def test_a_teardown_error_after_a_pass_is_a_failure() -> None:
    error = '<error message="failed on teardown with &quot;RuntimeError: x&quot;">trace</error>'
    [result] = results(f'<testcase classname="C" name="a" time="1">{error}</testcase>')
    assert (result.status, message_of(result)) == (Status.FAIL, 'failed on teardown with "RuntimeError: x"')


def test_googletest_tests_that_were_not_run_are_skips() -> None:
    assert words('<testcase name="DISABLED_a" classname="C" status="notrun" result="suppressed" time="0"/>') == [
        ("C.DISABLED_a", "skip", 0)
    ]


# Attempts


def test_a_call_failure_and_a_teardown_error_are_two_attempts() -> None:
    case = '<testcase classname="C" name="a">{}</testcase>'
    assert words(case.format('<failure message="x"/>') + case.format('<error message="y"/>')) == [
        ("C.a", "fail", 0),
        ("C.a", "fail", 1),
    ]


def test_pytest_rerunfailures_gives_the_same_name_twice() -> None:
    assert words('<testcase classname="C" name="a" time="1"/>' * 2) == [("C.a", "success", 0), ("C.a", "success", 1)]


def test_gitlab_drops_duplicates_and_we_do_not() -> None:
    cases = '<testcase classname="C" name="a"/><testcase classname="D" name="a"/>'
    assert words(cases + '<testcase classname="C" name="a"><failure/></testcase>') == [
        ("C.a", "success", 0),
        ("D.a", "success", 0),
        ("C.a", "fail", 1),
    ]


@pytest.mark.parametrize("kind", ["Failure", "Error"])
def test_surefire_flaky_tests_failed_first_and_passed_at_last(kind: str) -> None:
    flaky = f"""<flaky{kind} message="timeout" type="java.net.SocketTimeoutException">
        <stackTrace>at C.java:3</stackTrace><system-out>first try</system-out></flaky{kind}>"""
    found = results(f'<testcase name="a" classname="C" time="0.5">{flaky * 2}</testcase>')
    assert [(r.status.word, r.attempt) for r in found] == [("fail", 0), ("fail", 1), ("success", 2)]
    first = files(found[0])
    assert first["message"] == "java.net.SocketTimeoutException: timeout"
    assert ("at C.java:3" in first["traceback"], first["stdout"]) == (True, "first try")
    assert (found[0].started_at, found[2].ended_at) == (None, micros(0.5))


@pytest.mark.parametrize("kind", ["Failure", "Error"])
def test_surefire_reruns_that_failed_too_are_attempts(kind: str) -> None:
    rerun = f'<rerun{kind} message="second"><stackTrace>at C.java:4</stackTrace></rerun{kind}>'
    found = results(f'<testcase name="a" classname="C"><failure message="first">at C.java:3</failure>{rerun}</testcase>')
    assert [(r.status.word, r.attempt, message_of(r)) for r in found] == [("fail", 0, "first"), ("fail", 1, "second")]


# Names


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ('classname="tests.test_x.TestY" name="test_z"', "tests.test_x.TestY.test_z"),
        ('classname="" name="tests.test_x"', "tests.test_x"),  # pytest, for an error while collecting
        ('name="com.example.FooTest.bar"', "com.example.FooTest.bar"),  # Jenkins takes the class from the name
        ('name="bar"', "Suite.bar"),  # and else the suite
        ('classname="C"', "C"),
        ('classname="pkg" name="pkg.TestX"', "pkg.TestX"),
        ('classname="C" name="a[x.y-[1]]"', "C.a[x.y-[1]]"),
    ],
)
def test_the_name_is_class_and_name(attributes: str, name: str) -> None:
    assert [result.test for result in results(f"<testcase {attributes}/>", attributes='name="Suite"')] == [name]


# Roots and suites


@pytest.mark.parametrize(
    "content",
    [
        b'<testsuite><testcase classname="C" name="a"/></testsuite>',
        b'<testsuites><testsuite><testcase classname="C" name="a"/></testsuite></testsuites>',
        b'<testsuite><testsuite><testsuite><testcase classname="C" name="a"/></testsuite></testsuite></testsuite>',
        b'\xef\xbb\xbf <testsuites><testcase classname="C" name="a"/></testsuites>',
        b'<j:testsuite xmlns:j="urn:junit"><j:testcase classname="C" name="a"/></j:testsuite>',
        '<?xml version="1.0" encoding="utf-16"?><testsuite><testcase classname="C" name="a"/></testsuite>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="iso-8859-1"?><!--\xe9--><testsuite><testcase classname="C" name="a"/></testsuite>',
    ],
)
def test_any_root_and_nesting_is_read(content: bytes) -> None:
    file = parse(content)
    assert ([result.test for result in file.results], file.damage) == (["C.a"], [])


def test_output_and_properties_of_a_test_stay_with_it() -> None:
    [result] = results(
        '<testcase classname="C" name="a"><properties><property name="owner" value="me"/></properties>'
        "<system-out>out</system-out><system-err>err</system-err></testcase>"
    )
    assert files(result) == {"stdout": "out", "stderr": "err", "properties": "owner=me\n"}


def test_output_and_properties_of_suites_belong_to_the_run() -> None:
    inside = '<properties><property name="k" value="1"/><property name="m">text</property></properties>'
    file = junit.read(suite(f"{inside}<system-out>out</system-out><system-err>\n</system-err>"))
    assert {part.name: part.text() for part in file.attachments} == {"stdout": "out", "properties": "k=1\nm=text\n"}


# Times


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0.25", 0.25), ("1,234.5", 1234.5), ("1,234,567", 1234567.0), ("0,25", 0.25), ("1,5", 1.5), ("3", 3.0), ("2.5s", 2.5)],
)
def test_durations_are_read_as_people_write_them(text: str, seconds: float) -> None:
    [result] = results(f'<testcase classname="C" name="a" time="{text}"/>')
    assert result.started_at is not None
    assert result.ended_at == result.started_at + round(seconds * SECOND)


@pytest.mark.parametrize("attribute", ["", 'time=""', 'time="NaN"', 'time="-1"', 'time="inf"', 'time="soon"'])
def test_a_test_without_a_duration_has_no_times(attribute: str) -> None:
    [result] = results(f'<testcase classname="C" name="a" {attribute}/>')
    assert (result.started_at, result.ended_at) == (None, None)


def test_tests_of_a_suite_are_laid_one_behind_the_other_from_its_timestamp() -> None:
    found = results('<testcase name="a" classname="C" time="1"/><testcase name="b" classname="C" time="0.5"/>')
    assert [(r.started_at, r.ended_at) for r in found] == [(micros(0), micros(1)), (micros(1), micros(1.5))]


@pytest.mark.parametrize(
    "timestamp", ["2026-11-22T12:00:00", "2026-11-22T12:00:00Z", "2026-11-22T13:00:00+01:00", "2026-11-22 12:00:00.000"]
)
def test_a_timestamp_without_a_zone_is_utc(timestamp: str) -> None:
    [result] = results('<testcase name="a" classname="C" time="1"/>', attributes=f'timestamp="{timestamp}"')
    assert result.started_at == micros(0)


@pytest.mark.parametrize("attributes", ['name="s"', 'timestamp="0001-01-01T00:00:00"', 'timestamp="today"'])
def test_without_a_timestamp_times_count_from_zero(attributes: str) -> None:
    found = results(
        '<testcase name="a" classname="C" time="1"/><testcase name="b" classname="C" time="2"/>', attributes=attributes
    )
    assert [(r.started_at, r.ended_at) for r in found] == [(0, SECOND), (SECOND, 3 * SECOND)]
    assert all(r.ended_at < FIRST_DAY for r in found if r.ended_at)


def test_each_suite_has_its_own_clock() -> None:
    case = '<testcase name="a" classname="{}" time="1"/>'
    content = f"""<testsuites>
        <testsuite timestamp="2026-11-22T12:00:05">{case.format("A")}</testsuite>
        <testsuite timestamp="2026-11-22T12:00:00">{case.format("B")}<testsuite>{case.format("C")}</testsuite></testsuite>
    </testsuites>"""
    assert [r.started_at for r in junit.read(content.encode()).results] == [micros(5), micros(0), micros(1)]


def test_a_test_with_its_own_timestamp_starts_there() -> None:
    [result] = results('<testcase name="a" classname="C" time="1" timestamp="2026-11-22T12:00:09.000"/>')
    assert (result.started_at, result.ended_at) == (micros(9), micros(10))


# Damage


def test_truncated_xml_keeps_every_test_that_ended_before_the_cut() -> None:
    whole = suite('<testcase classname="C" name="a"/><testcase classname="C" name="b"><failure message="x"/></testcase>')
    file = junit.read(whole[: whole.index(b"<failure")])
    assert [result.test for result in file.results] == ["C.a"]
    assert file.damage[0].startswith("the XML is damaged at line 1, column ")


def test_control_characters_are_replaced_and_cost_nothing() -> None:
    file = junit.read(suite('<testcase classname="C" name="a"><failure message="x">\x1b[31mred &#27;[0m</failure></testcase>'))
    assert files(file.results[0])["traceback"] == "\ufffd[31mred \ufffd[0m"
    assert file.damage == []


def test_text_that_is_not_utf8_is_replaced_and_costs_nothing() -> None:
    file = junit.read(
        suite('<testcase classname="C" name="a"><system-out>ae</system-out></testcase>').replace(b"ae", b"caf\xe9")
    )
    assert (files(file.results[0])["stdout"], len(file.damage)) == ("caf\ufffd", 0)


# Encodings that expat does not know


def in_encoding(declared: str, name: str, codec: str) -> bytes:
    return f'<?xml version="1.0" encoding="{declared}"?><testsuite><testcase name="{name}"/></testsuite>'.encode(codec)


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("GBK", "测试"),
        ("gb18030", "测试"),
        ("Big5", "測試"),
        ("shift_jis", "テスト"),
        ("EUC-JP", "テスト"),
        ("iso-2022-jp", "テスト"),
        ("utf-7", "ü"),
        ("utf8", "caf\xe9"),
        ("windows-1252", "caf\xe9"),
    ],
)
def test_text_in_an_encoding_that_python_knows_is_read(declared: str, name: str) -> None:
    file = parse(in_encoding(declared, name, declared))
    assert ([result.test for result in file.results], file.damage) == ([name], [])


def test_bytes_that_are_not_the_declared_encoding_are_replaced_and_said() -> None:
    file = parse(in_encoding("GBK", "AB测试", "gbk").replace(b"AB", b"\xff"))
    assert [result.test for result in file.results] == ["\ufffd测试"]
    assert file.damage == ["byte 63 of the XML is not sound GBK: what is not, is replaced"]


@pytest.mark.parametrize("declared", ["nope", "undefined", "rot13", "hex", "aliases", "idna", "punycode", "unicode_escape"])
def test_an_encoding_that_nobody_knows_is_said_and_costs_no_result(declared: str) -> None:
    file = parse(in_encoding(declared, "caf\xe9", "utf-8"))
    assert [result.test for result in file.results] == ["caf\xe9"]
    assert file.damage == [f"the XML declares the encoding {declared}, which is not known: it is read as UTF-8"]


@pytest.mark.parametrize("declared", ["utf-16", "UTF-16LE", "utf-32", "cp037"])
def test_an_encoding_that_the_file_is_not_written_in_is_said_and_costs_no_result(declared: str) -> None:
    file = parse(in_encoding(declared, "caf\xe9", "utf-8"))  # what .NET writes by way of a string
    assert [result.test for result in file.results] == ["caf\xe9"]
    assert file.damage == [f"the XML declares the encoding {declared}, which it is not written in: it is read as UTF-8"]


@pytest.mark.parametrize(("declared", "codec"), [("GBK", "utf-8-sig"), ("nope", "utf-16"), ("utf-8", "utf-16")])
def test_a_byte_order_mark_counts_for_more_than_the_declaration(declared: str, codec: str) -> None:
    file = parse(in_encoding(declared, "caf\xe9", codec))
    assert ([result.test for result in file.results], file.damage) == (["caf\xe9"], [])


def test_control_characters_are_replaced_in_any_encoding() -> None:
    file = parse(in_encoding("GBK", "测\x1b试", "gbk"))
    assert ([result.test for result in file.results], file.damage) == (["测\ufffd试"], [])


def test_half_a_character_in_utf7_is_replaced() -> None:
    file = parse(in_encoding("utf-7", "a+2AA-", "ascii"))
    assert [result.test for result in file.results] == ["a?"]
    assert file.damage == ["a character of the XML is not sound utf-7: what is not, is replaced"]


def test_truncated_xml_in_another_encoding_keeps_what_ended_before_the_cut() -> None:
    file = parse(in_encoding("GBK", "测试", "gbk")[:-4])
    assert [result.test for result in file.results] == ["测试"]
    assert file.damage[0].startswith("the XML is damaged at line 1, column ")


def test_entities_are_refused_in_any_encoding() -> None:
    with pytest.raises(FormatError, match=r"declaration .* is refused"):
        parse(b'<?xml version="1.0" encoding="GBK"?><!DOCTYPE testsuite [<!ENTITY a "ha">]><testsuite name="&a;"/>')


@pytest.mark.parametrize("declared", sorted(module.name for module in pkgutil.iter_modules(encodings.__path__)))
def test_no_name_of_an_encoding_stops_the_reader(declared: str) -> None:
    content = in_encoding(declared, "a", "ascii")
    for damaged in (content, content.replace(b'"a"', b'"a" classname="\xff\\x\x1b+2AA-"')):
        results = parse(damaged).results
        assert len(results) == 1
        assert "a" in results[0].test


@given(st.text("abcdefgijlnostuvx_-.0123456789", min_size=1), st.binary())
@settings(deadline=None, max_examples=200)
def test_any_declared_encoding_over_any_bytes_gives_a_file(declared: str, noise: bytes) -> None:
    content = in_encoding(f"u{declared}", "a", "ascii") + noise
    assert [result.test for result in parse(content).results] == ["a"]


# Attacks


def test_a_billion_laughs_are_refused() -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    with pytest.raises(FormatError, match=r"declaration .* is refused"):
        parse(f'<?xml version="1.0"?><!DOCTYPE testsuite [{entities}]><testsuite name="&a9;"/>'.encode())


def test_an_external_entity_is_refused() -> None:
    with pytest.raises(FormatError, match=r"declaration .* is refused"):
        parse(
            b'<!DOCTYPE testsuite [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            b'<testsuite><testcase name="a"><system-out>&x;</system-out></testcase></testsuite>'
        )


def test_an_external_document_type_is_refused() -> None:
    with pytest.raises(FormatError, match=r"declaration .* is refused"):
        parse(b'<!DOCTYPE testsuite SYSTEM "http://example.org/junit.dtd"><testsuite/>')


def test_a_file_without_tests_has_no_results() -> None:
    assert (junit.read(suite("")).results, junit.read(suite("")).damage) == ([], [])
