"""Subunit v2, read and written: the format that OpenStack's test runners (stestr, testr, tempest) speak.

The reader is the product's own because parsing is most of the work of taking in a run: python-subunit makes a stream of
calls of each packet, one field at a time. Here the two packets that nearly every passing test consists of are read in
one unpacking, and what repeats (tags, test ids) is looked up by its bytes. benchmarks/parse.py prints both speeds.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from zlib import crc32

from gatehealth.formats import subunit_packets as wire
from gatehealth.formats.names import Notes, number_attempts, split_names, unfinished
from gatehealth.formats.subunit_packets import BrokenPacketError, Packet
from gatehealth.model import Attachment, Result, ResultFile, Status

FORMAT = "subunit-v2"
DEFAULT_MIME_TYPE = "application/octet-stream"
TEXT_MIME_TYPE = "text/plain;charset=utf8"
TEXT_NAME = "stdout"  # what stood between the packets, when it is text
GARBAGE_NAME = "garbage"  # and when it is not
PROCESS_RETURNCODE = "process-returncode"  # stestr's id for a test process that ended with an error: not a test

# Limits of what the writer puts into one packet, in bytes, so that none is larger than subunit allows (4 MiB).
MOST_ID_BYTES = 2**20
MOST_TAG_BYTES = 2**20
MOST_TEXT_BYTES = 2**16
FILE_CHUNK_BYTES = 2**20

_STATUSES = {
    "success": Status.SUCCESS,
    "fail": Status.FAIL,
    "skip": Status.SKIP,
    "xfail": Status.XFAIL,
    "uxsuccess": Status.UXSUCCESS,
    "inprogress": Status.INCOMPLETE,
}
_NUMBERS = {status: wire.STATUS_WORDS.index(word) for word, status in _STATUSES.items()}
_INPROGRESS = wire.STATUS_WORDS.index("inprogress")

# Text as programs print it: no control characters but white space, backspace, bell and escape (colours).
_NOT_PRINTABLE = re.compile(r"[^\x07-\x0d\x1b\x20-\x7e\x80-\U0010ffff]")

# A packet with a timestamp and a test id, as all encoders write it for a time that is 4.2 ms or more behind the full second
# (its nanoseconds then take four bytes) and a packet of 64 to 16,383 bytes: signature and flags, length, seconds,
# nanoseconds, and one or two bytes of the id's length. Anything else goes the longer way.
_COMMON_HEAD = struct.Struct(">3sHIIH")
_COMMON_SMALLEST = _COMMON_HEAD.size + 4
_CRC = struct.Struct(">I")

# What repeats behind the test ids of a stream, by its bytes: tags, route code.
_Tails = dict[bytes, tuple[tuple[str, ...] | None, str | None]]
_Key = bytes | tuple[bytes, str]  # a test id (UTF-8), with the route code when there is one
_Files = dict[str, tuple[str, list[bytes]]]  # by name: MIME type, content in pieces


def packets(content: bytes) -> Iterator[Packet]:
    """Every sound packet of a stream, in order: the layer below `read`, for those who want to see the events."""
    return wire.packets(content)


def read(content: bytes) -> ResultFile:
    """The results of a subunit v2 stream, each in the order in which it started; never raises on bad input.

    Times are microseconds since 1970-01-01 UTC. A test that started and never ended is an INCOMPLETE result. The same
    test again after its end, or started again before it, is a further attempt. Text between the packets is kept as the
    run's attachment `stdout`. What is not sound is passed over and said in `damage`, one line each.
    """
    return _Reader(content).read()


class _Reader:
    """What is known while a stream is read: the results so far, which of them are open, and the files they carry."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._search = wire.Search(content)
        self._results: list[Result] = []  # in the order of their start
        self._open: dict[_Key, Result] = {}
        self._opened_by_file: set[_Key] = set()  # a file came first: the start is still to come
        self._files: dict[int, tuple[Result, _Files]] = {}  # by the identity of the result
        self._run_files: _Files = {}
        self._processes_failed = 0
        self._note = Notes()

    def read(self) -> ResultFile:
        self._read_packets()
        for result, files in self._files.values():
            result.attachments = _attachments(files)
        number_attempts(self._results)
        split_names(self._results)
        if self._search.given_up_at is not None:
            self._note(f"the search for packets was given up at byte {self._search.given_up_at}")
        damage = self._note.lines() + unfinished(self._results)
        return ResultFile(FORMAT, self._results, _attachments(self._run_files), damage, self._processes_failed)

    def _read_packets(self) -> None:
        """The hot loop: the common packets are handled in place, all others by `_read_any`.

        It repeats what `_take` does for the sake of speed: three calls a packet would double the time of a stream.
        """
        content = self._content
        head = _COMMON_HEAD.unpack_from
        checksum = _CRC.unpack_from
        shapes = _common_shapes()
        opened, opened_by_file, append = self._open, self._opened_by_file, self._results.append
        close = opened.pop
        incomplete = Status.INCOMPLETE
        key: _Key
        at, size = 0, len(content)
        last = size - _COMMON_SMALLEST
        while at < size:
            if at > last:
                at = self._read_any(at)
                continue
            start, length, seconds, nanoseconds, id_length = head(content, at)
            shape = shapes.get(start)
            if shape is None or not 0x4000 <= length < 0x8000 or nanoseconds < 0xC0000000 or id_length >= 0x8000:
                at = self._read_any(at)
                continue
            if id_length < 0x4000:
                id_start = at + 14
                id_end = id_start + (id_length >> 8)
            else:
                id_start = at + 15
                id_end = id_start + (id_length & 0x3FFF)
            end = at + (length & 0x3FFF)
            crc_at = end - 4
            if id_end > crc_at or end > size or crc32(content[at:crc_at]) != checksum(content, crc_at)[0]:
                at = self._read_any(at)
                continue
            status, flags, tails = shape
            key = raw_id = content[id_start:id_end]
            known = tails.get(content[id_end:crc_at])
            if known is None:
                known = _learn_tail(tails, flags, content[id_end:crc_at])
                if known is None:
                    at = self._read_any(at)
                    continue
            tags, route_code = known
            if route_code is not None:
                key = raw_id, route_code
            moment = seconds * 1_000_000 + (nanoseconds & 0x3FFFFFFF) // 1000
            if status is not incomplete:
                result = close(key, None)
                if result is not None:
                    result.status = status
                    result.ended_at = moment
                    if tags is not None:
                        result.tags = tags
                    if opened_by_file:
                        opened_by_file.discard(key)
                    at = end
                    continue
            try:
                name = raw_id.decode()
            except UnicodeDecodeError:
                at = self._read_any(at)
                continue
            if "\0" in name or name == PROCESS_RETURNCODE or (opened_by_file and key in opened_by_file):
                at = self._read_any(at)
                continue
            if status is incomplete:
                opened[key] = result = Result(name, status, 0, moment, None, tags or (), "", [])
            else:
                result = Result(name, status, 0, None, moment, tags or (), "", [])
            append(result)
            at = end

    def _read_any(self, start: int) -> int:
        """Reads the packet, or passes over what is none, at a byte; says where to go on."""
        notes: list[str] = []
        try:
            packet, end = wire.packet_at(self._content, start, notes)
        except BrokenPacketError as broken:
            return self._pass_over(start, broken)
        for note in notes[:1]:
            self._note(note)
        self._take(packet)
        return end

    def _take(self, packet: Packet) -> None:
        """One event of the stream, whatever it carries."""
        has_file = packet.file_name is not None
        if packet.test_id is None:
            if has_file:
                _add_file(self._run_files, packet)
            return
        if packet.test_id == PROCESS_RETURNCODE:
            self._processes_failed += packet.status == "fail"
            return
        if packet.status == "exists":  # listed, not run
            return
        raw_id = packet.test_id.encode()
        key: _Key = raw_id if packet.route_code is None else (raw_id, packet.route_code)
        status = _STATUSES[packet.status] if packet.status else None
        result = self._open.get(key)
        if status is Status.INCOMPLETE and not has_file and result is not None:
            if key in self._opened_by_file:
                self._opened_by_file.discard(key)
                if packet.timestamp is not None:
                    result.started_at = packet.timestamp
            else:
                result = None  # started again: what was open never ended
        if result is None:
            if status is None and not has_file:
                return  # such as a late end-of-file mark: says nothing about a test
            started_at = packet.timestamp if status in (None, Status.INCOMPLETE) else None
            result = Result(packet.test_id, Status.INCOMPLETE, started_at=started_at)
            self._results.append(result)
            self._open[key] = result
            if status is None:
                self._opened_by_file.add(key)
        if packet.tags is not None:
            result.tags = packet.tags
        if has_file:
            _add_file(self._files.setdefault(id(result), (result, {}))[1], packet)
        if status not in (None, Status.INCOMPLETE):
            result.status = status
            result.ended_at = packet.timestamp
            del self._open[key]
            self._opened_by_file.discard(key)

    def _pass_over(self, start: int, broken: BrokenPacketError) -> int:
        """Keeps what is not subunit, as text when it is text, and says where the next sound packet starts."""
        content = self._content
        end = self._search.next_sound(start + 1, broken.spent)
        reason = str(broken)
        text = leading_text(content[start:end])
        if text:
            _add_file(self._run_files, Packet(file_name=TEXT_NAME, file_bytes=text, mime_type=TEXT_MIME_TYPE))
            start += len(text)
            if start < end and content[start] == wire.SIGNATURE and not self._note.is_full:
                try:
                    wire.packet_at(content, start)
                except BrokenPacketError as after_text:
                    reason = str(after_text)
        if start == end:
            return end
        garbage = content[start:end]
        _add_file(self._run_files, Packet(file_name=GARBAGE_NAME, file_bytes=garbage, mime_type=DEFAULT_MIME_TYPE))
        if content[start] != wire.SIGNATURE:
            reason = f"{len(garbage)} bytes at offset {start} are not subunit"
        elif reason.startswith("the stream ends") and end < len(content):
            reason = f"bad length in the packet at byte {start}"  # it claims more than there is, yet the stream goes on
        self._note(reason)
        return end


