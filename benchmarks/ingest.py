"""From gzip bytes to committed: Gatehealth in one process, and subunit2sql 1.10.0 with the same streams in the same run.

    python benchmarks/ingest.py

Each stream is a run of 1,500 tempest-like tests (parse.py). Gatehealth reads, checks, stores and commits as
`gatehealth ingest` and the server do; subunit2sql stores the same bytes, decompressed, into SQLite, its fastest database.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import Any

import parse

from gatehealth.collect.files import assemble, facts
from gatehealth.config import load
from gatehealth.formats import subunit
from gatehealth.store import Store

RUNS = 200
PEER_RUNS = 3
PEER = Path(__file__).parent.parent / ".peer"
# What subunit2sql 1.10.0 still runs with.
PEER_PACKAGES = (
    *("subunit2sql==1.10.0", "SQLAlchemy==1.3.24", "oslo.db==8.6.0", "oslo.config==8.8.1"),
    *("alembic==1.8.1", "python-subunit==1.4.6", "setuptools<80"),
)


def streams(runs: int) -> list[bytes]:
    """As many gzipped streams, the same tests in each, with other durations, failures and skips."""
    made = []
    for seed in range(runs):
        results = parse.results(seed=1)
        for result in results:
            result.started_at = (result.started_at or 0) + seed * 7_000_000
            result.ended_at = (result.ended_at or 0) + seed * 7_000_000 + (seed * 7919) % 1000
        made.append(gzip.compress(subunit.write(results), 6))
    return made


def measure_gatehealth(sent: list[bytes], folder: Path) -> dict[str, Any]:
    """Stores the streams; gives results_per_s and what the database took."""
    settings = load(database=str(folder / "bench.duckdb"))
    stored = 0
    started = time.perf_counter()
    with Store(settings) as store:
        waiting: deque[Any] = deque()
        for data in sent:
            run = facts({"job": "tempest-full", "project": "openstack/nova", "pipeline": "gate"}, ["region=one"])
            assemble(run, [("testrepository.subunit.gz", data)], settings)
            stored += len(run.results)
            waiting.append(store.writer.submit(run))
            while len(waiting) > 8:
                waiting.popleft().result()
        for answer in waiting:
            answer.result()
        seconds = time.perf_counter() - started
        assert store.reader.status()["results"] == stored
    return {"results": stored, "seconds": seconds, "results_per_s": stored / seconds}


def measure_peer(sent: list[bytes], folder: Path) -> dict[str, Any]:
    """Stores a few of the streams with subunit2sql; gives results_per_s of its best run."""
    if not (PEER / ".installed").exists():
        subprocess.run([sys.executable, "-m", "venv", PEER], check=True)
        subprocess.run([PEER / "bin/pip", "install", "--quiet", *PEER_PACKAGES], check=True, stderr=subprocess.DEVNULL)
        (PEER / ".installed").touch()
    database = folder / "peer.sqlite"
    files = []
    for number, data in enumerate(sent[:PEER_RUNS]):
        file = folder / f"{number}.subunit"
        file.write_bytes(gzip.decompress(data))
        files.append(str(file))
    connection = f"sqlite:///{database}"
    manage = [PEER / "bin/subunit2sql-db-manage", "--database-connection", connection, "upgrade", "head"]
    subprocess.run(manage, check=True, capture_output=True)
    script = Path(__file__).with_name("peer_subunit2sql.py")
    command = [PEER / "bin/python", "-W", "ignore", script, database, *files]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds = [float(line) for line in printed.split()]
    return {"seconds": seconds, "results_per_s": parse.TESTS / min(seconds)}


def measure(runs: int = RUNS) -> dict[str, Any]:
    """Both, in one run."""
    sent = streams(runs)
    with tempfile.TemporaryDirectory(dir=PEER.parent) as folder:
        ours = [measure_gatehealth(sent, Path(tempfile.mkdtemp(dir=folder)))]
        peer = measure_peer(sent, Path(folder))
        ours.append(measure_gatehealth(sent, Path(tempfile.mkdtemp(dir=folder))))
    best = max(ours, key=lambda row: row["results_per_s"])
    return {"gatehealth": best, "subunit2sql": peer, "times": best["results_per_s"] / peer["results_per_s"]}


def main() -> None:
    found = measure()
    print(f"gatehealth   {found['gatehealth']['results_per_s']:>10,.0f} results/s, gzip to committed, one process")
    print(f"subunit2sql  {found['subunit2sql']['results_per_s']:>10,.0f} results/s (runs of {parse.TESTS}: ", end="")
    print(", ".join(f"{seconds:.1f} s" for seconds in found["subunit2sql"]["seconds"]) + ")")
    print(f"times        {found['times']:>10,.0f}")


if __name__ == "__main__":
    main()
