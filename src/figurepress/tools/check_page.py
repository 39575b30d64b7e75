"""What is wrong with the pictures of a lecture page: ``make check-page PAGE=<notes.md>``.

Named, each with file and line: an image without a file, an image without
alternative text, a figure that the lecture's page should show and does not.
Links to other sites are not followed. A mere ornament is written
``<img src="..." alt="" role="presentation">``.
"""

import re
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from os.path import expanduser, relpath
from pathlib import Path, PurePosixPath
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from figurepress.project import config, prompts
from figurepress.project.validation import InputError, read_text

from figurepress.tools.page_images import Image, images

PROJECT = Path(__file__).resolve().parents[1]
RECORD = Path("figures/.exported.json")  # what `make export` leaves in a lecture's folder


def faults(pages: Mapping[Path, str], root: Path, project: Path) -> list[str]:
    """What is wrong with the pictures of these pages, given as texts; a line each.

    ``root`` is the folder where a link that begins with / starts.

    Raises:
        InputError: where config.yaml or a prompt of ``project`` is faulty.
    """
    figures = [
        stem
        for stem in config.read(project).figures
        if prompts.read(project / "prompts" / f"{stem}.md").page
    ]
    found, shown = [], set()
    for page, text in pages.items():
        for image in images(text):
            there = _is_there(image.link, page, root)
            figure = _figure(image.link, figures, guess=not there)
            shown.add(figure)
            right = figure and relpath(root / f"figures/{figure}.png", page.parent)
            found += [
                f"{page}:{image.line}: {image.link}: {fault}"
                for fault in _faults(image, there, figure, right)
            ]
    return found + [
        f"{_line_of_page(project, stem)}: page: true, but figures/{stem}.png is not shown; "
        "show it, or write page: false"
        for stem in figures
        if stem not in shown
    ]


def _faults(image: Image, there: bool, figure: str | None, right: str | None) -> Iterator[str]:
    if not image.read:
        yield "not read as an image; define its label, or write %20 for a space in its link"
    elif not there and right == image.link:
        yield "no such file; `make export` brings it"
    elif not there:
        yield f"no such file; {f'is {right} meant?' if figure else 'mend the link'}"
    if not image.described:
        yield f"no alternative text; {f'prompts/{figure}.md has it' if figure else 'write it'}"


def _is_there(link: str, page: Path, root: Path) -> bool:
    try:
        parts = urlsplit(link.strip())
        if parts.netloc or parts.scheme in ("http", "https", "data"):
            return True  # for all we know
        path = unquote(parts.path)
        return (root / path[1:] if path.startswith("/") else page.parent / path).is_file()
    except (OSError, ValueError):  # a name too long, a malformed host
        return False


def _figure(link: str, figures: list[str], guess: bool) -> str | None:
    """The figure that a link shows, in whatever form; if it is to be guessed, the one it means.

    So a misspelt link is one fault, not two: the figure it means counts as shown.
    """
    name = PurePosixPath(unquote(re.split(r"[?#]", link)[0])).stem.removesuffix("-dark")
    return next(iter(get_close_matches(name, figures, n=1, cutoff=0.8 if guess else 1)), None)


def _line_of_page(project: Path, stem: str) -> str:
    """The place where a prompt says that the lecture's page shows its figure."""
    lines = read_text(project / "prompts" / f"{stem}.md", "restore it").splitlines()
    number = next((i for i, line in enumerate(lines, 1) if line.startswith("page:")), 1)
    return f"prompts/{stem}.md:{number}"


def main(argument: str) -> int:
    """Report on the page named on the command line; the exit status is 1 where it has faults.

    Raises:
        InputError: where the page cannot be read.
    """
    if not argument:
        raise InputError("PAGE: '': say which page: make check-page PAGE=<notes.md>")
    page = Path(expanduser(argument))  # noqa: PTH111 - Path's raises where there is no such user
    text = read_text(page, "name a Markdown page in UTF-8")
    folders = page.resolve().parents
    root = next((folder for folder in folders if (folder / RECORD).is_file()), page.parent)
    found = faults({page: text}, root, PROJECT)
    print("\n".join(found) or f"{page}: nothing wrong")
    return 1 if found else 0


def run(main: Callable[..., int]) -> NoReturn:
    """End with the status of ``main`` of the command line, or with 2 and what is wrong with it."""
    sys.stdout.reconfigure(errors="backslashreplace")  # any file name can be printed
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # and `| head` end it without a word
    try:
        sys.exit(main(*sys.argv[1:]))
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    run(main)
