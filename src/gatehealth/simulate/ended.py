"""What is true of a simulated Zuul's builds that have ended: the run that an honest collector makes of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gatehealth.model import TEXT_FACTS, Run, Status, from_micros
from gatehealth.simulate.builds import SECOND, Build
from gatehealth.simulate.gate import Gate
from gatehealth.simulate.logs import Form, Left
from gatehealth.simulate.shapes import Shapes
from gatehealth.simulate.views import run_of

NO_LOGS, EXPIRED, NO_FILE, UNPARSABLE = "no logs", "expired", "no result file", "unparsable"


@dataclass(slots=True)
class Ended:
    """A build that has ended.

    `run` has the facts and the metadata that the API and the build's files tell, and every result that any of the files
    carries, file by file. Of results in JUnit XML the attachments are not told here. Where the source is named is not either.
    """

    build: Build
    run: Run
    form: Form
    lack: str  # why there are no results, "" when there are
    expires: bool = False  # its files are removed some time after its end

    def said(self) -> dict[str, Any]:
        """The build as truth.json tells it, its results only counted."""
        run = self.run
        return {
            "uuid": run.uuid.hex,
            "started_at": _moment(run.started_at),
            "ended_at": _moment(run.ended_at),
            **{name: getattr(run, name) for name in TEXT_FACTS},
            "voting": run.voting,
            "metadata": run.metadata,
            "form": self.form,
            "lack": self.lack,
            "expires": self.expires,
            "results": {status.word: sum(result.status is status for result in run.results) for status in Status},
        }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def told(gate: Gate, shapes: Shapes, build: Build, left: Left, base: str) -> Ended:
    """The truth of a build that has ended, and left this."""
    happened = gate.fate(build.planned)
    run = run_of(gate.world, gate.faults, happened)
    said = shapes.build(build, base, ended=True)
    run.results, run.attachments, run.damage = left.results, [], []
    run.log_url = said["log_url"] or ""
    run.started_at, run.ended_at = from_micros(build.started_at * SECOND), from_micros(build.ended_at * SECOND)
    metadata = {
        "tenant": shapes.tenant,
        "nodeset": said["nodeset"],
        "event_id": said["event_id"],
        "error_detail": said["error_detail"] or "",
        "final": "" if build.final else "false",
    }
    if left.host_id:
        metadata |= {key: run.metadata[key] for key in ("node_label", "region", "cloud")} | {"host_id": left.host_id}
    else:
        run.provider = ""
    failing = left.output.failing if left.output is not None and not left.results else None
    if failing is not None:
        metadata |= {
            "failed_phase": failing.phase,
            "failed_playbook": failing.playbook,
            "failed_task": failing.task,
            "failed_host": failing.host,
        }
    run.metadata = {key: value for key, value in sorted(metadata.items()) if value}
    if run.results:
        lack = ""
    elif not said["log_url"]:
        lack = NO_LOGS
    elif not left.files:
        lack = EXPIRED
    else:
        lack = NO_FILE if left.form is Form.ABSENT else UNPARSABLE
    return Ended(build, run, left.form, lack)
