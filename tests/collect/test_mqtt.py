"""Listening to a real broker: plain, with a password, with TLS, through its end and return, and whatever messages hold."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import aiomqtt
import loops
import pytest
from helpers import uuid_number
from mqtt_broker import Broker, make_certificate

from gatehealth.collect import mqtt
from gatehealth.collect.mqtt import Listening, reports
from gatehealth.collect.zuul_report import MAX_BYTES, Report
from gatehealth.config import MqttSettings, ZuulSettings

PATIENCE = 60  # seconds after which a test that waits has failed; nothing is said about how long anything takes
TOPIC = "acme/zuul/gate/acme/rocket/main/1"
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")


@pytest.fixture
def broker(folder: Path) -> Iterator[Broker]:
    with Broker(folder) as running:
        yield running


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comes back soon to a broker that is gone."""
    monkeypatch.setattr(mqtt, "FIRST_WAIT", 0.1)
    monkeypatch.setattr(mqtt, "LONGEST_WAIT", 0.5)


def settings_of(broker: Broker, **of_broker: Any) -> ZuulSettings:
    told = MqttSettings(host="127.0.0.1", port=broker.port, **of_broker)
    return ZuulSettings(kind="zuul", name="zuul", url="https://zuul.example.org", tenant="acme", mqtt=told)


def report_of(*numbers: int, **facts: Any) -> bytes:
    builds = [{"job_name": "unit", "uuid": uuid_number(n).hex, "end_time": 1.79e9 + n, "result": "SUCCESS"} for n in numbers]
    head = {
        "action": "success",
        "tenant": "acme",
        "pipeline": "gate",
        "project": "acme/rocket",
        "branch": "main",
        "owner": "ann",
    }
    return json.dumps({**head, "buildset": {"uuid": "b", "builds": builds, "retry_builds": []}, **facts}).encode()


def uuids(report: Report) -> list[UUID]:
    return [build.uuid for build in report.builds]


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.02)


class Heard:
    """What a listener heard, in the order in which it came."""

    def __init__(self) -> None:
        self.listening = Listening()
        self.reports: list[Report] = []


@asynccontextmanager
async def listener(settings: ZuulSettings) -> AsyncIterator[Heard]:
    heard = Heard()

    async def listen() -> None:
        async with aclosing(reports(settings, heard.listening)) as coming:
            async for report in coming:
                heard.reports.append(report)

    task = asyncio.create_task(listen())
    try:
        yield heard
        assert not task.done(), "listening never ends by itself"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert not heard.listening.connected


@asynccontextmanager
async def publisher(broker: Broker, **how: Any) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    async with aiomqtt.Client("127.0.0.1", broker.port, **how) as client:

        async def publish(payload: bytes, topic: str = TOPIC, **options: Any) -> None:
            await client.publish(topic, payload, **{"qos": 1, **options})

        yield publish


def test_a_report_arrives_as_its_builds(broker: Broker) -> None:
    async def check() -> None:
        async with listener(settings_of(broker)) as heard, publisher(broker) as publish:
            await until(lambda: heard.listening.connected)
            assert heard.listening.heard_at is None
            await publish(report_of(1, 2))
            await publish(report_of(3), qos=0)  # as Zuul does unless it is told otherwise
            await until(lambda: len(heard.reports) == 2)
            assert [uuids(report) for report in heard.reports] == [[uuid_number(1), uuid_number(2)], [uuid_number(3)]]
            assert heard.reports[0].extra[uuid_number(1)] == {"change_owner": "ann"}
            assert heard.listening.heard_at is not None
            assert (heard.listening.error, heard.listening.skipped) == ("", 0)

    loops.run(check())


def test_only_the_topic_that_is_named_is_read(broker: Broker) -> None:
    async def check() -> None:
        async with listener(settings_of(broker, topic="acme/zuul/#")) as heard, publisher(broker) as publish:
            await until(lambda: heard.listening.connected)
            await publish(report_of(1), "other/zuul/gate")
            await publish(report_of(2))
            await until(lambda: heard.reports)
            assert [uuids(report) for report in heard.reports] == [[uuid_number(2)]]

    loops.run(check())


