"""`make bench`: measures the ratios of `docs/performance.md` in one run and writes them there.

    python -m tools.bench [--rounds 5] [--seconds 1.0] [--only pages,ballots,…] [--no-write]

Read `figures` for what is measured against what, `serving` for the server under test, `load` for the
load generator (a process of its own), `report` for the page that is written.
"""
