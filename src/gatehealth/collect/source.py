"""What every source of runs can do: list the builds that have ended, and fetch each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol
from uuid import UUID

from gatehealth.model import Run


class Lack(StrEnum):
    """Why a build that was fetched has no results. The words are stored, and shown as they are."""

    NO_LOGS = "no logs"  # the CI system gives no place of them: no node, skipped, died before
    EXPIRED = "expired"  # there was a place, and there is nothing any more
    NO_FILE = "no result file"  # there are logs, and none of the files is one of results
    UNPARSABLE = "unparsable"  # there are result files, and nothing could be read from any
    TOO_LARGE = "too large"  # there are result files, larger than the settings allow
    FOREIGN_HOST = "foreign host"  # the logs lie on a host that the settings do not name
    UNREACHABLE = "unreachable"  # the log server kept failing until nobody tried any more


# Metadata that a fetch finds, or does not. What an earlier fetch of a build found goes when a later one does not find it.
FOUND_KEYS = (
    *("error_detail", "final", "nodeset", "node_label", "region", "cloud", "host_id"),
    *("failed_phase", "failed_playbook", "failed_task", "failed_host"),
)


class Build(NamedTuple):
    """A build that has ended, as its source lists it."""

    uuid: UUID
    ended_at: datetime  # UTC
    version: str  # differs when the source says something else about the build than before: it is fetched again then
    document: str = ""  # JSON that the source wants back when it fetches the build; kept until then
    known_by: str = "poll"  # or "mqtt"


class Page(NamedTuple):
    """A part of a listing. Builds that were listed before may come again; they are told apart by uuid and version."""

    builds: Sequence[Build]
    cursor: str | None  # where the next listing goes on, once these builds are noted; None: not known before a later page
    done: float | None = None  # share of the period that has been listed, 0 to 1; of a back-fill


@dataclass(slots=True)
class Fetched:
    """A build that was fetched: the run to store."""

    build: Build
    run: Run
    lack: Lack | None = None  # None: it has results
    detail: str = ""  # one line for people: which file, which answer


@dataclass(slots=True)
class NotYet:
    """A build that could not be fetched now, and is worth trying again: the server failed, or does not know it yet."""

    build: Build
    why: str  # one line
    retry_after: float | None = None  # seconds, when the server said so
    run: Run | None = None  # what is known already: stored at once, so that the run shows as what it was


class SourceError(Exception):
    """A source cannot be listed now; the message is one line that says what failed, where, and what to do."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds, when the server said so


class Source(Protocol):
    """A CI system, or whatever else builds come from. Its methods are coroutines of one event loop."""

    @property
    def name(self) -> str:
        """As the settings have it: kept with each of its builds."""

    def poll(self, cursor: str | None) -> AsyncIterator[Page]:
        """Lists what has ended since the cursor, with an overlap; None is the first time. Raises SourceError.

        Ends when it is caught up. Whoever stops in between goes on with the last cursor that was given.
        """

    def between(self, since: datetime, until: datetime, cursor: str | None) -> AsyncIterator[Page]:
        """Lists what ended in since <= t < until, for a back-fill; `cursor` is that of a listing of the same that stopped."""

    def fetch(self, builds: Sequence[Build], extra: Mapping[UUID, Mapping[str, str]]) -> AsyncIterator[Fetched | NotYet]:
        """Fetches builds, several at a time; gives each once, in any order.

        `extra` is metadata that only a message carried (MQTT), by build. Never raises for one build: it is NotYet then.
        """

    async def close(self) -> None:
        """Gives connections up."""
