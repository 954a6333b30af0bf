"""What tests share: runs and files made in one line, a store's whole content, and a server that really listens."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from gatehealth.api.app import create_app
from gatehealth.api.context import Context
from gatehealth.config import Settings
from gatehealth.formats import subunit
from gatehealth.model import Attachment, Result, Run, Status, to_micros
from gatehealth.store import Store

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OWNER_TOKEN = "the owner's"
SAMPLES = Path(__file__).parents[2] / "shared" / "samples"
TRACEBACK = """\
Traceback (most recent call last):
  File "/opt/stack/tempest/api/compute/test_servers.py", line 51, in test_boot
    self.assertEqual('ACTIVE', server['status'])
AssertionError: 'ACTIVE' != 'ERROR'
"""
JUNIT = """\
<testsuite name="unit" timestamp="2026-11-22T12:00:00">
  <testcase classname="a.B" name="test_one" time="1.5"/>
  <testcase classname="a.B" name="test_two" time="0.5"><failure message="2 != 3" type="AssertionError"/></testcase>
</testsuite>
"""


def at(seconds: float) -> datetime:
    """A moment so many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def uuid_number(number: int) -> UUID:
    return UUID(int=0x8000_0000_0000_8000_0000_0000_0000_0000 + number)


def text_file(name: str, text: str) -> Attachment:
    return Attachment(name, "text/plain;charset=utf8", text.encode())


def result(test: str, status: Status = Status.SUCCESS, start: float = 0, seconds: float = 1, **facts: Any) -> Result:
    """A result that started so many seconds after noon and took so many."""
    started_at = to_micros(at(start))
    ended_at = None if status is Status.INCOMPLETE else started_at + round(seconds * 1e6)
    return Result(test, status, **{"started_at": started_at, "ended_at": ended_at, **facts})


def failure(test: str, text: str = TRACEBACK, **facts: Any) -> Result:
    traceback = Attachment("traceback", "text/x-traceback;charset=utf8", text.encode())
    return result(test, Status.FAIL, **{"attachments": [traceback], **facts})


def run(*results: Result, number: int = 1, **facts: Any) -> Run:
    """A run with these results; `number` tells runs apart."""
    return Run(**{"uuid": uuid_number(number), "job": "unit", "results": list(results), **facts})


def count_statuses(results: Iterable[Result]) -> list[int]:
    """How many results there are of each status: a list indexed by Status, as outcome_of takes it."""
    counts = [0] * len(Status)
    for result in results:
        counts[result.status] += 1
    return counts


def stream(*results: Result) -> bytes:
    """The results as a subunit v2 stream."""
    return subunit.write(results)


def sample(name: str) -> bytes:
    """A real file beside the repository; the test is skipped where it is not."""
    path = SAMPLES / name
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    return path.read_bytes()


def settings_for(folder: Path, **said: Any) -> Settings:
    return Settings(**{"database": str(folder / "gate.duckdb"), "host": "127.0.0.1", "port": 0, **said})


def load(store: Store, uuid: UUID) -> Run:
    """The run as it is stored."""
    row = store.reader.run(uuid)
    assert row is not None, f"run {uuid} is not stored"
    return store.reader.load(row)


