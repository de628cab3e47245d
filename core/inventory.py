"""The inventory of data: what every column, cookie, log field and export holds, why, and for how long.

Each package declares its tables in its `inventory.py`; a column that is not declared fails the tests. From
the inventory come the privacy notice, the record of processing (Art. 30 GDPR), and what a person is given
who asks what is kept about them. So who adds a column decides all of this in one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import MetaData

from core.errors import Sentence
from core.i18n import lazy_gettext as _l


class DataClass(StrEnum):
    """How much harm a column can do in the wrong hands."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SPECIAL = "special"
    SECRET = "secret"  # noqa: S105 - the name of a class


CLASS_LABELS: Mapping[DataClass, Sentence] = {
    DataClass.PUBLIC: _l("public"),
    DataClass.INTERNAL: _l("internal"),
    DataClass.PERSONAL: _l("personal"),
    DataClass.SPECIAL: _l("may tell of beliefs, origin or health (Art. 9)"),
    DataClass.SECRET: _l("secret"),
}


class Basis(StrEnum):
    """What allows us to keep it."""

    TASK = "task"
    CONSENT = "consent"
    SECURITY = "security"
    STAFF = "staff"


BASIS_LABELS: Mapping[Basis, Sentence] = {
    Basis.TASK: _l("Public task (Art. 6 (1) (e) GDPR with the data protection act of the state)"),
    Basis.CONSENT: _l("Your consent (Art. 6 (1) (a) GDPR); you can take it back at any time"),
    Basis.SECURITY: _l(
        "Duty to keep the site safe and to prove what happened (Art. 6 (1) (c), Art. 32 GDPR)"
    ),
    Basis.STAFF: _l("Work for the county or a municipality (data protection act of the state)"),
}


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that is done with data of people, as the privacy notice tells it.

    `kept` says how long in words; `rules` name rules of `core.retention` whose periods are told as well.
    """

    key: str
    title: Sentence
    what: Sentence
    purpose: Sentence
    people: Sentence
    recipients: Sentence
    bases: tuple[Basis, ...] = (Basis.TASK,)
    kept: Sentence = ""
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """What the columns of one table hold; each class names its columns, separated by spaces.

    `person` says how to find a person's rows: the column with their key, or `column>table` where the row
    belongs to the person of another table's row; several ways count together. Columns that hold a key of a
    person are `keys`: personal, but shown to nobody, because they may be another's. `copies` are special
    too, but repeat what stands in another column. `shown` turns a value into words for the person.
    A table with personal columns and without a way to the person says why in `nobody`.
    """

    activity: str
    public: str = ""
    internal: str = ""
    personal: str = ""
    special: str = ""
    secret: str = ""
    keys: str = ""
    copies: str = ""
    title: Sentence = ""
    person: tuple[str, ...] = ()
    rows: Callable[[str], list[dict[str, Any]]] | None = None
    """Where no column leads to the person: a query that gives their rows, by the key."""
    shown: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    nobody: str = ""

    def classes(self) -> dict[str, DataClass]:
        """The class of every declared column."""
        named = (
            (self.public, DataClass.PUBLIC),
            (self.internal, DataClass.INTERNAL),
            (self.personal, DataClass.PERSONAL),
            (self.keys, DataClass.PERSONAL),
            (self.special, DataClass.SPECIAL),
            (self.copies, DataClass.SPECIAL),
            (self.secret, DataClass.SECRET),
        )
        return {column: kind for columns, kind in named for column in columns.split()}

    @property
    def told(self) -> list[str]:
        """The columns a person is given who asks."""
        return [*self.personal.split(), *self.special.split()]

    @property
    def is_personal(self) -> bool:
        """Whether it tells anything of a person."""
        return bool(self.told or self.keys or self.copies)


@dataclass(frozen=True, slots=True)
class Export:
    """A file that people can take away, by its endpoint: what it is and the class of what is in it."""

    what: Sentence
    kind: DataClass


ACTIVITIES: dict[str, Activity] = {}
TABLES: dict[str, Table] = {}
COLUMN_LABELS: dict[str, Sentence] = {}
CODES: dict[str, dict[str, Sentence]] = {}
"""What people read for the short words that stand in a column, by its name."""
EXPORTS: dict[str, Export] = {}
COOKIES: dict[str, DataClass] = {}


def declare(
    *,
    activities: Iterable[Activity] = (),
    tables: Mapping[str, Table] | None = None,
    labels: Mapping[str, Sentence] | None = None,
    exports: Mapping[str, Export] | None = None,
    cookies: Mapping[str, DataClass] | None = None,
    codes: Mapping[str, Mapping[str, Sentence]] | None = None,
) -> None:
    """Add a package's part. People read `labels` for a column's name and `codes` for its words."""
    ACTIVITIES.update({activity.key: activity for activity in activities})
    TABLES.update(tables or {})
    COLUMN_LABELS.update(labels or {})
    EXPORTS.update(exports or {})
    COOKIES.update(cookies or {})
    for column, words in (codes or {}).items():
        CODES.setdefault(column, {}).update(words)


def gaps(metadata: MetaData) -> list[str]:
    """What is missing or superfluous, as sentences that say what to write; empty where all is declared."""
    found = []
    for name, table in sorted(metadata.tables.items()):
        declared = TABLES.get(name)
        if declared is None:
            found.append(
                f"{name}: declare this table in the inventory.py of its package, like its neighbours."
            )
            continue
        classes = declared.classes()
        columns = {column.name for column in table.columns}
        found += [
            f"{name}.{column}: declare it as public, internal, personal, special or secret."
            for column in sorted(columns - set(classes))
        ]
        found += [
            f"{name}.{column}: there is no such column; take it out." for column in set(classes) - columns
        ]
        found += _incomplete(name, declared, metadata)
    found += [f"{name}: there is no such table; take it out." for name in set(TABLES) - set(metadata.tables)]
    return found


def _incomplete(name: str, declared: Table, metadata: MetaData) -> list[str]:
    found = []
    if declared.activity not in ACTIVITIES:
        found.append(f"{name}: there is no activity “{declared.activity}”; declare it or name another.")
    if declared.is_personal and not (declared.person or declared.rows or declared.nobody):
        found.append(
            f"{name}: say in `person` how to find the rows of a person, or in `nobody` why nobody can."
        )
    if (declared.person or declared.rows) and not declared.title:
        found.append(f"{name}: give it a `title`; people read it above what is kept about them.")
    for way in declared.person:
        column, _, parent = way.partition(">")
        if column not in metadata.tables[name].columns or (parent and parent not in TABLES):
            found.append(f"{name}: “{way}” leads nowhere; write a column, or column>table.")
    if declared.person or declared.rows:
        found += [
            f"{name}.{column}: add a label for this column; people read it in what is kept about them."
            for column in declared.told
            if column not in COLUMN_LABELS
        ]
    return found


LOG_FIELDS_OF_PEOPLE = frozenset({"actor"})
"""Fields of a log line that stand for a person: a hash that changes every day. All others are internal."""

declare(
    activities=[
        Activity(
            "journal",
            _l("Proof of what happened"),
            _l("Who did what and when, as random keys and numbers: no name, no text, no choice."),
            _l("So that results can be checked and nobody can change them unnoticed."),
            _l("Everybody who takes part, and staff"),
            _l("The coordination and the audit of the county"),
            (Basis.SECURITY,),
            _l(
                "For as long as the dialogue must be provable. When you are erased, your key stands for"
                " nobody any more."
            ),
        ),
        Activity(
            "forms",
            _l("Sending a form once"),
            _l("A random number of the form and of your visit, and the address you were led to."),
            _l("So that a bad connection does not send your words twice."),
            _l("Everybody who sends a form"),
            _l("Nobody"),
            (Basis.SECURITY,),
            rules=("core.forms",),
        ),
        Activity(
            "logs",
            _l("Technical log"),
            _l("Time, kind of page and result of a request. No address of your device, no text, no code."),
            _l("To find faults and attacks."),
            _l("Everybody who visits the site"),
            _l("The administration of the server"),
            (Basis.SECURITY,),
            _l("14 days. People appear as a hash that changes every day."),
        ),
        Activity(
            "erasure",
            _l("Erasing people"),
            _l("A digest that nobody can turn back into a person, and the day."),
            _l("So that nobody who was erased comes back with an old backup."),
            _l("Everybody who had themselves erased"),
            _l("Nobody"),
            (Basis.SECURITY,),
            _l("For as long as there are backups."),
        ),
        Activity(
            "content",
            _l("Content of the site"),
            _l("Dialogues, topics, events, results and the concept; nothing about people."),
            _l("To inform the public."),
            _l("Nobody"),
            _l("Everybody"),
            kept=_l("For as long as the site runs."),
        ),
        Activity(
            "settings",
            _l("Settings of the site"),
            _l("Periods and other settings; nothing about people."),
            _l("To run the site."),
            _l("Nobody"),
            _l("Staff"),
            kept=_l("For as long as the site runs."),
        ),
    ],
    tables={
        "idempotency_keys": Table(
            "forms",
            internal="endpoint answer at",
            secret="scope key digest",  # noqa: S106 - names of columns
        ),
        "journal": Table(
            "journal",
            internal="id",
            personal="at fact payload",
            keys="actor",
            person=("actor",),
            title=_l("Journal"),
        ),
        "seals": Table("journal", internal="seal_no journal_id hash"),
        "seal_heads": Table("journal", internal="head_no seal_no hash at signature"),
        "outgoing_mails": Table(
            "mail",
            internal="id unsubscribe_url message_id tries next_try_at created_at",
            personal="recipient subject body",
            nobody="A letter says what stands on the page, and is gone once it is sent, a day at most.",
        ),
        "mail_counts": Table("mail", internal="day number", secret="whom"),  # noqa: S106
        "erasures": Table("erasure", internal="texts at", secret="digest"),  # noqa: S106
        "retention_periods": Table("settings", internal="rule days changed_at"),
    },
    labels={
        "at": _l("When"),
        "fact": _l("What happened"),
        "payload": _l("Numbers"),
        "created_at": _l("Since"),
        "language": _l("Language"),
        "label": _l("Name shown"),
        "title": _l("Heading"),
        "text": _l("Text"),
        "note": _l("Note"),
        "reason": _l("Reason"),
        "kind": _l("Kind"),
        "number": _l("Number"),
        "visibility": _l("State"),
        "outcome": _l("Outcome"),
        "origin": _l("Came by"),
        "tier": _l("Tier"),
    },
)
