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

MARKDOWN = (".md", ".markdown", ".qmd")
PAGES = (*MARKDOWN, ".html")
UNCHECKED_FOLDERS = ("node_modules", "vendor", "venv", "site-packages", "_site", "_book", "_build")
ROOT_MARKS = ("_config.yml", "_quarto.yml", ".git")  # what the top folder of a site contains
APPENDIX = ("appendix", "tests")  # the HTML pages that `make export` writes
MAX_NAMED = 3  # figures in a note
# Anchors that a link may have although no page defines them: top, slides (3, /slide), footnotes,
# citations, and text to highlight (:~:text=loss).
GENERATED = re.compile(r"top|\d+|/.*|fn.*|cite.*|ref-.*|:~:.*")


def check_pages(place: Path) -> tuple[list[str], list[str]]:
    """The errors and the notes on a page, or on all Markdown pages below a folder.

    Notes report what may be intended. The command fails only if there are errors.

    Raises
    ------
    InputError
        If the page cannot be read, or if config.yaml has an error.
    """
    pages, errors, notes = _read_pages(place)
    stems = config.read_without_prompts().figures  # an error in a prompt or script does not matter
    _names.cache_clear()  # files may have changed since an earlier call
    _anchors.cache_clear()
    shown: set[str] = set()
    for page, content in pages.items():
        check = _Check(page, content, stems)
        errors += check.errors
        shown |= check.shown
    # Only pages that show a figure, or are below a folder with an export, should show all of them.
    uses_figures = bool(shown) or any(_above(page.resolve(), EXPORTED) for page in pages)
    missing = [stem for stem in stems if stem not in shown and _is_on_the_page(stem)]
    if uses_figures and missing:
        names = ", ".join(missing[:MAX_NAMED])
        if len(missing) > MAX_NAMED:
            names += f" and {len(missing) - MAX_NAMED} more"
        notes.append(
            f"{place}: note: does not show {names}; this is fine if another page shows them"
        )
    return errors, notes


def _read_pages(place: Path) -> tuple[dict[Path, Page], list[str], list[str]]:
    """The content of a page, or of the Markdown pages below a folder, by path; errors; notes.

    In a folder, a file that cannot be read is an error, and HTML pages are only noted.
    """
    if not place.is_dir():
        fix = "give a folder, or a Markdown or HTML page in UTF-8"
        if place.is_file() and place.suffix.lower() not in PAGES:
            raise InputError(f"{place}: not a page; {fix}")
        return {place: read(read_text(place, fix))}, [], []
    pages: dict[Path, Page] = {}
    errors: list[str] = []
    html_pages: list[Path] = []

    def report_folder(error: OSError) -> None:
        errors.append(f"{error.filename}: {error.strerror}; its pages are not checked")

    for folder, subfolders, names in os.walk(place, onerror=report_folder):
        # os.walk enters only the folders that remain in this list.
        subfolders[:] = sorted(name for name in subfolders if _is_checked(Path(folder, name)))
        for name in sorted(names):
            page = Path(folder, name)
            if page.suffix.lower() == ".html":
                html_pages.append(page)
            elif page.suffix.lower() in MARKDOWN and not name.startswith("."):
                try:
                    pages[page] = read(read_text(page, "save it in UTF-8"))
                except InputError as error:
                    errors.append(str(error))
    notes = []
    if html_pages:
        command = f"make check-page PAGE={html_pages[0]}"
        notes = [f"{place}: note: HTML pages are not checked; for one of them, {command}"]
    return pages, errors, notes


def _is_on_the_page(stem: str) -> bool:
    """Whether the lecture's page should show a figure, according to its prompt."""
    try:
        return prompts.read(stem).page
    except InputError:  # `make` reports it
        return False


def _is_checked(folder: Path) -> bool:
    """Whether to search a folder: not one that is hidden, of a tool, exported, or this project."""
    # Unlike Path.exists, os.access raises no error if the folder cannot be entered.
    has_export = os.access(folder / EXPORTED.name, os.F_OK)
    return not (
        folder.name.startswith(".")
        or folder.name in UNCHECKED_FOLDERS
        or has_export
        or folder.resolve() == PROJECT.resolve()
    )


