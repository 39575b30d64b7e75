"""A figure as the bytes of a file: the same on every machine, on every day."""

import logging
from io import BytesIO

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from figurepress.output.accessible_svg import speaking

FORMATS = ("svg", "png", "pdf")

# Some of matplotlib's own fonts have dates that their PDF would warn of.
logging.getLogger("fontTools").setLevel(logging.ERROR)


def freeze_layout(figure: Figure) -> None:
    """Lay the figure out once, for all formats, at the dpi of its style.

    The solver of the layout leaves the last bits of a position to chance: they are rounded off.
    """
    FigureCanvasAgg(figure)  # keeps the sizes of texts from here to the PNG
    if engine := figure.get_layout_engine():
        engine.execute(figure)
    # Not to "none", which would let savefig draw each file twice.
    with mpl.rc_context({"figure.constrained_layout.use": False}):
        figure.set_layout_engine(None)
    for axes in figure.axes:
        axes.set_position(Bbox(axes.get_position(original=True).get_points().round(9)))


def render(figure: Figure, format: str, dpi: int, name: str, title: str, alt: str) -> bytes:
    """The file of a figure that is laid out, in one of FORMATS.

    Title and alternative text go into it as metadata; no date, no version of
    a program, no path does. ``name`` sets the ids of an SVG apart from those
    of all others.
    """
    if format == "png":
        return _png(figure, dpi, {"Title": title, "Description": alt})
    metadata = {
        "pdf": {
            "Title": title,
            "Subject": alt,
            "Creator": None,
            "Producer": None,
            "CreationDate": None,
        },
        "svg": {"Date": None},
    }[format]
    file = BytesIO()
    figure.savefig(file, format=format, dpi=dpi, metadata=metadata)
    return speaking(file.getvalue(), name, title, alt) if format == "svg" else file.getvalue()


def _png(figure: Figure, dpi: int, texts: dict[str, str]) -> bytes:
    """matplotlib's pixels without its channel of opacity, a tenth of the file: all are opaque."""
    file, info = BytesIO(), PngInfo()
    figure.set_dpi(dpi)
    figure.canvas.draw()
    for key, text in texts.items():
        info.add_text(key, text)
    picture = Image.fromarray(np.asarray(figure.canvas.buffer_rgba())).convert("RGB")
    picture.save(file, "png", dpi=(dpi, dpi), pnginfo=info)
    return file.getvalue()
