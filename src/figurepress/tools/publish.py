"""Write a folder for a static web server: ``python -m figurepress.tools.publish <folder>``.

The folder contains the page as index.html with all its files, the manifest, and the prompts,
scripts, tests and experiments of the figures, with the modules that they import.
"""

from collections.abc import Sequence
from pathlib import Path

from figurepress.build import outputs
from figurepress.command_line import Parser, path, run
from figurepress.files import write
from figurepress.names import ANIMATION_FORMATS, LEGIBILITY_RULES
from figurepress.project import config, sources
from figurepress.project.validated_files import InputError
from figurepress.site import markdown_appendix


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
        If a file is missing, or if the folder is figures/ or has other files but no figures.json.
    """
    settings = config.read()
    if folder.resolve() == Path("figures").resolve():
        raise InputError(f"{folder}: contains the figures themselves; choose a new folder")
    if folder.exists() and any(folder.iterdir()) and not (folder / "figures.json").is_file():
        raise InputError(f"{folder}: not empty and not published before; choose a new folder")
    contents = {folder / "appendix.md": markdown_appendix.markdown().encode()}
    for target, source in files(settings).items():
        try:
            contents[folder / target] = source.read_bytes()
        except OSError as error:
            raise InputError(f"{source}: cannot be read ({error.strerror}); run make") from None
    write(contents)
    return len(contents)


def main(arguments: Sequence[str]) -> int:
    """Publish into the folder on the command line."""
    parser = Parser(prog="make site")
    parser.add_argument("folder")
    given = parser.parse_args(arguments).folder
    if not given:
        raise InputError("TO: missing; give a folder: make site TO=<folder>")
    folder = path(given)
    print(f"{folder}: {publish(folder)} files")
    if not config.read().url:
        print(
            "config.yaml: no `url`; set it to the address of the published page, "
            "so that links to it show a preview picture"
        )
    return 0


if __name__ == "__main__":
    run(main)
