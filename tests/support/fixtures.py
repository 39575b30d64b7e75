"""Fixtures for the tests of one figure: its numbers, its drawing, its prompt."""

import re
from collections.abc import Callable, Generator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from figurepress.build import pictures
from figurepress.names import BASELINE
from figurepress.project import prompts
from figurepress.project.prompts import Prompt
from tests.support.drawings import Drawing, Drawings


@pytest.fixture(scope="session")
def drawings() -> Callable[[str], Drawings]:
    """Returns the drawings of a figure. Keeps one figure only: tests are sorted by figure."""
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
) -> Drawing:
    """The figure drawn in the theme of this test."""
    return drawings(_stem(request)).by_theme[theme]


@pytest.fixture(scope="module")
def prompt(request: pytest.FixtureRequest) -> Prompt:
    """The prompt of the figure."""
    return prompts.read(Path("prompts") / f"{_stem(request)}.md")


def _stem(request: pytest.FixtureRequest) -> str:
    return request.path.stem.removeprefix("test_")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Add the next step to the failure of a figure's test.

    A picture that is not approved is reported in one sentence.
    """
    report = yield
    if not report.failed or item.path.parent.name != "figures":
        return report
    stem = item.path.stem.removeprefix("test_")
    if change := _change_of_picture(stem, item, str(report.longrepr)):
        report.longrepr = (
            f"{change}\nlook: make review FIGURE={stem}\napprove: make accept FIGURE={stem}"
        )
    else:
        advice = (
            f"figure {stem}: correct scripts/{stem}.py; or, if the new value is intended, correct "
            f"tests/figures/test_{stem}.py and prompts/{stem}.md"
        )
        report.sections.append(("next step", advice))
    return report


def _change_of_picture(stem: str, item: pytest.Item, message: str) -> str:
    """How the picture of an image test differs; "" if another test failed, or its code."""
    if not (marker := item.get_closest_marker("mpl_image_compare")):
        return ""
    picture = marker.kwargs["filename"]
    if not (BASELINE / picture).exists():
        return f"{picture}: not approved yet"
    files = re.findall(r"(?:Expected|Actual): *\n? *(.+\.png)", message)
    if len(files) != 2:
        return ""
    approved, drawn = (pictures.read(Path(file)) for file in files)
    return pictures.Change(stem, picture, approved, drawn).describe()
