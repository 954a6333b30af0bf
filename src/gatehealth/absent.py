"""Remembers packages that are not installed, for libraries that look for them again and again.

DuckDB looks for pandas at every parameter of a question, httpcore for sniffio several times a request. Each search reads the
folders of sys.path anew: 80 microseconds and more, which made up two thirds of a short question and a fifth of a request.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType


class _Absent(MetaPathFinder):
    """Answers at once that these packages are not there."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Called for every import of a module that is not loaded."""
        if fullname in self.names:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


_absent = _Absent()


def remember_if_absent(name: str) -> None:
    """Has imports of a package fail quickly from now on, if it is not installed; one that is stays as it is."""
    if name in _absent.names or find_spec(name) is not None:
        return
    _absent.names.add(name)
    if _absent not in sys.meta_path:
        sys.meta_path.insert(0, _absent)
