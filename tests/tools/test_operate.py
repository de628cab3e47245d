"""What docs/operate.md says is done as it is written: settings, service and nginx with TLS in front."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import websocket

from core.config import SOURCE_LANGUAGE, Config
from tools import messages, system
from tools.demo_site import free_port

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operate.md").read_text("utf-8")
HOST = "dialog.example.de"

NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""
"""What Debian's nginx.conf puts around a site, with nothing outside of a test's folder."""


@dataclass(frozen=True)
class Site:
    """The site as people reach it: two ports of nginx, and the folder of what serves behind it."""

    tls: int
    plain: int
    folder: Path

    @property
    def certificate(self) -> Path:
        """What nginx shows, for the name of the site and for the address that tests use."""
        return self.folder / "cert.pem"

    @property
    def address(self) -> str:
        """Where pages are."""
        return f"https://127.0.0.1:{self.tls}"

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request through TLS."""
        return self.session().request(method, self.address + path, timeout=20, **options)

    def session(self) -> requests.Session:
        """Requests that go to the site by its name."""
        session = requests.Session()
        # Neither a proxy nor certificates that the machine's environment names.
        session.trust_env = False
        session.verify = str(self.certificate)
        session.headers["Host"] = HOST
        return session


def block(language: str, containing: str) -> str:
    """The only block of the page in that language with these words in it."""
    found = [one for one in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if containing in one]
    assert len(found) == 1, f"{len(found)} blocks of {language} with “{containing}” in docs/operate.md"
    return str(found[0])


def found_in(pattern: str, text: str) -> str:
    """What the pattern's group matches."""
    found = re.search(pattern, text, re.MULTILINE)
    assert found, f"{pattern} not in: {text}"
    return str(found[1])


def replaced(text: str, *changes: tuple[str, str]) -> str:
    """`text` with each pattern replaced; each must be there."""
    for pattern, new in changes:
        text, count = re.subn(pattern, new, text)
        assert count, f"docs/operate.md no longer has {pattern}"
    return text


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of the page, for a folder of this test."""
    written = found_in(r"(?s)/etc/vielstimmig/settings.*?<<'END'\n(.*?)\nEND", PAGE)
    text = replaced(written, ("/var/lib/vielstimmig", str(tmp_path_factory.mktemp("var"))))
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return inherited | dict(line.split("=", 1) for line in text.splitlines())


@pytest.fixture(scope="module")
def first_password(settings: dict[str, str]) -> str:
    """The installation made as the page says; gives what lets the first person in."""
    done = ""
    for lines in ("vielstimmig keys create", "vielstimmig init"):
        commands = re.findall(r"^vielstimmig (.*)", block("sh", lines), re.MULTILINE)
        assert len(commands) == 3
        for command in commands:
            done += vielstimmig(settings, *shlex.split(command.replace("/opt/vielstimmig", str(ROOT))))
    return found_in(r"Account verwaltung created.*\n.*first sign-in: (\S+)", done)


def vielstimmig(settings: dict[str, str], *words: str) -> str:
    """What a command of the operator prints."""
    program = Path(sys.executable).parent / "vielstimmig"
    done = subprocess.run(
        [program, *words], check=False, env=settings, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def site(
    settings: dict[str, str], first_password: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The service behind nginx, both started with the page's own lines on free ports."""
    port = free_port()
    serve = replaced(
        found_in(r"^ExecStart=(.*)$", block("ini", "[Service]")),
        ("/opt/vielstimmig/.venv/bin", str(Path(sys.executable).parent)),
        (r"\b5000\b", str(port)),
    )
    folder = tmp_path_factory.mktemp("site")
    with (
        (folder / "out").open("wb") as out,
        running(serve.split(), env=settings, cwd=ROOT, stdout=out, stderr=out),
        nginx_before(port, folder) as site,
    ):
        wait_for(site, 200)
        yield site


@contextmanager
def running(command: list[str], **options: Any) -> Iterator[None]:
    """A program that runs until the block ends."""
    with subprocess.Popen(command, **options) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)


@contextmanager
def nginx_before(port: int, folder: Path) -> Iterator[Site]:
    """The page's nginx on ports of its own, before a program on that port of this machine."""
    nginx = system.find_nginx()
    assert nginx, system.install_line(["nginx"])
    site = Site(free_port(), free_port(), folder)
    key = folder / "key.pem"
    made = f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN={HOST}".split()
    made += ["-addext", f"subjectAltName=DNS:{HOST},IP:127.0.0.1"]
    subprocess.run([*made, "-keyout", key, "-out", site.certificate], check=True, capture_output=True)
    text = replaced(
        block("nginx", "proxy_pass"),
        (r"listen \[::\].*;", ""),
        (r"listen 443 ", f"listen 127.0.0.1:{site.tls} "),
        (r"listen 80;", f"listen 127.0.0.1:{site.plain};"),
        (r"127\.0\.0\.1:5000", f"127.0.0.1:{port}"),
        (r"/etc/letsencrypt/\S+/fullchain\.pem", str(site.certificate)),
        (r"/etc/letsencrypt/\S+/privkey\.pem", str(key)),
        (r"/opt/vielstimmig", str(ROOT)),
    )
    written = folder / "nginx.conf"
    written.write_text(NGINX.format(folder=folder, site=text), "utf-8")
    with running([str(nginx), "-e", str(folder / "nginx.log"), "-c", str(written)]):
        yield site


