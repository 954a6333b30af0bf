"""ZIP archives from outside: read within bounds, whatever they say of themselves."""

from __future__ import annotations

import io
import struct
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehealth.collect import archive

MB = 2**20


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as writer:
        for name, content in files:
            writer.writestr(name, content)
    return made.getvalue()


def test_the_files_come_in_the_order_of_the_archive() -> None:
    files = [("b/x.xml", b"1"), ("a.subunit", b"22"), ("ü.xml", b"")]
    assert archive.files_of(zipped(("b/", b""), *files), MB) == files


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_of_compression_are_read_too(method: int) -> None:
    assert archive.files_of(zipped(("a", b"x" * 999), method=method), MB) == [("a", b"x" * 999)]


def test_names_are_told_and_never_used_as_paths() -> None:
    names = ["../../etc/passwd", "/etc/cron.d/x", "x" * 5000]
    found = [name for name, _ in archive.files_of(zipped(*((name, b"1") for name in names)), MB)]
    assert found == [name[-200:] for name in names]


def test_a_bomb_is_refused_by_what_comes_out_of_it() -> None:
    bomb = zipped(("a", b"\0" * (4 * MB)))
    assert len(bomb) < 5000
    with pytest.raises(archive.TooLargeError, match="a in it makes more than 1,048,576 bytes"):
        archive.files_of(bomb, MB)
    assert len(archive.files_of(bomb, 4 * MB)[0][1]) == 4 * MB


def test_the_ratio_is_bounded_where_the_limit_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "RATIO_FREE_BYTES", MB)
    monkeypatch.setattr(archive, "MOST_RATIO", 100)
    with pytest.raises(archive.TooLargeError):
        archive.files_of(zipped(("a", b"\0" * (4 * MB))), 2**40)


def test_several_files_share_the_limit() -> None:
    with pytest.raises(archive.TooLargeError, match="b in it"):
        archive.files_of(zipped(("a", b"\0" * MB), ("b", b"\0")), MB)


def test_what_the_archive_says_of_sizes_is_not_believed() -> None:
    lying = bytearray(zipped(("a", b"\0" * (4 * MB))))
    for signature, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        struct.pack_into("<I", lying, lying.index(signature) + at, 10)  # the size once decompressed
    try:
        found = archive.files_of(bytes(lying), MB)
    except archive.ArchiveError:
        return
    assert sum(len(content) for _, content in found) <= MB


def test_an_archive_of_very_many_files_is_refused() -> None:
    with pytest.raises(archive.TooLargeError, match="holds 1,001 files"):
        archive.files_of(zipped(*((str(number), b"") for number in range(1001))), MB)


def test_an_encrypted_file_is_told() -> None:
    locked = bytearray(zipped(("a.xml", b"x")))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    locked[locked.index(b"PK\x03\x04") + 6] |= 1
    with pytest.raises(archive.ArchiveError, match=r"a\.xml in it is encrypted"):
        archive.files_of(bytes(locked), MB)


@given(st.binary(max_size=300), st.integers(0, 299), st.integers(1, 255))
def test_damage_never_raises_anything_else(rest: bytes, at: int, flipped: int) -> None:
    damaged = bytearray(zipped(("a.xml", b"<testsuite/>" * 9), ("b", b"x" * 99)))
    damaged[at % len(damaged)] ^= flipped
    for data in (bytes(damaged), bytes(damaged[:at]), rest):
        found: list[tuple[str, bytes]] = []
        with suppress(archive.ArchiveError):
            found = archive.files_of(data, MB)
        assert sum(len(content) for _, content in found) <= MB
