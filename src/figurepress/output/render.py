"""Render a figure to reproducible bytes: the same on every machine and every day."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from figurepress.look.theme import SHEET
from figurepress.output import unportable_artists
from figurepress.output.finish_svg import finish
from figurepress.project.prompts import Prompt

# Without this setting, savefig gives the figure a new layout engine.
NO_LAYOUT = {"figure.constrained_layout.use": False}
# The style sheet sets these rcParams for every saved file, even if a script has changed them.
SAVING_PREFIXES = ("savefig.", "svg.", "pdf.", "path.", "image.composite_image")
SHEET_PARAMS = mpl.rc_params_from_file(SHEET)
SAVING_PARAMS = NO_LAYOUT | {
    key: SHEET_PARAMS[key] for key in SHEET_PARAMS if key.startswith(SAVING_PREFIXES)
}
NO_MARKER = ("", " ", "None", "none", None)  # what Line2D.get_marker returns without a marker
COLORS = 64  # the number of colours in an animation
LAST_FRAME_MS = 1500  # how long an animation shows its last frame
STRAIGHT = 1e-6  # a line that bends by at most this angle, in radians, counts as straight

# When a PDF embeds matplotlib's own fonts, fontTools warns about the dates in them.
logging.getLogger("fontTools").setLevel(logging.ERROR)


def make_portable(figure: Figure) -> None:
    """Check a figure, lay it out, and make it independent of the format and the machine.

    Raises
    ------
    FigureError
        If the formats would differ, or the background is not the theme's.
    """
    unportable_artists.check(figure)
    _keep_transparency(figure)
    _lay_out(figure)
    _close_contours(figure)
    _round_points_of_arrows(figure)


def _keep_transparency(figure: Figure) -> None:
    """Resample images with an alpha per pixel: without resampling, SVG and PDF ignore the alpha."""
    for image in figure.findobj(AxesImage):
        if np.ndim(image.get_alpha()) and image.get_interpolation() == "none":
            image.set_interpolation("nearest")


def _lay_out(figure: Figure) -> None:
    """Place the panels of a figure once, so that all formats have the same layout."""
    FigureCanvasAgg(figure)  # Agg measures the texts, for every format
    engine = figure.get_layout_engine()
    if engine:
        engine.execute(figure)
    # With any layout engine, savefig would draw each file twice. set_layout_engine("none") would
    # leave a placeholder, which is an engine, too.
    with mpl.rc_context(NO_LAYOUT):
        figure.set_layout_engine(None)
    for axes in figure.axes:  # the last bits of the layout differ between machines
        corners = axes.get_position(original=True).get_points()
        axes.set_position(Bbox(corners.round(9)))


def _close_contours(figure: Figure) -> None:
    """Close each contour line that ends where it starts.

    contourpy closes it only if both points agree to the last bit, which depends on the processor.
    """
    for contours in figure.findobj(ContourSet):
        for path in contours.get_paths():  # one for each level, with all lines of this level
            if path.codes is None:  # the level has no lines
                continue
            starts = np.flatnonzero(path.codes == Path.MOVETO)
            ends = np.append(starts[1:], len(path)) - 1  # the last point before the next start
            gaps = np.abs(path.vertices[ends] - path.vertices[starts]).max(axis=1)
            is_closed = gaps <= 1e-9 * np.ptp(path.vertices)
            path.vertices[ends[is_closed]] = path.vertices[starts[is_closed]]
            codes = path.codes.copy()
            codes[ends[is_closed]] = Path.CLOSEPOLY
            path.codes = codes


def _round_points_of_arrows(figure: Figure) -> None:
    """Round the points of arrows and leaders to a millionth of a pixel.

    Their last bits differ between processors. Without this function, a point halfway between two
    steps of Agg, which are 1/256 of a pixel, would move up on one processor and down on another.
    """
    arrows = figure.findobj(FancyArrowPatch)
    arrows += [text.arrow_patch for text in figure.findobj(Annotation) if text.arrow_patch]
    for arrow in arrows:
        arrow.set_connectionstyle(partial(_rounded_path, arrow.get_connectionstyle()))


def _rounded_path(connection_style: Callable[..., Path], *ends: Any, **properties: Any) -> Path:
    path = connection_style(*ends, **properties)
    return Path(path.vertices.round(6), path.codes)


@contextmanager
def bends_only(figure: Figure) -> Iterator[None]:
    """In this context, lines without markers or steps consist of their ends and bends only.

    matplotlib draws a joint where the edges of two segments intersect. If the segments are nearly
    parallel, a rounding error moves this intersection, and pixels differ between machines.
    """
    lines = [line for line in figure.findobj(Line2D) if line.get_marker() in NO_MARKER]
    all_points = {line: line.get_data() for line in lines if line.get_drawstyle() == "default"}
    for line in all_points:
        bends = line.get_xydata()[_is_bend(line)]
        line.set_data(bends.T)
    try:
        yield
    finally:
        for line, points in all_points.items():
            line.set_data(points)


def _is_bend(line: Line2D) -> np.ndarray:
    """For each of the n points of a line, whether the line bends or ends there; shape (n,)."""
    points = line.get_transform().transform(line.get_xydata())
    segments = np.diff(points, axis=0)
    before = segments[:-1]  # before each inner point
    after = segments[1:]  # after each inner point
    length_product = np.hypot(*before.T) * np.hypot(*after.T)
    # This is length_product times the sine of the angle between the segments.
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    dot = (before * after).sum(axis=1)  # negative if the line turns back
    is_straight = (abs(cross) <= STRAIGHT * length_product) & (dot > 0)
    is_bend = np.concatenate([[True], ~is_straight, [True]])
    return is_bend[: len(points)]  # a line of one point has only one end


def render(figure: Figure, format: str, dpi: int, name: str, prompt: Prompt) -> bytes:
    """Render a figure after `make_portable`.

    Parameters
    ----------
    figure
        The figure. The SVG has an id ``<name>-<gid>`` for each ``gid`` of an artist that it shows.
    format
        ``"png"``, ``"svg"`` or ``"pdf"``.
    dpi
        Resolution of the PNG, and of rasterised parts in the other formats.
    name
        Name of the picture in the ids of the SVG, so that two SVGs can share a page.
    prompt
        Its title and its texts for screen readers become part of the file.
    """
    if format == "png":
        return _png(figure, dpi, {"Title": prompt.title, "Description": prompt.alt})
    # None leaves out dates and versions, because they would make the bytes of two builds differ.
    if format == "pdf":
        texts = {"Title": prompt.title, "Subject": prompt.alt}
        metadata = texts | {"Creator": None, "Producer": None, "CreationDate": None}
        return _save(figure, "pdf", dpi, metadata=metadata)
    svg = _save(figure, "svg", dpi, metadata={"Date": None})
    gids = {artist.get_gid() for artist in figure.findobj()} - {None}
    return finish(svg, name, prompt.title, prompt.description, gids)


def _save(figure: Figure, format: str, dpi: int, **options: Any) -> bytes:
    """The bytes that ``Figure.savefig`` writes, whatever rcParams the script sets."""
    file = BytesIO()
    with mpl.rc_context(SAVING_PARAMS), bends_only(figure):
        figure.savefig(file, format=format, dpi=dpi, **options)
    return file.getvalue()


def render_frames(figures: Iterable[Figure]) -> list[Image.Image]:
    """Render the frames of an animation at 100 dpi, with a common palette.

    A script may change a figure and yield it again. The figure keeps its first layout.
    """
    frames: list[Image.Image] = []
    previous = None
    for figure in figures or ():  # None if frames() has no yield
        if figure is not previous:
            make_portable(figure)
        previous = figure
        frames.append(_pixels(figure, 100))
    if not frames:
        raise unportable_artists.FigureError("frames() yields no figure; let it yield at least one")
    return _with_few_colors(frames)


def animation(frames: list[Image.Image], format: str, frames_per_second: int) -> bytes:
    """The bytes of a ``gif`` or ``webp`` that repeats forever and pauses at its last frame."""
    if format == "webp":
        frames = [frame.convert("RGB") for frame in frames]  # Pillow writes no palette to WebP
    file = BytesIO()
    options = {"save_all": True, "append_images": frames[1:], "loop": 0, "lossless": True}
    frame_ms = round(1000 / frames_per_second)
    durations = [frame_ms] * (len(frames) - 1) + [LAST_FRAME_MS]
    frames[0].save(file, format, duration=durations, **options)
    return file.getvalue()


def _with_few_colors(frames: list[Image.Image]) -> list[Image.Image]:
    """The frames with a common palette of few colours, which saves four fifths of the bytes.

    This changes colours a little, except for the background, the colour of the first pixel.
    """
    all_frames = Image.fromarray(np.concatenate([np.asarray(frame) for frame in frames]))
    background = np.asarray(all_frames)[0, 0]
    reduced = all_frames.quantize(COLORS, method=Image.Quantize.MAXCOVERAGE)
    frames = [frame.quantize(palette=reduced, dither=Image.Dither.NONE) for frame in frames]
    palette = np.reshape(reduced.getpalette() or [], (-1, 3))
    index_of_background = np.asarray(frames[0])[0, 0]
    palette[index_of_background] = background
    for frame in frames:
        frame.putpalette(palette.ravel().tolist())
    return frames


def _png(figure: Figure, dpi: int, texts: dict[str, str]) -> bytes:
    """The bytes of a PNG that contains these texts as metadata."""
    file = BytesIO()
    metadata = PngInfo()
    for key, text in texts.items():
        metadata.add_text(key, text)
    _pixels(figure, dpi).save(file, "png", dpi=(dpi, dpi), pnginfo=metadata)
    return file.getvalue()


def _pixels(figure: Figure, dpi: int) -> Image.Image:
    """The pixels of a figure in RGB; an alpha channel would make a PNG 10 % larger."""
    _save(figure, "rgba", dpi)  # draws the pixels, which remain in the canvas
    return Image.fromarray(np.asarray(figure.canvas.renderer.buffer_rgba())).convert("RGB")
