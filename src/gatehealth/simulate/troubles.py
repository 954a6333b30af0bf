"""What can be wrong with a simulated Zuul and its log server, each to order: how often, and by a seed of its own."""

from __future__ import annotations

from dataclasses import dataclass

from gatehealth.simulate.dice import Dice, seed_of
from gatehealth.simulate.plan import Planned

HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Troubles:
    """How often each thing goes wrong, a share from 0 to 1. The defaults are a Zuul without any."""

    seed: int = 1
    late: float = 0.0  # of builds: end up to six hours after they would have

    def hit(self, name: str, rate: float, *of: int | str) -> Dice | None:
        """Dice for how something goes wrong, if it does: always the same for the same thing."""
        if not rate:
            return None
        dice = Dice(seed_of(self.seed, name, *of))
        return dice if dice.chance(rate) else None

    def later(self, planned: Planned) -> int:
        """Seconds by which a build ends later than it would."""
        dice = self.hit("late", self.late, planned.uuid.hex)
        return 0 if dice is None else dice.between(HOUR // 4, 6 * HOUR)
