"""The numbers of a figure as text for the page."""

from dataclasses import dataclass

import numpy as np
import pytest

from figurepress.project import numbers_for_page


@dataclass
class Inner:
    x: np.ndarray


@dataclass
class Numbers:
    loss: float
    parts: list[Inner]
    ragged: list[list[int]]


@pytest.fixture
def written(tmp_path, monkeypatch):
    """The texts of constants and numbers, as read back from their file."""
    constants = {
        "STEPS": (1, 2),
        "WORDS": ["well"] * 7,
        "SIZES": Inner(np.array(3)),
        "MODEL": object(),
        "UNEVEN": ((1, 2), (3, (4, 5))),
    }
    parts = [Inner(np.array([[1, 2]])), Inner(np.arange(12.0)), Inner(np.arange(7) > 2)]
    numbers = Numbers(loss=-0.12345, parts=parts, ragged=[[1], [2, 3]])
    monkeypatch.chdir(tmp_path)
    file = numbers_for_page.file("x")
    file.parent.mkdir(parents=True)
    file.write_bytes(numbers_for_page.to_json(constants, numbers))
    return numbers_for_page.read("x")


def test_constants_and_fields_have_a_text(written):
    """Except for objects and sequences that are no arrays: `MODEL`, `UNEVEN` and `ragged`."""
    assert written == {
        "STEPS": "1, 2",
        "WORDS": "",  # a large array
        "SIZES.x": "",  # in a table
        "loss": "−0.1235",
        "parts.0.x": "(1, 2)",
        "parts.1.x": "",
        "parts.2.x": "True for 4 of 7",
    }


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (-4.375, "−4.375"),
        (12345.6, "1.235e+04"),
        ([[3, 16], [17, 5]], "(3, 16), (17, 5)"),
        ([True, False], "True, False"),
        ([], "no values"),
        (["a"] * 7, "7 texts"),
        ([True, False] * 4, "True for 4 of 8"),
        (np.arange(12).reshape(3, 4), "3 × 4 values, 0 to 11"),
        (np.arange(7, dtype=np.float32) / 3, "7 values, 0 to 2"),
    ],
)
def test_few_entries_are_listed_and_many_summarised(values, text):
    assert numbers_for_page.as_text(np.asarray(values)) == text
