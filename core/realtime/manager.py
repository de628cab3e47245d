"""Telling a room: one packet, encoded and framed once, handed to everybody in it.

The library makes the packet once, too, but then wakes a writer for each receiver, which frames it again;
with hundreds of watchers that costs more than everything else. Here whoever has nothing waiting gets the
finished frame at once, and only who reads slowly has it queued. Who is told, in which order, and what a
polling browser fetches is as with the library (docs/decisions/0014-a-packet-is-made-once.md).
"""

from __future__ import annotations

from typing import Any

from engineio import packet as engine_packet
from socketio import packet
from socketio.manager import Manager

from core.realtime.websocket import Frame


class RoomManager(Manager):  # type: ignore[misc]
    """The library's manager of rooms, with a shorter way for what everybody in a room is told."""

    def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: Any = None,
        **kwargs: Any,
    ) -> None:
        """Tell all in a room, as the library does; what expects an answer goes the library's way."""
        room = to or room
        if callback:
            super().emit(event, data, namespace, room, skip_sid, callback, **kwargs)
            return
        if namespace not in self.rooms:
            return
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        encoded = self.server.packet_class(
            packet.EVENT, namespace=namespace, data=[event, *arguments]
        ).encode()
        skipped = skip_sid if isinstance(skip_sid, list) else [skip_sid]
        message = engine_packet.Packet(engine_packet.MESSAGE, encoded)
        message.encode_cache = Frame.of(message.encode())
        for sid, engine_sid in self.get_participants(namespace, room):
            if sid not in skipped:
                self._tell(engine_sid, message)

    def _tell(self, engine_sid: str, message: engine_packet.Packet) -> None:
        connection = self.server.eio.sockets.get(engine_sid)
        line = getattr(connection, "line", None)
        if line is None or connection.closed or not connection.upgraded or connection.last_ping:
            # Polling, on its way out, or with an answer outstanding: the library knows what to do.
            self.server._send_eio_packet(engine_sid, message)
        else:
            connection.queue.offer(message, line.write_now)
