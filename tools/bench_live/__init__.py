"""What telling many watchers costs, beside what others need for the same: `make bench-live`.

`peers` starts the servers, `load` is the process that watches them, `figures` asks and computes, and
`__main__` prints and writes docs/performance.md. `served` is our side: the live connections without pages.
"""
