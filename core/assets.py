"""Addresses of front-end files that carry the hash of their content, so that browsers may keep them for ever.

A file is addressed as ``/static/<path>?v=<hash>``. Scripts are addressed as ``/static/@<hash>/<path>`` with
one hash over all scripts: modules import one another by relative addresses, and this way every import lands
in the same version and no module is loaded twice. Text files go out compressed.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import posixpath
import re
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from core.config import Config

KEEP_FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

_VERSIONED = re.compile(r"^@([0-9a-f]{12})/(.+)$")
# Pictures and fonts are compressed already.
_TEXT = frozenset({".css", ".js", ".svg", ".json", ".txt", ".md", ".webmanifest"})


@dataclass(frozen=True, slots=True)
class _Copy:
    """A file as it was read: what it was when we looked, its bytes ready to send, and its hash."""

    state: tuple[int, int]
    body: bytes
    packed: bytes | None
    version: str


@dataclass(slots=True)
class Assets:
    """The front-end files of one application.

    ``watch`` looks at each file again whenever it is asked for, which is what development wants.
    """

    folder: Path
    watch: bool
    _copies: dict[str, _Copy] = field(default_factory=dict)
    _scripts: str | None = None
    _urls: dict[str, str] = field(default_factory=dict)

    def read(self, path: str) -> _Copy:
        """The file at ``path`` below the folder. Raises ``FileNotFoundError`` if there is none."""
        copy = self._copies.get(path)
        if copy is not None and not self.watch:
            return copy
        place = safe_join(str(self.folder), path)
        # Only one spelling of a path is served: each is kept, and ././ has no end of them.
        if place is None or posixpath.normpath(path) != path or not Path(place).is_file():
            raise FileNotFoundError(path)
        file = Path(place)
        status = file.stat()
        state = (status.st_mtime_ns, status.st_size)
        if copy is None or copy.state != state:
            body = file.read_bytes()
            packed = gzip.compress(body, 9, mtime=0) if file.suffix in _TEXT else None
            copy = self._copies[path] = _Copy(state, body, packed, content_hash(body))
        return copy

    def scripts_version(self) -> str:
        """One hash over every script, whoever wrote it."""
        if self._scripts is None or self.watch:
            total = hashlib.sha256()
            for file in sorted(self.folder.rglob("*.js")):
                name = file.relative_to(self.folder).as_posix()
                total.update(f"{name} {self.read(name).version}\n".encode())
            self._scripts = total.hexdigest()[:12]
        return self._scripts

    def url(self, path: str) -> str:
        """The address of ``path``, remembered: a page names dozens of files."""
        url = self._urls.get(path)
        if url is None or self.watch:
            name, version = self.address(path)
            url = self._urls[path] = url_for("static", filename=name, v=version)
        return url

    def address(self, path: str) -> tuple[str, str | None]:
        """Path and query value (or None) under which ``path`` is kept for ever."""
        if path.endswith(".js"):
            return f"@{self.scripts_version()}/{path}", None
        return path, self.read(path).version


def content_hash(data: bytes) -> str:
    """The short hash of a file's content as it stands in addresses."""
    return hashlib.sha256(data).hexdigest()[:12]


def init(app: Flask, config: Config) -> None:
    """Serve ``static/`` through this module and give templates ``asset()``."""
    assets = Assets(Path(app.static_folder or "static"), watch=config.development)
    app.extensions["assets"] = assets
    app.view_functions["static"] = _serve
    app.jinja_env.globals["asset"] = asset_url


def asset_url(path: str) -> str:
    """The address of a file below ``static/``. Raises ``FileNotFoundError`` when it is not there.

    A missing file under ``vendor/`` means that ``tools/frontend/build.py`` has not run.
    """
    assets: Assets = current_app.extensions["assets"]
    return assets.url(path)


def _serve(filename: str) -> Response:
    assets: Assets = current_app.extensions["assets"]
    wanted = request.args.get("v")
    versioned = _VERSIONED.match(filename)
    if versioned is not None:
        wanted, filename = versioned[1], versioned[2]
    try:
        copy = assets.read(filename)
    except FileNotFoundError:
        raise NotFound from None
    current = assets.scripts_version() if versioned is not None else copy.version
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    packs = copy.packed is not None and request.accept_encodings["gzip"] > 0
    response = Response(copy.packed if packs else copy.body, content_type=_with_charset(kind))
    if copy.packed is not None:
        response.vary.add("Accept-Encoding")
    if packs:
        response.content_encoding = "gzip"
    response.set_etag(f"{copy.version}-gz" if packs else copy.version)
    # An old address still answers with today's file, but nobody may keep that answer.
    response.headers["Cache-Control"] = KEEP_FOR_EVER if wanted == current else ASK_AGAIN
    response.make_conditional(request)
    return response


def _with_charset(kind: str) -> str:
    is_text = kind.startswith("text/") or kind in {"image/svg+xml", "application/json"}
    return f"{kind}; charset=utf-8" if is_text else kind
