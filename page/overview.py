"""figures/overview.png: all figures at a glance, for the README.

python page/overview.py figures/overview.png figures/x.png ...
"""

import argparse
from io import BytesIO
from pathlib import Path

from lecture.command import write

from PIL import Image

COLUMNS = 3
WIDTH = 600  # px of a figure: read at half of it on a high-density screen
GAP = 40


def overview(files: list[Path]) -> Image.Image:
    """The pictures side by side, each below the shortest column so far."""
    pictures = []
    for file in files:
        picture = Image.open(file).convert("RGB")
        size = (WIDTH, round(picture.height * WIDTH / picture.width))
        pictures.append(picture.resize(size, Image.Resampling.LANCZOS))
    ends, places = [GAP] * COLUMNS, []
    for picture in pictures:
        column = ends.index(min(ends))
        places.append((GAP + column * (WIDTH + GAP), ends[column]))
        ends[column] += picture.height + GAP
    ground = pictures[0].getpixel((0, 0))
    sheet = Image.new("RGB", (GAP + COLUMNS * (WIDTH + GAP), max(ends)), ground)
    for picture, place in zip(pictures, places, strict=True):
        sheet.paste(picture, place)
    return sheet.quantize(256, dither=Image.Dither.NONE)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("files", type=Path, nargs="+", help="the figures' PNGs, in lecture order")
    arguments = parser.parse_args()
    content = BytesIO()
    overview(arguments.files).save(content, "png", optimize=True)
    write({arguments.output: content.getvalue()})
