"""A figure as the bytes of a file: the same on every machine, on every day."""

from io import BytesIO

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from .svg import speaking

FORMATS = ("svg", "png", "pdf")


def freeze_layout(figure: Figure) -> None:
    """Lay the figure out once, for all formats, at the dpi of its style.

    The solver of the layout leaves the last bits of a position to chance: they are rounded off.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        axes.set_position(Bbox(axes.get_position(original=True).get_points().round(9)))


def render(figure: Figure, format: str, dpi: int, name: str, title: str, alt: str) -> bytes:
    """The file of a figure in one of FORMATS.

    Title and alternative text go into it as metadata; no date, no version of
    a program, no path does. ``name`` sets the ids of an SVG apart from those
    of all others.
    """
    metadata = {
        "png": {"Title": title, "Description": alt, "Software": None},
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
