"""A real browser before a real server: a simulated gate whose truth is known, and one real run."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from helpers import serving, settings_for, text_file
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))  # lets tests import `dashboards`

from collected import SOURCES, Collected, collect
from dashboards import BARE_AGE, BARE_UUID, JOB, REAL_STREAM, REAL_UUID, REORDERING_TEXT, Dashboard, open_browser, unavailable

from gatehealth.api.app import STATIC
from gatehealth.collect.files import assemble, facts
from gatehealth.model import Outcome, Result, Run, Status
from gatehealth.simulate import Gate, GateSettings, fill

TIMEOUT = 15_000  # milliseconds; five seconds, as playwright has it, are few on a machine that is busy
expect.set_options(timeout=TIMEOUT)


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A week of a small simulated gate that ends now; before it the real run, and before that one without a project."""
    if not (STATIC / "index.html").is_file():
        unavailable("the front end is not built (make web)")
    settings = settings_for(tmp_path_factory.mktemp("dashboard"))
    end = datetime.now(UTC).replace(microsecond=0)
    gate = gate_with_what_pages_show(
        GateSettings(days=6, runs_per_day=60, tests=600, jobs=12, projects=5, largest_job=90, end=end)
    )
    with serving(settings) as server:
        fill(gate, server.store.writer)
        given = {"job": "tempest-unit", "project": "real/tempest", "pipeline": "local", "change": "912345", "patchset": "3"}
        links = {"ref_url": "https://review.example.org/912345", "log_url": "https://logs.example.org/1/"}
        run = facts({**given, **links, "started_at": (end - timedelta(days=30)).isoformat()}, ["python=3.11"])
        assemble(run, [(REAL_STREAM.name, REAL_STREAM.read_bytes())], settings)
        assert run.uuid.hex == REAL_UUID
        server.store.writer.write(run)
        server.store.writer.write(bare_run(end - BARE_AGE))
        yield Dashboard(server.url, gate.truth(), end)


def gate_with_what_pages_show(settings: GateSettings) -> Gate:
    """The first gate, by its seed, that has what few weeks of so few runs have, whatever today is.

    A run without results that failed for its infrastructure, of a job that has results; a run that has results and ran out of
    time; more runs of JOB than a window of the grid.
    """
    for seed in itertools.count(1):
        gate = Gate(replace(settings, seed=seed))
        happened = list(gate.happenings())
        with_results = [each for each in happened if each.columns is not None]
        bare = {each.planned.job for each in happened if each.outcome is Outcome.INFRA and each.columns is None}
        if (
            bare & {each.planned.job for each in with_results}
            and any(each.word == "TIMED_OUT" for each in with_results)
            and gate.truth()["by"]["job"][JOB]["runs"] > 50
        ):
            return gate
    raise AssertionError("seeds have no end")


def bare_run(started_at: datetime) -> Run:
    """A failed run of which little more is known than its results."""
    failed = Result("bare.Test.test_order", Status.FAIL, attachments=[text_file("traceback", REORDERING_TEXT)])
    return Run(UUID(BARE_UUID), "bare", started_at=started_at, results=[failed, Result("bare.Test.test_known", Status.XFAIL)])


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collected]:
    """A small gate as a collector leaves it. Nobody may change it."""
    if not (STATIC / "index.html").is_file():
        unavailable("the front end is not built (make web)")
    with serving(settings_for(tmp_path_factory.mktemp("collected"), sources=SOURCES)) as server:
        yield collect(server)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium: the system's, else the one that playwright installed."""
    with sync_playwright() as playwright:
        try:
            opened = open_browser(playwright)
        except Error as error:
            unavailable(f"no browser: {str(error).splitlines()[0]}")
            raise
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that has seen nothing yet; the test fails when the page reports an error."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, timezone_id="UTC", color_scheme="light")
    opened = context.new_page()
    errors: list[str] = []
    opened.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("requestfailed", lambda request: errors.append(f"{request.url}: {request.failure}"))
    opened.set_default_timeout(TIMEOUT)
    yield opened
    opened.unroute_all(behavior="wait")  # the page follows its data: an answer that a test alters may be under way
    context.close()
    # A request that the test itself makes fail is expected to be reported.
    assert not [
        error for error in errors if "ERR_ABORTED" not in error and "status of 4" not in error and "status of 5" not in error
    ]
