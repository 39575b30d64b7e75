"""figures/overview.png: all figures at a glance, for the README.

PYTHONPATH=scripts python page/overview.py figures/overview.png figures/x.png ...
"""

import argparse
import sys
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from figurepress.project import prompts
from figurepress.files import write
from figurepress.palette import ROLES, THEMES

from PIL import Image, ImageColor, ImageDraw, ImageFont

PROMPTS = Path(__file__).parents[1] / "prompts"
# Without matplotlib's import, which takes longer than the drawing of some pictures.
FONT = Path(find_spec("matplotlib").origin).with_name("mpl-data") / "fonts/ttf/DejaVuSans.ttf"
COLUMNS = 3
WIDTH = 400  # px of a figure
GAP = 40
LABEL = 34  # px above a figure, for its number and its stem
STEP = 8  # of 255, between shades: finer ones nobody sees, and they double the file


def overview(files: list[Path], theme: str) -> Image.Image:
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
    pen, font, top = ImageDraw.Draw(sheet), ImageFont.truetype(FONT, 20), GAP
    for row, height in zip(rows, heights, strict=True):
        for column, label in enumerate(row):
            left = GAP + column * (WIDTH + GAP)
            pen.text((left, top), label, ink, font)
            sheet.paste(pictures[label], (left, top + LABEL))
        top += height
    return sheet.point([_shade(value, origin) for origin in ground for value in range(256)])


def _shade(value: int, origin: int) -> int:
    """The nearest to ``value`` at whole steps from ``origin``, the ground, which stays as it is."""
    return min(max(origin + STEP * round((value - origin) / STEP), 0), 255)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("files", type=Path, nargs="+", help="the figures' PNGs, in lecture order")
    arguments = parser.parse_args()
    theme = "dark" if arguments.output.stem.endswith("-dark") else "light"
    content = BytesIO()
    overview(arguments.files, theme).save(content, "png")
    try:
        write({arguments.output: content.getvalue()})
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}")
