"""Find in a drawn figure what the reader sees; used by the tests of figures."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.text import Annotation


def all_by_gid(figure: Figure, gid: str) -> list[Artist]:
    """The artists with this gid, in drawing order."""
    return figure.findobj(lambda artist: artist.get_gid() == gid)


def by_gid(figure: Figure, gid: str) -> Artist:
    """The one artist with this gid."""
    artists = all_by_gid(figure, gid)
    assert len(artists) == 1, f"{len(artists)} artists have the gid {gid!r}, not one"
    return artists[0]


def texts(figure: Figure) -> list[str]:
    """The texts in the panels, without titles, axis and tick labels, in order of creation."""
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def tick_labels(figure: Figure) -> list[tuple[float, str]]:
    """Location and text of each visible tick label."""
    return [
        (tick.get_loc(), tick.label1.get_text())
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        if tick.label1.get_visible() and tick.label1.get_text()
    ]


def peaks(curve: np.ndarray, apart: float) -> np.ndarray:
    """The highest points (k, 2) of a curve (n, 2), from the top down, more than `apart` apart in x.

    The peaks come first if no hill is wider than `apart`; lower points follow.
    """
    from_the_top = sorted(curve.tolist(), key=lambda point: -point[1])
    chosen: list[tuple[float, float]] = []
    for x, y in from_the_top:
        if all(abs(x - x_of_higher) > apart for x_of_higher, _ in chosen):
            chosen.append((x, y))
    return np.array(chosen)


def written(mesh: QuadMesh) -> list[list[str]]:
    """The text at the centre of each cell, row by row; "" for an empty cell.

    A typographic minus is returned as a hyphen.
    """
    rows, columns = mesh.get_array().shape
    text_at = {
        text.get_position(): text.get_text().replace("−", "-")
        for text in mesh.axes.texts
        if not isinstance(text, Annotation)  # these are next to the matrix, not in a cell
    }
    return [[text_at.get((column, row), "") for column in range(columns)] for row in range(rows)]


def assert_shows(mesh: QuadMesh, matrix: np.ndarray, limits: tuple[float, float]) -> None:
    """Assert that cell (i, j) shows ``matrix[i, j]``, with these colour limits and row 0 on top."""
    name = mesh.get_gid()
    rows, columns = matrix.shape
    corners = np.meshgrid(np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5)
    assert np.array_equal(mesh.get_array(), matrix), f"{name}: draws other numbers"
    assert np.array_equal(mesh.get_coordinates(), np.dstack(corners)), f"{name}: cells are moved"
    assert mesh.axes.yaxis_inverted(), f"{name}: row 0 is not on top"
    assert not mesh.axes.xaxis_inverted(), f"{name}: column 0 is not at the left"
    assert mesh.get_clim() == limits, f"{name}: colours run over {mesh.get_clim()}"
