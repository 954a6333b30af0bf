"""Settings: defaults, then a TOML file, then GATEHEALTH_* variables, then what a command line says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

DEFAULT_FILE = "gatehealth.toml"


class SettingsError(ValueError):
    """The settings cannot be used; the message is one line that says which and why."""


class Settings(BaseSettings):
    """Every setting of Gatehealth. docs/operations.md describes each; a test holds that it does."""

    model_config = SettingsConfigDict(env_prefix="GATEHEALTH_", extra="forbid", toml_file=DEFAULT_FILE)

    database: str = Field("gatehealth.duckdb", description="The DuckDB file that holds everything.")
    host: str = Field("127.0.0.1", description="The address that `gatehealth serve` listens on.")
    port: int = Field(8765, ge=0, le=65535, description="The port that `gatehealth serve` listens on; 0 takes a free one.")
    public: bool = Field(True, description="Whether reading needs no token. Writing always needs one.")
    keep_passing_attachments: bool = Field(False, description="Whether files attached to passing results are kept too.")
    attachment_limit: int = Field(1_048_576, ge=1024, description="Bytes kept of one attached file; the rest is cut, and said.")
    upload_limit: int = Field(268_435_456, ge=1024, description="Bytes that one upload may have, as sent.")
    content_limit: int = Field(268_435_456, ge=1024, description="Bytes that one file may have once decompressed.")
    results_limit: int = Field(200_000, ge=1, description="Results that one run may have.")
    close_after_days: int = Field(
        1, ge=1, description="Days after which a day's results are clustered and their times rounded."
    )
    passing_days: int = Field(
        90, ge=0, le=36_500, description="Days that results which passed or were skipped are kept; counters stay."
    )
    failure_days: int = Field(
        1_096, ge=0, le=36_500, description="Days that failures and their texts are kept, three years; counters stay."
    )
    memory_limit: str = Field("1GB", description="Memory that the database may take for its work.")
    threads: int = Field(2, ge=1, le=256, description="Threads that one question to the database may use.")
    question_seconds: float = Field(30, gt=0, description="Seconds after which a question to the database is stopped.")
    cache_bytes: int = Field(67_108_864, ge=0, description="Bytes of answers that are kept in memory; 0 keeps none.")
    waiting_questions: int = Field(
        100, ge=0, description="Questions that may wait while as many as the machine can take are answered."
    )
    waiting_seconds: float = Field(10, gt=0, description="Seconds that a question waits for its turn.")
    stop_seconds: int = Field(30, ge=1, description="Seconds in which a server that is stopped finishes what it has accepted.")
    hidden_keys: list[str] = Field(
        default_factory=lambda: ["change", "patchset", "ref", "buildset"],
        description="Metadata keys that are not offered for grouping.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is said on the command line wins over a variable, a variable over the file."""
        toml_file = os.environ.get("GATEHEALTH_CONFIG", DEFAULT_FILE)
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file))


def load(**overrides: Any) -> Settings:
    """The settings in force; `overrides` are what the command line said, None meaning that it said nothing.

    The file is `gatehealth.toml` in the current folder, or the one that GATEHEALTH_CONFIG names (which must exist).
    Raises SettingsError with one line that names the setting.
    """
    named = os.environ.get("GATEHEALTH_CONFIG")
    if named and not Path(named).is_file():
        raise SettingsError(f"GATEHEALTH_CONFIG names {named}, which is not a file")
    try:
        return Settings(**{key: value for key, value in overrides.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(f"setting {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except ValueError as error:  # TOML that cannot be read, a variable that is no JSON
        raise SettingsError(f"settings cannot be read: {error}") from None
