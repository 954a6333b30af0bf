"""What a simulated Zuul says over MQTT: one report when a buildset starts, and one when its last build has ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from gatehealth.simulate import names
from gatehealth.simulate.builds import Build, Builds
from gatehealth.simulate.dice import Dice, seed_of
from gatehealth.simulate.shapes import Shapes
from gatehealth.simulate.troubles import LONGEST_LAG

_ACTIONS = {None: "start", "SUCCESS": "success", "FAILURE": "failure", "DEQUEUED": "dequeue"}
_INVALID = str.maketrans("+#", "__")  # what Zuul replaces in a topic


class Message(NamedTuple):
    """A report, ready to be sent but for its encoding."""

    at: int  # seconds since 1970 UTC
    topic: str  # TENANT/zuul/PIPELINE/PROJECT/BRANCH/CHANGE, Zuul's own example
    payload: dict[str, Any]  # as Zuul 14.3 writes it


class Reports:
    """The reports of a simulated Zuul; `base` is the address that those who read them have for it."""

    def __init__(self, builds: Builds, shapes: Shapes, base: str) -> None:
        self._builds = builds
        self._shapes = shapes
        self._base = base

    def between(self, since: int, until: int) -> list[Message]:
        """What is said in since < t <= until (seconds since 1970 UTC), in order. Some of it is lost, if that was ordered."""
        said: list[Message] = []
        over = self._builds.by_end(since - LONGEST_LAG, until)
        ended = {build.planned.buildset.hex for build in over if since < build.shown_at <= until}
        started: set[str] = set()
        for build in self._builds.newest():
            if build.started_at <= since:
                break
            started.add(build.planned.buildset.hex)
        for uuid in sorted(ended | started):
            builds = self._builds.buildset(uuid)
            if not builds:
                continue
            first, last = min(build.started_at for build in builds), max(build.shown_at for build in builds)
            said += [self._report(builds, at) for at in dict.fromkeys((first, last)) if since < at <= until]
        lost = self._builds.troubles.lost
        return sorted((each for each in said if not lost(each.payload["buildset"]["uuid"], each.payload["action"])), key=_order)

    def _report(self, builds: Sequence[Build], now: int) -> Message:
        """The report of a buildset at a moment at which its first build starts, or its last one ends."""
        planned = builds[0].planned
        result = self._shapes.buildset_result(builds, now)
        change = self._change(builds[0])
        payload = {
            "timestamp": now + 0.25,
            "action": _ACTIONS[result],
            "tenant": self._shapes.tenant,
            "tenant_web_root": f"{self._base}/",
            "zuul_ref": f"Z{planned.buildset.hex}",
            "pipeline": planned.pipeline,
            "queue": planned.pipeline,
            "changes": [{**change, "topic": ""}],
            **change,
            "message": "Starting jobs." if result is None else f"Build {'succeeded' if result == 'SUCCESS' else 'failed'}.",
            "trigger_time": float(min(build.started_at for build in builds) - 60),
            "enqueue_time": float(min(build.started_at for build in builds) - 59),
            "uuid": self._shapes.item_id(planned.buildset),
            "buildset": {
                "uuid": planned.buildset.hex,
                "result": result,
                "builds": [self._entry(build, change, now) for build in builds if build.final],
                "retry_builds": [self._begun(build, now) for build in builds if not build.final and build.shown_at <= now],
            },
            "zuul_event_id": self._shapes.event_id(planned.buildset),
        }
        where = f"{planned.pipeline}/{change['project']}/{planned.branch}/{change['change'] or None}"
        return Message(now, f"{self._shapes.tenant}/zuul/{where}".translate(_INVALID), payload)

    def _entry(self, build: Build, change: dict[str, Any], now: int) -> dict[str, Any]:
        """One of builds[]: with a job's name only, as long as it has not begun."""
        if build.started_at > now:
            return self._job(build)
        artifacts = self._shapes.build(build, self._base)["artifacts"] if build.shown_at <= now else []
        more = {"change": change, "dependencies": [], "job_dependencies": {}, "artifacts": artifacts, "events": []}
        return {**self._begun(build, now), **more}

    def _job(self, build: Build) -> dict[str, Any]:
        job = self._builds.gate.world.jobs[build.planned.job]
        uuid = Dice(seed_of("job", build.planned.buildset.hex, build.planned.job)).uuid().hex
        return {"job_name": job.name, "job_uuid": uuid, "voting": job.voting}

    def _begun(self, build: Build, now: int) -> dict[str, Any]:
        """What is said of a build that is known, a retried one too. Its times have parts of seconds, unlike the API's."""
        view = self._shapes.view(build, self._base, now)
        part = Dice(seed_of("part", build.uuid)).below(1_000) / 1_000
        began = build.began or not view.ended  # until it ends, nobody knows that it never will
        return {
            **self._job(build),
            "uuid": build.uuid,
            "start_time": build.started_at + part if began else None,
            "end_time": build.ended_at + part if view.ended and began else None,
            "execute_time": build.started_at - 10 + part if began else None,
            "log_url": view.log_url,
            "web_url": f"{self._base}/t/{self._shapes.tenant}/build/{build.uuid}",
            "result": view.word,
        }

    def _change(self, build: Build) -> dict[str, Any]:
        ref = self._shapes.ref(build)
        people = names.PEOPLE
        owner = people[seed_of("owner", build.planned.change) % len(people)] if ref["change"] else ""
        return {
            "project": ref["project"],
            "branch": ref["branch"],
            "change_url": ref["ref_url"],
            "change": str(ref["change"] or ""),
            "patchset": ref["patchset"] or "",
            "commit_id": ref["newrev"] or "",
            "owner": owner,
            "ref": ref["ref"],
        }


def _order(message: Message) -> tuple[int, str, str]:
    return message.at, message.payload["buildset"]["uuid"], message.payload["action"]
