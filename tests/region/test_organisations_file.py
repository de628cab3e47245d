"""The table of organisations has the columns of a county's folder, so that it can be put there."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from region import queries
from tests import program
from tests.client import Client
from tests.region import folders

HEAD = "slug,name,kind,area,contact,note\r\n"


def test_the_table_put_into_the_folder_changes_nothing(app: Flask, client: Client, tmp_path: Path) -> None:
    folder = folders.write(tmp_path / "x")
    (folder / "organisations.csv").write_text(
        HEAD + "P01,Hilfe e. V.,Verein,county,+49 7231 308-0,- seit 2015 -\r\n"
    )
    assert program.run(app, "init", str(folder)).exit_code == 0
    (folder / "organisations.csv").write_bytes(client.get("/organisations.csv", 200).data)
    assert program.run(app, "init", str(folder)).exit_code == 0
    with app.app_context():
        found = queries.organisation_of("P01")
        assert found is not None
        assert (found.contact, found.note) == ("+49 7231 308-0", "- seit 2015 -")
