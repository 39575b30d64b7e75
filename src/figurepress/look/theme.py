"""The style of all figures: style sheet and palette, combined into a theme."""

from collections.abc import Iterator
from contextlib import contextmanager
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
    """The rcParams of a theme, light or dark: the style sheet, and the colours of the theme."""
    palette = {role: colors[THEMES.index(theme)] for role, colors in ROLES.items()}
    background = palette["background"]
    foreground = palette["foreground"]
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
        "grid.color": palette["grid"],
        "legend.facecolor": background,
        "patch.edgecolor": foreground,
        "hatch.color": foreground,
        "lines.color": foreground,
        "axes.prop_cycle": cycler(color=[palette["input"], palette["kernel"], palette["response"]]),
    }


@contextmanager
def theme(name: str) -> Iterator[None]:
    """In this context, everything is drawn and saved in a theme.

    Settings of the user, such as those in a matplotlibrc, have no effect.
    """
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
        raise ValueError(f"{role!r}: no such colour role; use one of {', '.join(ROLES)}")
    return ROLES[role][_theme_index()]


def series() -> tuple[str, ...]:
    """The colours of the active theme for series without a role, as ``#rrggbb``.

    Colours alone cannot be distinguished in grey print or with a colour-vision deficiency, so
    give each series its own dash or marker, too. These colours are for lines and marks: write
    labels in the foreground colour.
    """
    return tuple(SERIES[THEMES[_theme_index()]])


def diverging(on_dark: bool = False) -> Colormap:
    """The colour map for signed values. Use it with limits that are symmetric about 0.

    The value 0 has the colour of the background. With `on_dark`, it is dark in both themes, so that
    large values are bright spots.
    """
    index = THEMES.index("dark") if on_dark else _theme_index()
    negative = RAMPS["below"][index].split()
    positive = RAMPS["above"][index].split()
    # Both ramps start with the colour of 0, which is needed once. N is odd, so that one of the N
    # colours is that of 0.
    colors = [*reversed(negative), *positive[1:]]
    return LinearSegmentedColormap.from_list("diverging", colors, N=257)


def sequential() -> Colormap:
    """The colour map for counts and magnitudes."""
    colors = RAMPS["magnitude"][_theme_index()].split()
    return LinearSegmentedColormap.from_list("sequential", colors)


def _theme_index() -> int:
    """The index in THEMES of the theme whose background colour matplotlib now uses."""
    return ROLES["background"].index(to_hex(mpl.rcParams["figure.facecolor"]))


@cache  # runs only once
def use_bundled_fonts() -> None:
    """Make matplotlib use bundled fonts only, so that figures look the same on every machine.

    These are Source Sans and Source Serif from their packages, and DejaVu and STIX from
    matplotlib, for the glyphs that the others do not have.
    """
    fonts = font_manager.fontManager
    fonts.ttflist = []  # drops the fonts of this machine
    fonts_of_matplotlib = sorted(Path(mpl.get_data_path(), "fonts/ttf").glob("*.ttf"))
    for file in (*fonts_of_matplotlib, *SOURCE_FONTS):
        fonts.addfont(file)
