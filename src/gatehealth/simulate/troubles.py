"""What can be wrong with a simulated Zuul and its log server, each to order: how often, and by a seed of its own."""

from __future__ import annotations

from dataclasses import dataclass, fields
from threading import Lock
from typing import Any

from gatehealth.simulate.dice import Dice, seed_of
from gatehealth.simulate.plan import Planned

HOUR = 3_600  # seconds
LONGEST_LAG = 300  # seconds
_LISTINGS = 1_000  # whose pages are remembered
_USUAL = {  # how often, when a trouble is ordered by its name alone
    "slow": 0.05,
    "errors": 0.05,
    "throttled": 0.03,
    "resets": 0.03,
    "cut": 0.03,
    "down": 0.04,
    "shifting": 0.2,
    "late": 0.05,
    "lagging": 0.1,
    "changing": 0.1,
    "gone": 0.03,
    "expiring": 0.05,
    "silent": 0.1,
}


@dataclass(frozen=True, slots=True)
class Troubles:
    """How often each thing goes wrong, a share from 0 to 1. The defaults are a Zuul without any. Raises ValueError.

    What happens to an answer is drawn answer by answer; what happens to a build follows from its uuid.
    """

    seed: int = 1

    # Of answers:
    slow: float = 0.0  # take up to `slow_seconds` longer
    errors: float = 0.0  # are 500, 502 or 503
    throttled: float = 0.0  # are 429 with Retry-After: `retry_after`
    resets: float = 0.0  # are none: the connection is reset
    cut: float = 0.0  # end before their Content-Length, or within a chunked body

    down: float = 0.0  # of simulated hours: nothing answers but with 503, or with a reset
    shifting: float = 0.0  # of pages behind the first: before them, rows come in, and all pages from there on begin earlier

    # Of builds:
    late: float = 0.0  # end up to six hours after they would have, with ids that are long past
    lagging: float = 0.0  # show that they have ended up to five minutes after their end_time
    changing: float = 0.0  # show another result, or no log_url, for some minutes after that
    gone: float = 0.0  # have a log_url below which there is nothing
    expiring: float = 0.0  # have nothing there any more `expire_hours` after their end

    silent: float = 0.0  # of reports over MQTT: nobody receives them

    slow_seconds: float = 2.0
    retry_after: int = 1  # seconds
    expire_hours: float = 48.0

    def __post_init__(self) -> None:
        for name in _USUAL:
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be a share, 0 to 1")

    @classmethod
    def ordered(cls, text: str, seed: int = 1) -> Troubles:
        """From `none`, `all`, or a list of names, each with its share if it is not to be the usual one: `slow,errors=0.2`.

        Raises ValueError with one line that says what is not known.
        """
        rates: dict[str, Any] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, equals, share = part.partition("=")
            if part == "all":
                rates |= _USUAL
            elif name not in _USUAL and part != "none":
                raise ValueError(f"there is no fault named {name!r}; there are all, none, {', '.join(_USUAL)}")
            elif part != "none":
                try:
                    rates[name] = float(share) if equals else _USUAL[name]
                except ValueError:
                    raise ValueError(f"{part!r}: the share is a number from 0 to 1, as in {name}=0.1") from None
        return cls(seed, **rates)

    def names(self) -> list[str]:
        """Those that were ordered."""
        return [field.name for field in fields(self) if field.name in _USUAL and getattr(self, field.name)]

    def hit(self, name: str, of: int | str) -> Dice | None:
        """Dice for how something goes wrong, if it does: always the same for the same thing."""
        rate: float = getattr(self, name)
        if not rate:
            return None
        dice = Dice(seed_of(self.seed, name, of))
        return dice if dice.chance(rate) else None

    def later(self, planned: Planned) -> int:
        """Seconds by which a build ends later than it would."""
        dice = self.hit("late", planned.uuid.hex)
        return 0 if dice is None else dice.between(HOUR // 4, 6 * HOUR)

    def lag(self, planned: Planned) -> int:
        """Seconds between the end of a build and its result."""
        dice = self.hit("lagging", planned.uuid.hex)
        return 0 if dice is None else dice.between(10, LONGEST_LAG)

    def lost(self, buildset: str, action: str) -> bool:
        """Whether a report of a buildset (its uuid) over MQTT gets lost."""
        return self.hit("silent", f"{buildset} {action}") is not None


class Mishaps:
    """Draws what happens to each answer, and each page, in turn. Safe to use from several threads."""

    def __init__(self, troubles: Troubles) -> None:
        self._troubles = troubles
        self._dice = {name: Dice(seed_of(troubles.seed, "answers", name)) for name in _USUAL}
        self._shifts: dict[str, int] = {}  # rows that came in, by what was being listed
        self._lock = Lock()

    def strikes(self, name: str) -> int | None:
        """63 random bits when this answer has this trouble."""
        with self._lock:
            dice = self._dice[name]
            return dice.bits() >> 1 if dice.chance(getattr(self._troubles, name)) else None

    def shift(self, listing: str, *, first: bool) -> int:
        """By how many rows a page begins earlier than it should: as many as came in since the first page was asked for."""
        bits = None if first else self.strikes("shifting")
        with self._lock:
            shift = 0 if first else self._shifts.pop(listing, 0)
            if bits is not None:
                shift += 1 + bits % 5
            if shift:
                self._shifts[listing] = shift
                if len(self._shifts) > _LISTINGS:
                    del self._shifts[next(iter(self._shifts))]
            elif first:
                self._shifts.pop(listing, None)
            return shift
