"""The documentation speaks of everything that a user can set, call or type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel

from gatehealth.api.app import create_app
from gatehealth.cli import app as commands
from gatehealth.config import FolderSettings, GithubSettings, GitlabSettings, MqttSettings, Settings, ZuulSettings
from gatehealth.model import RESULT_OUTCOMES

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


@pytest.mark.parametrize("variable", ["GATEHEALTH_CONFIG", "GATEHEALTH_TOKEN"])
def test_the_variables_that_are_no_settings_are_documented(variable: str) -> None:
    assert mentioned(variable), f"docs/*.md do not mention {variable}"


@pytest.mark.parametrize("route", routes())
def test_every_route_is_documented(route: str) -> None:
    path = route.partition(" ")[2].removeprefix("/api/v1")
    assert mentioned(path) or mentioned(f"/api/v1{path}"), f"docs/*.md do not mention /api/v1{path}"


# The sections of docs/sources.md in which the settings of each class stand, and those that all have.
EVERY_SOURCE = "Sources"
SECTIONS = {
    ZuulSettings: "Zuul",
    MqttSettings: "Zuul's messages (MQTT)",
    FolderSettings: "Folders",
    GithubSettings: "GitHub Actions",
    GitlabSettings: "GitLab CI",
}
NOTHING = {"none", "all", "the system's"}  # how an empty default is told


@cache
def settings_told(section: str) -> dict[str, str]:
    """The tables of settings in a section of docs/sources.md: the default that is told of each."""
    sections = re.split(r"^## (.+)$", (ROOT / "docs" / "sources.md").read_text(), flags=re.MULTILINE)
    text = dict(zip(sections[1::2], sections[2::2], strict=True))[section]
    rows = re.findall(r"^\| (`[^|]*) \| ([^|]*?) ?\| [^|]+ \|$", text, re.MULTILINE)
    return {name: default for names, default in rows for name in re.findall(r"`(\w+)`", names)}


def as_told(default: object) -> set[str]:
    """The ways in which a default can be told."""
    if default in ("", None, []):
        return NOTHING
    if isinstance(default, list):
        return {", ".join(f"`{each}`" for each in default)}
    return {str(default).lower()} if isinstance(default, bool | int | float) else {f"`{default}`"}


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in SECTIONS for name in kind.model_fields],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_every_setting_of_a_source_is_documented_with_its_default(kind: type[BaseModel], name: str) -> None:
    told = {**(settings_told(EVERY_SOURCE) if kind is not MqttSettings else {}), **settings_told(SECTIONS[kind])}
    assert name in told, f"docs/sources.md does not tell of `{name}` in a table"
    field = kind.model_fields[name]
    default = field.get_default(call_default_factory=True)
    assert told[name] in ({""} if field.is_required() else as_told(default)), f"docs/sources.md: `{name}` is {default!r}"


def test_the_tests_that_the_documentation_names_are_there() -> None:
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", documentation())
    assert len(named) > 20
    for file, test in named:
        assert f"def {test}(" in (ROOT / "tests" / "web" / file).read_text(), f"{file}::{test}"


@pytest.mark.parametrize("word", RESULT_OUTCOMES)
def test_every_word_that_decides_an_outcome_is_documented_under_it(word: str) -> None:
    lines = (ROOT / "docs" / "concepts.md").read_text().splitlines()
    rows = [line for line in lines if line.startswith(f"| {RESULT_OUTCOMES[word].word} |")]
    assert any(re.search(rf"\b{word}\b", row) for row in rows), f"docs/concepts.md does not say what {word} counts as"
