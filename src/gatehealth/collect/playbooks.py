"""job-output.json: which task of which playbook made a build fail, and what it said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gatehealth import formats
from gatehealth.collect.texts import text
from gatehealth.model import Attachment, Run

MAX_BYTES = 32 * 2**20  # decompressed; read as a whole, it takes some ten times as much memory
ATTACHMENT = "failed-task"
_SAID = ("msg", "reason", "exception", "stdout", "stderr", "module_stdout", "module_stderr")
_MAX_ITEMS = 20  # of a loop, that are told
_MAX_SAID = 2**20  # characters of one of the above
_SHORT = 100  # characters up to which something said stands on the line of its name


class PlaybooksError(ValueError):
    """job-output.json cannot be read; the message is one line."""


@dataclass(frozen=True, slots=True)
class FailedTask:
    """The task that made a build fail."""

    phase: str  # pre, run, post, ...
    playbook: str  # as project/path
    task: str  # as `role : task`, where it is a role's
    host: str
    said: str  # what the task said, for people, and nothing of the above; empty when it said nothing

    def tell(self, run: Run) -> None:
        """Adds it to the run: metadata, and what it said as a file, if it said anything."""
        told = {"phase": self.phase, "playbook": self.playbook, "task": self.task, "host": self.host}
        run.metadata.update({f"failed_{key}": value for key, value in told.items() if value})
        if self.said:
            run.attachments.append(Attachment(ATTACHMENT, "text/plain;charset=utf8", self.said.encode()))


def read(content: bytes, result: str) -> FailedTask | None:
    """The task that explains a result; None when no task failed. Raises PlaybooksError.

    `result` is the build's word: a POST_FAILURE is explained by what failed after the run. Nothing explains a build that
    ran out of time: a playbook that is stopped does not get into the file. Of a file that is cut short, the playbooks that
    are whole are read.
    """
    try:
        content, damage = formats.decompress(content, MAX_BYTES)
    except formats.FormatError as error:
        raise PlaybooksError(str(error)) from None
    if len(content) > MAX_BYTES:
        raise PlaybooksError(f"has more than {MAX_BYTES:,} bytes")
    playbooks = _playbooks(content)
    if playbooks is None:
        raise PlaybooksError("; ".join(["is not a list of playbooks in JSON", *damage]))
    failed = [found for playbook in playbooks if (found := _failed_in(playbook)) is not None]
    if result.upper() == "POST_FAILURE":
        failed.sort(key=lambda found: found.phase != "post")
    return failed[0] if failed else None


def _playbooks(content: bytes) -> list[Mapping[str, Any]] | None:
    """The playbooks; None when there is no list of them."""
    decoded = content.decode("utf-8", "replace")
    try:
        found = json.loads(decoded)
    except RecursionError:
        return None
    except ValueError:
        found = list(_whole_ones(decoded))
    return list(_mappings(found)) or None


def _whole_ones(decoded: str) -> Iterator[Any]:
    """The elements of a JSON list that is cut short, up to the cut."""
    decoder = json.JSONDecoder()
    at = decoded.find("[") + 1
    while at:
        while at < len(decoded) and decoded[at] in " \t\r\n,":
            at += 1
        try:
            element, at = decoder.raw_decode(decoded, at)
        except (ValueError, RecursionError):
            return
        yield element


def _failed_in(playbook: Mapping[str, Any]) -> FailedTask | None:
    """The task that ended a playbook on one of its hosts.

    Tasks may fail and be rescued, or be ignored: the statistics by host count those that counted. A host does nothing
    more after one of these, so its last failed task it is. Without statistics (the playbook was stopped) any failed task.
    """
    stats = playbook.get("stats")
    hosts = None
    if isinstance(stats, Mapping) and stats:
        hosts = {host for host, counts in stats.items() if isinstance(counts, Mapping) and _any_failed(counts)}
    found: tuple[Mapping[str, Any], str, Mapping[str, Any]] | None = None
    for task in _tasks(playbook):
        for host, outcome in _outcomes(task):
            if (hosts is None or host in hosts) and (outcome.get("failed") is True or outcome.get("unreachable") is True):
                found = task, host, outcome
    return _told(playbook, *found) if found else None


def _any_failed(counts: Mapping[str, Any]) -> bool:
    return any(isinstance(n := counts.get(name), int) and n > 0 for name in ("failures", "unreachable"))


def _tasks(playbook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for play in _mappings(playbook.get("plays")):
        yield from _mappings(play.get("tasks"))


def _outcomes(task: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    hosts = task.get("hosts")
    for host, outcome in hosts.items() if isinstance(hosts, Mapping) else ():
        if isinstance(outcome, Mapping):
            yield host, outcome


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    return (each for each in (value if isinstance(value, list) else ()) if isinstance(each, Mapping))


def _told(playbook: Mapping[str, Any], task: Mapping[str, Any], host: str, outcome: Mapping[str, Any]) -> FailedTask:
    phase, path = text(playbook.get("phase")), text(playbook.get("playbook"))
    name, role = _name(task.get("task")), _name(task.get("role"))
    name = f"{role} : {name}" if role and name else name or role
    lines = _said(outcome)
    items = [each for each in _mappings(outcome.get("results")) if each.get("failed") is True]
    for item in items[:_MAX_ITEMS]:
        lines += ["", f"item: {_shown(item.get('item'), _SHORT)}", *_said(item)]
    if len(items) > _MAX_ITEMS:
        lines += ["", f"... and {len(items) - _MAX_ITEMS} more items that failed"]
    while lines and not lines[0]:  # what is long, or an item, begins with an empty line
        del lines[0]
    return FailedTask(phase, path, name, text(host), "".join(f"{line}\n" for line in lines))


def _name(value: object) -> str:
    return text(value.get("name")) if isinstance(value, Mapping) else ""


def _said(outcome: Mapping[str, Any]) -> list[str]:
    """What a task's outcome says, as lines: one for what is short, a block for what is long."""
    code = text(outcome.get("rc"))
    lines = [f"rc: {code}"] if code else []
    for key in _SAID:
        value = outcome.get(key)
        said = (
            text(value, _MAX_SAID) if isinstance(value, str | int) else "" if value is None else json.dumps(value)[:_MAX_SAID]
        )
        if said and "\n" not in said and len(said) <= _SHORT:
            lines.append(f"{key}: {said}")
        elif said:
            lines += ["", f"{key}:", said]
    return lines


def _shown(value: object, limit: int) -> str:
    """What is no text, as JSON: Ansible's modules say lists and mappings too."""
    if value is None or isinstance(value, str | int):
        return text(value, limit)
    try:
        return text(json.dumps(value), limit)
    except RecursionError:
        return ""