def wait_for(site: Site, status: int) -> requests.Response:
    """What the site answers, once it answers like that."""
    limit = time.monotonic() + 60
    told = ""
    while time.monotonic() < limit:
        try:
            answer = site.ask("GET", "/readyz")
        except requests.RequestException as error:
            told = str(error)
        else:
            if answer.status_code == status:
                return answer
            told = f"{answer.status_code} {answer.text}"
        time.sleep(0.2)
    logs = [log.read_text() for log in (site.folder / "out", site.folder / "nginx.log") if log.exists()]
    raise AssertionError("\n".join([told, *logs]))


def test_what_installs_and_updates_makes_everything_that_serving_needs() -> None:
    targets = re.findall(r"sudo make (.*)", PAGE)
    assert len(targets) == 2
    for target in targets:
        plan = subprocess.run(
            ["make", "--dry-run", "--always-make", *target.split()],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert "tools.environment run" in plan
        assert "tools/frontend/build.py" in plan
        assert "compileall" in plan
        for language in Config().languages:
            if language != SOURCE_LANGUAGE:
                assert str(messages.catalogue_path(language).relative_to(ROOT)) in plan


def test_a_page_comes_through_with_safe_headers(site: Site) -> None:
    page = site.ask("GET", "/")
    assert page.status_code == 200
    assert "Zum Inhalt springen" in page.text
    assert "Integration im Enzkreis" in page.text
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "max-age" in page.headers["Strict-Transport-Security"]


def test_http_leads_to_https_and_browsers_may_use_http_2(site: Site) -> None:
    sent = site.session().get(f"http://127.0.0.1:{site.plain}/code?x=1", allow_redirects=False, timeout=20)
    assert sent.status_code == 301
    assert sent.headers["Location"] == f"https://{HOST}/code?x=1"

    context = ssl.create_default_context(cafile=str(site.certificate))
    context.set_alpn_protocols(["h2"])
    with (
        socket.create_connection(("127.0.0.1", site.tls), timeout=20) as line,
        context.wrap_socket(line, server_hostname=HOST) as wrapped,
    ):
        assert wrapped.selected_alpn_protocol() == "h2"


def test_the_first_person_gets_in_and_only_from_our_own_pages(site: Site, first_password: str) -> None:
    person = site.session()
    form = person.get(f"{site.address}/sign-in", timeout=20).text
    key = found_in(r'name="_key" value="([^"]+)"', form)
    typed = {"login": "verwaltung", "password": first_password, "_key": key}

    refused = person.post(
        f"{site.address}/sign-in", data=typed, headers={"Origin": "https://evil.example"}, timeout=20
    )
    assert refused.status_code == 403

    entered = person.post(
        f"{site.address}/sign-in",
        data=typed,
        headers={"Origin": f"https://{HOST}"},
        allow_redirects=False,
        timeout=20,
    )
    assert entered.status_code == 303, entered.text
    assert re.search(r"__Host-\S+=.*; Secure; HttpOnly", entered.headers["Set-Cookie"])


def test_what_a_client_claims_about_itself_is_thrown_away(site: Site) -> None:
    claims = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X-Forwarded-For": "192.0.2.1"}
    page = site.ask("GET", "/", headers=claims)
    assert page.status_code == 200
    assert "evil.example" not in page.text

    other = site.ask("GET", "/", headers={"Host": "other.example"})
    assert other.status_code == 421


def test_live_connections_come_through_for_our_own_pages(site: Site) -> None:
    address = f"wss://127.0.0.1:{site.tls}/socket.io/?EIO=4&transport=websocket"
    trusting = {"ca_certs": str(site.certificate)}
    with closing(
        websocket.create_connection(address, sslopt=trusting, host=HOST, origin=f"https://{HOST}", timeout=20)
    ) as live:
        assert str(live.recv()).startswith('0{"sid"')
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(
            address, sslopt=trusting, host=HOST, origin="https://evil.example", timeout=20
        )


def test_what_is_too_large_gets_our_own_sentence(site: Site) -> None:
    sent = site.ask(
        "POST", "/sign-in", data={"login": "x" * 3_000_000}, headers={"Origin": f"https://{HOST}"}
    )
    assert sent.status_code == 413
    assert "Vielstimmig" in sent.text


def test_while_the_program_is_away_a_page_says_that_nothing_is_lost(tmp_path: Path) -> None:
    with nginx_before(free_port(), tmp_path) as site:
        page = wait_for(site, 503)
        assert "Ihr Text steht noch da." in page.text
        assert page.headers["Retry-After"] == "60"
        assert page.headers["Cache-Control"] == "no-store"
        assert site.ask("POST", "/code", data={"code": "x"}).status_code == 503
        assert site.ask("GET", "/unavailable.html").status_code == 404
