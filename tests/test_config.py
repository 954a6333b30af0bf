"""Settings: which source wins, and what a mistake in one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatehealth.config import Settings, SettingsError, load


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(folder: Path) -> None:
    pass


def write(text: str, name: str = "gatehealth.toml") -> None:
    Path(name).write_text(text)


def test_without_a_file_and_variables_there_are_defaults() -> None:
    settings = load()
    assert (settings.database, settings.host, settings.port, settings.public) == ("gatehealth.duckdb", "127.0.0.1", 8765, True)


def test_the_file_wins_over_a_default_a_variable_over_the_file_and_the_command_line_over_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write('port = 1001\nhost = "::1"\ndatabase = "file.duckdb"')
    monkeypatch.setenv("GATEHEALTH_PORT", "1002")
    monkeypatch.setenv("GATEHEALTH_HOST", "127.0.0.2")
    settings = load(port=1003)
    assert (settings.port, settings.host, settings.database) == (1003, "127.0.0.2", "file.duckdb")


def test_what_the_command_line_does_not_say_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHEALTH_PORT", "1002")
    assert load(port=None, database=None).port == 1002


def test_the_file_can_be_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    write("port = 1001")
    write("port = 1004", "other.toml")
    monkeypatch.setenv("GATEHEALTH_CONFIG", "other.toml")
    assert load().port == 1004


def test_every_setting_can_stand_in_the_file_and_in_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is given another value than its default, once in the file and once in the environment."""
    given = {
        "database": ('"x.duckdb"', "x.duckdb"),
        "host": ('"::1"', "::1"),
        "port": ("9", "9"),
        "public": ("false", "false"),
        "keep_passing_attachments": ("true", "true"),
        "attachment_limit": ("2048", "2048"),
        "upload_limit": ("2049", "2049"),
        "content_limit": ("2050", "2050"),
        "results_limit": ("2", "2"),
        "memory_limit": ('"2GB"', "2GB"),
        "close_after_days": ("3", "3"),
        "passing_days": ("5", "5"),
        "failure_days": ("6", "6"),
        "threads": ("3", "3"),
        "question_seconds": ("3.5", "3.5"),
        "cache_bytes": ("0", "0"),
        "waiting_questions": ("3", "3"),
        "waiting_seconds": ("3.5", "3.5"),
        "stop_seconds": ("3", "3"),
        "hidden_keys": ('["ref"]', '["ref"]'),
        "sources": (
            '[{kind = "folder", name = "drop", path = "/var/results"}]',
            '[{"kind": "folder", "name": "drop", "path": "/var/results"}]',
        ),
    }
    assert set(given) == set(Settings.model_fields), "a new setting needs a value here"
    default = load()
    write("\n".join(f"{name} = {toml}" for name, (toml, _) in given.items()))
    from_file = load()
    Path("gatehealth.toml").unlink()
    for name, (_, variable) in given.items():
        monkeypatch.setenv(f"GATEHEALTH_{name.upper()}", variable)
    from_variables = load()
    assert from_file == from_variables
    for name in given:
        assert getattr(from_file, name) != getattr(default, name), name


def test_lists_are_json_in_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHEALTH_HIDDEN_KEYS", '["ref", "node"]')
    assert load().hidden_keys == ["ref", "node"]


def mistake() -> str:
    with pytest.raises(SettingsError) as caught:
        load()
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_an_unknown_key_in_the_file_is_named() -> None:
    write("prot = 80")
    assert mistake().startswith("there is no setting prot;")


def test_a_bad_value_in_the_file_is_named() -> None:
    write('port = "eighty"')
    assert "port" in mistake()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("PORT", ""),
        ("PUBLIC", "perhaps"),
        ("THREADS", "0"),
        ("UPLOAD_LIMIT", "1"),
        ("RESULTS_LIMIT", "0"),
        ("HIDDEN_KEYS", "ref,change"),
        ("MEMORY_LIMIT", "foo"),
        ("MEMORY_LIMIT", "80%"),
        ("MEMORY_LIMIT", "0GB"),
        ("MEMORY_LIMIT", "1000"),
        ("MEMORY_LIMIT", "-1"),
        ("MEMORY_LIMIT", "1MB"),
        ("MEMORY_LIMIT", "95MiB"),
        ("MEMORY_LIMIT", "99.9m"),
        ("MEMORY_LIMIT", "9999999999TB"),
        ("MEMORY_LIMIT", "\u0661GB"),
        ("ATTACHMENT_LIMIT", "1099511627777"),
        ("UPLOAD_LIMIT", "1000000000000000"),
        ("UPLOAD_LIMIT", "10000000000000000000000"),
        ("CONTENT_LIMIT", "1099511627777"),
        ("CACHE_BYTES", "1099511627777"),
        ("RESULTS_LIMIT", "1000000001"),
        ("CLOSE_AFTER_DAYS", "36501"),
        ("WAITING_QUESTIONS", "1000001"),
        ("QUESTION_SECONDS", "inf"),
        ("QUESTION_SECONDS", "nan"),
        ("QUESTION_SECONDS", "1e10"),
        ("WAITING_SECONDS", "inf"),
        ("WAITING_SECONDS", "86401"),
        ("STOP_SECONDS", "86401"),
    ],
)
def test_a_bad_value_in_a_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"GATEHEALTH_{name}", value)
    assert name.lower() in mistake().lower()


