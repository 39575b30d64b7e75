"""Pixels of SVG, PDF and PNG files, drawn without matplotlib; used by the tests of output.

Imports are in functions where `make test FIGURE=<stem>` needs the module, but not the function.
"""

from io import BytesIO

import numpy as np
import resvg_py
from PIL import Image

DPI = 200
# Out of 255. Renderers smooth edges differently; a missing curve differs by 100 or more.
FORMATS_DIFFER = 90
SHADE = 4.5


def svg_pixels(svg: bytes) -> np.ndarray:
    """What resvg draws: (H, W, 3) of 0 to 255, each pixel the mean of 4 x 4 at 200 dpi."""
    png = resvg_py.svg_to_bytes(svg_string=svg.decode(), dpi=DPI, skip_system_fonts=True)
    return png_pixels(bytes(png))


def pdf_pixels(pdf: bytes) -> np.ndarray:
    """What MuPDF draws of the first page: as `svg_pixels`."""
    import pymupdf  # slow to import, and only slow tests need it

    page = pymupdf.open("pdf", pdf)[0].get_pixmap(dpi=DPI)
    return _reduced(Image.frombytes("RGB", (page.width, page.height), page.samples))


def cairo_pixels(svg: bytes) -> np.ndarray:
    """What CairoSVG draws: as `svg_pixels`."""
    import cairosvg

    return png_pixels(cairosvg.svg2png(svg, output_width=1300, background_color="white"))


def reportlab_pixels(svg: bytes) -> np.ndarray:
    """What svglib and ReportLab draw: as `svg_pixels`."""
    from reportlab.graphics.renderPDF import drawToString
    from svglib.svglib import svg2rlg

    return pdf_pixels(drawToString(svg2rlg(BytesIO(svg))))


def png_pixels(png: bytes) -> np.ndarray:
    """The pixels of a PNG of 200 dpi: as `svg_pixels`."""
    return _reduced(Image.open(BytesIO(png)).convert("RGB"))


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """The largest difference between a pixel and the most similar one near it, from 0 to 255.

    Renderers snap edges to pixels, which moves them by up to one pixel at 200 dpi. The four worst
    pixels do not count, because they are the ends of dashes. Areas are compared more strictly
    than edges: renderers agree on the mean of 9 x 9 pixels.
    """
    from scipy.ndimage import uniform_filter

    excess = np.maximum(_excess(one, other), _excess(other, one)).max(axis=2)
    means = (uniform_filter(pixels, size=(9, 9, 1)) for pixels in (one, other))
    shade = np.abs(np.subtract(*means)).max()
    return max(float(np.sort(excess, axis=None)[-5]), SHADE * float(shade))


def _excess(pixels: np.ndarray, other: np.ndarray) -> np.ndarray:
    from scipy.ndimage import maximum_filter, minimum_filter

    low = minimum_filter(other, size=(3, 3, 1))
    high = maximum_filter(other, size=(3, 3, 1))
    return np.maximum(low - pixels, pixels - high)


def _reduced(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.reduce(4), dtype=float)
