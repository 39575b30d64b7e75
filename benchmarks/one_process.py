"""All of a project's files from one process that imports once, and how long it drew.

Run in the project's folder; prints the seconds that it took without the imports.
"""

import importlib
import runpy
import sys
import time
from pathlib import Path

import lecture

import ways


def main() -> None:
    """Import all, then run the project's jobs one after the other."""
    jobs = ways.jobs(Path())
    modules = {job.script: importlib.import_module(Path(job.script).stem) for job in jobs}
    for format in ("agg", "pdf", "svg"):  # matplotlib would load them at the first figure
        importlib.import_module(f"matplotlib.backends.backend_{format}")
    imported = time.perf_counter()
    for job in jobs:
        sys.argv = [job.script, *job.arguments]
        module = modules[job.script]
        if hasattr(module, "draw"):
            lecture.main(module.compute, module.draw)
        else:
            runpy.run_path(job.script, run_name="__main__")
    print(time.perf_counter() - imported)


if __name__ == "__main__":
    main()
