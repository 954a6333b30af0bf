"""Serves a simulated Zuul: until a signal, or in a process of its own beside what somebody else does."""

from __future__ import annotations

import multiprocessing
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

import uvicorn

from gatehealth.simulate import clock
from gatehealth.simulate.clock import Clock
from gatehealth.simulate.gate import Gate
from gatehealth.simulate.settings import GateSettings
from gatehealth.simulate.zuul import Zuul, create

_STARTS_WITHIN = 60.0  # seconds, on a slow machine
_ENDS_WITHIN = 5.0


def clock_of(settings: GateSettings, speed: float) -> Clock:
    """The clock of a gate that is served.

    With `speed` 1 it is as everywhere, and the gate goes on after its end. Faster, it begins where the gate does, and is as
    everywhere once it has caught up with that. With 0 it stands at the end of the gate: all is over.
    """
    if speed == 0:
        return clock.Stopped(settings.end)
    if speed == 1:
        return clock.real
    fast = clock.running(settings.start, speed)
    return lambda: min(fast(), clock.real())


def serve(zuul: Zuul, listener: socket.socket) -> None:
    """Serves until SIGINT or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):  # uvicorn raises the signal again when it has finished
        _server(zuul).run(sockets=[listener])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _server(zuul: Zuul) -> uvicorn.Server:
    # What goes wrong here was ordered: it is not worth a line.
    return uvicorn.Server(uvicorn.Config(zuul, log_level="critical", lifespan="off", timeout_graceful_shutdown=1))


@contextmanager
def beside(settings: GateSettings) -> Iterator[str]:
    """Serves a gate that goes on from now in a process of its own; gives its address. It ends with this process, however.

    Raises OSError when it does not come up.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_child, args=(settings, theirs), name="simulated Zuul", daemon=True)
    process.start()
    theirs.close()
    try:
        with suppress(EOFError):
            if ours.poll(_STARTS_WITHIN):
                yield ours.recv()
                return
        raise OSError("the simulated Zuul does not come up")
    finally:
        ours.close()  # which it sees
        process.join(_ENDS_WITHIN)
        if process.is_alive():
            process.kill()


def _child(settings: GateSettings, parent: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who types Ctrl-C means the parent, which ends this
    gate = Gate(settings)
    zuul = create(gate, keep_days=round(settings.days) + 1)
    listener = socket.create_server(("127.0.0.1", 0))
    server = _server(zuul)

    def wait_for_end() -> None:
        with suppress(EOFError, OSError):
            parent.recv()  # nothing ever comes; this ends with the parent
        server.should_exit = True

    threading.Thread(target=wait_for_end, daemon=True).start()
    parent.send(f"http://127.0.0.1:{listener.getsockname()[1]}")
    server.run(sockets=[listener])
