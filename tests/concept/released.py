"""What the tests of versions share: releasing, and the bundle of what was released."""

from __future__ import annotations

from flask import current_app

from concept import bundle
from concept.actions import blocks, versions
from concept.models import Version
from concept.queries import versions as queries
from concept.release import freeze
from core.actor import OPERATOR
from tests import factories
from tests.concept import ground


def release(note: str = "") -> Version:
    """Release what stands in the concept, as the operator."""
    frozen = freeze(OPERATOR, ground.present(), current_app.config["SETTINGS"])
    with factories.change():
        return versions.release_version(OPERATOR, ground.present(), frozen, note=note)


def write(text: str, slug: str = "field-sprache-situation") -> None:
    """Add a paragraph, so that there is something new."""
    with factories.change():
        blocks.write_paragraph(OPERATOR, ground.section(slug), text=text)


def packed(version: Version) -> bytes:
    """The bundle of a version."""
    return bundle.pack(parts(version))


def parts(version: Version) -> dict[str, bytes]:
    """The parts of a version's bundle."""
    return bundle.parts_of(
        manifest=version.manifest,
        signature=version.signature,
        public_key=version.public_key,
        content=version.content,
        records=version.records,
        files=queries.files_of(version),
    )
