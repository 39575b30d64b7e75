"""The look of all figures: one style sheet, and one table of colour roles."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
import matplotlib.style
from cycler import cycler
from matplotlib import font_manager
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_hex

WIDTH = 6.5  # inches: the lecture's text column, 650 CSS px at 100 px per inch
THEMES = ("light", "dark")

# A colour means the same in every figure. Every mark has a contrast of 3:1
# against the ground; ink, input, kernel, response and reference have the 4.5:1
# that text needs, so that a curve's label can wear the colour of its curve.
ROLES = {  #      light      dark
    "ground": ("#ffffff", "#16181d"),
    "ink": ("#1a1a1a", "#ececec"),
    "grid": ("#d4d4d4", "#41454d"),
    "cell": ("#adadad", "#565b65"),  # the edge of a cell, so that a 0 is seen as a cell too
    "input": ("#0037a5", "#64caff"),  # data that goes in: signal, image, batch
    "kernel": ("#a03c00", "#ffb020"),  # parameters: kernel, weights, bias
    "response": ("#8e5fcb", "#ad5bff"),  # what comes out: loss, response, logits
    "positive": ("#059ea5", "#07a4b5"),  # class +1
    "negative": ("#f51d66", "#fc2f47"),  # class -1
    "reference": ("#2a2a2a", "#dcdcdc"),  # what the eye compares with: guides
}
# Colour maps for the cells of a matrix: 0 is the ground itself, so that what is
# small is quiet in both themes; equal steps look equal (in CAM02-UCS) and grow in
# contrast. Signed values run from blue through the ground to red, magnitudes to green.
RAMPS = {
    "below": (
        "#ffffff #e2edff #bfd7fd #9bbdf5 #78a3e8 #5988d7 #3c6ec2 #2354aa #0b3a8f",
        "#16181d #1a263a #1f385f #274d84 #3265a7 #427ec5 #5798df #71b4f2 #8fd0ff",
    ),
    "above": (
        "#ffffff #ffe7e0 #ffcabb #f7ab96 #ea8c74 #d86e55 #c2523a #aa3821 #8f1d0a",
        "#16181d #2f1f20 #4f2825 #71332b #954335 #b75745 #d6725b #ef9279 #ffb59c",
    ),
    "magnitude": (
        "#ffffff #dcf2e0 #b2dfbd #8ac79b #67af7d #489563 #2d7c4d #15633a #004a2a",
        "#16181d #1c2c27 #244633 #2e6042 #3e7c52 #529864 #6db67a #8ed593 #b5f5b0",
    ),
}

_SHEET = Path(__file__).with_name("lecture.mplstyle")


def style(theme: str) -> dict[str, object]:
    """The rcParams of a theme: the style sheet, and the theme's colours."""
    role = {name: colors[THEMES.index(theme)] for name, colors in ROLES.items()}
    ground, ink = role["ground"], role["ink"]
    sheet = mpl.rc_params_from_file(_SHEET, use_default_template=False)
    return {
        **sheet,
        "figure.facecolor": ground,
        "figure.edgecolor": ground,
        "savefig.facecolor": ground,
        "savefig.edgecolor": ground,
        "axes.facecolor": ground,
        "axes.edgecolor": ink,
        "axes.labelcolor": ink,
        "axes.titlecolor": ink,
        "text.color": ink,
        "xtick.color": ink,
        "ytick.color": ink,
        "grid.color": role["grid"],
        "legend.facecolor": ground,
        "patch.edgecolor": ink,
        "hatch.color": ink,
        "lines.color": ink,
        "axes.prop_cycle": cycler(color=[role["input"], role["kernel"], role["response"]]),
    }


@contextmanager
def theme(name: str) -> Iterator[None]:
    """Draw and save inside this context: the library's defaults, then the theme."""
    with mpl.style.context(style(name), after_reset=True):
        yield


def color(role: str) -> str:
    """The colour of a role in the active theme, as ``#rrggbb``."""
    return ROLES[role][_active()]


def diverging() -> Colormap:
    """The map for signed values; give it limits symmetric about 0."""
    below, above = _ramp("below"), _ramp("above")
    return LinearSegmentedColormap.from_list("diverging", below[:0:-1] + above, N=257)


def sequential() -> Colormap:
    """The map for counts and magnitudes."""
    return LinearSegmentedColormap.from_list("sequential", _ramp("magnitude"))


def _ramp(name: str) -> list[str]:
    return RAMPS[name][_active()].split()


def _active() -> int:
    """The place of the active theme in THEMES: the ground tells it."""
    return ROLES["ground"].index(to_hex(mpl.rcParams["figure.facecolor"]))


def _bundled_fonts_only() -> None:
    """Let no font of the machine stand in for the DejaVu that matplotlib brings.

    Nor its list of fonts, kept in the user's cache: it may be of another matplotlib.
    """
    fonts = font_manager.fontManager
    fonts.ttflist = []
    for file in sorted(Path(mpl.get_data_path(), "fonts/ttf").glob("*.ttf")):
        fonts.addfont(file)


_bundled_fonts_only()
