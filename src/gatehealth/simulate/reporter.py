"""The publishing side of a simulated Zuul's MQTT reporter: sends its reports to a broker, as the simulated clock goes."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import aiomqtt

from gatehealth.simulate.zuul import Zuul

_EVERY = 0.2  # seconds between two looks at the clock
_AGAIN = 1.0  # seconds before a broker that is not there is tried again


@contextmanager
def publishing(zuul: Zuul, host: str, port: int, base: str) -> Iterator[threading.Event]:
    """Publishes the reports of a simulated Zuul from now on, in a thread of its own, until it is left.

    Gives what is set while the broker is connected. `base` is the Zuul's address. What would be said while the broker cannot
    be reached is lost, as with a real Zuul.
    """
    loop = asyncio.new_event_loop()
    connected = threading.Event()
    task = loop.create_task(_publish(zuul, base, host, port, connected))

    def run() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()

    thread = threading.Thread(target=run, name="mqtt reporter")
    thread.start()
    try:
        yield connected
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()


async def _publish(zuul: Zuul, base: str, host: str, port: int, connected: threading.Event) -> None:
    reports, told = zuul.reports(base), ""
    while True:
        try:
            async with aiomqtt.Client(host, port) as client:
                told, since = "", zuul.now()
                connected.set()
                while True:
                    until = zuul.now()
                    for message in await asyncio.to_thread(reports.between, since, until):
                        await client.publish(message.topic, json.dumps(message.payload))  # QoS 0, Zuul's default
                    since = until
                    await asyncio.sleep(_EVERY)
        except (aiomqtt.MqttError, OSError) as error:
            if str(error) != told:
                logging.getLogger(__name__).warning("MQTT broker %s:%d: %s", host, port, error)
            told = str(error)
        finally:
            connected.clear()
        await asyncio.sleep(_AGAIN)
