"""How fast builds come in from a Zuul: a day of the full gate to catch up with, and single builds as they end.

    python benchmarks/collect.py

The simulated Zuul and its log server are a process of their own on the same machine. Its day has as many builds as the full
gate's, over a thousand of them with some 1,500 results. `gatehealth collect --once` catches up with it, into an empty database.
Then `gatehealth serve` follows a gate that goes on, by polling once a minute, and by MQTT alone with a real broker (amqtt): the
API is asked for new runs twice a second, and each run's time counts from the end of its build. Zuul reports a buildset when
its last build has ended, so by MQTT the time counts from that.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))  # for its broker

BUILDS = 13_500  # that a working day begins with; over 12,500 of them end within it
TESTS = 1_500
INTEGRATION = 0.03  # gives a thousand and some builds with whole integration suites
FOLLOWED_SECONDS = 150  # so that each build that ends in the first half is surely polled
MESSAGES_SECONDS = 150
GATEHEALTH = [sys.executable, "-c", "from gatehealth.cli import main; main()"]


class Course(NamedTuple):
    """How the time of a simulated gate goes: from `start` on as everywhere, or not at all."""

    start: datetime
    begun: float | None  # time.monotonic() at the start; None: it stands still

    def now(self) -> datetime:
        return self.start + timedelta(seconds=0 if self.begun is None else time.monotonic() - self.begun)


def friday_evening() -> datetime:
    """The end of the last working day's busy time."""
    end = (datetime.now(UTC) - timedelta(days=1)).replace(hour=18, minute=0, second=0, microsecond=0)
    while end.weekday() > 4:
        end -= timedelta(days=1)
    return end


def serve(builds: int, course: Course, broker: int) -> None:
    """Serves a Zuul; prints its address."""
    import socket

    from gatehealth.model import to_micros
    from gatehealth.simulate import Gate, GateSettings, serving, zuul
    from gatehealth.simulate.reporter import publishing

    size = {"days": 1, "runs_per_day": builds, "tests": 20_000, "jobs": 500, "projects": 50, "largest_job": TESTS}
    gate = Gate(GateSettings(**size, integration=INTEGRATION, end=course.start))
    app = zuul.create(gate, lambda: to_micros(course.now()))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        print(url, flush=True)
        with publishing(app, "127.0.0.1", broker, url) if broker else nullcontext():
            serving.serve(app, listener)


@contextmanager
def running(command: list[str], folder: Path) -> Iterator[str]:
    """A process that runs for a while; gives the first line that it prints."""
    with subprocess.Popen(command, cwd=folder, env=os.environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
            process.communicate()


@contextmanager
def zuul_with(builds: int, course: Course, folder: Path, broker: int = 0) -> Iterator[str]:
    """The address of a simulated Zuul, a process of its own."""
    how = [course.start.isoformat(), str(course.begun), str(broker)]
    with running([sys.executable, str(Path(__file__).absolute()), "--builds", str(builds), "--serve", *how], folder) as url:
        yield url


def configure(folder: Path, url: str, more: str) -> None:
    """Writes the settings of a collector."""
    (folder / "gatehealth.toml").write_text(
        f'[[sources]]\nkind = "zuul"\nname = "gate"\nurl = "{url}"\ntenant = "openstack"\nper_second = 100000\n'
        f'result_files = ["*.subunit", "*.subunit.gz", "logs/junit.xml"]\n{more}'
    )


def said(folder: Path, *words: str) -> Any:
    """What a command says as JSON."""
    command = [*GATEHEALTH, *words, "--json"]
    done = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True, env=os.environ)
    return json.loads(done.stdout)


def days_since(moment: datetime) -> float:
    return (datetime.now(UTC) - moment) / timedelta(days=1)


