"""What figure scripts draw with: colours by role, the style sheet, cells of matrices."""

from figurepress.look.cells import heatmap, write_cells
from figurepress.look.theme import WIDTH, color, diverging, sequential, theme

__all__ = [
    "WIDTH",
    "color",
    "diverging",
    "heatmap",
    "sequential",
    "theme",
    "write_cells",
]
