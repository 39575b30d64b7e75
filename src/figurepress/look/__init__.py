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
    draw_matrix,
    heatmap,
    mark_negative,
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
from figurepress.look.theme import color, diverging, sequential, series, theme
from figurepress.palette import Theme, use_colors


def use(
    width: float, colors: Mapping[str, Sequence[str]], series: Mapping[Theme, Sequence[str]]
) -> None:
    """Use the `width`, `colors` and `series` of config.yaml for all figures drawn from now on."""
    global WIDTH
    WIDTH = width
    use_colors(colors, series)
