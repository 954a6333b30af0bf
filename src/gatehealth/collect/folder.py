"""A folder as a source: whatever puts results there, this takes them, and leaves them where they are.

A run is a subfolder with result files and perhaps a `run.json` of facts; or a `NAME.json` of facts with its `NAME.*`, as
`gatehealth simulate --streams` writes them; or one result file alone.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from gatehealth.collect.files import FactError, facts, uuid_of_address
from gatehealth.collect.results import lacking, with_results
from gatehealth.collect.source import Build, Fetched, Lack, NotYet, Page, SourceError
from gatehealth.config import FolderSettings, Settings
from gatehealth.model import Run

SETTLED = 5.0  # seconds without a change after which a run is taken as written
PAGE = 500  # builds
AT_ONCE = 2  # runs that are read at the same time
MOST_FILES = 1_000  # of one run
MOST_FACTS = 2**20  # bytes of a file of facts
FACTS = "run.json"
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", "~")  # what writers call a file that they still write


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    size: int
    modified_ns: int
    changed_ns: int  # the file system's own: also when a finished file is moved in, and nobody can set it


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one run consists of."""

    name: str  # in the folder, alone: never a path
    facts: _File | None
    files: tuple[_File, ...]
    changed_ns: int

    @property
    def all_files(self) -> tuple[_File, ...]:
        return (self.facts, *self.files) if self.facts else self.files

    @property
    def version(self) -> str:
        told = [f"{file.path.name}\0{file.size}\0{file.modified_ns}" for file in self.all_files]
        return hashlib.blake2b("\n".join(sorted(told)).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()

    @property
    def modified_at(self) -> datetime:
        return _moment(max(file.modified_ns for file in self.all_files))


class FolderSource:
    """Lists what changed in a folder, by the time that the file system keeps of changes. Nothing is moved or deleted."""

    def __init__(self, settings: FolderSettings, general: Settings) -> None:
        self._settings = settings
        self._general = general
        self._folder = Path(settings.path)
        self._turns = asyncio.Semaphore(AT_ONCE)

    @property
    def name(self) -> str:
        """See Source."""
        return self._settings.name

    async def poll(self, cursor: str | None) -> AsyncIterator[Page]:
        """See Source. The cursor is the change of the newest run that was listed."""
        now = datetime.now(UTC)
        since = now - timedelta(days=self._settings.first_days)
        if cursor is not None:
            since = _cursor(cursor) - timedelta(seconds=self._settings.overlap_seconds)
        settled = time.time_ns() - int(SETTLED * 1e9)
        listed = await asyncio.to_thread(self._builds, int(since.timestamp()) * 10**9, settled)
        for at in range(0, len(listed), PAGE):
            page = listed[at : at + PAGE]
            yield Page([build for _, build in page], _moment(page[-1][0]).isoformat())
        if not listed and cursor is None:
            yield Page([], _moment(settled).isoformat())

    async def between(self, since: datetime, until: datetime, cursor: str | None) -> AsyncIterator[Page]:
        """See Source. The cursor is the name of the last run that was listed."""
        settled = time.time_ns() - int(SETTLED * 1e9)
        listed = await asyncio.to_thread(self._builds, 0, settled)
        names = sorted((json.loads(build.document)["name"], build) for _, build in listed if since <= build.ended_at < until)
        left = [(name, build) for name, build in names if cursor is None or name > cursor]
        done = len(names) - len(left)
        for at in range(0, len(left), PAGE):
            page = left[at : at + PAGE]
            done += len(page)
            yield Page([build for _, build in page], page[-1][0], done / len(names))
        if not left:
            yield Page([], cursor, 1.0)

    async def fetch(self, builds: Sequence[Build], extra: Mapping[UUID, Mapping[str, str]]) -> AsyncIterator[Fetched | NotYet]:
        """See Source."""
        for task in asyncio.as_completed([self._fetch(build, extra.get(build.uuid, {})) for build in builds]):
            yield await task

    async def close(self) -> None:
        """See Source. There is nothing to give up."""

    async def _fetch(self, build: Build, extra: Mapping[str, str]) -> Fetched | NotYet:
        async with self._turns:
            try:
                fetched = await asyncio.to_thread(self._read, build)
            except OSError as error:
                return NotYet(build, _why(error, self._folder))
        fetched.run.metadata |= {"source": self.name, **extra}
        return fetched

    def _read(self, build: Build) -> Fetched:
        name = _name_in(build.document)
        entry = self._entry(name) if name else None
        run = Run(build.uuid, ended_at=build.ended_at)
        if entry is None:
            return lacking(build, run, Lack.EXPIRED, f"{name or 'the file'} is not there any more")
        if entry.facts:
            try:
                run = _facts(entry.facts)
            except FactError as error:
                return lacking(build, run, Lack.UNPARSABLE, f"{entry.facts.path.name}: {error}")
            run.uuid = build.uuid
        size = sum(file.size for file in entry.files)
        if len(entry.files) > MOST_FILES:
            return lacking(build, run, Lack.TOO_LARGE, f"{name} has more than {MOST_FILES:,} files")
        if size > self._general.upload_limit:
            limit = f"{self._general.upload_limit:,} bytes (setting upload_limit)"
            return lacking(build, run, Lack.TOO_LARGE, f"{name} has {size:,} bytes, more than {limit}")
        contents = [
            (_shown(file.path, self._folder / name), _content(file.path, self._general.upload_limit)) for file in entry.files
        ]
        return with_results(build, run, contents, self._general)

    def _builds(self, since_ns: int, until_ns: int) -> list[tuple[int, Build]]:
        """What changed in since <= t <= until, oldest change first; of several runs with one uuid the one that changed last."""
        found: dict[UUID, tuple[int, Build]] = {}
        try:
            for entry in sorted(self._entries(), key=lambda entry: (entry.changed_ns, entry.name)):
                if since_ns <= entry.changed_ns <= until_ns:
                    build = self._build(entry)
                    if build is not None:
                        found.pop(build.uuid, None)
                        found[build.uuid] = (entry.changed_ns, build)
        except OSError as error:
            why = f"{_why(error, self._folder)}; set `path` to a folder that can be read"
            raise SourceError(why) from None
        return list(found.values())

    def _build(self, entry: _Entry) -> Build | None:
        """A run as it is listed; None for facts without a run."""
        run, ended_at = None, entry.modified_at
        if entry.facts:
            try:
                run = _facts(entry.facts)
                ended_at = run.ended_at or ended_at
            except (FactError, OSError):  # told when it is fetched
                run = Run(UUID(int=0))
        stem = entry.name.split(".")[0]
        uuid = run.uuid if run else UUID(int=0)
        if not uuid.int and _is_uuid(stem):
            uuid = UUID(stem)
        if not uuid.int:
            if not entry.files:
                return None  # some JSON that is nobody's facts
            name = entry.name.encode("utf-8", "backslashreplace").decode()
            uuid = uuid_of_address(f"gatehealth:folder/{self.name}/{name}")
        return Build(uuid, ended_at, entry.version, json.dumps({"name": entry.name}))

    def _entries(self) -> Iterator[_Entry]:
        """All runs of the folder, also those that are still being written."""
        files: dict[str, _File] = {}
        with os.scandir(self._folder) as listing:
            for item in listing:
                if _is_unfinished(item.name):
                    continue
                if item.is_dir(follow_symlinks=False):
                    entry = _entry_of_folder(Path(item.path))
                    if entry:
                        yield entry
                elif item.is_file(follow_symlinks=False):
                    file = _file(Path(item.path))
                    if file:
                        files[item.name] = file
        yield from _entries_of_files(files)

    def _entry(self, name: str) -> _Entry | None:
        """One run by its name, as it is now."""
        path = self._folder / name
        if path.is_dir() and not path.is_symlink():
            return _entry_of_folder(path)
        beside = {name: path, **{each.name: each for each in self._folder.glob(f"{_literal(name)}.*")}}
        files = {each: file for each, where in beside.items() if not _is_unfinished(each) and (file := _file(where))}
        return next((entry for entry in _entries_of_files(files) if entry.name == name), None)


def _entry_of_folder(path: Path) -> _Entry | None:
    own = path.stat(follow_symlinks=False)
    found: dict[Path, _File] = {}
    for where, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not _is_unfinished(name)]
        for name in names:
            file = None if _is_unfinished(name) else _file(Path(where) / name)
            if file:
                found[file.path] = file
        if len(found) > MOST_FILES:  # told when it is fetched
            break
    facts_file = found.pop(path / FACTS, None)
    if not found and not facts_file:
        return None
    changed_ns = max(own.st_ctime_ns, *(file.changed_ns for file in (*found.values(), facts_file) if file))
    return _Entry(path.name, facts_file, tuple(found[key] for key in sorted(found)), changed_ns)


