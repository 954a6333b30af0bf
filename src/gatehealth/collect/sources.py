"""Opens the sources that the settings name."""

from __future__ import annotations

from gatehealth.collect.source import Source
from gatehealth.config import FolderSettings, GithubSettings, GitlabSettings, Settings, SourceSettings, ZuulSettings


def open_sources(settings: Settings) -> list[Source]:
    """Every source of the settings, in their order. Raises SettingsError when one cannot be opened as it is described."""
    return [_open(source, settings) for source in settings.sources]


def _open(source: SourceSettings, settings: Settings) -> Source:
    """Each kind is imported when it is used: most have one."""
    match source:
        case ZuulSettings():
            from gatehealth.collect.zuul import ZuulSource

            return ZuulSource(source, settings)
        case FolderSettings():
            from gatehealth.collect.folder import FolderSource

            return FolderSource(source, settings)
        case GithubSettings():
            from gatehealth.collect.github import GithubSource

            return GithubSource(source, settings)
        case GitlabSettings():
            from gatehealth.collect.gitlab import GitlabSource

            return GitlabSource(source, settings)