def _common_shapes() -> dict[bytes, tuple[Status, int, _Tails]]:
    """By signature and flags: status, flags and the tails seen so far of packets that need no more than the hot loop."""
    shapes = {}
    tails: dict[int, _Tails] = {}
    for variable in range(2**4):
        flags = wire.VERSION | wire.TEST_ID | wire.TIMESTAMP
        flags |= sum(
            flag for bit, flag in enumerate((wire.RUNNABLE, wire.TAGS, wire.ROUTE_CODE, wire.EOF)) if variable >> bit & 1
        )
        shared = tails.setdefault(flags & (wire.TAGS | wire.ROUTE_CODE), {})
        for word, status in _STATUSES.items():
            with_status = flags | wire.STATUS_WORDS.index(word)
            shapes[bytes((wire.SIGNATURE, with_status >> 8, with_status & 0xFF))] = status, flags, shared
    return shapes


def _learn_tail(tails: _Tails, flags: int, tail: bytes) -> tuple[tuple[str, ...] | None, str | None] | None:
    """The tags and route code behind a test id, remembered by their bytes; None when they are not sound."""
    try:
        tags, route_code, sound = wire.tail_of(flags, tail)
    except BrokenPacketError:
        return None
    if not sound:
        return None
    tails[tail] = tags, route_code
    return tags, route_code


