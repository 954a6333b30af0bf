"""The simulated gate as a Zuul: its REST API, and the log server of its builds, as one ASGI application.

Fields, parameters and their meaning are those of Zuul 14, and those of Zuul 9.4 in the old shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gatehealth.model import to_micros
from gatehealth.simulate.builds import SECOND, Build, Builds
from gatehealth.simulate.clock import Clock, real
from gatehealth.simulate.ended import Ended, told
from gatehealth.simulate.gate import Gate
from gatehealth.simulate.logserver import LogServer
from gatehealth.simulate.misbehaving import TRUTH, Misbehaving
from gatehealth.simulate.parameters import Question, asked_for
from gatehealth.simulate.reports import Reports
from gatehealth.simulate.shapes import TENANT, Shape, Shapes, written
from gatehealth.simulate.troubles import Mishaps, Troubles

VERSION = "14.3.0"
KEEP_DAYS = 30  # that builds stay in the database
_LIMIT = 50  # rows in an answer when nothing is said

_Rows = dict[str, Any]
_Row = TypeVar("_Row")


def create(
    gate: Gate,
    clock: Clock = real,
    troubles: Troubles | None = None,
    *,
    shape: Shape = "new",
    build_times: bool = True,
    tenant: str = TENANT,
    keep_days: int = KEEP_DAYS,
    url: str = "",
) -> Zuul:
    """A Zuul with one tenant, whose API answers at /api/tenant/TENANT/... and, as one for itself (whitelabel), at /api/...

    It shows what the clock says: a build is not there before its start, and has no result before its end. Builds that
    started more than `keep_days` days ago are gone. `build_times=False` is a Zuul before 9.4. Logs are served below /logs/ of
    the same server, and log_url says so: with `url` in front, or with the address that the request went to.
    """
    builds = Builds(gate, clock, troubles or Troubles(), keep_days)
    return Zuul(builds, shape=shape, build_times=build_times, tenant=tenant, url=url)


class Zuul:
    """An ASGI application. Its endpoints are plain functions: Starlette runs them in threads."""

    def __init__(self, builds: Builds, *, shape: Shape, build_times: bool, tenant: str, url: str) -> None:
        self._builds = builds
        self._shapes = Shapes(builds, tenant, shape)
        self._tenant = tenant
        self._build_times = build_times
        self._url = url.rstrip("/")
        self._logs = LogServer(builds, tenant)
        self._mishaps = Mishaps(builds.troubles)
        self._app = Misbehaving(self._routed(), builds.troubles, self._mishaps, builds.clock)

    @property
    def gate(self) -> Gate:
        """The gate whose builds these are."""
        return self._builds.gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request, as ASGI has it."""
        await self._app(scope, receive, send)

    def ended(self, base: str = "") -> Iterator[Ended]:
        """The truth about every build that shows to have ended by now and is still in the database, the last first.

        It is what the API says once nothing of the build changes any more, and what its files hold that are there now.
        `base` is the address at which the server is asked, unless it was told its own.
        """
        base = self._url or base
        for build in self._builds.by_end(0, 2**62):
            ended = told(self._builds.gate, self._shapes, build, self._logs.files(build), base)
            ended.expires = self._logs.expires(build)
            yield ended

    def now(self) -> int:
        """The simulated time in whole seconds since 1970 UTC."""
        return self._builds.now()

    def reports(self, base: str = "") -> Reports:
        """What it says over MQTT; `base` as for `ended`."""
        return Reports(self._builds, self._shapes, self._url or base)

    def _routed(self) -> ASGIApp:
        of_tenant = [
            Route("/builds", self.builds),
            Route("/build/{uuid}", self.build),
            Route("/buildsets", self.buildsets),
            Route("/buildset/{uuid}", self.buildset),
            Route("/jobs", self.jobs),
            Route("/pipelines", self.pipelines),
            Route("/projects", self.projects),
            Route("/status", self.status),
        ]
        if self._build_times:
            of_tenant.append(Route("/build-times", self.build_times))
        routes = [
            Route(TRUTH, self.truth),
            Route("/api/tenants", self.tenants),
            Route("/api/info", self.info),
            Mount(f"/api/tenant/{self._tenant}", routes=[Route("/info", self.info), *of_tenant]),
            Mount("/api", routes=of_tenant),
            Route(f"/logs/{{start}}/{self._tenant}/{{uuid}}/{{path:path}}", self._logs.answer),
        ]
        return Starlette(routes=routes)

    def truth(self, request: Request) -> Response:
        """What is true of this Zuul now: `faults` of the gate, and every build that has ended, the last first."""
        gate = self._builds.gate
        head = json.dumps(gate.truth() | {"now": written(self._builds.now()) + "Z"})[:-1]
        rows = (json.dumps(ended.said()) for ended in self.ended(self._base(request)))
        pieces = chain(
            [head, ', "builds": ['], (f"{',' if number else ''}\n{row}" for number, row in enumerate(rows)), ["]}\n"]
        )
        return StreamingResponse(pieces, media_type="application/json")

    def tenants(self, request: Request) -> Response:
        """The tenants."""
        return JSONResponse([{"name": self._tenant, "projects": len(self._builds.gate.world.projects), "queue": 0}])

    def info(self, request: Request) -> Response:
        """What this Zuul can do."""
        capabilities = {"job_history": True, "auth": {"realms": {}, "default_realm": None, "read_protected": False}}
        return JSONResponse({"info": {"capabilities": capabilities, "stats": {"url": None}, "websocket_url": None}})

    def builds(self, request: Request) -> Response:
        """Builds, the highest id first."""
        ask = Question(request)
        now, base = self._builds.now(), self._base(request)
        id_min, id_max = ask.number("idx_min"), ask.number("idx_max")
        wanted = asked_for(ask, self._builds.gate.world, self._shapes)
        found: Iterable[Build]
        if uuids := ask.all("uuid"):
            known = (self._builds.one(uuid) for uuid in dict.fromkeys(uuids))
            found = sorted((build for build in known if build), key=lambda build: -build.id)
        else:
            found = self._builds.newest(id_max)
        result, exclude, nodeset = set(ask.all("result")), set(ask.all("exclude_result")), set(ask.all("nodeset"))
        final, voting = ask.boolean("final"), ask.boolean("voting")
        complete, held = ask.boolean("complete"), ask.boolean("held")

        def matches(build: Build) -> bool:
            if (id_max is not None and build.id > id_max) or not wanted(build):
                return False
            word = self._shapes.view(build, base, now).word
            job = self._builds.gate.world.jobs[build.planned.job]
            return (
                (not result or word in result)
                and not (exclude and (word is None or word in exclude))  # SQL's NOT IN leaves null out
                and (final is None or final == (word != "RETRY"))
                and (complete is None or complete == (word is not None))
                and (voting is None or voting == job.voting)
                and (not nodeset or job.label in nodeset)
                and not held
            )

        def rows() -> Iterator[Build]:
            for build in found:
                if id_min is not None and build.id < id_min:
                    return
                if matches(build):
                    yield build

        return JSONResponse([self._shapes.build(build, base) for build in self._page(ask, rows())])

    def build(self, request: Request) -> Response:
        """One build."""
        build = self._builds.one(request.path_params["uuid"])
        if build is None:
            raise HTTPException(404, f"Build {request.path_params['uuid']} does not exist")
        return JSONResponse(self._shapes.build(build, self._base(request), single=True))

    def build_times(self, request: Request) -> Response:
        """Builds that have ended, the last first, each in few words."""
        ask = Question(request)
        since, until = ask.moment("start_time"), ask.moment("end_time")
        exclude, final = set(ask.all("exclude_result")), ask.boolean("final")
        wanted = asked_for(ask, self._builds.gate.world, self._shapes, wildcards=False)
        found = self._builds.by_end(0 if since is None else since, 2**62 if until is None else until)
        rows = (
            build for build in found if wanted(build) and build.word not in exclude and (final is None or final == build.final)
        )
        return JSONResponse([self._shapes.times(build) for build in self._page(ask, rows)])

    def buildsets(self, request: Request) -> Response:
        """Buildsets, the highest id first."""
        ask = Question(request)
        now, base = self._builds.now(), self._base(request)
        id_min, id_max = ask.number("idx_min"), ask.number("idx_max")
        wanted = asked_for(ask, self._builds.gate.world, self._shapes)
        result, exclude = set(ask.all("result")), set(ask.all("exclude_result"))
        complete, uuids = ask.boolean("complete"), set(ask.all("uuid"))

        def rows() -> Iterator[list[Build]]:
            for uuid in self._builds.newest_buildsets():
                builds = self._builds.buildset(uuid)
                if id_min is not None and builds[0].id < id_min:
                    return
                if (id_max is not None and builds[0].id > id_max) or (uuids and uuid not in uuids) or not wanted(builds[0]):
                    continue
                word = self._shapes.buildset_result(builds, now)
                if (
                    (not result or word in result)
                    and not (exclude and (word is None or word in exclude))
                    and (complete is None or complete == (word is not None))
                ):
                    yield builds

        return JSONResponse([self._shapes.buildset(builds, base) for builds in self._page(ask, rows())])

    def buildset(self, request: Request) -> Response:
        """One buildset with its builds."""
        builds = self._builds.buildset(request.path_params["uuid"])
        if not builds:
            raise HTTPException(404, f"Buildset {request.path_params['uuid']} does not exist")
        return JSONResponse(self._shapes.buildset(builds, self._base(request), single=True))

    def jobs(self, request: Request) -> Response:
        """The jobs."""
        described = [
            {"name": job.name, "description": None, "tags": [], "variants": [{"voting": str(job.voting).lower()}]}
            for job in self._builds.gate.world.jobs
        ]
        return JSONResponse(sorted(described, key=lambda job: str(job["name"])))

    def pipelines(self, request: Request) -> Response:
        """The pipelines."""
        gerrit = [{"event": "patchset-created", "driver": "gerrit"}]
        timer = [{"event": "timer", "driver": "timer"}]
        return JSONResponse(
            [
                {"name": name, "triggers": timer if name == "periodic" else gerrit}
                for name in ("check", "gate", "periodic", "experimental")
            ]
        )

    def projects(self, request: Request) -> Response:
        """The projects."""
        return JSONResponse(
            [
                {
                    "name": project.name,
                    "connection_name": "gerrit",
                    "canonical_name": f"opendev.example.org/{project.name}",
                    "type": "untrusted",
                }
                for project in self._builds.gate.world.projects
            ]
        )

    def status(self, request: Request) -> Response:
        """What is running: the pipelines with their items."""
        now, base = self._builds.now(), self._base(request)
        items: dict[str, list[_Rows]] = {name: [] for name in ("check", "gate", "periodic", "experimental")}
        oldest = (now - 86_400) * SECOND  # no build takes longer than a day
        for uuid in self._builds.newest_buildsets():
            builds = self._builds.buildset(uuid)
            if builds[0].planned.started_at < oldest:
                break
            if self._shapes.buildset_result(builds, now) is not None:
                continue
            ref = self._shapes.ref(builds[0])
            change = f"{ref['change']},{ref['patchset']}" if ref["change"] else None
            items[builds[0].planned.pipeline].append(
                {
                    "id": self._shapes.item_id(builds[0].planned.buildset),
                    "refs": [{**ref, "id": change, "url": ref["ref_url"]}],
                    "zuul_ref": f"Z{uuid}",
                    "enqueue_time": (builds[0].started_at - 60) * 1_000,
                    "live": True,
                    "active": True,
                    "jobs": [self._running(build, base, now) for build in builds],
                }
            )
        pipelines = [
            {
                "name": name,
                "change_queues": [{"name": name, "heads": [[item] for item in each], "window": 0}] if each else [],
                "triggers": [],
            }
            for name, each in items.items()
        ]
        return JSONResponse(
            {
                "zuul_version": VERSION,
                "trigger_event_queue": {"length": 0},
                "management_event_queue": {"length": 0},
                "last_reconfigured": to_micros(self._builds.gate.settings.start) // 1_000,
                "pipelines": pipelines,
            }
        )

    def _running(self, build: Build, base: str, now: int) -> _Rows:
        started = build.started_at <= now
        view = self._shapes.view(build, base, now)
        job = self._builds.gate.world.jobs[build.planned.job]
        return {
            "name": job.name,
            "uuid": build.uuid if started else None,
            "result": view.word,
            "start_time": build.started_at if started else None,
            "end_time": build.ended_at if view.ended else None,
            "elapsed_time": (min(now, build.ended_at) - build.started_at) * 1_000 if started else None,
            "report_url": view.log_url,
            "voting": job.voting,
            "tries": build.planned.attempt,
            "queued": not started,
        }

    def _page(self, ask: Question, rows: Iterable[_Row]) -> Iterator[_Row]:
        """The rows that `skip` and `limit` leave."""
        skip, limit = ask.number("skip") or 0, ask.number("limit")
        limit = _LIMIT if limit is None else limit
        if skip < 0 or limit < 0:
            raise HTTPException(400, "skip and limit must not be negative")
        skip -= self._mishaps.shift(ask.listing, first=not skip)
        return islice(rows, max(0, skip), max(0, skip) + limit)

    def _base(self, request: Request) -> str:
        """The address of this server, as the client knows it."""
        return self._url or str(request.base_url).rstrip("/").partition("/api")[0]
