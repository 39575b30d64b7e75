"""figures/figures.json: what a site generator needs to know about each figure and its files.

figures.schema.json describes its content and units.
"""

import json
import re
from collections.abc import Sequence
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from figurepress.project import prompts
from figurepress.project.validation import InputError

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
        words = prompts.read(Path("prompts") / f"{stem}.md")
        figures.append(
            {
                "stem": stem,
                **words.model_dump(exclude={"claims", "body", "needs", "time_limit"}),
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


def to_json(manifest: dict) -> bytes:
    """The text of figures.json."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()