def catch_up(builds: int = BUILDS) -> dict[str, Any]:
    """Catches up with a day; gives its builds, results and seconds, the CPU time of the collector and its memory."""
    course = Course(friday_evening(), None)
    with tempfile.TemporaryDirectory() as name, zuul_with(builds, course, Path(name)) as url:
        folder = Path(name)
        configure(folder, url, f"first_days = {days_since(course.start) + 2}\n")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        (source,) = said(folder, "collect", "--once")["sources"]
        seconds = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        results = said(folder, "status")["results"]
    if source["waiting"] or source["fetched"] != source["known"]:
        raise RuntimeError(f"not all was collected: {source}")
    return {
        "builds": source["fetched"],
        "with_results": source["with_results"],
        "without": {each["lack"]: each["builds"] for each in source["without"]},
        "results": results,
        "seconds": seconds,
        "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "megabytes": after.ru_maxrss / 1024,
    }


def follow(builds: int = BUILDS, *, messages: bool = False) -> dict[str, Any]:
    """Follows a gate that goes on; gives how many seconds after its end each build was answered by the API, sorted."""
    from mqtt_broker import Broker

    seconds = MESSAGES_SECONDS if messages else FOLLOWED_SECONDS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        course = Course(friday_evening(), time.monotonic())
        with Broker(folder) if messages else nullcontext() as broker:
            port = broker.port if messages and broker else 0
            with zuul_with(builds, course, folder, port) as url:
                by = f'poll_seconds = 86400\n[sources.mqtt]\nhost = "127.0.0.1"\nport = {port}\n' if messages else ""
                configure(folder, url, f"first_days = {days_since(course.now()) + 0.001}\n{by}")
                with running([*GATEHEALTH, "serve", "--port", "0"], folder) as line:
                    seen = watch(line.rpartition(" at ")[2], course, seconds)
    if messages:
        ended: dict[str, datetime] = {}
        for run in seen:
            ended[run.buildset] = max(ended.get(run.buildset, run.ended_at), run.ended_at)
        seen = [run._replace(ended_at=ended[run.buildset]) for run in seen]
    taken = sorted((run.answered_at - run.ended_at).total_seconds() for run in seen)
    if not taken:
        raise RuntimeError("no build ended while the gate was followed")
    return {"builds": len(taken), "median": taken[len(taken) // 2], "most": taken[-1]}


class Seen(NamedTuple):
    """A run that came in while the gate was followed."""

    buildset: str
    ended_at: datetime
    answered_at: datetime  # when it was first in an answer


def watch(server: str, course: Course, seconds: float) -> list[Seen]:
    """The runs that come in; those that ended before do not count."""
    seen: dict[str, tuple[datetime, datetime]] = {}
    with httpx.Client(base_url=f"{server}/api/v1", timeout=60) as client:
        while not client.get("/status").json()["sources"][0]["listed_until"]:
            time.sleep(0.5)
        began = course.now()
        while course.now() < began + timedelta(seconds=seconds):
            period = {"from": (began - timedelta(hours=12)).isoformat(), "to": (began + timedelta(days=1)).isoformat()}
            for run in client.get("/runs", params={**period, "limit": 1000}).json()["runs"]:
                ended_at = datetime.fromisoformat(run["started_at"]) + timedelta(seconds=run["seconds"] or 0)
                if run["uuid"] not in seen and ended_at > began:
                    seen[run["uuid"]] = (ended_at, course.now())
            time.sleep(0.5)
        return [Seen(client.get(f"/runs/{uuid}").json()["buildset"], *moments) for uuid, moments in seen.items()]


def measure(builds: int = BUILDS) -> dict[str, Any]:
    """All of it."""
    return {"caught_up": catch_up(builds), "polling": follow(builds), "messages": follow(builds, messages=True)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--builds", type=int, default=BUILDS, help="of the day")
    options.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.serve:
        start, begun, broker = chosen.serve
        course = Course(datetime.fromisoformat(start), None if begun == "None" else float(begun))
        serve(chosen.builds, course, int(broker))
    else:
        print(json.dumps(measure(chosen.builds), indent=1))


if __name__ == "__main__":
    main()
