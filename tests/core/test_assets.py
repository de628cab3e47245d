"""Front-end files: addresses that carry the content, caching, compression, nothing from outside."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.assets import KEEP_FOR_EVER, Assets, asset_url, content_hash, init
from core.config import Config

pytestmark = pytest.mark.without_database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    static = tmp_path / "static"
    (static / "core").mkdir(parents=True)
    (static / "app.css").write_text("a{color:red}\n" * 50)
    (static / "font.woff2").write_bytes(b"wOF2" + bytes(64))
    (static / "core" / "main.js").write_text('import "./other.js";\n' * 20)
    (static / "core" / "other.js").write_text("export {};\n")
    (tmp_path / "secret.txt").write_text("not yours")
    return static


@pytest.fixture
def app(folder: Path) -> Flask:
    app = Flask(__name__, static_folder=str(folder))
    init(app, Config(development=True))
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def address(app: Flask, path: str) -> str:
    with app.test_request_context():
        return asset_url(path)


def test_an_address_carries_the_hash_of_the_content(app: Flask, folder: Path) -> None:
    before = address(app, "app.css")
    assert before == f"/static/app.css?v={content_hash((folder / 'app.css').read_bytes())}"
    (folder / "app.css").write_text("b{color:blue}\n")
    assert address(app, "app.css") != before


def test_a_file_by_its_current_address_is_kept_for_ever(app: Flask, client: FlaskClient) -> None:
    current = client.get(address(app, "app.css"))
    assert current.status_code == 200
    assert current.headers["Cache-Control"] == KEEP_FOR_EVER
    for other in ("/static/app.css", "/static/app.css?v=000000000000"):
        assert client.get(other).headers["Cache-Control"] == "no-cache"


def test_scripts_share_one_version_so_that_relative_imports_keep_it(
    app: Flask, client: FlaskClient, folder: Path
) -> None:
    main, other = address(app, "core/main.js"), address(app, "core/other.js")
    assert main.rsplit("/", 1)[0] == other.rsplit("/", 1)[0]
    assert client.get(other).headers["Cache-Control"] == KEEP_FOR_EVER
    (folder / "core" / "other.js").write_text("export const changed = 1;\n")
    assert address(app, "core/main.js") != main
    stale = client.get(main)
    assert stale.status_code == 200
    assert stale.headers["Cache-Control"] == "no-cache"


def test_text_goes_out_compressed_where_the_browser_takes_it(
    app: Flask, client: FlaskClient, folder: Path
) -> None:
    packed = client.get(address(app, "app.css"), headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == (folder / "app.css").read_bytes()
    assert "Accept-Encoding" in packed.headers["Vary"]
    plain = client.get(address(app, "app.css"), headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.data == (folder / "app.css").read_bytes()
    assert packed.headers["ETag"] != plain.headers["ETag"]
    font = client.get(address(app, "font.woff2"), headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in font.headers
    assert font.mimetype == "font/woff2"


def test_an_unchanged_file_is_answered_without_its_body(app: Flask, client: FlaskClient) -> None:
    first = client.get("/static/app.css")
    again = client.get("/static/app.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "%2e%2e/secret.txt",
        "core/../../secret.txt",
        "core",
        "",
        "missing.css",
        "@abc/app.css",
    ],
)
def test_what_is_not_there_or_not_inside_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code in {308, 404}
    assert b"not yours" not in client.get(f"/static/{path}", follow_redirects=True).data


@pytest.mark.parametrize(
    "path", ["./app.css", "././app.css", "core/../app.css", "core//main.js", "core/./main.js"]
)
def test_a_file_has_one_spelling_so_that_it_is_kept_once(app: Flask, client: FlaskClient, path: str) -> None:
    assets: Assets = app.extensions["assets"]
    version = assets.scripts_version()

    for address in (f"/static/{path}", f"/static/@{version}/{path}"):
        assert client.get(address).status_code == 404
    assert path not in assets._copies


def test_a_missing_file_says_so_when_a_page_is_drawn(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(FileNotFoundError, match=r"vendor/app\.css"):
        asset_url("vendor/app.css")


def test_in_service_files_are_read_once(folder: Path) -> None:
    assets = Assets(folder, watch=False)
    before = assets.read("app.css").version
    (folder / "app.css").write_text("changed")
    assert assets.read("app.css").version == before
