"""Create a lecture and run its tests: ``python -m figurepress.tools.new_lecture <folder> [title]``.

The lecture has one small figure. Its Makefile includes that of the machinery.
"""

import json
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from figurepress.command_line import MACHINERY, Parser, path, run
from figurepress.files import write
from figurepress.project.validated_files import InputError
from figurepress.tools import figure

STEM = "straight_line"
CONFIG = """\
# What `make` builds. The page shows the figures by section, and in this order within a section.
figures:
  - {stem}
formats: [svg, png, pdf]
themes: [light, dark] # the dark theme has no PDF: paper is white
dpi: 200
title: {title}
sections: # the lecture's headings
  "1": Introduction
# docs/lectures.md of the machinery describes the optional keys width, colors and series.
"""
MAKEFILE = """\
MACHINERY := {machinery}
include $(MACHINERY)/Makefile
"""


def create(folder: Path, title: str) -> None:
    """Write the files of a lecture with one small figure.

    Raises
    ------
    InputError
        If the folder is a file or not empty, or its path has a character that the Makefile cannot
        contain.
    """
    is_free = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if not is_free:
        raise InputError(f"TO: {str(folder)!r}: exists and is not empty; choose a new folder")
    machinery = os.path.relpath(MACHINERY, folder.resolve())
    special = re.search(r"[\s#$%:\\]", machinery)  # has a meaning in a Makefile
    if special:
        raise InputError(
            f"TO: {str(folder)!r}: make cannot include {machinery!r}, because it contains "
            f"{special[0]!r}; choose another folder"
        )
    quoted = json.dumps(title, ensure_ascii=False)  # a string in JSON is one in YAML, too
    contents = figure.small_figure(STEM) | {
        Path("config.yaml"): CONFIG.format(stem=STEM, title=quoted).encode(),
        Path("Makefile"): MAKEFILE.format(machinery=machinery).encode(),
        Path(".gitignore"): (MACHINERY / ".gitignore").read_bytes(),
    }
    write({folder / name: content for name, content in contents.items()})


def main(arguments: Sequence[str]) -> int:
    """Create the lecture, then build, approve and test its figure."""
    parser = Parser(prog="make new-lecture")
    parser.add_argument("folder", metavar="TO")
    parser.add_argument("title", nargs="?")
    given = parser.parse_args(arguments)
    if not given.folder:
        raise InputError("TO: missing; write make new-lecture TO=<folder>")
    folder = path(given.folder)
    # From ../gradient-descent: "Gradient descent".
    words = re.sub(r"[-_]+", " ", folder.absolute().name).capitalize()
    create(folder, given.title or words)
    # MAKEFLAGS contains the arguments of `make new-lecture`, which are not for this other make.
    environment = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    command = ["make", "--no-print-directory", "-C", str(folder), "accept", "ALL=1", "test"]
    status = subprocess.run(command, env=environment).returncode
    print(f"{folder}: next: cd there and write figures; try make help")
    return status


if __name__ == "__main__":
    run(main)
