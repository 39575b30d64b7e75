"""Failure messages of the tests of figures: the cause in a sentence, and the next commands.

`figurepress.project.approved_pictures` describes the difference between two pictures.
"""

import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from figurepress.names import BASELINE
from figurepress.project.approved_pictures import Diff, read


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Replace the report of an image test that fails by one sentence and the next commands."""
    report = yield
    if report.failed:
        stem = item.path.stem.removeprefix("test_")
        change = _change_of_picture(stem, item, str(report.longrepr))
        if change:
            commands = f"look: make review FIGURE={stem}\napprove: make accept FIGURE={stem}"
            report.longrepr = f"{change}\n{commands}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """State the next step for each figure whose tests failed."""
    stats = terminalreporter.stats
    reports = [*stats.get("failed", []), *stats.get("error", [])]
    files = {Path(report.fspath) for report in reports}
    tests_of_figures = [file for file in files if file.parent.name == "figures"]
    for file in sorted(tests_of_figures):
        stem = file.stem.removeprefix("test_")
        terminalreporter.write_line(
            f"figure {stem}: correct scripts/{stem}.py or prompts/{stem}.md; or, if the change is "
            f"intended, correct the expected values in {file}, look at the picture "
            f"(make review FIGURE={stem}) and approve it (make accept FIGURE={stem})"
        )


def _change_of_picture(stem: str, item: pytest.Item, message: str) -> str:
    """How the picture differs from the approved one; "" if the test did not compare pictures.

    A test without an image, or one that raised an exception, compares none. `message` is the
    report of pytest-mpl, which names the files of both pictures.
    """
    marker = item.get_closest_marker("mpl_image_compare")
    if marker is None:
        return ""
    picture = marker.kwargs["filename"]
    if not (BASELINE / picture).exists():
        return f"{picture}: not approved yet"
    expected = re.search(r"Expected:\s*(.+\.png)", message)
    actual = re.search(r"Actual:\s*(.+\.png)", message)
    if expected is None or actual is None:
        return ""
    approved = read(Path(expected[1]))
    drawn = read(Path(actual[1]))
    return Diff(stem, picture, approved, drawn).describe()
