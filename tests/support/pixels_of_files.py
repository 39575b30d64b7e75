"""Pixels of SVG, PDF and PNG files, drawn without matplotlib; used by the tests of output.

Packages that `make test FIGURE=<stem>` does not need are imported inside functions.
"""

from io import BytesIO

import numpy as np
import resvg_py
from PIL import Image

DPI = 200
# The largest `difference` between two formats of one figure. Renderers smooth edges differently,
# so it is large; a missing curve differs by 100 or more.
LARGEST_DIFFERENCE = 90
AREA_WEIGHT = 4.5  # how much more a difference counts in the mean of an area than at an edge


def svg_pixels(svg: bytes) -> np.ndarray:
    """The pixels (H, W, 3), from 0 to 255, that resvg draws of an SVG.

    Each is the mean of 4 x 4 pixels at 200 dpi, as in the results of the other functions.
    """
    png = resvg_py.svg_to_bytes(svg_string=svg.decode(), dpi=DPI, skip_system_fonts=True)
    return png_pixels(bytes(png))


def pdf_pixels(pdf: bytes) -> np.ndarray:
    """What MuPDF draws of the first page of a PDF."""
    import pymupdf  # slow to import, and only slow tests need it

    page = pymupdf.open("pdf", pdf)[0].get_pixmap(dpi=DPI)
    return _reduced(Image.frombytes("RGB", (page.width, page.height), page.samples))


def cairo_pixels(svg: bytes) -> np.ndarray:
    """What CairoSVG draws of an SVG."""
    import cairosvg

    width = 1300  # pixels: 6.5 inches at 200 dpi
    return png_pixels(cairosvg.svg2png(svg, output_width=width, background_color="white"))


def reportlab_pixels(svg: bytes) -> np.ndarray:
    """What svglib and ReportLab draw of an SVG."""
    from reportlab.graphics.renderPDF import drawToString
    from svglib.svglib import svg2rlg

    return pdf_pixels(drawToString(svg2rlg(BytesIO(svg))))


def png_pixels(png: bytes) -> np.ndarray:
    """The pixels of a PNG of 200 dpi, reduced like those of `svg_pixels`."""
    return _reduced(Image.open(BytesIO(png)).convert("RGB"))


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """How much two pictures differ: at edges or in areas, whichever is more.

    At edges, a pixel is compared with the most similar one among its neighbours, because renderers
    move edges by up to one pixel at 200 dpi. The four worst pixels do not count, because they are
    the ends of dashes. Areas are compared more strictly, by the means of 9 x 9 pixels, on which
    renderers agree.
    """
    from scipy.ndimage import uniform_filter

    at_edges = np.maximum(_outside(one, other), _outside(other, one)).max(axis=2)
    fifth_worst = np.sort(at_edges, axis=None)[-5]
    means = [uniform_filter(pixels, size=(9, 9, 1)) for pixels in (one, other)]
    in_areas = np.abs(means[0] - means[1]).max()
    return max(float(fifth_worst), AREA_WEIGHT * float(in_areas))


def _outside(pixels: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How far each pixel is outside the range of the 3 x 3 pixels at its place in `other`."""
    from scipy.ndimage import maximum_filter, minimum_filter

    low = minimum_filter(other, size=(3, 3, 1))
    high = maximum_filter(other, size=(3, 3, 1))
    return np.maximum(low - pixels, pixels - high)


def _reduced(picture: Image.Image) -> np.ndarray:
    """The means (H, W, 3) of 4 x 4 pixels of a picture."""
    return np.asarray(picture.reduce(4), dtype=float)
