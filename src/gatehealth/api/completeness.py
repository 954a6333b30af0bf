"""How complete each source is, by the database and the settings: what /status and /metrics tell of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gatehealth.api.schemas.status import SourceState
from gatehealth.config import Settings
from gatehealth.store import Store

Row = dict[str, Any]

# A poll takes its time, and one may fail: only then is a source called behind.
BEHIND_POLLS = 3
BEHIND_SECONDS = 120.0

_UNKNOWN: Row = {
    **dict.fromkeys(("known", "waiting", "retrying", "fetched", "with_results"), 0),
    **dict.fromkeys(("listed_until", "oldest_waiting_at", "newest_ended_at", "polled_at", "failing_since", "mqtt_at")),
    **{"error": "", "mqtt_error": "", "without": (), "backfills": ()},
}


def sources_of(store: Store, settings: Settings, now: datetime) -> list[Row]:
    """Every source that is collected, or was; by name. The shape of each is schemas.status.SourceStatus."""
    collected = {source.name: source for source in settings.sources}
    known = {row["name"]: row for row in store.sources.completeness()}
    found = []
    for name in sorted(collected.keys() | known.keys()):
        setting = collected.get(name)
        row = {**_UNKNOWN, **known.get(name, {}), "name": name}
        if setting is not None:
            row["kind"] = setting.kind
        poll_seconds = None if setting is None else setting.poll_seconds
        until = row["listed_until"]
        lag = None if until is None else max(0.0, (now - until).total_seconds())
        found.append({**row, "poll_seconds": poll_seconds, "lag_seconds": lag, "state": _state(row, lag, poll_seconds)})
    return found


def _state(row: Row, lag: float | None, poll_seconds: float | None) -> SourceState:
    if poll_seconds is None:
        return "left"
    if row["failing_since"] is not None:
        return "failing"
    if lag is None:
        return "new"
    return "behind" if lag > max(BEHIND_SECONDS, BEHIND_POLLS * poll_seconds) else "current"
