"""Copy the figures into a lecture's folder, then check its pages: ``make export TO=<folder>``.

An existing file is replaced only if no work is lost: if it is unchanged since the last commit
or the last export, whose hashes are in figures/.exported.json. Any other file with the name
of a figure is left alone and reported. No file is deleted.
"""

import json
from collections.abc import Iterator, Sequence
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
    """What an export did: the names of the files, by what happened to them."""

    copied: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    left_alone: dict[str, str] = field(default_factory=dict)  # with the reason
    obsolete: list[str] = field(default_factory=list)  # exported earlier, but no longer a figure
    outdated: list[str] = field(default_factory=list)  # exported earlier, changed, not selected


def export(to: Path, formats: Sequence[str] = (), pages_only: bool = False) -> Exported:
    """Copy new and changed figures into the folder ``figures`` of a lecture.

    Parameters
    ----------
    to
        The folder with the lecture's notes.
    formats
        The formats to copy; all formats if empty.
    pages_only
        Copy only the figures that the lecture's page shows (``page: true``).

    Raises
    ------
    InputError
        If the arguments are wrong, or figures/.exported.json is damaged.
    OSError
        If a figure is missing, or a file cannot be written. In this case no file has changed.
    """
    settings = config.read()
    check_arguments(to, settings, formats, pages_only)
    last_hashes = publish.read_hashes(to / EXPORTED)
    everything = _contents(settings)
    selected = _select(everything, settings, formats, pages_only)
    folder = to / "figures"
    is_committed = git.unchanged_since_commit(folder)

    result = Exported()
    hashes = dict(last_hashes)
    for name, content in selected.items():
        file = folder / name
        new_hash = sha256(content).hexdigest()
        if file.is_file() and hash_of(file) == new_hash:
            result.unchanged.append(name)
        elif reason := _reason_to_keep(
            file, is_committed=is_committed.get(name, False), last_hash=last_hashes.get(name)
        ):
            result.left_alone[name] = reason
            continue  # `hashes` keeps the hash of the last export, if any
        else:
            result.copied.append(name)
        hashes[name] = new_hash
    for name in sorted(last_hashes.keys() - selected.keys()):  # exported earlier, but not now
        file = folder / name
        if file.is_file() and name not in everything:
            result.obsolete.append(name)
        elif file.is_file() and hash_of(file) != sha256(everything[name]).hexdigest():
            result.outdated.append(name)
    new_files = {folder / name: selected[name] for name in result.copied}
    if hashes != last_hashes:
        new_files[to / EXPORTED] = (json.dumps(hashes, indent=2) + "\n").encode()
    write(new_files)
    return result


def check_arguments(to: Path, settings: Config, formats: Sequence[str], pages_only: bool) -> None:
    """Check the arguments of `export`.

    Raises
    ------
    InputError
        If figures cannot be copied into the folder, a format is not built, or no figure is
        selected.
    """
    if not to.is_dir():
        raise InputError(f"{to}: no such folder; choose the folder of the lecture's notes")
    place = to.resolve()
    if place.name == "figures":
        raise InputError(
            f"{to}: is the folder of the figures; choose the one above it: {place.parent}"
        )
    for folder in (place, (to / "figures").resolve()):  # figures may be a link into the project
        if folder.is_relative_to(PROJECT.resolve()):
            raise InputError(
                f"{to}: is in the project of the figures; choose a folder outside of it"
            )
    for format in formats:
        if format not in settings.formats:
            built = ", ".join(settings.formats)
            raise InputError(f"FORMATS: {format!r}: not a format in config.yaml; use {built}")
    if pages_only and not any(prompts.read(stem).page for stem in settings.figures):
        raise InputError(
            "PAGES=only: no prompt has `page: true`; set it in the prompts to export, or omit PAGES"
        )


def _pictures(settings: Config, formats: Sequence[str] = (), pages_only: bool = False) -> list[str]:
    """The file names of the pictures and animations: all of them, or a selection."""
    stems = settings.figures
    if pages_only:
        stems = [stem for stem in stems if prompts.read(stem).page]
    files = [file for stem in stems for file in outputs.of_figure(stem, settings)]
    return [file.name for file in files if not formats or file.suffix[1:] in formats]


def _contents(settings: Config) -> dict[str, bytes]:
    """The content of all files that can be exported, by name."""
    published = publish.files(settings).values()
    page_files = [file.name for file in published if file.parent == FIGURES]  # no sources
    names = dict.fromkeys([*_pictures(settings), *page_files])  # each once
    contents = {name: (FIGURES / name).read_bytes() for name in names}
    # The lecture gets the page as appendix.html, so the links to it in tests.html must change.
    contents["appendix.html"] = contents.pop("index.html")
    tests = contents["tests.html"]
    contents["tests.html"] = tests.replace(b'href="index.html', b'href="appendix.html')
    contents["appendix.md"] = markdown_appendix.markdown().encode()
    return contents


def _select(
    everything: dict[str, bytes], settings: Config, formats: Sequence[str], pages_only: bool
) -> dict[str, bytes]:
    """Everything, or the selected pictures and a figures.json that lists them."""
    if not formats and not pages_only:
        return everything
    names = {*_pictures(settings, formats, pages_only), "figures.json"}
    contents = {name: content for name, content in everything.items() if name in names}
    figures = json.loads(contents["figures.json"])["figures"]
    for figure in figures:
        figure["files"] = [file for file in figure["files"] if file["name"] in names]
    figures = [figure for figure in figures if figure["files"]]
    contents["figures.json"] = manifest.to_json({"figures": figures})
    return contents


def _reason_to_keep(file: Path, is_committed: bool, last_hash: str | None) -> str:
    """Why the export must not replace a file; "" if it may replace or create it.

    `is_committed` means unchanged since the last commit. `last_hash` is the hash of the file that
    the last export wrote; None if it wrote none.
    """
    if file.is_symlink() or (file.exists() and not file.is_file()):
        return "not a regular file"
    if not file.exists() or is_committed or hash_of(file) == last_hash:
        return ""
    return "edited since the last export" if last_hash else "not from an export and not committed"


def report(to: Path, result: Exported) -> Iterator[str]:
    """Yield the lines of the report on an export."""
    folder = to / "figures"
    yield (
        f"{folder}: {len(result.copied)} copied, {len(result.unchanged)} unchanged, "
        f"{len(result.left_alone)} left alone"
    )
    for name, reason in result.left_alone.items():
        yield f"{folder / name}: left alone, {reason}; commit or move it, then export again"
    for name in result.obsolete:
        yield f"{folder / name}: no longer a figure here; delete it when no page shows it"
    for name in result.outdated:
        yield f"{folder / name}: out of date, because it was not selected; export or delete it"
    names = [*result.copied, *result.unchanged, EXPORTED.name]
    for gitignore, lines in git.gitignore_lines(folder, names).items():
        yield f"{gitignore}: git ignores some of these files; to commit them, add at its end"
        yield from (f"    {line}" for line in lines)


def main(arguments: Sequence[str]) -> int:
    """Export to the folder on the command line, and check the pages there.

    The exit status is 1 if a file was left alone or a page has an error.
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
    if given.dry_run:  # `make export` calls this first, before it builds
        check_arguments(to, config.read(), formats, pages_only)
        return 0
    result = export(to, formats, pages_only)
    print("\n".join(report(to, result)))  # before a page that cannot be read ends the command
    errors, notes = check_pages(to)
    if errors or notes:
        print("\n".join([*errors, *notes]))
    return 1 if result.left_alone or errors else 0


if __name__ == "__main__":
    run(main)
