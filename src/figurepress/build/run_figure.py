"""Draw one figure for the build.

``python -m figurepress.build.run_figure <script> <dpi> <seconds> <files>``

Runs the script as Python would. Fails if a source changes while the figure is drawn, if the
script reads an undeclared file, exceeds the time limit, or does not write all files.
"""

import os
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

from figurepress.build import reads, records
from figurepress.build.run_in_this_process import limit_time, run_script
from figurepress.project import prompts, sources
from figurepress.project.validated_files import InputError


def draw(script: Path, dpi: int, time_limit: int, files: list[Path]) -> None:
    """Run a figure script in this process.

    Exits with a message if the script takes too long, reads undeclared files of the lecture, or
    does not write all its files.
    """
    limit_time(script, time_limit, "time_limit", script.stem)
    root = Path.cwd()
    made_from = sources.of_figure(script.stem)
    digest = sources.digest_of_figure(script.stem, dpi)  # before the script runs
    _forget_bytecode(made_from)
    installed = reads.installed(root)
    files_read = reads.collect()
    # Absolute, in case the script changes the working directory.
    script, files = script.absolute(), [file.absolute() for file in files]
    sys.argv = [str(script), "--dpi", str(dpi), *map(str, files)]
    _run(script)
    os.chdir(root)
    # Also the folders, which a script may list; made_from has only the files in them.
    needs = map(Path, prompts.read(script.stem).needs)
    declared = (Path("config.yaml"), *made_from, *needs, *files)
    known = {*installed, *(file.resolve() for file in declared)}
    if names := reads.undeclared(files_read(), known, root):
        sys.exit(_undeclared(script, names))
    if missing := [file.name for file in files if not file.exists()]:
        sys.exit(
            f"{script.name}: ended without writing {', '.join(missing)}; "
            "let its last line be main(compute, draw)"
        )
    if sources.digest_of_figure(script.stem, dpi) != digest:
        sys.exit(f"{script.name}: a source was saved while the figure was drawn; run make again")
    # main() has recorded the hash of each file that it wrote. A file without that hash was written
    # by the script itself. Drawings of the preview have no record.
    if records.are_outputs(files, root):
        records.set_digest(script.stem, files, digest)
        if not records.has_succeeded(script.stem, files):
            sys.exit(
                f"{script.name}: writes files itself; let its last line be main(compute, draw)"
            )


def _run(script: Path) -> None:
    """Run a script that may exit with status 0; reject one that closes its output."""
    own = os.fdopen(os.dup(2), "w")
    try:
        run_script(script)
    except SystemExit as end:
        if end.code:
            raise
    finally:
        if sys.stdout.closed or sys.stderr.closed:
            sys.stdout = sys.stderr = own
            print(
                f"{script.name}: closes stdout or stderr; remove this from the script", flush=True
            )


def _undeclared(script: Path, names: list[str]) -> str:
    """The message about files that a script reads and its prompt does not list."""
    is_outside = any(name.startswith("..") for name in names)
    copy = "copy it into the folder of the lecture and " if is_outside else ""
    return (
        f"{script.name}: reads {', '.join(names)}; {copy}list it in prompts/{script.stem}.md "
        "under `needs:`"
    )


def _forget_bytecode(files: list[Path]) -> None:
    """Delete cached bytecode, which Python trusts if size and time of a source are unchanged."""
    for file in files:
        if file.suffix == ".py":
            with suppress(OSError):
                Path(cache_from_source(str(file))).unlink()


if __name__ == "__main__":
    try:
        script, dpi, seconds, *files = sys.argv[1:]
        draw(Path(script), int(dpi), int(seconds), [Path(file) for file in files])
    except InputError as error:  # any other error is one of the script, with its traceback
        sys.exit(str(error))
