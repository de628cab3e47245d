"""A broadcast with raw `websockets`: what Python can do if a frame is made once and nothing else is done."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from websockets.asyncio.server import ServerConnection, broadcast, serve

from tools.bench_live.served import payload

watchers: set[Any] = set()


async def handle(connection: ServerConnection) -> None:
    """Watch, or (`send count rate`) have all that watch told."""
    watchers.add(connection)
    try:
        async for message in connection:
            _, count, rate = str(message).split()
            started = time.monotonic()
            for version in range(1, int(count) + 1):
                broadcast(watchers, "42" + json.dumps(["changed", payload(version)]))
                await asyncio.sleep(max(0, started + version / float(rate) - time.monotonic()))
    finally:
        watchers.discard(connection)


async def main() -> None:
    """Serve for ever on the port that is named."""
    async with serve(handle, "127.0.0.1", int(sys.argv[1]), compression=None, ping_interval=None):
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
