"""Builds and buildsets as Zuul's API writes them: with the ref in an object of its own, or flat as before Zuul 9.5."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from gatehealth.model import from_micros
from gatehealth.simulate.builds import SECOND, Build, Builds
from gatehealth.simulate.dice import Dice, seed_of
from gatehealth.simulate.logs import MANIFEST, Form, form_of, has_manifest
from gatehealth.simulate.views import ref_of

Shape = Literal["new", "old"]
TENANT = "openstack"

_ERRORS = {
    "NODE_FAILURE": "Failed to provision the nodes: the provider has no room left",
    "MERGE_CONFLICT": "Unable to merge: conflict in the executor's repository",
    "DISK_FULL": "The executor stopped the build: it used too much disk",
}


def written(seconds: int) -> str:
    """A time as Zuul writes it: UTC, and no zone."""
    return from_micros(seconds * SECOND).isoformat().removesuffix("+00:00")


@dataclass(frozen=True, slots=True)
class View:
    """A build as it shows at a moment."""

    ended: bool
    word: str | None
    log_url: str | None


class Shapes:
    """Writes what the API answers with; `tenant` and the addresses are the same in all of it."""

    def __init__(self, builds: Builds, tenant: str, shape: Shape) -> None:
        self._builds = builds
        self._world = builds.gate.world
        self.tenant = tenant
        self.shape = shape

    def log_url(self, build: Build, base: str) -> str | None:
        """Where the logs of a build are, once it has ended."""
        return f"{base}/logs/{build.uuid[:3]}/{self.tenant}/{build.uuid}/" if build.logs else None

    def view(self, build: Build, base: str, now: int) -> View:
        """What is known of a build at a moment."""
        if build.shown_at > now:
            return View(ended=False, word=None, log_url=None)
        log_url = self.log_url(build, base)
        dice = self._builds.troubles.hit("changing", build.uuid)
        if dice is None or build.shown_at + dice.between(30, 400) <= now:
            return View(ended=True, word=build.word, log_url=log_url)
        if log_url is not None and dice.below(2):
            return View(ended=True, word=build.word, log_url=None)
        others = [word for word in ("SUCCESS", "FAILURE", "POST_FAILURE") if word != build.word]
        return View(ended=True, word=dice.pick(others), log_url=log_url)

    def event_id(self, buildset: UUID) -> str:
        """The id of the event that enqueued a buildset."""
        return Dice(seed_of("event", buildset.hex)).uuid().hex

    def item_id(self, buildset: UUID) -> str:
        """The id of the queue item of a buildset."""
        return Dice(seed_of("item", buildset.hex)).uuid().hex

    def ref(self, build: Build) -> dict[str, Any]:
        """What was tested."""
        planned = build.planned
        project = self._world.projects[planned.project].name
        change = planned.change or None
        ref, ref_url = ref_of(project, planned)
        revision = Dice(seed_of("revision", project, ref, planned.started_at // 86_400_000_000)).uuid().hex + "00000000"
        return {
            "project": project,
            "branch": planned.branch,
            "change": change,
            "patchset": str(planned.patchset) if change else None,
            "ref": ref,
            "oldrev": None,
            "newrev": None if change else revision,
            "ref_url": ref_url,
        }

    def build(
        self, build: Build, base: str, *, single: bool = False, within: bool = False, ended: bool = False
    ) -> dict[str, Any]:
        """A build object; `single` is asked for by uuid, `within` stands in its buildset; `ended` as it is in the end."""
        now = 2**62 if ended else self._builds.now()
        view = self.view(build, base, now)
        planned = build.planned
        job = self._world.jobs[planned.job]
        ref = self.ref(build)
        said: dict[str, Any] = {
            "_id": build.id,
            "uuid": build.uuid,
            "job_name": job.name,
            "result": view.word,
            "held": False,
            "execute_time": written(build.started_at - 10),
            "start_time": written(build.started_at),
            "end_time": written(build.ended_at) if view.ended else None,
            "duration": float(build.ended_at - build.started_at) if view.ended else None,
            "voting": job.voting,
            "log_url": view.log_url,
            "nodeset": job.label,
            "error_detail": _ERRORS.get(view.word or ""),
            "final": build.final or view.word != build.word,
            "artifacts": self._artifacts(build, view.log_url),
            "provides": [],
        }
        old = self.shape == "old"
        if old:
            said |= {key: ref[key] for key in ("project", "branch", "change", "patchset", "ref", "newrev", "ref_url")}
        else:
            said["ref"] = ref
        if within:
            return said
        said |= {
            "pipeline": planned.pipeline,
            "event_id": self.event_id(planned.buildset),
            "event_timestamp": written(build.started_at // 60 * 60 - 60),
            "buildset": {"uuid": planned.buildset.hex},
        }
        if not old:
            said["queue_item_uuid"] = self.item_id(planned.buildset)
            if single:
                said["buildset"]["refs"] = [ref]
        return said

    def _artifacts(self, build: Build, log_url: str | None) -> list[dict[str, Any]]:
        if log_url is None:
            return []
        planned, found = build.planned, []
        if has_manifest(planned.seed):
            found.append({"name": "Zuul Manifest", "url": log_url + MANIFEST, "metadata": {"type": "zuul_manifest"}})
        form = form_of(self._world.jobs[planned.job], planned.seed, build.word, has_results=build.has_results)
        if form in (Form.PLAIN, Form.GZIP, Form.ENCODED, Form.SEVERAL):
            metadata = {"type": "unit_test_report"}
            found.append({"name": "Unit Test Report", "url": log_url + "testr_results.html", "metadata": metadata})
        return found

    def times(self, build: Build) -> dict[str, Any]:
        """A row of build-times."""
        ref = self.ref(build)
        view = self.view(build, "", self._builds.now())
        return {
            "_id": build.id,
            "uuid": build.uuid,
            "job_name": self._world.jobs[build.planned.job].name,
            "result": view.word,
            "start_time": written(build.started_at),
            "end_time": written(build.ended_at),
            "duration": float(build.ended_at - build.started_at),
            "final": build.final or view.word != build.word,
            "project": ref["project"],
            "branch": ref["branch"],
            "pipeline": build.planned.pipeline,
            "ref": ref["ref"],
        }

    def buildset(self, builds: Sequence[Build], base: str, *, single: bool = False) -> dict[str, Any]:
        """A buildset object."""
        first, now = builds[0], self._builds.now()
        planned, ref = first.planned, self.ref(first)
        result = self.buildset_result(builds, now)
        said: dict[str, Any] = {
            "_id": first.id,
            "uuid": planned.buildset.hex,
            "result": result,
            "message": None if result is None else f"Build {'succeeded' if result == 'SUCCESS' else 'failed'}.",
            "pipeline": planned.pipeline,
            "event_id": self.event_id(planned.buildset),
            "event_timestamp": written(first.started_at // 60 * 60 - 60),
            "first_build_start_time": written(first.started_at),
            "last_build_end_time": None if result is None else written(max(build.ended_at for build in builds)),
        }
        if self.shape == "old":
            said |= {key: ref[key] for key in ("project", "branch", "change", "patchset", "ref", "newrev", "ref_url")}
        else:
            said |= {"queue_item_uuid": self.item_id(planned.buildset), "user_id": None, "parameters": None, "refs": [ref]}
        if single:
            said["builds"] = [self.build(build, base, within=True) for build in builds if build.started_at <= now]
            said["events"] = [
                {
                    "event_time": written(first.started_at - 10),
                    "event_type": "triggered",
                    "description": f"Triggered by {'a change' if planned.change else 'a timer'}",
                }
            ]
        return said

    def buildset_result(self, builds: Sequence[Build], now: int) -> str | None:
        """The word for a buildset, null as long as one of its builds has not ended."""
        if any(build.shown_at > now for build in builds):
            return None
        words = {build.word for build in builds if build.final and self._world.jobs[build.planned.job].voting}
        if "CANCELED" in words:
            return "DEQUEUED"
        return "SUCCESS" if words <= {"SUCCESS", "SKIPPED"} else "FAILURE"
