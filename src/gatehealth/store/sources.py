"""What is known of the builds of each source: which wait, which were fetched, how far the listing is. Nobody else writes it.

A build is noted together with the cursor of the listing that gave it, and settled only once its run is committed. So whoever is
killed in between repeats some work, and loses none.
"""

from __future__ import annotations

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import duckdb

from gatehealth.store.builds import (
    LINE,
    Backfill,
    Listed,
    Noted,
    Postponed,
    Row,
    Settled,
    Waiting,
    WaitingBuild,
    clean,
    clean_or_none,
    clean_pairs,
    fetched_row,
    json_rows,
    line,
    waiting_row,
)
from gatehealth.store.columns import naive
from gatehealth.store.database import Database, DatabaseError, first_line
from gatehealth.store.questions import execute, first_row, many, question, transaction

__all__ = ["LINE", "Backfill", "Listed", "Noted", "Postponed", "Settled", "Sources", "Waiting", "WaitingBuild"]

NEAR = timedelta(days=2)  # a build is looked for among those that ended so long before or after
# Upkeep moves rows of any table to where the file has room. When it has just moved one of ours, what was meant is done again.
CONFLICTS = 5

_T = TypeVar("_T")


class Sources:
    """What is known of every source. May be used from any thread; writing happens one after the other."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        # Of fetched builds, by source: how many lack what. Counted once, then kept up: every page asks.
        self._counts: dict[str, Counter[str]] | None = None

    def register(self, source: str, kind: str) -> None:
        """Makes a source known. Under the name of another kind of source it begins anew, and keeps what it had."""

        def write(cursor: duckdb.DuckDBPyConnection) -> None:
            known = dict(cursor.execute(question("source_names")).fetchall())
            if known.get(source) != kind:
                name = "set_source_kind" if source in known else "add_source"
                cursor.execute(question(name), {"source": source, "kind": kind})

        self._write(write)

    def cursor(self, source: str) -> str | None:
        """Where the next listing of a source goes on; None before the first."""
        row = self._first("source_cursor", {"source": source})
        return None if row is None else row[0]

    def note(
        self,
        source: str,
        builds: Sequence[Listed],
        cursor: str | None = None,
        extra: Mapping[UUID, Mapping[str, str]] | None = None,
        backfill: Backfill | None = None,
        done: float | None = None,
    ) -> Noted:
        """Notes what a listing gave, with where it goes on: both are stored, or neither.

        What polling says of a build wins over what a message said; a build that was fetched waits again when its version is
        another one. The cursor is the source's own, or that of a back-fill, of which `done` is listed.
        """
        now = _now()
        pairs_of = {uuid: clean_pairs(pairs) for uuid, pairs in (extra or {}).items() if pairs}
        listed: dict[UUID, Listed] = {}
        for build in builds:
            earlier = listed.get(build.uuid)
            if earlier is None or earlier.known_by == "mqtt" or build.known_by != "mqtt":
                listed[build.uuid] = build

        def write(at: duckdb.DuckDBPyConnection) -> Noted:
            asked = {"source": source, "uuids": many(uuid.hex for uuid in listed)}
            known = {row["uuid"]: row for row in _rows(at, "known_builds", asked)} if listed else {}
            new, changed = 0, 0
            late: dict[UUID, dict[str, str]] = {}
            waiting: list[Row] = []
            for uuid, build in listed.items():
                earlier = known.get(uuid)
                more = pairs_of.get(uuid, {})
                row = waiting_row(build, earlier, more, now)
                if row is not None:
                    waiting.append(row)
                    new += earlier is None
                    changed += earlier is not None and earlier["version"] != row["version"]
                elif more and earlier is not None and not earlier["waits"]:
                    late[uuid] = more
            if waiting:
                stale = [row["uuid"].hex for row in waiting if row["uuid"] in known]
                if stale:
                    at.execute(question("remove_waiting"), {"source": source, "uuids": many(stale)})
                at.execute(question("add_waiting"), {"source": source, "builds": json_rows(waiting)})
            newest = max((naive(build.ended_at) for build in listed.values()), default=None)  # type: ignore[type-var]
            progress = {"source": source, "cursor": None if backfill else clean_or_none(cursor), "newest_ended_at": newest}
            at.execute(question("source_listed"), progress)
            if backfill:
                told = {"cursor": clean_or_none(cursor), "done": done, "builds": len(listed), **_period(source, backfill)}
                at.execute(question("backfill_listed"), told)
            return Noted(new, changed, late)

        return self._write(write)

    def caught_up(self, source: str, listed_until: datetime) -> None:
        """Notes that a source was listed to its end by a listing that began then: all that ended before is known."""
        self._note("source_caught_up", source, listed_until=naive(listed_until), now=_now())

    def failed(self, source: str, error: str) -> None:
        """Notes why a source could not be listed."""
        self._note("source_failed", source, error=line(error), now=_now())

    def heard(self, source: str, at: datetime | None = None, error: str = "") -> None:
        """Notes when the last message of a source came, None when none has since, and why none can, if so."""
        self._note("source_heard", source, mqtt_at=naive(at), mqtt_error=line(error))

    def waiting(self, source: str, limit: int, but: Sequence[UUID] = ()) -> list[WaitingBuild]:
        """Builds that are to be fetched now, the newest first, but those that are under way."""
        asked = {"source": source, "now": _now(), "but": many(uuid.hex for uuid in but), "n": limit}
        return [
            WaitingBuild(
                row["uuid"],
                _aware(row["ended_at"]),
                row["version"],
                row["document"],
                row["known_by"],
                json.loads(row["extra"]),
                _aware(row["known_at"]),
                row["tries"],
            )
            for row in self._read("waiting_builds", asked)
        ]

    def count_waiting(self, source: str) -> Waiting:
        """How many builds of a source wait, and until when."""
        (row,) = self._read("waiting_of_source", {"source": source})
        next_try_at = row["next_try_at"]
        return Waiting(row["waiting"], row["untried"], None if next_try_at is None else _aware(next_try_at))

    def settle(self, source: str, builds: Sequence[Settled]) -> dict[UUID, dict[str, str]]:
        """Notes builds as fetched; the run of each is committed. One of which another version is known by now waits still.

        Gives what messages said of builds while they were fetched, by uuid: their runs lack it.
        """
        if not builds:
            return {}
        now = _now()
        settled = {each.build.uuid: each for each in builds}
        gained: Counter[str] = Counter()

        def write(at: duckdb.DuckDBPyConnection) -> dict[UUID, dict[str, str]]:
            gained.clear()
            asked = {"source": source, "uuids": many(uuid.hex for uuid in settled)}
            waiting = {row["uuid"]: row for row in _rows(at, "waiting_versions", asked)}
            stays = [uuid.hex for uuid, row in waiting.items() if row["version"] != clean(settled[uuid].build.version)]
            goes = [uuid.hex for uuid in waiting if uuid.hex not in set(stays)]
            replaced = [uuid.hex for uuid in settled if uuid not in waiting or waiting[uuid]["again"]]
            if goes:
                at.execute(question("remove_waiting"), {"source": source, "uuids": many(goes)})
            if stays:
                at.execute(question("set_again"), {"source": source, "uuids": many(stays)})
            if replaced:
                gone = at.execute(question("remove_fetched"), {"source": source, "uuids": many(replaced)}).fetchall()
                gained.subtract(lack for (lack,) in gone)
            fetched = [fetched_row(each, waiting.get(uuid), now) for uuid, each in settled.items()]
            gained.update(row["lack"] for row in fetched)
            at.execute(question("add_fetched"), {"source": source, "builds": json_rows(fetched)})
            said = {uuid: json.loads(row["extra"]) for uuid, row in waiting.items() if uuid.hex in goes}
            return {uuid: extra for uuid, extra in said.items() if extra.items() - settled[uuid].extra.items()}

        return self._write(write, gained={source: gained})

    def postpone(self, source: str, builds: Sequence[Postponed]) -> None:
        """Notes builds as tried without success, and when to try again."""
        tried = [
            {
                "uuid": each.build.uuid,
                "version": clean(each.build.version),
                "next_try_at": naive(each.next_try_at),
                "why": line(each.why),
            }
            for each in builds
        ]
        if tried:
            self._note("postpone_builds", source, builds=json_rows(tried))

    def order_backfill(self, source: str, since: datetime, until: datetime) -> None:
        """Asks for the builds that ended in a period. One of the same that is under way goes on."""
        asked = {"source": source, "since": naive(since), "until": naive(until), "now": _now()}
        self._write(lambda cursor: execute(cursor, "add_backfill", asked))

    def backfills(self, source: str) -> list[Backfill]:
        """The back-fills of a source that are not finished, in the order in which they were asked for."""
        return [
            Backfill(
                _aware(row["since"]),
                _aware(row["until"]),
                row["cursor"],
                row["done"],
                row["builds"],
                row["listed_at"] and _aware(row["listed_at"]),
                row["error"],
            )
            for row in self._read("open_backfills", {"source": source})
        ]

    def every_backfill(self) -> list[Row]:
        """Every back-fill that was asked for, of all sources, finished ones as well; the shape is schemas.status.Backfill."""
        return [_with_zones(row) for row in self._read("backfills")]

    def backfill_listed(self, source: str, backfill: Backfill) -> None:
        """Notes that the listing of a back-fill has ended."""
        asked = {**_period(source, backfill), "now": _now()}
        self._write(lambda cursor: execute(cursor, "backfill_listed_whole", asked))

    def backfill_failed(self, source: str, backfill: Backfill, error: str) -> None:
        """Notes why the listing of a back-fill could not go on."""
        asked = {**_period(source, backfill), "error": line(error)}
        self._write(lambda cursor: execute(cursor, "backfill_failed", asked))

    def finish_backfills(self, source: str) -> None:
        """Notes as finished the back-fills of a source that are listed and whose builds have each been tried once."""
        self._note("finish_backfills", source, now=_now())

    def completeness(self) -> list[Row]:
        """How complete each source is: builds known, waiting, fetched, with results, without and why; how far it is listed.

        Of a build that is fetched again, both its fetch and its waiting count. schemas.status.SourceStatus has more.
        """
        with self._lock, self._database.reading() as cursor, transaction(cursor):
            if self._counts is None:
                self._counts = _counted(cursor)
            counts = {source: Counter(lacks) for source, lacks in self._counts.items()}
            waiting = {row["source"]: row for row in _rows(cursor, "count_waiting")}
            sources = _rows(cursor, "source_rows")
            backfills = _rows(cursor, "backfills")
        found = []
        for row in sources:
            source = row.pop("source")
            lacks = counts.get(source, Counter())
            waits = waiting.get(source, {"waiting": 0, "waiting_first": 0, "retrying": 0, "oldest_waiting_at": None})
            fetched = lacks.total()
            without = [{"lack": lack, "builds": n} for lack, n in lacks.most_common() if lack and n]
            facts = {
                "name": source,
                "known": fetched + waits["waiting_first"],
                "waiting": waits["waiting"],
                "retrying": waits["retrying"],
                "fetched": fetched,
                "with_results": lacks[""],
                "without": without,
                "oldest_waiting_at": waits["oldest_waiting_at"],
                **row,
                "backfills": [
                    {key: value for key, value in each.items() if key != "source"}
                    for each in backfills
                    if each["source"] == source
                ],
            }
            found.append(_with_zones(facts))
        return found

    def build(self, uuid: UUID, near: datetime) -> Row | None:
        """What became of a build that ended about then; None when no source knows it."""
        asked = {"uuid": uuid.hex, "since": naive(near - NEAR), "until": naive(near + NEAR)}
        rows = self._read("build_of_source", asked)
        return _with_zones(rows[0]) if rows else None

    def _first(self, name: str, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
        with self._database.reading() as cursor:
            return first_row(cursor, name, parameters)

    def _read(self, name: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        with self._database.reading() as cursor:
            return _rows(cursor, name, parameters)

    def _note(self, name: str, source: str, **values: Any) -> None:
        self._write(lambda cursor: execute(cursor, name, {"source": source, **values}))

    def _write(self, work: Callable[[duckdb.DuckDBPyConnection], _T], gained: Mapping[str, Counter[str]] | None = None) -> _T:
        """Does something in a transaction of its own; then adds what it gained to the counts."""
        with self._lock:
            for turn in range(CONFLICTS):
                try:
                    with self._database.reading() as cursor, transaction(cursor):
                        done = work(cursor)
                    break
                except duckdb.TransactionException as error:
                    if turn + 1 == CONFLICTS:
                        raise DatabaseError(f"what is known of a source could not be stored: {first_line(error)}") from None
                except duckdb.Error as error:
                    raise DatabaseError(f"what is known of a source could not be stored: {first_line(error)}") from None
            for source, lacks in (gained or {}).items():
                if self._counts is not None:
                    self._counts[source].update(lacks)
            return done


def _counted(cursor: duckdb.DuckDBPyConnection) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for source, lack, builds in cursor.execute(question("count_fetched")).fetchall():
        counts[source][lack] = builds
    return counts


def _rows(cursor: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
    asked = cursor.execute(question(name), parameters or None)
    names = [column[0] for column in asked.description]
    return [dict(zip(names, values, strict=True)) for values in asked.fetchall()]


def _period(source: str, backfill: Backfill) -> Row:
    return {"source": source, "since": naive(backfill.since), "until": naive(backfill.until)}


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


def _with_zones(value: Any) -> Any:
    """The same with a zone at each moment, however deep."""
    if isinstance(value, dict):
        return {key: _with_zones(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_zones(each) for each in value]
    return _aware(value) if isinstance(value, datetime) else value
