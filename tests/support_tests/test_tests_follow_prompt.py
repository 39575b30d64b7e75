"""The specification of a figure mentions what its tests use."""

from types import ModuleType

import pytest
from matplotlib.figure import Figure

from tests.support.tests_follow_prompt import not_in_prompt

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


def test_similar_id_is_not_enough():
    test, body = 'by_gid(figure, "bar-3")', "The bar `bar`, not `bar-3-1`."
    assert not_in_prompt(test, body, SCRIPT, figure("bar-3")) == ["bar-3"]
