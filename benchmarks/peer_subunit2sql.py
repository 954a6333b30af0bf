"""Runs inside the peer's own environment: stores subunit files with subunit2sql's own program, and prints seconds for each.

    .peer/bin/python benchmarks/peer_subunit2sql.py DATABASE FILE...

The time is that of subunit2sql.shell.main() for one file, without the start of Python and the imports.
"""

import sys
import time

from subunit2sql import shell

database, files = sys.argv[1], sys.argv[2:]
for file in files:
    sys.argv = ["subunit2sql", "--database-connection", f"sqlite:///{database}", file]
    started = time.perf_counter()
    shell.main()
    print(time.perf_counter() - started)
    shell.CONF.reset()
