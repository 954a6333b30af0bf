"""Settings: defaults, then a TOML file, then GATEHEALTH_* variables, then what a command line says."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

DEFAULT_FILE = "gatehealth.toml"

# What lies beyond is a slip of the keyboard, which timers, dates and buffers would answer with a traceback.
_MOST_BYTES = 2**40
_MOST_SECONDS = 86_400
_MOST_DAYS = 36_500
_LEAST_MEMORY = 100_000_000  # bytes; with less the database cannot even be opened
_SIZE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?([MGT])(i?)B?", re.IGNORECASE)


class SettingsError(ValueError):
    """The settings cannot be used; the message is one line that says which and why."""


class _SourceSettings(BaseModel):
    """What every source has."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: str = Field(
        min_length=1, max_length=60, pattern=r"^[\w.-]+$", description="Its name on pages, kept with each of its builds."
    )
    poll_seconds: float = Field(60, gt=0, le=_MOST_SECONDS, description="Seconds between two polls.")
    overlap_seconds: float = Field(
        900, ge=0, le=30 * _MOST_SECONDS, description="Seconds before the newest known build that each poll reads again."
    )
    first_days: float = Field(1, ge=0, le=3660, description="Days that the very first poll looks back.")
    give_up_days: float = Field(
        3, gt=0, le=_MOST_DAYS, description="Days after which files that cannot be had are not tried any more."
    )


class _HttpSourceSettings(_SourceSettings):
    """What every source has that is asked over HTTP."""

    url: str = Field(pattern=r"^https?://", description="Where it is, as https://zuul.example.org.")
    token: str = Field("", description="Sent as a bearer token to `url`, and to no other host.")
    ca_file: str = Field("", description="A file of certificates to trust instead of the system's.")
    at_once: int = Field(8, ge=1, le=256, description="Requests under way at once to one host.")
    per_second: float = Field(100, ge=0.001, le=1_000_000, description="Requests a second to one host.")
    timeout_seconds: float = Field(
        60, ge=0.001, le=_MOST_SECONDS, description="Seconds without a byte after which a request has failed."
    )
    log_hosts: list[str] = Field(
        default_factory=list,
        description="Hosts (name or name:port) whose logs are fetched, besides that of `url`; `*.example.org` is any below it.",
    )


