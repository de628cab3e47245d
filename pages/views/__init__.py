"""The pages of this package, by noun."""

from pages.views import figures, home, leaving, notices, organisations, responsibilities, retention
from pages.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "figures",
    "home",
    "leaving",
    "notices",
    "organisations",
    "responsibilities",
    "retention",
]
