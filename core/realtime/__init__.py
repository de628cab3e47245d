"""Live pages: a browser watches regions of its page and is told when one has changed.

A package declares its regions (`region`), its reactions `push` the changed fragment, its view answers
`region_response` to a page that has missed something. A push that is lost is never replayed: on every
connection the page reads its region again. Nothing is written over a live connection.

Read `regions`, `pushes` and `responses` for that, `gate`, `tokens` and `server` for who gets in,
`connections` for who must leave, `presence` for who is there, and `websocket` for how slow readers are kept
from harming others.
"""

from core.realtime.connections import disconnect_session, people_at, recheck_people
from core.realtime.presence import came_or_went, note_asked, presence_version
from core.realtime.pushes import push, push_soon
from core.realtime.regions import region
from core.realtime.responses import cached, region_response, shared_page, state_of
from core.realtime.server import init
from core.realtime.tokens import token

__all__ = [
    "cached",
    "came_or_went",
    "disconnect_session",
    "init",
    "note_asked",
    "people_at",
    "presence_version",
    "push",
    "push_soon",
    "recheck_people",
    "region",
    "region_response",
    "shared_page",
    "state_of",
    "token",
]
