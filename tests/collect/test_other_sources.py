"""`gatehealth collect` from a folder, GitHub and GitLab at once: what they have is stored once, what lacks is told."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from commands import MAIN, environment
from helpers import JUNIT, assert_whole, rows, settings_for

from gatehealth.collect.folder import SETTLED
from gatehealth.store import Store

from . import test_github as hub
from . import test_gitlab as lab
from .sources import Site, pages


def gatehealth(*words: object) -> Any:
    """What a command prints as JSON; it has to succeed."""
    command = [*MAIN, *map(str, words), "--json"]
    done = subprocess.run(command, env=environment({}), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def write_settings(github: Site, gitlab: Site) -> None:
    Path("gatehealth.toml").write_text(f"""
database = "gate.duckdb"

[[sources]]
kind = "folder"
name = "drop"
path = "drop"

[[sources]]
kind = "github"
name = "hub"
url = "{github.url}"
token = "x"
repositories = ["{hub.REPO}"]

[[sources]]
kind = "gitlab"
name = "lab"
url = "{gitlab.url}"
token = "x"
projects = ["{lab.PROJECT}"]
""")


def fill(github: Site, gitlab: Site) -> None:
    """Two jobs each, of which one has no results."""
    hub.has_run(github, hub.workflow_run(), [hub.job(), hub.job(5, name="lint", conclusion="skipped")], [hub.artifact()])
    github.answers[hub.RUNS] = pages([hub.workflow_run()], "workflow_runs")
    github.answers[f"/repos/{hub.REPO}/actions/artifacts/11/zip"] = hub.zipped(("junit.xml", JUNIT.encode()))
    lab.has_pipelines(gitlab, lab.pipeline())
    lab.has_jobs(gitlab, 46, lab.job(), lab.job(8, name="lint", artifacts=[], status="success"))
    gitlab.answers[f"{lab.API}/pipelines/46/test_report"] = lab.report(lab.suite())
    gitlab.answers[f"{lab.API}/pipelines/46/test_report_summary"] = lab.summary(rspec=[7])


def test_all_are_collected_together_and_again_changes_nothing(folder: Path) -> None:
    simulated = gatehealth("simulate", "--streams", folder / "drop", "--days", "0.1", "--runs-per-day", "200", "--seed", "3")
    assert simulated["runs"] > 5
    shutil.copy(os.devnull, folder / "drop" / "empty.xml")
    time.sleep(SETTLED + 1)
    with Site().serving() as github, Site().serving() as gitlab:
        fill(github, gitlab)
        write_settings(github, gitlab)
        first = gatehealth("collect", "--once")
        with Store(settings_for(folder)) as store:
            stored = rows(store, "SELECT uuid, received_at FROM runs ORDER BY ALL")
            by_source = dict(
                rows(store, "SELECT value, count(*) FROM run_metadata WHERE key = 'source' GROUP BY ALL ORDER BY ALL")
            )
            words = rows(
                store, "SELECT job, result, success, fail, skip FROM runs WHERE project = $$acme/space/rocket$$ ORDER BY ALL"
            )
            assert_whole(store)
        again = gatehealth("collect", "--once")
    assert by_source == {"drop": simulated["runs"] + 1, "hub": 2, "lab": 2}
    assert words == [("lint", "success", 0, 0, 0), ("rspec", "failed", 1, 2, 1)]
    with Store(settings_for(folder)) as store:
        assert rows(store, "SELECT uuid, received_at FROM runs ORDER BY ALL") == stored
    lacks = {source["name"]: {each["lack"]: each["builds"] for each in source["without"]} for source in first["sources"]}
    assert (lacks["hub"], lacks["lab"]) == ({"no logs": 1}, {"no result file": 1})
    assert lacks["drop"]["unparsable"] == 1
    assert [source["known"] for source in again["sources"]] == [source["known"] for source in first["sources"]]
