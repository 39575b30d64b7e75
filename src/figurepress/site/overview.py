"""figures/overview.png: the figures at a glance, for the README."""

from io import BytesIO
from pathlib import Path

import font_source_sans_pro
from PIL import Image, ImageColor, ImageDraw, ImageFont

from figurepress.names import stem_and_theme
from figurepress.palette import ROLES, THEMES
from figurepress.project import prompts
from figurepress.site.cache import cached

COLUMNS = 3
MOST = 48  # figures: a higher sheet shows nothing at a glance, and costs time at every edit
WIDTH = 400  # px of a figure
GAP = 44  # px around figures
LINE = 24  # px a line of a title
BELOW_TITLE = 6  # px
SIZE = 19  # px of the letters
COLORS = 96  # of the sheet: more, nobody sees, and they make the file larger
# BASIC needs no library of the machine, so that the letters are the same everywhere.
_FONT = ImageFont.truetype(
    font_source_sans_pro.font_files_ttf["SourceSansPro"], SIZE, layout_engine=ImageFont.Layout.BASIC
)


def overview(files: list[Path], theme: str, root: Path = Path()) -> bytes:
    """A PNG of the figures with their titles, in columns read from top to bottom.

    Parameters
    ----------
    files
        The PNG of each figure, in lecture order. The sheet shows the first `MOST`.
    theme
        The theme that they are drawn in.
    root
        The folder of the lecture, in which the prompts are.
    """
    background, foreground = (
        ImageColor.getrgb(ROLES[role][THEMES.index(theme)]) for role in ("background", "foreground")
    )
    cells = []
    for file in files[:MOST]:
        prompt = prompts.read(root / "prompts" / f"{stem_and_theme(file.stem)[0]}.md")
        name = f"{prompt.number or ''} {prompt.title}".strip()
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
    return _png(_few_colors(sheet, background))


def _thumbnail(file: Path) -> Image.Image:
    content = file.read_bytes()
    small = cached(f"thumbnail {WIDTH}", content, lambda: _png(_scaled(content)))
    return Image.open(BytesIO(small))


def _scaled(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content)).convert("RGB")
    size = (WIDTH, round(picture.height * WIDTH / picture.width))
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=1.5)


def _wrapped(title: str) -> list[str]:
    """A title in lines no wider than a figure."""
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _FONT.getlength(longer) > WIDTH:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _columns(heights: list[int]) -> list[list[int]]:
    """The places of the figures in each column: the lowest sheet that keeps their order."""
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
    """The sheet with a palette, in which the background keeps its exact colour."""
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