def test_other_messages_are_counted_and_said_once(broker: Broker, caplog: pytest.LogCaptureFixture) -> None:
    odd = [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[[[",
        b"[" * 100_000,
        b'{"buildset": 3}',
        b'{"buildset": {}}',
        b"x" * (MAX_BYTES + 1),
    ]
    caplog.set_level(logging.WARNING)

    async def check() -> None:
        async with listener(settings_of(broker)) as heard, publisher(broker, timeout=PATIENCE) as publish:
            await until(lambda: heard.listening.connected)
            for payload in odd:
                await publish(payload, "gerrit/stream")
            assert heard.listening.heard_at is None, "no Zuul has said anything yet"
            await publish(report_of(1, tenant="other"))
            await publish(report_of(2, action="start", buildset={"builds": [{"job_name": "unit"}]}))
            await publish(report_of(3))
            await until(lambda: heard.reports)
            assert uuids(heard.reports[0]) == [uuid_number(3)]
            assert heard.listening.skipped == len(odd)
            assert heard.listening.connected

    loops.run(check())
    lines = [record.getMessage() for record in caplog.records if "skipped" in record.getMessage()]
    assert lines == [
        "source zuul: MQTT: 1 skipped since the last such line; the last: a message with topic 'gerrit/stream': "
        "it is not JSON: Expecting value: line 1 column 1 (char 0)"
    ]


def test_a_broker_that_is_killed_and_comes_back_is_found_again(broker: Broker, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)

    async def check() -> None:
        async with listener(settings_of(broker)) as heard:
            for number in (1, 2, 3):
                await until(lambda: heard.listening.connected)
                async with publisher(broker) as publish:
                    await publish(report_of(number))
                    await until(lambda number=number: len(heard.reports) == number)
                broker.kill()
                await until(lambda: not heard.listening.connected and heard.listening.error)
                assert heard.listening.error.startswith(f"MQTT broker 127.0.0.1:{broker.port}: ")
                await until(lambda: "refused" in heard.listening.error)
                await asyncio.to_thread(broker.start)
            await until(lambda: heard.listening.connected)
            assert heard.listening.error == ""
            assert [uuids(report) for report in heard.reports] == [[uuid_number(n)] for n in (1, 2, 3)]

    loops.run(check())
    tried = [record for record in caplog.records if "refused" in record.getMessage()]
    assert len(tried) == 3, "the same trouble is told once, not at each try"


def test_a_broker_that_is_not_there_yet_is_waited_for(folder: Path) -> None:
    broker = Broker(folder)

    async def check() -> None:
        async with listener(settings_of(broker)) as heard:
            await until(lambda: heard.listening.error)
            assert heard.listening.error == f"MQTT broker 127.0.0.1:{broker.port}: [Errno 111] Connection refused"
            await asyncio.to_thread(broker.start)
            await until(lambda: heard.listening.connected)
            async with publisher(broker) as publish:
                await publish(report_of(1))
                await until(lambda: heard.reports)

    try:
        loops.run(check())
    finally:
        broker.kill()


def test_a_password_opens_and_a_wrong_one_is_said(folder: Path) -> None:
    async def check(broker: Broker) -> None:
        async with (
            listener(settings_of(broker, user="gatehealth", password="wrong")) as refused,
            listener(settings_of(broker)) as nameless,
            listener(settings_of(broker, user="gatehealth", password="right")) as heard,
            publisher(broker, username="zuul", password="other") as publish,
        ):
            await until(lambda: heard.listening.connected and refused.listening.error and nameless.listening.error)
            await publish(report_of(1))
            await until(lambda: heard.reports)
            why = f"MQTT broker 127.0.0.1:{broker.port}: it says: Not authorized; check user and password"
            assert (refused.listening.error, refused.listening.connected, refused.reports) == (why, False, [])
            assert not nameless.listening.connected

    with Broker(folder, users={"gatehealth": "right", "zuul": "other"}) as broker:
        loops.run(check(broker))


@needs_openssl
def test_tls_checks_the_broker_and_shows_a_certificate(folder: Path) -> None:
    server, server_key = make_certificate(folder, "broker")
    client, client_key = make_certificate(folder, "gatehealth")
    other, other_key = make_certificate(folder, "stranger")

    async def check(broker: Broker) -> None:
        tls = {"tls": True, "ca_file": str(server)}
        shown = {"certificate_file": str(client), "key_file": str(client_key)}
        context = ssl.create_default_context(cafile=str(server))
        async with (
            listener(settings_of(broker, **tls)) as heard,
            listener(settings_of(broker, **tls, **shown)) as known,
            listener(settings_of(broker, tls=True, ca_file=str(other))) as doubting,
            listener(settings_of(broker, **tls, certificate_file=str(other), key_file=str(other_key))) as unknown,
            listener(settings_of(broker)) as plain,
            publisher(broker, tls_context=context) as publish,
        ):
            await until(lambda: heard.listening.connected and known.listening.connected)
            await until(lambda: doubting.listening.error and unknown.listening.error and plain.listening.error)
            await publish(report_of(1))
            await until(lambda: heard.reports and known.reports)
            assert "certificate verify failed" in doubting.listening.error
            assert [doubting.reports, unknown.reports, plain.reports] == [[], [], []]

    with Broker(folder, tls={"certfile": server, "keyfile": server_key, "cafile": client}) as broker:
        loops.run(check(broker))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"ca_file": "gone.pem"}, "ca_file gone.pem cannot be used: No such file or directory"),
        ({"certificate_file": "gone.pem"}, "certificate_file gone.pem cannot be used: No such file or directory"),
        (
            {"certificate_file": "odd.pem", "key_file": "odd.key"},
            "certificate_file odd.pem or odd.key cannot be used: [SSL] PEM lib",
        ),
    ],
)
def test_files_that_cannot_be_used_are_named(folder: Path, given: dict[str, str], why: str) -> None:
    for name in ("odd.pem", "odd.key"):
        (folder / name).write_text("this is no certificate")

    async def check() -> None:
        async with listener(settings_of(Broker(folder), tls=True, **given)) as heard:
            await until(lambda: heard.listening.error)
            assert why in heard.listening.error

    loops.run(check())


