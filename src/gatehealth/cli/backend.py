"""Where a command works: at a server, named or found running on this database, or on the file itself."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import UUID

import httpx
from pydantic import ValidationError

from gatehealth.api.completeness import sources_of
from gatehealth.api.schemas.shared import Shape
from gatehealth.api.schemas.status import Backup, SourcesStatus, Status
from gatehealth.api.schemas.tokens import NewToken, Tokens
from gatehealth.api.schemas.uploads import Upload
from gatehealth.api.upload import upload_answer
from gatehealth.cli.output import CommandError, printable
from gatehealth.collect.files import NothingUsableError, assemble, facts
from gatehealth.config import Settings
from gatehealth.formats import subunit
from gatehealth.store import Store, Stored
from gatehealth.store.database import DatabaseBusyError

PATIENCE = 30.0  # seconds to wait for another command that has the database open
NamedFiles = Sequence[tuple[str, bytes]]
_Shape = TypeVar("_Shape", bound=Shape)


def last_part(name: str) -> str:
    """What is told of a file's path, whichever backend it goes to."""
    return printable(Path(name).name)


class Backend(Protocol):
    """What commands ask for, whoever answers."""

    def ingest(self, given: Mapping[str, str], metadata: Sequence[str], files: NamedFiles) -> Future[Upload]:
        """Stores one run; the answer is there once it is committed. Raises FactError and NothingUsableError at once."""
        ...

    def export(self, uuid: UUID) -> bytes:
        """A run as subunit v2."""
        ...

    def status(self) -> Status:
        """How complete, fresh and large the data is."""
        ...

    def create_token(self, name: str, scopes: Sequence[str]) -> NewToken:
        """A new token; without scopes it has all."""
        ...

    def tokens(self) -> Tokens:
        """All tokens."""
        ...

    def revoke_token(self, name: str) -> None:
        """Forgets a token."""
        ...

    def sources(self) -> SourcesStatus:
        """How complete each source is."""
        ...

    def compact(self) -> None:
        """Closes all days that are over."""
        ...

    def expire(self) -> None:
        """Removes results that are too old."""
        ...

    def backup(self, target: Path) -> int:
        """Copies the database into a file; gives its bytes."""
        ...


