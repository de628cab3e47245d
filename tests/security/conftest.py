"""Fixtures of the tests about security."""

from __future__ import annotations

import pytest

from tests.security.matrix import Matrix
from tests.site import Site


@pytest.fixture(scope="session")
def built_matrix(site: Site) -> Matrix:
    """The ground of the matrix, built once per worker."""
    return Matrix(site)


@pytest.fixture
def matrix(built_matrix: Matrix) -> Matrix:
    """The matrix with its ground as it was built."""
    built_matrix.put_back()
    return built_matrix
