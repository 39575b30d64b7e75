"""Report errors in the images and links of pages: ``make check-page PAGE=<notes.md>``.

The report lists, with file and line: missing images, missing alternative text, dead links to
files and headings, and figures that the lecture's page should show but does not. Links to other
sites are not checked. Mark a decorative image with ``<img alt="" role="presentation">``.
"""

import os
import re
from collections.abc import Iterator, Sequence
from operator import itemgetter
from os.path import normpath, relpath
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from figurepress.command_line import PROJECT, Parser, path, run
from figurepress.names import ANIMATION_FORMATS, EXPORTED, FORMATS, stem_and_theme
from figurepress.project import config, prompts
from figurepress.project.validated_files import InputError, read_text
from figurepress.tools.page_links import UNKNOWN, Image, Page, ids, read

MARKDOWN = (".md", ".markdown", ".qmd")
PAGES = (*MARKDOWN, ".html")
UNCHECKED_FOLDERS = ("node_modules", "vendor", "venv", "site-packages", "_site", "_book", "_build")
ROOT_MARKS = ("_config.yml", "_quarto.yml", ".git")  # what the top folder of a site contains
APPENDIX = ("appendix.html", "tests.html", "appendix.md")  # what `make export` writes
# Servers distinguish upper and lower case, but the disks of macOS do not.
WRONG_CASE = "the file has other upper and lower case letters; correct the link"
# Links to other sites, or to addresses such as mailto:a@example.org.
ELSEWHERE = re.compile(r"//|[a-z][a-z0-9+.-]*:", re.IGNORECASE)
# Anchors that a link may have although no page defines them: top, slides (3, /slide), footnotes,
# citations, and text to highlight (:~:text=loss).
GENERATED = re.compile(r"top|\d+|/.*|fn.*|cite.*|ref-.*|:~:.*")


def check_pages(place: Path) -> tuple[list[str], list[str]]:
    """The errors and the notes on a page, or on all Markdown pages below a folder.

    Notes report what may be intended. The command fails only if there are errors.

    Raises
    ------
    InputError
        If a page cannot be read, or if config.yaml or a prompt has an error.
    """
    stems = config.read().figures
    pages = _pages(place)
    checks = [_Check(page, stems) for page in pages]
    shown = set().union(*(check.shown for check in checks))
    missing = [stem for stem in stems if stem not in shown and prompts.read(stem).page]
    notes = []
    if not pages:
        notes.append(f"{place}: note: no Markdown pages to check; give the path of an HTML page")
    # Other pages, which show no figure and are not below an export, belong to another lecture.
    is_of_lecture = bool(shown) or any(_above(page.resolve(), EXPORTED) for page in pages)
    if is_of_lecture and missing:
        names = ", ".join(missing)
        notes.append(
            f"{place}: note: does not show {names}; this is fine if another page shows them"
        )
    return [error for check in checks for error in check.errors], notes


def _pages(place: Path) -> list[Path]:
    """The page itself, or the Markdown pages below a folder."""
    if not place.is_dir():
        if place.suffix.lower() not in PAGES:
            raise InputError(f"{place}: not a page; give a folder, or a Markdown or HTML page")
        return [place]
    pages = []
    for folder, subfolders, names in os.walk(place):
        # os.walk enters only the folders that remain in this list.
        subfolders[:] = sorted(name for name in subfolders if _is_checked(Path(folder, name)))
        files = [Path(folder, name) for name in sorted(names) if not name.startswith(".")]
        pages += [file for file in files if file.suffix.lower() in MARKDOWN]
    return pages


def _is_checked(folder: Path) -> bool:
    """Whether to search a folder: not one that is hidden, of a tool, exported, or this project."""
    return not (
        folder.name.startswith(".")
        or folder.name in UNCHECKED_FOLDERS
        or (folder / EXPORTED.name).exists()
        or folder.resolve() == PROJECT.resolve()
    )


def _read(page: Path) -> str:
    return read_text(page, hint="check the path; pages must be in UTF-8")


def _is_html(page: Path) -> bool:
    return page.suffix.lower() == ".html"


