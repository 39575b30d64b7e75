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

NO_LAYOUT = {"figure.constrained_layout.use": False}
# The settings for saving, whatever a script sets. They include NO_LAYOUT, because savefig would
# otherwise leave a new layout engine behind.
OF_FILES = ("savefig.", "svg.", "pdf.", "path.", "image.composite_image")
SHEET_SETTINGS = mpl.rc_params_from_file(SHEET)
SAVING = {
    key: value for key, value in SHEET_SETTINGS.items() if key.startswith(OF_FILES)
} | NO_LAYOUT
NO_MARKER = ("", " ", "None", "none", None)
COLORS = 32  # of an animation
LAST_FRAME = 1500  # ms
STRAIGHT = 1e-6  # the sine of the largest angle that counts as straight

# fontTools warns of dates in matplotlib's own fonts when a PDF embeds them.
logging.getLogger("fontTools").setLevel(logging.ERROR)


def freeze_layout(figure: Figure) -> None:
    """Check a figure, give it its final layout, and make it independent of format and machine.

    Raises
    ------
    CanvasError
        If the formats would show different pictures.
    """
    unportable_artists.check(figure)
    _keep_transparency(figure)
    _lay_out(figure)
    _close_contours(figure)
    _round_arrows(figure)


def _keep_transparency(figure: Figure) -> None:
    """Resample images that have an alpha per pixel; otherwise SVG and PDF would not show it."""
    for image in figure.findobj(AxesImage):
        if np.ndim(image.get_alpha()) and image.get_interpolation() == "none":
            image.set_interpolation("nearest")


def _lay_out(figure: Figure) -> None:
    """Lay the figure out once, for all formats, at the dpi of its style.

    Positions are rounded, because the last bits of the layout solver's result differ between
    machines.
    """
    FigureCanvasAgg(figure)  # becomes figure.canvas, which caches the sizes of texts
    if engine := figure.get_layout_engine():
        engine.execute(figure)
    # With an engine, even the placeholder of set_layout_engine("none"), savefig would draw each
    # file twice. The setting keeps set_layout_engine(None) from adding the default engine.
    with mpl.rc_context(NO_LAYOUT):
        figure.set_layout_engine(None)
    for axes in figure.axes:
        axes.set_position(Bbox(axes.get_position(original=True).get_points().round(9)))


def _close_contours(figure: Figure) -> None:
    """Mark contours as closed if they end where they start.

    contourpy marks them only if both points agree to the last bit, which depends on the processor.
    matplotlib draws the ends of contours that are not marked, and simplifies them.
    """
    for contours in figure.findobj(ContourSet):
        for path in contours.get_paths():
            if path.codes is None:  # no contour at this level
                continue
            starts = np.flatnonzero(path.codes == Path.MOVETO)
            ends = np.append(starts[1:], len(path)) - 1
            gaps = np.abs(path.vertices[ends] - path.vertices[starts]).max(axis=1)
            closed = gaps <= 1e-9 * np.ptp(path.vertices)
            path.vertices[ends[closed]] = path.vertices[starts[closed]]
            codes = path.codes.copy()
            codes[ends[closed]] = Path.CLOSEPOLY
            path.codes = codes


def _round_arrows(figure: Figure) -> None:
    """Round the points of arrows and leaders to a millionth of a pixel.

    Agg rounds them to 1/256 of a pixel. Their last bits differ between processors, so a point in
    the middle between two such steps would be drawn in two ways.
    """
    arrows = figure.findobj(FancyArrowPatch)
    arrows += [text.arrow_patch for text in figure.findobj(Annotation) if text.arrow_patch]
    for arrow in arrows:
        arrow.set_connectionstyle(partial(_rounded_path, arrow.get_connectionstyle()))


def _rounded_path(connect: Callable[..., Path], *ends: Any, **properties: Any) -> Path:
    path = connect(*ends, **properties)
    return Path(path.vertices.round(6), path.codes)


@contextmanager
def bends_only(figure: Figure) -> Iterator[None]:
    """In this context, lines without markers have only the points at which they bend.

    matplotlib places the join of two segments at the intersection of their edges. For nearly
    parallel segments, a rounding error moves this point, and pixels differ between machines.
    """
    lines = [line for line in figure.findobj(Line2D) if line.get_marker() in NO_MARKER]
    data = {line: line.get_data() for line in lines if line.get_drawstyle() == "default"}
    for line in data:
        line.set_data(*line.get_xydata()[_is_bend(line)].T)
    try:
        yield
    finally:
        for line, points in data.items():
            line.set_data(*points)


