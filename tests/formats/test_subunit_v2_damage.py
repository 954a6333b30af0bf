"""Subunit v2 as it comes from runs that were killed, mixed with text, or tampered with: nothing sound is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from subunit_streams import DATA, Stream, at

from gatehealth.formats import subunit
from gatehealth.formats.subunit_packets import Packet, packet_at
from gatehealth.model import Attachment, Status

TEXT = "text/plain;charset=utf8"


def names(content: bytes) -> list[str]:
    return [result.test for result in subunit.read(content).results]


def one(name: str) -> bytes:
    return Stream().test(name).content


def cut_points(content: bytes) -> list[int]:
    """Where each packet ends."""
    ends, end = [], 0
    while end < len(content):
        _, end = packet_at(content, end)
        ends.append(end)
    return ends


def test_a_truncated_stream_keeps_every_result_before_the_cut() -> None:
    content = one("a") + one("b") + one("c")
    file = subunit.read(content[:-5])
    assert [(result.test, result.status) for result in file.results] == [
        ("a", Status.SUCCESS),
        ("b", Status.SUCCESS),
        ("c", Status.INCOMPLETE),
    ]
    last_packet = cut_points(content)[-2]
    assert file.damage == [
        f"the stream ends inside a packet at byte {last_packet}",
        "1 test started and never ended: c",
    ]


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_a_real_stream_cut_anywhere_keeps_every_packet_before_the_cut(data: st.DataObject) -> None:
    content = (DATA / "tempest-unit-cut.subunit").read_bytes()
    cut = data.draw(st.integers(0, len(content)))
    whole = sum(end <= cut for end in cut_points(content))
    assert list(subunit.packets(content[:cut])) == list(subunit.packets(content))[:whole]
    assert len(subunit.read(content[:cut]).results) <= 58


@given(st.data())
@settings(deadline=None, max_examples=200)
def test_one_wrong_byte_costs_one_packet(data: st.DataObject) -> None:
    content = (DATA / "tempest-unit-cut.subunit").read_bytes()
    position = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[position]))
    hit = next(number for number, end in enumerate(cut_points(content)) if position < end)
    expected = list(subunit.packets(content))
    del expected[hit]
    damaged = content[:position] + bytes([byte]) + content[position + 1 :]
    assert list(subunit.packets(damaged)) == expected
    assert subunit.read(damaged).damage


@given(st.lists(st.binary(max_size=40) | st.sampled_from([b"\xb3", b"\xb3\x2b", b"\xb3\x2b\x83\x40\xff"]), max_size=6))
@settings(deadline=None)
def test_garbage_between_packets_costs_no_result(pieces: list[bytes]) -> None:
    content = b"".join(piece + one(f"test_{number}") for number, piece in enumerate(pieces)) + one("last")
    assert names(content) == [f"test_{number}" for number in range(len(pieces))] + ["last"]


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_no_bytes_make_the_reader_raise(content: bytes) -> None:
    subunit.read(content)
    subunit.read(b"\xb3\x2b" + content)


def test_a_wrong_checksum_is_said_with_its_place() -> None:
    broken = bytearray(one("a"))
    broken[-1] ^= 1
    file = subunit.read(one("first") + bytes(broken) + one("last"))
    place = len(one("first")) + cut_points(one("a"))[0]
    assert file.damage == [f"bad checksum in the packet at byte {place}", "1 test started and never ended: a"]


def test_a_length_beyond_the_end_does_not_swallow_what_follows() -> None:
    too_long = b"\xb3\x2b\x02\xbf\xff\xff"
    file = subunit.read(too_long + one("a"))
    assert (names(too_long + one("a")), file.damage) == (["a"], ["bad length in the packet at byte 0"])


def test_an_unknown_version_is_said() -> None:
    assert subunit.read(b"\xb3\x3b\x02\x08aaaaaaa" + one("a")).damage == ["unknown version 3 in the packet at byte 0"]


def test_bytes_that_are_neither_text_nor_packets_are_kept_and_said() -> None:
    file = subunit.read(one("a") + b"\x00\x01\x02" + one("b"))
    assert file.attachments == [Attachment("garbage", "application/octet-stream", b"\x00\x01\x02")]
    assert file.damage == [f"3 bytes at offset {len(one('a'))} are not subunit"]


def test_printed_text_between_packets_is_no_damage() -> None:
    file = subunit.read(b"\x1b[32mstarting\x1b[0m\n" + one("a") + "größe ³\n".encode() + one("b"))
    assert file.attachments == [Attachment("stdout", TEXT, "\x1b[32mstarting\x1b[0m\ngröße ³\n".encode())]
    assert file.damage == []


def test_text_before_a_broken_packet_is_kept_as_text() -> None:
    file = subunit.read(one("a") + b"going down" + one("b")[:8])
    assert file.attachments[0] == Attachment("stdout", TEXT, b"going down")
    assert file.damage == [f"the stream ends inside a packet at byte {len(one('a')) + 10}"]


def test_text_that_looks_like_a_packet_in_utf8_is_text() -> None:
    text = "ó +\t ³+".encode() * 3  # each ó and ³ ends in the signature byte
    assert subunit.read(text + one("a")).attachments[0].content == text


def test_a_packet_inside_another_that_was_cut_is_found() -> None:
    """Two processes that write to one pipe without a lock."""
    a, b = one("a"), one("b")
    file = subunit.read(a[:10] + b + a[10:])
    assert "b" in [result.test for result in file.results]


def test_a_name_that_is_not_utf8_is_kept_with_replacement_characters() -> None:
    name = b"caf\xe9"
    start = subunit.wire.packet(2, test_id=name, timestamp=10**15 + 5000)
    end = subunit.wire.packet(3, test_id=name, timestamp=10**15 + 9000)
    file = subunit.read(start + end)
    assert [(result.test, result.status) for result in file.results] == [("caf\ufffd", Status.SUCCESS)]
    assert file.damage == [
        "text that is not UTF-8, or has a NUL, in the packet at byte 0",
        f"text that is not UTF-8, or has a NUL, in the packet at byte {len(start)}",
    ]


def test_tags_that_are_not_utf8_do_not_cost_the_result() -> None:
    packet = subunit.wire.packet(
        3, test_id=b"a_test_with_a_usual_name_length" * 2, timestamp=10**15 + 9000, tags=b"\x01\x01\xff"
    )
    file = subunit.read(packet)
    assert (file.results[0].tags, len(file.damage)) == (("\ufffd",), 1)


def test_a_field_that_claims_more_than_its_packet_is_said() -> None:
    packet = subunit.wire.packet(3, test_id=b"a", tags=b"\x7f\xff")
    assert subunit.read(packet).damage == ["a field runs past the end of the packet at byte 0"]


def test_a_flood_of_damage_is_summed_up() -> None:
    content = b"".join(b"\x00\x01" + one(f"t{number}") for number in range(100))
    damage = subunit.read(content).damage
    assert (len(damage), damage[-1]) == (21, "... and 80 more")


@pytest.mark.parametrize(
    "unit",
    [
        b"\xb3",
        b"\xb3\x2b",
        b"\xb3\x20\x40\xbf\xff\xff",  # claims 4 MiB
        b"\xb3\x20\x00\x8f\xff\xff",  # claims 1 MiB, without any field
        b"\xb3\x20\x50\xbf\xff\xff\x01a\xbf\xff\xf0",  # claims a file of 4 MiB
        b"\xb3\x2b\x02\x08",
    ],
    ids=repr,
)
def test_hostile_bytes_end_in_bounded_time(unit: bytes) -> None:
    """Ten megabytes of what looks like packets; without bounds the larger claims would mean a day of checksums."""
    content = unit * (10 * 2**20 // len(unit))
    file = subunit.read(content + one("a"))
    assert file.damage
    assert sum(attachment.size for attachment in file.attachments) >= len(content)


def test_large_claims_between_sound_packets_end_in_bounded_time() -> None:
    unit = b"\xb3\x20\x00\xbf\xff\xff" + subunit.wire.packet(3, test_id=b"a")
    assert subunit.read(unit * 500_000).damage


def test_text_and_large_claims_between_sound_packets_end_in_bounded_time() -> None:
    unit = b"text \xb3\x20\x00\xbf\xff\xff" + subunit.wire.packet(3, test_id=b"a")
    assert subunit.read(unit * 400_000).damage


def test_a_search_that_was_given_up_is_said() -> None:
    content = b"\xb3\x20\x00\x40" * 2**19
    assert any("given up" in line for line in subunit.read(content).damage)


def test_packets_between_hostile_bytes_are_found() -> None:
    content = (b"\xb3" * 1000 + one("a")) * 50
    assert names(content) == ["a"] * 50


def test_the_packets_of_a_broken_stream_are_those_that_are_sound() -> None:
    content = b"\xb3\x2b" + Stream().event(test_id="a", test_status="success", timestamp=at(0)).content + b"\x00"
    assert [packet._replace(timestamp=None) for packet in subunit.packets(content)] == [Packet("a", status="success")]