@pytest.mark.parametrize(
    ("given", "why"),
    [({"host": "a" * 70 + ".example"}, "label"), ({"host": ""}, "Invalid host"), ({"topic": "a/#/b"}, "Invalid subscription")],
)
def test_settings_that_no_broker_can_be_reached_with_are_told(broker: Broker, given: dict[str, str], why: str) -> None:
    settings = settings_of(broker)
    assert settings.mqtt is not None
    settings = settings.model_copy(update={"mqtt": settings.mqtt.model_copy(update=given)})

    async def check() -> None:
        async with listener(settings) as heard:
            await until(lambda: heard.listening.error)
            assert why in heard.listening.error
            assert "\n" not in heard.listening.error

    loops.run(check())


def test_something_that_is_no_broker_is_told_and_tried_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async def check() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        broker = Broker(folder)
        broker.port = server.sockets[0].getsockname()[1]
        original = aiomqtt.Client.__init__

        def impatient(client: aiomqtt.Client, *args: Any, **options: Any) -> None:
            original(client, *args, **options, timeout=0.2)

        monkeypatch.setattr(aiomqtt.Client, "__init__", impatient)
        async with server, listener(settings_of(broker)) as heard:
            await until(lambda: calls >= 3)
            assert heard.listening.error
            assert not heard.listening.connected

    loops.run(check())