class _Check:
    """Checks a page: ``shown`` are the stems of the figures on it, ``errors`` the messages."""

    def __init__(self, page: Path, stems: Sequence[str]) -> None:
        content = read(_read(page), _is_html(page))
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
        found.sort(key=itemgetter(0))  # by line only: images before links
        self.errors = [f"{page}:{line}: {error}" for line, error in found]

    def image_errors(self, image: Image) -> Iterator[str]:
        """Yield the errors of an image, and add the figure that it shows to ``shown``."""
        target = self.target(image.link)
        stem, _ = stem_and_theme(PurePosixPath(_address(image.link)).stem)
        is_figure = stem in self.stems
        if is_figure:
            self.shown.add(stem)
        if image.is_text:
            yield "not read as an image; define its label, or write %20 for a space in its link"
        elif not image.link:
            yield "has no address; set src"
        elif target and not target.is_file():
            yield self.missing(target)
        elif target and not self.has_same_case(target):
            yield WRONG_CASE
        if not image.described:
            hint = f"prompts/{stem}.md has it" if is_figure else "write it"
            yield f"no alternative text; {hint}"

    def link_errors(self, link: str) -> Iterator[str]:
        """Yield the error of a link if there is no such file, or no such anchor in it."""
        target = self.target(link)
        address, _, fragment = link.partition("#")
        # Such as /about/: not checked, because a site generator may make it from any page.
        is_permalink = address.startswith("/") and not PurePosixPath(address).suffix
        if target is None or is_permalink:
            return
        linked = self.content
        if address:
            # A link to notes.html or notes may mean the page that is made from notes.md.
            base = str(target).removesuffix(".html")
            allowed = [target, *(Path(base + suffix) for suffix in PAGES)]
            found = next((file for file in allowed if file.exists()), None)
            if found is None:
                yield self.missing(target)
                return
            if not self.has_same_case(found):
                yield WRONG_CASE
                return
            if found.suffix.lower() not in PAGES or not found.is_file():
                return  # only pages have anchors
            text = _read(found)
            linked = Page(ids=ids(text)) if _is_html(found) else read(text)
        anchor = unquote(fragment)
        if anchor and not linked.has_anchor(anchor) and not GENERATED.fullmatch(anchor):
            yield "no such anchor; correct the link"

    def has_same_case(self, target: Path) -> bool:
        """Whether the names of a file, and of its folders in the site, are listed in this case."""
        in_site = [place for place in (target, *target.parents) if self.site in place.parents]
        checked = in_site or [target]  # outside of the site, only the name of the file
        return all(place in place.parent.iterdir() for place in checked)

    def missing(self, target: Path) -> str:
        """The error for a link to a missing file, which may be in the folder of figures."""
        is_picture = target.suffix[1:] in (*FORMATS, *ANIMATION_FORMATS)
        is_figure = is_picture and stem_and_theme(target.stem)[0] in self.stems
        if not is_figure and target.name not in APPENDIX:
            return "no such file; correct the link"
        exported = self.figures / target.name
        if target == exported:
            options = " without FORMATS and PAGES" if target.name in APPENDIX else ""
            return f"no such file; run `make export`{options}"
        return f"no such file; did you mean {relpath(exported, self.page.parent)}?"

    def target(self, link: str) -> Path | None:
        """The path to which a link leads; None on another site, or if Jekyll fills in a part."""
        if UNKNOWN in unquote(link) or ELSEWHERE.match(link):
            return None
        address = _address(link)
        folder = self.site if address.startswith("/") else self.page.parent
        return Path(normpath(folder / address.lstrip("/")))


def _address(link: str) -> str:
    """The file that a link names, without "?v=2" or "#part"."""
    return unquote(re.split(r"[?#]", link)[0])


def _above(page: Path, *names: str | Path) -> Path | None:
    """The nearest folder above a page that contains one of these files; None if there is none."""
    for folder in page.parents:
        if any((folder / name).exists() for name in names):
            return folder
    return None


def main(arguments: Sequence[str]) -> int:
    """Check the page or folder on the command line; the exit status is 1 if there are errors."""
    parser = Parser(prog="make check-page", description=__doc__)
    parser.add_argument("page", metavar="PAGE", help="a page, or a folder of Markdown pages")
    argument = parser.parse_args(arguments).page
    if not argument:
        raise InputError("PAGE: '': give a page or a folder: make check-page PAGE=<notes.md>")
    place = path(argument)
    errors, notes = check_pages(place)
    lines = errors or [f"{place}: no errors"]
    print("\n".join(lines + notes))
    return 1 if errors else 0


if __name__ == "__main__":
    run(main)
