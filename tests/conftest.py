"""What all tests share: no setting of the developer's own reaches them, and each works in a folder of its own."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # lets tests import `helpers`

from helpers import settings_for
from hypothesis import HealthCheck
from hypothesis import settings as effort

from gatehealth.config import Settings
from gatehealth.store import Store

for name in [name for name in os.environ if name.startswith("GATEHEALTH_") and not name.startswith("GATEHEALTH_KILL_")]:
    del os.environ[name]

# A job of a shell's background is deaf to Ctrl-C, and so are all that it starts: the commands under test would never hear it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# On a busy machine making the cases, and trying each, takes as long as it takes.
effort.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
effort.load_profile("unhurried")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def settings(folder: Path) -> Settings:
    """Settings with a database that is not there yet."""
    return settings_for(folder)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An empty store."""
    with Store(settings) as opened:
        yield opened
