"""Pages of this package, by noun. Each view fetches, checks the shape, acts, answers."""

from workshops.views.blueprint import blueprint

__all__ = ["blueprint"]
