"""The county and what belongs to it: municipalities, fields of action, organisations, publications, figures.

One county per installation. Official keys (AGS) are text: they begin with zeros.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Names, int_pk, key_str, long_str, short_str

COUNTY_ID = 1
"""The one county has this id; a constraint refuses a second one."""


class County(Base):
    """The county this installation belongs to, and who publishes for it."""

    __tablename__ = "counties"
    __table_args__ = (CheckConstraint(f"id = {COUNTY_ID}", name="only_one"),)

    id: Mapped[int_pk]
    ags: Mapped[str] = mapped_column(String(5), unique=True)
    name: Mapped[short_str]
    state: Mapped[short_str]
    seat: Mapped[short_str]
    population: Mapped[int]
    population_as_of: Mapped[date]
    publisher: Mapped[short_str]
    languages: Mapped[list[str]] = mapped_column(JSON)
    outline: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """The chapters its concepts begin with, as its folder has them; `concept.outline` reads them."""
    list_words: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """How lists of the municipalities name fields and places, as its folder says; see `region.list_words`."""
    outlines: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    """The outlines of its municipalities, as its folder says; see `region.outlines`."""


class Municipality(Base):
    """A town or municipality of the county. `sort_name` puts them in German order; it is not shown."""

    __tablename__ = "municipalities"

    id: Mapped[int_pk]
    ags: Mapped[str] = mapped_column(String(8), unique=True)
    name: Mapped[short_str]
    sort_name: Mapped[short_str] = mapped_column(index=True)
    kind: Mapped[key_str]
    population: Mapped[int]
    population_as_of: Mapped[date]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    pilot: Mapped[bool] = mapped_column(default=False)


class FieldSet(Base):
    """The fields of action that belong together; a dialogue picks one set."""

    __tablename__ = "field_sets"

    id: Mapped[int_pk]
    slug: Mapped[key_str] = mapped_column(unique=True)
    names: Mapped[Names] = mapped_column(JSON)
    fields: Mapped[list[ActionField]] = relationship(
        back_populates="field_set", order_by="ActionField.position", cascade="all, delete-orphan"
    )


class ActionField(Base):
    """A topic: names and descriptions by language code (German always), and how it looks everywhere.

    `icon` and `colour` are one of APPEARANCES in `region.appearance`; `position` counts from 1.
    """

    __tablename__ = "action_fields"
    __table_args__ = (UniqueConstraint("field_set_id", "slug"), UniqueConstraint("field_set_id", "position"))

    id: Mapped[int_pk]
    field_set_id: Mapped[int] = mapped_column(ForeignKey("field_sets.id"))
    slug: Mapped[key_str]
    position: Mapped[int]
    names: Mapped[Names] = mapped_column(JSON)
    descriptions: Mapped[Names] = mapped_column(JSON)
    icon: Mapped[key_str]
    colour: Mapped[key_str]
    field_set: Mapped[FieldSet] = relationship(back_populates="fields")


class Publication(Base):
    """Something published elsewhere that texts and figures rest on; `number` such as S01."""

    __tablename__ = "publications"

    id: Mapped[int_pk]
    number: Mapped[key_str] = mapped_column(unique=True)
    title: Mapped[long_str]
    publisher: Mapped[short_str]
    date_text: Mapped[key_str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(Text, default="")


class Organisation(Base):
    """A provider, club or authority; `kind` is the county's own word for it, such as “freier Träger”.

    What is empty or None is not known. It works either in the whole county (`serves_county`) or at its
    `places`; with neither nobody knows. `contact` is an office, never a person. `revision` counts how often
    staff have written it.
    """

    __tablename__ = "organisations"

    id: Mapped[int_pk]
    slug: Mapped[key_str] = mapped_column(unique=True)
    name: Mapped[short_str]
    kind: Mapped[short_str]
    services: Mapped[str] = mapped_column(Text, default="")
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publications.id"), index=True)
    serves_county: Mapped[bool] = mapped_column(default=False, server_default=false())
    languages: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    """Codes of CONTENT_LANGUAGES in which people are served there."""
    full_time_posts: Mapped[float | None]
    """Posts for integration, as full-time equivalents."""
    programme: Mapped[short_str] = mapped_column(default="", server_default="")
    """What pays for it."""
    funded_until: Mapped[date | None]
    contact: Mapped[str] = mapped_column(String(300), default="", server_default="")
    url: Mapped[str] = mapped_column(String(500), default="", server_default="")
    note: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    ended_on: Mapped[date | None]
    """It no longer works in the county since this day."""
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    publication: Mapped[Publication | None] = relationship()
    places: Mapped[list[Municipality]] = relationship(
        secondary="organisation_places", order_by=Municipality.sort_name
    )
    fields: Mapped[list[ActionField]] = relationship(
        secondary="organisation_fields", order_by=(ActionField.field_set_id, ActionField.position)
    )


class OrganisationPlace(Base):
    """A municipality in which an organisation works."""

    __tablename__ = "organisation_places"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(
        ForeignKey("municipalities.id"), primary_key=True, index=True
    )


class OrganisationField(Base):
    """A field of action in which an organisation works."""

    __tablename__ = "organisation_fields"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("action_fields.id"), primary_key=True, index=True)


class MunicipalTask(Base):
    """A task that every municipality has to see to, such as integration management.

    `revision` counts every change of who does it, so that of two who decide at once the second finds out.
    """

    __tablename__ = "municipal_tasks"

    id: Mapped[int_pk]
    slug: Mapped[key_str] = mapped_column(unique=True)
    names: Mapped[Names] = mapped_column(JSON)
    position: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")


class Responsibility(Base):
    """Who does a task for a municipality; without one it counts for all that have no row of their own.

    A row is never written anew: what no longer holds keeps `replaced_at` and stays as history. `since` is as
    precise as known (2019, 2019-05 or 2019-05-01). `contact` is an office, never a person.
    """

    __tablename__ = "responsibilities"
    __table_args__ = (
        CheckConstraint("form IN ('own', 'county', 'provider', 'joint', 'association')", name="form"),
        Index("ix_responsibilities_task_id_municipality_id", "task_id", "municipality_id"),
    )

    id: Mapped[int_pk]
    task_id: Mapped[int] = mapped_column(ForeignKey("municipal_tasks.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"), index=True)
    form: Mapped[str] = mapped_column(String(15))
    """One of `region.responsibility_words.Form`."""
    contact: Mapped[str] = mapped_column(String(300), default="")
    since: Mapped[str] = mapped_column(String(10), default="")
    note: Mapped[str] = mapped_column(String(1000), default="")
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publications.id"), index=True)
    replaced_at: Mapped[datetime | None]
    task: Mapped[MunicipalTask] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    publication: Mapped[Publication | None] = relationship()
    organisations: Mapped[list[Organisation]] = relationship(
        secondary="responsible_organisations", order_by=Organisation.name
    )


class ResponsibleOrganisation(Base):
    """An organisation that does a task for a municipality."""

    __tablename__ = "responsible_organisations"

    responsibility_id: Mapped[int] = mapped_column(ForeignKey("responsibilities.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True, index=True)


class Figure(Base):
    """A number about the county: one or more `amounts` of a `unit`, as of a date or over a period.

    `as_of` and `period` are as precise as the source: `2021-09-30`, `2019` or `2021-01-01/2021-10-31`.
    """

    __tablename__ = "figures"

    id: Mapped[int_pk]
    number: Mapped[key_str] = mapped_column(unique=True)
    name: Mapped[short_str]
    amounts: Mapped[list[float]] = mapped_column(JSON)
    unit: Mapped[short_str]
    as_of: Mapped[key_str] = mapped_column(default="")
    period: Mapped[key_str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(Text, default="")
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publications.id"), index=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    publication: Mapped[Publication | None] = relationship()
    values: Mapped[list[FigureValue]] = relationship(order_by="FigureValue.as_of")


class FigureValue(Base):
    """What a figure was at another time than the present one (as precise as known), and who says so."""

    __tablename__ = "figure_values"
    __table_args__ = (UniqueConstraint("figure_id", "as_of"),)

    id: Mapped[int_pk]
    figure_id: Mapped[int] = mapped_column(ForeignKey("figures.id"))
    as_of: Mapped[str] = mapped_column(String(10))
    amount: Mapped[float]
    note: Mapped[short_str] = mapped_column(default="")
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publications.id"), index=True)
    publication: Mapped[Publication | None] = relationship()


class CountyNotice(Base):
    """What a public body must say of itself: imprint, data protection, accessibility. One row per county.

    It names offices, never people. `more_imprint` and `barriers` are Markdown of staff with the HTML made of
    them; every other text is plain. What is empty is still to be entered.
    """

    __tablename__ = "county_notices"
    __table_args__ = (CheckConstraint(f"id = {COUNTY_ID}", name="only_one"),)

    id: Mapped[int_pk]
    office_name: Mapped[str] = mapped_column(String(200), default="")
    postal: Mapped[str] = mapped_column(Text, default="")
    represented_by: Mapped[str] = mapped_column(String(200), default="")
    office_phone: Mapped[str] = mapped_column(String(200), default="")
    office_mail: Mapped[str] = mapped_column(String(200), default="")
    more_imprint: Mapped[str] = mapped_column(Text, default="")
    more_imprint_html: Mapped[str] = mapped_column(Text, default="")
    dpo_office: Mapped[str] = mapped_column(Text, default="")
    dpo_mail: Mapped[str] = mapped_column(String(200), default="")
    authority: Mapped[str] = mapped_column(Text, default="")
    accessibility_status: Mapped[str] = mapped_column(String(10), default="")
    barriers: Mapped[str] = mapped_column(Text, default="")
    barriers_html: Mapped[str] = mapped_column(Text, default="")
    checked_on: Mapped[date | None]
    checked_how: Mapped[str] = mapped_column(String(10), default="")
    feedback: Mapped[str] = mapped_column(Text, default="")
    enforcement: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]
