"""Each trouble that is ordered does what it says, as often as it says, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from gatehealth.simulate import Gate
from gatehealth.simulate.clock import Stopped
from gatehealth.simulate.troubles import Troubles
from gatehealth.simulate.zuul import create

from .conftest import FORTNIGHT
from .servers import listening

TENANT = "/api/tenant/openstack"
NOON = FORTNIGHT.start + timedelta(days=3, hours=15)


def what_happens(gate: Gate, troubles: Troubles, count: int = 150, path: str = f"{TENANT}/builds?limit=20") -> Counter[str]:
    """Answers by their status, and what came instead of one."""
    found: Counter[str] = Counter()
    with listening(create(gate, Stopped(NOON), troubles)) as client:
        for _ in range(count):
            try:
                answer = client.get(path)
                found[str(answer.status_code)] += 1
                if answer.status_code == 429:
                    assert answer.headers["retry-after"] == str(troubles.retry_after)
                elif answer.status_code == 200:
                    assert len(answer.json()) == 20
            except httpx.HTTPError as error:
                found[type(error).__name__] += 1
    return found


def test_nothing_happens_when_nothing_was_ordered(gate: Gate) -> None:
    assert what_happens(gate, Troubles()) == {"200": 150}


def test_errors_are_of_the_server(gate: Gate) -> None:
    found = what_happens(gate, Troubles(errors=0.3))
    assert set(found) == {"200", "500", "502", "503"}
    assert 25 < 150 - found["200"] < 65


def test_throttled_answers_say_when_to_come_again(gate: Gate) -> None:
    found = what_happens(gate, Troubles(throttled=0.3, retry_after=7))
    assert set(found) == {"200", "429"}


def test_a_reset_leaves_no_answer(gate: Gate) -> None:
    found = what_happens(gate, Troubles(resets=0.3))
    assert set(found) == {"200", "ReadError"}


def test_a_cut_answer_ends_before_its_length_or_within_a_chunk(gate: Gate) -> None:
    found = what_happens(gate, Troubles(cut=0.3))
    assert set(found) == {"200", "RemoteProtocolError"}
    declared = set()
    with listening(create(gate, Stopped(NOON), Troubles(cut=1.0))) as client:
        for _ in range(20):
            with client.stream("GET", f"{TENANT}/builds") as answer:
                declared.add("content-length" in answer.headers)
                with pytest.raises(httpx.RemoteProtocolError):
                    answer.read()
    assert declared == {True, False}


def test_slow_answers_are_whole(gate: Gate) -> None:
    troubles = Troubles(slow=1.0, slow_seconds=0.2)
    with listening(create(gate, Stopped(NOON), troubles)) as client:
        taken = [client.get("/api/info").elapsed.total_seconds() for _ in range(12)]
    assert max(taken) > 0.05


def test_a_zuul_is_down_for_whole_hours(gate: Gate) -> None:
    clock = Stopped(NOON)
    down = []
    with listening(create(gate, clock, Troubles(seed=3, down=0.25))) as client:
        for hour in range(48):
            for minute in (0, 20, 59):
                clock.at = NOON + timedelta(hours=hour, minutes=minute)
                try:
                    down.append(client.get("/api/info").status_code == 503)
                except httpx.ReadError:
                    down.append(True)
        clock.at = NOON + timedelta(hours=down.index(True) // 3)
        assert client.get("/truth.json").status_code == 200
    hours = [down[at : at + 3] for at in range(0, len(down), 3)]
    assert all(len(set(each)) == 1 for each in hours)
    assert 4 <= sum(each[0] for each in hours) <= 24


def test_troubles_go_together_and_their_order_follows_from_the_seed(gate: Gate) -> None:
    troubles = replace(Troubles.ordered("errors,throttled,resets,cut"), errors=0.2, throttled=0.2, resets=0.2, cut=0.2)
    first, second = what_happens(gate, troubles, 60), what_happens(gate, troubles, 60)
    assert first == second
    assert {"200", "429", "ReadError", "RemoteProtocolError"} <= set(first)
    assert what_happens(gate, replace(troubles, seed=2), 60) != first


def listed(client: httpx.Client, what: str = "builds") -> dict[str, dict[str, Any]]:
    return {row["uuid"]: row for row in client.get(f"{TENANT}/{what}", params={"limit": 100_000}).json()}


def at(gate: Gate, troubles: Troubles, moment: datetime, ask: Callable[[httpx.Client], Any] = listed) -> Any:
    with listening(create(gate, Stopped(moment), troubles)) as client:
        return ask(client)


def test_late_builds_end_hours_later_with_their_old_ids(gate: Gate) -> None:
    plain, late = at(gate, Troubles(), NOON), at(gate, Troubles(late=0.2), NOON)
    assert {uuid: row["_id"] for uuid, row in plain.items()} == {uuid: row["_id"] for uuid, row in late.items()}
    moved = 0
    for uuid, row in plain.items():
        if row["end_time"] is None or late[uuid]["end_time"] is None:
            continue
        delay = datetime.fromisoformat(late[uuid]["end_time"]) - datetime.fromisoformat(row["end_time"])
        assert timedelta() == delay or timedelta(minutes=15) <= delay <= timedelta(hours=6)
        moved += bool(delay)
    assert 0.1 < moved / len(plain) < 0.3
    assert sum(row["result"] is None for row in late.values()) > sum(row["result"] is None for row in plain.values())


def test_a_lagging_build_shows_late_that_it_has_ended(gate: Gate) -> None:
    clock = Stopped(NOON)
    with listening(create(gate, clock, Troubles(lagging=1.0))) as client:
        before, times = listed(client), listed(client, "build-times")
        clock.at += timedelta(minutes=5)
        after = listed(client, "build-times")
    newly = [after[uuid] for uuid in set(after) - set(times)]
    assert any(datetime.fromisoformat(row["end_time"]).replace(tzinfo=UTC) <= NOON - timedelta(seconds=60) for row in newly)
    assert all(before[uuid]["result"] is None for uuid in set(before) - set(times))


def said(row: dict[str, Any]) -> tuple[Any, bool]:
    return row["result"], bool(row["log_url"])


def test_changing_builds_show_something_else_first(gate: Gate) -> None:
    clock = Stopped(NOON)
    with listening(create(gate, clock, Troubles(changing=1.0))) as client:
        first = listed(client)
        clock.at += timedelta(minutes=10)
        later = listed(client)
    plain = at(gate, Troubles(), clock.at)
    changed = [
        uuid
        for uuid, row in first.items()
        if row["result"] and (row["result"], bool(row["log_url"])) != (later[uuid]["result"], bool(later[uuid]["log_url"]))
    ]
    assert changed
    since = (NOON - timedelta(seconds=400)).replace(tzinfo=None).isoformat()
    assert all(first[uuid]["end_time"] >= since for uuid in changed)
    settled = (clock.at - timedelta(seconds=400)).replace(tzinfo=None).isoformat()
    for uuid, row in later.items():
        if row["end_time"] and row["end_time"] < settled:
            assert said(row) == said(plain[uuid])


def test_gone_logs_are_not_there_and_the_truth_says_so(gate: Gate) -> None:
    zuul = create(gate, Stopped(NOON), Troubles(gone=0.5))
    with listening(zuul) as client:
        ended = [each for each in zuul.ended(str(client.base_url).rstrip("/")) if each.run.log_url][:120]
        lacks = Counter(each.lack == "expired" for each in ended)
        assert min(lacks[True], lacks[False]) > 30
        for each in ended:
            there = client.get(each.run.log_url + "job-output.txt").status_code == 200
            assert there == (each.lack != "expired")
            assert there or (not each.run.results and not each.run.provider)


def test_expiring_logs_are_there_for_some_hours(gate: Gate) -> None:
    clock = Stopped(NOON)
    zuul = create(gate, clock, Troubles(expiring=1.0, expire_hours=5))
    with listening(zuul) as client:
        newest = next(each for each in zuul.ended(str(client.base_url).rstrip("/")) if each.run.log_url)
        assert newest.expires
        assert newest.run.ended_at is not None
        for hours, status in ((4.9, 200), (5.1, 404)):
            clock.at = newest.run.ended_at + timedelta(hours=hours)
            assert client.get(newest.run.log_url + "job-output.txt").status_code == status


def test_shifting_pages_repeat_rows_and_lose_none(gate: Gate) -> None:
    with listening(create(gate, Stopped(NOON), Troubles(shifting=0.5))) as client:
        whole = [
            row["uuid"] for row in client.get(f"{TENANT}/build-times", params={"limit": 100_000, "pipeline": "check"}).json()
        ]
        for _ in range(2):
            seen: list[str] = []
            page = [""] * 20
            while len(page) == 20:
                answer = client.get(f"{TENANT}/build-times", params={"limit": 20, "skip": len(seen), "pipeline": "check"})
                page = [row["uuid"] for row in answer.json()]
                seen += page
            assert len(seen) > len(set(seen)) > 500
            assert list(dict.fromkeys(seen)) == whole


def test_words_order_troubles() -> None:
    assert Troubles.ordered("none") == Troubles.ordered("") == Troubles()
    assert Troubles.ordered("slow, errors=0.4", 9) == Troubles(9, slow=0.05, errors=0.4)
    everything = Troubles.ordered("all")
    assert len(everything.names()) == 13
    assert Troubles.ordered("all,cut=0").names() == [name for name in everything.names() if name != "cut"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("slw", "no fault named 'slw'"),
        ("slow=often", "a number"),
        ("slow=2", "slow must be a share"),
        ("slow=nan", "a share"),
    ],
)
def test_what_is_no_trouble_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Troubles.ordered(text)
