"""Create, rename or remove a figure: ``python -m figurepress.tools.figure new|rename|remove``."""

import re
from collections.abc import Callable, Sequence
from importlib.resources import files as resources
from io import BytesIO
from itertools import chain, count
from pathlib import Path

from ruamel.yaml import YAML

from figurepress.command_line import Parser, run
from figurepress.files import write
from figurepress.names import BUILT, EXPERIMENT, SOURCES, WRITTEN, existing
from figurepress.project import config, prompts
from figurepress.project.validated_files import InputError

TEMPLATES = ("prompt.md", "script.py", "test.py")  # in the order of SOURCES
REMOVED = Path(".build/removed")
# How texts mention a figure. Its stem may be a common word, which counts only in this context.
MENTION = r"([`'\"/]|\b(?:test_|scripts\.|import |from |Tests of )){}\b"
# Folders without references to change. Other lectures have figures of their own.
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
    contents = templates(stem)
    write(contents)
    _edit_list(lambda figures: figures.append(stem))
    print(f"wrote {', '.join(map(str, contents))}, and added {stem} to config.yaml")
    print(
        f"next: edit them, make FIGURE={stem}, look at figures/{stem}.png, "
        f"make accept FIGURE={stem}, make test FIGURE={stem}"
    )


def templates(stem: str) -> dict[Path, bytes]:
    """Prompt, script and test of a small figure."""
    folder = resources("figurepress.tools").joinpath("new")
    texts = [folder.joinpath(f"{name}.template").read_text(encoding="utf-8") for name in TEMPLATES]
    files = [Path(pattern.format(stem)) for pattern in SOURCES]
    return {
        file: text.replace("STEM", stem).encode() for file, text in zip(files, texts, strict=True)
    }


def rename(old: str, new: str) -> None:
    """Rename a figure in its files and in config.yaml; move its built files to .build/removed.

    Raises
    ------
    InputError
        If there is no figure `old`, or `new` is taken or not allowed.
    """
    settings = config.read()
    config.check_stem(old, settings, "FROM")
    config.check_new_stem(new, settings, "TO")
    _set_aside(existing(BUILT, old), old)
    for pattern in WRITTEN:
        if (file := Path(pattern.format(old))).exists():
            file.rename(pattern.format(new))

    def replace(figures: list[str]) -> None:
        figures[figures.index(old)] = new

    _edit_list(replace)
    for file in existing((*SOURCES, EXPERIMENT[0]), new):
        text = file.read_text(encoding="utf-8")
        write({file: re.sub(MENTION.format(old), rf"\g<1>{new}", text).encode()})
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
    needs = {name: prompts.read(name).needs for name in settings.figures}
    unused = set(needs.pop(stem)).difference(*needs.values())
    _edit_list(lambda figures: figures.remove(stem))
    files = existing(WRITTEN + BUILT, stem)
    folder = _set_aside(files, stem)
    _list_mentions(stem)
    for file in sorted(name for name in unused if Path(name).exists()):
        print(f"{file}: no other figure needs it; delete it, unless you want to keep it")
    print(f"removed {stem}; its files are in {folder}; next: make, make test")


def _edit_list(change: Callable[[list[str]], None]) -> None:
    """Change the list of figures in config.yaml in place, and keep its comments."""
    file, yaml = Path("config.yaml"), YAML()
    yaml.preserve_quotes = True
    yaml.width = 1000
    yaml.indent(mapping=2, sequence=4, offset=2)
    data = yaml.load(file.read_text(encoding="utf-8"))
    change(data["figures"])
    text = BytesIO()
    yaml.dump(data, text)
    write({file: text.getvalue()})


def _set_aside(found: list[Path], stem: str) -> Path:
    """Move files to a new folder in .build/removed instead of deleting them; return the folder."""
    names = chain([stem], (f"{stem}-{number}" for number in count(2)))
    folder = next(REMOVED / name for name in names if not (REMOVED / name).exists())
    for file in found:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        file.rename(folder / file)
    return folder


def _list_mentions(stem: str) -> None:
    """List the lines of other files that mention a stem that no longer exists."""
    folders = [folder for folder in Path().glob("[!.]*") if folder.name not in NOT_SEARCHED]
    found = [file for folder in folders for file in (folder, *folder.rglob("*"))]
    for file in sorted(path for path in found if path.suffix in (".md", ".py")):
        text = file.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            if re.search(MENTION.format(stem), line):
                print(f"{file}:{number}: mentions {stem}; change it")


def main(arguments: Sequence[str]) -> int:
    """Run the command line."""
    parser = Parser(prog="make")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("new").add_argument("stem")
    commands.add_parser("remove").add_argument("stem")
    renaming = commands.add_parser("rename")
    renaming.add_argument("old")
    renaming.add_argument("new")
    given = parser.parse_args(arguments)
    if given.command == "new":
        new(given.stem)
    elif given.command == "rename":
        rename(given.old, given.new)
    else:
        remove(given.stem)
    return 0


if __name__ == "__main__":
    run(main)
