"""Matrices drawn as grids of cells, and the numbers written on them."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, QuadMesh
from matplotlib.colors import Colormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figurepress.look.annotations import minus, remove_frame
from figurepress.look.sizes import FRAME, HAIR, SMALL
from figurepress.look.theme import color


def cell_axes(
    figure: Figure, left: float, top: float, rows: float, columns: float, cell: float
) -> Axes:
    """Add a panel for a matrix of square cells, placed in inches so that several matrices line up.

    Parameters
    ----------
    figure
        A figure with ``layout="none"``.
    left, top
        Upper left corner of the panel, in inches from the upper left corner of the figure.
    rows, columns
        Shape of the matrix, or height and width of another panel, in cells.
    cell
        Side of a cell, in inches.
    """
    figure_width, figure_height = figure.get_size_inches()
    width = columns * cell
    height = rows * cell
    bottom = figure_height - top - height
    return figure.add_axes(
        (left / figure_width, bottom / figure_height, width / figure_width, height / figure_height)
    )


def heatmap(
    axes: Axes, matrix: np.ndarray, cmap: Colormap, limits: tuple[float, float]
) -> QuadMesh:
    """Draw ``matrix`` (rows, columns) as square coloured cells, with row 0 at the top.

    The centre of cell (i, j) is at x = j, y = i. There are neither ticks nor spines.
    """
    rows, columns = matrix.shape
    mesh = axes.pcolormesh(
        np.arange(columns + 1) - 0.5,
        np.arange(rows + 1) - 0.5,
        matrix,
        cmap=cmap,
        vmin=limits[0],
        vmax=limits[1],
        edgecolor=color("cell"),
        linewidth=0.6,
    )
    axes.set_aspect("equal")
    axes.invert_yaxis()
    axes.set_autoscale_on(False)
    remove_frame(axes)
    return mesh


def write_cells(axes: Axes, mesh: QuadMesh, size: float | str = SMALL) -> None:
    """Write the values of a heatmap on its cells, in black or white. Masked cells stay blank."""
    for (i, j), value in np.ma.ndenumerate(mesh.get_array()):
        fill = mesh.cmap(mesh.norm(value))
        number = minus(f"{value:g}")
        axes.text(j, i, number, ha="center", va="center", size=size, color=readable_on(fill))


def draw_matrix(
    figure: Figure,
    matrix: np.ndarray,
    left: float,
    top: float,
    cell: float,
    cmap: Colormap,
    limits: tuple[float, float],
    gid: str,
    size: float | str = SMALL,
) -> Axes:
    """Draw a matrix in a new panel and write the value of each entry on its cell.

    `left`, `top` and `cell` place the panel as in ``cell_axes``; `cmap` and `limits` colour the
    cells as in ``heatmap``. `gid` is the gid of the cells, `size` the font size of the numbers.
    """
    rows, columns = matrix.shape
    axes = cell_axes(figure, left, top, rows, columns, cell)
    mesh = heatmap(axes, matrix, cmap, limits)
    mesh.set_gid(gid)
    write_cells(axes, mesh, size=size)
    return axes


def outline_cells(
    axes: Axes,
    row: float,
    column: float,
    rows: float = 1,
    columns: float = 1,
    margin: float = 0,
    *,
    edgecolor: str | None = None,
    gid: str | None = None,
) -> Rectangle:
    """Draw a frame around a block of cells whose upper left cell is (row, column).

    The block has the shape (rows, columns). The frame surrounds it at a distance of `margin`
    cells, by default without a gap. `edgecolor` is the foreground by default.
    """
    corner = (column - 0.5 - margin, row - 0.5 - margin)
    width = columns + 2 * margin
    height = rows + 2 * margin
    frame = Rectangle(
        corner, width, height, fill=False, edgecolor=edgecolor or color("foreground"),
        linewidth=FRAME, zorder=3, clip_on=False, gid=gid,
    )  # fmt: skip
    axes.add_patch(frame)
    return frame


def mark_negative(axes: Axes, mesh: QuadMesh, threshold: float = 0.1) -> LineCollection:
    """Draw a short dash on each negative cell, so that signs are visible when printed in grey.

    Use this for cells that are too small for numbers. Values between ``-threshold * vmax`` and 0
    stay unmarked: their cells are so pale that they look like 0.
    """
    matrix = mesh.get_array()
    cells = np.argwhere(matrix < -threshold * mesh.norm.vmax)
    half_length = 0.22  # of a dash, in cells
    dashes = [((j - half_length, i), (j + half_length, i)) for i, j in cells]
    fills = [mesh.cmap(mesh.norm(matrix[i, j])) for i, j in cells]
    colors = [readable_on(fill) for fill in fills]
    return axes.add_collection(
        LineCollection(dashes, colors=colors, linewidths=HAIR, gid="negative")
    )


def readable_on(fill: tuple[float, ...]) -> str:
    """The colour of text that is readable on the colour ``fill``: black or white.

    Whatever the colour, one of them has a contrast of at least 4.5:1 to it.
    """
    # The luminance of an sRGB colour and its contrast ratios, as defined in WCAG 2.2.
    channels = np.asarray(to_rgb(fill))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = linear @ (0.2126, 0.7152, 0.0722)
    contrast_to_black = (luminance + 0.05) / 0.05
    contrast_to_white = 1.05 / (luminance + 0.05)
    return "black" if contrast_to_black >= contrast_to_white else "white"


def symmetric_limits(*arrays: np.ndarray) -> tuple[float, float]:
    """Colour limits for signed values: ``(-m, m)``, where m is the largest absolute value."""
    largest = float(max(np.abs(array).max() for array in arrays))
    return -largest, largest
