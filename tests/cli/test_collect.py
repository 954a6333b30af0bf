"""`gatehealth collect`, without a server and beside one, and a server that collects by itself."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from commands import MAIN, Command, Serve, environment
from serving import answer, answering, serving

from gatehealth.simulate import Gate, GateSettings
from gatehealth.simulate import zuul as simulated
from gatehealth.simulate.clock import Stopped

END = datetime(2026, 11, 20, 18, tzinfo=UTC)  # a Friday evening: much ended in the hours before
SIZE = {"runs_per_day": 60, "tests": 60, "jobs": 6, "projects": 2, "largest_job": 20}


@dataclass(frozen=True)
class Zuul:
    """A simulated Zuul, and how many builds have ended there."""

    url: str
    app: simulated.Zuul
    clock: Stopped

    @property
    def builds(self) -> int:
        return sum(1 for _ in self.app.ended())

    def ended_between(self, since: datetime, until: datetime) -> int:
        return sum(1 for each in self.app.ended() if since <= (each.run.ended_at or END) < until)


@pytest.fixture
def zuul() -> Iterator[Zuul]:
    clock = Stopped(END)
    app = simulated.create(Gate(GateSettings(days=2, end=END, **SIZE)), clock)
    with serving(app) as url:
        yield Zuul(url, app, clock)


@pytest.fixture
def configured(folder: Path, zuul: Zuul) -> Zuul:
    configure(folder, zuul.url)
    return zuul


def configure(folder: Path, *urls: str, days: float = 3_650) -> None:
    tables = [
        f'[[sources]]\nkind = "zuul"\nname = "gate{number or ""}"\nurl = "{url}"\ntenant = "openstack"\n'
        f"poll_seconds = 0.3\nfirst_days = {days}\nper_second = 10000\n"
        for number, url in enumerate(urls)
    ]
    (folder / "gatehealth.toml").write_text("\n".join(tables))


def until(what: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 90
    while not what():
        assert time.monotonic() < deadline, "it did not come to be so"
        time.sleep(0.05)


def test_once_collects_all_that_can_be_had(gatehealth: Command, configured: Zuul) -> None:
    said = gatehealth("collect", "--once")
    assert said.status == 0, said.err
    assert said.out.startswith(f"gate: {configured.builds} of {configured.builds} builds collected, ")
    assert "  without results: " in said.out
    assert gatehealth("status", "--json").facts["runs"] == configured.builds
    again = gatehealth("collect", "--once", "--json").facts
    (source,) = again["sources"]
    assert (source["name"], source["known"], source["waiting"]) == ("gate", configured.builds, 0)


def test_a_source_that_cannot_be_listed_is_told_and_the_others_are_collected(
    gatehealth: Command, folder: Path, zuul: Zuul
) -> None:
    configure(folder, f"{zuul.url}/nothing-here", zuul.url)
    said = gatehealth("collect", "--once")
    assert said.status == 1
    assert f"gatehealth: source gate: {zuul.url}/nothing-here/api/tenant/openstack/build" in said.err
    assert "check the settings url and tenant" in said.err
    assert gatehealth("status", "--json").facts["runs"] == zuul.builds


def test_what_a_source_says_in_brackets_is_shown_as_it_is(gatehealth: Command, folder: Path) -> None:
    with answering(answer(status="503 [error] upstream [/api] is down"), forever=True) as (url, _):
        configure(folder, url)
        said = gatehealth("collect", "--once")
    assert said.status == 1
    assert "answers 503 [error] upstream [/api] is down" in said.err
    shown = gatehealth("status")
    assert (shown.status, shown.err) == (0, "")
    assert "503 [error] upstream [/api] is down" in " ".join(shown.out.split())


def test_one_source_can_be_named(gatehealth: Command, folder: Path, zuul: Zuul) -> None:
    configure(folder, f"{zuul.url}/nothing-here", zuul.url)
    said = gatehealth("collect", "--once", "--source", "gate1")
    assert said.status == 0, said.err
    assert "nothing-here" not in said.err
    assert said.out.startswith("gate1: ")


def test_a_period_is_collected_and_nothing_else(gatehealth: Command, configured: Zuul) -> None:
    since, to = END - timedelta(hours=20), END - timedelta(hours=8)
    expected = configured.ended_between(since, to)
    assert 0 < expected < configured.builds
    said = gatehealth("collect", "--from", since.isoformat(), "--to", to.isoformat())
    assert said.status == 0, said.err
    assert said.out.startswith(f"gate: {expected} of {expected} builds collected\n")
    assert gatehealth("status", "--json").facts["runs"] == expected


def test_a_killed_back_fill_goes_on(gatehealth: Command, configured: Zuul, folder: Path) -> None:
    words = ["collect", "--from", (END - timedelta(hours=30)).isoformat(), "--to", END.isoformat()]
    process = subprocess.Popen([*MAIN, *words], cwd=folder, env=environment({}), stdout=subprocess.DEVNULL)
    until(lambda: (folder / "gatehealth.duckdb").exists())
    time.sleep(1)
    process.kill()
    process.wait()
    said = gatehealth(*words)
    assert said.status == 0, said.err
    assert gatehealth("status", "--json").facts["runs"] == configured.ended_between(END - timedelta(hours=30), END)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_following_goes_on_until_it_is_stopped(configured: Zuul, folder: Path, number: signal.Signals) -> None:
    configured.clock.at = END - timedelta(hours=6)
    before = configured.builds
    command = [*MAIN, "collect", "--json"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=folder, env=environment({}), **pipes) as process, contextlib.ExitStack() as failed:
        failed.callback(process.kill)  # or a test that fails would wait for it for ever
        assert process.stderr is not None
        assert any(line.startswith(f"gate: {before} of {before} builds collected, ") for line in process.stderr)
        configured.clock.at = END
        after = configured.builds
        assert after > before
        assert any(line.startswith(f"gate: {after} of {after} builds collected, ") for line in process.stderr)
        process.send_signal(number)
        out, err = process.communicate()
        failed.pop_all()
    assert process.returncode == 0, err
    assert "Traceback" not in err
    (source,) = json.loads(out)["sources"]
    assert (source["fetched"], source["waiting"]) == (after, 0)


def test_a_server_collects_by_itself(serve: Serve, configured: Zuul) -> None:
    configured.clock.at = END - timedelta(hours=6)
    served = serve()
    before = configured.builds
    until(lambda: runs(served.url) == before)
    configured.clock.at = END
    until(lambda: runs(served.url) == configured.builds)
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait() == 0


def runs(url: str) -> int:
    count: int = httpx.get(f"{url}/api/v1/status", timeout=30).json()["runs"]
    return count


def test_beside_a_server_it_says_that_the_server_collects(gatehealth: Command, serve: Serve, configured: Zuul) -> None:
    served = serve()
    until(lambda: runs(served.url) == configured.builds)
    said = gatehealth("collect")
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[0] == f"the server at {served.url} collects already"
    assert said.out.splitlines()[1].startswith(f"gate: {configured.builds} of {configured.builds} builds collected, ")
    assert gatehealth("collect", "--json").facts["sources"][0]["state"] == "current"


def test_a_server_is_ordered_to_collect_a_period(gatehealth: Command, serve: Serve, folder: Path, zuul: Zuul) -> None:
    configure(folder, zuul.url, days=0)
    served = serve()
    until(lambda: httpx.get(f"{served.url}/api/v1/status", timeout=30).json()["sources"][0]["listed_until"])
    assert runs(served.url) == 0
    since = END - timedelta(hours=24)
    said = gatehealth("collect", "--from", since.isoformat(), "--to", END.isoformat())
    assert said.status == 0, said.err
    expected = zuul.ended_between(since, END)
    assert said.out.startswith(f"gate: {expected} of {expected} builds collected\n")
    assert runs(served.url) == expected


def test_a_server_that_collects_from_elsewhere_is_told(gatehealth: Command, serve: Serve, folder: Path, zuul: Zuul) -> None:
    served = serve()
    configure(folder, zuul.url)
    said = gatehealth("collect")
    assert said.status == 1
    assert f"the server at {served.url} does not collect from gate; start it again with these settings" in said.err


def test_only_the_owner_orders_back_fills(gatehealth: Command, serve: Serve, configured: Zuul) -> None:
    served = serve()
    form = {"source": "gate", "since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}
    token = gatehealth("token", "create", "ci", "--json").facts["token"]
    for headers, status in (({}, 401), ({"Authorization": f"Bearer {token}"}, 403)):
        assert httpx.post(f"{served.url}/api/v1/backfills", data=form, headers=headers).status_code == status


def order(folder: Path, url: str, **form: str) -> httpx.Response:
    token = json.loads((folder / "gatehealth.duckdb.server").read_text())["token"]
    return httpx.post(f"{url}/api/v1/backfills", data=form, headers={"Authorization": f"Bearer {token}"})


@pytest.mark.usefixtures("configured")
def test_an_order_that_makes_no_sense_is_refused(serve: Serve, folder: Path) -> None:
    served = serve()
    good = {"source": "gate", "since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}
    unknown = order(folder, served.url, **{**good, "source": "other"})
    assert unknown.status_code == 409
    assert unknown.json()["detail"] == "this server collects from no source other; its sources: gate"
    for odd in ({"since": "2026-01-03T00:00:00Z"}, {"since": "2026-01-01T00:00:00"}, {"until": "x"}):
        assert order(folder, served.url, **{**good, **odd}).status_code == 400
    assert order(folder, served.url, **good).status_code == 202


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--to", "2026-11-20"], "--to goes with --from"),
        (["--from", "yesterday"], "--from 'yesterday' is not a time like 2026-11-22T15:04:05Z"),
        (["--from", "1000-01-01"], "--from '1000-01-01' lies outside the years 1970 to 2099"),
        (["--from", "2026-11-20", "--to", "2026-11-19"], "--from 2026-11-20 does not lie before --to 2026-11-19"),
        (["--from", "2099-01-01"], "--from 2099-01-01 does not lie before now"),
        (["--source", "other"], "no source is named other; there are gate"),
    ],
)
def test_bad_usage_is_told_in_one_line(gatehealth: Command, folder: Path, words: list[str], why: str) -> None:
    configure(folder, "http://127.0.0.1:1")
    said = gatehealth("collect", *words)
    assert (said.status, said.out, said.err) == (2, "", f"gatehealth: {why}\n")
    assert not (folder / "gatehealth.duckdb").exists()


def test_without_sources_there_is_nothing_to_collect(gatehealth: Command) -> None:
    said = gatehealth("collect")
    assert said.status == 2
    assert "no sources are configured: gatehealth.toml needs [[sources]], see docs/sources.md" in said.err


def test_two_sources_of_one_name_are_refused(gatehealth: Command, folder: Path) -> None:
    configure(folder, "http://127.0.0.1:1")
    (folder / "gatehealth.toml").write_text((folder / "gatehealth.toml").read_text() * 2)
    said = gatehealth("collect")
    assert (said.status, said.err) == (2, "gatehealth: setting sources: two sources have the name gate; give each its own\n")
