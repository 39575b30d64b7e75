"""Text, guides and arrows on a figure, in one style for all figures."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import ConnectionPatch, Rectangle
from matplotlib.patheffects import AbstractPathEffect, withStroke
from matplotlib.text import Annotation, Text

from figurepress.look.sizes import FRAME, HAIR, LINE_SPACING
from figurepress.look.theme import color as color_of

Point = Sequence[float] | np.ndarray  # a position (x, y) or an offset (dx, dy)

# Labels that exempt an artist from a rule in docs/legibility.md. Legends do not list labels that
# start with an underscore.
FAINT = "_faint"  # the artist may be pale, because other artists show the same information
CROPPED = "_cropped"  # the artist may extend beyond its panel

# A filled triangle at the end of every arrow: 0.4 × 10 = 4 points long, plus its outline, where 0.4
# is matplotlib's default of head_length.
ARROW: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 10}


def minus(text: str) -> str:
    """Replace hyphens in `text` by typographic minus signs: ``-1`` becomes ``−1``."""
    return text.replace("-", "\N{MINUS SIGN}")


def sum_of_products(a: Iterable[float], b: Iterable[float]) -> str:
    """The dot product of two vectors, written out: ``2·3 + (−1)(−4)``."""
    products = [f"{_factor(x)}·{_factor(y)}" for x, y in zip(a, b, strict=True)]
    # Two factors in parentheses need no dot: (−1)·(−4) becomes (−1)(−4).
    return " + ".join(products).replace(")·(", ")(")


def _factor(value: float) -> str:
    """A number in a product; in parentheses if it is negative."""
    return f"{value:g}" if value >= 0 else minus(f"({value:g})")


def note(
    axes: Axes,
    text: str,
    xy: Point,
    offset: Point = (0, 0),
    *,
    ha: str = "left",
    va: str = "baseline",
    xycoords: str | tuple[str, str] = "data",
    **properties: Any,
) -> Annotation:
    """Write `text` at a distance from a point.

    Parameters
    ----------
    xy
        The point, in data coordinates unless `xycoords` specifies others.
    offset
        Distance from the point to the text, to the right and upwards, in points (1/72 inch).
    ha, va
        Which part of the text is at this offset, by default the left end of the last baseline.
    xycoords
        Coordinate system of the point, as in ``Axes.annotate``.
    properties
        Other properties of the text, such as ``color``, ``size``, ``weight`` or ``gid``.
    """
    return axes.annotate(
        text, xy, xytext=offset, textcoords="offset points", xycoords=xycoords, ha=ha, va=va,
        **properties,
    )  # fmt: skip


def label(axes: Axes, text: str, xy: Point, offset: Point, **properties: Any) -> Annotation:
    """Write `text` next to a point, aligned to suit the direction of `offset` (in points).

    With the offset (5, 0), the text is to the right of the point and vertically centred. With
    (0, 7), it is above the point and horizontally centred. `properties` are those of the text,
    such as ``color``, ``size`` or ``gid``.
    """
    direction_x, direction_y = np.sign(offset)
    ha = {-1: "right", 0: "center", 1: "left"}[direction_x]
    va = {-1: "top", 0: "center", 1: "bottom"}[direction_y]
    return note(axes, text, xy, offset, ha=ha, va=va, **properties)


def label_panel(
    axes: Axes, text: str, side: str, distance: float = 5, ha: str | None = None, **properties: Any
) -> Annotation:
    """Write `text` next to a panel.

    Parameters
    ----------
    side
        ``"above"`` or ``"below"``, aligned with the left edge of the panel, or ``"left"`` or
        ``"right"``, at half its height.
    distance
        Distance from the panel to the text, in points.
    ha
        Horizontal alignment, by default the one that fits the side.
    properties
        Other properties of the text, such as ``color``, ``size`` or ``gid``.
    """
    # A point on the edge of the panel, the offset from there, and the alignment of the text.
    point, offset, default_ha, va = {
        "above": ((0, 1), (0, distance), "left", "bottom"),
        "below": ((0, 0), (0, -distance), "left", "top"),
        "left": ((0, 0.5), (-distance, 0), "right", "center"),
        "right": ((1, 0.5), (distance, 0), "left", "center"),
    }[side]
    return note(
        axes, text, point, offset, ha=ha or default_ha, va=va, xycoords="axes fraction",
        **properties,
    )  # fmt: skip


def write(figure: Figure, left: float, baseline: float, text: str, **properties: Any) -> Text:
    """Write `text` at a position in a figure without automatic layout.

    It starts `left` inches from the left edge of the figure, on a baseline that is `baseline`
    inches below the upper edge. `properties` are those of the text, such as ``size`` or ``gid``.
    """
    width, height = figure.get_size_inches()
    return figure.text(left / width, 1 - baseline / height, text, **properties)


def heading(figure: Figure, left: float, baseline: float, title: str, *lines: str) -> None:
    """Write a semibold title, and normal `lines` below; the position is in inches as in `write`."""
    write(figure, left, baseline, title, weight=600)
    for k, line in enumerate(lines, start=1):
        write(figure, left, baseline + k * LINE_SPACING, line)


def guide_x(axes: Axes, x: float, linestyle: str = "--", gid: str | None = None) -> Line2D:
    """Draw a thin vertical line across the panel at `x`, behind the data."""
    return axes.axvline(
        x, color=color_of("reference"), linestyle=linestyle, linewidth=HAIR, zorder=0.5, gid=gid
    )


def zero_line(axes: Axes, y: float = 0) -> Line2D:
    """Draw a faint horizontal line at `y`: the zero of a curve that is moved up by `y`."""
    return axes.axhline(y, color=color_of("grid"), linewidth=1, zorder=0, label=FAINT)


def shade_x(axes: Axes, start: float, stop: float, gid: str | None = None) -> Rectangle:
    """Shade the panel between x = `start` and x = `stop`, behind all other artists."""
    grey = color_of("grid")
    return axes.axvspan(
        start, stop, color=grey, alpha=0.4, linewidth=0, zorder=0, label=FAINT, gid=gid
    )


def dot(
    axes: Axes,
    xy: Point | tuple[np.ndarray, np.ndarray],
    color: str,
    hollow: bool = False,
    size: float | None = None,
    gid: str | None = None,
) -> Line2D:
    """Draw a dot, or a ring if `hollow`, in front of curves and of the edge of the panel.

    `xy` contains x and y of the dot, in data coordinates, or two arrays (n) for n dots. `size` is
    the diameter in points, by default that of the style sheet. A ring is filled with the colour
    of the background.
    """
    x, y = xy
    [dots] = axes.plot(x, y, "o", color=color, markersize=size, zorder=3, clip_on=False, gid=gid)
    if hollow:
        dots.set(markerfacecolor=color_of("background"), markeredgewidth=FRAME)
    return dots


def halo(width: float = 3) -> list[AbstractPathEffect]:
    """The ``path_effects`` that surround a text or a line with a rim of the background colour.

    `width` is in points. The rim separates the artist from what is behind it.
    """
    return [withStroke(linewidth=width, foreground=color_of("background"))]


def arrow(
    axes: Axes, tail: Point, head: Point, *, color: str | None = None, gid: str | None = None
) -> Annotation:
    """Draw a straight arrow from `tail` to `head`, both in data coordinates."""
    style = ARROW | {"color": color or color_of("reference"), "shrinkA": 0, "shrinkB": 0}
    return axes.annotate("", head, xytext=tail, arrowprops=style, gid=gid)


def connect(
    start_axes: Axes, start: Point, end_axes: Axes, end: Point, **properties: Any
) -> ConnectionPatch:
    """Draw an arrow from a point in one panel to a point in another, both in axes fractions.

    Both ends stay 2 points away from the points. `properties` are those of a ``ConnectionPatch``,
    and replace these defaults.
    """
    style = ARROW | {"color": color_of("reference"), "linewidth": 1.2, "shrinkA": 2, "shrinkB": 2}
    style |= properties
    line = ConnectionPatch(start, end, start_axes.transAxes, end_axes.transAxes, **style)
    start_axes.figure.add_artist(line)
    return line


def leader(
    start_axes: Axes, start: Point, end_axes: Axes, end: Point, **properties: Any
) -> ConnectionPatch:
    """Draw a thin line from a point in one panel to a point in another, in data coordinates.

    It leads from a part of a panel to the panel that enlarges or uses this part. `properties`
    are those of a ``ConnectionPatch``, and replace its defaults: reference colour and no head.
    """
    style = {"color": color_of("reference"), "linewidth": HAIR, "arrowstyle": "-"} | properties
    line = ConnectionPatch(start, end, start_axes.transData, end_axes.transData, **style)
    start_axes.figure.add_artist(line)
    return line


def remove_frame(axes: Axes) -> None:
    """Remove spines and ticks from a panel."""
    axes.spines[:].set_visible(False)
    axes.set(xticks=[], yticks=[])
