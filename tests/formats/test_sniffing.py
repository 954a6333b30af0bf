"""What a file is, by its content: formats recognised, compression seen through, bombs refused."""

from __future__ import annotations

import gzip
import zlib

import pytest
import zstandard
from subunit_streams import Stream

from gatehealth.formats import FormatError, decompress, parse, sniff
from gatehealth.formats.compression import MOST_PARTS, RATIO_FREE_BYTES

V1 = b"test: a\nsuccess: a\n"
V2 = Stream().test("a").content
JUNIT = b'<testsuite name="s"><testcase classname="c" name="a" time="1"/></testsuite>'
ZIPPERS = {"gzip": gzip.compress, "zstd": zstandard.ZstdCompressor().compress}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (V2, "subunit-v2"),
        (b"Running tests ...\n\xc3\xb3\n" + V2, "subunit-v2"),
        (V2[:20], "subunit-v2"),
        (b"\x00\x00" + V2, "subunit-v2"),
        (V1, "subunit-v1"),
        (b"time: 2026-11-22 15:12:44.646472Z\n" + V1, "subunit-v1"),
        (b"progress: +12\n" + V1, "subunit-v1"),
        (b"tags: worker-0\n" + V1, "subunit-v1"),
        (b"+ stestr last --subunit\n" + V1, "subunit-v1"),
        (V1 + V2, "subunit-v1"),
        (V2 + V1, "subunit-v2"),
        (JUNIT, "junit"),
        (b"\xef\xbb\xbf\n  <?xml version='1.0'?>\n<!-- made by hand -->\n<testsuites>" + JUNIT + b"</testsuites>", "junit"),
        (('<?xml version="1.0" encoding="utf-16"?>' + JUNIT.decode()).encode("utf-16"), "junit"),
        (b"<html><body>404</body></html>", None),
        (b"error: no such file\n", None),
        (b"PK\x03\x04 a zip file", None),
        (b'{"a": 1}', None),
    ],
)
def test_a_format_is_recognised_by_its_content(content: bytes, kind: str | None) -> None:
    assert sniff(content) == kind
    if kind:
        assert parse(content).format == kind


@pytest.mark.parametrize("content", [V1, JUNIT, V2])
def test_a_file_of_each_format_is_parsed(content: bytes) -> None:
    assert [result.test.rpartition(".")[2] for result in parse(content).results] == ["a"]


def test_unknown_content_is_refused_with_its_beginning() -> None:
    with pytest.raises(FormatError, match=r"not subunit v1, v2 or JUnit XML; begins with '<html>'"):
        parse(b"<html>")


@pytest.mark.parametrize("content", [b"", b" \n"])
def test_empty_content_is_refused(content: bytes) -> None:
    with pytest.raises(FormatError, match="is empty"):
        parse(content)


def test_a_file_without_results_is_no_error() -> None:
    assert parse(b"<testsuites/>").results == []


# Compression


def test_plain_content_comes_back_as_it_is() -> None:
    assert decompress(V2) == (V2, [])


@pytest.mark.parametrize("zipper", ZIPPERS)
def test_compressed_content_is_seen_through(zipper: str) -> None:
    content = V2 * 10_000
    assert decompress(ZIPPERS[zipper](content)) == (content, [])


@pytest.mark.parametrize("zipper", ZIPPERS)
def test_compressed_parts_behind_each_other_are_one_content(zipper: str) -> None:
    zipped = b"".join(ZIPPERS[zipper](part) for part in (b"one ", b"", b"two"))
    assert decompress(zipped) == (b"one two", [])


def test_content_that_was_compressed_twice_is_seen_through() -> None:
    assert decompress(gzip.compress(ZIPPERS["zstd"](V2))) == (V2, [])
    assert decompress(gzip.compress(gzip.compress(V2))) == (V2, [])


@pytest.mark.parametrize("zipper", ZIPPERS)
def test_truncated_compressed_content_gives_what_there_is(zipper: str) -> None:
    content = bytes(str(list(range(200_000))), "ascii")
    zipped = ZIPPERS[zipper](content)
    kept, damage = decompress(zipped[: len(zipped) // 2])
    assert len(kept) > len(content) // 4
    assert content.startswith(kept)
    assert damage[0].startswith(f"the {zipper} data end too early: {len(kept)} bytes")


def test_corrupt_gzip_content_gives_what_comes_before() -> None:
    content = bytes(str(list(range(200_000))), "ascii")
    zipped = bytearray(gzip.compress(content))
    zipped[len(zipped) // 2 : len(zipped) // 2 + 50] = b"\xff" * 50
    kept, damage = decompress(bytes(zipped))
    assert kept[: len(content) // 4] == content[: len(content) // 4]
    assert damage[0].startswith("the gzip data are corrupt: ")


def test_a_wrong_checksum_of_gzip_is_said_and_costs_nothing() -> None:
    zipped = bytearray(gzip.compress(V2))
    zipped[-6] ^= 1
    kept, damage = decompress(bytes(zipped))
    assert (kept, len(damage)) == (V2, 1)


def test_corrupt_zstd_content_is_said() -> None:
    zipped = bytearray(ZIPPERS["zstd"](bytes(str(list(range(200_000))), "ascii")))
    zipped[len(zipped) // 2 :] = b"\xff" * 100
    assert decompress(bytes(zipped))[1][0].startswith("the zstd data ")


@pytest.mark.parametrize("zipper", ZIPPERS)
def test_a_flood_of_tiny_parts_is_cut_off(zipper: str) -> None:
    content, damage = decompress(ZIPPERS[zipper](b"x") * (MOST_PARTS + 3))
    assert content == b"x" * MOST_PARTS
    assert "parts: " in damage[0]


def test_corrupt_gzip_content_in_its_last_piece_is_not_repeated() -> None:
    content = bytes(str(list(range(20_000))), "ascii")
    zipped = bytearray(gzip.compress(content))
    zipped[-200:] = b"\xff" * 200
    kept, damage = decompress(bytes(zipped))
    assert kept[: len(content) - 5000] == content[: len(content) - 5000]
    assert len(damage) == 1


def test_zeros_behind_gzip_are_padding_and_other_bytes_are_said() -> None:
    assert decompress(gzip.compress(V2) + bytes(100)) == (V2, [])
    assert decompress(gzip.compress(V2) + b"trailer") == (V2, ["7 bytes behind the gzip data are not gzip: left out"])


@pytest.mark.parametrize("zipper", ZIPPERS)
def test_content_beyond_the_limit_is_refused(zipper: str) -> None:
    with pytest.raises(FormatError, match="decompresses to more than 1000 bytes"):
        decompress(ZIPPERS[zipper](bytes(2000)), limit=1000)


def test_a_bomb_is_refused_before_it_is_large() -> None:
    bomb = ZIPPERS["zstd"](bytes(2 * RATIO_FREE_BYTES))
    with pytest.raises(FormatError, match="decompresses to more than 1000 times its size"):
        decompress(bomb)


def test_a_bomb_inside_another_is_refused() -> None:
    bomb = gzip.compress(ZIPPERS["zstd"](bytes(2 * RATIO_FREE_BYTES)))
    with pytest.raises(FormatError, match="decompresses to more than"):
        decompress(bomb)


def test_small_content_may_have_any_ratio() -> None:
    assert len(decompress(ZIPPERS["zstd"](bytes(2**24)))[0]) == 2**24


def test_headers_alone_are_damage_and_no_error() -> None:
    for head in (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", zlib.compress(b"x")):
        decompress(head)
