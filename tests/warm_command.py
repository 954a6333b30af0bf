"""Runs commands as processes without each paying a second of imports: each is forked from this one, which has them.

Reads a request a line (JSON: words, folder, variables, and the files for standard input, output and error), and answers
with the exit status.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any

from gatehealth.cli import main


def become(request: dict[str, Any]) -> int:
    """The command itself, in the forked process; gives its exit status."""
    for number, flags in enumerate((os.O_RDONLY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)):
        file = os.open(request["streams"][number], flags, 0o600)
        os.dup2(file, number)
    sys.stdin = open(0)  # noqa: SIM115  # the other one may have read ahead
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["variables"])
    sys.argv = ["gatehealth", *request["words"]]
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def serve_requests() -> None:
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            status = become(json.loads(line))
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve_requests()
