"""GitHub Actions as a source: workflow runs that are complete, each of their jobs, and results from artifacts."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from urllib.parse import quote
from uuid import UUID

from gatehealth.collect import archive
from gatehealth.collect.cursors import listing_failed, place, place_in, reached_in
from gatehealth.collect.github_facts import Object, builds_of, document_of, job_number, objects, owner_of, run_of
from gatehealth.collect.http import Client, HttpError, Params, RefusedError
from gatehealth.collect.results import GONE, lacking, not_fetched, with_results
from gatehealth.collect.source import Build, Fetched, Lack, NotYet, Page, SourceError
from gatehealth.collect.texts import moment, text
from gatehealth.config import GithubSettings, Settings
from gatehealth.model import Run

PER_PAGE = 100  # the most that GitHub gives
MOST_SEARCHED = 1_000  # runs that GitHub gives of one period of creation; a longer list is asked for in halves
SHORTEST = timedelta(minutes=1)  # a period that is not halved any more
# Runs can only be asked for by their creation. One that ran for longer than this, or that was run again later, is found by a
# back-fill alone.
LONGEST_RUN = timedelta(days=1)
RUNS_AT_ONCE = 20  # whose jobs are listed together, as one page
REMEMBERED = 10_000  # runs whose jobs are not asked for again while nothing about them changes
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
_NEVER_RAN = frozenset({"skipped", "startup_failure", "action_required", "stale"})


class GithubSource:
    """Lists jobs of complete workflow runs by when the run was updated last, in one cursor a repository."""

    def __init__(self, settings: GithubSettings, general: Settings) -> None:
        self._settings = settings
        self._general = general
        self._client = Client(settings)
        self._listed: OrderedDict[tuple[str, str], str] = OrderedDict()  # by repository and run: when it was updated last
        self._reading = asyncio.Semaphore(2)  # archives that are unpacked and read at the same time

    @property
    def name(self) -> str:
        """See Source."""
        return self._settings.name

    async def poll(self, cursor: str | None) -> AsyncIterator[Page]:
        """See Source. The cursor is JSON: by repository, when the newest run that was listed was updated."""
        reached = reached_in(cursor)
        now = datetime.now(UTC)
        for repository in self._settings.repositories:
            known = moment(reached.get(repository))
            since = now - timedelta(days=self._settings.first_days)
            if known is not None:
                since = known - timedelta(seconds=self._settings.overlap_seconds)
            runs = []
            async for run in self._runs(repository, since - LONGEST_RUN, now):
                updated_at = moment(run.get("updated_at"))
                if updated_at is not None and updated_at >= since:
                    runs.append((updated_at, run))
            new = [run for updated_at, run in runs if not self._was_listed(repository, run)]
            async for builds in self._builds(repository, new):
                yield Page(builds, None)
            for run in new:
                self._remember(repository, run)
            newest = max([since, *(updated_at for updated_at, _ in runs)])
            reached[repository] = max(newest, known or newest).isoformat()
            yield Page([], json.dumps(reached))

    async def between(self, since: datetime, until: datetime, cursor: str | None) -> AsyncIterator[Page]:
        """See Source. The cursor is JSON: how many repositories are done, and from when on runs of the next were listed."""
        repositories = self._settings.repositories
        at, listed_from = place_in(cursor)
        while at < len(repositories):
            # Newest first, a day of creation at a time.
            newest = min(listed_from or until, until)
            day = newest - timedelta(days=1)
            oldest = max(day, since - LONGEST_RUN)
            runs = [run async for run in self._runs(repositories[at], oldest, newest)]
            async for builds in self._builds(repositories[at], runs):
                yield Page([build for build in builds if since <= build.ended_at < until], None)
            whole = until - (since - LONGEST_RUN)
            if oldest <= since - LONGEST_RUN:
                at, listed_from = at + 1, None
            else:
                listed_from = oldest
            share = (until - listed_from) / whole if listed_from else 0.0
            yield Page([], place(at, listed_from), min(1.0, (at + share) / len(repositories)))

    async def fetch(self, builds: Sequence[Build], extra: Mapping[UUID, Mapping[str, str]]) -> AsyncIterator[Fetched | NotYet]:
        """See Source. Builds of one workflow run are fetched together: artifacts are the run's."""
        together: dict[tuple[str, str], list[tuple[Build, Run]]] = defaultdict(list)
        for build in builds:
            document = document_of(build)
            run = run_of(build, document)
            run.metadata |= {"source": self.name, **extra.get(build.uuid, {})}
            together[run.project, run.buildset].append((build, run))
        tasks = [self._fetch(repository, number, each) for (repository, number), each in together.items()]
        for task in asyncio.as_completed(tasks):
            for made in await task:
                yield made

    async def close(self) -> None:
        """See Source."""
        await self._client.close()

    def _was_listed(self, repository: str, run: Object) -> bool:
        return self._listed.get((repository, text(run.get("id")))) == text(run.get("updated_at"))

    def _remember(self, repository: str, run: Object) -> None:
        self._listed[repository, text(run.get("id"))] = text(run.get("updated_at"))
        while len(self._listed) > REMEMBERED:
            self._listed.popitem(last=False)

    def _url(self, repository: str, rest: str) -> str:
        return f"{self._settings.url.rstrip('/')}/repos/{quote(repository)}/actions/{rest}"

    async def _runs(self, repository: str, since: datetime, until: datetime) -> AsyncIterator[Object]:
        """The complete runs that were created in a period, each once."""
        seen: set[str] = set()
        periods = [(since, until)]
        while periods:
            first, last = periods.pop()
            page = 1
            while True:
                asked: Params = [("status", "completed"), ("created", f"{_time(first)}..{_time(last)}"), ("page", page)]
                answer = await self._list(self._url(repository, "runs"), asked)
                total = answer.get("total_count") if isinstance(answer, Mapping) else None
                if page == 1 and isinstance(total, int) and total > MOST_SEARCHED and last - first > SHORTEST:
                    middle = first + (last - first) / 2
                    periods += [(first, middle), (middle, last)]
                    break
                runs = objects(answer, "workflow_runs")
                for run in runs:
                    number = text(run.get("id"))
                    if number and number not in seen:
                        seen.add(number)
                        yield run
                if len(runs) < PER_PAGE:
                    break
                page += 1

    async def _builds(self, repository: str, runs: Sequence[Object]) -> AsyncIterator[list[Build]]:
        for at in range(0, len(runs), RUNS_AT_ONCE):
            some = runs[at : at + RUNS_AT_ONCE]
            jobs = await asyncio.gather(*(self._jobs_or_none(repository, run) for run in some))
            yield [
                build
                for run, listed in zip(some, jobs, strict=True)
                if listed is not None
                for build in builds_of(repository, run, listed)
            ]

    async def _jobs_or_none(self, repository: str, run: Object) -> list[Object] | None:
        """The jobs of a run; None when it was deleted since it was listed."""
        try:
            return await self._jobs(repository, text(run.get("id")))
        except HttpError as error:
            if isinstance(error, RefusedError) and error.status in GONE:
                return None
            raise self._listing_failed(error) from None

    async def _jobs(self, repository: str, number: str) -> list[Object]:
        return await self._all(self._url(repository, f"runs/{quote(number, safe='')}/jobs"), "jobs", [("filter", "all")])

    async def _all(self, url: str, name: str, params: Params) -> list[Object]:
        """All pages of a list."""
        found: list[Object] = []
        page = 1
        while True:
            asked: Params = [*params, ("per_page", PER_PAGE), ("page", page)]
            listed = objects((await self._client.json(url, params=asked, headers=_HEADERS)).value, name)
            found += listed
            if len(listed) < PER_PAGE:
                return found
            page += 1

    async def _list(self, url: str, params: Params) -> object:
        try:
            return (await self._client.json(url, params=[*params, ("per_page", PER_PAGE)], headers=_HEADERS)).value
        except HttpError as error:
            raise self._listing_failed(error) from None

    def _listing_failed(self, error: HttpError) -> SourceError:
        return listing_failed(error, "check `repositories`, and what `token` may read")

    async def _fetch(self, repository: str, number: str, builds: Sequence[tuple[Build, Run]]) -> list[Fetched | NotYet]:
        """The builds of one run."""
        made: list[Fetched | NotYet] = []
        ran = []
        for build, run in builds:
            if run.result in _NEVER_RAN or not job_number(document_of(build)):
                made.append(lacking(build, run, Lack.NO_LOGS, f"it never ran: {run.result or 'no result'}"))
            else:
                ran.append((build, run))
        if not ran:
            return made
        try:
            artifacts = await self._all(self._url(repository, f"runs/{quote(number, safe='')}/artifacts"), "artifacts", [])
            wanted = [artifact for artifact in artifacts if self._is_wanted(text(artifact.get("name")))]
            jobs = await self._jobs(repository, number) if wanted else []
        except HttpError as error:
            return made + [not_fetched(build, run, error) for build, run in ran]
        owners = [(owner_of(artifact, jobs), artifact) for artifact in wanted]
        nobodys = ", ".join(text(artifact.get("name"), 60) for owner, artifact in owners if owner is None)
        for build, run in ran:
            own = [artifact for owner, artifact in owners if owner == job_number(document_of(build))]
            if own:
                made.append(await self._results(build, run, own))
            elif nobodys:
                why = f"of which job these artifacts are cannot be told by time and name: {nobodys}"
                made.append(lacking(build, run, Lack.NO_FILE, why))
            else:
                why = f"none of the {len(artifacts)} artifacts of its workflow run is one of results of this job"
                made.append(lacking(build, run, Lack.NO_FILE, why))
        return made

    def _is_wanted(self, name: str) -> bool:
        return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in self._settings.artifacts)

    async def _results(self, build: Build, run: Run, artifacts: Sequence[Object]) -> Fetched | NotYet:
        files: list[tuple[str, bytes]] = []
        limit = self._general.content_limit
        for artifact in artifacts:
            name = text(artifact.get("name"), 200)
            if artifact.get("expired") is True:
                continue
            try:
                number = quote(text(artifact.get("id")), safe="")
                url = self._url(text(run.project), f"artifacts/{number}/zip")
                answer = await self._client.get(url, limit=self._general.upload_limit, headers=_HEADERS)
                async with self._reading:
                    inside = await asyncio.to_thread(archive.files_of, answer.body, limit)
            except HttpError as error:
                return not_fetched(build, run, error)
            except archive.TooLargeError as error:
                return lacking(build, run, Lack.TOO_LARGE, f"artifact {name}: {error}")
            except archive.ArchiveError as error:
                return lacking(build, run, Lack.UNPARSABLE, f"artifact {name}: {error}")
            limit -= sum(len(content) for _, content in inside)
            files += [(f"{name}/{each}", content) for each, content in inside]
        if not files and all(artifact.get("expired") is True for artifact in artifacts):
            return lacking(build, run, Lack.EXPIRED, f"artifact {text(artifacts[0].get('name'), 200)} has expired")
        async with self._reading:
            return await asyncio.to_thread(with_results, build, run, files, self._general)


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
