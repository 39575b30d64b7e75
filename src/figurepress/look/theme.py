"""The style of all figures: style sheet and palette, combined into a theme."""

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import font_source_sans_pro
import font_source_serif_pro
import matplotlib as mpl
import matplotlib.style
from cycler import cycler
from matplotlib import font_manager
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_hex

from figurepress.palette import RAMPS, ROLES, SERIES, THEMES

# TrueType instead of .otf files, because matplotlib embeds only TrueType outlines in a PDF.
SOURCE_FONTS = (
    font_source_sans_pro.font_files_ttf["SourceSansPro"],
    font_source_sans_pro.font_files_ttf["SourceSansProSemibold"],
    font_source_serif_pro.font_files_ttf["SourceSerifProIt"],
    font_source_serif_pro.font_files_ttf["SourceSerifProSemiboldIt"],
)
SHEET = Path(__file__).with_name("figurepress.mplstyle")


def style(theme: str) -> dict[str, object]:
    """The rcParams of a theme: the style sheet and the colours of the theme."""
    role = {name: colors[THEMES.index(theme)] for name, colors in ROLES.items()}
    background, foreground = role["background"], role["foreground"]
    sheet = mpl.rc_params_from_file(SHEET, use_default_template=False)
    return {
        **sheet,
        "figure.facecolor": background,
        "figure.edgecolor": background,
        "savefig.facecolor": background,
        "savefig.edgecolor": background,
        "axes.facecolor": background,
        "axes.edgecolor": foreground,
        "axes.labelcolor": foreground,
        "axes.titlecolor": foreground,
        "text.color": foreground,
        "xtick.color": foreground,
        "ytick.color": foreground,
        "grid.color": role["grid"],
        "legend.facecolor": background,
        "patch.edgecolor": foreground,
        "hatch.color": foreground,
        "lines.color": foreground,
        "axes.prop_cycle": cycler(color=[role["input"], role["kernel"], role["response"]]),
    }


@contextmanager
def theme(name: str) -> Iterator[None]:
    """Use a theme for all drawing and saving in this context, on top of matplotlib's defaults."""
    use_bundled_fonts()
    with mpl.style.context(style(name), after_reset=True):
        yield


def color(role: str) -> str:
    """The colour of a role in the active theme, as ``#rrggbb``.

    Raises
    ------
    ValueError
        If there is no such role.
    """
    if role not in ROLES:
        close = get_close_matches(role, ROLES, 1) or [f"one of {', '.join(ROLES)}"]
        raise ValueError(f"{role!r}: no such colour role; use {close[0]}")
    return ROLES[role][_active()]


def series() -> tuple[str, ...]:
    """Colours of the active theme for series that have no role, as ``#rrggbb``.

    Colour alone is not enough in print or with a colour-vision deficiency, so give each series
    its own dash or marker too. These colours are for lines and marks: write labels in the
    foreground colour.
    """
    return tuple(SERIES[THEMES[_active()]])


def diverging(on_dark: bool = False) -> Colormap:
    """The colour map for signed values. Use it with limits that are symmetric about 0.

    The value 0 has the colour of the background. With `on_dark`, it is dark in the light theme
    too, so that large values are bright spots.
    """
    theme = THEMES.index("dark") if on_dark else _active()
    below, above = (RAMPS[name][theme].split() for name in ("below", "above"))
    return LinearSegmentedColormap.from_list("diverging", below[:0:-1] + above, N=257)


def sequential() -> Colormap:
    """The colour map for counts and magnitudes."""
    return LinearSegmentedColormap.from_list("sequential", RAMPS["magnitude"][_active()].split())


def _active() -> int:
    """Index of the active theme in THEMES, identified by its background."""
    return ROLES["background"].index(to_hex(mpl.rcParams["figure.facecolor"]))


@cache
def use_bundled_fonts() -> None:
    """Use bundled fonts only, so that figures look the same on every machine.

    These are Source Sans and Source Serif from their packages, and for missing glyphs DejaVu
    and STIX from matplotlib. Fonts of the machine and matplotlib's cached list are ignored.
    """
    fonts = font_manager.fontManager
    fonts.ttflist = []
    bundled = sorted(Path(mpl.get_data_path(), "fonts/ttf").glob("*.ttf"))
    for file in (*bundled, *SOURCE_FONTS):
        fonts.addfont(file)
