"""A run from its result files and its facts as text: what a command line, an upload or a form gives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from gatehealth import formats
from gatehealth.config import Settings
from gatehealth.formats.junit import FIRST_DAY
from gatehealth.formats.names import number_attempts
from gatehealth.model import TEXT_FACTS, ResultFile, Run, stable_id, to_micros, uuid_of_content

MAX_TEXT = 2_000  # characters of one fact; an address may be long
MAX_NAME = 2_000  # characters of a test's name; a longer one is cut, and ends in a hash of the whole
MAX_KEY = 200  # characters of a metadata key
MAX_METADATA = 200  # free metadata of one run
_YES = frozenset({"true", "1", "yes", "on"})
_NO = frozenset({"false", "0", "no", "off"})
_ADDRESS = re.compile(r"https?://[^\s/]+/\S*")


class FactError(ValueError):
    """A fact of a run cannot be used; the message is one line that names it."""


class NothingUsableError(ValueError):
    """No file of the run held anything that could be used, and no fact says what became of it."""

    def __init__(self, message: str, *, too_large: bool = False) -> None:
        super().__init__(message)
        self.too_large = too_large  # whether a limit of the settings is why


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file."""

    name: str
    format: str | None
    results: int
    damage: list[str]
    error: str | None
    too_large: bool = False  # whether a limit of the settings is why


def facts(given: Mapping[str, str], metadata: Iterable[str] = ()) -> Run:
    """A run with its facts and no results yet, from text. Its uuid is the nil UUID when none was given.

    `given` has the names of model.Run's fields. `metadata` are KEY=VALUE. An empty text, or VALUE, is the same as none.
    Raises FactError with one line that names the fact.
    """
    unknown = set(given) - {*TEXT_FACTS, "uuid", "voting", "started_at", "ended_at"}
    if unknown:
        raise FactError(f"there is no fact named {min(unknown)}")
    given = {name: value.strip() for name, value in given.items()}
    for name in TEXT_FACTS:
        if len(given.get(name, "")) > MAX_TEXT:
            raise FactError(f"{name} is longer than {MAX_TEXT} characters")
        if not _is_unicode(given.get(name, "")):
            raise FactError(f"{name} {given[name]!r} is not UTF-8")
    run = Run(_uuid(given.get("uuid", "")))
    for name in TEXT_FACTS:
        setattr(run, name, given.get(name, ""))
    run.voting = _boolean("voting", given.get("voting", ""))
    run.started_at = moment_of("started_at", given.get("started_at", ""))
    run.ended_at = moment_of("ended_at", given.get("ended_at", ""))
    if run.started_at and run.ended_at and run.ended_at < run.started_at:
        raise FactError("ended_at lies before started_at")
    run.metadata = _metadata(metadata)
    return run


def assemble(run: Run, files: Sequence[tuple[str, bytes]], settings: Settings) -> list[FileReport]:
    """Adds the results of its files, given as (name, bytes), to a run; says what became of each file.

    Several files are one run's: their results follow one another, and the same test again is a further attempt. A run
    without a uuid gets one from the content of its files. Raises NothingUsableError when nothing was usable.
    """
    reports: list[FileReport] = []
    contents: list[bytes] = []
    for name, data in files:
        try:
            content, damage = formats.decompress(data, settings.content_limit)
            found = formats.parse(content)
        except formats.TooLargeError as error:
            reports.append(FileReport(name, None, 0, [], f"{error} (setting content_limit)", too_large=True))
            continue
        except formats.FormatError as error:
            reports.append(FileReport(name, None, 0, [], str(error)))
            continue
        if len(run.results) + len(found.results) > settings.results_limit:
            why = f"holds more than {settings.results_limit:,} results, the most that one run may have (setting results_limit)"
            reports.append(FileReport(name, found.format, 0, [], why, too_large=True))
            continue
        found.damage[:0] = damage
        if not (found.results or found.processes_failed):
            why = "; ".join(["holds no result of any test", *found.damage])
            reports.append(FileReport(name, found.format, 0, found.damage, why))
            continue
        contents.append(content)
        _add(run, found, name if len(files) > 1 else "")
        reports.append(FileReport(name, found.format, len(found.results), found.damage, None))
    if not contents and not run.result:
        why = (
            "; ".join(f"{report.name}: {report.error}" for report in reports)
            or "neither a file nor the fact `result` was given"
        )
        raise NothingUsableError(why, too_large=any(report.too_large for report in reports))
    for result in run.results:
        if not 0 < len(result.test) <= MAX_NAME:
            result.test = _usable_name(result.test)
    number_attempts(run.results)
    if not run.uuid.int:
        if not contents:
            unused = (f"{report.name}: {report.error}" for report in reports)
            raise NothingUsableError("; ".join([*unused, "a run without results needs a uuid"]))
        run.uuid = uuid_of_content(contents)
    _give_times(run)
    return reports


