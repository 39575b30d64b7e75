"""figures/figures.json: what a site generator needs to know of each figure and its files.

    PYTHONPATH=scripts python page/manifest.py figures/figures.json figures/x.svg ...

figures.schema.json says what stands in it, and in which units.
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from figurepress.project import prompts
from figurepress.files import write
from figurepress.project.validation import InputError

ROOT = Path(__file__).parents[1]

# Where a file states its width and its height, and which number that is in the manifest.
SIZE = {
    ".svg": (
        rb'<svg [^>]*width="([\d.]+)pt" height="([\d.]+)pt"',
        lambda points: round(float(points) / 72 * 100),  # the column: 6.5 inches are 650 CSS px
    ),
    ".png": (rb"(?s)\A\x89PNG\r\n\x1a\n....IHDR(....)(....)", int.from_bytes),
    ".pdf": (rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", json.loads),
}


def manifest(files: Sequence[Path]) -> dict:
    """The figures that these files show, in the files' order.

    Raises:
        InputError: names the file or the prompt that cannot be read.
    """
    figures = []
    for stem, own in groupby(files, lambda file: stem_and_theme(file)[0]):
        words = prompts.read(ROOT / "prompts" / f"{stem}.md")
        figures.append(
            {
                "stem": stem,
                **words.model_dump(exclude={"claims", "body"}),
                "files": [describe(file) for file in own],
            }
        )
    return {"figures": figures}


def describe(file: Path) -> dict:
    """A figure's file: its name, format and theme, its size, its bytes.

    Raises:
        InputError: where it cannot be read, or is not what its suffix says.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}); run make") from None
    pattern, number = SIZE[file.suffix]
    size = re.search(pattern, content)
    if not size:
        raise InputError(f"{file}: not a figure's {file.suffix[1:]}; delete it and run make")
    width, height = map(number, size.groups())
    return {
        "name": file.name,
        "format": file.suffix[1:],
        "theme": stem_and_theme(file)[1],
        "width": width,
        "height": height,
        "bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }


def stem_and_theme(file: Path) -> tuple[str, str]:
    """Which figure a file shows, in which theme; a stem has no hyphen."""
    stem, _, theme = file.stem.partition("-")
    return stem, theme or "light"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("files", type=Path, nargs="+", help="the figures' files, in lecture order")
    arguments = parser.parse_args()
    try:
        text = json.dumps(manifest(arguments.files), indent=2, ensure_ascii=False)
        write({arguments.output: f"{text}\n".encode()})
    except InputError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}")
