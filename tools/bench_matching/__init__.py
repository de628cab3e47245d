"""How good the proposals for a need are, beside two plain measures, and how fast: `make bench-matching`.

`labels.csv` says what fits, `labels.md` how that was decided. `measures` has ours and the
baselines behind one interface, `quality` and `speed` compute, `report` writes docs/performance.md.
"""
