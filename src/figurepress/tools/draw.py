"""Draw one figure for the build.

``python -m figurepress.tools.draw <script> <dpi> <seconds> <files>``

Runs the script as Python would. Fails if a source changes while the figure is drawn, if the
script reads an undeclared file, exceeds the time limit, or does not write all files.
"""

import faulthandler
import os
import sys
from pathlib import Path
from threading import Timer

from figurepress.project import records, sources
from figurepress.project.validation import InputError
from figurepress.tools.run_python import run_script


def draw(script: Path, dpi: int, time_limit: int, files: list[Path]) -> None:
    """Run a figure script in this process.

    Exits with a message if the script takes too long, reads undeclared files of the lecture, or
    does not write all its files.
    """
    limit_time(script, time_limit, "time_limit")
    root = Path.cwd()
    known = [Path("config.yaml"), *sources.of_figure(script.stem)]
    declared = {file.resolve() for file in known}
    digest = sources.digest_of_figure(script.stem, dpi, root)  # before the script runs
    opened = opened_files()
    # Absolute, in case the script changes the working directory.
    script, files = script.absolute(), [file.absolute() for file in files]
    sys.argv = [str(script), "--dpi", str(dpi), *map(str, files)]
    try:
        run_script(script)
    except SystemExit as end:
        if end.code:
            raise
    if undeclared := sorted(file for file in below(root, opened) if file not in declared):
        names = ", ".join(str(file.relative_to(root)) for file in undeclared)
        sys.exit(
            f"{script.name}: reads {names}; list it in prompts/{script.stem}.md under `needs:`"
        )
    if missing := [file.name for file in files if not file.exists()]:
        sys.exit(
            f"{script.name}: ended without writing {', '.join(missing)}; "
            "let its last line be main(compute, draw)"
        )
    if sources.digest_of_figure(script.stem, dpi, root) != digest:
        sys.exit(f"{script.name}: a source was saved while the figure was drawn; run make again")
    if all(file.parent == root / "figures" for file in files):  # else it is a preview
        records.confirm(script.stem, digest, root)


def limit_time(script: Path, seconds: int, key: str) -> None:
    """End this process after so many seconds, with a message that names the key to change."""

    def end() -> None:
        faulthandler.dump_traceback()
        print(
            f"{script.name}: took longer than {seconds} s; "
            f"to allow more, set `{key}:` in prompts/{script.stem}.md or config.yaml",
            file=sys.stderr,
            flush=True,
        )
        os._exit(1)

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    faulthandler.dump_traceback_later(
        seconds + 10, exit=True
    )  # in case the timer thread cannot run


def opened_files() -> set[str]:
    """A set that collects the names of all files that this process opens for reading."""
    opened: set[str] = set()

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str) and arguments[1] in ("r", "rb", None):
            opened.add(arguments[0])

    sys.addaudithook(note)
    return opened


def below(root: Path, names: set[str]) -> set[Path]:
    """The named files that belong to the lecture, without hidden files and caches."""
    files = {Path(root, name).resolve() for name in names}
    root = root.resolve()
    inside = {file for file in files if file.is_relative_to(root) and file.is_file()}
    return {
        file
        for file in inside
        if not any(
            part.startswith(".") or part == "__pycache__" for part in file.relative_to(root).parts
        )
    }


if __name__ == "__main__":
    try:
        script, dpi, seconds, *files = sys.argv[1:]
        draw(Path(script), int(dpi), int(seconds), [Path(file) for file in files])
    except InputError as error:  # any other error is one of the script, with its traceback
        sys.exit(str(error))
