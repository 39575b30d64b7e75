"""Fixtures for the tests of one figure: its numbers, its drawing, its prompt."""

import re
from collections.abc import Callable, Generator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from figurepress.build import approved_pictures
from figurepress.names import BASELINE
from figurepress.project import prompts
from figurepress.project.prompts import Prompt
from tests.support.drawings import Drawings, Picture
from tests.support.words import Stated


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
) -> Picture:
    """The picture in the theme of this test."""
    return Picture(drawings(_stem(request)).by_theme[theme].png)


@pytest.fixture(scope="module")
def prompt(request: pytest.FixtureRequest) -> Prompt:
    """The prompt of the figure."""
    return prompts.read(_stem(request))


def _stem(request: pytest.FixtureRequest) -> str:
    return request.path.stem.removeprefix("test_")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Report a picture that is not approved in one sentence, with the next commands."""
    report = yield
    stem = item.path.stem.removeprefix("test_")
    if report.failed and (change := _change_of_picture(stem, item, str(report.longrepr))):
        report.longrepr = (
            f"{change}\nlook: make review FIGURE={stem}\napprove: make accept FIGURE={stem}"
        )
    return report


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Explain which number of a text differs from those that a test expects."""
    if op == "==" and isinstance(left, Stated) and isinstance(right, list):
        return [left.difference(right)]
    return None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """State the next step for each figure whose tests failed."""
    reports = [it for kind in ("failed", "error") for it in terminalreporter.stats.get(kind, [])]
    files = {Path(report.fspath) for report in reports}
    for file in sorted(it for it in files if it.parent.name == "figures"):
        stem = file.stem.removeprefix("test_")
        terminalreporter.write_line(
            f"figure {stem}: correct scripts/{stem}.py; or, if the change is intended, correct "
            f"prompts/{stem}.md and the expected values in {file}, look at the picture "
            f"(make review FIGURE={stem}) and approve it (make accept FIGURE={stem})"
        )


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
    approved, drawn = (approved_pictures.read(Path(file)) for file in files)
    return approved_pictures.Change(stem, picture, approved, drawn).describe()
