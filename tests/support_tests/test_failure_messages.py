"""Failures of the tests of a figure state the next step."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from figurepress.names import BASELINE
from tests.support.failure_messages import pytest_runtest_makereport, pytest_terminal_summary

ADVICE = "\nlook: make review FIGURE=bars\napprove: make accept FIGURE=bars"


@pytest.fixture
def message(tmp_path, monkeypatch):
    """Returns a function from pytest-mpl's report of a failed test of ``bars`` to our report."""
    monkeypatch.chdir(tmp_path)
    BASELINE.mkdir(parents=True)

    def message(text: str) -> str:
        item = SimpleNamespace(
            path=Path("tests/figures/test_bars.py"),
            get_closest_marker=lambda name: SimpleNamespace(kwargs={"filename": "bars.png"}),
        )
        wrapper = pytest_runtest_makereport(item)
        next(wrapper)
        with pytest.raises(StopIteration) as end:
            wrapper.send(SimpleNamespace(failed=True, longrepr=text))
        report = end.value.value  # the exception contains what the wrapper returns
        return report.longrepr

    return message


def test_changed_picture_states_pixels_and_commands(message):
    approved = np.zeros((9, 9, 3), np.uint8)
    drawn = approved.copy()
    drawn[3, 7] = 255
    Image.fromarray(approved).save(BASELINE / "bars.png")
    Image.fromarray(drawn).save("result.png")
    report_of_pytest_mpl = (
        f"Error: Image files did not match.\n  Expected:  \n    {BASELINE}/bars.png\n"
        "  Actual:    \n    result.png\n  Tolerance: \n    0"
    )
    found = message(report_of_pytest_mpl)
    assert found == f"bars.png: changed, 1 pixel in rows 3 to 3, columns 7 to 7{ADVICE}"


def test_picture_without_baseline_is_not_approved(message):
    assert message("Image file not found") == f"bars.png: not approved yet{ADVICE}"


def test_error_in_an_image_test_is_kept(message):
    (BASELINE / "bars.png").touch()
    assert message("ValueError: a reason") == "ValueError: a reason"


def test_next_step_is_stated_once_per_figure():
    files = ["tests/figures/test_bars.py", "tests/figures/test_bars.py", "tests/lecture/test_x.py"]
    failed = [SimpleNamespace(fspath=file) for file in files]
    lines = []
    pytest_terminal_summary(SimpleNamespace(stats={"failed": failed}, write_line=lines.append))
    (line,) = lines
    assert line.startswith("figure bars: correct scripts/bars.py or prompts/bars.md; or, if")
