"""Packets of subunit v2: the wire format of one packet, read and written, and the way back to the next sound one.

The format is described in python-subunit's README: signature 0xb3, two bytes of flags (version and what is present),
the length of the whole packet as a number of one to three bytes, then in this order timestamp, test id, tags, MIME type,
file content and route code, and a CRC-32 (big-endian) of all before it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple
from zlib import crc32

SIGNATURE = 0xB3
VERSION = 0x2000
TEST_ID = 0x0800
ROUTE_CODE = 0x0400
TIMESTAMP = 0x0200
RUNNABLE = 0x0100
TAGS = 0x0080
FILE_CONTENT = 0x0040
MIME_TYPE = 0x0020
EOF = 0x0010
STATUS = 0x0007

STATUS_WORDS = (None, "exists", "inprogress", "success", "uxsuccess", "skip", "fail", "xfail")

SMALLEST_PACKET = 8  # signature, flags, a length of one byte, CRC
LARGEST_PACKET = 0x3FFFFF  # what a length of three bytes can say: 4 MiB less one byte

# Looking for the next packet after damage must not take quadratic time on hostile input: a candidate may claim 4 MiB and
# stand in every few bytes. So each candidate costs bytes of a budget that grows with the input up to a bound, which random
# bytes hardly touch; when it is spent the search is given up. The whole of it is some seconds of work.
SEARCH_BUDGET_PER_BYTE = 32
SEARCH_BUDGET_FLOOR = 2**26
SEARCH_BUDGET_CEILING = 2**31
CANDIDATE_COST = 1000  # beside the bytes that are checksummed

# Signature, version 2, the bit 0x0008 that version 2 leaves unset, a length of one to three bytes.
_CANDIDATE = re.compile(
    rb"\xb3[\x20-\x2f][\x00-\x07\x10-\x17\x20-\x27\x30-\x37\x40-\x47\x50-\x57\x60-\x67\x70-\x77\x80-\x87\x90-\x97\xa0-\xa7\xb0-\xb7\xc0-\xc7\xd0-\xd7\xe0-\xe7\xf0-\xf7][\x00-\xbf]",
    re.DOTALL,
)
_U16 = struct.Struct(">H")
_U32 = struct.Struct(">I")
_crc_at = _U32.unpack_from

NOT_UTF8 = "text that is not UTF-8, or has a NUL, in the packet at byte {}"


class Packet(NamedTuple):
    """One packet. What is absent is None; the timestamp is in microseconds since 1970-01-01 UTC; tags are sorted."""

    test_id: str | None = None
    route_code: str | None = None
    timestamp: int | None = None
    tags: tuple[str, ...] | None = None
    mime_type: str | None = None
    file_name: str | None = None
    file_bytes: bytes | None = None
    eof: bool = False
    runnable: bool = True
    status: str | None = None


class BrokenPacketError(ValueError):
    """What stands here is not a sound packet; the message says why and where, `spent` how many bytes were checksummed."""

    def __init__(self, message: str, spent: int = 0) -> None:
        super().__init__(message)
        self.spent = spent


def packets(content: bytes) -> Iterator[Packet]:
    """Every sound packet of a stream, in order; what lies between them is passed over.

    Text that is not UTF-8 in a packet whose checksum is right comes with replacement characters (U+FFFD).
    """
    search = Search(content)
    at = 0
    while at < len(content):
        try:
            packet, at = packet_at(content, at)
        except BrokenPacketError as broken:
            at = search.next_sound(at + 1, broken.spent)
        else:
            yield packet


def packet_at(content: bytes, start: int, notes: list[str] | None = None) -> tuple[Packet, int]:
    """The packet that starts at a byte, and the byte behind it. Text that is not UTF-8 is noted in `notes`.

    Raises BrokenPacketError.
    """
    flags, at, end = _header(content, start)
    limit = end - 4
    view = memoryview(content)
    if crc32(view[start:limit]) != _crc_at(content, limit)[0]:
        raise BrokenPacketError(f"bad checksum in the packet at byte {start}", end - start)
    return _body(content, flags, at, limit, start, notes)[0], end


class Search:
    """Finds the next sound packet after damage, in bounded time whatever the input; `given_up_at` says where it ended."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._view = memoryview(content)
        self._budget = min(SEARCH_BUDGET_PER_BYTE * len(content), SEARCH_BUDGET_CEILING) + SEARCH_BUDGET_FLOOR
        self.given_up_at: int | None = None

    def next_sound(self, start: int, spent: int = 0) -> int:
        """Where the first sound packet at or behind a byte starts; the length of the content when there is none.

        `spent` is what the broken packet before has cost: many of them, each with a large claim, are an attack too.
        A packet found by searching has to prove more than one that follows another: its fields fill it exactly. That
        is cheap to see, so a checksum is only computed for what very probably is a packet.
        """
        content = self._content
        self._budget -= spent
        for candidate in _CANDIDATE.finditer(content, start):
            at = candidate.start()
            self._budget -= CANDIDATE_COST
            if self._budget < 0:
                self.given_up_at = at
                break
            try:
                flags, body, end = _header(content, at)
                if not self._fills(flags, body, end - 4):
                    continue
            except BrokenPacketError:
                continue
            self._budget -= end - at
            if crc32(self._view[at : end - 4]) == _crc_at(content, end - 4)[0]:
                return at
        return len(content)

    def _fills(self, flags: int, at: int, limit: int) -> bool:
        """Whether the fields of a packet end where its checksum starts; only lengths are looked at, nothing is copied."""
        content = self._content
        if flags & TIMESTAMP:
            if at + 4 > limit:
                return False
            _, at = _number(content, at + 4)
        texts = 1 if flags & TEST_ID else 0
        if flags & TAGS:
            at = self._behind_texts(texts, at, limit)
            if at >= limit:
                return False
            texts, at = _number(content, at)
            self._budget -= CANDIDATE_COST * texts
            if self._budget < 0:
                return False
        texts += bool(flags & MIME_TYPE) + bool(flags & FILE_CONTENT) * 2 + bool(flags & ROUTE_CODE)
        return self._behind_texts(texts, at, limit) == limit

    def _behind_texts(self, texts: int, at: int, limit: int) -> int:
        """Where so many texts (a length, then so many bytes: file contents are the same) end."""
        for _ in range(texts):
            if at >= limit:
                return limit + 1
            length, at = _number(self._content, at)
            at += length
        return at