def _entries_of_files(files: Mapping[str, _File]) -> Iterator[_Entry]:
    """Files that lie side by side: those with facts together, each of the others alone."""
    stems = {name.removesuffix(".json"): [] for name in files if name.endswith(".json")}  # type: dict[str, list[_File]]
    alone = []
    for name in sorted(files):
        if name.endswith(".json"):
            continue
        # The longest stem that it begins with: `a.b.xml` belongs to `a.b.json` before `a.json`.
        stem = next((stem for stem in _stems(name) if stem in stems), None)
        if stem is None:
            alone.append(files[name])
        else:
            stems[stem].append(files[name])
    for stem, belonging in stems.items():
        facts_file = files[f"{stem}.json"]
        changed_ns = max(file.changed_ns for file in (facts_file, *belonging))
        yield _Entry(stem, facts_file, tuple(belonging), changed_ns)
    for file in alone:
        yield _Entry(file.path.name, None, (file,), file.changed_ns)


def _stems(name: str) -> Iterator[str]:
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        yield ".".join(parts[:count])


def _facts(file: _File) -> Run:
    """The run that a file of facts describes. Raises FactError."""
    if file.size > MOST_FACTS:
        raise FactError(f"has more than {MOST_FACTS:,} bytes")
    try:
        given: Any = json.loads(_content(file.path, MOST_FACTS))
    except (ValueError, RecursionError):
        raise FactError("is not JSON") from None
    if not isinstance(given, dict):
        raise FactError("is not a JSON object of facts")
    metadata = given.pop("metadata", {})
    pairs = [f"{key}={_text(key, value)}" for key, value in metadata.items()] if isinstance(metadata, dict) else metadata
    if not isinstance(pairs, list) or not all(isinstance(pair, str) for pair in pairs):
        raise FactError("metadata is neither an object nor a list of KEY=VALUE")
    return facts({name: _text(name, value) for name, value in given.items()}, pairs)


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise FactError(f"{name[:40]} is neither text nor number")


