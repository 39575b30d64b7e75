"""One look for all figures: roles, themes, fonts."""

import os
import subprocess
import sys
from pathlib import Path

from figurepress import look
from figurepress.palette import RAMPS, ROLES

import matplotlib as mpl
import pytest
from matplotlib import font_manager
from matplotlib.colors import to_hex


@pytest.fixture(params=range(len(lecture.THEMES)), ids=lecture.THEMES)
def place(request):
    """A theme's place in the table of roles; inside that theme."""
    with look.theme(lecture.THEMES[request.param]):
        yield request.param


def test_figures_are_as_wide_as_the_lectures_column():
    assert look.WIDTH == 6.5
    for name in lecture.THEMES:
        with look.theme(name):
            assert mpl.rcParams["figure.figsize"][0] == look.WIDTH


@pytest.mark.parametrize("role", ROLES)
def test_role_has_a_colour_of_its_own_in_each_theme(role, place):
    assert look.color(role) == ROLES[role][place]
    assert [other for other in ROLES if ROLES[other][place] == ROLES[role][place]] == [role]


@pytest.mark.parametrize(
    ("role", "key"),
    [("ground", key) for key in ("figure.facecolor", "axes.facecolor", "savefig.facecolor")]
    + [("ink", key) for key in ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.color")]
    + [("ink", key) for key in ("axes.edgecolor", "ytick.color", "patch.edgecolor")]
    + [("grid", "grid.color")],
)
def test_what_names_no_colour_wears_the_themes(role, key, place):
    assert to_hex(mpl.rcParams[key]) == ROLES[role][place], key


def test_first_three_curves_wear_input_kernel_response(place):
    cycle = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    assert cycle == [ROLES[role][place] for role in ("input", "kernel", "response")]


def test_maps_end_where_their_ramps_end(place):
    ramps = {name: ramp[place].split() for name, ramp in RAMPS.items()}
    assert to_hex(look.diverging()(0.0)) == ramps["below"][-1]
    assert to_hex(look.diverging()(1.0)) == ramps["above"][-1]
    assert to_hex(look.sequential()(1.0)) == ramps["magnitude"][-1]


def test_settings_of_the_user_do_not_reach_a_figure():
    settings = {"lines.linewidth": 17, "axes.titlesize": 40, "xtick.major.size": 99}
    with mpl.rc_context(settings), look.theme("light"):
        assert mpl.rcParams["lines.linewidth"] < 3
        assert mpl.rcParams["axes.titlesize"] != 40
        assert mpl.rcParams["xtick.major.size"] == mpl.rcParamsDefault["xtick.major.size"]


def test_theme_leaves_no_trace():
    before = dict(mpl.rcParams)
    with look.theme("dark"):
        assert dict(mpl.rcParams) != before
    assert dict(mpl.rcParams) == before


def test_no_font_of_the_machine_stands_in():
    brought = Path(mpl.get_data_path())
    fonts = [Path(font.fname) for font in font_manager.fontManager.ttflist]
    assert fonts
    assert [font for font in fonts if brought not in font.parents] == []


def test_list_of_fonts_of_another_matplotlib_does_no_harm(tmp_path):
    """All Pythons of a user share one, and it may name none of the fonts that ours brings."""
    fonts = font_manager.FontManager.__new__(font_manager.FontManager)
    fonts.__dict__ |= font_manager.fontManager.__dict__ | {"ttflist": []}
    file = tmp_path / f"fontlist-v{font_manager.FontManager.__version__}.json"
    font_manager.json_dump(fonts, file)
    find = "from lecture import style; print(style.font_manager.findfont('DejaVu Sans'))"
    found = subprocess.run(
        [sys.executable, "-c", find],
        env=os.environ | {"MPLCONFIGDIR": str(tmp_path), "PYTHONPATH": "scripts"},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
    )
    assert found.stderr == ""
    assert Path(found.stdout.strip()) == Path(mpl.get_data_path(), "fonts/ttf/DejaVuSans.ttf")