def tail_of(flags: int, tail: bytes) -> tuple[tuple[str, ...] | None, str | None, bool]:
    """Tags and route code from what stands behind the test id of a packet without file; the last says if all was UTF-8.

    Raises BrokenPacketError.
    """
    notes: list[str] = []
    kept = flags & (TAGS | ROUTE_CODE)
    # Three bytes may be read behind a number that is cut off: in a whole packet the CRC stands there.
    packet, _ = _body(tail + b"\0\0\0\0", kept, 0, len(tail), 0, notes)
    return packet.tags, packet.route_code, not notes


def _header(content: bytes, start: int) -> tuple[int, int, int]:
    """Flags, where the body starts, where the packet ends."""
    left = len(content) - start
    if left < SMALLEST_PACKET:
        if left > 0 and content[start] == SIGNATURE:
            raise BrokenPacketError(f"the stream ends inside a packet at byte {start}")
        raise BrokenPacketError(f"no packet at byte {start}")
    if content[start] != SIGNATURE:
        raise BrokenPacketError(f"no packet at byte {start}")
    flags = content[start + 1] << 8 | content[start + 2]
    if flags & 0xF000 != VERSION:
        raise BrokenPacketError(f"unknown version {flags >> 12} in the packet at byte {start}")
    length, at = _number(content, start + 3)
    if length < at - start + 4 or length > LARGEST_PACKET:
        raise BrokenPacketError(f"bad length in the packet at byte {start}")
    if length > left:
        raise BrokenPacketError(f"the stream ends inside a packet at byte {start}")
    return flags, at, start + length


def _body(content: bytes, flags: int, at: int, limit: int, start: int, notes: list[str] | None) -> tuple[Packet, int]:
    """The fields between header and checksum, and where they end. `start` is only for messages."""
    timestamp = test_id = tags = mime_type = file_name = file_bytes = route_code = None
    if flags & TIMESTAMP:
        if at + 4 > limit:
            raise _cut_short(start)
        seconds = _crc_at(content, at)[0]
        nanoseconds, at = _number(content, at + 4)
        timestamp = seconds * 1_000_000 + nanoseconds // 1000
    if flags & TEST_ID:
        test_id, at = _text(content, at, limit, start, notes)
    if flags & TAGS:
        if at >= limit:
            raise _cut_short(start)
        count, at = _number(content, at)
        seen = set()
        for _ in range(count):
            tag, at = _text(content, at, limit, start, notes)
            seen.add(tag)
        tags = tuple(sorted(seen))
    if flags & MIME_TYPE:
        mime_type, at = _text(content, at, limit, start, notes)
    if flags & FILE_CONTENT:
        file_name, at = _text(content, at, limit, start, notes)
        if at >= limit:
            raise _cut_short(start)
        length, at = _number(content, at)
        if at + length > limit:
            raise _cut_short(start)
        file_bytes = content[at : at + length]
        at += length
    if flags & ROUTE_CODE:
        route_code, at = _text(content, at, limit, start, notes)
    if at > limit:
        raise _cut_short(start)
    word = STATUS_WORDS[flags & STATUS]
    packet = Packet(
        test_id, route_code, timestamp, tags, mime_type, file_name, file_bytes, bool(flags & EOF), bool(flags & RUNNABLE), word
    )
    return packet, at


