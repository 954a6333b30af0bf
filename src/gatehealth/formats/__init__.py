"""Bytes of result files to the model: recognised by content, seen through compression, read as far as they are sound."""

from __future__ import annotations

import re

from gatehealth.formats import junit, subunit, subunit_v1
from gatehealth.formats.compression import DEFAULT_LIMIT, decompress
from gatehealth.formats.errors import FormatError, TooLargeError
from gatehealth.formats.subunit_packets import Search
from gatehealth.model import ResultFile

__all__ = ["DEFAULT_LIMIT", "FormatError", "TooLargeError", "decompress", "parse", "sniff"]

_READERS = {subunit.FORMAT: subunit.read, subunit_v1.FORMAT: subunit_v1.read, junit.FORMAT: junit.read}

_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_XML_HEAD = 2**16  # bytes in which the root element has to start; licence comments stand before it
_JUNIT_ROOT = re.compile(rb"<(?:\w+:)?testsuites?[\s/>]")

# Lines that logs do not have by chance. An outcome without a start is none, so `test:` is what every v1 stream with a
# result has; the others may stand before it.
_V1_LINE = re.compile(
    rb"^(?:test(?:ing)?: ?\S|time: ?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d|progress: ?(?:[+-]?\d+|push|pop)\s)", re.MULTILINE
)
_V1_START = re.compile(rb"\s*(?:tags: ?\S|test(?:ing)? \S)")
_SHOWN = 40  # bytes of unknown content in the error


def sniff(content: bytes) -> str | None:
    """What decompressed content is: "subunit-v2", "subunit-v1", "junit", or None. The name of the file plays no part."""
    head = content[:_XML_HEAD]
    if head.startswith(_UTF16_BOMS):
        head = head[: len(head) & ~1].decode("utf-16", "replace").encode()
    head = head.removeprefix(_UTF8_BOM).lstrip()
    if head.startswith(b"<"):
        return junit.FORMAT if _JUNIT_ROOT.search(head) else None
    if content.startswith(b"\xb3") and content[1:2] and content[1] >> 4 == 2:
        return subunit.FORMAT
    # Attachments of either kind of stream may hold the other kind: what comes first is the stream.
    line = _V1_LINE.search(content) or _V1_START.match(content)
    packet_at = Search(content).next_sound(0)
    if packet_at < len(content) and (line is None or packet_at < line.start()):
        return subunit.FORMAT
    return subunit_v1.FORMAT if line else None


def parse(content: bytes) -> ResultFile:
    """The results in a file of any known format, decompressed. A file that holds no result gives none.

    Raises FormatError for empty and for unknown content, and for XML with entity declarations.
    """
    if not content.strip():
        raise FormatError("the content is empty")
    kind = sniff(content)
    if kind is None:
        shown = repr(content[:_SHOWN])[1:]
        raise FormatError(f"the content is not subunit v1, v2 or JUnit XML; begins with {shown}")
    return _READERS[kind](content)
