"""Pages of this package, by noun. Each view fetches, checks the shape, acts, answers."""

from concept.views.blueprint import blueprint

__all__ = ["blueprint"]
