"""figures/overview.png: all figures on one sheet, for the README."""

from io import BytesIO
from pathlib import Path

import font_source_sans_pro
import PIL
from PIL import Image, ImageColor, ImageDraw, ImageFont

from figurepress.cache import cached
from figurepress.names import stem_and_theme
from figurepress.palette import ROLES, THEMES
from figurepress.project import prompts
from figurepress.site.markdown import typographic

COLUMNS = 3
MOST = 24  # figures; a larger sheet would be hard to read, and slow to make after every edit
WIDTH = 400  # of a figure, in px
GAP = 44  # around figures, in px
LINE = 24  # height of a line of a title, in px
BELOW_TITLE = 6  # space between title and figure, in px
SIZE = 19  # font size, in px
COLORS = 256  # of the sheet, the most that a palette holds
# The BASIC layout needs no system library, so the text is the same on every machine.
_FONT = ImageFont.truetype(
    font_source_sans_pro.font_files_ttf["SourceSansPro"], SIZE, layout_engine=ImageFont.Layout.BASIC
)


def overview(files: list[Path], theme: str) -> bytes:
    """A PNG of the figures and their titles, in columns.

    Parameters
    ----------
    files
        The PNG of each figure, in lecture order. The sheet shows the first `MOST`.
    theme
        The theme of the pictures.
    """
    background, foreground = (
        ImageColor.getrgb(ROLES[role][THEMES.index(theme)]) for role in ("background", "foreground")
    )
    cells = []
    for file in files[:MOST]:
        prompt = prompts.read(stem_and_theme(file.stem)[0])
        name = f"{prompt.number or ''} {typographic(prompt.title)}".strip()
        cells.append((_wrapped(name), _thumbnail(file)))
    if len(files) > MOST:
        more = f"... and {len(files) - MOST} more figures on the page"
        cells.append(([more], Image.new("RGB", (WIDTH, 1), background)))
    heights = [LINE * len(title) + BELOW_TITLE + picture.height + GAP for title, picture in cells]
    columns = _columns(heights)
    filled = [sum(heights[place] for place in column) for column in columns]
    height = GAP + max(filled)
    sheet = Image.new("RGB", (GAP + len(columns) * (WIDTH + GAP), height), background)
    pen = ImageDraw.Draw(sheet)
    for number, column in enumerate(columns):
        left, top = GAP + number * (WIDTH + GAP), GAP
        spread = (max(filled) - filled[number]) // max(len(column) - 1, 1)
        for place in column:
            title, picture = cells[place]
            for words in title:
                pen.text((left, top), words, foreground, _FONT)
                top += LINE
            sheet.paste(picture, (left, top + BELOW_TITLE))
            top += BELOW_TITLE + picture.height + GAP + spread
    step = f"sheet {PIL.__version__} {sheet.size} {COLORS}"
    return cached(step, sheet.tobytes(), lambda: _png(_few_colors(sheet, background)))


def _thumbnail(file: Path) -> Image.Image:
    content = file.read_bytes()
    small = cached(f"thumbnail {PIL.__version__} {WIDTH}", content, lambda: _png(_scaled(content)))
    return Image.open(BytesIO(small))


def _scaled(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content)).convert("RGB")
    size = (WIDTH, round(picture.height * WIDTH / picture.width))
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
    """The indices of the figures in each column, in order, for the shortest sheet."""
    limit = max(max(heights), sum(heights) // COLUMNS)
    while True:
        columns: list[list[int]] = [[]]
        filled = 0
        for place, height in enumerate(heights):
            if filled + height > limit:
                columns.append([])
                filled = 0
            columns[-1].append(place)
            filled += height
        if len(columns) <= COLUMNS:
            return columns
        limit += GAP // 4


def _few_colors(sheet: Image.Image, background: tuple[int, ...]) -> Image.Image:
    """The sheet with a reduced palette that contains the exact background colour."""
    small = sheet.quantize(COLORS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette = small.getpalette() or []
    place = small.getpixel((0, 0))
    assert isinstance(place, int)
    palette[3 * place : 3 * place + 3] = background
    small.putpalette(palette)
    return small


def _png(picture: Image.Image) -> bytes:
    content = BytesIO()
    picture.save(content, "png")
    return content.getvalue()