class LocalBackend:
    """Works on the database file itself."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def ingest(self, given: Mapping[str, str], metadata: Sequence[str], files: NamedFiles) -> Future[Upload]:
        """See Backend."""
        run = facts(given, metadata)
        reports = assemble(run, [(last_part(name), data) for name, data in files], self._settings)
        answer: Future[Upload] = Future()

        def settle(stored: Future[Stored]) -> None:
            error = stored.exception()
            if error is None:
                answer.set_result(upload_answer(stored.result(), reports))
            else:
                answer.set_exception(error)

        self._store.writer.submit(run).add_done_callback(settle)
        return answer

    def export(self, uuid: UUID) -> bytes:
        """See Backend."""
        row = self._store.reader.run(uuid)
        if row is None:
            raise CommandError(f"no run {uuid.hex} is known here")
        run = self._store.reader.load(row)
        return subunit.write(run.results, run.attachments, run.processes_failed)

    def status(self) -> Status:
        """See Backend."""
        told = self._store.status()
        sources = sources_of(self._store, self._settings, told["now"])
        return Status.model_validate({**told, "sources": sources})

    def create_token(self, name: str, scopes: Sequence[str]) -> NewToken:
        """See Backend."""
        return NewToken(name=name, token=self._store.tokens.create(name, scopes))

    def tokens(self) -> Tokens:
        """See Backend."""
        return Tokens.model_validate({"tokens": [token._asdict() for token in self._store.tokens.all()]})

    def revoke_token(self, name: str) -> None:
        """See Backend."""
        self._store.tokens.revoke(name)

    def sources(self) -> SourcesStatus:
        """See Backend."""
        now = datetime.now(UTC)
        told = {"sources": sources_of(self._store, self._settings, now), "now": now}
        return SourcesStatus.model_validate(told)

    def compact(self) -> None:
        """See Backend."""
        self._store.writer.compact()

    def expire(self) -> None:
        """See Backend."""
        self._store.writer.expire()

    def backup(self, target: Path) -> int:
        """See Backend."""
        return self._store.backup(target)


class RemoteBackend:
    """Works through a server."""

    def __init__(self, url: str, token: str | None) -> None:
        self.url = url.rstrip("/")
        if token and not token.isascii():
            raise CommandError("a token has no such characters; it begins with gth_")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            base = httpx.URL(f"{self.url}/api/v1")
        except httpx.InvalidURL as error:
            raise self._no_address(error) from None
        self._client = httpx.Client(base_url=base, headers=headers, timeout=httpx.Timeout(10, read=300))

    def _no_address(self, why: Exception) -> CommandError:
        return CommandError(f"{printable(self.url)} is not the address of a server: {why}")

    def _send(self, method: str, path: str, **given: Any) -> httpx.Response:
        try:
            request = self._client.build_request(method, path, **given)
        except UnicodeEncodeError as error:
            raise CommandError(f"'{printable(error.object)}' is not UTF-8; the server {self.url} cannot be told") from None
        try:
            return self._client.send(request)
        except httpx.HTTPError as error:
            raise CommandError(f"the server {self.url} does not answer: {error or type(error).__name__}") from None
        except (httpx.InvalidURL, UnicodeError) as error:  # the name of its host cannot be looked up
            raise self._no_address(error) from None

    def _ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        return self._checked(self._send(method, path, **request))

    def _checked(self, response: httpx.Response) -> httpx.Response:
        if not response.is_success:
            raise CommandError(f"the server {self.url} says: {_detail(response)}")
        return response

    def _shaped(self, shape: type[_Shape], response: httpx.Response) -> _Shape:
        try:
            return shape.model_validate_json(response.content)
        except ValidationError:
            raise CommandError(f"what answers at {self.url} is not Gatehealth") from None

    def ingest(self, given: Mapping[str, str], metadata: Sequence[str], files: NamedFiles) -> Future[Upload]:
        """See Backend; other errors of the server come as CommandError."""
        facts(given, metadata)  # bad usage is told before anything is sent
        answer: Future[Upload] = Future()
        sent = self._send(
            "POST",
            "/runs",
            data={**{name: value for name, value in given.items() if value}, "meta": list(metadata)},
            files=[("file", (last_part(name), data)) for name, data in files],
        )
        if sent.status_code in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):  # the facts are good
            raise NothingUsableError(_detail(sent))
        answer.set_result(self._shaped(Upload, self._checked(sent)))
        return answer

    def export(self, uuid: UUID) -> bytes:
        """See Backend."""
        response = self._ask("GET", f"/runs/{uuid.hex}/subunit")
        if response.headers.get("content-type") != "application/vnd.subunit":
            raise CommandError(f"what answers at {self.url} is not Gatehealth")
        return response.content

    def status(self) -> Status:
        """See Backend."""
        return self._shaped(Status, self._ask("GET", "/status"))

    def create_token(self, name: str, scopes: Sequence[str]) -> NewToken:
        """See Backend."""
        return self._shaped(NewToken, self._ask("POST", "/tokens", data={"name": name, "scope": list(scopes)}))

    def tokens(self) -> Tokens:
        """See Backend."""
        return self._shaped(Tokens, self._ask("GET", "/tokens"))

    def revoke_token(self, name: str) -> None:
        """See Backend."""
        self._ask("DELETE", "/tokens", params={"name": name})

    def sources(self) -> SourcesStatus:
        """See Backend."""
        return self._shaped(SourcesStatus, self._ask("GET", "/status/sources"))

    def order_backfill(self, source: str, since: datetime, until: datetime) -> None:
        """Has the server collect the builds of a source that ended in a period; for its owner."""
        form = {"source": source, "since": since.isoformat(), "until": until.isoformat()}
        self._ask("POST", "/backfills", data=form)

    def compact(self) -> None:
        """See Backend."""
        self._ask("POST", "/compact", timeout=None)

    def expire(self) -> None:
        """See Backend."""
        self._ask("POST", "/expire", timeout=None)

    def backup(self, target: Path) -> int:
        """See Backend. The server writes the file: it is on this machine."""
        answer = self._ask("POST", "/backup", data={"target": str(target.absolute())}, timeout=None)
        return self._shaped(Backup, answer).bytes

    def answers(self) -> bool:
        """Whether what listens there is Gatehealth."""
        try:
            self._shaped(Status, self._ask("GET", "/status", timeout=5))
        except CommandError:
            return False
        return True

    def close(self) -> None:
        """Gives the connections up."""
        self._client.close()


def _detail(response: httpx.Response) -> str:
    try:
        return printable(str(response.json()["detail"]))
    except (ValueError, KeyError, TypeError):
        return printable(f"{response.status_code} {response.reason_phrase}")


@contextmanager
def connect(
    settings: Settings, server: str | None = None, token: str | None = None, *, must_exist: bool = False
) -> Iterator[Backend]:
    """The backend for a command: the server named, else the one that has the database open, else the file itself.

    With `must_exist` a database that is not there is an error; else it is made.
    """
    if server:
        remote = RemoteBackend(server, token)
        try:
            yield remote
        finally:
            remote.close()
        return
    found = server_or_store(settings, must_exist=must_exist)
    if isinstance(found, RemoteBackend):
        try:
            yield found
        finally:
            found.close()
        return
    with found as store:
        yield LocalBackend(store, settings)


def server_or_store(settings: Settings, *, must_exist: bool = False, keeping_up: bool = False) -> RemoteBackend | Store:
    """The server that has the database open, else the database itself; to be closed. Waits a while for other commands."""
    deadline = time.monotonic() + PATIENCE
    while True:
        running = running_server(settings)
        if running:
            return running
        if must_exist and not Path(settings.database).exists():
            raise CommandError(f"there is no database {settings.database}; name one with --database, or store results first")
        try:
            return Store(settings, keeping_up=keeping_up)
        except DatabaseBusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def server_file(settings: Settings) -> Path:
    """The file beside the database in which a running server says where it is."""
    return Path(settings.database + ".server")


@contextmanager
def announced(settings: Settings, url: str) -> Iterator[str]:
    """Lets commands on this machine find the server, as its owner, while it runs; gives the owner's token."""
    token = secrets.token_urlsafe(32)
    path = server_file(settings)
    path.unlink(missing_ok=True)  # of a server that was killed
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"url": url, "token": token, "pid": os.getpid()}, file)
    try:
        yield token
    finally:
        path.unlink(missing_ok=True)


def running_server(settings: Settings) -> RemoteBackend | None:
    """The server that has the database open, if one answers."""
    path = server_file(settings)
    try:
        known = json.loads(path.read_text())
        url, token = known["url"], known["token"]
        if not (isinstance(url, str) and isinstance(token, str)):
            return None
        remote = RemoteBackend(url, token)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError, CommandError) as error:
        if isinstance(error, PermissionError) and os.access(path.parent, os.X_OK):
            raise CommandError(
                f"a server runs on this database, but {path} may not be read; use --server and --token"
            ) from None
        return None
    if remote.answers():
        return remote
    remote.close()
    return None
