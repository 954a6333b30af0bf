"""The shapes of /status, how complete, fresh and large the data is, and of /backup."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gatehealth.api.schemas.shared import Moment, Shape

SourceState = Literal["current", "behind", "failing", "new", "left"]


class NewestRun(Shape):
    """The newest run that the database knows."""

    uuid: str
    started_at: Moment
    received_at: Moment


class NewestOfPipeline(NewestRun):
    """The newest run of a pipeline: how fresh that pipeline's data is."""

    pipeline: str = Field(description="empty for runs of which nobody said a pipeline")


class SourceInShort(Shape):
    """How far a source of builds is collected: what every page says of it."""

    name: str
    kind: str = Field(description="zuul, folder, github or gitlab")
    state: SourceState = Field(
        description="current: listed until a moment ago; behind: not listed for some polls; failing: cannot be listed now;"
        " new: was never listed to its end; left: in the database, and no longer in the settings"
    )
    known: int = Field(description="builds that the source is known to have ended")
    waiting: int = Field(description="builds that are known and not fetched yet, or are to be fetched again")
    listed_until: Moment | None = Field(
        description="all builds that ended before are known; null before the first listing to the end"
    )
    lag_seconds: float | None = Field(description="since listed_until")
    error: str = Field(description="why it could not be listed the last time; empty when it could")
    failing_since: Moment | None


class Status(Shape):
    """How complete, how fresh and how large the data is."""

    version: str
    schema_version: int
    database: str = Field(description="the file's name, or the kind of database")
    database_bytes: int
    data_version: int = Field(description="grows with every commit; equal numbers mean equal data")
    runs: int
    results: int
    failures: int = Field(description="results kept with the line that says why they did not pass")
    tests: int
    jobs: int
    newest_run: NewestRun | None
    pipelines: list[NewestOfPipeline] = Field(description="every pipeline that was ever seen, the freshest first")
    oldest_run_at: Moment | None
    sources: list[SourceInShort] = Field(description="where builds come from by themselves, by name")
    now: Moment


class Versions(Shape):
    """What a server is made of."""

    gatehealth: str
    schema_version: int = Field(description="of the database")
    duckdb: str
    python: str


class StoreStatus(Shape):
    """How the database lies on its disk, how long it keeps what, and what serves it."""

    database_bytes: int = Field(description="the file and its write-ahead log")
    disk_free_bytes: int = Field(description="on the disk that the database is on")
    open_results: int = Field(description="results of days that are not closed yet")
    closed_days: int = Field(description="days whose results are sorted and counted, whole or in part")
    days_of_failures: int = Field(description="of the closed days, those that have only failures left")
    days_of_counters: int = Field(description="of the closed days, those that have nothing left but counters")
    batches: int = Field(description="that the closed days are in; a day to which runs came late has several")
    close_after_days: int = Field(description="setting: days after which a day is closed")
    passing_days: int = Field(description="setting: days that results which passed or were skipped are kept")
    failure_days: int = Field(description="setting: days that failures and their texts are kept")
    started_at: Moment = Field(description="when the server was started")
    versions: Versions
    now: Moment


class Lacking(Shape):
    """Builds that were fetched and have no results, all for the same reason."""

    lack: str = Field(description="no logs, expired, no result file, unparsable, too large, foreign host or unreachable")
    builds: int


class Backfill(Shape):
    """A period of the past whose builds somebody asked for."""

    since: Moment
    until: Moment
    done: float = Field(description="share of the period that is listed, 0 to 1")
    builds: int = Field(description="that its listing gave")
    untried: int = Field(description="of these, builds that were not tried yet")
    error: str = Field(description="why its listing could not go on the last time; empty when it could")
    ordered_at: Moment
    listed_at: Moment | None = Field(description="when its listing ended")
    finished_at: Moment | None = Field(description="when each of its builds had been tried once")


class SourceStatus(SourceInShort):
    """How complete a source is: builds known, fetched, with results, without and why."""

    poll_seconds: float | None = Field(description="setting: seconds between two polls; null when it is no longer collected")
    fetched: int
    with_results: int
    without: list[Lacking] = Field(description="fetched builds without results by the reason, the most frequent first")
    retrying: int = Field(description="of those waiting, builds that were tried without success")
    oldest_waiting_at: Moment | None = Field(description="when the one of those waiting that ended first did so")
    newest_ended_at: Moment | None = Field(description="when the newest build that is known ended")
    polled_at: Moment | None = Field(description="when it was last listed, with success or without")
    mqtt_at: Moment | None = Field(description="when its last MQTT message came; null when none ever did")
    mqtt_error: str = Field(description="why no messages come; empty when they can, or are not asked for")
    backfills: list[Backfill] = Field(description="in the order in which they were asked for")


class SourcesStatus(Shape):
    """How complete each source is."""

    sources: list[SourceStatus]
    now: Moment


class Backup(Shape):
    """A backup that is complete."""

    target: str
    bytes: int
