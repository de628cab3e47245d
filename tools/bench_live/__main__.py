"""Measure and write: `make bench-live ARGS="--peers DIR --watchers 60,300"`.

The servers of others: `pip install --target DIR/py websockets` and `npm install --prefix DIR socket.io`.
"""

from __future__ import annotations

import argparse
import resource
import sys
from pathlib import Path

from tools.bench_live import figures, report
from tools.bench_live.peers import peers


def main() -> int:
    """Measure all that is there; gives the status for the shell."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--peers", type=Path, help="folder with py/websockets and node_modules/socket.io")
    asked.add_argument("--watchers", default="60,300,1000")
    asked.add_argument("--seconds", type=float, default=4.0)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--only", default="raw,node,bare,stock,ours")
    asked.add_argument("--no-write", action="store_true")
    asked.add_argument("--busy", action="store_true", help="say that the machine was not quiet")
    args = asked.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536), most))
    found = figures.Found()
    chosen = [one for key, one in peers(args.peers).items() if key in args.only.split(",")]
    numbers = [int(number) for number in args.watchers.split(",")]
    for peer in chosen:
        if peer.missing:
            print(f"{peer.name}: left out, {peer.missing}", file=sys.stderr)
    chosen = [peer for peer in chosen if not peer.missing]
    for number in numbers:
        # Interleaved, so that a busy minute of the machine meets all of them.
        for _ in range(args.rounds):
            for peer in chosen:
                figures.fan_out(found, peer, number, args.seconds)
    ours = next((peer for peer in chosen if peer.name == "**ours**"), None)
    if ours is not None:
        figures.votes(found, ours, min(300, max(numbers)), args.seconds)
        figures.stalled(found, ours, args.seconds)
    text = report.table(found, numbers, busy=args.busy)
    print(text)
    if not args.no_write:
        report.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
