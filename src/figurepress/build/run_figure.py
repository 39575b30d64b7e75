"""Draw one figure for the build.

``python -m figurepress.build.run_figure <script> <dpi> <seconds> <files>``

Runs the script as Python would, and checks it: `draw` lists the errors that make the job fail.
"""

import os
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

from figurepress.build import reads, records
from figurepress.build.run_in_this_process import limit_time, run_script
from figurepress.project import prompts, sources
from figurepress.project.validated_files import input_errors_as


def draw(script: Path, dpi: int, time_limit: int, files: list[Path]) -> None:
    """Run a figure script in this process, and record that it wrote `files`.

    Exits with a message if the script takes too long, reads undeclared files of the lecture, or
    does not write all its files, or if a source is saved while the figure is drawn.
    """
    limit_time(script, time_limit, "time_limit", script.stem)
    root = Path.cwd()
    source_files = sources.of_figure(script.stem)
    digest = sources.digest_of_figure(script.stem, dpi)
    _delete_bytecode(source_files)
    undeclared_reads = reads.start_recording(root)
    # Absolute, in case the script changes the working directory.
    script = script.absolute()
    files = [file.absolute() for file in files]
    sys.argv = [str(script), "--dpi", str(dpi), *map(str, files)]
    _run(script)
    os.chdir(root)
    # `source_files` has the files in a folder under `needs:`, but not the folder, which the script
    # may list.
    needs = map(Path, prompts.read(script.stem).needs)
    undeclared = undeclared_reads([Path("config.yaml"), *source_files, *needs, *files])
    if undeclared:
        sys.exit(
            f"{script.name}: reads {', '.join(undeclared)}; list it in prompts/{script.stem}.md "
            "under `needs:`, and keep it in the folder of the lecture"
        )
    if sources.digest_of_figure(script.stem, dpi) != digest:
        sys.exit(f"{script.name}: a source was saved while the figure was drawn; run make again")
    has_written = all(file.exists() for file in files)
    if records.are_in_figures(files, root):  # the preview, in another folder, has no records
        records.set_digest(script.stem, files, digest)
        # False if the script wrote a file itself: only main() records the hash of what it writes.
        has_written = records.has_succeeded(script.stem, files)
    if not has_written:
        sys.exit(
            f"{script.name}: did not write its files with main(); "
            "call main(compute, draw) in its last line"
        )


def _run(script: Path) -> None:
    """Run a script. It may exit with status 0; warn if it closes stdout or stderr."""
    log = os.fdopen(os.dup(2), "w")  # stays open if the script closes stderr
    try:
        run_script(script)
    except SystemExit as end:
        if end.code:
            raise
    finally:
        if sys.stdout.closed or sys.stderr.closed:
            sys.stdout = sys.stderr = log
            print(
                f"{script.name}: closes stdout or stderr; remove this from the script", flush=True
            )


def _delete_bytecode(files: list[Path]) -> None:
    """Delete cached bytecode, which Python would run if an edit kept size and modification time."""
    for file in files:
        if file.suffix == ".py":
            with suppress(OSError):
                Path(cache_from_source(str(file))).unlink()


if __name__ == "__main__":
    script, dpi, seconds, *files = sys.argv[1:]
    with input_errors_as(SystemExit):
        draw(Path(script), int(dpi), int(seconds), [Path(file) for file in files])
