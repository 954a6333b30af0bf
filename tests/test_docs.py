"""The documentation speaks of everything that a user can set, call or type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from gatehealth.api.app import create_app
from gatehealth.cli import app as commands
from gatehealth.config import MqttSettings, Settings

ROOT = Path(__file__).parents[1]
EVERYWHERE = {"--help"}  # options that every command has and that need no words


@cache
def documentation() -> str:
    return "\n".join(path.read_text() for path in sorted((ROOT / "docs").glob("*.md")))


def mentioned(word: str) -> bool:
    """Whether the word stands in the documentation, not only as a part of a longer one."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-]|/[\w{{])", documentation()) is not None


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """Every command as one types it, with its long options."""
    waiting: list[tuple[str, Any]] = [("gatehealth", typer.main.get_command(commands))]
    while waiting:
        line, command = waiting.pop()
        options = [option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)]
        yield line, sorted(option for option in options if option.startswith("--") and option not in EVERYWHERE)
        waiting += [(f"{line} {name}", each) for name, each in getattr(command, "commands", {}).items()]


COMMAND_LINES = dict(command_lines())


def routes() -> list[str]:
    document = create_app().openapi()
    return sorted(f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods)


def test_the_walk_finds_commands_settings_and_routes() -> None:
    assert "--meta" in COMMAND_LINES["gatehealth ingest"]
    assert "--json" in COMMAND_LINES["gatehealth token create"]
    assert "GET /api/v1/runs/{uuid}/results" in routes()


@pytest.mark.parametrize("line", sorted(COMMAND_LINES))
def test_every_command_is_documented(line: str) -> None:
    assert mentioned(line), f"docs/*.md do not mention `{line}`"


@pytest.mark.parametrize(("line", "option"), [(line, option) for line, options in COMMAND_LINES.items() for option in options])
def test_every_option_is_documented(line: str, option: str) -> None:
    assert mentioned(option), f"docs/*.md do not mention {option} of `{line}`"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented_with_its_variable(name: str) -> None:
    assert f"`{name}`" in documentation(), f"docs/*.md do not mention `{name}`"
    assert mentioned(f"GATEHEALTH_{name.upper()}"), f"docs/*.md do not mention GATEHEALTH_{name.upper()}"


@pytest.mark.parametrize("name", sorted(MqttSettings.model_fields))
def test_every_setting_of_a_broker_is_documented(name: str) -> None:
    section = documentation().partition("| setting of `[sources.mqtt]` |")[2].partition("\n\n")[0]
    assert f"`{name}`" in section, f"docs/sources.md does not mention `{name}`"


@pytest.mark.parametrize("variable", ["GATEHEALTH_CONFIG", "GATEHEALTH_TOKEN"])
def test_the_variables_that_are_no_settings_are_documented(variable: str) -> None:
    assert mentioned(variable), f"docs/*.md do not mention {variable}"


@pytest.mark.parametrize("route", routes())
def test_every_route_is_documented(route: str) -> None:
    path = route.partition(" ")[2].removeprefix("/api/v1")
    assert mentioned(path) or mentioned(f"/api/v1{path}"), f"docs/*.md do not mention /api/v1{path}"


def test_the_tests_that_the_documentation_names_are_there() -> None:
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", documentation())
    assert len(named) > 20
    for file, test in named:
        assert f"def {test}(" in (ROOT / "tests" / "web" / file).read_text(), f"{file}::{test}"
