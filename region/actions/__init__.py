"""What can be done to the county's own data, by noun."""

from region.actions.county import (
    add_field_set,
    add_figure,
    add_municipality,
    add_publication,
    found_county,
    set_up_county,
)
from region.actions.notices import write_notices
from region.actions.organisations import add_organisation

__all__ = [
    "add_field_set",
    "add_figure",
    "add_municipality",
    "add_organisation",
    "add_publication",
    "found_county",
    "set_up_county",
    "write_notices",
]
