"""How often something fails, and how sure that is: a rate never stands without its n."""

from __future__ import annotations

import math
from typing import Any

_Z = 1.959963984540054  # of the normal distribution: 95 % lie within so many deviations


def wilson(hits: int, n: int) -> tuple[float, float] | None:
    """The 95 % interval of a rate by Wilson's score, None when n is 0: also right for few runs, and for none or all failing."""
    if n == 0:
        return None
    rate, z2 = hits / n, _Z * _Z
    middle = (rate + z2 / (2 * n)) / (1 + z2 / n)
    reach = _Z * math.sqrt(rate * (1 - rate) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # At the ends rounding could leave it short of the rate itself.
    return max(0.0, min(middle - reach, rate)), min(1.0, max(middle + reach, rate))


def failure_rate(passed: int, failed: int) -> dict[str, Any]:
    """The failure rate with its interval and its n; what schemas.shared.FailureRate holds."""
    n = passed + failed
    low, high = wilson(failed, n) or (None, None)
    return {"n": n, "failure_rate": failed / n if n else None, "failure_rate_low": low, "failure_rate_high": high}