def _file(path: Path) -> _File | None:
    """A regular file; links are not followed: the folder's owner may not be the owner of what they lead to."""
    try:
        stat = path.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return _File(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns) if path.is_file() and not path.is_symlink() else None


def _content(path: Path, limit: int) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(limit)


def _is_unfinished(name: str) -> bool:
    return name.startswith(".") or name.endswith(_UNFINISHED)


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text).int)
    except ValueError:
        return False


def _name_in(document: str) -> str:
    """The name of a run in the folder, out of the document that was kept; never a path that leads elsewhere."""
    name = json.loads(document or "{}").get("name", "")
    return name if isinstance(name, str) and name == os.path.basename(name) and name not in (".", "..") else ""  # noqa: PTH119


def _literal(name: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def _shown(path: Path, folder: Path) -> str:
    """A file's name as it is told: within the folder of its run."""
    shown = str(path.relative_to(folder)) if folder in path.parents else path.name
    return shown.encode("utf-8", "backslashreplace").decode()


def _moment(nanoseconds: int) -> datetime:
    """UTC; a clock that was wrong by centuries counts as 1970."""
    try:
        return datetime.fromtimestamp(nanoseconds // 1000 / 1e6, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _cursor(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise SourceError(f"the cursor {text[:60]!r} is no time: it is of a source of another kind") from None


def _why(error: OSError, folder: Path) -> str:
    return f"{error.filename or folder}: {error.strerror or error}"