class MqttSettings(BaseModel):
    """The broker to which a Zuul reports."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(description="The broker's name.")
    port: int = Field(1883, ge=1, le=65535, description="Its port; with TLS mostly 8883.")
    topic: str = Field("#", description="What is subscribed to; the messages tell of tenant and pipeline themselves.")
    user: str = Field("", description="User name, if the broker wants one.")
    password: str = Field("", description="Its password.")
    tls: bool = Field(False, description="Whether to use TLS.")
    ca_file: str = Field("", description="A file of certificates to trust instead of the system's.")
    certificate_file: str = Field("", description="A client certificate, if the broker wants one.")
    key_file: str = Field("", description="Its key.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        """A certificate without `tls` would mean a password in the clear where somebody thought of TLS."""
        for name in ("ca_file", "certificate_file", "key_file"):
            if getattr(self, name) and not self.tls:
                raise ValueError(f"{name} is given, but tls is not true")
        if self.key_file and not self.certificate_file:
            raise ValueError("key_file is given, but certificate_file is not")
        if self.password and not self.user:
            raise ValueError("password is given, but user is not")
        return self


class ZuulSettings(_HttpSourceSettings):
    """A tenant of a Zuul."""

    kind: Literal["zuul"]
    tenant: str = Field("", description="The tenant; empty where the address stands for one tenant (whitelabel).")
    pipelines: list[str] = Field(default_factory=list, description="Only builds of these pipelines; empty: all.")
    projects: list[str] = Field(default_factory=list, description="Only builds of these projects; empty: all.")
    branches: list[str] = Field(default_factory=list, description="Only builds of these branches; empty: all.")
    jobs: list[str] = Field(default_factory=list, description="Only builds of these jobs; empty: all.")
    result_files: list[str] = Field(
        default_factory=lambda: ["*.subunit", "*.subunit.gz"],
        description="Patterns of the names or paths of result files in the logs, as `*.subunit` or `logs/junit/*.xml`.",
    )
    mqtt: MqttSettings | None = Field(None, description="The broker to which it reports, for runs within seconds.")


class FolderSettings(_SourceSettings):
    """A folder into which somebody puts results."""

    kind: Literal["folder"]
    path: str = Field(description="The folder.")


class GithubSettings(_HttpSourceSettings):
    """Repositories with GitHub Actions."""

    kind: Literal["github"]
    url: str = Field("https://api.github.com", pattern=r"^https?://", description="The address of the API.")
    repositories: list[str] = Field(min_length=1, description="Repositories, as `owner/name`.")
    artifacts: list[str] = Field(
        default_factory=lambda: ["*junit*", "*test-results*", "*subunit*"],
        description="Patterns of artifacts with result files.",
    )
    log_hosts: list[str] = Field(
        default_factory=lambda: ["*.blob.core.windows.net", "*.actions.githubusercontent.com"],
        description="Hosts to which GitHub sends whoever asks for an artifact; it gets them without the token.",
    )


class GitlabSettings(_HttpSourceSettings):
    """Projects of a GitLab."""

    kind: Literal["gitlab"]
    url: str = Field("https://gitlab.com", pattern=r"^https?://", description="Where it is.")
    projects: list[str] = Field(min_length=1, description="Projects, as `group/name`.")


SourceSettings = Annotated[ZuulSettings | FolderSettings | GithubSettings | GitlabSettings, Field(discriminator="kind")]


class Settings(BaseSettings):
    """Every setting of Gatehealth. docs/operations.md describes each; a test holds that it does."""

    model_config = SettingsConfigDict(env_prefix="GATEHEALTH_", extra="forbid", allow_inf_nan=False, toml_file=DEFAULT_FILE)

    database: str = Field("gatehealth.duckdb", description="The DuckDB file that holds everything.")
    host: str = Field("127.0.0.1", description="The address that `gatehealth serve` listens on.")
    port: int = Field(8765, ge=0, le=65535, description="The port that `gatehealth serve` listens on; 0 takes a free one.")
    public: bool = Field(True, description="Whether reading needs no token. Writing always needs one.")
    keep_passing_attachments: bool = Field(False, description="Whether files attached to passing results are kept too.")
    attachment_limit: int = Field(
        1_048_576, ge=1024, le=_MOST_BYTES, description="Bytes kept of one attached file; the rest is cut, and said."
    )
    upload_limit: int = Field(268_435_456, ge=1024, le=_MOST_BYTES, description="Bytes that one upload may have, as sent.")
    content_limit: int = Field(
        268_435_456, ge=1024, le=_MOST_BYTES, description="Bytes that one file may have once decompressed."
    )
    results_limit: int = Field(200_000, ge=1, le=1_000_000_000, description="Results that one run may have.")
    close_after_days: int = Field(
        1, ge=1, le=_MOST_DAYS, description="Days after which a day's results are clustered and their times rounded."
    )
    passing_days: int = Field(
        90, ge=0, le=_MOST_DAYS, description="Days that results which passed or were skipped are kept; counters stay."
    )
    failure_days: int = Field(
        1_096, ge=0, le=_MOST_DAYS, description="Days that failures and their texts are kept, three years; counters stay."
    )
    memory_limit: str = Field("1GB", description="Memory that the database may take for its work.")
    threads: int = Field(2, ge=1, le=256, description="Threads that one question to the database may use.")
    question_seconds: float = Field(
        30, gt=0, le=_MOST_SECONDS, description="Seconds after which a question to the database is stopped."
    )
    cache_bytes: int = Field(
        67_108_864, ge=0, le=_MOST_BYTES, description="Bytes of answers that are kept in memory; 0 keeps none."
    )
    waiting_questions: int = Field(
        100, ge=0, le=1_000_000, description="Questions that may wait while as many as the machine can take are answered."
    )
    waiting_seconds: float = Field(10, gt=0, le=_MOST_SECONDS, description="Seconds that a question waits for its turn.")
    stop_seconds: int = Field(
        30, ge=1, le=_MOST_SECONDS, description="Seconds in which a server that is stopped finishes what it has accepted."
    )
    hidden_keys: list[str] = Field(
        default_factory=lambda: ["change", "patchset", "ref", "buildset", "host_id", "event_id", "error_detail"],
        description="Metadata keys that are not offered for grouping.",
    )
    sources: list[SourceSettings] = Field(
        default_factory=list, description="Where builds come from by themselves; docs/sources.md describes each kind."
    )

    @field_validator("memory_limit")
    @classmethod
    def _is_size(cls, size: str) -> str:
        """What the database would refuse without naming the setting."""
        found = _SIZE.fullmatch(size)
        if not found:
            raise ValueError(f"{size!r} is no size; write it as 512MB, 1GB or 2GiB")
        number, unit, binary = found.groups()
        power = "MGT".index(unit.upper()) + 2
        size_bytes = float(number) * (1024 if binary else 1000) ** power
        if size_bytes < _LEAST_MEMORY:
            raise ValueError(f"{size!r} is too little; the database needs 100MB or more")
        if size_bytes > 1024 * _MOST_BYTES:
            raise ValueError(f"{size!r} is more than any machine has")
        return size

    @field_validator("database", "host")
    @classmethod
    def _is_text(cls, given: str) -> str:
        """What a command line has that is not UTF-8 could be told neither to the database nor to anybody else."""
        try:
            given.encode()
        except UnicodeEncodeError:
            raise ValueError("is not text in UTF-8") from None
        return given

    @field_validator("sources")
    @classmethod
    def _names_differ(cls, sources: list[SourceSettings]) -> list[SourceSettings]:
        """What is known of a source is kept under its name."""
        names = [source.name for source in sources]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two sources have the name {name}; give each its own")
        return sources

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
        raise SettingsError(_told(error.errors()[0])) from None
    except ValueError as error:  # TOML that cannot be read, a variable that is no JSON
        raise SettingsError(f"settings cannot be read: {error}") from None


def _told(error: ErrorDetails) -> str:
    """Which setting is wrong, and why, as they are written; pydantic counts sources from 0 and names their kind within."""
    place = list(error["loc"])
    source = ""
    if place[0] == "sources" and len(place) > 1 and isinstance(place[1], int):
        source = f" of source {place[1] + 1}"
        place = place[3:]  # what is behind the number is the kind
    setting = ".".join(map(str, place))
    if error["type"] == "extra_forbidden":
        return f"there is no setting {setting}{source}; docs/operations.md and docs/sources.md name them all"
    if error["type"] in ("union_tag_not_found", "union_tag_invalid"):
        return f"setting kind{source}: must be one of zuul, folder, github, gitlab"
    why = error["msg"].removeprefix("Value error, ")  # pydantic's, before words of ours
    return f"setting {setting}{source}: {why}" if setting else f"settings{source}: {why}"
