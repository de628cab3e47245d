"""Shapes of what staff write about organisations and about who is responsible for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

from core.forms import AtMost, Moment, OneOf, Required
from core.i18n import CONTENT_LANGUAGES, name_in, own_name
from core.i18n import lazy_gettext as _l
from core.plan_forms import BasedForm, Boxes, PlanForm, Text
from core.series_forms import Day
from core.typed import read_date, read_number, written_date, written_number
from dialog.personal_data import names_somebody
from region.actions.organisations import OrganisationFacts
from region.actions.responsibilities import TASK_LIMIT, ResponsibilityFacts
from region.models import ActionField, Municipality, Organisation, Publication, Responsibility
from region.queries import Place
from region.responsibility_files import LIMITS
from region.responsibility_words import FORM_LABELS

FOR_ALL = "all"
"""Stands among the municipalities for all of which nothing else is said."""
NOBODY = "none"
"""Stands among the forms of organisation for nothing being said any more."""

_DAYS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"]
_DAY = _l("Please type the day, such as 19.11.2027, or leave it empty.")


class ContactForm(PlanForm):
    """A form with an office to turn to, which must not be a person."""

    publications: Mapping[str, Publication]
    contact = StringField(
        _l("Contact"),
        [AtMost(LIMITS["contact"])],
        description=_l("An office with its telephone number, never a person. Everybody can read it."),
    )
    person_seen = BooleanField(_l("I have checked: the contact names no person"))
    publication = SelectField(_l("Publication"), validate_choice=False)

    def offer_publications(self, publications: Sequence[Publication]) -> None:
        """Fill the list of sources."""
        self.publications = {one.number: one for one in publications}
        self.publication.choices = [
            Choice("", "–"),
            *(Choice(one.number, f"{one.number} {one.title}") for one in publications),
        ]
        self.publication.data = self.publication.data or ""

    @property
    def names_somebody(self) -> bool:
        """Whether the contact looks as if it named a person."""
        return names_somebody(self.contact.data or "")

    @property
    def source(self) -> Publication | None:
        """The publication that was chosen."""
        return self.publications.get(self.publication.data or "")

    def validate_contact(self, field: StringField) -> None:
        """Ask once more before what may be a person's name is shown to everybody."""
        if self.names_somebody and not self.person_seen.data:
            raise StopValidation(
                _l("This looks like the name of a person. Name the office, or say that you have checked it.")
            )


class OrganisationForm(ContactForm):
    """An organisation with all that is known of it."""

    name = StringField(
        _l("Name"), [Required(_l("Please enter the name of the organisation.")), AtMost(LIMITS["name"])]
    )
    kind = StringField(
        _l("Kind of organisation"),
        [Required(_l("Please say what kind of organisation it is.")), AtMost(LIMITS["kind"])],
        description=_l("In your own word, such as club, authority or welfare association."),
    )
    services = TextAreaField(_l("What it does"), [AtMost(LIMITS["services"])])
    serves_county = BooleanField(_l("It is there for the whole county"))
    places = Boxes(_l("Where it works"))
    fields = Boxes(_l("Topics"))
    languages = Boxes(_l("Languages in which people are served"))
    full_time_posts = StringField(
        _l("Posts for integration"),
        [AtMost(20)],
        description=_l("As full-time posts, such as 2,5. Empty if it is not known."),
    )
    programme = StringField(
        _l("What pays for it"), [AtMost(LIMITS["programme"])], description=_l("Name of the programme.")
    )
    funded_until = DateField(_l("Funded until"), [Moment(_DAY)], format=_DAYS)
    url = StringField(_l("Page on the internet"), [AtMost(LIMITS["url"])])
    note = TextAreaField(_l("Note"), [AtMost(LIMITS["note"])], description=_l("Everybody can read it."))
    ended_on = DateField(
        _l("No longer works here since"),
        [Moment(_DAY)],
        format=_DAYS,
        description=_l("It stays readable but is no longer among those people can turn to."),
    )

    def offer(
        self, places: Sequence[Place], fields: Sequence[ActionField], publications: Sequence[Publication]
    ) -> None:
        """Fill the lists to choose from."""
        self.places.choices = [Choice(place.ags, place.name) for place in places]
        several = len({one.field_set_id for one in fields}) > 1
        self.fields.choices = [
            Choice(
                str(one.id), name_in(one.names) + (f" ({name_in(one.field_set.names)})" if several else "")
            )
            for one in fields
        ]
        self.languages.choices = [Choice(code, own_name(code)) for code in CONTENT_LANGUAGES]
        self.offer_publications(publications)

    def show(self, organisation: Organisation) -> None:
        """Fill in what is known."""
        for name in _PLAIN:
            self[name].data = getattr(organisation, name)
        posts = organisation.full_time_posts
        self.full_time_posts.data = "" if posts is None else written_number(posts)
        self.places.data = [one.ags for one in organisation.places]
        self.fields.data = [str(one.id) for one in organisation.fields]
        self.languages.data = list(organisation.languages)
        self.publication.data = organisation.publication.number if organisation.publication else ""
        self.based_on.data = str(organisation.revision)

    def validate_full_time_posts(self, field: StringField) -> None:
        """Refuse what is no number."""
        if (field.data or "").strip() and read_number(field.data or "") is None:
            raise StopValidation(_l("Please enter a number, such as 2 or 3,5."))

    def facts(
        self, places: Mapping[str, Municipality], fields: Mapping[str, ActionField]
    ) -> OrganisationFacts:
        """What was sent, as the action takes it; `places` by key, `fields` by id. For valid forms."""
        written: dict[str, Any] = {name: self[name].data for name in _PLAIN}
        for name in _PLAIN:
            if written[name] is None and name not in {"funded_until", "ended_on"}:
                written[name] = ""
        return OrganisationFacts(
            **written,
            full_time_posts=read_number(self.full_time_posts.data or ""),
            places=[places[key] for key in self.places.data or [] if key in places],
            fields=[fields[key] for key in self.fields.data or [] if key in fields],
            languages=list(self.languages.data or []),
            publication=self.source,
        )


