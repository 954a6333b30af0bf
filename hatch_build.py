"""Puts the built front end into the wheel: `pip install .` gives a working product."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def _web(root: str) -> ModuleType | None:
    """web/build.py as a module; None in a tree without web/ whose front end is built already."""
    script = Path(root, "web", "build.py")
    if not script.is_file():
        return None
    spec = importlib.util.spec_from_file_location("web_build", script)
    if spec is None or spec.loader is None:
        raise ImportError(str(script))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class CustomBuildHook(BuildHookInterface[Any]):
    """Builds the front end before the files of a wheel are gathered. An editable install builds it with `make`."""

    def dependencies(self) -> list[str]:
        """Node as a package, where the machine has none that is recent enough."""
        web = _web(self.root)
        return [] if web is None or web.machine_has_node() else [web.NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before a wheel is made."""
        web = _web(self.root)
        if version != "editable" and web is not None:
            web.build()
