"""Text, guides and arrows on a figure, in one style for all figures."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import ConnectionPatch, FancyArrowPatch, Rectangle
from matplotlib.patheffects import AbstractPathEffect, withStroke
from matplotlib.text import Annotation, Text

from figurepress.look.sizes import FRAME, HAIR, LINE_SPACING
from figurepress.look.theme import color as color_of

Point = Sequence[float] | np.ndarray  # x and y, or an offset in points

# Labels that exempt an artist from rules of legibility (docs/legibility.md).
FAINT = "_faint"  # may be pale, because an axis, a dashed line or a text shows the same
CROPPED = "_cropped"  # extends beyond its panel

# The head of every arrow.
ARROW: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 10}


def minus(text: str) -> str:
    """`text` with typographic minus signs in place of hyphens."""
    return text.replace("-", "\N{MINUS SIGN}")


def sum_of_products(a: Iterable[float], b: Iterable[float]) -> str:
    """A dot product written out, negative factors in parentheses: ``2·3 + (−1)(−4)``."""
    products = " + ".join(f"{_factor(x)}·{_factor(y)}" for x, y in zip(a, b, strict=True))
    return products.replace(")·(", ")(")


def _factor(value: float) -> str:
    return f"{value:g}" if value >= 0 else minus(f"({value:g})")


def note(
    axes: Axes,
    text: str,
    xy: Point,
    offset: Point = (0, 0),
    *,
    color: str | None = None,
    size: float | str | None = None,
    ha: str = "left",
    va: str = "baseline",
    xycoords: str | tuple[str, str] = "data",
    gid: str | None = None,
    **properties: Any,
) -> Annotation:
    """Write `text` at an offset from a point.

    Parameters
    ----------
    axes
        The panel.
    text
        The text.
    xy
        The point, in data coordinates unless `xycoords` specifies others.
    offset
        Vector from the point to the anchor of the text, in points (1/72 inch).
    color, size
        Colour and font size, by default those of the style sheet.
    ha, va
        Which part of the text is at the anchor, by default the left end of the last baseline.
    xycoords
        Coordinate system of the point, as in ``Axes.annotate``.
    gid
        The gid of the text.
    properties
        Other properties of the text, such as ``weight`` or ``path_effects``.
    """
    return axes.annotate(
        text, xy, xytext=offset, textcoords="offset points", xycoords=xycoords, color=color,
        size=size, ha=ha, va=va, gid=gid, **properties,
    )  # fmt: skip


def label(
    axes: Axes,
    text: str,
    xy: Point,
    offset: Point,
    *,
    color: str | None = None,
    size: float | str | None = None,
    gid: str | None = None,
    **properties: Any,
) -> Annotation:
    """Write `text` next to a point, in the direction of `offset` (in points).

    An offset of (5, 0) puts the text to the right of the point, vertically centred;
    (0, 7) puts it above, horizontally centred. The other parameters are those of `note`.
    """
    ha = {-1: "right", 0: "center", 1: "left"}[_sign(offset[0])]
    va = {-1: "top", 0: "center", 1: "bottom"}[_sign(offset[1])]
    return note(axes, text, xy, offset, color=color, size=size, ha=ha, va=va, gid=gid, **properties)


def _sign(number: float) -> int:
    return int(number > 0) - int(number < 0)


def label_panel(
    axes: Axes,
    text: str,
    side: str,
    distance: float = 5,
    *,
    color: str | None = None,
    size: float | str | None = None,
    ha: str | None = None,
    gid: str | None = None,
) -> Annotation:
    """Write `text` next to a panel.

    Parameters
    ----------
    axes
        The panel.
    text
        The text.
    side
        ``"above"`` or ``"below"``, aligned with the left edge of the panel, or ``"left"`` or
        ``"right"``, at half its height.
    distance
        Distance from the panel to the text, in points.
    color, size, gid
        As in `note`.
    ha
        Horizontal alignment, by default the one that fits the side.
    """
    corner, direction, horizontal, va = {
        "above": ((0, 1), (0, 1), "left", "bottom"),
        "below": ((0, 0), (0, -1), "left", "top"),
        "left": ((0, 0.5), (-1, 0), "right", "center"),
        "right": ((1, 0.5), (1, 0), "left", "center"),
    }[side]
    offset = (distance * direction[0], distance * direction[1])
    return note(
        axes, text, corner, offset, color=color, size=size, ha=ha or horizontal, va=va,
        xycoords="axes fraction", gid=gid,
    )  # fmt: skip


def write(figure: Figure, left: float, baseline: float, text: str, **properties: Any) -> Text:
    """Write `text` at a place of the figure.

    Parameters
    ----------
    figure
        A figure without automatic layout.
    left, baseline
        Start of the text, in inches from the upper left corner of the figure.
    text
        The text.
    properties
        Properties of the text, such as ``size``, ``ha`` or ``gid``.
    """
    width, height = figure.get_size_inches()
    return figure.text(left / width, 1 - baseline / height, text, **properties)


def heading(figure: Figure, left: float, baseline: float, title: str, *lines: str) -> None:
    """Write a title and lines of normal weight below it, placed as in `write`."""
    write(figure, left, baseline, title, weight=600)
    for k, line in enumerate(lines, start=1):
        write(figure, left, baseline + k * LINE_SPACING, line)


def guide_x(axes: Axes, x: float, linestyle: str = "--", gid: str | None = None) -> Line2D:
    """A thin vertical line across the panel at `x`, behind the data."""
    return axes.axvline(
        x, color=color_of("reference"), linestyle=linestyle, linewidth=HAIR, zorder=0.5, gid=gid
    )


def zero_line(axes: Axes, y: float = 0) -> Line2D:
    """Draw a faint horizontal line where the values of a curve are 0, in place of an axis."""
    return axes.axhline(y, color=color_of("grid"), linewidth=1, zorder=0, label=FAINT)


def shade_x(axes: Axes, start: float, stop: float, gid: str | None = None) -> Rectangle:
    """Shade the panel between x = `start` and x = `stop`, behind all other artists."""
    shade = color_of("grid")
    return axes.axvspan(
        start, stop, color=shade, alpha=0.4, linewidth=0, zorder=0, label=FAINT, gid=gid
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

    Parameters
    ----------
    axes
        The panel.
    xy
        x and y of the dot, in data coordinates, or of n dots as arrays (n).
    color
        The colour, such as ``look.color("response")``.
    hollow
        Whether to draw a ring, filled with the colour of the background.
    size
        Diameter in points, by default that of the style sheet.
    gid
        The gid of the ``Line2D``.
    """
    (drawn,) = axes.plot(*xy, "o", color=color, markersize=size, zorder=3, clip_on=False, gid=gid)
    if hollow:
        drawn.set(markerfacecolor=color_of("background"), markeredgewidth=FRAME)
    return drawn


