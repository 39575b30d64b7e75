"""Text, guides and arrows on a figure, in one style for all figures."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import ConnectionPatch, FancyArrowPatch, Polygon
from matplotlib.patheffects import AbstractPathEffect, withStroke
from matplotlib.text import Annotation

from figurepress.look.sizes import FINE, HAIR, LINE_SPACING, MEDIUM_LINE
from figurepress.look.theme import color

Point = Sequence[float] | np.ndarray  # x and y, or an offset in points

# The head of every arrow.
ARROW: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 10}
# How class labels are drawn in every figure: marker and colour role of +1 and of -1.
CLASS_MARKERS = {1: "o", -1: "^"}
CLASS_ROLES = {1: "positive", -1: "negative"}


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
        The point, in data coordinates unless `properties` contains ``xycoords``.
    offset
        Vector from the point to the anchor of the text, in points (1/72 inch).
    properties
        Properties of the text: ``ha``, ``va``, ``color``, ``size``, ``gid``, ...
    """
    return axes.annotate(text, xy, xytext=offset, textcoords="offset points", **properties)


def label(axes: Axes, text: str, xy: Point, offset: Point, **properties: Any) -> Annotation:
    """Write `text` next to a point, in the direction of `offset` (in points).

    An offset of (5, 0) puts the text to the right of the point, vertically centred;
    (0, 7) puts it above, horizontally centred. The other parameters are those of `note`.
    """
    horizontal = {-1: "right", 0: "center", 1: "left"}[_sign(offset[0])]
    vertical = {-1: "top", 0: "center", 1: "bottom"}[_sign(offset[1])]
    return note(axes, text, xy, offset, ha=horizontal, va=vertical, **properties)


def _sign(number: float) -> int:
    return int(number > 0) - int(number < 0)


def label_panel(
    axes: Axes, text: str, side: str, distance: float = 5, **properties: Any
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
    properties
        Properties of the text.
    """
    corner, direction, ha, va = {
        "above": ((0, 1), (0, 1), "left", "bottom"),
        "below": ((0, 0), (0, -1), "left", "top"),
        "left": ((0, 0.5), (-1, 0), "right", "center"),
        "right": ((1, 0.5), (1, 0), "left", "center"),
    }[side]
    offset = (distance * direction[0], distance * direction[1])
    style = {"ha": ha, "va": va, "xycoords": "axes fraction"}
    return note(axes, text, corner, offset, **(style | properties))


def heading(figure: Figure, left: float, baseline: float, title: str, *lines: str) -> None:
    """Write a title and lines of normal weight below it, on a figure without automatic layout.

    Parameters
    ----------
    figure
        The figure.
    left, baseline
        Start of the title, in inches from the upper left corner of the figure.
    title, lines
        The texts.
    """
    width, height = figure.get_size_inches()
    figure.text(left / width, 1 - baseline / height, title, weight=600)
    for k, line in enumerate(lines, start=1):
        figure.text(left / width, 1 - (baseline + k * LINE_SPACING) / height, line)


def guide_x(axes: Axes, x: float, **properties: Any) -> Line2D:
    """A thin dashed vertical line across the panel at `x`, behind the data."""
    style = {"color": color("reference"), "linestyle": "--", "linewidth": HAIR, "zorder": 0.5}
    return axes.axvline(x, **(style | properties))


def zero_line(axes: Axes, **properties: Any) -> Line2D:
    """A faint horizontal line at 0, which replaces an axis."""
    style = {"color": color("grid"), "linewidth": 1, "zorder": 0, "label": "zero"}
    return axes.axhline(0, **(style | properties))


def shade_x(axes: Axes, start: float, stop: float, **properties: Any) -> Polygon:
    """Shade the panel between x = `start` and x = `stop`, behind all other artists."""
    style = {"color": color("grid"), "alpha": 0.4, "linewidth": 0, "zorder": 0}
    return axes.axvspan(start, stop, **(style | properties))


def halo(width: float = 3) -> list[AbstractPathEffect]:
    """A value for ``path_effects``: a rim of the background colour, `width` points wide."""
    return [withStroke(linewidth=width, foreground=color("background"))]


def arrow(axes: Axes, tail: Point, head: Point, **properties: Any) -> Annotation:
    """A straight arrow from `tail` to `head`, in data coordinates.

    `properties` are those of ``arrowprops``, and the ``gid`` of the artist.
    """
    gid = properties.pop("gid", None)
    style = ARROW | {"color": color("reference"), "shrinkA": 0, "shrinkB": 0}
    drawn = axes.annotate("", head, tail, arrowprops=style | properties)
    drawn.set_gid(gid)
    return drawn


def connect(
    figure: Figure,
    upper: Axes,
    start: Point,
    lower: Axes,
    end: Point,
    **properties: Any,
) -> FancyArrowPatch:
    """An arrow from a point in one panel to a point in another, both in axes fractions."""
    style = ARROW | {"color": color("reference"), "linewidth": 1.2, "shrinkA": 2, "shrinkB": 2}
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

    It connects a part with the panel where it is enlarged or used.
    """
    style = {"color": color("reference"), "linewidth": HAIR, "arrowstyle": "-"}
    line = ConnectionPatch(
        start, end, start_axes.transData, end_axes.transData, **(style | properties)
    )
    start_axes.figure.add_artist(line)
    return line


def mark_value(
    axes: Axes,
    xy: Point,
    text: str,
    offset: Point = (5, 0),
    hollow: bool = False,
    role: str = "response",
    **properties: Any,
) -> Line2D:
    """Draw a dot (or a ring) at a point, and `text` next to it, as `label` does.

    The gid of the dot is ``value``.
    """
    fill = color("background" if hollow else role)
    style = {"color": color(role), "markerfacecolor": fill, "gid": "value"}
    (dot,) = axes.plot(*xy, "o", **(style | properties))
    label(axes, minus(text), xy, offset)
    return dot


def trace(
    axes: Axes,
    x: np.ndarray,
    y: np.ndarray,
    role: str,
    symbol: str,
    limits: tuple[float, float],
    **properties: Any,
) -> Line2D:
    """Draw a curve without axes, with a line at 0 behind it and its symbol to the left.

    Parameters
    ----------
    axes
        The panel.
    x, y
        The points (n) of the curve.
    role
        The colour role. An ``input`` is noisy, so its line is thinner.
    symbol
        The name of the curve, written at the left end of the line at 0.
    limits
        Limits of y. Traces of one role in several panels should share them.
    properties
        Properties of the ``Line2D``.
    """
    remove_frame(axes)
    zero_line(axes)
    axes.margins(x=0)
    axes.set(ylim=limits)
    style = {"color": color(role), "linewidth": FINE if role == "input" else MEDIUM_LINE}
    (line,) = axes.plot(x, y, **(style | properties))
    note(axes, symbol, (0, 0), (-4, 0), xycoords=("axes fraction", "data"), ha="right", va="center")
    return line


def remove_frame(axes: Axes) -> None:
    """Remove spines and ticks from a panel."""
    axes.spines[:].set_visible(False)
    axes.set(xticks=[], yticks=[])