def _is_bend(line: Line2D) -> np.ndarray:
    """For each point of a line (n), whether the line changes its direction there or ends."""
    points = line.get_transform().transform(line.get_xydata())
    before, after = np.diff(points[:-1], axis=0), np.diff(points[1:], axis=0)
    lengths = np.hypot(*before.T) * np.hypot(*after.T)
    bend = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    straight = (abs(bend) <= STRAIGHT * lengths) & ((before * after).sum(axis=1) > 0)
    return np.concatenate([[True], ~straight, [True]])[: len(points)]


def render(figure: Figure, format: str, dpi: int, name: str, prompt: Prompt) -> bytes:
    """Render a figure whose layout is frozen.

    Parameters
    ----------
    figure
        The figure. The SVG has an id ``<name>-<gid>`` for each ``gid`` of an artist.
    format
        One of `figurepress.names.FORMATS`.
    dpi
        Resolution of the PNG, and of rasterised parts in the other formats.
    name
        Prefix of all ids in the SVG, so that two SVGs can share a page.
    prompt
        Its texts describe the picture to programs and screen readers. No file contains a date, a
        path or a version of a program.
    """
    if format == "png":
        return _png(figure, dpi, {"Title": prompt.title, "Description": prompt.alt})
    metadata: dict[str, str | None] = {"Date": None}
    if format == "pdf":
        metadata = dict.fromkeys(("Creator", "Producer", "CreationDate"))
        metadata |= {"Title": prompt.title, "Subject": prompt.alt}
    content = _save(figure, format, dpi, metadata=metadata)
    if format == "pdf":
        return content
    gids = {artist.get_gid() for artist in figure.findobj()} - {None}
    return finish(content, name, prompt.title, prompt.description, gids)


def _save(figure: Figure, format: str, dpi: int, **options: Any) -> bytes:
    """What ``Figure.savefig`` writes, whatever rcParams the script sets."""
    file = BytesIO()
    with mpl.rc_context(SAVING), bends_only(figure):
        figure.savefig(file, format=format, dpi=dpi, **options)
    return file.getvalue()


def render_frames(figures: Iterable[Figure]) -> list[Image.Image]:
    """Render the frames of an animation at 100 dpi, with a common palette.

    The figures may be one object that changes from frame to frame; it keeps its first layout.
    """
    frames: list[Image.Image] = []
    last = None
    for figure in figures:
        if figure is not last:
            freeze_layout(figure)
        last = figure
        frames.append(_pixels(figure, 100))
    return _with_few_colors(frames)


def animation(frames: list[Image.Image], format: str, frames_per_second: int) -> bytes:
    """A ``gif`` or ``webp`` that repeats forever. Its last frame stays for a while."""
    if format == "webp":
        frames = [frame.convert("RGB") for frame in frames]
    file = BytesIO()
    options = {"save_all": True, "append_images": frames[1:], "loop": 0, "lossless": True}
    durations = [round(1000 / frames_per_second)] * (len(frames) - 1) + [LAST_FRAME]
    frames[0].save(file, format, duration=durations, **options)
    return file.getvalue()


def _with_few_colors(frames: list[Image.Image]) -> list[Image.Image]:
    """The frames with a common palette that contains the exact background: a fifth of the bytes.

    The first pixel of a frame has the colour of the background.
    """
    background = np.asarray(frames[-1])[0, 0]
    few = frames[-1].quantize(COLORS, dither=Image.Dither.NONE)
    frames = [frame.quantize(palette=few, dither=Image.Dither.NONE) for frame in frames]
    palette = np.reshape(few.getpalette() or [], (-1, 3))
    palette[np.asarray(frames[-1])[0, 0]] = background
    for frame in frames:
        frame.putpalette(palette.ravel().tolist())
    return frames


def _png(figure: Figure, dpi: int, texts: dict[str, str]) -> bytes:
    file = BytesIO()
    info = PngInfo()
    for key, text in texts.items():
        info.add_text(key, text)
    _pixels(figure, dpi).save(file, "png", dpi=(dpi, dpi), pnginfo=info)
    return file.getvalue()


def _pixels(figure: Figure, dpi: int) -> Image.Image:
    """The pixels without an alpha channel, which would add 10 % of bytes for opaque pixels."""
    _save(figure, "rgba", dpi)  # leaves the pixels in the renderer of the canvas
    return Image.fromarray(np.asarray(figure.canvas.renderer.buffer_rgba())).convert("RGB")
