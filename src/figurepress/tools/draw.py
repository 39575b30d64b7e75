"""Draw one figure for the build: ``python -m figurepress.tools.draw scripts/x.py <arguments>``.

Runs the script with a digest of its sources, taken before the script is read. So the record
of its files tells what they were drawn from, and a save during the drawing is noticed.
"""

import runpy
import sys
from pathlib import Path

from figurepress.project import sources


def main(script: str, *arguments: str) -> None:
    """Run a figure script as ``python <script> <arguments>`` would, in this process."""
    dpi = int(arguments[arguments.index("--dpi") + 1])
    digest = sources.digest_of_figure(Path(script).stem, dpi)
    sys.argv = [script, "--sources", digest, *arguments]
    sys.path[0] = str(Path(script).parent.absolute())
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:])
