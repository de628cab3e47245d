"""Another program that holds the write lock of a SQLite file for a while, such as a slow import.

    python -m tools.bench.lock FILE SECONDS

Prints a line once it has the lock.
"""

from __future__ import annotations

import sys
import time

import pysqlite3.dbapi2 as sqlite


def hold(file: str, seconds: float) -> None:
    """Take the lock, say so, keep it, let go."""
    connection = sqlite.connect(file, isolation_level=None, timeout=5)
    connection.execute("BEGIN IMMEDIATE")
    print("locked", flush=True)
    time.sleep(seconds)
    connection.execute("ROLLBACK")
    connection.close()


if __name__ == "__main__":
    hold(sys.argv[1], float(sys.argv[2]))