class _Check:
    """Checks a page: ``shown`` are the stems of the figures on it, ``errors`` the messages."""

    def __init__(self, page: Path, content: Page, stems: Sequence[str]) -> None:
        self.page = page.resolve()
        self.content = content
        self.stems = stems
        folder = self.page.parent
        # The top folder of the site, in which a link such as /x.png starts.
        self.site = _above(self.page, *ROOT_MARKS) or _above(self.page, EXPORTED) or folder
        # The folder into which `make export` copies figures, next to the page or further up.
        self.figures = (_above(self.page, "figures") or folder) / "figures"
        self.shown = content.code & set(stems)  # words of code that may show a figure
        found: list[tuple[int, str]] = []  # line numbers and errors
        for image in content.images:
            name = image.link or "image"
            found += [(image.line, f"{name}: {error}") for error in self.image_errors(image)]
        for line, link in content.links:
            found += [(line, f"{link}: {error}") for error in self.link_errors(link)]
        found.sort(key=itemgetter(0))
        self.errors = [f"{page}:{line}: {error}" for line, error in found]

    def image_errors(self, image: Image) -> Iterator[str]:
        """Yield the errors of an image, and add the figure that it shows to ``shown``."""
        target = self.target(image.link)
        on_disk = self.on_disk(target) if target else None
        is_missing = on_disk != target  # also if only its case differs, as in Waves.png
        figure_file = self.figure_file(image.link, may_be_misspelt=is_missing)
        figure = stem_and_theme(figure_file.stem)[0] if figure_file else ""
        if figure:
            self.shown.add(figure)
        if image.is_text:
            yield "not read as an image; define its label, or write %20 for a space in its link"
        elif not image.link:
            yield "has no address; set src"
        elif target and is_missing:
            yield self.missing(target, on_disk or figure_file)
        elif target and not target.is_file():
            yield "not a file; link to a picture"
        if not image.described:
            hint = f"prompts/{figure}.md has it" if figure else "write it"
            yield f"no alternative text; {hint}"

    def figure_file(self, link: str, may_be_misspelt: bool) -> Path | None:
        """The file in the folder of figures that a link names; None if it names no figure."""
        address = re.split(r"[?#]", link)[0]  # without "?v=2" or "#part"
        file = PurePosixPath(unquote(address))
        stem, theme = stem_and_theme(file.stem)
        if may_be_misspelt:  # such as wave.png or Waves.png for the figure waves
            similar = get_close_matches(stem.casefold(), self.stems, n=1, cutoff=0.8)
            stem = similar[0] if similar else ""
        if stem not in self.stems:
            return None
        suffix = file.suffix if file.suffix[1:] in FORMATS else ".png"  # x.jpg means x.png
        return self.figures / f"{stem}{theme_suffix(theme)}{suffix}"

    def link_errors(self, link: str) -> Iterator[str]:
        """Yield the error of a link if there is no such file, or no such anchor in it."""
        target = self.target(link)
        address, _, fragment = link.partition("#")
        # Such as /about/: not checked, because a site generator may make it from any page.
        is_permalink = address.startswith("/") and not PurePosixPath(address).suffix
        if target is None or is_permalink:
            return
        anchors = self.content.anchors
        if address:
            # A link to notes.html or notes may mean the page that is made from notes.md.
            base = str(target).removesuffix(".html")
            allowed = [target, *(Path(base + suffix) for suffix in PAGES)]
            found = next((file for file in map(self.on_disk, allowed) if file), None)
            if found not in allowed:  # it does not exist, or only in another case
                yield self.missing(target, self.appendix_file(target) or found)
                return
            if found.suffix.lower() not in PAGES or not found.is_file():
                return  # only pages have anchors
            anchors = _anchors(found)
        fragment = unquote(fragment)
        if fragment and fragment not in anchors and not GENERATED.fullmatch(fragment):
            similar = get_close_matches(fragment, anchors, n=1)
            hint = f"did you mean #{similar[0]}?" if similar else "correct the link"
            yield f"no such anchor; {hint}"

    def appendix_file(self, target: Path) -> Path | None:
        """The exported page for a misspelt link such as apendix.html; None for another file."""
        for name in get_close_matches(target.stem.lower(), APPENDIX, n=1, cutoff=0.85):
            file = self.figures / f"{name}.html"
            if file.is_file():
                return file
        return None

    def missing(self, target: Path, suggestion: Path | None) -> str:
        """The error for a link to a missing file; it may mean the file `suggestion`."""
        if target in [self.figures / f"{name}.html" for name in APPENDIX]:
            return "no such file; run `make export` without FORMATS and PAGES"
        if target == suggestion:  # a figure that has not been exported
            return "no such file; run `make export`"
        if suggestion is None:
            return "no such file; correct the link"
        return f"no such file; did you mean {relpath(suggestion, self.page.parent)}?"

    def target(self, link: str) -> Path | None:
        """The path to which a link leads; None on another site, or if Jekyll fills in a part."""
        try:
            parts = urlsplit(link.strip())
        except ValueError:  # a malformed host, as in //[, becomes a missing file
            return self.page.parent / link
        if UNKNOWN in unquote(link) or parts.netloc or parts.scheme not in ("", "file"):
            return None
        address = unquote(parts.path)
        folder = self.site if address.startswith("/") else self.page.parent
        return Path(normpath(folder / address.lstrip("/")))

    def on_disk(self, target: Path) -> Path | None:
        """The path as spelt on the disk, perhaps in another case; None if it does not exist.

        Servers distinguish upper and lower case, but some disks do not. Outside the site, only the
        spelling of the file name counts, not that of its folders.
        """
        found = self.site if target.is_relative_to(self.site) else target.parent
        for part in target.relative_to(found).parts:
            spellings = [name for name in _names(found) if name.casefold() == part.casefold()]
            if not spellings:
                return None
            found /= part if part in spellings else min(spellings)
        return found


def _above(page: Path, *names: str | Path) -> Path | None:
    """The nearest folder above a page that contains one of these files; None if there is none."""
    for folder in page.parents:
        if any((folder / name).exists() for name in names):
            return folder
    return None


@cache
def _names(folder: Path) -> frozenset[str]:
    """The names of the files in a folder; cached, because many links lead to the same folder."""
    try:
        return frozenset(file.name for file in folder.iterdir())
    except (OSError, ValueError):  # no such folder, or a null byte in its name
        return frozenset()


@cache
def _anchors(page: Path) -> set[str]:
    """The anchors of a linked page; empty if it cannot be read."""
    try:
        text = read_text(page, "")
        return ids(text) if page.suffix.lower() == ".html" else read(text).anchors
    except InputError:  # reported when that page is checked
        return set()


def main(arguments: Sequence[str]) -> int:
    """Check the page or folder on the command line; the exit status is 1 if there are errors."""
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
