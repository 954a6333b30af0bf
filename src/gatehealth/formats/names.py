"""What the formats share: test ids taken apart, attempts counted, unfinished tests named, damage noted."""

from __future__ import annotations

from gatehealth.model import Result, Status

MOST_DAMAGE_LINES = 20
MOST_NAMES = 3  # of unfinished tests, in the line that says how many there are


def split_names(results: list[Result]) -> None:
    """Takes the attributes off the test ids that stand as names: `a.b.test_c[id-1,smoke]` is `a.b.test_c`, `id-1,smoke`.

    The attributes are what subunit2sql's `--attr_regex` takes, from the first `[` to a `]` that ends the id, with
    something in it and before it. When ids of the stream differ in nothing else (`test_x[a]` and `test_x[b]`, or
    `test_x`), the brackets hold parameters: those are different tests, and each keeps its whole id as its name.
    """
    whole_of: dict[str, str] = {}  # by name: the one id that has it, or "" when there are several
    split: list[tuple[Result, str, int]] = []
    for result in results:
        name = whole = result.test
        if whole[-1:] == "]":
            start = whole.find("[")
            if start > 0:
                name = whole[:start]
                if start < len(whole) - 2:
                    split.append((result, name, start))
        if whole_of.setdefault(name, whole) != whole:
            whole_of[name] = ""
    for result, name, start in split:
        if whole_of[name]:
            result.test = name
            result.attributes = whole_of[name][start + 1 : -1]


def number_attempts(results: list[Result]) -> None:
    """Numbers the results of each test, 0, 1, ..., in their order."""
    attempts = dict.fromkeys([result.test for result in results], 0)
    if len(attempts) == len(results):
        return
    for result in results:
        result.attempt = attempts[result.test]
        attempts[result.test] += 1


def unfinished(results: list[Result]) -> list[str]:
    """A line that says how many tests started and never ended, with the first names; none when all ended."""
    names = [result.test for result in results if result.status is Status.INCOMPLETE]
    if not names:
        return []
    shown = ", ".join(names[:MOST_NAMES]) + (", ..." if len(names) > MOST_NAMES else "")
    return [f"{len(names)} test{'s' if len(names) > 1 else ''} started and never ended: {shown}"]


class Notes:
    """Lines of damage, a flood of them summed up."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._left_out = 0

    @property
    def is_full(self) -> bool:
        """Whether further lines are only counted."""
        return len(self._lines) == MOST_DAMAGE_LINES

    def __call__(self, line: str) -> None:
        """Adds a line, or counts it when there are many."""
        if self.is_full:
            self._left_out += 1
        else:
            self._lines.append(line)

    def lines(self) -> list[str]:
        """The first lines, and how many more there were."""
        return [*self._lines, f"... and {self._left_out} more"] if self._left_out else self._lines
