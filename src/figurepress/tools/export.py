"""Copy the figures into a lecture's folder, then check its pages: ``make export TO=<folder>``.

An existing file is replaced only if no work is lost: if it is unchanged since the last commit
or the last export, whose hashes are in figures/.exported.json. Any other file with the name
of a figure is left alone and reported. No file is deleted.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from figurepress import git
from figurepress.build import outputs
from figurepress.command_line import PROJECT, Parser, path, run
from figurepress.files import hash_of, write
from figurepress.names import EXPORTED
from figurepress.project import config, prompts
from figurepress.project.config import Config
from figurepress.project.validated_files import InputError
from figurepress.site import manifest, markdown_appendix
from figurepress.tools import publish
from figurepress.tools.check_page import check_pages

FIGURES = PROJECT / "figures"


@dataclass
class Exported:
    """The results of an export, by file name."""

    copied: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)  # left alone, with the reason
    removed: list[str] = field(default_factory=list)  # exported earlier, but no longer a figure
    outdated: list[str] = field(default_factory=list)  # exported earlier, not selected this time


def export(to: Path, formats: Sequence[str] = (), pages_only: bool = False) -> Exported:
    """Copy new and changed figures into the folder ``figures`` in ``to``.

    Parameters
    ----------
    formats
        The formats to copy; all formats if empty.
    pages_only
        Copy only the figures that the lecture's page shows (``page: true``).

    Raises
    ------
    InputError
        If the arguments are wrong, or a figure or the hashes of the last export are missing.
    OSError
        If a file cannot be written. In this case no file has changed.
    """
    settings = config.read()
    check_folder(to)
    check_choice(settings, formats, pages_only)
    last = _last_export(to)
    everything = _contents(settings)
    contents = _chosen(everything, settings, formats, pages_only)
    folder = to / "figures"
    committed = git.committed(folder, contents)

    names = contents.keys() | last.keys()
    there = {name: hash_of(folder / name) for name in names if (folder / name).is_file()}
    hashes = {name: sha256(content).hexdigest() for name, content in contents.items()}
    done = Exported()
    for name in contents:
        can_be_replaced = name in committed or there.get(name) == last.get(name)
        if there.get(name) == hashes[name]:
            done.unchanged.append(name)
        elif why := _why_keep(folder / name, can_be_replaced, name in last):
            done.left[name] = why
        else:
            done.copied.append(name)
    for name in sorted(there.keys() - contents.keys()):
        if name not in everything:
            done.removed.append(name)
        elif there[name] != sha256(everything[name]).hexdigest():
            done.outdated.append(name)

    new = {folder / name: contents[name] for name in done.copied}
    exported = last | {name: hashes[name] for name in (*done.copied, *done.unchanged)}
    if exported != last:
        new[to / EXPORTED] = (json.dumps(exported, indent=2) + "\n").encode()
    write(new)
    return done


def check_folder(to: Path) -> None:
    """Check that figures may be copied into this folder.

    Raises
    ------
    InputError
        If it does not exist, is in this project, or is itself a folder of figures.
    """
    if not to.is_dir():
        raise InputError(f"{to}: no such folder; choose the folder of the lecture's notes")
    place = to.resolve()
    if place.name == "figures":
        raise InputError(
            f"{to}: is the folder of the figures; choose the one above it: {place.parent}"
        )
    for folder in (place, (to / "figures").resolve()):
        if folder.is_relative_to(PROJECT.resolve()):
            raise InputError(
                f"{to}: is in the project of the figures; choose a folder outside of it"
            )


def _last_export(to: Path) -> dict[str, str]:
    """The hashes of the files that earlier exports wrote in ``to``, by name."""
    file = to / EXPORTED
    if not file.exists():
        return {}
    try:
        return dict(json.loads(file.read_bytes() if file.is_file() else b""))
    except (ValueError, TypeError):  # such as a merge conflict
        raise InputError(
            f"{file}: damaged; restore or delete it. Without it, the export leaves alone every "
            "file that differs and is not committed"
        ) from None


def check_choice(settings: Config, formats: Sequence[str], pages_only: bool) -> None:
    """Check that there are pictures to export.

    Raises
    ------
    InputError
        If a format is not built, or no figure is on the lecture's page.
    """
    for format in formats:
        if format not in settings.formats:
            built = ", ".join(settings.formats)
            raise InputError(f"FORMATS: {format!r}: not a format in config.yaml; write {built}")
    if pages_only and not any(prompts.read(stem).page for stem in settings.figures):
        raise InputError(
            "PAGES=only: no prompt has `page: true`; set it in the prompts to export, or omit PAGES"
        )


def _pictures(settings: Config, formats: Sequence[str] = (), pages_only: bool = False) -> list[str]:
    """The file names of the pictures, of all figures or of the selected ones."""
    stems = [stem for stem in settings.figures if prompts.read(stem).page or not pages_only]
    files = [file for stem in stems for file in outputs.of_figure(stem, settings)]
    return [file.name for file in files if not formats or file.suffix[1:] in formats]


def _contents(settings: Config) -> dict[str, bytes]:
    """The content of all files that an export may write, by name."""
    page = [file.name for file in publish.files(settings).values() if file.parent == FIGURES]
    names = dict.fromkeys([*_pictures(settings), *page])
    if missing := [name for name in names if not (FIGURES / name).is_file()]:
        raise InputError("\n".join(f"figures/{name}: missing; run `make`" for name in missing))
    contents = {name: (FIGURES / name).read_bytes() for name in names}
    contents["appendix.html"] = contents.pop("index.html")
    tests = contents["tests.html"]
    contents["tests.html"] = tests.replace(b'href="index.html', b'href="appendix.html')
    contents["appendix.md"] = markdown_appendix.markdown().encode()
    return contents


def _chosen(
    everything: dict[str, bytes], settings: Config, formats: Sequence[str], pages_only: bool
) -> dict[str, bytes]:
    """The chosen pictures, their figures.json, and the appendix if it shows only these.

    The appendix comes with its animations.
    """
    names = {*_pictures(settings, formats, pages_only), "figures.json"}
    pictures = set(_pictures(settings))
    shown = pictures.intersection(file.name for file in publish.files(settings).values())
    if names.issuperset(name for name in shown if Path(name).suffix[1:] in settings.formats):
        names |= shown | (everything.keys() - pictures)
    contents = {name: content for name, content in everything.items() if name in names}
    contents["figures.json"] = _manifest(contents["figures.json"], names)
    return contents


def _manifest(text: bytes, names: Collection[str]) -> bytes:
    """figures.json, reduced to the exported files."""
    figures = json.loads(text)["figures"]
    for figure in figures:
        figure["files"] = [file for file in figure["files"] if file["name"] in names]
    return manifest.to_json({"figures": [figure for figure in figures if figure["files"]]})


def _why_keep(there: Path, can_be_replaced: bool, exported: bool) -> str:
    """The reason to keep an existing file; empty if it can be replaced or does not exist."""
    if there.is_symlink() or (there.exists() and not there.is_file()):
        return "not a file"
    if can_be_replaced or not there.exists():
        return ""
    return "edited since the last export" if exported else "not from an export and not committed"


def report(to: Path, done: Exported) -> Iterator[str]:
    """Yield the lines of the report on an export."""
    folder = to / "figures"
    yield (
        f"{folder}: {len(done.copied)} copied, {len(done.unchanged)} unchanged, "
        f"{len(done.left)} left alone"
    )
    for name, why in done.left.items():
        yield f"{folder / name}: left alone, {why}; commit or move it, then export again"
    for name in done.removed:
        yield f"{folder / name}: no longer a figure here; delete it when no page shows it"
    for name in done.outdated:
        yield f"{folder / name}: out of date, because it was not selected; export or delete it"
    names = [*done.copied, *done.unchanged, EXPORTED.name]
    for gitignore, lines in git.lines_to_add(folder, names).items():
        yield f"{gitignore}: git ignores some of these files; to commit them, add at its end"
        yield from (f"    {line}" for line in lines)


def main(arguments: Sequence[str]) -> int:
    """Export to the folder given on the command line, and report on the pages there.

    The exit status is 1 if a file was left alone or a page has an error.

    Raises
    ------
    InputError
        If nothing could be exported.
    """
    parser = Parser(prog="make export", description=__doc__)
    parser.add_argument("to", metavar="TO", help="the folder with the lecture's notes")
    parser.add_argument("--formats", default="", help="such as png, or svg,png (default: all)")
    parser.add_argument("--pages", default="", help="only: the figures of the lecture's page")
    parser.add_argument("--dry-run", action="store_true", help="check the arguments, copy nothing")
    given = parser.parse_args(arguments)
    if not given.to:
        raise InputError("TO: '': give a folder: make export TO=<lecture folder>")
    if given.pages not in ("", "all", "only"):
        raise InputError(f"PAGES: {given.pages!r}: write PAGES=only or PAGES=all")
    to = path(given.to)
    formats = given.formats.replace(",", " ").split()
    pages_only = given.pages == "only"
    if given.dry_run:
        check_folder(to)
        check_choice(config.read(), formats, pages_only)
        return 0
    done = export(to, formats, pages_only)
    errors, notes = check_pages(to)
    print("\n".join([*report(to, done), *errors, *notes]))
    return 1 if done.left or errors else 0


if __name__ == "__main__":
    run(main)
