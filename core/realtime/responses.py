"""What a page reads when it has missed something: its region at the present version, rendered once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from html import unescape
from urllib.parse import urlencode

from flask import Response, make_response, request
from markupsafe import Markup

from core import front, i18n, reading, web
from core.cache import VersionedCache
from core.realtime import regions, tokens

TOKEN_HEADER = "X-Live-Token"  # noqa: S105 - the name of a header, not a secret
STATE_HEADER = "X-Live-State"
_LONGEST_QUERY = 300
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"[ \t\n\r\f\u00a0]")

fragments = VersionedCache(entries=512, size=16_000_000)


def cached(
    region: str,
    version: int,
    render: Callable[[], str],
    *,
    audience: str = regions.PUBLIC,
    query: str | None = None,
) -> Markup:
    """The HTML of `region` at `version` in the language in use, rendered only if it has not been yet.

    `query` tells apart the selections of one region; left out, it is the query of this request's address.
    `render` must depend on nothing else: no viewer, no clock. Read `version` before the rows.
    """
    query = _query() if query is None else query
    if len(query) > _LONGEST_QUERY:
        return Markup(render())  # noqa: S704 - a fragment made by our own templates
    key = (region, audience, i18n.language(), query)
    return Markup(fragments.get(key, version, render))  # noqa: S704 - see above


def shared_page(render: Callable[[], str]) -> str:
    """The whole page at this address, drawn once for all to whom it looks alike until something changes.

    Visitors get it from `core.front`, participants with the same roles share one from here, and for staff it
    is drawn each time. Only for pages without a form's key and without anything that is about the reader,
    other than what their roles open and the token of live connections, which is put in afterwards. What the
    page shows must be read inside `render`: what was read before could be older than what it is kept under.
    """
    actor = web.current_actor()
    if web.on_shared_device():
        # Its frame is another one than that of the others with the same roles.
        return _with_token(_without_token(render))
    if actor.is_visitor:
        front.may_be_kept()
        return _with_token(_without_token(render))
    query = _query()
    if actor.account_id is not None or len(query) > _LONGEST_QUERY:
        return _with_token(_without_token(render))
    key = (f"page {request.path}", (actor.grants, actor.label), i18n.language(), query)
    state = front.state()
    # Nobody waits for another one's rendering with a connection.
    reading.end()
    return _with_token(fragments.get(key, state, lambda: _without_token(render)))


def _with_token(html: str) -> str:
    return html.replace(tokens.HOLE, tokens.token())


def _without_token(render: Callable[[], str]) -> str:
    with tokens.left_open():
        return render()


def region_response(
    version: int,
    render: Callable[[], str],
    *,
    region: str | None = None,
    audience: str = regions.PUBLIC,
    query: str | None = None,
) -> Response:
    """Answer a page that reads its region again: 304 if it has `version` already, else the HTML and ETag.

    `region`, `audience`, `query` and `render` are as for `cached`; give the same ones as the page did, so
    that both share one rendering. Left out, `region` is the path of this request.
    """
    if audience == regions.PUBLIC and web.current_actor().is_visitor:
        front.may_be_kept()
    # The page that asks names its language; another window may have chosen another one since.
    web.choose_nothing()
    reading.end()  # As above.
    name = region or request.path
    html = cached(name, version, render, audience=audience, query=query)
    if request.if_none_match.contains_weak(str(version)):
        response = make_response(b"", 304)
    else:
        response = make_response(str(html))
        response.mimetype = "text/html"
    response.set_etag(str(version))
    response.headers["Cache-Control"] = "private, no-cache"
    # A page that stays open for long would otherwise show a token that is no longer good.
    response.headers[TOKEN_HEADER] = tokens.token()
    kept_as = (f"state of {name}", audience, i18n.language(), _query() if query is None else query)
    response.headers[STATE_HEADER] = fragments.get(kept_as, version, lambda: state_of(html))
    return response


def state_of(html: str) -> str:
    """What a region says, in 16 characters: the same here and in a browser that has shown all changes.

    It is made of the words alone, without spaces, because that is what a page and its source share.
    """
    words = _SPACE.sub("", unescape(_TAG.sub("", html)))
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _query() -> str:
    """This request's query in one spelling; the language is part of the key already.

    Values of one name keep their order, because pages take the first of them.
    """
    given = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return urlencode(sorted(given, key=lambda pair: pair[0]))


def news() -> dict[str, str]:
    """How a number of new entries is announced in the language in use, by plural category, `{n}` for it.

    The keys are those of the browser's `Intl.PluralRules`; each sentence is taken at a number that has this
    category in every language we know.
    """
    return {
        category: i18n.ngettext("%(count)s new entry", "%(count)s new entries", number, count="{n}")
        for category, number in {"one": 1, "two": 2, "few": 3, "many": 11, "other": 100}.items()
    }
