"""The log server of a simulated Zuul: makes the files of a build when they are asked for, loses some if that was ordered."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gatehealth.simulate.builds import Build, Builds
from gatehealth.simulate.logs import Left, leave
from gatehealth.simulate.troubles import HOUR

_KEPT_BYTES = 64_000_000  # of builds whose files will be asked for next
_RESULT_BYTES = 600  # that a Result takes, about


class LogServer:
    """Answers for the logs of all builds. Safe to use from several threads."""

    def __init__(self, builds: Builds, tenant: str) -> None:
        self._builds = builds
        self._tenant = tenant
        self._kept: OrderedDict[str, Left] = OrderedDict()  # by uuid, those asked for last at the end
        self._kept_bytes = 0
        self._lock = Lock()

    def answer(self, request: Request) -> Response:
        """A file that a build left: the path has `start`, `uuid` and `path`."""
        uuid = request.path_params["uuid"]
        build = self._builds.one(uuid)
        if build is not None and build.shown_at <= self._builds.now() and request.path_params["start"] == uuid[:3]:
            file = self.files(build).files.get(request.path_params["path"])
            if file is not None:
                encoding = {"content-encoding": "gzip"} if file.encoded else {}
                return Response(file.content, media_type=file.mime_type, headers=encoding)
        return PlainTextResponse("404 Not Found", 404)

    def files(self, build: Build) -> Left:
        """What there is now of what a build left."""
        troubles = self._builds.troubles
        expired = self.expires(build) and self._builds.now() >= build.ended_at + troubles.expire_hours * HOUR
        left = self._left(build)
        return Left(left.form, {}) if expired or troubles.hit("gone", build.uuid) else left

    def expires(self, build: Build) -> bool:
        """Whether the logs of a build are removed some time after its end."""
        return build.logs and self._builds.troubles.hit("expiring", build.uuid) is not None

    def _left(self, build: Build) -> Left:
        """All that a build left: kept a while, as its files are asked for one after the other."""
        with self._lock:
            left = self._kept.get(build.uuid)
            if left is not None:
                self._kept.move_to_end(build.uuid)
                return left
        gate = self._builds.gate
        left = leave(gate.world, gate.faults, gate.fate(build.planned), self._tenant)
        with self._lock:
            if build.uuid not in self._kept:
                self._kept[build.uuid] = left
                self._kept_bytes += _bytes(left)
            while self._kept_bytes > _KEPT_BYTES and len(self._kept) > 1:
                self._kept_bytes -= _bytes(self._kept.popitem(last=False)[1])
        return left


def _bytes(left: Left) -> int:
    return sum(len(file.content) for file in left.files.values()) + _RESULT_BYTES * len(left.results)
