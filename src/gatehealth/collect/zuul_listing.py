"""Which builds of a Zuul have ended: listed by the time at which they ended, or by number where Zuul cannot do that."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gatehealth.collect.http import Client, HttpError, RefusedError, UnreachableError
from gatehealth.collect.source import Build, Page, SourceError
from gatehealth.collect.texts import moment
from gatehealth.collect.zuul_facts import Filters, Row, row_of, uuid_of
from gatehealth.config import ZuulSettings

TIMES_PAGE = 500  # rows of `build-times` asked for at once
MOST_AT_ONCE = 32_000  # rows asked for at once when so many builds ended in the same second
BUILDS_PAGE = 100  # rows of `builds`, which are heavy for Zuul's database
BATCH = 100  # builds asked for by their uuids at once
OVERLAP_IDS = 100  # numbers that are read again: a row may show after one with a higher number
HOLDS_FOR = timedelta(hours=4)  # a build that runs for longer is watched by its uuid, so that no poll reads back further
WATCHED_FOR = timedelta(days=30)  # and one that has not ended by then never will: its row was never finished
MOST_WATCHED = 2_000
LONGEST_BUILD = timedelta(days=1)  # by which a listing by number reads back behind a period: what ended in it started earlier
LOOK_AGAIN = 3600.0  # seconds until `build-times` is asked for again where it was missing: Zuuls are upgraded
_SECOND = timedelta(seconds=1)
_WHAT_TO_DO = {
    401: "; check the setting token",
    403: "; check the setting token",
    404: "; check the settings url and tenant",
}


@dataclass(slots=True)
class Cursor:
    """How far a Zuul has been listed; kept as JSON."""

    until: str = ""  # newest end of a build when a listing was last whole
    top: str = ""  # the same of the listing that is under way, if one is; it goes backward in time,
    bound: str = ""  # and has come to this end
    low: int = 0  # by number: the lowest that the next listing reads; 0: nobody knows
    watched: dict[str, str] = field(default_factory=dict)  # builds that have been running for long, and since when

    @classmethod
    def of(cls, text: str | None) -> Cursor:
        """The cursor in a text; a new one for a text that is none."""
        try:
            given = json.loads(text or "{}")
        except (ValueError, RecursionError):
            given = {}
        cursor = cls()
        if isinstance(given, Mapping):
            for name in ("until", "top", "bound"):
                setattr(cursor, name, _written(moment(given.get(name))))
            low, watched = given.get("low"), given.get("watched")
            cursor.low = low if isinstance(low, int) and 0 <= low < 2**63 else 0
            if isinstance(watched, Mapping):
                cursor.watched = {str(uuid): str(since) for uuid, since in watched.items() if uuid_of(uuid) and moment(since)}
        return cursor

    def __str__(self) -> str:
        return json.dumps({name: value for name, value in asdict(self).items() if value})


class Listing:
    """Lists the builds of one tenant. `api` is the tenant's address in Zuul's API, ending in /."""

    def __init__(self, client: Client, api: str, settings: ZuulSettings) -> None:
        self._client = client
        self._api = api
        self._settings = settings
        self._filters = Filters(settings)
        self._overlap = timedelta(seconds=settings.overlap_seconds)
        self._newest_end: datetime | None = None  # of a build that a poll listed
        self._has_times = False  # whether Zuul has answered `build-times`
        self._look_again_at = 0.0  # by time.monotonic(); before it, `build-times` is known to be missing

    async def poll(self, text: str | None) -> AsyncIterator[Page]:
        """As Source.poll."""
        cursor = Cursor.of(text)
        self._newest_end = moment(cursor.until) or self._newest_end
        by_time = await self._can_list_by_time()
        async for page in self._poll_by_time(cursor) if by_time else self._poll_by_number(cursor):
            newest_end = max((build.ended_at for build in page.builds), default=None)
            self._newest_end = max(filter(None, (self._newest_end, newest_end)), default=None)
            yield page

    async def between(self, since: datetime, until: datetime, text: str | None) -> AsyncIterator[Page]:
        """As Source.between. A build that took longer than a day may be missing where Zuul cannot list by time."""
        if since >= until:
            yield Page([], text, 1.0)
            return
        by_time = await self._can_list_by_time()
        async for page in self._between_times(since, until, text) if by_time else self._between_numbers(since, until, text):
            yield page

    def now(self) -> datetime:
        """What time it is for this Zuul: when the last build ended that a poll listed, if that is not in the future.

        A Zuul whose clock is not ours is understood so, and one that was down as well.
        """
        now = datetime.now(UTC)
        return min(self._newest_end or now, now)

    async def facts(self, uuids: Sequence[UUID]) -> dict[UUID, Mapping[str, Any]]:
        """The build objects that Zuul has of these builds, at most BATCH of them. Raises HttpError."""
        query: list[tuple[str, str | int]] = [("uuid", uuid.hex) for uuid in uuids]
        answer = await self._client.json(f"{self._api}builds", params=[*query, ("limit", len(query))])
        rows = [row for each in _listed(answer.value, f"{self._api}builds") if (row := row_of(each)) is not None]
        return {row.uuid: row.given for row in rows}

    # ---- by the time of the end -----------------------------------------------------------------------------------

    async def _can_list_by_time(self) -> bool:
        """Whether Zuul has `build-times`: since 9.4."""
        if self._has_times or time.monotonic() < self._look_again_at:
            return self._has_times
        try:
            just_now = _written(datetime.now(UTC) - timedelta(minutes=1))
            await self._client.json(f"{self._api}build-times", params=[("start_time", just_now), ("limit", 1)])
        except RefusedError as error:
            if error.status not in (400, 404, 405):
                raise _source_error(error) from None
            self._look_again_at = time.monotonic() + LOOK_AGAIN
            return False
        except HttpError as error:
            raise _source_error(error) from None
        self._has_times = True
        return True

    async def _poll_by_time(self, cursor: Cursor) -> AsyncIterator[Page]:
        if cursor.bound:  # a listing was stopped: what it had not come to is older than its bound
            async for page in self._poll_back(cursor):
                yield page
            cursor = Cursor(cursor.top or cursor.until)
        async for page in self._poll_back(Cursor(cursor.until)):
            yield page

    async def _poll_back(self, cursor: Cursor) -> AsyncIterator[Page]:
        """Lists backward, from the cursor's bound or from now, to the overlap before what was listed whole."""
        since = self._since(cursor)
        until, top = cursor.until or _written(since), cursor.top
        async for builds, reached in self._back_in_time(since, moment(cursor.bound)):
            top = top or _written(_newest(builds))
            yield Page(builds, str(Cursor(until, top, _written(reached))) if top else None)
        yield Page([], str(Cursor(top or until)))

    async def _between_times(self, since: datetime, until: datetime, text: str | None) -> AsyncIterator[Page]:
        bound = min(moment(Cursor.of(text).bound) or until, until)
        async for builds, reached in self._back_in_time(since, bound):
            wanted = [build for build in builds if since <= build.ended_at < until]
            yield Page(wanted, str(Cursor(bound=_written(reached))), _share(until, reached, since))
        yield Page([], str(Cursor(bound=_written(since))), 1.0)

    async def _back_in_time(self, since: datetime, bound: datetime | None) -> AsyncIterator[tuple[list[Build], datetime]]:
        """Builds that ended from `bound` back to `since`, and the end back to which all of them have been listed.

        Not by `skip`: rows that come in meanwhile would shift the pages, and Zuul's order of builds that ended in the same
        second is any. Each page ends where the one before came to, a second later because Zuul cuts fractions off; so
        what comes twice is told apart by uuid.
        """
        before: set[UUID] = set()
        limit = TIMES_PAGE
        while True:
            query: list[tuple[str, str | int]] = [*self._filters.query, ("start_time", _written(since)), ("limit", limit)]
            if bound is not None:
                query.append(("end_time", _written(bound)))
            count, rows = await self._rows("build-times", query)
            fresh = [row for row in rows if row.uuid not in before]
            if not fresh and count < limit:
                return
            ends = [row.ended_at for row in rows if row.ended_at is not None]
            reached = min(ends, default=None)
            if reached is not None and (bound is None or reached + _SECOND < bound):
                bound, limit = reached + _SECOND, TIMES_PAGE
                before = {row.uuid for row in rows}
            elif count >= limit and limit < MOST_AT_ONCE:  # more builds ended in this second than a page has rows
                limit *= 2
                before |= {row.uuid for row in rows}
            elif count >= limit:
                where = f"{self._api}build-times"
                raise SourceError(f"{where} has more than {limit:,} rows of one second, or none that can be read")
            else:
                before |= {row.uuid for row in rows}
            if fresh and bound is not None:
                yield self._ended(fresh), bound

    # ---- by number, before Zuul 9.4 -------------------------------------------------------------------------------

    async def _poll_by_number(self, cursor: Cursor) -> AsyncIterator[Page]:
        """Lists every build from the lowest number on that was running, or ended just before, when it was last done.

        A number is given when a build starts, so one that takes long ends with a low one.
        """
        since = self._since(cursor)
        seen: list[Row] = []
        async for rows in self._down_to(cursor.low, since - LONGEST_BUILD):
            seen += [replace(row, given={}) for row in rows if self._filters.want(row.given)]
            builds = self._ended(rows)
            yield Page(builds if cursor.low else [build for build in builds if build.ended_at >= since], None)
        watched = dict(cursor.watched)
        for batch in _batches([UUID(uuid) for uuid in watched]):
            rows = await self._known(batch)
            running = {row.uuid.hex for row in rows if not row.result}
            for uuid in batch:
                if uuid.hex not in running:
                    watched.pop(uuid.hex, None)
            yield Page(self._ended(rows), None)
        newest_end = min(max((row.ended_at for row in seen if row.ended_at), default=since), datetime.now(UTC))
        # What time it is, by what Zuul says: its clock may not be ours.
        now = min(max((row.started_at for row in seen if row.started_at), default=newest_end), datetime.now(UTC))
        low = max((row.number for row in seen), default=cursor.low) + 1
        for row in seen:
            started_at = row.started_at or now
            if row.result:
                holds = row.ended_at is not None and row.ended_at >= newest_end - self._overlap
            elif holds := started_at > now - HOLDS_FOR:
                pass
            elif started_at > now - WATCHED_FOR and len(watched) < MOST_WATCHED:
                watched[row.uuid.hex] = _written(started_at)
            if holds and row.number:
                low = min(low, row.number)
        watched = {uuid: given for uuid, given in watched.items() if (moment(given) or now) > now - WATCHED_FOR}
        until = _written(max(newest_end, moment(cursor.until) or newest_end))
        yield Page([], str(Cursor(until=until, low=max(1, low - OVERLAP_IDS), watched=watched)))

    async def _between_numbers(self, since: datetime, until: datetime, text: str | None) -> AsyncIterator[Page]:
        high = Cursor.of(text).low or await self._number_at(until)
        back_to = since - LONGEST_BUILD
        async for rows in self._down_to(0, back_to, high):
            reached = min((row.started_at for row in rows if row.started_at), default=until)
            builds = [build for build in self._ended(rows) if since <= build.ended_at < until]
            yield Page(builds, str(Cursor(low=max(1, min(row.number for row in rows)))), _share(until, reached, back_to))
        yield Page([], str(Cursor(low=1)), 1.0)

    async def _down_to(self, low: int, back_to: datetime, high: int = 0) -> AsyncIterator[list[Row]]:
        """Pages of builds by number, downward from `high` (0: the newest) to `low`, or where there is none to a start."""
        while True:
            query: list[tuple[str, str | int]] = [*self._filters.query, ("limit", BUILDS_PAGE)]
            query += [("idx_max", high)] if high else []
            query += [("idx_min", low)] if low else []
            _, rows = await self._rows("builds", query)
            rows = [row for row in rows if row.number and (not high or row.number <= high)]
            if not rows:
                return
            yield rows
            high = min(row.number for row in rows) - 1
            starts = [row.started_at for row in rows if row.started_at]
            if high < max(low, 1) or (not low and starts and max(starts) < back_to):
                return

    async def _number_at(self, until: datetime) -> int:
        """A number above which no build started before `until`, found by halving."""
        _, rows = await self._rows("builds", [*self._filters.query, ("limit", 1)])
        low, high = 1, max((row.number for row in rows), default=1)
        while low < high:
            middle = (low + high) // 2
            _, rows = await self._rows("builds", [*self._filters.query, ("limit", 1), ("idx_max", middle)])
            started_at = rows[0].started_at if rows else None
            if started_at is not None and started_at > until + self._overlap:
                high = middle
            else:
                low = middle + 1
        return high + OVERLAP_IDS

    async def _known(self, uuids: Sequence[UUID]) -> list[Row]:
        try:
            facts = await self.facts(uuids)
        except HttpError as error:
            raise _source_error(error) from None
        return [row for each in facts.values() if (row := row_of(each)) is not None]

    # ---- what both need -------------------------------------------------------------------------------------------

    async def _rows(self, what: str, query: list[tuple[str, str | int]]) -> tuple[int, list[Row]]:
        """How many rows Zuul gave, and those that are builds."""
        try:
            answer = await self._client.json(f"{self._api}{what}", params=query)
            given = _listed(answer.value, f"{self._api}{what}")
        except HttpError as error:
            raise _source_error(error) from None
        return len(given), [row for each in given if (row := row_of(each)) is not None]

    def _ended(self, rows: Sequence[Row]) -> list[Build]:
        found = (row.build() for row in rows if self._filters.want(row.given))
        return [build for build in found if build is not None]

    def _since(self, cursor: Cursor) -> datetime:
        """Back to which end a poll lists."""
        known = moment(cursor.until)
        if known is None:
            return datetime.now(UTC).replace(microsecond=0) - timedelta(days=self._settings.first_days)
        return known - self._overlap


