"""Sizes of figures, text and lines that the style sheet cannot express.

Figure scripts use these names instead of numbers of points.
"""

WIDTH = 6.5  # inches: the default of `width:` in config.yaml, which overrides it
# Heights of figures in inches: few, so that a page of figures looks regular.
LOW, MEDIUM, TALL, PAGE = 2.6, 3.4, 4.8, 6.2

# Font sizes in points. The default is 10, from the style sheet.
SMALL = 9  # notes inside a panel, numbers on small cells
LARGE = 12  # the main formula of a figure

# Line widths in points. The default for curves is 1.8, from the style sheet.
HAIR = 0.7  # guides, which must not compete with data
FINE = 0.9  # noisy data
MEDIUM_LINE = 1.4  # secondary curves
FRAME = 1.6  # frames around the cells and windows that a figure explains
BOLD = 3  # the main part of a line

LINE_SPACING = 0.19  # inches from baseline to baseline of normal text
