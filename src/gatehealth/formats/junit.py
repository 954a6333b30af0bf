"""JUnit XML, read: the dialects of pytest, Maven Surefire, googletest, Jenkins and GitLab.

Own code on expat, not junitparser: that one is faster (5 against 8 ms for 1,500 tests), but knows no xfail, no thousands
separators and no clock, resolves entities, and gives up the whole file when its end is missing.
"""

from __future__ import annotations

import codecs
import math
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from xml.parsers import expat

from gatehealth.formats.errors import FormatError
from gatehealth.formats.names import number_attempts
from gatehealth.model import Attachment, Result, ResultFile, Status, to_micros

FORMAT = "junit"
TEXT = "text/plain;charset=utf8"
TRACEBACK = "text/x-traceback;charset=utf8"

FIRST_DAY = 86_400 * 1_000_000  # microseconds: a time within it is counted from 0, not from 1970
LONGEST = 366 * 86_400  # seconds: a longer duration is a mistake of the writer

_PYTEST_XFAIL = "pytest.xfail"
_PYTEST_STRICT_XPASS = "[XPASS(strict)]"
_FAILURES = frozenset({"failure", "error"})
_FLAKY = frozenset({"flakyFailure", "flakyError"})  # Surefire: an earlier attempt failed, the last one passed
_RERUNS = frozenset({"rerunFailure", "rerunError"})  # Surefire: a later attempt failed too
_OUTCOMES = _FAILURES | _FLAKY | _RERUNS | {"skipped"}
_STREAMS = {"system-out": "stdout", "system-err": "stderr"}

# What writers put into XML although it allows it neither as a character nor as a reference; mostly colours.
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:[0-8]|1[124-9]|2\d|3[01]|x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]));")
_DECLARED_ENCODING = re.compile(rb"""^<\?xml[^>]*\bencoding=["']([\w.-]+)""")
_EXPAT_READS = frozenset({"utf-8", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "us-ascii"})
_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# Codecs of Python for names of hosts and for its own source: no file is in them, and some take minutes for a large one.
_NOT_FOR_FILES = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape"})
_NOT_WELL_FORMED = frozenset({"not well-formed (invalid token)", "reference to invalid character number"})


def read(content: bytes) -> ResultFile:
    """The results of a JUnit XML file, in the order of the file. A test's name is `classname.name`.

    JUnit knows how long a test took, but mostly not when it started. So the tests of a suite are laid one behind the
    other from the suite's timestamp on (UTC when it has no zone). Without a timestamp they are laid from 0, that is
    within the first day of 1970 (FIRST_DAY): whoever knows when the run started shifts them there. A test
    without a duration has no times.

    `failure` and `error` are both FAIL; an attachment `kind` says `error`. The same name again, and Surefire's
    reruns, are further attempts. Damaged XML gives every test that ended before the damage. XML in an encoding that nobody
    knows is read as UTF-8, and the damage says so. Raises FormatError for a document type declaration: entities are how
    XML is made to explode or to read other files.
    """
    damage: list[str] = []
    encoding = None  # as the file declares it
    try:
        reader, error = _read(content, encoding)
    except _EncodingError as unread:
        content, damage = _as_utf8(content, unread.declared)
        encoding = "utf-8"
        reader, error = _read(content, encoding)
    if error and expat.ErrorString(error.code) in _NOT_WELL_FORMED:
        cleaned, replaced = _cleaned(content)
        if replaced:  # colour codes in captured output are everyday: no result is lost, and the text shows where they were
            reader, error = _read(cleaned, encoding)
    if error:
        what = expat.ErrorString(error.code)
        damage.append(f"the XML is damaged at line {error.lineno}, column {error.offset}: {what}")
    number_attempts(reader.results)
    return ResultFile(FORMAT, reader.results, reader.run_attachments(), damage)


class _EncodingError(Exception):
    """XML declares an encoding that expat cannot read, or that the file is not written in."""

    def __init__(self, declared: str) -> None:
        super().__init__(declared)
        self.declared = declared


