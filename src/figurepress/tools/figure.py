"""Create, rename or remove a figure: ``python -m figurepress.tools.figure new|rename|remove``."""

import re
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

from ruamel.yaml import YAML

from figurepress.command_line import Parser, run
from figurepress.files import write
from figurepress.names import BUILT, EXPERIMENT, NOT_BUILT, SOURCES, existing_files
from figurepress.project import config, sources
from figurepress.project.validated_files import InputError

TEMPLATES = ("prompt.md", "script.py", "test.py")  # in the order of SOURCES
REMOVED = Path(".build/removed")
# What comes before a stem where a text means the figure, as in `bars`, figures/bars.png, test_bars
# or import bars. Elsewhere, "bars" may be a common word.
BEFORE_STEM = r"(?P<before>[`'\"/]|\b(?:test_|scripts\.|import |from |Tests of ))"
# Folders where no mention of a figure has to be changed: build results, and other lectures, which
# have figures of their own.
NOT_SEARCHED = {"figures", "logs", "results", "mutants", "lectures"}


def new(stem: str) -> None:
    """Write prompt, script and test of a small figure, and add it to config.yaml.

    Raises
    ------
    InputError
        If the stem is not allowed, or one of the files exists already.
    """
    settings = config.read()
    config.check_new_stem(stem, settings)
    contents = small_figure(stem)
    write(contents)
    _edit_list(lambda figures: figures.append(stem))
    print(f"wrote {', '.join(map(str, contents))}, and added {stem} to config.yaml")
    print(
        f"next: edit them, make FIGURE={stem}, look at figures/{stem}.png, "
        f"make accept FIGURE={stem}, make test FIGURE={stem}"
    )


def small_figure(stem: str) -> dict[Path, bytes]:
    """The files of a small figure, by path: prompt, script and test."""
    contents = {}
    for template, pattern in zip(TEMPLATES, SOURCES, strict=True):
        file = Path(__file__).with_name("new") / f"{template}.template"
        text = file.read_text(encoding="utf-8").replace("STEM", stem)
        contents[Path(pattern.format(stem))] = text.encode()
    return contents


def rename(old: str, new: str) -> None:
    """Rename a figure in its files and in config.yaml; move its built files to .build/removed.

    The next `make` builds them under the new name.

    Raises
    ------
    InputError
        If there is no figure `old`, or `new` is taken or not allowed.
    """
    settings = config.read()
    config.check_stem(old, settings, argument="FROM")
    config.check_new_stem(new, settings, argument="TO")
    _set_aside(existing_files(BUILT, old), old)
    for pattern in NOT_BUILT:
        file = Path(pattern.format(old))
        if file.exists():
            file.rename(pattern.format(new))

    def replace_entry(figures: list[str]) -> None:
        figures[figures.index(old)] = new

    _edit_list(replace_entry)
    files = existing_files(NOT_BUILT, new)
    for file in [file for file in files if file.suffix in (".md", ".py")]:  # no pictures or data
        text = file.read_text(encoding="utf-8")
        renamed = re.sub(rf"{BEFORE_STEM}{old}\b", rf"\g<before>{new}", text)
        write({file: renamed.encode()})
    _list_mentions(old)
    print(f"renamed {old} to {new}; next: make, make test")


def remove(stem: str) -> None:
    """Remove a figure from config.yaml and move its files to .build/removed.

    Raises
    ------
    InputError
        If there is no such figure, or it is the last one.
    """
    settings = config.read()
    config.check_stem(stem, settings)
    if len(settings.figures) == 1:
        raise InputError(
            f"FIGURE: {stem!r}: the only figure of the lecture; add another one, then remove it"
        )
    other_stems = [name for name in settings.figures if name != stem]
    still_needed = {file for name in other_stems for file in sources.needed_files(name)}
    no_longer_needed = set(sources.needed_files(stem)) - still_needed
    experiment = existing_files(EXPERIMENT, stem)
    is_shared = any(file in still_needed for file in experiment)
    kept = experiment if is_shared else []
    _edit_list(lambda figures: figures.remove(stem))
    files = existing_files(NOT_BUILT + BUILT, stem)
    folder = _set_aside([file for file in files if file not in kept], stem)
    _list_mentions(stem, allowed=kept)
    for file in kept:
        print(f"{file}: stays, because another figure needs the experiment")
    for file in sorted(no_longer_needed):
        if file.exists():
            print(f"{file}: no other figure needs it; delete it, unless you want to keep it")
    print(f"removed {stem}; its files are in {folder}; next: make, make test")


def _edit_list(change: Callable[[list[str]], None]) -> None:
    """Apply `change` to the list of figures in config.yaml; keep the comments of the file."""
    file = Path("config.yaml")
    yaml = YAML()
    # Keep quotes and long lines, and indent lists as in the template of a lecture.
    yaml.preserve_quotes = True
    yaml.width = 1000
    yaml.indent(mapping=2, sequence=4, offset=2)
    data = yaml.load(file.read_text(encoding="utf-8"))
    change(data["figures"])
    text = BytesIO()
    yaml.dump(data, text)
    write({file: text.getvalue()})


def _set_aside(files: list[Path], stem: str) -> Path:
    """Move the files of a figure to .build/removed instead of deleting them; return the folder."""
    folder = REMOVED / stem
    number = 1
    while folder.exists():  # a figure of this stem was removed before
        number += 1
        folder = REMOVED / f"{stem}-{number}"
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        file.rename(folder / file)
    return folder


def _list_mentions(stem: str, allowed: Sequence[Path] = ()) -> None:
    """Print the lines of Markdown and Python files that mention a stem that no longer exists.

    They may mention the files `allowed`.
    """
    files: list[Path] = []
    for entry in Path().glob("[!.]*"):  # no hidden file or folder, such as .venv
        if entry.name not in NOT_SEARCHED:
            files += [entry, *entry.rglob("*")]
    for file in sorted(file for file in files if file.suffix in (".md", ".py")):
        text = file.read_text(encoding="utf-8", errors="replace")
        for existing in allowed:
            text = text.replace(str(existing), "")
        for number, line in enumerate(text.splitlines(), start=1):
            if re.search(rf"{BEFORE_STEM}{stem}\b", line):
                print(f"{file}:{number}: mentions {stem}; change it")


def main(arguments: Sequence[str]) -> int:
    """Create, rename or remove the figure named on the command line."""
    parser = Parser(prog="make")
    parser.add_argument("command", choices=("new", "rename", "remove"))
    parser.add_argument("stem")
    parser.add_argument("new_stem", nargs="?", default="")
    given = parser.parse_args(arguments)
    if given.command == "new":
        new(given.stem)
    elif given.command == "rename":
        rename(given.stem, given.new_stem)
    else:
        remove(given.stem)
    return 0


if __name__ == "__main__":
    run(main)
