"""Draw one figure for the build: ``python -m figurepress.tools.draw scripts/x.py 200 <files>``.

Runs the script with a digest of its sources, taken before the script is read. So the record
of its files tells what they were drawn from, and a save during the drawing is noticed.
"""

import runpy
import sys
from pathlib import Path

from figurepress.project import sources


def draw(script: Path, dpi: int, files: list[Path]) -> None:
    """Run a figure script in this process and check that it wrote its files.

    Exits with a message if the script ended without writing them.
    """
    digest = sources.digest_of_figure(script.stem, dpi)
    # Absolute, in case the script changes the working directory.
    script, files = script.absolute(), [file.absolute() for file in files]
    sys.argv = [str(script), "--sources", digest, "--dpi", str(dpi), *map(str, files)]
    sys.path[0] = str(script.parent)
    try:
        runpy.run_path(str(script), run_name="__main__")
    except SystemExit as end:
        if end.code:
            raise
    if missing := [file.name for file in files if not file.exists()]:
        sys.exit(
            f"{script.name}: ended without writing {', '.join(missing)}; "
            "let its last line be main(compute, draw)"
        )


if __name__ == "__main__":
    draw(Path(sys.argv[1]), int(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
