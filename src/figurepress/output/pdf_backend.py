"""A PDF backend of matplotlib that draws transparency as PNG and SVG do.

If a PDF fills and strokes a path at once, a translucent stroke has no fill below it. So this
backend fills such a path first and strokes it then. ``Figure.savefig`` takes its name.
"""

from typing import Any, BinaryIO

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfFile, RendererPdf

NAME = f"module://{__name__}"


class Renderer(RendererPdf):  # type: ignore[misc]  # mypy skips matplotlib
    """Fills and strokes a path one after the other if its stroke is translucent."""

    def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> None:
        """Draw a path; `rgbFace` is the colour of its fill, or None."""
        if rgbFace is None or gc.get_rgb()[3] == 1:
            super().draw_path(gc, path, transform, rgbFace)
            return
        fill = self.new_gc()
        fill.copy_properties(gc)
        fill.set_linewidth(0)
        super().draw_path(fill, path, transform, rgbFace)
        self.check_gc(gc)
        self.file.writePath(path, transform)  # whole: RendererPdf would clip it at the page
        self.file.output(self.gc.paint())

    def draw_markers(self, gc: Any, *arguments: Any, **options: Any) -> None:
        """Draw a marker at many points: translucent ones path by path, as RendererBase does."""
        base = RendererBase if gc.get_rgb()[3] < 1 else RendererPdf
        base.draw_markers(self, gc, *arguments, **options)

    def draw_path_collection(self, *arguments: Any, **options: Any) -> None:
        """Draw many paths; as `draw_markers`."""
        edgecolors = np.reshape(arguments[7], (-1, 4))
        base = RendererBase if (edgecolors[:, 3] < 1).any() else RendererPdf
        base.draw_path_collection(self, *arguments, **options)


class FigureCanvas(FigureCanvasPdf):  # type: ignore[misc]  # mypy skips matplotlib
    """The canvas of the backend."""

    def print_pdf(
        self,
        filename: BinaryIO,
        *,
        metadata: Any = None,
        bbox_inches_restore: Any = None,
        **unused: Any,
    ) -> None:
        """Write a PDF as matplotlib does, with `Renderer`."""
        dpi = self.figure.dpi
        self.figure.dpi = 72  # a PDF is in points
        width, height = self.figure.get_size_inches()
        file = PdfFile(filename, metadata=metadata)
        file.newPage(width, height)
        own = Renderer(file, dpi, height, width)
        renderer = MixedModeRenderer(
            self.figure, width, height, dpi, own, bbox_inches_restore=bbox_inches_restore
        )
        self.figure.draw(renderer)
        renderer.finalize()
        file.finalize()
        file.close()
