"""Our end of a WebSocket: whole frames only, never compressed, and nobody waits for a slow reader.

Under gevent a plain `send` may write half a frame to someone who reads slowly, and the next frame would
then land in its middle. Here a frame is written whole under a lock or the line is cut. What waits for one
reader is bounded; past the bound the connection is closed and the browser reads the page's state again.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engineio import packet
from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    TextMessage,
)
from wsproto.frame_protocol import CloseReason, FrameProtocol
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

MOST_WAITING = 128
"""Packets that may wait for one reader."""

SEND_BUFFER = 65_536
"""Bytes the kernel keeps for one reader, so that a stalled one is noticed early."""

_HANDSHAKE = ("HOST", "UPGRADE", "CONNECTION", "SEC_WEBSOCKET_KEY", "SEC_WEBSOCKET_VERSION")
_PACKET_TYPES = frozenset("0123456")


class Frame(str):
    """An encoded packet with the bytes that a WebSocket of ours writes for it."""

    __slots__ = ("wire",)
    wire: bytes

    @classmethod
    def of(cls, text: str) -> Frame:
        """The frame of a text. A server masks nothing, so that it is the same for every reader."""
        made = cls(text)
        made.wire = bytes(FrameProtocol(client=False, extensions=[]).send_data(text, fin=True))
        return made


class _Rest:
    """Stands in the queue of a reader who has got a part of a frame, so that its rest is written next."""

    packet_type = packet.MESSAGE
    data = ""

    def encode(self) -> Frame:
        """Nothing of its own."""
        nothing = Frame("")
        nothing.wire = b""
        return nothing


class Empty(Exception):
    """Nothing came in the time one was willing to wait."""


class BoundedQueue:
    """What waits to be sent to one browser. Once full it holds nothing but the request to leave.

    It has the methods that engineio uses of `queue.Queue`, which is another class under gevent.
    """

    def __init__(self) -> None:
        self._items: deque[Any] = deque()
        self._given_up = False
        self._resting = False
        # The lock is taken for every delivery; that of a condition by itself is a slow one.
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)

    def put(self, item: Any) -> None:
        """Add a packet without ever waiting; None ends the connection."""
        with self._changed:
            if item is not None and self._given_up:
                return
            if item is not None and len(self._items) >= MOST_WAITING:
                self._given_up = True
                self._items.clear()
                self._append(packet.Packet(packet.CLOSE))
                item = None
            self._append(item)

    def offer(self, item: Any, write: Callable[[bytes], bytes | None]) -> None:
        """Have `write` send a packet at once if nothing waits before it, else add it.

        `write` gives what it could not write of the frame, None if it wrote nothing at all.
        """
        with self._lock:
            # A writer who rests here has written all that it ever took.
            if self._resting and not self._items:
                rest = write(item.encode().wire)
                if rest == b"":
                    return
                if rest is not None:
                    self._append(_Rest())
                    return
        self.put(item)

    def _append(self, item: Any) -> None:
        self._items.append(item)
        self._changed.notify()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """The next packet. Raises Empty if there is none (`block=False`) or none came within `timeout`."""
        with self._changed:
            if not self._items and block:
                self._resting = True
                self._changed.wait_for(lambda: self._items, timeout)
                self._resting = False
            if not self._items:
                raise Empty
            return self._items.popleft()

    def task_done(self) -> None:
        """Nothing is counted, because nobody waits in `join`."""

    def join(self) -> None:
        """Return at once: whoever ends a connection must not hang on a browser that fetches nothing."""


class WebSocket:
    """One connection, as engineio uses it: called as WSGI application, then `wait`, `send`, `close`."""

    def __init__(self, handler: Callable[[WebSocket], Any], server: Any) -> None:
        self._handler = handler
        self._server = server
        self._longest_message: int = server.max_http_buffer_size
        # Pings come more often than this, so that whoever is silent for longer is gone.
        self._patience: float = server.ping_interval + server.ping_timeout
        self._peer: socket.socket
        self._number = -1
        """That of the line at the operating system; another's as soon as the server has closed it."""
        self._wire = WSConnection(ConnectionType.SERVER)
        self._lock = threading.Lock()
        self._received: deque[str] = deque()
        self._message = ""
        self._rest = b""
        self._closing = False
        self._over = False
        self._left = False

    def __call__(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Shake hands, hand over to engineio, and leave the connection to the server to close."""
        by_gunicorn = "gunicorn.socket" in environ
        peer = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")
        if peer is None or not self._ask(environ):
            start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"This is not a WebSocket."]
        self._peer, self._number = peer, peer.fileno()
        connection: Any = self._handler.__self__  # type: ignore[attr-defined]
        self._peer.settimeout(self._patience)
        with contextlib.suppress(OSError):
            self._peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        with contextlib.suppress(OSError):
            self._send(AcceptConnection())
            # An encrypted line has no bytes of its own; ours is behind a proxy that encrypts.
            if not hasattr(peer, "cipher"):
                connection.line = self
            self._handler(self)
        with self._lock:
            # The server closes the socket next, and its number may be another one's at once.
            self._left = True
        self._cut()
        # engineio would do this where a result is handed back, which does not happen here.
        self._server.sockets.pop(connection.sid, None)
        # This is how each of the servers is told that there is no answer left to send.
        if by_gunicorn:
            raise StopIteration
        raise ConnectionError

    def _ask(self, environ: Mapping[str, Any]) -> bool:
        # Extensions are not passed on, so that no browser's offer to compress is ever taken.
        headers = [
            (name.replace("_", "-").encode(), str(environ[f"HTTP_{name}"]).encode())
            for name in _HANDSHAKE
            if f"HTTP_{name}" in environ
        ]
        try:
            self._wire.initiate_upgrade_connection(headers, "/")
        except RemoteProtocolError:
            return False
        return bool(list(self._wire.events()))

    def send(self, message: str) -> None:
        """Write one text message whole. Raises OSError if the line is gone or the reader did not read."""
        if isinstance(message, Frame):
            with self._lock:
                if self._wire.state is not ConnectionState.OPEN:
                    raise OSError("The connection is closed.")
                self._write(message.wire)
        else:
            self._send(TextMessage(data=message))

    def write_now(self, data: bytes) -> bytes | None:
        """Write a frame without waiting for anybody; gives its rest, or None if nothing was written.

        A rest is kept here and written before anything else.
        """
        if not self._lock.acquire(blocking=False):
            return None
        try:
            if self._closing or self._over or self._left or self._rest:
                return None
            written = os.write(self._number, data)
            if written < len(data):
                self._rest = data[written:]
            return self._rest
        except OSError:
            # Full, or gone, which the one who writes next will notice.
            return None
        finally:
            self._lock.release()

    def wait(self) -> str | None:
        """The next packet of the browser, or None when there will be no more."""
        while not self._received:
            if self._over:
                return None
            try:
                data = self._peer.recv(4096)
                self._take(data)
            except OSError:
                self._over = True
        return self._received.popleft()

    def close(self) -> None:
        """Say goodbye; the browser answers and the waiting side ends."""
        with contextlib.suppress(OSError):
            self._leave(CloseReason.NORMAL_CLOSURE)

    def _take(self, data: bytes) -> None:
        if not data:
            self._over = True
            return
        try:
            self._wire.receive_data(data)
            for event in self._wire.events():
                self._react(event)
        except RemoteProtocolError as error:
            hint = error.event_hint
            self._leave(hint.code if isinstance(hint, CloseConnection) else CloseReason.PROTOCOL_ERROR)
            self._over = True

    def _react(self, event: Event) -> None:
        if isinstance(event, CloseConnection):
            self._over = True
            if not self._closing:
                self._closing = True
                self._send(event.response())
        elif isinstance(event, Ping):
            self._send(event.response())
        elif isinstance(event, BytesMessage):
            self._refuse(CloseReason.UNSUPPORTED_DATA)
        elif isinstance(event, TextMessage) and not self._closing:
            self._message += event.data
            if len(self._message) > self._longest_message:
                self._refuse(CloseReason.MESSAGE_TOO_BIG)
            elif event.message_finished:
                message, self._message = self._message, ""
                if message[:1] in _PACKET_TYPES:
                    self._received.append(message)
                else:
                    self._refuse(CloseReason.POLICY_VIOLATION)

    def _refuse(self, reason: CloseReason) -> None:
        self._message = ""
        self._leave(reason)
        self._over = True

    def _leave(self, code: int) -> None:
        if not self._closing:
            self._closing = True
            self._send(CloseConnection(code=code))

    def _send(self, event: Event) -> None:
        with self._lock:
            try:
                data = self._wire.send(event)
            except LocalProtocolError as error:
                raise OSError("The connection is closed.") from error
            self._write(data)

    def _write(self, data: bytes) -> None:
        data, self._rest = self._rest + data, b""
        try:
            self._peer.sendall(data)
        except OSError:
            # Part of a frame may be out; anything more would be read as its rest.
            self._cut()
            raise

    def _cut(self) -> None:
        with contextlib.suppress(OSError):
            self._peer.shutdown(socket.SHUT_RDWR)
