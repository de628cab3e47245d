"""What SQLite itself can do: commits of one INSERT and one UPDATE, WAL, synchronous=FULL, one connection.

    python -m tools.bench.raw FILE SECONDS

Prints commits a second.
"""

from __future__ import annotations

import sys
import time

import pysqlite3.dbapi2 as sqlite


def commits_per_second(file: str, seconds: float) -> float:
    """Commit for so long into a database of its own at `file`."""
    connection = sqlite.connect(file, isolation_level=None)
    for statement in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "CREATE TABLE IF NOT EXISTS ballots (id INTEGER PRIMARY KEY, choices TEXT NOT NULL)",
        "CREATE TABLE IF NOT EXISTS tallies (item INTEGER PRIMARY KEY, points INTEGER NOT NULL)",
        "INSERT OR IGNORE INTO tallies VALUES (1, 0)",
    ):
        connection.execute(statement)
    count = 0
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO ballots (choices) VALUES (?)", ('{"1": 1, "2": 1, "3": 1}',))
        connection.execute("UPDATE tallies SET points = points + 1 WHERE item = 1")
        connection.execute("COMMIT")
        count += 1
    rate = count / (time.perf_counter() - begin)
    connection.close()
    return rate


if __name__ == "__main__":
    print(commits_per_second(sys.argv[1], float(sys.argv[2])))
