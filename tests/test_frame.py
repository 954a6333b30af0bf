"""The project's frame: the wheel, the generated files, the developer's menu."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from gatehealth.api.openapi import document

ROOT = Path(__file__).parent.parent


def test_the_openapi_document_that_types_are_made_from_is_that_of_this_code():
    assert (ROOT / "web" / "openapi.json").read_text() == document(), "run `make types`"


@pytest.mark.skipif(
    not (ROOT / "src/gatehealth/api/static/index.html").exists(), reason="the front end is not built (make web)"
)
def test_the_wheel_serves_the_pages_and_asks_the_questions(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    unpacked = tmp_path / "unpacked"
    zipfile.ZipFile(wheel).extractall(unpacked)

    ask = (
        "import gatehealth, sys; from gatehealth.config import load; from gatehealth.store import Store\n"
        "from gatehealth.api.app import STATIC\n"
        "print(gatehealth.__file__); print((STATIC / 'index.html').is_file())\n"
        "with Store(load(database=sys.argv[1])) as store: print(store.status()['runs'])\n"
    )
    surroundings = {**os.environ, "PYTHONPATH": str(unpacked)}
    command = [sys.executable, "-c", ask, str(tmp_path / "new.duckdb")]
    printed = subprocess.run(command, cwd=tmp_path, env=surroundings, check=True, capture_output=True, text=True).stdout.split()

    assert printed == [str(unpacked / "gatehealth" / "__init__.py"), "True", "0"]


def test_every_line_of_the_menu_says_what_it_does():
    listed = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for target in ("setup", "demo", "test", "check", "bench", "web"):
        assert f"make {target} " in listed


@pytest.mark.slow
def test_node_comes_from_a_package_where_the_machine_has_none(tmp_path):
    (tmp_path / "sh").symlink_to("/bin/sh")
    surroundings = {**os.environ, "PATH": str(tmp_path)}
    command = [sys.executable, "web/build.py", "--version"]
    printed = subprocess.run(command, cwd=ROOT, env=surroundings, check=True, capture_output=True, text=True).stdout

    assert int(printed.split()[-1].split(".")[0]) >= 11