TABLES = ("runs", "run_metadata", "tests", "results", "result_attributes", "failures", "attachments")


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    with store.database.cursor() as cursor:
        return cursor.execute(sql).fetchall()


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, whatever their order."""
    return {table: rows(store, f"SELECT * FROM {table} ORDER BY ALL") for table in TABLES}


PARTS = ("every_result", "failures", "attachments", "run_metadata", "result_attributes")  # tables whose rows belong to runs


def assert_whole(store: Store) -> None:
    """Every run that is stored is stored once and whole, and nothing is stored of any other."""
    assert rows(store, "SELECT uuid FROM runs GROUP BY uuid HAVING count(*) > 1") == []
    assert rows(store, "SELECT run_id FROM runs GROUP BY run_id HAVING count(*) > 1") == []
    assert rows(store, "SELECT test_id FROM tests GROUP BY test_id HAVING count(*) > 1") == []
    for table in PARTS:
        assert rows(store, f"SELECT run_id FROM {table} ANTI JOIN runs USING (run_id)") == [], table
    assert rows(store, "SELECT test_id FROM every_result ANTI JOIN tests USING (test_id)") == []
    for table in ("every_result", "failures"):
        keys = "run_id, test_id, attempt"
        assert rows(store, f"SELECT {keys} FROM {table} GROUP BY ALL HAVING count(*) > 1") == [], table
        assert rows(store, f"SELECT {keys} FROM {table} JOIN runs USING (run_id) WHERE {table}.job_id <> runs.job_id") == []
    stored = "(SELECT run_id, status, count(*) AS n FROM {} GROUP BY ALL)"
    kept = "(SELECT run_id, kept FROM closed_runs JOIN visible_batches USING (batch))"
    for status in Status:
        goes_first = status in (Status.SUCCESS, Status.SKIP)
        for table in ("every_result",) if goes_first else ("every_result", "failures"):
            differing = rows(
                store,
                f"SELECT uuid, {status.word}, n FROM runs LEFT JOIN {kept} AS kept USING (run_id)"
                f" LEFT JOIN {stored.format(table)} AS stored"
                f" ON runs.run_id = stored.run_id AND stored.status = {int(status)}"
                f" WHERE {status.word} <> coalesce(n, 0)"
                f" AND coalesce(kept, 'all') IN {('all', '') if goes_first else ('all', 'failures')}",
            )
            assert differing == [], f"{status.word} in {table}"
    assert_counted(store)
    assert_told(store)


# What counters are of, counted again from the results: written out here, not with the macros that the product counts with.
RECOUNT = """
SELECT batch, closed_results.job_id, test_id, pipeline,
    sum((status = 0)::INT), sum((status = 1)::INT), sum((status = 2)::INT),
    sum((status = 3)::INT), sum((status = 4)::INT), sum((status = 5)::INT),
    sum((status = 0 AND duration IS NULL)::INT),
    coalesce(sum(floor(duration * duration_unit_us / 1000.0 + 0.5)) FILTER (status = 0), 0),
    coalesce(sum(floor(duration * duration_unit_us / 1000.0 + 0.5) ** 2) FILTER (status = 0), 0),
    min(floor(duration * duration_unit_us / 1000.0 + 0.5)) FILTER (status = 0),
    max(floor(duration * duration_unit_us / 1000.0 + 0.5)) FILTER (status = 0)
