"""Drawing helpers for figure scripts: colours by role, sizes, matrix cells, annotations."""

from collections.abc import Mapping, Sequence

from figurepress.look.annotations import (
    CROPPED,
    FAINT,
    arrow,
    connect,
    dot,
    guide_x,
    halo,
    heading,
    label,
    label_panel,
    leader,
    minus,
    note,
    remove_frame,
    shade_x,
    sum_of_products,
    write,
    zero_line,
)
from figurepress.look.cells import (
    cell_axes,
    heatmap,
    mark_negative,
    number_cells,
    outline_cells,
    readable_on,
    symmetric_limits,
)
from figurepress.look.sizes import (
    BOLD,
    FINE,
    FRAME,
    HAIR,
    LARGE,
    LOW,
    MEDIUM,
    MEDIUM_LINE,
    PAGE,
    SMALL,
    TALL,
    WIDTH,
)
from figurepress.look.theme import color, diverging, sequential, series
from figurepress.look.theme import theme as theme  # for tests; in scripts, main() sets the theme
from figurepress.palette import Theme, use_colors

__all__ = [  # what scripts use
    "BOLD", "CROPPED", "FAINT", "FINE", "FRAME", "HAIR", "LARGE", "LOW", "MEDIUM", "MEDIUM_LINE",
    "PAGE", "SMALL", "TALL", "WIDTH", "arrow", "cell_axes", "color", "connect", "diverging", "dot",
    "guide_x", "halo", "heading", "heatmap", "label", "label_panel", "leader", "mark_negative",
    "minus", "note", "number_cells", "outline_cells", "readable_on", "remove_frame", "sequential",
    "series", "shade_x", "sum_of_products", "symmetric_limits", "write", "zero_line",
]  # fmt: skip


def use(
    width: float, colors: Mapping[str, Sequence[str]], series: Mapping[Theme, Sequence[str]]
) -> None:
    """Use the `width`, `colors` and `series` of config.yaml for all figures drawn from now on."""
    global WIDTH
    WIDTH = width
    use_colors(colors, series)
