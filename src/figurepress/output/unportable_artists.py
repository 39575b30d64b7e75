"""Reject figures that matplotlib draws differently in PNG, SVG and PDF.

Authors approve only the PNG, so the other formats must show the same picture. The error message
states which artist to change, and how. Slow tests compare the pixels of all formats as well.
"""

from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import Collection, LineCollection, QuadMesh, TriMesh
from matplotlib.colors import to_hex, to_rgba_array
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import Patch, Shadow
from matplotlib.text import Annotation, Text
from matplotlib.transforms import IdentityTransform


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
    """Raise `FigureError` if a figure does not have the background of its theme."""
    required = to_hex(mpl.rcParams["figure.facecolor"], keep_alpha=True)
    actual = to_hex(figure.get_facecolor(), keep_alpha=True)
    if not figure.patch.get_visible():
        actual = "invisible"
    if figure.patch.get_linewidth():
        actual = "framed"
    if mpl.rcParams["savefig.transparent"]:
        actual = "transparent in rcParams"
    if actual != required:
        raise FigureError(
            f"the figure's background is {actual}, but the theme sets it to {required}: remove "
            "what changes the background of the figure (axes.set_facecolor may colour a panel)"
        )


def _problem(artist: Artist) -> str:
    """What the formats would draw differently, and what to do about it; "" if nothing."""
    if artist.get_agg_filter():
        return "only a PNG shows an agg_filter; remove it"
    if artist.get_sketch_params():
        return "a sketch depends on the resolution; remove set_sketch_params and path.sketch"
    if isinstance(artist, Shadow):
        return (
            "the size of a shadow depends on the resolution; "
            "use matplotlib.patheffects.withSimplePatchShadow"
        )
    if isinstance(artist, QuadMesh | TriMesh) and _is_gouraud(artist):
        return "SVG has no Gouraud shading; set rasterized=True"
    if isinstance(artist, Text):
        return _problem_of_text(artist)
    if _clip_path_leaves_box(artist):
        return (
            "its clip path is larger than its panel, and only some formats clip it there; "
            "call set_clip_box(None)"
        )
    if isinstance(artist, Patch | Collection) and _is_hatched_and_translucent(artist):
        return "formats mix a hatch with transparent colours differently; use opaque colours"
    if isinstance(artist, Patch | Collection | Line2D) and _has_translucent_edge(artist):
        return (
            "formats mix a translucent edge with its fill differently; "
            "set the width of the edge to 0, or make its colour opaque"
        )
    if isinstance(artist, Line2D | LineCollection) and _has_length_zero(artist):
        return (
            "a PNG does not show the round or projecting ends of a line or dash of length 0; "
            "use a marker, or a dash of length 0.01"
        )
    return ""


def _clip_path_leaves_box(artist: Artist) -> bool:
    """Whether the clip path of an artist extends beyond its clip box."""
    clip, box = artist.get_clip_path(), artist.get_clip_box()
    if not artist.get_clip_on() or clip is None or box is None:
        return False
    path, transform = clip.get_transformed_path_and_affine()
    extents = path.get_extents(transform)  # in pixels, like the box
    is_in_box = (extents.min >= box.min - 0.01).all() and (extents.max <= box.max + 0.01).all()
    return not is_in_box


def _is_gouraud(mesh: QuadMesh | TriMesh) -> bool:
    """Whether a mesh with Gouraud shading would be drawn as vectors."""
    is_shaded = isinstance(mesh, TriMesh) or mesh._shading == "gouraud"  # a TriMesh always is
    return is_shaded and not mesh.get_rasterized()


def _problem_of_text(text: Text) -> str:
    """What the formats would do differently with a text, and what to do about it; "" if nothing."""
    if text.get_clip_on() and text.get_clip_path():
        return "a PNG ignores the clip path of a text; remove set_clip_path"
    systems = [text.get_transform()]
    if isinstance(text, Annotation):
        systems = [text.xycoords, text.anncoords]
    is_in_pixels = any(
        isinstance(system, IdentityTransform) or "pixels" in str(system) for system in systems
    )
    # Legends and boxes also place texts in pixels, but compute these anew for each format.
    is_placed_by_author = text.axes or text in text.get_figure(root=True).texts
    if is_in_pixels and is_placed_by_author:
        return "a text offset in pixels depends on the resolution; use points"
    return ""


def _is_hatched_and_translucent(artist: Patch | Collection) -> bool:
    """Whether an artist has a hatch, and its fill or its hatch is translucent."""
    hatches = getattr(artist, "hatches", [artist.get_hatch()])  # contours have a list of hatches
    colors = (artist.get_facecolor(), artist.get_hatchcolor())
    return any(hatches) and any(map(_is_translucent, colors))


def _has_translucent_edge(artist: Patch | Collection | Line2D) -> bool:
    """Whether an artist, or the markers of a line, have a fill under a translucent edge."""
    if isinstance(artist, Line2D):
        if not MarkerStyle(artist.get_marker()).is_filled():
            return False
        edge = to_rgba_array(artist.get_markeredgecolor(), artist.get_alpha())
        fill = to_rgba_array(artist.get_markerfacecolor(), artist.get_alpha())
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


def _has_length_zero(line: Line2D | LineCollection) -> bool:
    """Whether a line or dash of length 0 has ends that look like a dot."""
    if isinstance(line, Line2D):
        cap = line.get_dash_capstyle() if line.is_dashed() else line.get_solid_capstyle()
        dashes, lines = [line._dash_pattern], [line.get_xydata()]
    else:
        cap = line.get_capstyle() or "butt"
        dashes, lines = line.get_linestyles(), line.get_segments()
    if cap == "butt":  # ends of this style add nothing to a line
        return False
    # A pattern has lengths in points: (dash, gap, dash, gap, ...). A solid line has none.
    has_empty_dash = any(0 in pattern[::2] for _offset, pattern in dashes if pattern)
    parts = [part for points in lines for part in _split_at_missing_points(points)]
    are_dots = [len(part) > 1 and not np.ptp(part, axis=0).any() for part in parts]
    return has_empty_dash or any(are_dots)


def _split_at_missing_points(points: np.ndarray) -> Iterator[np.ndarray]:
    """The parts of a line that matplotlib draws: those between masked points and NaNs."""
    values: np.ndarray = np.ma.filled(np.ma.asarray(points, dtype=float), np.nan)
    is_missing = np.isnan(values).any(axis=1)
    for part in np.split(values, np.flatnonzero(is_missing)):
        yield part[~np.isnan(part).any(axis=1)]