FROM closed_results JOIN closed_runs USING (batch, job_id, number) JOIN runs USING (run_id)
JOIN (SELECT batch, duration_unit_us FROM visible_batches WHERE kept = 'all') USING (batch)
GROUP BY ALL
ORDER BY ALL
"""


def assert_counted(store: Store) -> None:
    """Counters are those of the results that are there, and of those that expired; none are of anything else."""
    counted = "SELECT counters.* FROM counters JOIN visible_batches USING (batch) WHERE kept = 'all' ORDER BY ALL"
    assert rows(store, counted) == rows(store, RECOUNT)
    over_jobs = """SELECT batch, test_id, pipeline, sum(success), sum(fail), sum(skip), sum(xfail), sum(uxsuccess),
        sum(incomplete), sum(untimed), sum(sum_ms), sum(squares_ms2), min(min_ms), max(max_ms) FROM counters GROUP BY ALL"""
    seen = "SEMI JOIN visible_batches USING (batch) ORDER BY ALL"
    assert rows(store, f"FROM ({over_jobs}) {seen}") == rows(store, f"FROM test_counters {seen}")
    over_all = over_jobs.replace(" pipeline,", "")
    assert rows(store, f"FROM ({over_all}) {seen}") == rows(store, f"FROM total_counters {seen}")
    statuses = ", ".join(f"sum({status.word})" for status in Status)
    closed = "FROM closed_runs JOIN visible_batches USING (batch) JOIN runs USING (run_id)"
    of_runs = f"SELECT batch, closed_runs.job_id, {statuses} {closed}"
    of_counters = f"SELECT batch, job_id, {statuses} FROM counters JOIN visible_batches USING (batch)"
    each = "GROUP BY ALL HAVING sum(success + fail + skip + xfail + uxsuccess + incomplete) > 0 ORDER BY ALL"
    assert rows(store, f"{of_runs} {each}") == rows(store, f"{of_counters} {each}")


def assert_told(store: Store) -> None:
    """A run's suite and its deviations are its results, also of one whose results have expired; nothing else has any."""
    telling = "(FROM closed_runs JOIN (FROM visible_batches WHERE told) USING (batch))"
    told = f"""(
        SELECT run_id, status, sum(n) AS n FROM (
            SELECT run_id, test_id, status, 1 AS n FROM {telling} JOIN suites USING (suite)
            UNION ALL
            SELECT run_id, test_id, status, n FROM {telling} JOIN deviations USING (batch, job_id, number)
        ) GROUP BY ALL HAVING sum(n) <> 0
    )"""
    for status in Status:
        found = f"SELECT run_id, n FROM {told} WHERE status = {int(status)}"
        counted = f"SELECT run_id, {status.word} FROM runs SEMI JOIN {telling} AS told USING (run_id) WHERE {status.word} > 0"
        assert rows(store, f"{found} ORDER BY ALL") == rows(store, f"{counted} ORDER BY ALL"), status.word
    by_test = told.replace("run_id, status, sum", "run_id, test_id, status, sum")
    there = (
        f"SELECT run_id, test_id, status, count(*) FROM every_result SEMI JOIN {telling} AS told USING (run_id) GROUP BY ALL"
    )
    kept = f"SEMI JOIN (FROM {telling} WHERE kept = 'all') AS kept USING (run_id)"
    assert rows(store, f"FROM {by_test} {kept} ORDER BY ALL") == rows(store, f"FROM ({there}) {kept} ORDER BY ALL")
    assert (
        rows(
            store, "FROM deviations ANTI JOIN closed_runs USING (batch, job_id, number) SEMI JOIN visible_batches USING (batch)"
        )
        == []
    )
    assert rows(store, "SELECT suite, test_id FROM suites GROUP BY ALL HAVING count(*) > 1") == []


@dataclass(frozen=True)
class Server:
    """A server that listens, and the store behind it."""

    url: str
    store: Store
    settings: Settings
    token: str  # for writing

    def get(self, path: str, **query: Any) -> httpx.Response:
        return httpx.get(f"{self.url}/api/v1{path}", params=query, timeout=60)

    def upload(self, *files: tuple[str, bytes], token: str | None = None, **fields: Any) -> httpx.Response:
        """Sends one run; files are (name, content). An empty `token` sends none."""
        token = self.token if token is None else token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        parts = [("file", (name, content)) for name, content in files]
        # An empty part of its own makes httpx send multipart also where there is no file.
        fields = {name: value for name, value in fields.items() if value is not None}
        parts += [(name, (None, str(each))) for name, value in fields.items() for each in _listed(value)]  # type: ignore[misc]
        return httpx.post(f"{self.url}/api/v1/runs", files=parts, headers=headers, timeout=60)

    def uploaded(self, *files: tuple[str, bytes], **fields: Any) -> dict[str, Any]:
        """Sends one run and gives the answer, which must be a good one."""
        answer = self.upload(*files, **fields)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


class LateAnswers:
    """Each answer of the API comes up to a second and a half late: a test of a page must wait for what it reads."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            await asyncio.sleep(random.uniform(0, 1.5))
        await self.app(scope, receive, send)


@contextmanager
def serving(settings: Settings) -> Iterator[Server]:
    """A real uvicorn on a free port, in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener, Store(settings) as store:
        # asyncio sets this only for sockets that say they are TCP, as the product's does; else each answer waits 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        app = create_app(Context(store, settings, OWNER_TOKEN))
        if os.environ.get("LATE_ANSWERS"):
            app.add_middleware(LateAnswers)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        try:
            yield Server(f"http://127.0.0.1:{port}", store, settings, store.tokens.create("tests"))
        finally:
            server.should_exit = True
            thread.join()


def problem(answer: httpx.Response, status: int) -> str:
    """The `detail` of an answer, which must be problem+json with this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail"}
    assert body["status"] == status
    detail: str = body["detail"]
    assert detail
    assert "\n" not in detail
    return detail
