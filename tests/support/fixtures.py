"""Fixtures for the tests of one figure: its numbers, its drawing, its prompt."""

from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from matplotlib.figure import Figure

from figurepress import look
from figurepress.project import prompts
from figurepress.project.prompts import Prompt


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
    """Add the next commands to the report of a picture that is not the approved one."""
    report = yield
    if report.failed and item.get_closest_marker("mpl_image_compare"):
        stem = item.path.stem.removeprefix("test_")
        advice = f"make review FIGURE={stem}    # look\nmake accept FIGURE={stem}    # approve"
        report.sections.append(("what to do", advice))
    return report
