"""Sizes that the style sheet cannot hold: of figures, of smaller and larger text, of lines.

A figure script states no number of points: it uses these names.
"""

WIDTH = 6.5  # inches: a text column of 650 CSS px at 100 px per inch
# Inches. Figures use one of these heights, so that a page of them has a rhythm.
LOW, MEDIUM, TALL, PAGE = 2.6, 3.4, 4.8, 6.2

# Points. Text without a size has the style sheet's, 10.
SMALL = 9  # notes inside a panel, numbers on small cells
LARGE = 12  # the formula that a figure is about

# Points. A curve without a width has the style sheet's, 1.8.
HAIR = 0.7  # guides: they lead the eye and must not compete with data
FINE = 0.9  # noisy data
MEDIUM_LINE = 1.4  # secondary curves
FRAME = 1.6  # boxes round what is followed through a figure
BOLD = 3  # the stretch of a line that a figure is about

LINE_SPACING = 0.19  # inches from baseline to baseline of normal text