def _add(run: Run, found: ResultFile, name: str) -> None:
    run.results.extend(found.results)
    run.attachments.extend(found.attachments)
    run.damage.extend(f"{name}: {line}" if name else line for line in found.damage)
    run.processes_failed += found.processes_failed


def _usable_name(name: str) -> str:
    return f"{name[: MAX_NAME - 20]}...{stable_id(name):016x}" if name else "(no name)"


def _give_times(run: Run) -> None:
    """Moves times that count from 0 (JUnit without a timestamp knows durations only) to the start of the run."""
    counted = [r for r in run.results if r.started_at is not None and r.started_at < FIRST_DAY]
    if not counted:
        return
    known = [r.started_at for r in run.results if r.started_at is not None and r.started_at >= FIRST_DAY]
    last = max(result.ended_at or 0 for result in counted)
    just_ended = to_micros(datetime.now(UTC)) - last
    start = to_micros(run.started_at) if run.started_at else min(known, default=just_ended)
    for result in counted:
        result.started_at = start + (result.started_at or 0)
        if result.ended_at is not None:
            result.ended_at += start


def uuid_of_address(address: str) -> UUID:
    """The uuid of a run that its CI system knows by an address: RFC 9562 version 5, of the address as a URL.

    A job that sends its own results and whoever asks the CI system for them arrive at the same uuid.
    """
    return uuid5(NAMESPACE_URL, address)


def _uuid(text: str) -> UUID:
    if not text:
        return UUID(int=0)
    if text.startswith(("https://", "http://")):
        if len(text) > MAX_TEXT or not _is_unicode(text) or not _ADDRESS.fullmatch(text):
            raise FactError(f"uuid {text[:200]!r} is not an address of at most {MAX_TEXT} characters without blanks")
        return uuid_of_address(text)
    try:
        return UUID(text)
    except ValueError:
        raise FactError(f"uuid {text!r} is not a UUID (32 hexadecimal digits, with or without dashes) nor an address") from None


def _boolean(name: str, text: str) -> bool | None:
    if not text:
        return None
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise FactError(f"{name} {text!r} is neither true nor false")


def moment_of(name: str, text: str) -> datetime | None:
    """A time, or a date (its midnight), in UTC; one without a zone is taken as UTC. None for no text. Raises FactError."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise FactError(f"{name} {text!r} is not a time like 2026-11-22T15:04:05Z") from None
    if not 1970 <= moment.year < 2100:
        raise FactError(f"{name} {text!r} lies outside the years 1970 to 2099")
    return moment


def _is_unicode(text: str) -> bool:
    """Whether a text has an encoding: a command line's bytes that are not UTF-8 come as halves of surrogate pairs."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _metadata(pairs: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    names = {field.name for field in fields(Run)}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        key = key.strip()
        if not equals or not key:
            raise FactError(f"metadata {pair!r} is not KEY=VALUE")
        if key in names:
            raise FactError(f"metadata {key!r} is a fact of its own; give it as such")
        if len(key) > MAX_KEY or len(value) > MAX_TEXT:
            raise FactError(f"metadata {key[:40]!r} is too long ({MAX_KEY} characters of key, {MAX_TEXT} of value)")
        if not _is_unicode(pair):
            raise FactError(f"metadata {pair!r} is not UTF-8")
        if value.strip():
            found[key] = value.strip()
    if len(found) > MAX_METADATA:
        raise FactError(f"a run has at most {MAX_METADATA} pairs of metadata")
    return found
