"""What makes a figure legible: the rules of figure-gate, and ours where it has none.

A rule is a function of a drawn figure that returns its faults, a sentence each.
All run inside the figure's theme.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from figurepress import look

import matplotlib as mpl
import numpy as np
from figure_gate import check_figure
from figure_gate.check_palette import contrast, hex_to_linear, linear_to_cam02ucs
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection, PathCollection, QuadMesh
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

check_figure.load_config(Path(__file__).parents[2] / "pyproject.toml")

MARK_CONTRAST = 3.0  # WCAG 2.2, 1.4.11
# Faint on purpose: an axis, a dashed line or words say the same.
FURNITURE = ("zero", "window", "outside", "padding", "_side", "_contours")
GREY_DISTANCE = 10.0  # in J' of CAM02-UCS: the step between two tones one tells apart


def gate(figure: Figure, alt: str) -> dict[str, str]:
    """The rows of figure-gate that do not pass, by name."""
    check_figure.describe(figure, alt)
    _, rows = check_figure.audit(figure)
    broken = {name: detail for name, status, detail in rows if status is not True}
    if figure.findobj(_is_raster):
        broken.pop("Ink coverage", None)  # cells and colour bars fill their panels
    return broken


def column_width(figure: Figure) -> list[str]:
    """The figure is as wide as the lecture's column."""
    width = figure.get_figwidth()
    return [] if width == look.WIDTH else [f"{width} in wide, not {look.WIDTH}"]


def mark_contrast(figure: Figure) -> list[str]:
    """Strokes and marks that carry meaning stand out from the ground."""
    ground = to_hex(mpl.rcParams["figure.facecolor"])
    faults = []
    for artist in _marks(figure):
        best = max((contrast(ink, ground) for ink in _inks(artist, ground)), default=MARK_CONTRAST)
        if best < MARK_CONTRAST and artist.get_label() not in FURNITURE:
            faults.append(f"{_name(artist)} has {best:.1f}:1 against the ground")
    return faults


def grey_print(figure: Figure) -> list[str]:
    """Series that share a panel differ in tone or in dash or marker."""
    ground = to_hex(mpl.rcParams["figure.facecolor"])
    faults = []
    for axes in figure.axes:
        series = [artist for artist in _marks(figure, axes) if _is_named(artist)]
        for one, other in itertools.combinations(series, 2):
            inks = [next(iter(_inks(artist, ground)), None) for artist in (one, other)]
            if None in inks or inks[0] == inks[1] or _cue(one) != _cue(other):
                continue
            if abs(_tone(inks[0]) - _tone(inks[1])) < GREY_DISTANCE:
                faults.append(f"{_name(one)} and {_name(other)} are one grey in print")
    return faults


def signed_values(figure: Figure) -> list[str]:
    """Values of both signs are on the diverging map, and its middle is 0."""
    faults = []
    for mappable in figure.findobj(_is_raster):
        values, norm = mappable.get_array(), mappable.norm
        diverging = mappable.cmap == look.diverging()
        if np.min(values) < 0 < np.max(values) and not diverging:
            faults.append(
                f"{_name(mappable)}: values of both signs on the map {mappable.cmap.name}"
            )
        if diverging and norm.vmin != -norm.vmax:
            faults.append(
                f"{_name(mappable)}: 0 is off the middle of {norm.vmin:g} to {norm.vmax:g}"
            )
    return faults


def labelled_axes(figure: Figure) -> list[str]:
    """Every axis with numbers says what they count; names speak for themselves."""
    faults = []
    for axes in figure.axes:
        for name in ("x", "y"):
            axis = axes.xaxis if name == "x" else axes.yaxis
            numbered = [
                tick
                for tick in axis.get_ticklabels()
                if tick.get_visible() and re.fullmatch(r"[−\d.]+", tick.get_text())
            ]
            if axes.axison and numbered and not axis.get_label_text():
                faults.append(f"the {name} axis of panel {axes.get_title('left')!r} has no label")
    return faults


def clear_legends(figure: Figure) -> list[str]:
    """No legend lies on a point of data."""
    faults = []
    for axes in figure.axes:
        if (legend := axes.get_legend()) is None:
            continue
        box = legend.get_window_extent()
        for line in axes.lines:
            points = line.get_transform().transform(line.get_xydata())
            if any(box.contains(x, y) for x, y in points):
                faults.append(f"the legend lies on {_name(line)}")
    return faults


OURS: dict[str, Callable[[Figure], list[str]]] = {
    rule.__name__: rule
    for rule in (
        column_width,
        mark_contrast,
        grey_print,
        signed_values,
        labelled_axes,
        clear_legends,
    )
}


def _is_raster(artist: Artist) -> bool:
    return isinstance(artist, QuadMesh | AxesImage)


def _marks(figure: Figure, panel: Axes | None = None) -> Iterator[Artist]:
    """What is drawn in the panels to be seen: lines, markers, bars, boxes, arrows, regions."""
    for axes in figure.axes if panel is None else [panel]:
        for artist in axes.get_children():
            drawn = isinstance(artist, Line2D | Collection | Patch) and artist.get_visible()
            if drawn and artist is not axes.patch and not isinstance(artist, QuadMesh):
                yield artist


def _inks(artist: Artist, ground: str) -> list[str]:
    """The colours that an artist puts on the ground, as seen through its alpha."""
    if isinstance(artist, Line2D):
        colors = [artist.get_color()] if artist.get_linestyle() != "None" else []
        if artist.get_marker() not in ("None", "", None):
            colors += [artist.get_markerfacecolor(), artist.get_markeredgecolor()]
    elif isinstance(artist, Collection):
        colors = [*artist.get_facecolor(), *artist.get_edgecolor()]
    else:
        colors = [artist.get_facecolor(), artist.get_edgecolor()]
    seen = []
    for color in colors:
        *rgb, alpha = to_rgba(color, artist.get_alpha())
        if alpha > 0:
            mixed = alpha * np.array(rgb) + (1 - alpha) * np.array(to_rgba(ground)[:3])
            seen.append(to_hex(mixed))
    return seen


def _cue(artist: Artist) -> tuple:
    """What tells a series apart without its colour."""
    if isinstance(artist, Line2D):
        return "line", artist.get_linestyle(), artist.get_marker()
    if isinstance(artist, PathCollection):
        return "points", len(artist.get_paths()[0].vertices)
    return (type(artist).__name__, str(artist.get_linestyle()), artist.get_hatch())


def _tone(ink: str) -> float:
    """The lightness J' of a colour in CAM02-UCS, all that a grey print leaves of it."""
    return linear_to_cam02ucs(hex_to_linear(ink))[0]


def _is_named(artist: Artist) -> bool:
    return not str(artist.get_label()).startswith("_")


def _name(artist: Artist) -> str:
    return repr(artist.get_label()) if _is_named(artist) else type(artist).__name__


def faults(figure: Figure, alt: str) -> dict[str, str]:
    """All rules that the figure breaks, by name, with what is wrong."""
    theirs = gate(figure, alt)  # first: it draws the figure
    return theirs | {
        name: "; ".join(found) for name, rule in OURS.items() if (found := rule(figure))
    }
