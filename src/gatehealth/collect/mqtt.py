"""Listening to the broker to which a Zuul reports, for builds within seconds. What is missed there, polling finds."""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import aiomqtt
from paho.mqtt.reasoncodes import ReasonCode

from gatehealth.collect.zuul_report import NotAReportError, Report, read_report
from gatehealth.config import MqttSettings, ZuulSettings

FIRST_WAIT = 1.0  # seconds before it is tried again to connect; doubled with each try
LONGEST_WAIT = 60.0  # also how long a connection must have lasted for the next wait to be short again
_KEEP_ALIVE = 20  # seconds without a word after which a connection is checked
_MOST_WAITING = 1_000  # messages that came and were not read yet
_NOT_LET_IN = (0x86, 0x87)  # bad user name or password, not authorized
_BETWEEN_LINES = 60.0  # seconds between two lines of the log about messages that were skipped

_log = logging.getLogger(__name__)
_log_of_client = logging.getLogger(f"{__name__}.client")
_log_of_client.setLevel(logging.ERROR)  # it has a line for each message that does not fit; ours is one a minute


@dataclass(slots=True)
class Listening:
    """How it goes with a broker; `reports` keeps it current."""

    connected: bool = False
    error: str = ""  # why there is no connection, one line; '' while there is one, and before the first try
    heard_at: datetime | None = None  # when the last report of the source's tenant came, UTC
    skipped: int = 0  # messages, and entries of builds, that could not be used


async def reports(settings: ZuulSettings, listening: Listening) -> AsyncIterator[Report]:
    """The reports of a Zuul that tell of builds that ended, for ever: it connects again whenever that is needed.

    Nothing is raised, whatever the broker does or a message holds; `listening` says how it goes. A message that is sent while
    nobody listens is lost. Whoever stops early closes the generator (contextlib.aclosing), and so the connection.
    """
    broker = settings.mqtt
    if broker is None:
        return
    skipping = _Skipping(settings, listening)
    wait = FIRST_WAIT
    while True:
        connected_at: float | None = None
        try:
            async with await _client(broker) as client:
                await _subscribe(client, broker.topic)
                connected_at = time.monotonic()
                listening.connected, listening.error = True, ""
                _log.info("source %s: listening to MQTT broker %s:%d", settings.name, broker.host, broker.port)
                async for message in client.messages:
                    if len(client.messages) >= _MOST_WAITING - 1:
                        skipping.add("messages come faster than they can be read, so some are lost")
                    report = skipping.read(message)
                    if report and report.builds:
                        yield report
        except (aiomqtt.MqttError, OSError, ValueError) as error:  # ValueError: a host or a topic that cannot be one
            line = f"MQTT broker {broker.host}:{broker.port}: {_why(error)}"
            if line != listening.error:
                _log.warning("source %s: %s", settings.name, line)
            listening.error = line
        finally:
            listening.connected = False
        if connected_at is not None and time.monotonic() - connected_at >= LONGEST_WAIT:
            wait = FIRST_WAIT
        await asyncio.sleep(wait * random.uniform(0.5, 1))  # so that not all that lost a broker come back to it at once
        wait = min(2 * wait, LONGEST_WAIT)


class _Skipping:
    """Reads messages; counts those that are no reports, and says so once in a while."""

    def __init__(self, settings: ZuulSettings, listening: Listening) -> None:
        self._settings = settings
        self._listening = listening
        self._said = 0  # of listening.skipped
        self._say_after = 0.0

    def read(self, message: aiomqtt.Message) -> Report | None:
        try:
            report = read_report(bytes(message.payload or b""), self._settings)
        except NotAReportError as error:
            self.add(f"a message with topic {message.topic.value!r:.200}: {error}")
            return None
        if report is not None:
            self._listening.heard_at = datetime.now(UTC)
            if report.unusable:
                self.add(
                    f"a report with topic {message.topic.value!r:.200} has entries of builds without a uuid", report.unusable
                )
        return report

    def add(self, why: str, count: int = 1) -> None:
        self._listening.skipped += count
        if time.monotonic() < self._say_after:
            return
        self._say_after = time.monotonic() + _BETWEEN_LINES
        new, self._said = self._listening.skipped - self._said, self._listening.skipped
        _log.warning("source %s: MQTT: %d skipped since the last such line; the last: %s", self._settings.name, new, why)


async def _client(broker: MqttSettings) -> aiomqtt.Client:
    return aiomqtt.Client(
        broker.host,
        broker.port,
        username=broker.user or None,
        password=broker.password or None,
        tls_context=await asyncio.to_thread(_tls, broker) if broker.tls else None,
        keepalive=_KEEP_ALIVE,
        max_queued_incoming_messages=_MOST_WAITING,
        logger=_log_of_client,
    )


def _tls(broker: MqttSettings) -> ssl.SSLContext:
    """Read anew for each connection, so that certificates can be renewed. Raises OSError that names the file."""
    try:
        context = ssl.create_default_context(cafile=broker.ca_file or None)
    except OSError as error:
        raise OSError(f"ca_file {broker.ca_file} cannot be used: {error.strerror or error}") from None
    if broker.certificate_file:
        try:  # with an empty password, for without one OpenSSL would ask the terminal for that of an encrypted key
            context.load_cert_chain(broker.certificate_file, broker.key_file or None, password="")
        except OSError as error:
            files = " or ".join(filter(None, (f"certificate_file {broker.certificate_file}", broker.key_file)))
            raise OSError(f"{files} cannot be used: {error.strerror or error}") from None
    return context


async def _subscribe(client: aiomqtt.Client, topic: str) -> None:
    """Raises aiomqtt.MqttError when the broker refuses."""
    for code in await client.subscribe(topic, qos=1):
        if code.is_failure if isinstance(code, ReasonCode) else code >= 0x80:
            raise aiomqtt.MqttError(f"it refuses the topic {topic!r}; ask who runs it for the right to read it")


def _why(error: Exception) -> str:
    """What went wrong, in one line and without the library's numbers."""
    if isinstance(error, aiomqtt.MqttCodeError) and isinstance(error.rc, ReasonCode):
        hint = "; check user and password" if error.rc.value in _NOT_LET_IN else ""
        return f"it says: {error.rc}{hint}"
    if isinstance(error, aiomqtt.MqttError) and str(error).startswith("Disconnected"):
        return "the connection was lost"
    return " ".join(str(error).split()) or type(error).__name__
