"""R28 (see tests/browser/test_payloads.py), R69: what people write stays text; nothing is kept needlessly."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import inspect

from concept.actions import sections, texts
from core.db import db
from core.transaction import transaction
from dialog.actions import contributions, moderation
from dialog.models import Contribution
from dialog.vocabulary import Visibility
from tests import factories, pages_check
from tests.client import Client
from tests.concept import ground
from tests.conftest import Maker
from tests.factories import STAFF, Person

pytestmark = pytest.mark.without_database

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus=alert(1) x="',
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</option></select><img src=x onerror=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<math><mtext><style><img src=x onerror=alert(1)></style>",
    "<form action=//evil.example><button>x",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<style>@import '//evil.example'</style>",
    "{{7*7}} ${7*7} <%= 7*7 %> #{7*7}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\u003cscript\u003ealert(1)\u003c/script\u003e",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<<script>script>alert(1)<</script>/script>",
    "\u202e<script>alert(1)</script>",
    "<!--<script>alert(1)//-->",
    "]]><script>alert(1)</script>",
    "<x contenteditable onblur=alert(1)>x",
    "data:text/html,<script>alert(1)</script>",
    "=cmd|'/c calc'!A1",
]


BASE = "/dialogues/probe"


@dataclass
class Written:
    """What hostile people have put into every field they reach, and where it comes to light."""

    author: Person
    pages: list[str]


def write_everywhere(app: Flask, make: Maker) -> Written:
    """Every payload as need, heading, earlier wording, question and note; and in the concept, as staff."""
    author = make.participant()
    make.concept()
    pages = ["/", *(f"{BASE}/{page}" for page in ("polls", "moderation", "mine", "concept", "concept.html"))]
    pages += [f"{BASE}/register?per=50", f"{BASE}/register/region?per=50", f"{BASE}/concept/field-sprache"]
    write = f"{BASE}/concept/write/field-sprache-situation"
    pages += [write, f"{write}/history", f"{BASE}/concept/structure", f"{BASE}/concept/foreword"]
    with app.app_context():
        with transaction():
            section = ground.section("field-sprache-situation")
            texts.save_text(STAFF, section, text="\n\n".join(PAYLOADS), based_on=section.revision)
        for payload in PAYLOADS:
            with transaction():
                under = ground.section("foreword")
                titles = {"de": payload}
                made = sections.add_section(STAFF, ground.present(), titles=titles, under=under)
                sections.show_section(STAFF, made)
            with transaction():
                public = factories.contribution(text=f"Vor {payload} nach", title=payload, author=author)
                asked = factories.contribution(Visibility.RETURNED, text=payload, author=author)
                contributions.revise_contribution(
                    author.actor,
                    asked,
                    based_on=1,
                    text=f"{payload} zweite",
                    field=factories.field(),
                    municipality=None,
                    language="de",
                )
                moderation.return_contribution(STAFF, asked, question=payload)
                hidden = factories.contribution(text=payload, author=author)
                moderation.hide_contribution(STAFF, hidden, reason="insult", note=payload)
            pages += [f"{BASE}/contributions/{made.reference}" for made in (public, asked, hidden)]
            pages += [
                f"{BASE}/moderation/{asked.reference}",
                f"{BASE}/contributions/{asked.reference}/revise",
            ]
        for status in ("open", "published"):
            poll = factories.poll(status, needs=0, ballots={"a": {1: 1}})  # type: ignore[arg-type]
            pages += [f"{BASE}/polls/{poll.id}", f"{BASE}/polls/{poll.id}/region"]
    return Written(author, pages)


@pytest.mark.slow
def test_whatever_is_written_stays_text_on_every_page(
    app: Flask, make: Maker, browse: Callable[[Person | None], Client]
) -> None:
    written = write_everywhere(app, make)
    browsers = {
        "author": browse(written.author),
        "coordinator": browse(make.account("coordinator")),
    }
    read = 0
    for path in written.pages:
        is_staffs = any(part in path for part in ("/moderation", "/concept/write", "/concept/structure"))
        response = browsers["coordinator" if is_staffs else "author"].get(path, 200)
        html = response.get_data(as_text=True)
        found = active_parts(html)
        assert not found, f"{path}: {found}"
        read += "alert(1)" in html
    assert read > 100, "The payloads should be read as text on most of these pages."


def active_parts(html: str) -> list[str]:
    """What in a page would run or load something that is not ours."""
    found = []
    for element in pages_check.parse(html).walk():
        if element.tag in {"iframe", "base", "math", "x", "object", "embed"}:
            found.append(f"<{element.tag}>")
        if element.tag == "meta" and element.has("http-equiv") and element["http-equiv"] == "refresh":
            found.append("<meta refresh>")
        found += [f"<{element.tag} {name}>" for name in element.attributes if name.startswith("on")]
        if element.tag == "script" and not element.get("src").startswith("/static/"):
            found.append("<script>")
        for name in ("href", "src", "action"):
            address = element.get(name).strip().lower()
            if address.startswith(("javascript:", "data:text", "vbscript:", "//evil.", "http://evil.")):
                found.append(f"{name}={address[:40]}")
    return found


def test_active_parts_would_be_found() -> None:
    quiet = {"javascript:alert(1)", "[x](javascript:alert(1))", "{{7*7}} ${7*7} <%= 7*7 %> #{7*7}"}
    found = [payload for payload in PAYLOADS if active_parts(f"<p>{payload}</p>")]

    assert not quiet & set(found)
    assert len(found) >= 12


def test_whatever_is_asked_for_is_not_answered_with_it(client: Client, make: Maker) -> None:
    make.contribution()
    names = ("q", "field", "place", "next", "done", "number", "lang", "page", "kind", "per")
    for payload in PAYLOADS:
        for path in (f"{BASE}/register", "/code", "/sign-in"):
            response = client.get(path, query_string=dict.fromkeys(names, payload))
            assert not active_parts(response.get_data(as_text=True)), path


def test_the_table_carries_the_words_and_no_formula(client: Client, make: Maker) -> None:
    for payload in PAYLOADS:
        make.contribution(text=payload)

    table = client.get("/dialogues/probe/register.csv", 200).get_data(as_text=True)

    rows = list(csv.reader(io.StringIO(table.removeprefix("\ufeff")), delimiter=";"))
    assert len(rows) == len(PAYLOADS) + 1
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r") and cell]


# ------------------------------------------------------------------------------------------------------ R69


def test_nothing_is_asked_for_but_the_words(client: Client, make: Maker) -> None:
    """A person comes, joins, writes and votes, and leaves every optional field empty."""
    make.event()
    make.poll(needs=1)
    client.post_form("/dialogues/probe/join", {"code": "EVENT7"}, 200)
    code = client.page.find("p", class_="vs-code").text
    person = Client(client.app).enter(code)
    form = person.form("/dialogues/probe/contribute/need")
    assert form.names == {"_key", "text", "field", "municipality", "language"}
    person.follow(person.send(form, {"text": "Ein Bus.", "field": "sprache", "municipality": "county"}, 303))
    poll = "/dialogues/probe/polls/1"
    person.get(poll, 200)
    assert {re.sub(r"\d+", "", name) for name in person.form_here(f"{poll}/vote").names} <= {
        "_key",
        "item-",
        # The points this person has given, so that no other window overwrites them.
        "seen",
        "step",
        "at",
    }


FORBIDDEN = re.compile(
    r"\b(ip|ip_address|remote_addr|user_agent|fingerprint|last_seen|mail|email|phone|telephone|birth\w*"
    r"|nationality|religion|gender|first_name|last_name|surname|address)\b"
)


def test_no_table_has_a_column_for_what_nobody_needs(app: Flask) -> None:
    with app.app_context():
        inspector = inspect(db.engine)
        columns = {
            f"{table}.{column['name']}"
            for table in inspector.get_table_names()
            for column in inspector.get_columns(table)
        }
    assert len(columns) > 150
    found = {column for column in columns if FORBIDDEN.search(column.split(".")[1])}
    # Only who asks to be told by mail gives an address, and it is not the one of their device.
    assert found == {"mail_addresses.address"}
    assert FORBIDDEN.search("user_agent")


def test_no_address_and_no_browser_is_written_down(app: Flask, make: Maker, client: Client) -> None:
    make.event()
    inner = client.inner
    inner.environ_base.update({"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": "Wanderer/7.3"})
    client.post_form("/dialogues/probe/join", {"code": "EVENT7"}, 200)
    client.enter(client.page.find("p", class_="vs-code").text)
    client.post_form(
        "/dialogues/probe/contribute/need",
        {"text": "Ein Bus.", "field": "sprache", "municipality": "county"},
        303,
    )
    with app.app_context(), db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM contributions").scalar() == 1
        for table in inspect(connection).get_table_names():
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"'):
                assert "203.0.113.77" not in repr(row)
                assert "Wanderer" not in repr(row)


def test_the_journal_knows_no_words(app: Flask, make: Maker) -> None:
    author = make.participant()
    make.contribution(text="Ganz bestimmte Worte", author=author)
    with app.app_context():
        assert db.session.get(Contribution, 1) is not None
        rows = db.session.connection().exec_driver_sql("SELECT actor, fact, payload FROM journal").all()
    assert rows
    assert "bestimmte" not in repr(rows)
