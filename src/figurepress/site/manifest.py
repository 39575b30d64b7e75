"""figures/figures.json: data about each figure and its files for site generators.

figures.schema.json describes its content and units.
"""

import json
import re
from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TypedDict

from PIL import Image

from figurepress.names import stem_and_theme
from figurepress.project import prompts
from figurepress.project.validated_files import InputError
from figurepress.site import markdown

PX_PER_INCH = 100  # CSS px on the page: a column of 6.5 in has 650 px
# The width and the height in points (1/72 inch), as these formats state them.
_SIZE_IN_POINTS = {
    ".svg": re.compile(rb'<svg [^>]*width="([\d.]+)pt" height="([\d.]+)pt"'),
    ".pdf": re.compile(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]"),
}


class File(TypedDict):
    """One picture of a figure."""

    name: str
    format: str
    theme: str
    width: float  # in CSS px (SVG), points (PDF) or pixels
    height: float
    bytes: int
    sha256: str


class Figure(TypedDict):
    """One figure: the texts in its prompt, and its files."""

    stem: str
    number: str | None
    section: str
    page: bool  # whether the lecture's own page shows it
    title: str
    caption: str
    caption_html: str
    alt: str
    description: str
    files: list[File]


class Manifest(TypedDict):
    """The content of figures.json."""

    figures: list[Figure]


def of_files(files: Sequence[Path]) -> Manifest:
    """The manifest of the figures with these files, which must be listed figure by figure.

    Raises
    ------
    InputError
        If a prompt cannot be read, or a file does not have the format of its suffix.
    """
    figures = []
    for stem, pictures in groupby(files, lambda file: stem_and_theme(file.stem)[0]):
        prompt = prompts.read(stem)
        figures.append(
            Figure(
                stem=stem,
                number=prompt.number,
                section=prompt.section,
                page=prompt.page,
                title=prompt.title,
                caption=prompt.caption,
                caption_html=markdown.html(prompt.caption, f"prompts/{stem}.md"),
                alt=prompt.alt,
                description=prompt.description,
                files=[describe(file) for file in pictures],
            )
        )
    return {"figures": figures}


def describe(file: Path) -> File:
    """The name, format, theme, width and height, number of bytes, and hash of a picture.

    Raises
    ------
    InputError
        If the file does not have the format of its suffix.
    """
    content = file.read_bytes()
    size = _size(file.suffix, content)
    if not size:
        raise InputError(f"{file}: not the {file.suffix[1:]} of a figure; delete it and run make")
    width, height = size
    return {
        "name": file.name,
        "format": file.suffix[1:],
        "theme": stem_and_theme(file.stem)[1],
        "width": width,
        "height": height,
        "bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }


def to_json(manifest: Manifest) -> bytes:
    """The text of figures.json."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def _size(suffix: str, content: bytes) -> Sequence[float]:
    """The width and height of a picture: in CSS px for SVG, in points for PDF, otherwise in pixels.

    Empty if the content does not have the format of the suffix.
    """
    if suffix not in _SIZE_IN_POINTS:
        try:
            return Image.open(BytesIO(content), formats=["PNG", "WEBP", "GIF"]).size
        except OSError:  # not a picture, or cut short
            return ()
    found = _SIZE_IN_POINTS[suffix].search(content)
    points = [float(number) for number in found.groups()] if found else []
    if suffix == ".svg":
        return [round(length / 72 * PX_PER_INCH) for length in points]
    return [int(length) if length.is_integer() else length for length in points]  # 468, not 468.0
