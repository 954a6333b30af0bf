"""Packages that are not installed are known to be absent; others are imported as ever."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from gatehealth.absent import remember_if_absent


def test_an_absent_package_is_not_looked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remember_if_absent("gatehealth_nobody_has_this")
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "gatehealth_nobody_has_this.py").write_text("")
    with pytest.raises(ModuleNotFoundError, match="No module named 'gatehealth_nobody_has_this'"):
        importlib.import_module("gatehealth_nobody_has_this")


def test_a_package_that_is_there_stays_importable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "gatehealth_somebody_has_this.py").write_text("answer = 42")
    remember_if_absent("gatehealth_somebody_has_this")
    assert importlib.import_module("gatehealth_somebody_has_this").answer == 42
    del sys.modules["gatehealth_somebody_has_this"]
