"""What time it is in a simulated gate: as everywhere, faster, or whatever a test says."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from gatehealth.model import to_micros

Clock = Callable[[], int]  # microseconds since 1970 UTC


def real() -> int:
    """The time as everywhere."""
    return time.time_ns() // 1_000


def running(start: datetime, speed: float = 1.0) -> Clock:
    """A clock that shows `start` now and goes `speed` times as fast as others; it never goes back."""
    first, begun = to_micros(start), time.monotonic_ns()
    return lambda: first + int((time.monotonic_ns() - begun) * speed) // 1_000


class Stopped:
    """A clock that stands still until somebody sets it."""

    def __init__(self, at: datetime) -> None:
        self.at = at  # may be set, also from another thread

    def __call__(self) -> int:
        """The moment at which it stands."""
        return to_micros(self.at)
