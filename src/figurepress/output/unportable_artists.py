"""Reject figures that matplotlib draws differently in PNG, SVG and PDF.

Authors approve only the PNG, so the other formats must show the same picture. The error message
states which artist to change, and how. This finds the common cases; slow tests compare the pixels
of all formats.
"""

from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import Collection, LineCollection, QuadMesh, TriMesh
from matplotlib.colors import to_hex, to_rgba_array
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import Patch


class FigureError(ValueError):
    """A figure cannot be rendered because of its size, its background, an artist or its frames."""


def check(figure: Figure) -> None:
    """Raise `FigureError` if the formats would differ, or the background is not the theme's."""
    _check_background(figure)
    for artist in figure.findobj():
        problem = _problem(artist) if artist.get_visible() else ""
        if problem:
            label = str(artist.get_label() or "_")  # matplotlib's own labels start with "_"
            name = "" if label.startswith("_") else f" {label!r}"
            raise FigureError(f"{type(artist).__name__}{name}: {problem}")


def _check_background(figure: Figure) -> None:
    required = to_hex(mpl.rcParams["figure.facecolor"], keep_alpha=True)
    actual = to_hex(figure.get_facecolor(), keep_alpha=True)
    if not figure.patch.get_visible():
        actual = "invisible"
    if actual != required:
        raise FigureError(
            f"the figure's background is {actual}, but the theme sets it to {required}: remove "
            "what changes the background of the figure (axes.set_facecolor may colour a panel)"
        )


def _problem(artist: Artist) -> str:
    """What the formats would draw differently, and what to do about it; "" if nothing."""
    if isinstance(artist, QuadMesh | TriMesh) and _is_gouraud(artist):
        return "SVG has no Gouraud shading; set rasterized=True"
    if isinstance(artist, Patch | Collection) and _is_hatched_and_translucent(artist):
        return "formats mix a hatch with transparent colours differently; use opaque colours"
    if isinstance(artist, Patch | Collection | Line2D) and _has_translucent_edge(artist):
        return (
            "formats mix a translucent edge with its fill differently; "
            "set the width of the edge to 0, or make its colour opaque"
        )
    if isinstance(artist, Line2D | LineCollection) and _has_length_zero(artist):
        return (
            "a PNG does not show the round or projecting ends of a line of length 0; use a marker"
        )
    return ""


def _is_gouraud(mesh: QuadMesh | TriMesh) -> bool:
    is_shaded = isinstance(mesh, TriMesh) or mesh._shading == "gouraud"  # a TriMesh always is
    return is_shaded and not mesh.get_rasterized()


def _is_hatched_and_translucent(artist: Patch | Collection) -> bool:
    hatches = getattr(artist, "hatches", [artist.get_hatch()])  # contours have a list of hatches
    colors = (artist.get_facecolor(), artist.get_hatchcolor())
    return any(hatches) and any(map(_is_translucent, colors))


def _has_translucent_edge(artist: Patch | Collection | Line2D) -> bool:
    """Whether a translucent edge lies over a fill: of the artist, or of the markers of a line."""
    if isinstance(artist, Line2D):
        if not MarkerStyle(artist.get_marker()).is_filled():
            return False
        alpha = artist.get_alpha()  # of a line; the colours of other artists include it
        edge = to_rgba_array(artist.get_markeredgecolor(), alpha)
        fill = to_rgba_array(artist.get_markerfacecolor(), alpha)
        width = artist.get_markeredgewidth()
    else:
        edge = artist.get_edgecolor()
        fill = artist.get_facecolor()
        width = artist.get_linewidth()
    has_fill = to_rgba_array(fill)[:, 3].any()
    return bool(_is_translucent(edge) and has_fill and np.any(width))


def _is_translucent(colors: Any) -> bool:
    """Whether an RGBA colour, or one of several, is neither opaque nor invisible."""
    alphas = to_rgba_array(colors)[:, 3]
    return bool(((alphas > 0) & (alphas < 1)).any())


def _has_length_zero(artist: Line2D | LineCollection) -> bool:
    """Whether a line of length 0 has ends that look like a dot."""
    if isinstance(artist, Line2D):
        cap = artist.get_dash_capstyle() if artist.is_dashed() else artist.get_solid_capstyle()
        lines = [artist.get_xydata()]
    else:
        cap = artist.get_capstyle() or "butt"
        lines = artist.get_segments()
    if cap == "butt":  # ends of this style add nothing to a line
        return False
    return any(len(points) > 1 and not np.ptp(points, axis=0).any() for points in lines)