@pytest.mark.parametrize("size", ["100MB", "100M", "96MiB", "0.1 GB", "1gib", "2TB"])
def test_the_database_may_take_a_hundred_megabytes_or_more(size: str) -> None:
    assert load(memory_limit=size).memory_limit == size


def test_too_little_memory_is_told() -> None:
    write('memory_limit = "1MB"')
    assert mistake() == "setting memory_limit: '1MB' is too little; the database needs 100MB or more"


@pytest.mark.parametrize("name", ["database", "host"])
def test_a_text_that_is_not_utf_8_is_told(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^setting {name}: is not text in UTF-8$"):
        load(**{name: "\udcff"})


@pytest.mark.parametrize("number", ["nan", "inf", "1e12", "-1"])
@pytest.mark.parametrize("name", ["poll_seconds", "overlap_seconds", "first_days", "give_up_days"])
def test_times_of_a_source_have_bounds(name: str, number: str) -> None:
    write(f'[[sources]]\nkind = "folder"\nname = "lab"\npath = "x"\n{name} = {number}\n')
    assert mistake().startswith(f"setting {name} of source 1: ")


@pytest.mark.parametrize("number", ["nan", "inf", "1e12", "1e-300"])
@pytest.mark.parametrize("name", ["per_second", "timeout_seconds"])
def test_the_pace_of_a_source_has_bounds(name: str, number: str) -> None:
    write(f'[[sources]]\nkind = "zuul"\nname = "gate"\nurl = "https://zuul.example.org"\n{name} = {number}\n')
    assert mistake().startswith(f"setting {name} of source 1: ")


def test_a_file_that_is_not_toml_is_told() -> None:
    write("port 80")
    assert "settings cannot be read" in mistake()


def test_a_named_file_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHEALTH_CONFIG", "missing.toml")
    assert "missing.toml" in mistake()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ('ca_file = "ca.pem"', "ca_file is given, but tls is not true"),
        ('certificate_file = "me.pem"', "certificate_file is given, but tls is not true"),
        ('tls = true\nkey_file = "me.key"', "key_file is given, but certificate_file is not"),
        ('password = "secret"', "password is given, but user is not"),
    ],
)
def test_settings_of_a_broker_that_do_not_fit_together_are_refused(given: str, why: str) -> None:
    source = '[[sources]]\nkind = "zuul"\nname = "zuul"\nurl = "https://zuul.example.org"\n'
    Path("gatehealth.toml").write_text(f'{source}[sources.mqtt]\nhost = "mqtt.example.org"\n{given}\n')
    with pytest.raises(SettingsError) as caught:
        load()
    assert str(caught.value) == f"setting mqtt of source 1: {why}"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ('kind = "folder"\npath = "x"\ntennant = "acme"', "there is no setting tennant of source 2;"),
        (
            'kind = "zull"\nurl = "https://zuul.example.org"',
            "setting kind of source 2: must be one of zuul, folder",
        ),
        ('url = "https://zuul.example.org"', "setting kind of source 2: must be one of zuul, folder"),
        ('kind = "zuul"', "setting url of source 2: Field required"),
        ('kind = "zuul"\nurl = "https://z"\nmqtt = {host = "h", prot = 1}', "there is no setting mqtt.prot of source 2;"),
        ('kind = "folder"\npath = "x"\npoll_seconds = 0', "setting poll_seconds of source 2: "),
    ],
)
def test_a_mistake_in_a_source_is_told_by_its_place_in_the_file(given: str, why: str) -> None:
    first = '[[sources]]\nkind = "folder"\nname = "first"\npath = "x"\n'
    write(f'{first}[[sources]]\nname = "second"\n{given}\n')
    assert mistake().startswith(why)
