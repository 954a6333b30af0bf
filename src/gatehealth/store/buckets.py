"""A period in buckets of one width, as charts draw it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from gatehealth.model import from_micros, to_micros
from gatehealth.store.asking import WIDTHS_US, Filters


@dataclass(frozen=True, slots=True)
class Buckets:
    """The buckets that hold a period, without gaps; the first and the last may reach beyond it."""

    first: int  # counted from 1970 in widths, as questions count buckets
    size: int
    width_us: int

    @property
    def times(self) -> list[datetime]:
        """When each bucket starts."""
        return [from_micros((self.first + at) * self.width_us) for at in range(self.size)]

    def counts(self, bucket: np.ndarray[Any, Any], found: np.ndarray[Any, Any]) -> list[int]:
        """Numbers found for some buckets as one for each, 0 where none was found."""
        every = np.zeros(self.size, np.int64)
        every[bucket - self.first] = found
        return every.tolist()

    def numbers(self, bucket: np.ndarray[Any, Any], found: np.ndarray[Any, Any]) -> list[float | None]:
        """The same for what has no value where none was found."""
        every: list[float | None] = [None] * self.size
        for at, value in zip((bucket - self.first).tolist(), found.tolist(), strict=True):
            every[at] = value
        return every


def buckets_of(filters: Filters, resolution: str) -> Buckets:
    """The buckets of a period; `resolution` is a word of asking.WIDTHS_US."""
    width = WIDTHS_US[resolution]
    first = to_micros(filters.since) // width
    return Buckets(first, (to_micros(filters.until) - 1) // width - first + 1, width)
