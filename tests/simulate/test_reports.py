"""What the simulated Zuul says over MQTT: each build once its buildset has ended, in the API's own words; to a real broker."""

from __future__ import annotations

import asyncio
import copy
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiomqtt
import loops
import pytest
from mqtt_broker import Broker

from gatehealth.simulate import Gate
from gatehealth.simulate.clock import Stopped
from gatehealth.simulate.reporter import publishing
from gatehealth.simulate.reports import Message, Reports
from gatehealth.simulate.troubles import Troubles
from gatehealth.simulate.zuul import Zuul, create

from .conftest import SMALL

BUSY = replace(SMALL, runs_per_day=900)  # so that some builds are retried, and some buildsets canceled
BASE = "http://zuul.example.org"
START, END = (round(moment.timestamp()) for moment in (BUSY.start, BUSY.end))


def zuul_at(end: Any = BUSY.end, troubles: Troubles | None = None) -> tuple[Zuul, Stopped]:
    clock = Stopped(end)
    return create(Gate(BUSY), clock, troubles), clock


def entries(messages: list[Message], which: str) -> list[dict[str, Any]]:
    return [entry for message in messages for entry in message.payload["buildset"][which]]


def without_artifacts(message: Message) -> Message:
    """The same without what shows some minutes later when a build's logs do."""
    told = copy.deepcopy(message)
    for entry in entries([told], "builds"):
        entry.pop("artifacts", None)
    return told


@pytest.fixture(scope="module")
def zuul() -> Zuul:
    return zuul_at()[0]


@pytest.fixture(scope="module")
def reports(zuul: Zuul) -> Reports:
    return zuul.reports(BASE)


@pytest.fixture(scope="module")
def said(reports: Reports) -> list[Message]:
    return reports.between(START - 1, END)


def test_every_build_of_a_buildset_that_has_ended_is_told_once(zuul: Zuul, said: list[Message]) -> None:
    over = [message for message in said if message.payload["action"] != "start"]
    told = Counter(entry["uuid"] for which in ("builds", "retry_builds") for entry in entries(over, which))
    buildsets = {message.payload["buildset"]["uuid"] for message in over}
    ended = {each.build.uuid for each in zuul.ended(BASE) if each.run.buildset in buildsets}
    assert len(told) > 50
    assert told == Counter(dict.fromkeys(ended, 1))


def test_a_report_says_what_the_api_says(zuul: Zuul, said: list[Message]) -> None:
    over = [message for message in said if message.payload["action"] != "start"]
    runs = {each.build.uuid: each.run for each in zuul.ended(BASE)}
    for message in over:
        told = message.payload
        for entry in told["buildset"]["builds"]:
            run = runs[entry["uuid"]]
            assert (entry["job_name"], entry["result"], entry["log_url"] or "") == (run.job, run.result, run.log_url)
            assert entry["voting"] is run.voting
            where = (told["pipeline"], told["project"], told["branch"], told["change"], told["patchset"], told["ref"])
            assert where == (run.pipeline, run.project, run.branch, run.change, run.patchset, run.ref)
            assert bool(told["owner"]) is bool(run.change)
            assert run.started_at is not None
            assert run.ended_at is not None
            began = run.result != "SKIPPED" and (run.result != "CANCELED" or run.ended_at > run.started_at)
            times = (entry["execute_time"], entry["start_time"], entry["end_time"])
            if began:
                assert 0 <= entry["end_time"] - run.ended_at.timestamp() < 1
                assert 0 <= entry["start_time"] - run.started_at.timestamp() < 1
            else:
                assert times == (None, None, None)
    words = {message.payload["action"] for message in said}
    assert words == {"start", "success", "failure", "dequeue"}


def test_a_retried_build_stands_apart_and_is_tied_to_its_job(said: list[Message]) -> None:
    tied = 0
    for message in said:
        final = {entry["job_uuid"]: entry for entry in entries([message], "builds")}
        assert len(final) == len(entries([message], "builds"))
        assert all(entry.get("result") != "RETRY" for entry in final.values())
        for entry in entries([message], "retry_builds"):
            assert (entry["result"], entry["job_name"]) == ("RETRY", final[entry["job_uuid"]]["job_name"])
            tied += 1
    assert tied > 2


def test_a_start_tells_of_jobs_and_of_no_end(said: list[Message]) -> None:
    starts = [message for message in said if message.payload["action"] == "start"]
    assert len(starts) > 20
    for message in starts:
        assert message.payload["buildset"]["result"] is None
    assert not [entry for entry in entries(starts, "builds") if entry.get("end_time")]


@pytest.mark.parametrize("troubles", [Troubles(), Troubles(late=0.2, lagging=0.5, changing=0.3)])
def test_steps_of_any_length_say_the_same(troubles: Troubles) -> None:
    zuul, clock = zuul_at(troubles=troubles)
    reports = zuul.reports(BASE)
    whole = reports.between(START - 1, END)
    stepped: list[Message] = []
    for since in range(START - 1, END, step := 6_007):
        clock.at = min(BUSY.end, datetime.fromtimestamp(since + step, UTC))
        stepped += reports.between(since, zuul.now())
    assert [without_artifacts(message) for message in stepped] == [without_artifacts(message) for message in whole]


def test_topics_are_those_of_zuul_s_example(said: list[Message]) -> None:
    for message in said:
        told = message.payload
        assert message.topic == f"openstack/zuul/{told['pipeline']}/{told['project']}/{told['branch']}/{told['change'] or None}"


def test_reports_get_lost_when_that_is_ordered(said: list[Message]) -> None:
    fewer = zuul_at(troubles=Troubles(silent=0.3))[0].reports(BASE).between(START - 1, END)
    assert 0.5 * len(said) < len(fewer) < 0.9 * len(said)
    assert all(message in said for message in fewer)


def test_a_broker_gets_what_is_said_from_now_on(folder: Path, said: list[Message]) -> None:
    middle = BUSY.end - timedelta(hours=8)
    zuul, clock = zuul_at(middle)
    due = [message for message in said if middle.timestamp() < message.at]
    assert len(due) > 5

    async def listen(broker: Broker) -> list[Message]:
        heard: list[Message] = []
        async with aiomqtt.Client("127.0.0.1", broker.port) as client, asyncio.timeout(60):
            await client.subscribe("#", qos=1)
            with publishing(zuul, "127.0.0.1", broker.port, BASE) as connected:
                assert await asyncio.to_thread(connected.wait, 60)
                clock.at = BUSY.end
                async for message in client.messages:
                    assert isinstance(message.payload, bytes)
                    heard.append(Message(0, message.topic.value, json.loads(message.payload)))
                    if len(heard) == len(due):
                        return heard
        raise AssertionError("the messages ended")

    with Broker(folder) as broker:
        heard = loops.run(listen(broker))
    assert heard == [message._replace(at=0) for message in due]
