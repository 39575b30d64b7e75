"""figures/overview.png: all figures on one sheet, for the README."""

from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import font_source_sans_pro
import PIL
from PIL import Image, ImageColor, ImageDraw, ImageFont

from figurepress.cache import cached
from figurepress.names import stem_and_theme
from figurepress.palette import ROLES, THEMES
from figurepress.project import prompts
from figurepress.site.markdown import typographic

COLUMNS = 3
MAX_FIGURES = 24  # more would be hard to read, and slow to draw after every edit
SHEET_COLORS = 256  # as many as a palette holds
# In pixels:
WIDTH = 400  # of a figure
GAP = 44  # around figures
LINE_HEIGHT = 24  # in a title
BELOW_TITLE = 6  # space between title and figure
# 19 px. The BASIC layout needs no system library, so the text is the same on every machine.
_FONT = ImageFont.truetype(
    font_source_sans_pro.font_files_ttf["SourceSansPro"], 19, layout_engine=ImageFont.Layout.BASIC
)


class _Cell(NamedTuple):
    """A figure on the sheet."""

    title: list[str]  # lines
    picture: Image.Image

    @property
    def height(self) -> int:
        """The height of the title, the picture and the gap below it."""
        return LINE_HEIGHT * len(self.title) + BELOW_TITLE + self.picture.height + GAP


def draw(files: list[Path], theme: str) -> bytes:
    """A PNG of the first `MAX_FIGURES` figures in columns, from PNG files in lecture order."""
    background = ImageColor.getrgb(ROLES["background"][THEMES.index(theme)])
    foreground = ImageColor.getrgb(ROLES["foreground"][THEMES.index(theme)])
    cells = []
    for file in files[:MAX_FIGURES]:
        prompt = prompts.read(stem_and_theme(file.stem)[0])
        title = f"{prompt.number or ''} {typographic(prompt.title)}".strip()
        cells.append(_Cell(_wrapped(title), _thumbnail(file)))
    if len(files) > MAX_FIGURES:
        more = f"... and {len(files) - MAX_FIGURES} more figures on the page"
        no_picture = Image.new("RGB", (WIDTH, 1), background)  # a row of background
        cells.append(_Cell([more], no_picture))
    indices = _columns([cell.height for cell in cells])
    columns = [[cells[index] for index in column] for column in indices]
    heights = [sum(cell.height for cell in column) for column in columns]
    size = (GAP + len(columns) * (WIDTH + GAP), GAP + max(heights))
    sheet = Image.new("RGB", size, background)
    pen = ImageDraw.Draw(sheet)
    for number, column in enumerate(columns):
        left = GAP + number * (WIDTH + GAP)
        top = GAP
        # A shorter column has more space between its figures, so that all end at the same height.
        extra_gap = (max(heights) - heights[number]) // max(len(column) - 1, 1)
        for cell in column:
            for line in cell.title:
                pen.text((left, top), line, fill=foreground, font=_FONT)
                top += LINE_HEIGHT
            sheet.paste(cell.picture, (left, top + BELOW_TITLE))
            top += BELOW_TITLE + cell.picture.height + GAP + extra_gap
    version = f"sheet {PIL.__version__} {sheet.size} {SHEET_COLORS}"
    return cached(version, sheet.tobytes(), lambda: _png(_few_colors(sheet, background)))


def _thumbnail(file: Path) -> Image.Image:
    """The picture in a file, scaled to the width of a column."""
    content = file.read_bytes()
    small = cached(f"thumbnail {PIL.__version__} {WIDTH}", content, lambda: _png(_scaled(content)))
    return Image.open(BytesIO(small))


def _scaled(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content)).convert("RGB")
    size = (WIDTH, round(picture.height * WIDTH / picture.width))
    # With a reducing gap, Pillow first divides the size by a whole number, which is faster.
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=1.5)


def _wrapped(title: str) -> list[str]:
    """A title, wrapped to the width of a figure."""
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _FONT.getlength(longer) > WIDTH:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _columns(heights: list[int]) -> list[list[int]]:
    """The indices of the figures in each of at most `COLUMNS` columns of similar heights.

    A column is full when the next figure would make it higher than a limit. The limit starts at the
    height of equal columns or of the highest figure, and grows until all figures have a place.
    """
    limit = max(max(heights), sum(heights) // COLUMNS)
    while True:
        columns: list[list[int]] = [[]]
        filled = 0
        for index, height in enumerate(heights):
            if filled + height > limit:
                columns.append([])
                filled = 0
            columns[-1].append(index)
            filled += height
        if len(columns) <= COLUMNS:
            return columns
        limit += GAP // 4  # a larger step could make the sheet higher than necessary


def _few_colors(sheet: Image.Image, background: tuple[int, ...]) -> Image.Image:
    """The sheet with a reduced palette that contains the exact background colour."""
    reduced = sheet.quantize(
        colors=SHEET_COLORS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    palette = reduced.getpalette() or []  # red, green, blue, red, green, ...
    corner = reduced.getpixel((0, 0))  # the index of the background in the palette
    assert isinstance(corner, int)
    palette[3 * corner : 3 * corner + 3] = background
    reduced.putpalette(palette)
    return reduced


def _png(picture: Image.Image) -> bytes:
    content = BytesIO()
    picture.save(content, "png")
    return content.getvalue()
