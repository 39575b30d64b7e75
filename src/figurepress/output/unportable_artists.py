"""Reject artists that matplotlib draws differently in PNG, SVG and PDF.

Authors approve only the PNG, so the other formats must show the same picture. Slow tests compare
the pixels of all formats; a rejection comes at once, and states which artist to change and how.
"""

from collections.abc import Iterable

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


class CanvasError(ValueError):
    """The size, background, artists or frames of a figure are not supported."""


def check(figure: Figure) -> None:
    """Raise `CanvasError` if PNG, SVG and PDF of a figure would show different pictures."""
    _check_background(figure)
    for artist in figure.findobj():
        if artist.get_visible() and (problem := _problem(artist)):
            label = str(artist.get_label() or "_")
            name = "" if label.startswith("_") else f" {label!r}"
            raise CanvasError(f"{type(artist).__name__}{name}: {problem}")


def _check_background(figure: Figure) -> None:
    wanted = to_hex(mpl.rcParams["figure.facecolor"], keep_alpha=True)
    found = to_hex(figure.get_facecolor(), keep_alpha=True)
    if not figure.patch.get_visible():
        found = "invisible"
    if figure.patch.get_linewidth():
        found = "framed"
    if mpl.rcParams["savefig.transparent"]:
        found = "transparent in rcParams"
    if found != wanted:
        raise CanvasError(
            f"the figure's background is {found}, but the theme sets it to {wanted}: remove "
            "what changes the background of the figure (axes.set_facecolor may colour a panel)"
        )


def _problem(artist: Artist) -> str:
    """What formats would draw differently, and what to do; "" if nothing."""
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
    if _is_clipped_twice(artist):
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
    if isinstance(artist, Line2D | LineCollection) and _has_dot(artist):
        return (
            "a PNG does not show the round or projecting ends of a line or dash of length 0; "
            "use a marker, or a dash of length 0.01"
        )
    return ""


def _is_clipped_twice(artist: Artist) -> bool:
    """Whether the clip box of an artist cuts its clip path."""
    clip, box = artist.get_clip_path(), artist.get_clip_box()
    if not artist.get_clip_on() or clip is None or box is None:
        return False
    path, transform = clip.get_transformed_path_and_affine()
    size = path.get_extents(transform)
    is_in_box = (size.min >= box.min - 0.01).all() and (size.max <= box.max + 0.01).all()
    return not is_in_box


def _is_gouraud(mesh: QuadMesh | TriMesh) -> bool:
    is_shaded = isinstance(mesh, TriMesh) or mesh._shading == "gouraud"
    return is_shaded and not mesh.get_rasterized()


def _problem_of_text(text: Text) -> str:
    """Why the formats would show this text differently; "" if they would not."""
    if text.get_clip_on() and text.get_clip_path():
        return "a PNG ignores the clip path of a text; remove set_clip_path"
    systems = [text.get_transform()]
    if isinstance(text, Annotation):
        systems = [text.xycoords, text.anncoords]
    # Legends and boxes place their own texts, in pixels, for each format.
    is_placed_by_author = text.axes or text in text.get_figure(root=True).texts
    if is_placed_by_author and any(
        isinstance(system, IdentityTransform) or "pixels" in str(system) for system in systems
    ):
        return "a text offset in pixels depends on the resolution; use points"
    return ""


def _is_hatched_and_translucent(artist: Patch | Collection) -> bool:
    """Whether an artist has a hatch, and its fill or its hatch is translucent."""
    colors = artist.get_facecolor(), artist.get_hatchcolor()
    alphas = np.concatenate([np.reshape(color, (-1, 4)) for color in colors])[:, 3]
    hatches = getattr(artist, "hatches", [artist.get_hatch()])  # contours have a list
    return any(hatches) and bool(((alphas > 0) & (alphas < 1)).any())


def _has_translucent_edge(artist: Patch | Collection | Line2D) -> bool:
    """Whether a visible edge shows a fill below it; the edges of markers count, too."""
    if isinstance(artist, Line2D):
        if not MarkerStyle(artist.get_marker()).is_filled():
            return False
        colors = [artist.get_markeredgecolor(), artist.get_markerfacecolor()]
        edge, fill = to_rgba_array(colors, artist.get_alpha())[:, 3]
        width = artist.get_markeredgewidth()
    else:
        edge = np.reshape(artist.get_edgecolor(), (-1, 4))[:, 3]
        fill = np.reshape(artist.get_facecolor(), (-1, 4))[:, 3]
        width = artist.get_linewidth()
    return bool(np.any((edge > 0) & (edge < 1)) and np.any(fill) and np.any(width))


def _has_dot(line: Line2D | LineCollection) -> bool:
    """Whether a part or dash of length 0 would look like a dot, because its caps are visible."""
    if isinstance(line, Line2D):
        cap = line.get_dash_capstyle() if line.is_dashed() else line.get_solid_capstyle()
        dashes, paths = [line._dash_pattern], [line.get_xydata()]
    else:
        cap = line.get_capstyle() or "butt"
        dashes, paths = line.get_linestyles(), line.get_segments()
    if cap == "butt":
        return False
    has_zero = any(0 in pattern[::2] for _, pattern in dashes if pattern)
    parts = (part for part in _parts(paths) if len(part) > 1)
    return has_zero or any(not np.ptp(part, axis=0).any() for part in parts)


def _parts(paths: Iterable[np.ndarray]) -> Iterable[np.ndarray]:
    """The parts of lines between missing points."""
    for points in paths:
        values: np.ndarray = np.ma.filled(np.ma.asarray(points, dtype=float), np.nan)
        gaps = np.flatnonzero(np.isnan(values).any(axis=1))
        for part in np.split(values, gaps):
            yield part[~np.isnan(part).any(axis=1)]
