"""Names for the sizes of figures, texts and lines.

Figure scripts use these names instead of numbers.
"""

WIDTH = 6.5  # of a figure, in inches; look.WIDTH may be that of config.yaml instead
# Heights of figures, in inches. There are only four, so that a page of figures looks regular.
LOW = 2.6
MEDIUM = 3.4
TALL = 4.8
PAGE = 6.2

# Font sizes in points. The default is 10, from the style sheet.
SMALL = 9  # numbers in small cells
LARGE = 12  # the main formula of a figure

# Line widths in points. The default for curves is 1.8, from the style sheet.
HAIR = 0.7  # guides, which must not compete with data
FINE = 0.9  # noisy data
MEDIUM_LINE = 1.4  # secondary curves
FRAME = 1.6  # frames around cells and windows
BOLD = 3  # the one line that a figure is about

LINE_SPACING = 0.19  # from baseline to baseline of 10 pt text, in inches
