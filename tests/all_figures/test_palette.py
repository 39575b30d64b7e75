"""Colours can be told apart: in both themes, with colour-vision deficiencies, in grey print."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from figure_gate.check_palette import contrast, hex_to_linear, linear_to_cam02ucs, simulate
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from figurepress import look
from figurepress.palette import RAMPS, ROLES, SERIES, THEMES

VISIONS = ("normal", "protan", "deutan")
LEAST_DISTANCE = 20  # in CAM02-UCS, as CVD_TARGET in pyproject.toml
LEAST_DIFFERENCE_IN_GREY = 4.5  # that of the default series in the light theme is 4.55
# Roles of lines that share panels, and of the two classes. Classes also have their own markers,
# so they can share a panel with lines of any role.
TOGETHER = (("input", "kernel", "response", "reference"), ("positive", "negative", "reference"))
TEXT_ROLES = ("foreground", "input", "kernel", "response", "reference")
MARK_ROLES = ("positive", "negative", "highlight")


def seen(color: str, vision: str = "normal") -> np.ndarray:
    """A colour in CAM02-UCS as seen with this colour vision."""
    linear = hex_to_linear(color)
    return np.array(linear_to_cam02ucs(linear if vision == "normal" else simulate(linear, vision)))


def distance(a: str, b: str, vision: str = "normal") -> float:
    return float(np.linalg.norm(seen(a, vision) - seen(b, vision)))


def lightness(color: str) -> float:
    """What a grey print keeps of a colour: its first coordinate in CAM02-UCS."""
    return float(seen(color)[0])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("roles", "ratio"), [(TEXT_ROLES, 4.5), (MARK_ROLES, 3)], ids=["text", "marks"]
)
def test_roles_stand_out_from_the_background(roles, ratio, theme):
    place = THEMES.index(theme)
    for role in roles:
        found = contrast(ROLES[role][place], ROLES["background"][place])
        assert found >= ratio, (
            f"{role}, {theme}: contrast {found:.2f}:1 to the background, below {ratio}:1; "
            "change it under colors: in config.yaml, or in src/figurepress/palette.py"
        )


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("roles", TOGETHER)
def test_roles_of_a_panel_differ(roles, theme, vision):
    place = THEMES.index(theme)
    for a, b in combinations(roles, 2):
        found = distance(ROLES[a][place], ROLES[b][place], vision)
        assert found >= LEAST_DISTANCE, f"{a} and {b}, {theme}, {vision}: {found:.1f}"


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", THEMES)
def test_any_two_series_differ(theme, vision):
    for a, b in combinations(SERIES[theme], 2):
        found = distance(a, b, vision)
        assert found >= LEAST_DISTANCE, f"{a} and {b}, {theme}, {vision}: {found:.1f}"


@pytest.mark.parametrize("theme", THEMES)
def test_any_two_series_differ_in_grey(theme):
    for a, b in combinations(SERIES[theme], 2):
        difference = abs(lightness(a) - lightness(b))
        assert difference >= LEAST_DIFFERENCE_IN_GREY, f"{a} and {b}, {theme}"


@pytest.mark.parametrize("theme", THEMES)
def test_series_stand_out_from_the_background(theme):
    background = ROLES["background"][THEMES.index(theme)]
    assert min(contrast(color, background) for color in SERIES[theme]) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_series_have_no_color_of_a_role(theme):
    roles = {colors[THEMES.index(theme)] for colors in ROLES.values()}
    assert not roles & set(SERIES[theme])


@pytest.mark.parametrize("theme", THEMES)
def test_series_are_those_of_the_active_theme(theme):
    with look.theme(theme):
        assert look.series() == SERIES[theme]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("name", "zero"), [("diverging", 0.5), ("sequential", 0.0)])
def test_zero_has_the_color_of_the_background(name, zero, theme):
    with look.theme(theme):
        assert to_hex(getattr(look, name)()(zero)) == look.color("background")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ramp", RAMPS)
def test_steps_of_a_map_look_equal(ramp, theme):
    """Equal means within one unit of CAM02-UCS; the first step of the dark theme counts as two."""
    colors = RAMPS[ramp][THEMES.index(theme)].split()
    steps = [distance(a, b) for a, b in pairwise(colors)]
    steps[0] /= 2 if theme == "dark" else 1
    assert np.ptp(steps) < 1, f"{ramp}, {theme}: {np.round(steps, 1)}"


@pytest.mark.parametrize("theme", THEMES)
def test_cell_of_zero_has_a_visible_edge(theme):
    with look.theme(theme):
        mesh = look.heatmap(Figure().subplots(), np.zeros((2, 2)), look.diverging(), (-1, 1))
        assert contrast(to_hex(mesh.get_edgecolor()[0]), look.color("background")) > 2
    assert mesh.get_linewidth() >= 0.6