def _add_file(files: _Files, packet: Packet) -> None:
    """Adds a piece of a file: pieces of the same name are one file, its MIME type that of the first."""
    if packet.file_name is None or packet.file_bytes is None:
        return
    _, pieces = files.setdefault(packet.file_name, (packet.mime_type or DEFAULT_MIME_TYPE, []))
    pieces.append(packet.file_bytes)


def _attachments(files: _Files) -> list[Attachment]:
    return [Attachment(name, mime_type, b"".join(pieces)) for name, (mime_type, pieces) in files.items()]


def leading_text(content: bytes) -> bytes:
    """What of some bytes is printed text, from the start: all of it, or up to a packet's signature, or whole lines."""
    try:
        text, sound = content.decode(), len(content)
    except UnicodeDecodeError as error:
        text, sound = content[: error.start].decode(), error.start
    unprintable = _NOT_PRINTABLE.search(text)
    if unprintable:
        sound = len(text[: unprintable.start()].encode())
    if sound < len(content) and content[sound] != wire.SIGNATURE:
        sound = content.rfind(b"\n", 0, sound) + 1
    return content[:sound]


def write(results: Iterable[Result], attachments: Iterable[Attachment] = (), processes_failed: int = 0) -> bytes:
    """A subunit v2 stream of results, and of a run's attachments and failed test processes.

    The results stand in the order of their start (those without one last), then of id and attempt; the packets of one
    stand back to back: an inprogress packet with the start, a packet or more for each attachment, the final status with the
    end. Reading it and writing what was read gives the same bytes. What subunit cannot say is adapted: a NUL in a name
    becomes U+FFFD, attachments of the same name are joined, names are cut (an id at 1 MiB), a time before 1970 or after 2106
    is left out. A result named process-returncode is no result to anyone who reads it, and is left out too.
    """
    ordered = []
    for order, result in enumerate(results):
        if result.test == PROCESS_RETURNCODE and not result.attributes:
            continue
        test_id = _encoded(f"{result.test}[{result.attributes}]" if result.attributes else result.test, MOST_ID_BYTES)
        started_at = _writable_time(result.started_at)
        ordered.append((started_at is None, started_at or 0, test_id, result.attempt, order, result))
    ordered.sort(key=lambda row: row[:5])
    written = []
    for unknown, start, test_id, _, _, result in ordered:
        tags = _encoded_tags(result.tags)
        started_at = None if unknown else start
        written.append(wire.packet(_INPROGRESS, test_id=test_id, timestamp=started_at, tags=tags))
        if result.attachments:
            written += _file_packets(result.attachments, test_id)
        if result.status is not Status.INCOMPLETE:
            ended_at = _writable_time(result.ended_at)
            written.append(wire.packet(_NUMBERS[result.status], test_id=test_id, timestamp=ended_at, tags=tags))
    written += _file_packets(attachments, None)
    written += [wire.packet(_NUMBERS[Status.FAIL], test_id=PROCESS_RETURNCODE.encode())] * processes_failed
    return b"".join(written)


