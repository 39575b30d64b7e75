"""A failure of a figure's test names the next step."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from figurepress.names import BASELINE
from tests.support.fixtures import pytest_runtest_makereport

ADVICE = "\nlook: make review FIGURE=bars\napprove: make accept FIGURE=bars"


@pytest.fixture
def report(tmp_path, monkeypatch):
    """Returns the report of a failed test of the figure ``bars``: of its picture, or another."""
    monkeypatch.chdir(tmp_path)
    BASELINE.mkdir(parents=True)

    def report(text: str, is_picture: bool = True, module: str = "figures/test_bars.py"):
        marker = SimpleNamespace(kwargs={"filename": "bars.png"}) if is_picture else None
        item = SimpleNamespace(path=Path("tests", module), get_closest_marker=lambda name: marker)
        wrapper = pytest_runtest_makereport(item)
        next(wrapper)
        with pytest.raises(StopIteration) as end:
            wrapper.send(SimpleNamespace(failed=True, longrepr=text, sections=[]))
        return end.value.value

    return report


def test_changed_picture_states_pixels_and_commands(report):
    approved = np.zeros((9, 9, 3), np.uint8)
    drawn = approved.copy()
    drawn[3, 7] = 255
    for name, picture in ((BASELINE / "bars.png", approved), ("result.png", drawn)):
        Image.fromarray(picture).save(name)
    text = f"Error: Image files did not match.\n  Expected:  \n    {BASELINE}/bars.png\n"
    found = report(f"{text}  Actual:    \n    result.png\n  Tolerance: \n    0").longrepr
    assert found == f"bars.png: changed, 1 pixel in rows 3 to 3, columns 7 to 7{ADVICE}"


def test_picture_without_baseline_is_not_approved(report):
    assert report("Image file not found").longrepr == f"bars.png: not approved yet{ADVICE}"


def test_error_in_an_image_test_is_kept(report):
    (BASELINE / "bars.png").touch()
    assert report("ValueError: a reason").longrepr == "ValueError: a reason"


def test_other_failure_names_figure_and_files(report):
    ((title, advice),) = report("assert 1 == 2", is_picture=False).sections
    assert title == "next step"
    assert advice == (
        "figure bars: correct scripts/bars.py; or, if the new value is intended, correct "
        "tests/figures/test_bars.py and prompts/bars.md"
    )


def test_failure_of_other_modules_is_left_alone(report):
    assert report("assert 1 == 2", is_picture=False, module="lecture/test_x.py").sections == []
