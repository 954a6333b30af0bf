"""`gatehealth simulate --serve`: a Zuul on the command line, with what one writes into the settings to follow it."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiomqtt
import httpx
import loops
import pytest
from commands import MAIN, Command, environment
from mqtt_broker import Broker

from gatehealth.config import Settings, ZuulSettings

SIZE = ("--days", "1", "--runs-per-day", "40", "--tests", "100", "--jobs", "6", "--projects", "2", "--largest-job", "30")


@contextmanager
def served(*options: str) -> Iterator[tuple[str, str, subprocess.Popen[str]]]:
    """Its address, all that it printed, and its process."""
    command = [*MAIN, "simulate", "--serve", "--port", "0", *SIZE, *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment({}))
    try:
        assert process.stdout is not None
        said = ""
        while "result_files" not in said:
            line = process.stdout.readline()
            assert line, "it ended"
            said += line
        found = re.search(r"answers at (\S+),", said)
        assert found is not None
        yield found[1], said, process
    finally:
        process.terminate()
        process.wait()


def test_what_it_prints_is_a_source_that_can_be_configured() -> None:
    with served("--faults", "slow,errors=0.2") as (url, said, _):
        assert "Ordered to go wrong: slow, errors\n" in said
        given = tomllib.loads(said[said.index("[[sources]]") :])
    [source] = Settings(**given).sources
    assert isinstance(source, ZuulSettings)
    assert (source.url, source.tenant, source.first_days) == (url, "openstack", 2)


def test_it_reports_to_a_broker_and_says_how_to_listen(tmp_path: Path) -> None:
    async def hear(broker: Broker) -> set[str]:
        """The actions that were reported until a buildset was over."""
        actions: set[str] = set()
        async with aiomqtt.Client("127.0.0.1", broker.port) as client, asyncio.timeout(120):
            await client.subscribe("openstack/zuul/#")
            with served("--speed", "3600", "--mqtt", f"127.0.0.1:{broker.port}") as (_, said, process):
                assert process.stdout is not None
                said += "".join(process.stdout.readline() for _ in range(3))
                [source] = Settings(**tomllib.loads(said[said.index("[[sources]]") :])).sources
                assert isinstance(source, ZuulSettings)
                assert source.mqtt is not None
                assert (source.mqtt.host, source.mqtt.port) == ("127.0.0.1", broker.port)
                async for message in client.messages:
                    actions.add(json.loads(bytes(message.payload))["action"])  # type: ignore[arg-type]
                    if actions & {"success", "failure"}:
                        return actions
        return actions

    with Broker(tmp_path) as broker:
        assert loops.run(hear(broker)) <= {"start", "success", "failure", "dequeue"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_until_it_is_stopped(number: signal.Signals) -> None:
    with served("--end", "2026-11-18T00:00:00Z") as (url, _, process):
        builds = httpx.get(f"{url}/api/tenant/openstack/builds").json()
        assert len(builds) > 10
        assert isinstance(builds[0]["ref"], dict)
        assert httpx.get(f"{url}/truth.json").json()["builds"]
        process.send_signal(number)
        assert process.wait() == 0


def test_it_can_be_a_zuul_of_before() -> None:
    with served("--shape", "old", "--no-build-times", "--speed", "0", "--end", "2026-11-18T00:00:00Z") as (url, _, _):
        builds = httpx.get(f"{url}/api/tenant/openstack/builds", params={"limit": 100}).json()
        assert httpx.get(f"{url}/api/tenant/openstack/build-times").status_code == 404
        assert httpx.get(f"{url}/truth.json").json()["now"] == "2026-11-18T00:00:00Z"
    assert {type(build["ref"]) for build in builds} == {str}
    assert min(build["start_time"] for build in builds) < "2026-11-17T09:00:00", "however long ago that is"
    assert max(build["start_time"] for build in builds) <= "2026-11-18T00:00:00"


def test_a_fast_one_begins_where_the_gate_does() -> None:
    with served("--speed", "3600", "--end", "2026-11-18T00:00:00Z") as (url, _, _):
        first = httpx.get(f"{url}/truth.json").json()["now"]
        later = first
        while later == first:
            later = httpx.get(f"{url}/truth.json").json()["now"]
    assert "2026-11-17T00:00:00Z" <= first < later


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--faults", "slw"), "there is no fault named 'slw'; there are all, none, slow,"),
        (("--faults", "slow=3"), "slow must be a share, 0 to 1"),
        (("--streams", "somewhere"), "--serve goes neither with --streams"),
        (("--shape", "odd"), "'odd' is not one of"),
        (("--port", "70000"), "'--port'"),
        (("--speed", "-1"), "'--speed'"),
        (("--mqtt", "localhost"), "--mqtt 'localhost' is not HOST:PORT, as in localhost:1883"),
        (("--mqtt", ":1883"), "--mqtt ':1883' is not HOST:PORT"),
        (("--mqtt", "localhost:70000"), "--mqtt 'localhost:70000' is not HOST:PORT"),
    ],
)
def test_what_cannot_be_served_is_refused(gatehealth: Command, options: tuple[str, ...], why: str) -> None:
    said = gatehealth("simulate", "--serve", *SIZE, *options)
    assert (said.status, why in said.err) == (2, True), said.err
