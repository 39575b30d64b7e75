"""Write a folder for a static web server: ``make site TO=<folder>``.

The folder contains the page as index.html with all its files, the manifest, and the prompts,
scripts, tests and experiments of the figures, with the modules that they import. Publishing into
the same folder again replaces and deletes only files that nobody has edited: .published.json has
the hashes of the files as they were published.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from figurepress.build import outputs
from figurepress.command_line import Parser, path, run
from figurepress.files import hash_of, write
from figurepress.names import ANIMATION_FORMATS, LEGIBILITY_RULES
from figurepress.project import config, sources
from figurepress.project.validated_files import InputError, read_text
from figurepress.site import markdown_appendix

PUBLISHED = ".published.json"  # in the published folder: file hashes


def files(settings: config.Config) -> dict[Path, Path]:
    """The files to copy, by their path in the published folder."""
    shown = "svg" if "svg" in settings.formats else "png"  # what the page shows
    suffixes = {f".{format}" for format in (shown, *settings.downloads, *ANIMATION_FORMATS)}
    built = outputs.pages(settings)
    handwritten = sources.modules(settings.figures)
    for stem in settings.figures:
        built += [file for file in outputs.of_figure(stem, settings) if file.suffix in suffixes]
        handwritten += sources.handwritten(stem)
    published = {Path(file.name): file for file in built}
    published |= {file: file for file in handwritten}
    published[Path("docs") / LEGIBILITY_RULES.name] = LEGIBILITY_RULES  # the prompts link to it
    return published


def publish(folder: Path) -> int:
    """Create or update a folder with the page and its files; return the number of files.

    Raises
    ------
    InputError
        If a person edited a published file, or if the folder has other files but was not published
        before.
    """
    settings = config.read()
    if folder.exists() and any(folder.iterdir()) and not (folder / PUBLISHED).exists():
        raise InputError(f"{folder}: not empty and not published before; choose a new folder")
    contents = {folder / name: source.read_bytes() for name, source in files(settings).items()}
    contents[folder / "appendix.md"] = markdown_appendix.markdown().encode()
    last_hashes = {folder / name: hash for name, hash in read_hashes(folder / PUBLISHED).items()}
    hashes = {file: sha256(content).hexdigest() for file, content in contents.items()}
    existing = [file for file in last_hashes | hashes if file.is_file()]
    errors = [
        f"{file}: edited or added since the last `make site`; move it away"
        for file in existing
        if hash_of(file) not in (last_hashes.get(file), hashes.get(file))
    ]
    if errors:
        raise InputError("\n".join(errors))
    record = {str(file.relative_to(folder)): hash for file, hash in hashes.items()}
    write(contents | {folder / PUBLISHED: (json.dumps(record, indent=2) + "\n").encode()})
    for file in existing:
        if file not in contents:  # of a removed figure
            file.unlink()
    return len(contents)


def read_hashes(file: Path) -> dict[str, str]:
    """The hashes of published or exported files by name, from `file`; empty if it does not exist.

    Raises
    ------
    InputError
        If `file` is damaged.
    """
    if not file.exists():
        return {}
    try:
        return dict(json.loads(read_text(file, hint="restore or delete it")))
    except (ValueError, TypeError):  # such as a merge conflict
        raise InputError(
            f"{file}: damaged; restore or delete it. Without it, files that you may have edited "
            "are not replaced"
        ) from None


def main(arguments: Sequence[str]) -> int:
    """Publish into the folder on the command line."""
    parser = Parser(prog="make site")
    parser.add_argument("folder")
    given = parser.parse_args(arguments).folder
    if not given:
        raise InputError("TO: missing; give a folder: make site TO=<folder>")
    folder = path(given)
    print(f"{folder}: {publish(folder)} files")
    return 0


if __name__ == "__main__":
    run(main)
