"""The look of all figures: one style sheet, and one table of colour roles."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
import matplotlib.style
from cycler import cycler
from matplotlib import font_manager
from matplotlib.colors import Colormap, to_hex

WIDTH = 6.5  # inches: the lecture's text column, 650 CSS px at 100 px per inch
THEMES = ("light", "dark")

# A colour means the same in every figure. Every mark has a contrast of 3:1
# against the ground; ink, input, kernel, response and reference have the 4.5:1
# that text needs, so that a curve's label can wear the colour of its curve.
ROLES = {  #      light      dark
    "ground": ("#ffffff", "#16181d"),
    "ink": ("#1a1a1a", "#ececec"),
    "grid": ("#d4d4d4", "#41454d"),
    "input": ("#0037a5", "#64caff"),  # data that goes in: signal, image, batch
    "kernel": ("#a03c00", "#ffb020"),  # parameters: kernel, weights, bias
    "response": ("#8e5fcb", "#ad5bff"),  # what comes out: loss, response, logits
    "positive": ("#059ea5", "#07a4b5"),  # class +1
    "negative": ("#f51d66", "#fc2f47"),  # class -1
    "reference": ("#2a2a2a", "#dcdcdc"),  # what the eye compares with: guides
}
DIVERGING = ("RdBu_r", "berlin")  # blue below 0, the ground at 0, red above
SEQUENTIAL = ("viridis_r", "viridis")  # from near the ground to far from it

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
        "lines.markeredgecolor": ink,
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
    return mpl.colormaps[DIVERGING[_active()]]


def sequential() -> Colormap:
    """The map for counts and magnitudes."""
    return mpl.colormaps[SEQUENTIAL[_active()]]


def _active() -> int:
    """The place of the active theme in THEMES: the ground tells it."""
    return ROLES["ground"].index(to_hex(mpl.rcParams["figure.facecolor"]))


def _bundled_fonts_only() -> None:
    """Let no font of the machine stand in for the DejaVu that matplotlib brings."""
    fonts = font_manager.fontManager
    bundled = mpl.get_data_path()
    fonts.ttflist = [font for font in fonts.ttflist if font.fname.startswith(bundled)]


_bundled_fonts_only()
