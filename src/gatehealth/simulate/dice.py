"""Randomness that is the same everywhere: SplitMix64, one number at a time or a column at once.

Neither Python's nor numpy's generators promise the same numbers in every version; these 64 bits are whole-number
arithmetic (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014; the constants are those of
Vigna's splitmix64.c).
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from statistics import NormalDist
from typing import TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

_T = TypeVar("_T")
_MASK = 2**64 - 1
_STEP = 0x9E3779B97F4A7C15
_MIX_1 = 0xBF58476D1CE4E5B9
_MIX_2 = 0x94D049BB133111EB

FACTOR_BITS = 16  # behind the point of the factors below
_SPREADS = 4096  # different factors; the index takes 12 random bits


def seed_of(*parts: int | str) -> int:
    """64 bits derived from some numbers and texts; different parts give unrelated seeds."""
    return int.from_bytes(hashlib.blake2b(repr(parts).encode(), digest_size=8).digest(), "big")


def mixed(seed: int, salt: int) -> int:
    """Another seed of 64 bits, unrelated to this one: cheaper than seed_of."""
    return Dice(seed ^ (salt * _STEP & _MASK)).bits()


def bits(seed: int, count: int) -> NDArray[np.uint64]:
    """The first numbers that Dice(seed) throws, as a column: shape (count,), 64 random bits each."""
    column = _steps(count) + np.uint64(seed & _MASK)
    column ^= column >> np.uint64(30)
    column *= np.uint64(_MIX_1)
    column ^= column >> np.uint64(27)
    column *= np.uint64(_MIX_2)
    column ^= column >> np.uint64(31)
    return column


@cache
def _steps(count: int) -> NDArray[np.uint64]:
    """How far a generator's state has moved by its first, second, ... number."""
    return np.arange(1, count + 1, dtype=np.uint64) * np.uint64(_STEP)


def lognormal_factors(sigma: float) -> NDArray[np.int64]:
    """Factors of median 1 that are lognormal with this sigma, in units of 2**-FACTOR_BITS: shape (4096,), ascending.

    One is taken by 12 random bits. They are rounded so far that the last bit of a platform's exp() does not show.
    """
    normal = NormalDist(0.0, sigma)
    return np.array([round(math.exp(normal.inv_cdf((i + 0.5) / _SPREADS)) * 2**FACTOR_BITS) for i in range(_SPREADS)], np.int64)


class Weights:
    """Whole-number weights to choose an index by."""

    __slots__ = ("_bounds", "_total")

    def __init__(self, weights: Sequence[int]) -> None:
        self._bounds = list(accumulate(weights))
        self._total = self._bounds[-1]

    def choose(self, dice: Dice) -> int:
        """An index, as often as its weight says."""
        return bisect_right(self._bounds, dice.below(self._total))


class Dice:
    """A seeded generator for scalars."""

    __slots__ = ("_state",)

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def bits(self) -> int:
        """64 random bits."""
        self._state = state = (self._state + _STEP) & _MASK
        state = (state ^ state >> 30) * _MIX_1 & _MASK
        state = (state ^ state >> 27) * _MIX_2 & _MASK
        return state ^ state >> 31

    def below(self, bound: int) -> int:
        """A number from 0 to bound - 1."""
        # bits() once more, not called: most numbers are asked for here
        self._state = state = (self._state + _STEP) & _MASK
        state = (state ^ state >> 30) * _MIX_1 & _MASK
        state = (state ^ state >> 27) * _MIX_2 & _MASK
        return (state ^ state >> 31) * bound >> 64

    def between(self, low: int, high: int) -> int:
        """A number from low to high, both possible."""
        return low + self.below(high - low + 1)

    def chance(self, probability: float) -> bool:
        """True this often."""
        return self.bits() >> 11 < probability * 2**53

    def pick(self, choices: Sequence[_T]) -> _T:
        """One of these, each as likely."""
        return choices[self.below(len(choices))]

    def uuid(self) -> UUID:
        """A random UUID, version 4."""
        return UUID(int=(self.bits() << 64 | self.bits()) & ~(0xF << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62)