def _listed(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise UnreachableError(f"{where} answers {json.dumps(value)[:40]}, which is no list of builds")
    if value and not any(isinstance(row, Mapping) and "uuid" in row for row in value):  # a null uuid is Zuul's own
        raise UnreachableError(f"{where} answers a list of {json.dumps(value[0])[:40]}, which is no build")
    return value


def _newest(builds: Sequence[Build]) -> datetime | None:
    """The newest end; never in the future, or one build with a wrong clock would hide all that come after."""
    newest = max((build.ended_at for build in builds), default=None)
    return None if newest is None else min(newest, datetime.now(UTC))


def _written(when: datetime | None) -> str:
    """A time as Zuul writes it: UTC, without a zone and without fractions."""
    return "" if when is None else when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _share(until: datetime, reached: datetime, back_to: datetime) -> float:
    """How much of a period has been listed, backward; never all of it, which only the end of the listing says."""
    return max(0.0, min(0.999, (until - reached) / (until - back_to)))


def _batches(uuids: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [uuids[at : at + BATCH] for at in range(0, len(uuids), BATCH)]


def _source_error(error: HttpError) -> SourceError:
    advice = _WHAT_TO_DO.get(error.status, "") if isinstance(error, RefusedError) else ""
    return SourceError(f"{error}{advice}", error.retry_after if isinstance(error, UnreachableError) else None)