def halo(width: float = 3) -> list[AbstractPathEffect]:
    """A value for ``path_effects``: a rim of the background colour, `width` points wide."""
    return [withStroke(linewidth=width, foreground=color_of("background"))]


def arrow(
    axes: Axes, tail: Point, head: Point, *, color: str | None = None, gid: str | None = None
) -> Annotation:
    """A straight arrow from `tail` to `head`, in data coordinates."""
    style = ARROW | {"color": color or color_of("reference"), "shrinkA": 0, "shrinkB": 0}
    return axes.annotate("", head, tail, arrowprops=style, gid=gid)


def connect(
    figure: Figure,
    upper: Axes,
    start: Point,
    lower: Axes,
    end: Point,
    **properties: Any,
) -> FancyArrowPatch:
    """An arrow from a point in one panel to a point in another, both in axes fractions.

    `properties` are those of a ``ConnectionPatch``.
    """
    style = ARROW | {"color": color_of("reference"), "linewidth": 1.2, "shrinkA": 2, "shrinkB": 2}
    patch = ConnectionPatch(start, end, upper.transAxes, lower.transAxes, **(style | properties))
    figure.add_artist(patch)
    return patch


def leader(
    start_axes: Axes,
    start: Point,
    end_axes: Axes,
    end: Point,
    **properties: Any,
) -> ConnectionPatch:
    """A thin line from a point in one panel to a point in another, in data coordinates.

    It connects a part with the panel where it is enlarged or used. `properties` are those of a
    ``ConnectionPatch``.
    """
    style = {"color": color_of("reference"), "linewidth": HAIR, "arrowstyle": "-"}
    line = ConnectionPatch(
        start, end, start_axes.transData, end_axes.transData, **(style | properties)
    )
    start_axes.figure.add_artist(line)
    return line


def remove_frame(axes: Axes) -> None:
    """Remove spines and ticks from a panel."""
    axes.spines[:].set_visible(False)
    axes.set(xticks=[], yticks=[])