_PLAIN = (
    "name",
    "kind",
    "services",
    "serves_county",
    "programme",
    "funded_until",
    "contact",
    "url",
    "note",
    "ended_on",
)


class ResponsibilityForm(ContactForm):
    """Who does a task for some of the municipalities."""

    places = Boxes(_l("For which municipalities?"))
    form = RadioField(
        _l("Who does it?"),
        [OneOf(_l("Please choose who does it."))],
        choices=[
            *(Choice(*pair) for pair in FORM_LABELS.items()),
            Choice(NOBODY, _l("nothing is stated any more")),
        ],
        validate_choice=False,
    )
    organisations = Boxes(_l("Through which organisations?"))
    since = StringField(
        _l("Since when?"),
        [Day(), AtMost(20)],
        description=_l("As precise as known: 2027, 09.2027 or 30.09.2027."),
    )
    note = TextAreaField(_l("Note"), [AtMost(LIMITS["note"])], description=_l("Everybody can read it."))

    def validate_places(self, field: Boxes) -> None:
        """Refuse to say something of no place."""
        if not field.data:
            raise StopValidation(_l("Please choose at least one municipality."))
        if FOR_ALL in field.data and len(field.data) > 1:
            raise StopValidation(
                _l("Please choose either single municipalities, or all of which nothing else is stated.")
            )

    def show(self, said: Responsibility) -> None:
        """Fill in what is said."""
        self.form.data, self.contact.data, self.note.data = said.form, said.contact, said.note
        self.since.data = written_date(said.since)
        self.organisations.data = [one.slug for one in said.organisations]
        self.publication.data = said.publication.number if said.publication else ""

    def facts(self, organisations: Mapping[str, Organisation]) -> ResponsibilityFacts | None:
        """What was sent, as the action takes it; `organisations` by slug. Ask on a valid form only."""
        if self.form.data == NOBODY:
            return None
        return ResponsibilityFacts(
            self.form.data or "",
            [organisations[slug] for slug in self.organisations.data or [] if slug in organisations],
            contact=self.contact.data or "",
            since=read_date(self.since.data or "") or "",
            note=self.note.data or "",
            publication=self.source,
        )


class TaskForm(PlanForm):
    """The name of a task in several languages."""

    TEXTS: ClassVar[dict[str, Text]] = {"title": Text(_l("Name of the task"), TASK_LIMIT)}
    title = StringField(
        _l("Name of the task"), [Required(_l("Please enter the name of the task.")), AtMost(TASK_LIMIT)]
    )


class RemovalForm(BasedForm):
    """Confirms that a task goes with all that was said of it."""

    sure = BooleanField(_l("Yes, remove it with all that was stated"))

    def validate_sure(self, field: BooleanField) -> None:
        """Refuse what was not meant."""
        if not field.data:
            raise StopValidation(_l("Please confirm that you mean it."))