def _cut_short(start: int) -> BrokenPacketError:
    return BrokenPacketError(f"a field runs past the end of the packet at byte {start}")


def _text(content: bytes, at: int, limit: int, start: int, notes: list[str] | None) -> tuple[str, int]:
    if at >= limit:
        raise _cut_short(start)
    length, at = _number(content, at)
    end = at + length
    if end > limit:
        raise _cut_short(start)
    raw = content[at:end]
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace")
        if notes is not None:
            notes.append(NOT_UTF8.format(start))
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
        if notes is not None:
            notes.append(NOT_UTF8.format(start))
    return text, end


def _number(content: bytes, at: int) -> tuple[int, int]:
    """A number of one to four bytes: the first two bits say how many follow. At least four bytes stand at `at`."""
    first = content[at]
    if first < 0x40:
        return first, at + 1
    if first < 0x80:
        return (first & 0x3F) << 8 | content[at + 1], at + 2
    if first < 0xC0:
        return (first & 0x3F) << 16 | content[at + 1] << 8 | content[at + 2], at + 3
    return _crc_at(content, at)[0] & 0x3FFFFFFF, at + 4


def number(value: int) -> bytes:
    """A number as its shortest bytes. Raises ValueError from 2^30 on."""
    if value < 0x40:
        return bytes((value,))
    if value < 0x4000:
        return _U16.pack(value | 0x4000)
    if value < 0x400000:
        return _U32.pack(value | 0x800000)[1:]
    if value < 0x40000000:
        return _U32.pack(value | 0xC0000000)
    raise ValueError(f"{value} is too large for a number in subunit")


def packet(
    status: int = 0,
    *,
    timestamp: int | None = None,
    test_id: bytes | None = None,
    tags: bytes = b"",
    mime_type: bytes | None = None,
    file: tuple[bytes, bytes] | None = None,
    eof: bool = False,
) -> bytes:
    """One packet as bytes.

    `status` is an index of STATUS_WORDS, `timestamp` microseconds since 1970-01-01 UTC, `tags` the field as `tags_field`
    makes it, `file` a name and content. Texts are UTF-8 without NUL. Raises ValueError when it would be larger than
    LARGEST_PACKET.
    """
    flags = VERSION | RUNNABLE | status
    fields: list[bytes] = []
    if timestamp is not None:
        flags |= TIMESTAMP
        seconds, micros = divmod(timestamp, 1_000_000)
        fields += _U32.pack(seconds), number(micros * 1000)
    if test_id is not None:
        flags |= TEST_ID
        fields += number(len(test_id)), test_id
    if tags:
        flags |= TAGS
        fields.append(tags)
    if mime_type is not None:
        flags |= MIME_TYPE
        fields += number(len(mime_type)), mime_type
    if file is not None:
        flags |= FILE_CONTENT
        name, content = file
        fields += number(len(name)), name, number(len(content)), content
    if eof:
        flags |= EOF
    body = b"".join(fields)
    # The length counts itself, so how many bytes it takes decides what it says.
    length = len(body) + 7
    length += 1 if length + 1 <= 0x3F else 2 if length + 2 <= 0x3FFF else 3
    if length > LARGEST_PACKET:
        raise ValueError(f"a packet of {length} bytes is larger than subunit allows ({LARGEST_PACKET})")
    head = b"\xb3" + _U16.pack(flags) + number(length) + body
    return head + _U32.pack(crc32(head))


def tags_field(tags: list[bytes]) -> bytes:
    """The tags of a packet: how many, then each with its length; nothing for none."""
    if not tags:
        return b""
    return b"".join((number(len(tags)), *(number(len(tag)) + tag for tag in tags)))
