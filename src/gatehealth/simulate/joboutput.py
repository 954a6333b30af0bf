"""What Ansible did in a simulated build: job-output.json and job-output.txt, with the task that failed when one did."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from gatehealth.model import from_micros
from gatehealth.simulate.dice import Dice
from gatehealth.simulate.layout import World
from gatehealth.simulate.outcomes import Happened

_BASE = "opendev.example.org/opendev/base-jobs/playbooks/base"
_JOBS = "opendev.example.org/zuul/zuul-jobs/playbooks"
_STATS = ("ok", "changed", "failures", "skipped", "unreachable", "rescued", "ignored")
_UNREACHABLE = "Failed to connect to the host via ssh: ssh: connect to host 203.0.113.{n} port 22: Connection timed out"


@dataclass(frozen=True, slots=True)
class FailingTask:
    """Where a build went wrong, as job-output.json tells it."""

    phase: str  # "pre", "run" or "post"
    playbook: str
    task: str
    host: str
    msg: str
    stdout: str = ""
    stderr: str = ""
    rc: int | None = None
    unreachable: bool = False
    items: bool = False  # it failed in one turn of a loop

    def said(self) -> dict[str, Any]:
        """What the task gave back on that host."""
        gave: dict[str, Any] = {"action": "command", "changed": self.rc is not None, "msg": self.msg}
        gave |= {"unreachable": True} if self.unreachable else {"failed": True}
        if self.rc is not None:
            gave |= {"rc": self.rc, "stdout": self.stdout, "stderr": self.stderr, "stdout_lines": self.stdout.splitlines()}
        if self.items:
            turns = [{"item": "first", "changed": False, "failed": False}, {**gave, "item": "second"}]
            return {"action": "command", "changed": False, "failed": True, "msg": "All items completed", "results": turns}
        return gave


@dataclass(slots=True)
class JobOutput:
    """The playbooks of a build as they ran."""

    playbooks: list[dict[str, Any]] = field(default_factory=list)
    failing: FailingTask | None = None
    result: str = ""

    def document(self) -> bytes:
        """The file job-output.json."""
        return json.dumps(self.playbooks, indent=4, sort_keys=True).encode()

    def text(self, started_at: datetime | None) -> bytes:
        """The file job-output.txt: what people read."""
        moment = started_at or from_micros(0)
        lines = []
        for number, playbook in enumerate(self.playbooks):
            at = (moment + timedelta(seconds=7 * number)).strftime("%Y-%m-%d %H:%M:%S.%f")
            phase, name = str(playbook["phase"]).upper(), playbook["playbook"]
            lines.append(f"{at} | {phase}-RUN START: [untrusted : {name}]" if phase != "RUN" else f"{at} | RUN START: [{name}]")
            for task in playbook["plays"][0]["tasks"]:
                role = task.get("role", {}).get("name")
                lines.append(f"{at} | TASK [{role + ' : ' if role else ''}{task['task']['name']}]")
                for host, gave in task["hosts"].items():
                    state = "UNREACHABLE" if gave.get("unreachable") else "ERROR" if gave.get("failed") else "ok"
                    lines += [f"{at} | {host} | {state}", *(f"{at} | {host} | {line}" for line in gave.get("stdout_lines", ()))]
            word = self.result if self.failing is not None and self.failing.phase == playbook["phase"] else "NORMAL"
            lines.append(f"{at} | {phase} END RESULT_{'TIMED_OUT' if self.result == 'TIMED_OUT' else word}: [{name}]")
        return ("\n".join(lines) + "\n").encode()


def job_output(world: World, happened: Happened, hosts: list[str], dice: Dice) -> JobOutput:
    """What Ansible did in a build that ended as it did."""
    job = world.jobs[happened.planned.job]
    failing = _failing(happened, has_tests=job.has_tests, job=job.name, hosts=hosts, dice=dice)
    output = JobOutput(failing=failing, result=happened.word)
    test_task = "Run the tests" if job.has_tests else "tox : Run tox without tests"
    phases = (
        ("pre", f"{_BASE}/pre.yaml", ("emit-job-header : Print job information", "configure-mirrors : Set up the mirrors")),
        ("pre", f"{_JOBS}/tox/pre.yaml", ("ensure-python : Install Python", "bindep : Install packages")),
        ("run", f"{_JOBS}/tox/run.yaml", ("stage-output : Make folders", test_task)),
        ("post", f"{_JOBS}/tox/post.yaml", ("fetch-subunit-output : Collect test results",)),
        ("post", f"{_BASE}/post-logs.yaml", ("generate-zuul-manifest : Generate", "upload-logs : Upload logs")),
    )
    began = happened.planned.started_at
    step = max(1, (happened.ended_at - began) // (len(phases) + 1))
    stopped = False
    for index, (phase, playbook, tasks) in enumerate(phases):
        if stopped and phase != "post":
            continue
        if happened.word == "TIMED_OUT" and phase == "post" and "upload" not in tasks[-1]:
            continue
        here = failing if failing is not None and failing.playbook == playbook else None
        output.playbooks.append(_playbook(phase, playbook, index, tasks, hosts, here, began + index * step, step, dice))
        stopped = stopped or (here is not None and phase != "post")
    return output


def _failing(happened: Happened, *, has_tests: bool, job: str, hosts: list[str], dice: Dice) -> FailingTask | None:
    """The task at which a build failed; none when it did not, or was ended from outside."""
    host = dice.pick(hosts)
    pre, run, post = f"{_JOBS}/tox/pre.yaml", f"{_JOBS}/tox/run.yaml", f"{_BASE}/post-logs.yaml"
    match happened.word:
        case "FAILURE" if happened.columns is not None:
            return FailingTask("run", run, "Run the tests", host, "non-zero return code", "1 or more tests failed", "", 1)
        case "FAILURE" if has_tests:
            stderr = "E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?\n" * 2
            task = "stage-output : Make folders"
            return FailingTask("run", run, task, host, "non-zero return code", f"+ ./stack.sh {job}\n", stderr, 100)
        case "FAILURE":
            path, line = f"{job.split('-')[0]}/api/{dice.pick(('servers', 'volumes', 'nets'))}.py", dice.between(3, 900)
            stdout = f"./{path}:{line}:1: E302 expected 2 blank lines, found 1\n./{path}:{line + 9}:80: E501 line too long\n"
            return FailingTask("run", run, "tox : Run tox without tests", host, "non-zero return code", stdout, "", 1)
        case "RETRY" | "RETRY_LIMIT":
            if dice.below(2):
                msg = _UNREACHABLE.format(n=dice.between(2, 250))
                return FailingTask("pre", pre, "ensure-python : Install Python", host, msg, unreachable=True)
            stderr = f"E: Failed to fetch http://mirror.example.org/ubuntu/pool/p/{dice.below(1_000)}.deb  Connection failed\n"
            return FailingTask("pre", pre, "bindep : Install packages", host, "non-zero return code", "", stderr, 100)
        case "POST_FAILURE":
            msg = "HTTP Error 503: Service Unavailable"
            return FailingTask("post", post, "upload-logs : Upload logs", host, msg, items=bool(dice.below(2)))
        case "DISK_FULL":
            stderr = "OSError: [Errno 28] No space left on device\n"
            return FailingTask("run", run, "stage-output : Make folders", host, "non-zero return code", "", stderr, 1)
    return None


def _playbook(
    phase: str,
    playbook: str,
    index: int,
    tasks: tuple[str, ...],
    hosts: list[str],
    failing: FailingTask | None,
    began: int,
    length: int,
    dice: Dice,
) -> dict[str, Any]:
    stats = {
        host: dict.fromkeys(("ok", "changed", "failures", "skipped", "unreachable", "rescued", "ignored"), 0) for host in hosts
    }
    told = []
    gone: set[str] = set()
    for number, name in enumerate(tasks):
        span = _span(began + number * length // len(tasks), began + (number + 1) * length // len(tasks))
        gave: dict[str, dict[str, Any]] = {}
        for host in hosts:
            if host in gone:
                continue
            if failing is not None and (failing.task, failing.host) == (name, host):
                gave[host] = failing.said()
                stats[host]["unreachable" if failing.unreachable else "failures"] += 1
                gone.add(host)
            elif number == 0 and dice.below(12) == 0:  # one that may fail
                gave[host] = {"action": "command", "changed": True, "failed": True, "msg": "non-zero return code", "rc": 2}
                stats[host]["ok"] += 1
                stats[host]["ignored"] += 1
            else:
                gave[host] = {"action": "command", "changed": False}
                stats[host]["ok"] += 1
        if gave:
            about = {"name": name.rpartition(" : ")[2], "id": str(dice.uuid()), "duration": span}
            task: dict[str, Any] = {"task": about, "hosts": gave}
            if " : " in name:
                role = name.partition(" : ")[0]
                task["role"] = {"name": role, "id": str(dice.uuid()), "path": f"/var/lib/zuul/roles/{role}"}
            told.append(task)
    play = {"play": {"name": "all", "id": str(dice.uuid()), "duration": _span(began, began + length)}}
    return {
        "playbook": playbook,
        "phase": phase,
        "index": str(index),
        "trusted": playbook.startswith(_BASE),
        "branch": "master",
        "plays": [{**play, "tasks": told}],
        "stats": stats,
    }


def _span(since: int, until: int) -> dict[str, str]:
    return {name: from_micros(at).isoformat().replace("+00:00", "Z") for name, at in (("start", since), ("end", until))}
