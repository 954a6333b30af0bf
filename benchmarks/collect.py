"""How fast builds come in from a Zuul: a day of the full gate to catch up with.

    python benchmarks/collect.py

The simulated Zuul and its log server are a process of their own on the same two cores. Its day has as many builds as the full
gate's, over a thousand of them with some 1,500 results. `gatehealth collect --once` starts with an empty database.
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
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

BUILDS = 12_500
TESTS = 1_500
INTEGRATION = 0.03  # gives a thousand and some builds with whole integration suites
GATEHEALTH = [sys.executable, "-c", "from gatehealth.cli import main; main()"]


def gate(builds: int, end: datetime) -> Any:
    """A working day of a gate with the full gate's jobs and tests."""
    from gatehealth.simulate import Gate, GateSettings

    return Gate(
        GateSettings(
            days=1,
            runs_per_day=builds,
            tests=20_000,
            jobs=500,
            projects=50,
            largest_job=TESTS,
            integration=INTEGRATION,
            end=end,
        )
    )


def serve(builds: int, end: str) -> None:
    """Serves a Zuul whose day is over; prints its address."""
    import socket

    import uvicorn

    from gatehealth.simulate import zuul
    from gatehealth.simulate.clock import Stopped

    moment = datetime.fromisoformat(end)
    app = zuul.create(gate(builds, moment), Stopped(moment))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off")).run(sockets=[listener])


@contextmanager
def serving(builds: int, end: datetime) -> Iterator[str]:
    """The address of such a Zuul, a process of its own."""
    command = [sys.executable, __file__, "--serve", end.isoformat(), "--builds", str(builds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def measure(builds: int = BUILDS) -> dict[str, Any]:
    """Catches up with a day; gives its builds, results, seconds, and what CPU time each side took."""
    end = (datetime.now(UTC) - timedelta(days=1)).replace(hour=18, minute=0, second=0, microsecond=0)
    while end.weekday() > 4:
        end -= timedelta(days=1)
    with tempfile.TemporaryDirectory() as name, serving(builds, end) as url:
        folder = Path(name)
        days = (datetime.now(UTC) - end) / timedelta(days=1) + 2
        (folder / "gatehealth.toml").write_text(
            f'[[sources]]\nkind = "zuul"\nname = "gate"\nurl = "{url}"\ntenant = "openstack"\n'
            f'per_second = 100000\nfirst_days = {days}\nresult_files = ["*.subunit", "*.subunit.gz", "logs/junit.xml"]\n'
        )
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        command = [*GATEHEALTH, "collect", "--once", "--json"]
        said = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True, env=os.environ).stdout
        seconds = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        (source,) = json.loads(said)["sources"]
        status = subprocess.run(
            [*GATEHEALTH, "status", "--json"], cwd=folder, check=True, stdout=subprocess.PIPE, text=True, env=os.environ
        ).stdout
    return {
        "builds": source["fetched"],
        "waiting": source["waiting"],
        "with_results": source["with_results"],
        "without": source["without"],
        "results": json.loads(status)["results"],
        "seconds": seconds,
        "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "megabytes": after.ru_maxrss / 1024,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--builds", type=int, default=BUILDS, help="of the day")
    options.add_argument("--serve", metavar="END", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.serve:
        serve(chosen.builds, chosen.serve)
    else:
        print(json.dumps(measure(chosen.builds), indent=1))


if __name__ == "__main__":
    main()
