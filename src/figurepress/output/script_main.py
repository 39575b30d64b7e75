"""The command line of a figure script: ``python scripts/x.py figures/x.png ...``."""

import argparse
import sys
import warnings
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from threadpoolctl import threadpool_limits

from figurepress import look
from figurepress.build import records
from figurepress.command_line import Parser
from figurepress.files import write
from figurepress.look.theme import theme
from figurepress.names import ANIMATION_FORMATS, FORMATS, stem_and_theme
from figurepress.output.render import animation, make_portable, render, render_frames
from figurepress.output.unportable_artists import FigureError
from figurepress.palette import THEMES
from figurepress.project import config, numbers_for_page, prompts
from figurepress.project.config import DPI
from figurepress.project.prompts import Prompt
from figurepress.project.validated_files import InputError


def main(
    compute: Callable[[], Any],
    draw: Callable[[Any], Figure],
    frames: Callable[[Any], Iterable[Figure]] | None = None,
) -> None:
    """Run a figure script: compute once, draw once per theme, write the requested files.

    The suffix of a file selects its format, and ``-dark`` before the suffix selects the dark
    theme. If one file cannot be drawn or written, no file changes.

    Each warning is one line on stderr, and so are these errors: a wrong command line, prompt or
    config.yaml (exit status 2), a figure that cannot be rendered, and a file that cannot be written
    (exit status 1). Other exceptions of the script propagate.

    Parameters
    ----------
    compute
        Returns the numbers of the figure.
    draw
        Draws these numbers and returns the figure.
    frames
        Draws these numbers as an animation, for .webp and .gif files; returns its frames.
    """
    module = sys.modules[draw.__module__]
    script = Path(str(module.__file__)).absolute()
    root = script.parents[1]
    parser = Parser(prog=script.name, description=module.__doc__)
    parser.add_argument("files", nargs="+", type=_output, metavar="figures/x.png")
    parser.add_argument("--dpi", type=_dpi, help="of the PNG (default: that of config.yaml)")
    arguments = parser.parse_args()
    animations = [file for file in arguments.files if _is_animation(file)]
    try:
        prompt = prompts.read(script.stem, root)
        settings = config.read_without_prompts(root)
    except InputError as error:
        parser.error(str(error))
    if frames and not prompt.frames_per_second:
        parser.error(
            f"prompts/{script.stem}.md: frames_per_second: missing, but the script has frames; "
            "write a number from 1 to 30"
        )
    if animations and not frames:
        parser.error(
            f"{animations[0]}: no animation; define frames(numbers) in the script, and end it with "
            "main(compute, draw, frames)"
        )
    for name in prompt.needs:
        if not (root / name).exists():
            parser.error(f"{root / name}: missing; run make")

    dpi = arguments.dpi or settings.dpi
    look.use(settings.width, settings.colors, settings.series)
    threadpool_limits(1)  # with more threads, sums have different rounding errors
    try:
        with warnings.catch_warnings():
            warnings.showwarning = partial(_print_warning, script.name)
            numbers = compute()
            contents = _draw(numbers, draw, frames, arguments.files, dpi, script.stem, prompt)
    except FigureError as error:
        parser.exit(1, f"{script.name}: {error}; no file was changed\n")
    try:
        if records.are_in_figures(contents, root):
            # The page shows the constants of the script and the numbers of compute().
            constants = {name: value for name, value in vars(module).items() if name.isupper()}
            file = root / numbers_for_page.file(script.stem)
            contents[file] = numbers_for_page.to_json(constants, numbers)
            records.write_outputs(script.stem, contents, root=root)
        else:  # a preview has no record
            write(contents)
    except OSError as error:
        parser.exit(1, f"{script.name}: {error.filename}: {error.strerror}; no file was changed\n")


def _draw(
    numbers: Any,
    draw: Callable[[Any], Figure],
    frames: Callable[[Any], Iterable[Figure]] | None,
    files: list[Path],
    dpi: int,
    stem: str,
    prompt: Prompt,
) -> dict[Path, bytes]:
    """Draw the figure and its frames once in each theme that a file needs; return the contents."""
    contents = {}
    for theme_name in THEMES:
        of_theme = [file for file in files if _theme_of(file) == theme_name]
        animations = [file for file in of_theme if _is_animation(file)]
        stills = [file for file in of_theme if not _is_animation(file)]
        with theme(theme_name):
            if stills:
                figure = draw(numbers)
                _check_size(figure, stem, prompt)
                make_portable(figure)
                for file in stills:
                    name = f"{stem}-{theme_name}"
                    contents[file] = render(figure, file.suffix[1:], dpi, name, prompt)
            if animations and frames and prompt.frames_per_second:
                pictures = render_frames(frames(numbers))
                for file in animations:
                    contents[file] = animation(pictures, file.suffix[1:], prompt.frames_per_second)
    return contents


def _theme_of(file: Path) -> str:
    _, theme_name = stem_and_theme(file.stem)
    return theme_name


def _is_animation(file: Path) -> bool:
    return file.suffix[1:] in ANIMATION_FORMATS


def _check_size(figure: Figure, stem: str, prompt: Prompt) -> None:
    """Raise `FigureError` unless `figure` is a figure of the size in prompt or config.yaml."""
    if not isinstance(figure, Figure):
        raise FigureError(f"draw() returned {type(figure).__name__}; let it return the figure")
    width, height = figure.get_size_inches()
    expected_width = prompt.width or look.WIDTH
    expected_height = prompt.height or height
    if (width, height) != (expected_width, expected_height):
        raise FigureError(
            f"the size of the figure is {width:g} x {height:g} inches instead of "
            f"{expected_width:g} x {expected_height:g}; change its figsize, or write `width:` and "
            f"`height:` in prompts/{stem}.md"
        )


def _print_warning(
    script: str,
    message: Warning | str,
    category: type[Warning],
    filename: str,
    line_number: int,
    *unused: object,
) -> None:
    """Print a warning as one line, with its place in `script`; for ``warnings.showwarning``."""
    place = f", line {line_number}" if Path(filename).name == script else ""
    words = " ".join(str(message).split())
    _print_once(f"{script}{place}: warning: {words} ({category.__name__})")


@cache
def _print_once(line: str) -> None:
    """Print a line only once: drawing each theme and format may cause the same warning."""
    print(line, file=sys.stderr)


def _output(argument: str) -> Path:
    """A file to write, from the command line."""
    file = Path(argument)
    formats = (*FORMATS, *ANIMATION_FORMATS)
    if file.suffix[1:] not in formats:
        raise argparse.ArgumentTypeError(
            f"{argument}: unknown suffix {file.suffix!r}; use one of .{', .'.join(formats)}"
        )
    if not file.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{argument}: no folder {file.parent}; create it first")
    return file


def _dpi(argument: str) -> int:
    """The resolution of a PNG, from the command line."""
    lowest, highest = DPI
    if not (argument.isdecimal() and lowest <= int(argument) <= highest):
        raise argparse.ArgumentTypeError(f"{argument!r}: write a number from {lowest} to {highest}")
    return int(argument)
