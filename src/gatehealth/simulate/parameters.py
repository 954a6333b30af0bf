"""What one can ask a simulated Zuul for: the parameters of its lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from starlette.exceptions import HTTPException
from starlette.requests import Request

from gatehealth.model import to_micros
from gatehealth.simulate.builds import SECOND, Build
from gatehealth.simulate.layout import World
from gatehealth.simulate.shapes import Shapes

_WILD = frozenset({"project", "pipeline", "branch", "job_name"})


class Question:
    """The parameters of a request; one that cannot be understood is a 400."""

    def __init__(self, request: Request) -> None:
        self._given = request.query_params
        self._path = request.url.path

    @property
    def listing(self) -> str:
        """What is asked for, whichever page of it."""
        rest = sorted((name, value) for name, value in self._given.multi_items() if name not in ("skip", "limit"))
        return f"{self._path} {rest}"

    def all(self, name: str) -> list[str]:
        """Every value of a parameter: they mean one or the other."""
        return [value for value in self._given.getlist(name) if value]

    def number(self, name: str) -> int | None:
        """A whole number."""
        text = self._given.get(name, "")
        try:
            return int(text) if text else None
        except ValueError:
            raise HTTPException(400, f"{name} must be an integer") from None

    def boolean(self, name: str) -> bool | None:
        """Yes or no."""
        text = self._given.get(name, "").lower()
        if text not in ("", "true", "false", "1", "0"):
            raise HTTPException(400, f"{name} must be true or false")
        return text in ("true", "1") if text else None

    def moment(self, name: str) -> int | None:
        """A time, in seconds since 1970 UTC."""
        text = self._given.get(name, "")
        try:
            moment = datetime.fromisoformat(text) if text else None
        except ValueError:
            raise HTTPException(400, f"{name} must be a time") from None
        return None if moment is None else to_micros(moment.replace(tzinfo=moment.tzinfo or UTC)) // SECOND


def asked_for(ask: Question, world: World, shapes: Shapes, *, wildcards: bool = True) -> Callable[[Build], bool]:
    """What the parameters that say what was tested let through; a `*` in some of them stands for anything."""
    gets: dict[str, Callable[[Build], str]] = {
        "project": lambda build: world.projects[build.planned.project].name,
        "pipeline": lambda build: build.planned.pipeline,
        "branch": lambda build: build.planned.branch,
        "job_name": lambda build: world.jobs[build.planned.job].name,
        "change": lambda build: str(build.planned.change or ""),
        "patchset": lambda build: str(build.planned.patchset) if build.planned.change else "",
        "ref": lambda build: str(shapes.ref(build)["ref"]),
        "newrev": lambda build: str(shapes.ref(build)["newrev"] or ""),
        "queue_item_uuid": lambda build: shapes.item_id(build.planned.buildset),
    }
    checks: list[Callable[[Build], bool]] = []
    for name, get in gets.items():
        if values := ask.all(name):
            exact = {value for value in values if "*" not in value or name not in _WILD or not wildcards}
            patterns = [value.replace("[", "[[]").replace("?", "[?]") for value in values if value not in exact]
            checks.append(_check(get, exact, patterns))
    return lambda build: all(check(build) for check in checks)


def _check(get: Callable[[Build], str], exact: set[str], patterns: list[str]) -> Callable[[Build], bool]:
    def check(build: Build) -> bool:
        value = get(build)
        return value in exact or any(fnmatchcase(value, pattern) for pattern in patterns)

    return check
