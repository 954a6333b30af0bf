"""GitLab CI as a source: pipelines by when they were updated, each of their jobs, and results from test reports."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import UUID

from gatehealth.collect.cursors import listing_failed, place, place_in, reached_in
from gatehealth.collect.gitlab_facts import Object, builds_of, document_of, junit_of, objects, request_of, run_of, suites_of
from gatehealth.collect.http import Client, HttpError, Params, RefusedError
from gatehealth.collect.results import GONE, lacking, not_fetched, with_results
from gatehealth.collect.source import Build, Fetched, Lack, NotYet, Page, SourceError
from gatehealth.collect.texts import moment, text
from gatehealth.config import GitlabSettings, Settings
from gatehealth.model import Run

PER_PAGE = 100  # the most that GitLab gives
# Jobs are looked for in pipelines that were updated so much later at most: whoever tries a job of an old pipeline again
# updates it.
LATEST_UPDATE = timedelta(days=7)
REMEMBERED = 10_000  # pipelines whose jobs, and requests whose branches, are not asked for again while nothing changes
_TICK = timedelta(seconds=1)  # in which GitLab's times are told, and compared


class GitlabSource:
    """Lists the jobs that have ended of pipelines that were updated, oldest update first, in one cursor a project."""

    def __init__(self, settings: GitlabSettings, general: Settings) -> None:
        self._settings = settings
        self._general = general
        self._client = Client(settings)
        self._listed: OrderedDict[tuple[str, str], str] = OrderedDict()  # by project and pipeline: when it was updated last
        self._targets: OrderedDict[tuple[str, str], str] = OrderedDict()  # by project and merge request: its target branch
        self._reading = asyncio.Semaphore(2)  # reports that are read at the same time

    @property
    def name(self) -> str:
        """See Source."""
        return self._settings.name

    async def poll(self, cursor: str | None) -> AsyncIterator[Page]:
        """See Source. The cursor is JSON: by project, when the newest pipeline that was listed was updated."""
        reached = reached_in(cursor)
        for project in self._settings.projects:
            known = moment(reached.get(project))
            since = datetime.now(UTC) - timedelta(days=self._settings.first_days)
            if known is not None:
                since = known - timedelta(seconds=self._settings.overlap_seconds)
            async for pipelines in self._pipelines(project, since, None):
                new = [each for each in pipelines if not self._was_listed(project, each)]
                builds = await self._builds(project, new)
                known = max([known or since, *_updates(pipelines)])
                reached[project] = known.isoformat()
                yield Page(builds, json.dumps(reached))
                for each in new:
                    _remember(self._listed, (project, text(each.get("id"))), text(each.get("updated_at")))

    async def between(self, since: datetime, until: datetime, cursor: str | None) -> AsyncIterator[Page]:
        """See Source. The cursor is JSON: how many projects are done, and until when the next one's pipelines were listed."""
        projects = self._settings.projects
        at, reached = place_in(cursor)
        last = until + LATEST_UPDATE
        while at < len(projects):
            newest = reached or since
            async for pipelines in self._pipelines(projects[at], newest, last):
                builds = await self._builds(projects[at], pipelines)
                newest = max([newest, *_updates(pipelines)])
                share = min(1.0, max(0.0, (newest - since) / (last - since)))
                ended = [build for build in builds if since <= build.ended_at < until]
                yield Page(ended, place(at, newest - _TICK), (at + share) / len(projects))
            at, reached = at + 1, None
            yield Page([], place(at, None), at / len(projects))

    async def fetch(self, builds: Sequence[Build], extra: Mapping[UUID, Mapping[str, str]]) -> AsyncIterator[Fetched | NotYet]:
        """See Source. Builds of one pipeline are fetched together: the test report is the pipeline's."""
        together: dict[tuple[str, str], list[tuple[Build, Run]]] = defaultdict(list)
        for build in builds:
            run = run_of(build, document_of(build))
            run.metadata |= {"source": self.name, **extra.get(build.uuid, {})}
            together[run.project, run.buildset].append((build, run))
        tasks = [self._fetch(project, number, each) for (project, number), each in together.items()]
        for task in asyncio.as_completed(tasks):
            for made in await task:
                yield made

    async def close(self) -> None:
        """See Source."""
        await self._client.close()

    def _was_listed(self, project: str, pipeline: Object) -> bool:
        return self._listed.get((project, text(pipeline.get("id")))) == text(pipeline.get("updated_at"))

    def _url(self, project: str, rest: str) -> str:
        return f"{self._settings.url.rstrip('/')}/api/v4/projects/{quote(project, safe='')}/{rest}"

    async def _pipelines(self, project: str, since: datetime, until: datetime | None) -> AsyncIterator[list[Object]]:
        """Pipelines that were updated, oldest first, each once; also those that run: jobs of theirs may have ended.

        Each page begins where the last one ended, by time: pipelines that are updated meanwhile move to the end, and
        would shift pages that are counted.
        """
        seen: set[tuple[str, str]] = set()
        page = 1
        while True:
            asked: Params = [("updated_after", _time(since)), ("order_by", "updated_at"), ("sort", "asc"), ("page", page)]
            if until is not None:
                asked = [*asked, ("updated_before", _time(until))]
            pipelines = await self._list(self._url(project, "pipelines"), asked)
            new = []
            for each in pipelines:
                which = text(each.get("id")), text(each.get("updated_at"))
                if which[0] and which not in seen:
                    seen.add(which)
                    new.append(each)
            yield new
            if len(pipelines) < PER_PAGE:
                return
            reached = moment(pipelines[-1].get("updated_at"))
            if reached is not None and reached - _TICK > since:
                since, page = reached - _TICK, 1
            else:
                page += 1

    async def _builds(self, project: str, pipelines: Sequence[Object]) -> list[Build]:
        listed = await asyncio.gather(*(self._jobs(project, each) for each in pipelines))
        return [
            build
            for pipeline, (jobs, target) in zip(pipelines, listed, strict=True)
            for build in builds_of(self._settings.url, project, pipeline, jobs, target)
        ]

    async def _jobs(self, project: str, pipeline: Object) -> tuple[list[Object], str]:
        """All jobs of a pipeline, also those that were tried again, and the branch that its merge request wants to get into."""
        url = self._url(project, f"pipelines/{quote(text(pipeline.get('id')), safe='')}/jobs")
        try:
            found: list[Object] = []
            page = 1
            while True:
                asked: Params = [("include_retried", "true"), ("per_page", PER_PAGE), ("page", page)]
                listed = objects((await self._client.json(url, params=asked)).value)
                found += listed
                if len(listed) < PER_PAGE:
                    return found, await self._target(project, request_of(pipeline))
                page += 1
        except HttpError as error:
            if isinstance(error, RefusedError) and error.status in GONE:
                return [], ""  # it was deleted since it was listed
            raise self._listing_failed(error) from None

    async def _target(self, project: str, request: str) -> str:
        if not request:
            return ""
        known = self._targets.get((project, request))
        if known is None:
            try:
                value = (await self._client.json(self._url(project, f"merge_requests/{request}"))).value
            except RefusedError:  # the token may read pipelines and no merge requests
                value = None
            known = text(value.get("target_branch")) if isinstance(value, Mapping) else ""
            _remember(self._targets, (project, request), known)
        return known

    async def _list(self, url: str, params: Params) -> list[Object]:
        try:
            return objects((await self._client.json(url, params=[*params, ("per_page", PER_PAGE)])).value)
        except HttpError as error:
            raise self._listing_failed(error) from None

    def _listing_failed(self, error: HttpError) -> SourceError:
        return listing_failed(error, "check `projects`, and what `token` may read (scope read_api)")

    async def _fetch(self, project: str, number: str, builds: Sequence[tuple[Build, Run]]) -> list[Fetched | NotYet]:
        """The builds of one pipeline."""
        made: list[Fetched | NotYet] = []
        reported = []
        for build, run in builds:
            document = document_of(build)
            if document.get("report") is True:
                reported.append((build, run))
            elif not text(_job(document).get("started_at")):
                made.append(lacking(build, run, Lack.NO_LOGS, f"it never ran: {run.result or 'no result'}"))
            else:
                made.append(lacking(build, run, Lack.NO_FILE, "the job has no `artifacts:reports:junit`"))
        if not reported:
            return made
        try:
            report = await self._report(project, number, "test_report")
            summary = await self._report(project, number, "test_report_summary")
        except HttpError as error:
            return made + [not_fetched(build, run, error, "content_limit") for build, run in reported]
        return made + [await self._results(build, run, report, summary) for build, run in reported]

    async def _report(self, project: str, number: str, which: str) -> Object:
        limit = self._general.content_limit
        value = (await self._client.json(self._url(project, f"pipelines/{quote(number, safe='')}/{which}"), limit=limit)).value
        return value if isinstance(value, Mapping) else {}

    async def _results(self, build: Build, run: Run, report: Object, summary: Object) -> Fetched:
        document = document_of(build)
        suites, other = suites_of(_job(document), report, summary)
        broken = next((text(suite.get("suite_error")) for suite in suites if text(suite.get("suite_error"))), "")
        filled = [suite for suite in suites if objects(suite.get("test_cases"))]
        if filled:
            async with self._reading:
                return await asyncio.to_thread(self._read, build, run, filled)
        if broken:
            return lacking(build, run, Lack.UNPARSABLE, f"GitLab could not read its report: {broken}")
        if other:
            why = f"GitLab adds parallel jobs up to one report, which is at job {other}"
            return lacking(build, run, Lack.NO_FILE, why)
        expires_at = moment(document.get("expires_at"))
        if expires_at is not None and expires_at <= datetime.now(UTC):
            return lacking(build, run, Lack.EXPIRED, f"its artifacts have expired at {_time(expires_at)}")
        why = "the test report of its pipeline has none of it: GitLab reports the last try of a job alone"
        return lacking(build, run, Lack.NO_FILE, why)

    def _read(self, build: Build, run: Run, suites: Sequence[Object]) -> Fetched:
        limit = self._general.attachment_limit
        files = [(f"{text(suite.get('name'), 200) or 'suite'}.xml", junit_of(suite, limit)) for suite in suites]
        return with_results(build, run, files, self._general)


def _job(document: Object) -> Object:
    job = document.get("job")
    return job if isinstance(job, Mapping) else {}


def _updates(pipelines: Sequence[Object]) -> list[datetime]:
    return [updated for each in pipelines if (updated := moment(each.get("updated_at"))) is not None]


def _remember(where: OrderedDict[tuple[str, str], str], key: tuple[str, str], value: str) -> None:
    where[key] = value
    while len(where) > REMEMBERED:
        where.popitem(last=False)


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
