"""figures/overview.png: all figures at a glance, for the README."""

from io import BytesIO
from pathlib import Path

import font_source_sans_pro
from PIL import Image, ImageColor, ImageDraw, ImageFont

from figurepress.palette import ROLES, THEMES
from figurepress.project import prompts

PROMPTS = Path("prompts")
FONT = font_source_sans_pro.font_files_ttf["SourceSansPro"]
COLUMNS = 3
WIDTH = 400  # px of a figure
GAP = 40
LABEL = 34  # px above a figure, for its number and its stem
STEP = 8  # of 255, between shades: finer ones nobody sees, and they double the file


def overview(files: list[Path], theme: str) -> bytes:
    """The pictures in rows, in their order, each row as high as its highest picture."""
    ground, ink = (
        ImageColor.getrgb(ROLES[role][THEMES.index(theme)]) for role in ("background", "foreground")
    )
    pictures = {}
    for file in files:
        stem = file.stem.removesuffix("-dark")
        label = f"{prompts.read(PROMPTS / f'{stem}.md').number or ''} {stem}".strip()
        picture = Image.open(file).convert("RGB")
        size = (WIDTH, round(picture.height * WIDTH / picture.width))
        pictures[label] = picture.resize(size, Image.Resampling.LANCZOS)
    labels = list(pictures)
    rows = [labels[start : start + COLUMNS] for start in range(0, len(labels), COLUMNS)]
    heights = [LABEL + max(pictures[label].height for label in row) + GAP for row in rows]
    sheet = Image.new("RGB", (GAP + COLUMNS * (WIDTH + GAP), GAP + sum(heights)), ground)
    pen, font, top = (
        ImageDraw.Draw(sheet),
        ImageFont.truetype(FONT, 20, layout_engine=ImageFont.Layout.BASIC),
        GAP,
    )
    for row, height in zip(rows, heights, strict=True):
        for column, label in enumerate(row):
            left = GAP + column * (WIDTH + GAP)
            pen.text((left, top), label, ink, font)
            sheet.paste(pictures[label], (left, top + LABEL))
        top += height
    sheet = sheet.point([_shade(value, origin) for origin in ground for value in range(256)])
    content = BytesIO()
    sheet.save(content, "png")
    return content.getvalue()


def _shade(value: int, origin: int) -> int:
    """The nearest to ``value`` at whole steps from ``origin``, the ground, which stays as it is."""
    return min(max(origin + STEP * round((value - origin) / STEP), 0), 255)
