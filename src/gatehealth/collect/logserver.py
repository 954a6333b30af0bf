"""The files that a build left: its results, on which nodes it ran, and what failed where there are no results."""

from __future__ import annotations

import asyncio
import fnmatch
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from gatehealth.collect import files, inventory, manifest, playbooks
from gatehealth.collect.http import (
    AddressError,
    Client,
    ForeignHostError,
    HttpError,
    RefusedError,
    TooLargeError,
    UnreachableError,
)
from gatehealth.collect.source import Lack
from gatehealth.config import Settings
from gatehealth.model import Run

MAX_FILES = 200  # result files of one build
USUAL_BYTES = 8 * 2**20  # of all result files of a build, as sent; of builds that have more, one is fetched at a time
PARSED_AT_ONCE = 2  # builds whose results are decompressed and read: bounds the memory, and more would not be faster
MAX_DETAIL = 500  # characters

# Where results are when no manifest says it: the roles of zuul-jobs, those of jobs with several nodes, TripleO, JavaScript.
WELL_KNOWN = (
    "testrepository.subunit",
    "logs/testrepository.subunit",
    "controller/testrepository.subunit",
    "controller/logs/testrepository.subunit",
    "karma.subunit",
)
JOB_OUTPUT = "job-output.json"
JOB_OUTPUT_TEXT = "job-output.txt"  # what every build with logs has, if nothing else
_GZIP = ".gz"
_NEEDS_NO_EXPLANATION = frozenset({"SUCCESS", "SKIPPED", "CANCELED", "NO_JOBS", "CONFIG_ERROR"})


@dataclass(slots=True)
class Found:
    """What became of a build's files. The run has what they held."""

    lack: Lack | None = None
    detail: str = ""
    trouble: str = ""  # why it is worth fetching them again; "" when it is not
    retry_after: float | None = None  # seconds, when a server said so


@dataclass(slots=True)
class _File:
    """A file, or why there is none."""

    path: str
    content: bytes = b""
    lack: Lack | None = None  # None: it is there
    why: str = ""  # one line
    retry_after: float | None = None

    @property
    def there(self) -> bool:
        return self.lack is None

    @property
    def may_come(self) -> bool:
        return self.lack is Lack.UNREACHABLE


@dataclass(frozen=True, slots=True)
class _Place:
    """A build's logs: where they are, and which files are known to be there."""

    base: str  # ends in /
    sizes: Mapping[str, int] | None  # of the files that are there, -1 where it is not known; None: nobody knows the files
    unlisted: str = ""  # why nobody does

    def names(self, path: str) -> list[str]:
        """The names under which a file may be had: as it is, or compressed. Where nobody knows, it may be either."""
        names = [path, path + _GZIP]
        return names if self.sizes is None else [name for name in names if name in self.sizes]


