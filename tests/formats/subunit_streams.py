"""What the tests of the formats share: streams made by python-subunit, and where the samples are."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from subunit.v2 import ByteStreamToStreamResult, StreamResultToBytes
from testtools import StreamResult, StreamToDict

from gatehealth.formats.subunit_packets import Packet
from gatehealth.model import to_micros

DATA = Path(__file__).parents[1] / "data" / "formats"
SHARED = Path(__file__).parents[3] / "shared"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """A moment so many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def micros(seconds: float) -> int:
    return to_micros(at(seconds))


class Stream:
    """A subunit v2 stream, written by python-subunit: `Stream().event(test_id="a", test_status="success").content`."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        self._output = StreamResultToBytes(self._bytes)

    @property
    def content(self) -> bytes:
        return self._bytes.getvalue()

    def event(self, **fields: Any) -> Stream:
        self._output.status(**fields)
        return self

    def raw(self, content: bytes) -> Stream:
        self._bytes.write(content)
        return self

    def test(self, test_id: str, status: str = "success", start: float = 0, end: float = 1, **fields: Any) -> Stream:
        self.event(test_id=test_id, test_status="inprogress", timestamp=at(start), **fields)
        return self.event(test_id=test_id, test_status=status, timestamp=at(end), **fields)


class Packets(StreamResult):
    """The events of a stream as packets."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Packet] = []

    def status(self, **event: Any) -> None:
        tags, timestamp, content = event["test_tags"], event["timestamp"], event["file_bytes"]
        self.seen.append(
            Packet(
                test_id=event["test_id"],
                route_code=event["route_code"],
                timestamp=None if timestamp is None else to_micros(timestamp),
                tags=None if tags is None else tuple(sorted(tags)),
                mime_type=event["mime_type"],
                file_name=event["file_name"],
                file_bytes=None if content is None else bytes(content),
                eof=event["eof"],
                runnable=event["runnable"],
                status=event["test_status"],
            )
        )


def packets_by_python_subunit(content: bytes) -> list[Packet]:
    result = Packets()
    ByteStreamToStreamResult(io.BytesIO(content), non_subunit_name="stdout").run(result)
    return result.seen


def dicts_by_testtools(content: bytes) -> list[dict[str, Any]]:
    """Testtools' view of the tests in a stream: id, status, tags, timestamps, details (name to MIME type and bytes)."""
    tests: list[dict[str, Any]] = []
    result = StreamToDict(tests.append)
    result.startTestRun()
    ByteStreamToStreamResult(io.BytesIO(content), non_subunit_name="stdout").run(result)
    result.stopTestRun()
    for test in tests:
        test["timestamps"] = [None if moment is None else to_micros(moment) for moment in test["timestamps"]]
        test["details"] = {name: b"".join(part.iter_bytes()) for name, part in test["details"].items()}
    return tests


def shared(*path: str) -> bytes:
    """A file beside the repository, decompressed; the test is skipped where it is not."""
    file = SHARED.joinpath(*path)
    if not file.exists():
        pytest.skip(f"{file} is not here")
    content = file.read_bytes()
    return gzip.decompress(content) if file.suffix == ".gz" else content
