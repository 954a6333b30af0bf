"""Compressed content seen through: gzip and zstd, nested or not, damaged or not, within bounds."""

from __future__ import annotations

import io
import zlib

import zstandard

from gatehealth.formats.errors import TooLargeError

DEFAULT_LIMIT = 2**30  # bytes, decompressed
MOST_LAYERS = 3
MOST_PARTS = 100_000  # gzip members or zstd frames; bgzip writes one for each 64 kB

# Test results and logs compress 5 to 60 times, a stream of nearly equal lines some hundred times. What goes beyond this
# ratio and is large is a bomb; small content may have any ratio.
MOST_RATIO = 1000
RATIO_FREE_BYTES = 64 * 2**20

_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_GZIP_PIECE = 2**16  # bytes of input at a time, after smaller ones
_FIRST_PIECE = 2**9
_STEP = 2**20  # bytes of output at a time
# zstd's decoder has no bound of output: one block of 4 bytes can mean 128 kB, so a piece means 32 MiB at most.
_ZSTD_PIECE = 2**10
_ZSTD_WINDOW = 2**27  # bytes of memory that a frame may ask for; what `zstd -d` allows too


def decompress(data: bytes, limit: int = DEFAULT_LIMIT) -> tuple[bytes, list[str]]:
    """The content of data that may be compressed (gzip of any members, zstd of any frames, up to three layers), and damage.

    Data that begin with no known magic bytes come back as they are. Truncated or corrupt data give what could be
    decompressed and a line of damage. Raises TooLargeError when it would be more than `limit` bytes, or more than 1000
    times the data and over 64 MiB.
    """
    damage: list[str] = []
    for _ in range(MOST_LAYERS):
        if data.startswith(_GZIP):
            data = _gzip(data, limit, damage)
        elif data.startswith(_ZSTD):
            data = _zstd(data, limit, damage)
        else:
            break
    return data, damage


class _Output:
    """What was decompressed so far; refuses to grow beyond the bounds."""

    def __init__(self, compressed_size: int, limit: int) -> None:
        self._buffer = io.BytesIO()
        self._limit = limit
        self._ratio_limit = max(RATIO_FREE_BYTES, compressed_size * MOST_RATIO)
        self._compressed_size = compressed_size

    def add(self, piece: bytes) -> None:
        self._buffer.write(piece)
        size = self._buffer.tell()
        if size > self._limit:
            raise TooLargeError(f"content of {self._compressed_size} bytes decompresses to more than {self._limit} bytes")
        if size > self._ratio_limit:
            raise TooLargeError(
                f"content of {self._compressed_size} bytes decompresses to more than {MOST_RATIO} times its size"
                f" ({size} bytes so far)"
            )

    @property
    def size(self) -> int:
        return self._buffer.tell()

    def cut(self, size: int) -> None:
        self._buffer.seek(size)
        self._buffer.truncate()

    def content(self) -> bytes:
        return self._buffer.getvalue()


def _gzip(data: bytes, limit: int, damage: list[str]) -> bytes:
    output = _Output(len(data), limit)
    at = parts = 0
    while at < len(data):
        if data[at : at + 2] != _GZIP[:2]:
            if data[at:].strip(b"\0"):  # some tapes and tools pad with zeros
                damage.append(f"{len(data) - at} bytes behind the gzip data are not gzip: left out")
            break
        parts += 1
        if parts > MOST_PARTS:
            damage.append(f"the gzip data have more than {MOST_PARTS} parts: {len(data) - at} bytes are left out")
            break
        member = zlib.decompressobj(wbits=31)
        step = _FIRST_PIECE  # a small part must not cost copies of a large piece
        while at < len(data) and not member.eof:
            piece = rest = data[at : at + step]
            before, size_before = member.copy(), output.size
            try:
                while rest and not member.eof:
                    output.add(member.decompress(rest, _STEP))
                    rest = member.unconsumed_tail
            except zlib.error as error:
                output.cut(size_before)
                _gzip_until_error(before, piece, output)
                damage.append(f"the gzip data are corrupt: {output.size} bytes could be decompressed ({error})")
                return output.content()
            at += len(piece)
            step = min(step * 2, _GZIP_PIECE)
        if not member.eof:
            output.add(member.flush())
            damage.append(f"the gzip data end too early: {output.size} bytes could be decompressed")
            break
        at -= len(member.unused_data)
    return output.content()


def _gzip_until_error(member: zlib._Decompress, piece: bytes, output: _Output) -> None:
    """A failing call gives nothing of what it had: byte by byte all before the error is kept."""
    try:
        for at in range(len(piece)):
            output.add(member.decompress(piece[at : at + 1]))
    except zlib.error:
        pass


def _zstd(data: bytes, limit: int, damage: list[str]) -> bytes:
    output = _Output(len(data), limit)
    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    at = parts = 0
    while at < len(data):
        if data[at : at + 4] != _ZSTD and not _is_skippable(data, at):
            damage.append(f"{len(data) - at} bytes behind the zstd data are not zstd: left out")
            break
        parts += 1
        if parts > MOST_PARTS:
            damage.append(f"the zstd data have more than {MOST_PARTS} parts: {len(data) - at} bytes are left out")
            break
        frame = decompressor.decompressobj()
        try:
            while at < len(data) and not frame.eof:
                piece = data[at : at + _ZSTD_PIECE]
                at += len(piece)
                output.add(frame.decompress(piece))
        except zstandard.ZstdError as error:
            damage.append(f"the zstd data are corrupt: {output.size} bytes could be decompressed ({error})")
            break
        if not frame.eof:
            damage.append(f"the zstd data end too early: {output.size} bytes could be decompressed")
            break
        at -= len(frame.unused_data)
    return output.content()


def _is_skippable(data: bytes, at: int) -> bool:
    return data[at + 1 : at + 4] == b"\x2a\x4d\x18" and 0x50 <= data[at] <= 0x5F
