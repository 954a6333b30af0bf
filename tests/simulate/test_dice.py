"""The randomness is SplitMix64, one number at a time or a column at once."""

from __future__ import annotations

import numpy as np
import pytest

from gatehealth.simulate.dice import FACTOR_BITS, Dice, Weights, bits, lognormal_factors, seed_of

# The first numbers of splitmix64.c (Vigna, prng.di.unimi.it) from the seed 1234567.
KNOWN = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821]


def test_the_numbers_are_those_of_splitmix64() -> None:
    dice = Dice(1234567)
    assert [dice.bits() for _ in KNOWN] == KNOWN


def test_a_column_holds_the_numbers_that_single_throws_give() -> None:
    for seed in (0, 1234567, 2**64 - 1):
        dice = Dice(seed)
        assert bits(seed, 100).tolist() == [dice.bits() for _ in range(100)]


def test_below_stays_below_and_reaches_every_number() -> None:
    dice = Dice(3)
    assert {dice.below(6) for _ in range(500)} == set(range(6))
    assert {dice.between(4, 6) for _ in range(200)} == {4, 5, 6}


def test_a_chance_comes_true_as_often_as_it_says() -> None:
    dice = Dice(4)
    assert sum(dice.chance(0.25) for _ in range(10_000)) == pytest.approx(2_500, abs=220)
    assert not any(dice.chance(0.0) for _ in range(1_000))
    assert all(dice.chance(1.0) for _ in range(1_000))


def test_weights_choose_in_proportion() -> None:
    dice, weights = Dice(5), Weights([1, 0, 3])
    found = [weights.choose(dice) for _ in range(8_000)]
    assert found.count(1) == 0
    assert found.count(2) == pytest.approx(6_000, abs=200)


def test_factors_are_lognormal_around_one() -> None:
    factors = lognormal_factors(0.28) / 2**FACTOR_BITS
    assert np.median(factors) == pytest.approx(1, abs=1e-3)
    assert np.log(factors).std() == pytest.approx(0.28, abs=2e-3)
    assert (np.diff(factors) >= 0).all()


def test_seeds_differ_when_a_part_differs() -> None:
    assert len({seed_of(1, "a"), seed_of(1, "b"), seed_of(2, "a"), seed_of("1", "a")}) == 4


def test_uuids_are_of_version_4() -> None:
    uuid = Dice(6).uuid()
    assert (uuid.version, uuid.variant) == (4, "specified in RFC 4122")