class LogServer:
    """Fetches the files of builds. `patterns` say which hold results, by name or by path."""

    def __init__(self, client: Client, patterns: Sequence[str], settings: Settings) -> None:
        self._client = client
        self._settings = settings
        self._is_result_file = re.compile("|".join(fnmatch.translate(pattern) for pattern in patterns) or r"(?!)")
        literal = [pattern for pattern in patterns if not re.search(r"[*?\[]", pattern)]
        places = (*WELL_KNOWN, *literal)
        self._well_known = sorted(
            {path.removesuffix(_GZIP) for path in places if self._matches(path) or self._matches(path + _GZIP)}
        )
        self._large_turn = asyncio.Semaphore(1)
        self._parsing_turns = asyncio.Semaphore(PARSED_AT_ONCE)

    async def fill(self, run: Run, manifest_url: str) -> Found:
        """Adds to a run what its files hold: results, facts of its nodes, the task that failed where no test did."""
        if not (run.log_url or manifest_url):
            return Found(Lack.NO_LOGS, run.metadata.get("error_detail", "")[:MAX_DETAIL])
        place = await self._place(run.log_url, manifest_url)
        if isinstance(place, _File):
            return Found(place.lack, place.why, place.why if place.may_come else "", place.retry_after)
        wanted = self._result_files(place)
        limit = self._settings.upload_limit
        nodes, results = await asyncio.gather(
            self._first(place, place.names(inventory.INVENTORY), inventory.MAX_BYTES),
            self._each(place, wanted[:MAX_FILES], min(limit, USUAL_BYTES)),
        )
        _add_nodes(run, nodes)
        if limit > USUAL_BYTES and any(file.lack is Lack.TOO_LARGE for file in results):
            async with self._large_turn:
                results = await self._each(place, wanted[:MAX_FILES], limit, results)
                found = await self._add_results(run, results, place)
        else:
            found = await self._add_results(run, results, place)
        if len(wanted) > MAX_FILES:
            found.detail = _joined([found.detail, f"{len(wanted) - MAX_FILES} of {len(wanted)} result files are left out"])
        seen = [nodes, *results]
        unexplained = not run.results and run.result.upper() not in _NEEDS_NO_EXPLANATION
        if unexplained or (place.sizes is None and not any(file.there for file in seen)):
            output = await self._first(place, place.names(JOB_OUTPUT)[::-1], playbooks.MAX_BYTES)
            if unexplained and output.there:
                await self._explain(run, output)
            seen.append(output)
        if place.sizes is None and not any(file.there for file in seen):
            seen.append(await self._first(place, place.names(JOB_OUTPUT_TEXT), _ENOUGH_TO_KNOW))
            if all(file.lack is Lack.EXPIRED for file in seen):
                found.lack, found.detail = Lack.EXPIRED, place.unlisted
        missing = [file for file in seen if file.may_come]
        found.trouble = _joined([file.why for file in missing])
        found.retry_after = max((file.retry_after for file in missing if file.retry_after), default=None)
        return found

    async def _place(self, log_url: str, manifest_url: str) -> _Place | _File:
        """Where the files are; or why that cannot be known, now or at all."""
        base = log_url or manifest_url.rsplit("/", 1)[0]
        base = base if base.endswith("/") else f"{base}/"
        usual = base + manifest.MANIFEST
        got = await self._get(manifest.MANIFEST, manifest_url or usual, manifest.MAX_BYTES)
        if not got.there and not got.may_come and manifest_url and manifest_url != usual:
            got = await self._get(manifest.MANIFEST, usual, manifest.MAX_BYTES)
        if not got.there:
            return _Place(base, None, got.why) if got.lack in (Lack.EXPIRED, Lack.TOO_LARGE) else got
        try:
            return _Place(base, await asyncio.to_thread(manifest.read, got.content))
        except manifest.ManifestError as error:
            return _Place(base, None, f"{manifest.MANIFEST} {error}")

    def _matches(self, path: str) -> bool:
        return bool(self._is_result_file.match(path) or self._is_result_file.match(path.rsplit("/", 1)[-1]))

    def _result_files(self, place: _Place) -> list[list[str]]:
        """The names of each result file, sorted by path so that attempts keep their numbers. A file and its `.gz` are one."""
        if place.sizes is None:
            return [place.names(path) for path in self._well_known]
        stems = {path.removesuffix(_GZIP) for path in place.sizes if self._matches(path)}
        return [place.names(stem) for stem in sorted(stems)]

    async def _each(self, place: _Place, wanted: Sequence[Sequence[str]], limit: int, had: Sequence[_File] = ()) -> list[_File]:
        """Result files, one after the other, of at most so many bytes together; of those that were had, what was too large."""
        files_of = list(had) or [_File("", lack=Lack.TOO_LARGE) for _ in wanted]
        left = limit - sum(len(file.content) for file in files_of)
        for at, names in enumerate(wanted):
            if files_of[at].lack is Lack.TOO_LARGE:
                files_of[at] = await self._first(place, names, left)
                left -= len(files_of[at].content)
        return files_of

    async def _first(self, place: _Place, names: Sequence[str], limit: int) -> _File:
        """The first of these names that can be had and is not empty; else what says most of why there is none."""
        tried: list[_File] = []
        for name in names:
            size = (place.sizes or {}).get(name, -1)
            if size > limit:
                tried.append(
                    _File(name, lack=Lack.TOO_LARGE, why=f"{name} has {size:,} bytes, more than the {limit:,} allowed")
                )
                continue
            got = await self._get(name, place.base + quote(name), limit)
            if got.content:
                return got
            tried.append(got)
        if not tried:
            return _File("", lack=Lack.NO_FILE)
        return min(tried, key=lambda file: (not file.may_come, not file.there))

    async def _get(self, path: str, url: str, limit: int) -> _File:
        try:
            return _File(path, (await self._client.get(url, limit=limit)).body)
        except UnreachableError as error:
            return _File(path, lack=Lack.UNREACHABLE, why=str(error), retry_after=error.retry_after)
        except HttpError as error:
            return _File(path, lack=_LACKS[type(error)], why=str(error))

    async def _add_results(self, run: Run, got: Sequence[_File], place: _Place) -> Found:
        """Adds the results to the run; says why there are none, or which files could not be used."""
        there = [(file.path, file.content) for file in got if file.there]
        async with self._parsing_turns:
            reports = await asyncio.to_thread(files.assemble, run, there, self._settings)
        # That there is nothing at a well-known place says nothing; that a file of the list is gone does.
        gone = [file for file in got if not file.there and (place.sizes is not None or file.lack is not Lack.EXPIRED)]
        detail = _joined([*(f"{each.name}: {each.error}" for each in reports if each.error), *(file.why for file in gone)])
        for file in got:
            file.content = b""
        if run.results:
            return Found(None, detail)
        if there:
            return Found(Lack.UNPARSABLE, detail or "holds no result of any test, and a test process ended with an error")
        if gone:
            lacks = {file.lack for file in gone}
            return Found(next((lack for lack in _BY_WEIGHT if lack in lacks), Lack.EXPIRED), detail)
        if place.sizes is None:
            return Found(Lack.NO_FILE, _joined([place.unlisted, "no result file is at any of the usual places"]))
        return Found(Lack.NO_FILE, f"of {len(place.sizes):,} files none is one of results")

    async def _explain(self, run: Run, output: _File) -> None:
        async with self._parsing_turns:
            try:
                task = await asyncio.to_thread(playbooks.read, output.content, run.result)
            except playbooks.PlaybooksError:
                return  # the build's word stands, and its log can be read by people
            finally:
                output.content = b""
        if task is not None:
            task.tell(run)


_ENOUGH_TO_KNOW = 1024  # bytes: more means that the file is there, too
_LACKS = {
    RefusedError: Lack.EXPIRED,
    TooLargeError: Lack.TOO_LARGE,
    ForeignHostError: Lack.FOREIGN_HOST,
    AddressError: Lack.NO_LOGS,
}
# Of several reasons the one that says most: what may still come, then what settings could change.
_BY_WEIGHT = (Lack.UNREACHABLE, Lack.TOO_LARGE, Lack.FOREIGN_HOST, Lack.NO_LOGS, Lack.EXPIRED)


def _add_nodes(run: Run, file: _File) -> None:
    """Adds what the inventory says of the nodes. One that cannot be read costs these facts and nothing else."""
    if not file.content:
        return
    try:
        facts = inventory.read(file.content)
    except inventory.InventoryError:
        return
    run.provider = facts.pop("provider", "")
    run.metadata.update(facts)


def _joined(lines: Sequence[str]) -> str:
    return "; ".join(line for line in lines if line)[:MAX_DETAIL]
