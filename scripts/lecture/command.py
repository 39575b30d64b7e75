"""The command line of a figure script: ``python scripts/x.py figures/x.png ...``."""

import argparse
import faulthandler
import re
import sys
from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from . import prompts, sources
from .atomic import write
from .checked import InputError
from .config import DPI
from .palette import THEMES
from .save import FORMATS, freeze_layout, render
from .style import theme

TIME_LIMIT = 120  # seconds: a script that hangs ends with a traceback of where


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:
        self.exit(2, f"{self.prog}: {message}\n")


def main(compute: Callable, draw: Callable[..., Figure]) -> None:
    """Compute once, draw once per theme, and write the files named on the command line.

    The suffix of a file chooses its format; ``-dark`` before it, the dark theme.
    Either all files are written or none. Wrong use is a line on stderr and exit
    status 2; a file that cannot be written, or a source of the figure that was saved
    while it was drawn, a line and exit status 1.
    """
    page = sys.modules[compute.__module__]
    script = Path(page.__file__)
    parser = _Parser(prog=script.name, description=page.__doc__)
    parser.add_argument("files", nargs="+", type=_output, metavar="figures/x.png")
    parser.add_argument("--dpi", type=_dpi, default=200, help="of the PNG (default: %(default)s)")
    arguments = parser.parse_args()
    try:
        prompt = prompts.read(script.parents[1] / "prompts" / f"{script.stem}.md")
    except InputError as error:
        parser.error(str(error))

    faulthandler.dump_traceback_later(TIME_LIMIT, exit=True)
    numbers = compute()
    pictures = {}
    for name in THEMES:
        files = [file for file in arguments.files if _theme(file) == name]
        if not files:
            continue
        with theme(name):
            figure = draw(numbers)
            freeze_layout(figure)
            for file in files:
                pictures[file] = render(
                    figure,
                    format=file.suffix[1:],
                    dpi=arguments.dpi,
                    name=f"{script.stem}-{name}",
                    title=prompt.title,
                    alt=prompt.alt,
                )
    # Written now, the old picture would be newer than the save: for Snakemake, up to date.
    if saved := sources.saved_since_start(script.stem):
        parser.exit(
            1,
            f"{script.name}: {', '.join(saved)}: saved while the figure was drawn; "
            "draw it again; no file was changed\n",
        )
    try:
        write(pictures)
    except OSError as error:
        parser.exit(1, f"{script.name}: {error.filename}: {error.strerror}; no file was changed\n")


def _output(argument: str) -> Path:
    file = Path(argument)
    if file.suffix[1:] not in FORMATS:
        raise argparse.ArgumentTypeError(
            f"{argument}: unknown suffix {file.suffix!r}; use one of .{', .'.join(FORMATS)}"
        )
    try:
        if file.parent.is_dir():
            return file
    except OSError:  # a name too long
        pass
    raise argparse.ArgumentTypeError(f"{argument}: no folder {file.parent}; make it first")


def _dpi(argument: str) -> int:
    if not (re.fullmatch("[0-9]{1,4}", argument) and DPI[0] <= int(argument) <= DPI[1]):
        raise argparse.ArgumentTypeError(f"{argument!r}: write a number from {DPI[0]} to {DPI[1]}")
    return int(argument)


def _theme(file: Path) -> str:
    return "dark" if file.stem.endswith("-dark") else "light"
