"""Report errors in the images and links of pages: ``make check-page PAGE=<notes.md>``.

The report lists, with file and line: missing images, missing alternative text, dead links to
files and headings, and figures that the lecture's page should show but does not. Links to other
sites are not checked. Mark a decorative image with ``<img alt="" role="presentation">``.
"""

import os
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache
from operator import itemgetter
from os.path import normpath, relpath
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from figurepress.command_line import PROJECT, Parser, path, run
from figurepress.names import EXPORTED, FORMATS, stem_and_theme, theme_suffix
from figurepress.project import config, prompts
from figurepress.project.validated_files import InputError, read_text
from figurepress.tools.page_links import UNKNOWN, Image, Page, ids, read

SUFFIXES = (".md", ".markdown", ".qmd")
UNCHECKED_FOLDERS = ("node_modules", "vendor", "venv", "site-packages", "_site", "_book", "_build")
ROOT_MARKS = ("_config.yml", "_quarto.yml", ".git")
APPENDIX = ("appendix", "tests")  # names of exported pages
FEW = 3  # figures that a note lists
# Anchors that site generators make: top of the page, slides, footnotes, citations.
GENERATED = re.compile(r"top|\d+|/.*|fn.*|cite.*|ref-.*|:~:.*")


def check_pages(place: Path) -> tuple[list[str], list[str]]:
    """Errors in a page, or in all Markdown pages below a folder; notes on what is not an error.

    Raises
    ------
    InputError
        If the page cannot be read, or if config.yaml has an error.
    """
    pages, errors, notes = _read_pages(place)
    stems = config.read_alone().figures
    _names.cache_clear()
    _anchors.cache_clear()
    shown: set[str] = set()
    concerned = False
    for page, content in pages.items():
        check = _Check(page, content, stems)
        errors += check.errors
        shown |= check.shown
        concerned |= bool(check.shown) or _above(page.resolve(), EXPORTED) is not None
    missing = [stem for stem in stems if stem not in shown and _is_of_the_page(stem)]
    if not (missing and concerned):
        return errors, notes
    first, rest = missing[:FEW], len(missing[FEW:])
    names = ", ".join(first) + (f" and {rest} more" if rest else "")
    note = f"{place}: note: does not show {names}; this is fine if another page shows them"
    return errors, [*notes, note]


def _read_pages(place: Path) -> tuple[dict[Path, Page], list[str], list[str]]:
    """The page at this path, or the Markdown pages below it; errors and notes on the others."""
    if not place.is_dir():
        fix = "give a folder, or a Markdown or HTML page in UTF-8"
        if place.is_file() and place.suffix.lower() not in (*SUFFIXES, ".html"):
            raise InputError(f"{place}: not a page; {fix}")
        return {place: read(read_text(place, fix))}, [], []
    pages: dict[Path, Page] = {}
    errors: list[str] = []
    html: list[Path] = []

    def report(error: OSError) -> None:
        errors.append(f"{error.filename}: {error.strerror}; its pages are not checked")

    for folder, folders, names in os.walk(place, onerror=report):
        folders[:] = sorted(name for name in folders if _is_checked(Path(folder, name)))
        for name in sorted(names):
            page = Path(folder, name)
            if page.suffix.lower() == ".html":
                html.append(page)
            elif page.suffix.lower() in SUFFIXES and not name.startswith("."):
                try:
                    pages[page] = read(read_text(page, "save it in UTF-8"))
                except InputError as error:
                    errors.append(str(error))
    note = f"{place}: note: HTML pages are not checked; for one of them, make check-page PAGE="
    return pages, errors, [f"{note}{html[0]}"] if html else []


def _is_of_the_page(stem: str) -> bool:
    """Whether the lecture's page should show a figure."""
    try:
        return prompts.read(stem).page
    except InputError:  # `make` reports it
        return False


def _is_checked(folder: Path) -> bool:
    """False for hidden folders, tool output, exported figures and this project."""
    return not (
        folder.name.startswith(".")
        or folder.name in UNCHECKED_FOLDERS
        or os.access(folder / EXPORTED.name, os.F_OK)
        or folder.resolve() == PROJECT.resolve()
    )


