"""Fixtures for the tests of one figure: its numbers, its drawing, its prompt."""

import re
from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from matplotlib.figure import Figure

from figurepress import look
from figurepress.names import BASELINE
from figurepress.project import prompts
from figurepress.project.prompts import Prompt
from figurepress.tools import pictures


@pytest.fixture(scope="module")
def script(request: pytest.FixtureRequest) -> ModuleType:
    """The script of the figure that the test module is named after."""
    return import_module(f"scripts.{_stem(request)}")


@pytest.fixture(scope="module")
def numbers(script: ModuleType) -> Any:
    """What compute() of the figure returns."""
    return script.compute()


@pytest.fixture(scope="module")
def figure(script: ModuleType, numbers: Any) -> Figure:
    """The figure drawn in the light theme and laid out."""
    with look.theme("light"):
        figure = script.draw(numbers)
        figure.draw_without_rendering()
    return figure


@pytest.fixture(scope="module")
def prompt(request: pytest.FixtureRequest) -> Prompt:
    """The prompt of the figure."""
    return prompts.read(Path("prompts") / f"{_stem(request)}.md")


def _stem(request: pytest.FixtureRequest) -> str:
    return request.path.stem.removeprefix("test_")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Report a picture that is not approved in one sentence, with the next commands."""
    report = yield
    if report.failed and (marker := item.get_closest_marker("mpl_image_compare")):
        stem, picture = item.path.stem.removeprefix("test_"), marker.kwargs["filename"]
        files = re.findall(r"(?:Expected|Actual): *\n? *(.+\.png)", str(report.longrepr))
        if not (BASELINE / picture).exists():
            change = f"{picture}: not approved yet"
        elif len(files) == 2:
            approved, drawn = (pictures.read(Path(file)) for file in files)
            change = pictures.Change(stem, picture, approved, drawn).describe()
        else:  # the test itself failed
            return report
        advice = f"look: make review FIGURE={stem}\napprove: make accept FIGURE={stem}"
        report.longrepr = f"{change}\n{advice}"
    return report
