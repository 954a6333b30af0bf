"""The command `gatehealth` as a real process: how it is started and what it leaves behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MAIN = [sys.executable, "-c", "from gatehealth.cli import main; main()"]


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    status: int
    out: str
    err: str
    raw: bytes

    @property
    def facts(self) -> Any:
        """What --json printed."""
        return json.loads(self.out)


def environment(variables: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", **variables}


Command = Callable[..., Said]  # of the words of a command line


@dataclass(frozen=True)
class Served:
    """A server that is a process of its own."""

    url: str
    process: subprocess.Popen[str]


Serve = Callable[..., Served]  # of the options of `gatehealth serve`
