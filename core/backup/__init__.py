"""Backups: one file with the whole database, one of their own for the keys, and the way back.

A backup is a ZIP file of a manifest and the database: of SQLite a copy made by its online backup, of
PostgreSQL a dump by `pg_dump`. Keys are never in it: whoever finds the file learns no code and can sign
nothing. What is restored is looked at closely first, and what it replaces is kept beside it.

`copies` is what a command does, `archive` the file, `databases` the two kinds of databases.
"""

from __future__ import annotations

from core.backup.archive import Manifest, NotABackup, Refused
from core.backup.copies import Restored, make, make_of_keys, restore, restore_keys, verify

__all__ = [
    "Manifest",
    "NotABackup",
    "Refused",
    "Restored",
    "make",
    "make_of_keys",
    "restore",
    "restore_keys",
    "verify",
]
