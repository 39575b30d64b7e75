"""The specification of a figure mentions what its tests use, and no test is turned off."""

from types import ModuleType

import pytest
from matplotlib.figure import Figure

from tests.support.tests_follow_prompt import not_in_prompt, problems

SCRIPT = ModuleType("scripts.bars")
CODE = """
from dataclasses import dataclass
from functools import cache
@dataclass(frozen=True)
class Numbers:
    heights: float
def compute(): ...
@cache
def grow(): ...
"""
exec(CODE, vars(SCRIPT))


def figure(*gids: str) -> Figure:
    drawn = Figure()
    for gid in gids:
        drawn.text(0, 0, "", gid=gid)
    return drawn


@pytest.mark.parametrize(
    ("test", "body"),
    [
        ("from scripts.bars import compute, grow", "Call `grow(x)`."),
        ("numbers.heights.max()", "The field `heights`, `x`."),
        ('by_gid(figure, "top-bar")', "With the gid `top-bar`."),
        ('all_by_gid(figure, "bar-3")', "The bars `bar-0` to `bar-5`."),
        ('by_gid(figure, "bar-3-1")', "The bars `bar-ROW-COLUMN`."),
    ],
)
def test_names_must_be_in_backticks(test, body):
    drawn = figure("top-bar", "bar-3", "bar-3-1")
    assert not_in_prompt(test, body, SCRIPT, drawn) == []
    assert len(not_in_prompt(test, body.replace("`", ""), SCRIPT, drawn)) == 1


def test_similar_gid_is_not_enough():
    test, body = 'by_gid(figure, "bar-3")', "The bar `bar`, not `bar-3-1`."
    assert not_in_prompt(test, body, SCRIPT, figure("bar-3")) == ["bar-3"]


PICTURE = '@image_test("bars")\ndef test_picture(picture):\n    return picture\n'


@pytest.mark.parametrize(
    ("tests", "problem"),
    [
        (
            "@pytest.mark.skipif(True)\ndef test_x(): assert x",
            "turns tests off; remove mark.skipif",
        ),
        ("pytestmark = pytest.mark.slow", "turns tests off; remove mark.slow"),
        ("param(1, marks=pytest.mark.xfail)", "turns tests off; remove mark.xfail"),
        ("def test_x():\n    pytest.skip()\n    assert x", "turns tests off; remove pytest.skip"),
        ("def test_x():\n    return", "test_x: asserts nothing; add an assert"),
        (
            "@pytest.mark.claim('a')\ndef check(): assert x",
            "check: does not run; begin its name with test_",
        ),
        (PICTURE, f"the picture must be compared once; write\n{PICTURE}"),
    ],
)
def test_tests_that_prove_nothing_are_reported(tests, problem):
    assert problems(f"{PICTURE}\n{tests}", "bars") == [problem]


def test_renamed_test_of_the_picture_is_reported():
    renamed = PICTURE.replace("test_picture", "picture")
    assert problems(renamed, "bars") == [f"the picture must be compared once; write\n{PICTURE}"]


def test_skip_in_a_comment_or_a_claim_is_accepted():
    claim = "@pytest.mark.claim('slow-skip-connection')\ndef test_x(): assert x"
    assert problems(f"# pytest.mark.skip\n{PICTURE}\n{claim}", "bars") == []


def test_assertion_in_a_function_is_accepted():
    assert problems(f"{PICTURE}\ndef test_x(): assert_equal(x)", "bars") == []
