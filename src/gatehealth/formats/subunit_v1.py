"""Subunit v1, read: the older, line-based format, which stestr still keeps in its repository directory.

python-subunit reads the lines; what is here makes results of its calls, and keeps what is sound where it would raise.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import subunit
from subunit import TestProtocolServer

from gatehealth.formats.names import Notes, number_attempts, split_names, unfinished
from gatehealth.formats.subunit import GARBAGE_NAME, PROCESS_RETURNCODE, TEXT_MIME_TYPE, TEXT_NAME, leading_text
from gatehealth.model import Attachment, Result, ResultFile, Status, to_micros

FORMAT = "subunit-v1"
_STARTS = (b"test: ", b"testing: ")
# The end of a test: its name is what stands before the mark of the details that follow.
_NAMED = re.compile(rb"(?:test|testing|success|successful|failure|error|skip|xfail|uxsuccess|tags):? ")
_OUTCOME = re.compile(
    rb"^(?:success|successful|failure|error|skip|xfail|uxsuccess):? (.+?)(?: \[(?: multipart)?)?$", re.MULTILINE
)


class _Content(Protocol):
    """testtools' Content, as far as it is used here."""

    content_type: object

    def iter_bytes(self) -> list[bytes]: ...


_Details = Mapping[str, _Content]


def read(content: bytes) -> ResultFile:
    """The results of a subunit v1 stream, each in the order in which it started; never raises on bad input.

    Times are microseconds since 1970-01-01 UTC, None where no `time:` line came before. An error counts as a failure,
    as everywhere in subunit. A test that is open when the stream ends is an INCOMPLETE result. Lines that are no
    protocol are the run's attachment `stdout`; lines that are, and cannot be understood, are said in `damage`.
    """
    events = _Events()
    text = io.BytesIO()
    server = TestProtocolServer(events, stream=text)
    note = Notes()
    last_end = {_as_utf8(match[1]): match.start() for match in _OUTCOME.finditer(content)}
    position = 0
    for number, line in enumerate(io.BytesIO(content), 1):
        position += len(line)
        if not line.endswith(b"\n"):  # the last one, cut: a name in it is not to be trusted, the end of a test is
            if line.startswith(b"test"):
                text.write(line)
                continue
            line += b"\n"
        if server._state in (server._in_test, server._outside_test) and _NAMED.match(line) and _as_utf8(line) != line:
            line = _as_utf8(line)
            note(f"line {number} has a name that is not UTF-8")
        # python-subunit takes a start inside a test for text, and with it all that follows a test that never ended.
        if (
            server._state is server._in_test
            and line.startswith(_STARTS)
            and last_end.get(events.open_test.encode(), -1) < position
        ):
            events.end_test()
            server._state = server._outside_test
        try:
            server.lineReceived(line)
        except Exception as error:  # whatever a damaged line makes python-subunit raise
            note(f"line {number} is not sound subunit v1: {type(error).__name__}: {error}".splitlines()[0])
            text.write(line)
            _recover(server, events)
    if events.is_open:
        note(f"the stream ends inside the test {events.open_test}")
        events.end_test()
    number_attempts(events.results)
    split_names(events.results)
    damage = note.lines() + unfinished(events.results)
    return ResultFile(FORMAT, events.results, _run_attachments(text.getvalue()), damage, events.processes_failed)


def _as_utf8(line: bytes) -> bytes:
    return line.decode("utf-8", "replace").encode()


def _recover(server: TestProtocolServer, events: _Events) -> None:
    """Brings python-subunit into a state from which it can read on, after a line that made it raise.

    Details that cannot be read further end: the outcome is known, what was read of it is kept. It says to be in a test
    before it has read the name: when that fails there is no test.
    """
    end = getattr(server._state, "endDetails", None)
    if end is not None:
        end()
    if not events.is_open:
        server._state = server._outside_test


def _run_attachments(text: bytes) -> list[Attachment]:
    if not text:
        return []
    if leading_text(text) == text:
        return [Attachment(TEXT_NAME, TEXT_MIME_TYPE, text)]
    return [Attachment(GARBAGE_NAME, "application/octet-stream", text)]


class _Events:
    """The calls that python-subunit makes of a stream, as results: the extended protocol of testtools' results."""

    def __init__(self) -> None:
        self.results: list[Result] = []
        self.processes_failed = 0
        self.is_open = False  # whether a test started and has not ended; its name may be empty
        self.open_test = ""
        self._now: int | None = None
        self._tags: set[str] = set()  # of all tests from here on
        self._test_tags: set[str] | None = None  # of the open test

    def time(self, moment: datetime) -> None:
        self._now = to_micros(moment)

    def tags(self, new_tags: set[str], gone_tags: set[str]) -> None:
        tags = self._tags if self._test_tags is None else self._test_tags
        tags |= new_tags
        tags -= gone_tags

    def progress(self, offset: int, whence: int) -> None:
        """How many tests are to come: says nothing about results."""

    def startTest(self, test: subunit.RemotedTestCase) -> None:  # noqa: N802 - the names are testtools'
        self.is_open, self.open_test = True, test.id()
        self._test_tags = set(self._tags)
        self.results.append(Result(self.open_test, Status.INCOMPLETE, started_at=self._now))

    def stopTest(self, test: subunit.RemotedTestCase) -> None:  # noqa: N802
        self.end_test()

    def end_test(self) -> None:
        """Ends the open test; without an outcome it stays incomplete."""
        self.is_open, self.open_test = False, ""
        if self.results and self.results[-1].status is Status.INCOMPLETE:
            self.results[-1].tags = tuple(sorted(self._test_tags or ()))
        self._test_tags = None

    def addSuccess(self, test: subunit.RemotedTestCase, details: _Details | None = None) -> None:  # noqa: N802
        self._end(Status.SUCCESS, details)

    def addFailure(  # noqa: N802
        self, test: subunit.RemotedTestCase, err: object = None, details: _Details | None = None
    ) -> None:
        self._end(Status.FAIL, details)

    def addError(  # noqa: N802
        self, test: subunit.RemotedTestCase, err: object = None, details: _Details | None = None
    ) -> None:
        self._end(Status.FAIL, details)

    def addSkip(  # noqa: N802
        self, test: subunit.RemotedTestCase, reason: str | None = None, details: _Details | None = None
    ) -> None:
        self._end(Status.SKIP, details)

    def addExpectedFailure(  # noqa: N802
        self, test: subunit.RemotedTestCase, err: object = None, details: _Details | None = None
    ) -> None:
        self._end(Status.XFAIL, details)

    def addUnexpectedSuccess(self, test: subunit.RemotedTestCase, details: _Details | None = None) -> None:  # noqa: N802
        self._end(Status.UXSUCCESS, details)

    def _end(self, status: Status, details: _Details | None) -> None:
        result = self.results[-1]
        if result.test == PROCESS_RETURNCODE:
            self.results.pop()
            self.processes_failed += status is Status.FAIL
            return
        result.status = status
        result.ended_at = self._now
        result.tags = tuple(sorted(self._test_tags or ()))
        for name, content in (details or {}).items():
            result.attachments.append(Attachment(name, repr(content.content_type), b"".join(content.iter_bytes())))
