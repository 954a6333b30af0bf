"""The words of the house as types: runs, results, and what they carry. No I/O and no other room is known here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from uuid import UUID


class Status(IntEnum):
    """The outcome of one test in one run. The numbers are stored: never renumber them."""

    SUCCESS = 0
    FAIL = 1
    SKIP = 2
    XFAIL = 3
    UXSUCCESS = 4
    INCOMPLETE = 5  # started, never finished

    @property
    def word(self) -> str:
        """The name on the wire and on pages."""
        return self.name.lower()


# Folded words, as subunit2sql counts them: an expected failure is a pass, an unexpected success a failure.
PASSED = frozenset({Status.SUCCESS, Status.XFAIL})
FAILED = frozenset({Status.FAIL, Status.UXSUCCESS})


class Outcome(IntEnum):
    """What became of a run. The numbers are stored: never renumber them."""

    PASS = 0
    FAIL = 1
    INFRA = 2  # the CI system failed, not the change: no node, no log upload, retries used up
    IGNORED = 3  # canceled, skipped, superseded: says nothing about the change

    @property
    def word(self) -> str:
        """The name on the wire and on pages."""
        return self.name.lower()


@dataclass(slots=True)
class Attachment:
    """A file that a result, or a run, carries: a traceback, a skip reason, captured output."""

    name: str
    mime_type: str
    content: bytes
    size: int = -1  # bytes before any cut; -1 means that nothing was cut

    def __post_init__(self) -> None:
        if self.size < 0:
            self.size = len(self.content)

    @property
    def is_text(self) -> bool:
        """Whether the content is meant to be read."""
        return self.mime_type.startswith("text/") or "charset" in self.mime_type

    def text(self) -> str:
        """The content as text; what is not UTF-8 shows as U+FFFD."""
        return self.content.decode("utf-8", "replace")


@dataclass(slots=True)
class Result:
    """One attempt at one test in one run. Times are microseconds since 1970-01-01 UTC, None where the source had none."""

    test: str
    status: Status
    attempt: int = 0  # 0, 1, ... for the same test in the same run, in the order of the source
    started_at: int | None = None
    ended_at: int | None = None
    tags: tuple[str, ...] = ()  # sorted, without repeats; a worker is a tag (worker-0)
    attributes: str = ""  # what stood in brackets behind the name: "id-5d0...,smoke"
    attachments: list[Attachment] = field(default_factory=list)


@dataclass(slots=True)
class ResultFile:
    """What one file or stream of results held."""

    format: str  # "subunit-v2", "subunit-v1", "junit"
    results: list[Result] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)  # of the run, not of one test
    damage: list[str] = field(default_factory=list)  # what was not sound, where, one line each
    processes_failed: int = 0  # test processes that ended with an error (subunit's process-returncode)


@dataclass(slots=True)
class Run:
    """One execution of one job: the facts that the CI system knows, and the results, if there are any."""

    uuid: UUID
    job: str = ""
    project: str = ""
    pipeline: str = ""
    branch: str = ""
    change: str = ""
    patchset: str = ""
    ref: str = ""
    ref_url: str = ""
    buildset: str = ""
    voting: bool | None = None
    result: str = ""  # the CI system's own word, as it came
    provider: str = ""
    log_url: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    processes_failed: int = 0


# The facts of a run that are text; an empty one is unknown.
TEXT_FACTS = (
    *("job", "project", "pipeline", "branch", "change", "patchset", "ref", "ref_url"),
    *("buildset", "result", "provider", "log_url"),
)

# The facts of a run that have a name of their own; every other key is free metadata. Any of them can group a page.
FACT_KEYS = ("project", "pipeline", "job", "branch", "provider", "voting", "result", "change", "patchset", "ref", "buildset")

# The CI system's result word, folded (Zuul's words: zuul-web's filter list and its documentation; others' in lower case).
RESULT_OUTCOMES: Mapping[str, Outcome] = {
    "SUCCESS": Outcome.PASS,
    "FAILURE": Outcome.FAIL,
    "FAILED": Outcome.FAIL,
    "TIMED_OUT": Outcome.FAIL,
    "UNSTABLE": Outcome.FAIL,
    "POST_FAILURE": Outcome.INFRA,
    "RETRY_LIMIT": Outcome.INFRA,
    "NODE_FAILURE": Outcome.INFRA,
    "DISK_FULL": Outcome.INFRA,
    "ERROR": Outcome.INFRA,
    "EXCEPTION": Outcome.INFRA,
    "LOST": Outcome.INFRA,
    "DISCONNECT": Outcome.INFRA,
    "NO_HANDLE": Outcome.INFRA,
    "SNAPSHOT_FAILURE": Outcome.INFRA,
    "MERGE_CONFLICT": Outcome.INFRA,
    "MERGE_FAILURE": Outcome.INFRA,
    "MERGER_FAILURE": Outcome.INFRA,
    "ABORTED": Outcome.INFRA,
    "SECRET_EXPOSURE": Outcome.INFRA,
    "STARTUP_FAILURE": Outcome.INFRA,
    # GitLab's reasons of a failure that are not the change's; any other failure is `failed`.
    "RUNNER_SYSTEM_FAILURE": Outcome.INFRA,
    "RUNNER_UNSUPPORTED": Outcome.INFRA,
    "STUCK_OR_TIMEOUT_FAILURE": Outcome.INFRA,
    "SCHEDULER_FAILURE": Outcome.INFRA,
    "DATA_INTEGRITY_FAILURE": Outcome.INFRA,
    "API_FAILURE": Outcome.INFRA,
    "UNKNOWN_FAILURE": Outcome.INFRA,
    "NO_MATCHING_RUNNER": Outcome.INFRA,
    "CI_QUOTA_EXCEEDED": Outcome.INFRA,
    "JOB_EXECUTION_TIMEOUT": Outcome.FAIL,
    "CANCELED": Outcome.IGNORED,
    "CANCELLED": Outcome.IGNORED,
    "SKIPPED": Outcome.IGNORED,
    "NO_JOBS": Outcome.IGNORED,
    "CONFIG_ERROR": Outcome.IGNORED,
    "NOT_BUILT": Outcome.IGNORED,
    "NEUTRAL": Outcome.IGNORED,
    "STALE": Outcome.IGNORED,
    "ACTION_REQUIRED": Outcome.IGNORED,
    "RETRY": Outcome.IGNORED,
}

_TRACEBACK = "Traceback (most recent call last)"
_GROUP = "  + Exception Group Traceback (most recent call last):"
MESSAGE_LENGTH = 500  # characters kept of the one line that says why a test failed


def outcome_of(word: str, counts: Sequence[int], *, broken: bool = False) -> Outcome:
    """The outcome of a run: by the CI system's word when it is a known one, else by its results (`counts` by Status).

    Without a known word a run fails when a test failed or never ended, or when it is `broken`: its results were damaged
    or a test process ended with an error. It passes when a test passed; nothing but skips says nothing.
    """
    known = RESULT_OUTCOMES.get(word.upper())
    if known is not None:
        return known
    if broken or counts[Status.INCOMPLETE] or any(counts[status] for status in FAILED):
        return Outcome.FAIL
    return Outcome.PASS if any(counts[status] for status in PASSED) else Outcome.IGNORED


def stable_id(name: str) -> int:
    """A positive 63-bit integer derived from a name, the same on every machine: no two writers need to agree on it.

    Among a million names the chance that any two share an id is 5e-8 (n^2 / 2^64).
    """
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big") >> 1


RUN_ID_BITS = 31  # bits of a run's identifier that are derived from its uuid; those above are its start in seconds


def run_id_of(uuid: UUID, started_at: datetime) -> int:
    """A positive 63-bit integer for a run: 32 bits of start time (seconds since 1970), then 31 bits derived from the uuid.

    Rows that carry it sort by time, so a period is a range of run ids; two runs of the same second share an id with a
    chance of 5e-10, which the writer sees and steps around.
    """
    seconds = max(0, min(int(started_at.timestamp()), 2**32 - 1))
    return seconds << RUN_ID_BITS | stable_id(uuid.hex) & (1 << RUN_ID_BITS) - 1


def day_of(run_id: int) -> int:
    """The day on which a run started, by its identifier: days since 1970, UTC."""
    return (run_id >> RUN_ID_BITS) // 86_400


def uuid_of_content(contents: Iterable[bytes]) -> UUID:
    """The uuid of a run that carries none: derived from the bytes of its files (decompressed), RFC 9562 version 8."""
    digest = hashlib.blake2b(digest_size=16)
    for content in contents:
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    value = int.from_bytes(digest.digest(), "big")
    return UUID(int=value & ~(0xF << 76 | 0x3 << 62) | 0x8 << 76 | 0x2 << 62)  # version 8, variant of RFC 9562


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC; a moment without a zone is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def from_micros(micros: int) -> datetime:
    """The moment, in UTC, that lies so many microseconds after 1970-01-01."""
    return datetime.fromtimestamp(micros // 1_000_000, UTC).replace(microsecond=micros % 1_000_000)


def message_of(result: Result) -> str:
    """The one line that says why a result did not pass: what a traceback raised, else the first line of text."""
    texts = [a for a in result.attachments if a.is_text and a.text().strip()]
    if not texts:
        return ""
    chosen = next((a for name in ("message", "reason", "traceback") for a in texts if a.name.startswith(name)), texts[0])
    lines = [line.rstrip() for line in chosen.text().splitlines() if line.strip()]
    if _GROUP in lines:  # what the group itself raised stands behind a bar, what is in it further in
        lines = [_TRACEBACK, *(line[4:] for line in lines if line.startswith("  | "))]
    start = max((i for i, line in enumerate(lines) if line.startswith(_TRACEBACK)), default=None)
    if start is None:
        return lines[0].strip()[:MESSAGE_LENGTH]
    raised = next((line for line in lines[start + 1 :] if not line[0].isspace()), lines[-1])
    return raised.strip()[:MESSAGE_LENGTH]