def _read(content: bytes, encoding: str | None) -> tuple[_Reader, expat.ExpatError | None]:
    """What expat reads of the content, and where it stopped; an encoding that is given overrides the declared one."""
    reader = _Reader()
    parser = expat.ParserCreate(encoding)
    if encoding is None:
        parser.XmlDeclHandler = reader.declaration
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(content.lstrip() if content[:1].isspace() else content, True)
    except expat.ExpatError as error:
        if error.code == expat.errors.codes[expat.errors.XML_ERROR_INCORRECT_ENCODING]:
            raise _EncodingError(reader.encoding) from error
        return reader, error
    return reader, None


def _refuse(name: str, *_: object) -> None:
    raise FormatError(f"XML with a document type or entity declaration ({name}) is refused")


def _as_utf8(content: bytes, declared: str) -> tuple[bytes, list[str]]:
    """The content in UTF-8, and a line of damage where that is not all that was written.

    A byte order mark counts for more than the declaration. Never raises: whatever is declared, ASCII text is read, and
    that is what most names of tests are.
    """
    codec = next((codec for mark, codec in _BYTE_ORDER_MARKS.items() if content.startswith(mark)), "")
    if not codec:
        wrong = _what_is_wrong_with(declared, content[: content.find(b"?>")])
        if wrong:
            damage = f"the XML declares the encoding {declared}, {wrong}: it is read as UTF-8"
            return content.decode("utf-8", "replace").encode(), [damage]
        codec = declared
    try:
        return content.decode(codec).encode(), []
    except UnicodeError as error:  # of encoding too: UTF-7 can hold halves of characters
        where = f"byte {error.start}" if isinstance(error, UnicodeDecodeError) else "a character"
        damage = f"{where} of the XML is not sound {codec}: what is not, is replaced"
        return content.decode(codec, "replace").encode("utf-8", "replace"), [damage]


def _what_is_wrong_with(declared: str, declaration: bytes) -> str:
    """Why a declared encoding cannot be that of the file whose declaration this is; "" when it can."""
    try:
        if codecs.lookup(declared).name.replace("_", "-") in _NOT_FOR_FILES:
            return "which is not known"
        return "" if declaration.decode(declared) == declaration.decode("ascii") else "which it is not written in"
    except UnicodeDecodeError:
        return "which it is not written in"
    except (LookupError, ValueError):  # no codec, one that is not for text, or one that refuses everything
        return "which is not known"


