"""Runs the application until a signal stops it, and stops it so that whoever was accepted gets an answer."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

# An idle connection is kept longer than proxies keep theirs (60 s is usual), which might use one that is just being closed.
IDLE_SECONDS = 75
LAST_SECONDS = 10  # for what comes after the requests: committing what was accepted, writing the log into the file


def serve(app: ASGIApp, listener: socket.socket, stop_seconds: int) -> None:
    """Serves until SIGINT or SIGTERM, then takes no more connections, finishes all requests and returns.

    What is not finished after `stop_seconds` is answered 503, and LAST_SECONDS later the process ends whatever it does. It ends
    at once at a second signal. Neither loses a run that was acknowledged: that is committed.
    """
    # uvicorn raises the signal once more when it has finished, for whoever started it: here.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        _Server(app, stop_seconds).run(sockets=[listener])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


class _Server(uvicorn.Server):
    def __init__(self, app: ASGIApp, stop_seconds: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                server_header=False,
                timeout_keep_alive=IDLE_SECONDS,
                timeout_graceful_shutdown=stop_seconds,
                use_colors=None if sys.stdout else False,  # else uvicorn asks standard output, which may be closed
            )
        )
        self._stop_seconds = stop_seconds

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called by uvicorn for each signal."""
        if self.should_exit:
            signal.signal(sig, signal.SIG_DFL)
            signal.raise_signal(sig)
        # A question in a thread cannot be cancelled, and the interpreter waits for threads: this one does not.
        last = threading.Timer(self._stop_seconds + LAST_SECONDS, _end, [self._stop_seconds])
        last.daemon = True
        last.start()
        super().handle_exit(sig, frame)


def _end(stop_seconds: int) -> None:
    print(f"gatehealth: what was not finished {stop_seconds + LAST_SECONDS} s after the signal is cut off", file=sys.stderr)
    os._exit(1)
