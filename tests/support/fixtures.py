"""Fixtures for the tests of one figure: its numbers, its drawing, its prompt."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pytest
from matplotlib.figure import Figure

from figurepress.project import prompts
from figurepress.project.prompts import Prompt
from tests.support.drawings import Drawings, Picture


@pytest.fixture(scope="session")
def drawings() -> Callable[[str], Drawings]:
    """Returns a function from a stem to its drawings.

    It caches those of one figure only, because pytest runs the tests of one figure together.
    """
    return lru_cache(maxsize=1)(Drawings)


@pytest.fixture(scope="module")
def numbers(drawings: Callable[[str], Drawings], request: pytest.FixtureRequest) -> Any:
    """What compute() of the figure returns."""
    return drawings(_stem(request)).numbers


@pytest.fixture(scope="module")
def figure(drawings: Callable[[str], Drawings], request: pytest.FixtureRequest) -> Figure:
    """The figure drawn in the light theme and laid out."""
    return drawings(_stem(request)).by_theme["light"].figure


@pytest.fixture
def picture(
    drawings: Callable[[str], Drawings], theme: str, request: pytest.FixtureRequest
) -> Picture:
    """The picture in the theme that the decorator `image_test` passes."""
    return Picture(drawings(_stem(request)).by_theme[theme].png)


@pytest.fixture(scope="module")
def prompt(request: pytest.FixtureRequest) -> Prompt:
    """The prompt of the figure."""
    return prompts.read(_stem(request))


def _stem(request: pytest.FixtureRequest) -> str:
    return request.path.stem.removeprefix("test_")