def _cleaned(content: bytes) -> tuple[bytes, int]:
    """The content with U+FFFD for what XML does not allow, and how often; content in UTF-16 stays as it is."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content, 0
    cleaned, replaced = _FORBIDDEN.subn(b"\xef\xbf\xbd", content)
    declared = _DECLARED_ENCODING.search(content)
    if declared is None or declared[1].lower() in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        try:
            cleaned.decode()
        except UnicodeDecodeError:
            text = cleaned.decode("utf-8", "replace")
            replaced += text.count("\ufffd") - cleaned.count(b"\xef\xbf\xbd")
            cleaned = text.encode()
    return cleaned, replaced


@dataclass(slots=True)
class _Clock:
    """Where the next test of a suite starts, in microseconds."""

    now: int

    def lay(self, seconds: float | None) -> tuple[int | None, int | None]:
        """Start and end of the next test."""
        if seconds is None:
            return None, None
        start = self.now
        self.now += round(seconds * 1_000_000)
        return start, self.now


@dataclass(slots=True)
class _Outcome:
    """One `failure`, `error`, `skipped` or Surefire rerun of a test case."""

    element: str
    type: str
    message: str
    seconds: float | None
    texts: list[str] = field(default_factory=list)
    streams: list[tuple[str, str]] = field(default_factory=list)  # name, text

    def attachments(self, number: int) -> list[Attachment]:
        """What it says, as files; a second one of the same result gets its number behind the names."""
        suffix = f"-{number}" if number > 1 else ""
        body = "".join(self.texts)
        if self.element == "skipped":
            reason = self.message or body.strip()
            return [_text(f"reason{suffix}", reason)] if reason else []
        found = []
        line = next((line.strip() for line in self.message.splitlines() if line.strip()), "")
        short_type = self.type.rpartition(".")[2]
        if self.type and not line.startswith((self.type, short_type)):
            line = f"{self.type}: {line}" if line else self.type
        if line:
            found.append(_text(f"message{suffix}", line))
        if self.message.strip() not in body and (len(self.message.splitlines()) > 1):
            body = f"{self.message}\n\n{body}" if body.strip() else self.message
        if body.strip():
            found.append(Attachment(f"traceback{suffix}", TRACEBACK, body.encode()))
        if self.element.lower().endswith("error"):
            found.append(_text(f"kind{suffix}", "error"))
        return found + [_text(f"{name}{suffix}", text) for name, text in self.streams]


@dataclass(slots=True)
class _Case:
    """A test case while it is read."""

    name: str
    seconds: float | None
    timestamp: int | None
    not_run: bool
    outcomes: list[_Outcome] = field(default_factory=list)
    streams: dict[str, list[str]] = field(default_factory=dict)
    properties: list[tuple[str, str]] = field(default_factory=list)

    def results(self, clock: _Clock) -> list[Result]:
        """The attempts at the test, in the order in which they were made."""
        if self.timestamp is not None:
            clock = _Clock(self.timestamp)
        if not self.outcomes and not self.streams and not self.properties:  # nearly all
            started_at, ended_at = clock.lay(self.seconds)
            return [Result(self.name, self._status([]), 0, started_at, ended_at)]
        flaky = [outcome for outcome in self.outcomes if outcome.element in _FLAKY]
        reruns = [outcome for outcome in self.outcomes if outcome.element in _RERUNS]
        own = [outcome for outcome in self.outcomes if outcome.element in _FAILURES or outcome.element == "skipped"]
        if reruns and not any(outcome.element in _FAILURES for outcome in own):
            own, reruns = [*own, reruns[-1]], reruns[:-1]
        results = [self._failed_attempt(outcome, clock) for outcome in flaky]
        started_at, ended_at = clock.lay(self.seconds)
        final = Result(self.name, self._status(own), started_at=started_at, ended_at=ended_at)
        for number, outcome in enumerate(own, 1):
            final.attachments += outcome.attachments(number)
        final.attachments += [_text(name, "".join(texts)) for name, texts in self.streams.items() if any(texts)]
        if self.properties:
            final.attachments.append(_properties(self.properties))
        return [*results, final, *(self._failed_attempt(outcome, clock) for outcome in reruns)]

    def _failed_attempt(self, outcome: _Outcome, clock: _Clock) -> Result:
        started_at, ended_at = clock.lay(outcome.seconds)
        found = outcome.attachments(1)
        return Result(self.name, Status.FAIL, started_at=started_at, ended_at=ended_at, attachments=found)

    def _status(self, outcomes: list[_Outcome]) -> Status:
        failures = [outcome for outcome in outcomes if outcome.element != "skipped"]
        if failures:
            strict = all(outcome.message.startswith(_PYTEST_STRICT_XPASS) for outcome in failures)
            return Status.UXSUCCESS if strict else Status.FAIL
        if outcomes:
            return Status.XFAIL if all(outcome.type == _PYTEST_XFAIL for outcome in outcomes) else Status.SKIP
        return Status.SKIP if self.not_run else Status.SUCCESS


class _Reader:
    """What expat says, as results. Elements that are not known are passed through: what is in them still counts."""

    def __init__(self) -> None:
        self.results: list[Result] = []
        self.encoding = ""  # that the XML declares
        self._suites: list[tuple[str, _Clock]] = [("", _Clock(0))]  # name and clock, the innermost last
        self._case: _Case | None = None
        self._outcome: _Outcome | None = None
        self._texts: list[str] | None = None  # where text goes, when it is wanted
        self._property = ""
        self._streams: dict[str, list[str]] = {}  # of the suites
        self._properties: list[tuple[str, str]] = []

    def run_attachments(self) -> list[Attachment]:
        """Output and properties that belong to suites."""
        found = [_text(name, "".join(texts)) for name, texts in self._streams.items() if any(texts)]
        return [*found, _properties(self._properties)] if self._properties else found

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        """Ends the reading when expat would ask Python for the encoding: it takes no more than one byte a character."""
        self.encoding = encoding or ""
        if encoding and encoding.lower() not in _EXPAT_READS:
            raise _EncodingError(encoding)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name in ("testsuite", "testsuites"):
            timestamp = _moment(attributes.get("timestamp"))
            suite, clock = self._suites[-1]
            clock = clock if timestamp is None else _Clock(timestamp)
            # The name of the root says which tool wrote the file, not where a test belongs.
            self._suites.append((attributes.get("name", suite) if name == "testsuite" else suite, clock))
        elif name == "testcase":
            self._case = _Case(
                _name_of(attributes, self._suites[-1][0]),
                _seconds(attributes.get("time")),
                _moment(attributes.get("timestamp")),
                attributes.get("status") == "notrun" or attributes.get("result") in ("skipped", "suppressed"),
            )
        elif name in _STREAMS:
            self._texts = []
        elif name == "property":
            self._property = attributes.get("name", "")
            self._texts = [attributes["value"]] if "value" in attributes else []
        elif name in _OUTCOMES and self._case is not None:
            self._outcome = _Outcome(
                name, attributes.get("type", ""), attributes.get("message", ""), _seconds(attributes.get("time"))
            )
            self._texts = self._outcome.texts
            self._case.outcomes.append(self._outcome)

    def text(self, text: str) -> None:
        if self._texts is not None:
            self._texts.append(text)

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in ("testsuite", "testsuites"):
            self._suites.pop()
        elif name == "testcase":
            if self._case is not None:
                self.results += self._case.results(self._suites[-1][1])
            self._case = None
        elif name in _STREAMS:
            self._end_stream(_STREAMS[name])
        elif name == "property":
            value = "".join(self._texts or ()).strip()
            (self._case.properties if self._case else self._properties).append((self._property, value))
            self._texts = None
        elif name in _OUTCOMES:
            self._outcome = self._texts = None

    def _end_stream(self, stream: str) -> None:
        text = "".join(self._texts or ())
        self._texts = None
        if self._outcome is not None:
            if text.strip():
                self._outcome.streams.append((stream, text))
            self._texts = self._outcome.texts
        elif text.strip():
            streams = self._streams if self._case is None else self._case.streams
            streams.setdefault(stream, []).append(text)


def _name_of(attributes: dict[str, str], suite: str) -> str:
    """The name of a test: `classname.name`.

    Without a class it is Jenkins' rule: a name with dots brings its class along, another one gets the suite's name.
    """
    name = attributes.get("name", "").strip()
    if "classname" in attributes:
        prefix = attributes["classname"].strip()
        if name.startswith(f"{prefix}."):
            return name
    else:
        prefix = "" if "." in name else suite.strip()
    return ".".join(part for part in (prefix, name) if part)


def _seconds(text: str | None) -> float | None:
    """A duration: `0.25`, `1,234.5` (thousands), `0,25` (a decimal comma, when it cannot be thousands)."""
    if text is None:
        return None
    text = text.strip().removesuffix("s")
    if "." not in text and text.count(",") == 1 and (len(text.partition(",")[2]) != 3 or text.startswith("0,")):
        text = text.replace(",", ".")
    try:
        seconds = float(text.replace(",", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and 0 <= seconds <= LONGEST else None


def _moment(text: str | None) -> int | None:
    """A timestamp in microseconds since 1970-01-01 UTC; one without a zone is UTC. Zero moments of any kind are none."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError):
            return None
    micros = to_micros(moment)
    return micros if micros >= FIRST_DAY else None


def _text(name: str, text: str) -> Attachment:
    return Attachment(name, TEXT, text.encode())


def _properties(properties: list[tuple[str, str]]) -> Attachment:
    return _text("properties", "".join(f"{key}={value}\n" for key, value in properties))
