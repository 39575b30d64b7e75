"""Failure messages of the tests of figures: the cause in a sentence, and the next commands.

`figurepress.project.approved_pictures` words the difference between two pictures.
"""

import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from figurepress.names import BASELINE
from figurepress.project import prompts
from figurepress.project.approved_pictures import Change, read
from tests.support.numbers_in_text import Stated


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
    reports = [
        report for kind in ("failed", "error") for report in terminalreporter.stats.get(kind, [])
    ]
    files = {Path(report.fspath) for report in reports}
    for file in sorted(file for file in files if file.parent.name == "figures"):
        stem = file.stem.removeprefix("test_")
        prompt = f"prompts/{stem}.md"
        needs = prompts.read(stem).needs if Path(prompt).is_file() else []
        sources = ", ".join([f"scripts/{stem}.py", prompt, *needs])
        terminalreporter.write_line(
            f"figure {stem}: correct the file that is wrong ({sources}); or, if the change is "
            f"intended, correct the expected values in {file}, look at the picture "
            f"(make review FIGURE={stem}) and approve it (make accept FIGURE={stem})"
        )


def _change_of_picture(stem: str, item: pytest.Item, message: str) -> str:
    """How the picture of an image test differs; "" if this is another test, or its code failed."""
    if not (marker := item.get_closest_marker("mpl_image_compare")):
        return ""
    picture = marker.kwargs["filename"]
    if not (BASELINE / picture).exists():
        return f"{picture}: not approved yet"
    files = re.findall(r"(?:Expected|Actual): *\n? *(.+\.png)", message)
    if len(files) != 2:
        return ""
    approved, drawn = (read(Path(file)) for file in files)
    return Change(stem, picture, approved, drawn).describe()