class _Check:
    """Checks a page: ``shown`` are the figures on it, ``errors`` the messages."""

    def __init__(self, page: Path, content: Page, stems: Sequence[str]) -> None:
        self.page = page.resolve()
        self.content = content
        self.stems = stems
        folder = self.page.parent
        self.root = _above(self.page, *ROOT_MARKS) or _above(self.page, EXPORTED) or folder
        self.figures = (_above(self.page, "figures") or folder) / "figures"
        self.shown = content.code & set(stems)
        found: list[tuple[int, str]] = []
        for image in content.images:
            name = image.link or "image"
            found += [(image.line, f"{name}: {error}") for error in self.image(image)]
        for line, link in content.links:
            found += [(line, f"{link}: {error}") for error in self.link(link)]
        found.sort(key=itemgetter(0))
        self.errors = [f"{page}:{line}: {error}" for line, error in found]

    def image(self, image: Image) -> Iterator[str]:
        """Yield the errors of an image, and note the figure that it shows."""
        place = self.place(image.link)
        found = place and self.on_disk(place)
        figure_file = self.figure_file(image.link, may_be_misspelt=found != place)
        figure = figure_file and stem_and_theme(figure_file.stem)[0]
        if figure:
            self.shown.add(figure)
        if not image.read:
            yield "not read as an image; define its label, or write %20 for a space in its link"
        elif not image.link:
            yield "has no address; set src"
        elif place and found != place:
            yield self.missing(place, found or figure_file)
        elif place and not place.is_file():
            yield "not a file; link to a picture"
        if not image.described:
            hint = f"prompts/{figure}.md has it" if figure else "write it"
            yield f"no alternative text; {hint}"

    def figure_file(self, link: str, may_be_misspelt: bool) -> Path | None:
        """The file of the figure that a link means; None if it means no figure."""
        file = PurePosixPath(unquote(re.split(r"[?#]", link)[0]))
        name, theme = stem_and_theme(file.stem)
        stems = [name] if name in self.stems else []
        if may_be_misspelt:
            stems = get_close_matches(name.casefold(), self.stems, 1, 0.8)
        suffix = file.suffix if file.suffix[1:] in FORMATS else ".png"
        return self.figures / f"{stems[0]}{theme_suffix(theme)}{suffix}" if stems else None

    def link(self, link: str) -> Iterator[str]:
        """Yield the errors of a link."""
        place = self.place(link)
        path, _, fragment = link.partition("#")
        if not place or (path.startswith("/") and not PurePosixPath(path).suffix):
            return  # another site, or possibly the permalink of a page
        anchors = self.content.anchors
        if path:
            # A site generator makes the HTML page from one of these sources.
            sources = (str(place).removesuffix(".html") + suffix for suffix in (*SUFFIXES, ".html"))
            places = [place, *map(Path, sources)]
            found = next(filter(None, map(self.on_disk, places)), None)
            if found not in places:
                similar = get_close_matches(place.stem.lower(), APPENDIX, 1, 0.85)
                files = [self.figures / f"{name}.html" for name in similar]
                meant = [file for file in files if file.is_file()]
                yield self.missing(place, meant[0] if meant else found)
                return
            if found.suffix.lower() not in (*SUFFIXES, ".html") or not found.is_file():
                return
            anchors = _anchors(found)
        fragment = unquote(fragment)
        if fragment and fragment not in anchors and not GENERATED.fullmatch(fragment):
            close = get_close_matches(fragment, anchors, 1)
            yield f"no such anchor; {f'did you mean #{close[0]}?' if close else 'correct the link'}"

    def missing(self, place: Path, meant: Path | None) -> str:
        """The message for a link to a missing file."""
        if place in [self.figures / f"{name}.html" for name in APPENDIX]:
            return "no such file; run `make export` without FORMATS and PAGES"
        if place == meant:
            return "no such file; run `make export`"
        hint = f"did you mean {relpath(meant, self.page.parent)}?" if meant else "correct the link"
        return f"no such file; {hint}"

    def place(self, link: str) -> Path | None:
        """The path of the target of a link; None if it is on another site or unknown."""
        try:
            parts = urlsplit(link.strip())
        except ValueError:  # a malformed host
            return self.page.parent / link
        if UNKNOWN in unquote(link) or parts.netloc or parts.scheme not in ("", "file"):
            return None
        path = unquote(parts.path)
        folder = self.root if path.startswith("/") else self.page.parent
        return Path(normpath(folder / path.lstrip("/")))

    def on_disk(self, place: Path) -> Path | None:
        """The path in the upper and lower case of the disk; None if it does not exist.

        Servers distinguish upper and lower case, but some disks do not.
        """
        found = self.root if place.is_relative_to(self.root) else place.parent
        for part in place.relative_to(found).parts:
            names = [name for name in _names(found) if name.casefold() == part.casefold()]
            if not names:
                return None
            found /= part if part in names else min(names)
        return found


def _above(page: Path, *marks: str | Path) -> Path | None:
    """The nearest folder above a page that contains one of these names; None if there is none."""
    found = (folder for folder in page.parents if any((folder / mark).exists() for mark in marks))
    return next(found, None)


@cache
def _names(folder: Path) -> frozenset[str]:
    try:
        return frozenset(file.name for file in folder.iterdir())
    except (OSError, ValueError):  # missing, or not a valid name
        return frozenset()


@cache
def _anchors(page: Path) -> set[str]:
    try:
        text = read_text(page, "")
        return ids(text) if page.suffix.lower() == ".html" else read(text).anchors
    except InputError:  # reported when that page is checked
        return set()


def main(arguments: Sequence[str]) -> int:
    """Report on the page or folder given on the command line.

    The exit status is 1 if there are errors.

    Raises
    ------
    InputError
        If the page cannot be read.
    """
    parser = Parser(prog="make check-page", description=__doc__)
    parser.add_argument("page", metavar="PAGE", help="a page, or a folder of Markdown pages")
    argument = parser.parse_args(arguments).page
    if not argument:
        raise InputError("PAGE: '': give a page or a folder: make check-page PAGE=<notes.md>")
    place = path(argument)
    errors, notes = check_pages(place)
    print("\n".join([*(errors or [f"{place}: no errors"]), *notes]))
    return 1 if errors else 0


if __name__ == "__main__":
    run(main)
