"""figures/overview.png: all figures at a glance, for the README.

python page/overview.py figures/overview.png figures/x.png ...
"""

import argparse
from io import BytesIO
from pathlib import Path

from lecture.command import write

from PIL import Image

COLUMNS = 3
WIDTH = 400  # px of a figure
GAP = 40


def overview(files: list[Path]) -> Image.Image:
    """The pictures in rows, in their order, each row as high as its highest picture."""
    pictures = []
    for file in files:
        picture = Image.open(file).convert("RGB")
        size = (WIDTH, round(picture.height * WIDTH / picture.width))
        pictures.append(picture.resize(size, Image.Resampling.LANCZOS))
    rows = [pictures[start : start + COLUMNS] for start in range(0, len(pictures), COLUMNS)]
    height = GAP + sum(max(picture.height for picture in row) + GAP for row in rows)
    ground = pictures[0].getpixel((0, 0))
    sheet, top = Image.new("RGB", (GAP + COLUMNS * (WIDTH + GAP), height), ground), GAP
    for row in rows:
        for column, picture in enumerate(row):
            sheet.paste(picture, (GAP + column * (WIDTH + GAP), top))
        top += max(picture.height for picture in row) + GAP
    return sheet


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("files", type=Path, nargs="+", help="the figures' PNGs, in lecture order")
    arguments = parser.parse_args()
    content = BytesIO()
    overview(arguments.files).save(content, "png", optimize=True)
    write({arguments.output: content.getvalue()})
