"""All figures have the same colours, settings and fonts."""

from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import font_manager
from matplotlib.colors import to_hex

from figurepress import look
from figurepress.look.theme import SOURCE_FONTS
from figurepress.palette import RAMPS, ROLES, THEMES


@pytest.fixture(params=range(len(THEMES)), ids=THEMES)
def theme_index(request):
    """The index of a theme in THEMES; the test runs inside this theme."""
    with look.theme(THEMES[request.param]):
        yield request.param


def test_figures_have_the_width_of_the_column(theme_index):
    assert look.WIDTH == 6.5
    assert mpl.rcParams["figure.figsize"][0] == look.WIDTH


@pytest.mark.parametrize("role", ROLES)
def test_role_has_a_color_of_its_own(role, theme_index):
    colors = {name: ROLES[name][theme_index] for name in ROLES}
    assert look.color(role) == colors[role]
    assert [name for name in ROLES if colors[name] == colors[role]] == [role]


def test_unknown_role_is_rejected_with_known_ones():
    with look.theme("light"), pytest.raises(ValueError, match="'kernal': no such colour role"):
        look.color("kernal")


@pytest.mark.parametrize(
    ("key", "role"), [("text.color", "foreground"), ("axes.facecolor", "background")]
)
def test_default_colors_come_from_the_theme(key, role, theme_index):
    assert to_hex(mpl.rcParams[key]) == ROLES[role][theme_index]


def test_curves_start_with_input_kernel_response(theme_index):
    cycle = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    assert cycle == [ROLES[role][theme_index] for role in ("input", "kernel", "response")]


def test_on_dark_is_dark_in_both_themes(theme_index):
    dark = THEMES.index("dark")
    signed = look.diverging(on_dark=True)
    assert to_hex(signed(0.5)) == ROLES["background"][dark]
    assert to_hex(signed(1.0)) == RAMPS["above"][dark].split()[-1]


def test_user_settings_are_ignored():
    settings = {"lines.linewidth": 17, "axes.titlesize": 40, "xtick.major.size": 99}
    with mpl.rc_context(settings), look.theme("light"):
        changed = {key: mpl.rcParams[key] for key in settings}
    assert not changed.items() & settings.items()


def test_theme_ends_with_its_context():
    before = dict(mpl.rcParams)
    with look.theme("dark"):
        assert dict(mpl.rcParams) != before
    assert dict(mpl.rcParams) == before


def test_system_fonts_are_ignored():
    with look.theme("light"):
        fonts = {Path(font.fname) for font in font_manager.fontManager.ttflist}
    not_from_matplotlib = {font for font in fonts if Path(mpl.get_data_path()) not in font.parents}
    assert not_from_matplotlib == set(map(Path, SOURCE_FONTS))