def _file_packets(attachments: Iterable[Attachment], test_id: bytes | None) -> list[bytes]:
    files: dict[bytes, tuple[bytes, list[bytes]]] = {}
    for attachment in attachments:
        mime_type = _encoded(attachment.mime_type, MOST_TEXT_BYTES) or DEFAULT_MIME_TYPE.encode()
        files.setdefault(_encoded(attachment.name, MOST_TEXT_BYTES), (mime_type, []))[1].append(attachment.content)
    written = []
    for name, (mime_type, pieces) in files.items():
        content = b"".join(pieces)
        for start in range(0, len(content) or 1, FILE_CHUNK_BYTES):
            end = start + FILE_CHUNK_BYTES
            file = name, content[start:end]
            written.append(wire.packet(test_id=test_id, mime_type=mime_type, file=file, eof=end >= len(content)))
    return written


def _encoded(text: str, most: int) -> bytes:
    """A text as subunit takes it: UTF-8 of at most so many bytes, no NUL, no half of a surrogate pair."""
    encoded = text.replace("\0", "\ufffd").encode("utf-8", "replace")
    if len(encoded) > most:
        encoded = encoded[:most].decode("utf-8", "ignore").encode()
    return encoded


def _encoded_tags(tags: Iterable[str]) -> bytes:
    kept, left = [], MOST_TAG_BYTES
    for tag in sorted({_encoded(tag, MOST_TEXT_BYTES) for tag in tags}):
        left -= len(tag) + 4
        if left < 0:
            break
        kept.append(tag)
    return wire.tags_field(kept)


def _writable_time(moment: int | None) -> int | None:
    """A time that fits the format's 32 bits of seconds, else None."""
    return moment if moment is not None and 0 <= moment < 2**32 * 1_000_000 else None
