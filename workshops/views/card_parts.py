"""What pages about cards share: the lists of their form, and what was chosen in it."""

from __future__ import annotations

from core.web import current_actor
from dialog.queries import dialogues as dialogue_queries
from region import queries as region_queries
from region.models import ActionField, Municipality
from workshops.card_forms import CardForm
from workshops.queries.boards import BoardHere


def offer_places(form: CardForm, here: BoardHere) -> None:
    """Fill the lists of a card's form; a group without a topic is asked for one of the dialogue."""
    fields = here.group.fields or dialogue_queries.fields_of(here.event.dialogue)
    form.offer(fields, region_queries.visible_places(current_actor()))


def chosen(form: CardForm, here: BoardHere) -> tuple[ActionField, Municipality | None]:
    """Topic and place of a card as they were chosen. Raises NotFound for what is on no list."""
    actor = current_actor()
    return (
        region_queries.access_field(actor, here.event.dialogue.field_set_id, form.field.data),
        region_queries.access_municipality(actor, form.place) if form.place else None,
    )
