"""The look of all figures: the style sheet and the palette, as a theme to draw in."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import matplotlib as mpl
import matplotlib.style
from cycler import cycler
from matplotlib import font_manager
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_hex

from figurepress.palette import RAMPS, ROLES, THEMES

WIDTH = 6.5  # inches: the lecture's text column, 650 CSS px at 100 px per inch
_SHEET = Path(__file__).with_name("figurepress.mplstyle")


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
    use_bundled_fonts()
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


@cache
def use_bundled_fonts() -> None:
    """Ignore the fonts of the machine, and matplotlib's cached list of them."""
    fonts = font_manager.fontManager
    fonts.ttflist = []
    for file in sorted(Path(mpl.get_data_path(), "fonts/ttf").glob("*.ttf")):
        fonts.addfont(file)
