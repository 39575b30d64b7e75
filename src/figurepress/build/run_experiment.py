"""Run one experiment for the build: ``python -m figurepress.build.run_experiment <name>``.

Calls ``run()`` of ``experiments/<name>.py`` and writes what it returns to ``data/<name>.npz``. If
the script fails, exceeds the time limit or is interrupted, the old file stays.
"""

import json
import os
import sys
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import numpy as np
from threadpoolctl import threadpool_limits

from figurepress.build import experiments, reads
from figurepress.build.run_in_this_process import limit_time, run_script
from figurepress.files import write
from figurepress.project import config
from figurepress.project.validated_files import input_errors_as


def run_experiment(name: str) -> None:
    """Run an experiment in this process, and write its results with their origin.

    Exits with a message if run() is missing, takes too long or does not return arrays.
    """
    root = Path.cwd()
    script = experiments.script(name).absolute()
    data = experiments.data_file(name)
    settings = config.read()
    seconds = experiments.time_limit(name, settings)
    # The message about the limit names the prompt of one figure, where an author can set it.
    stem = experiments.figures_by_experiment(settings.figures)[name][0]
    limit_time(script, seconds, "experiment_time_limit", stem)
    origin_before = experiments.origin(name, [])
    undeclared_reads = reads.start_recording(root)
    definitions = run_script(script, name="experiment")  # not "__main__": only defines run()
    if "run" not in definitions:
        sys.exit(f"{script.name}: no function run(); write one that returns arrays by name")
    threadpool_limits(1)  # a sum split over threads may be rounded in another order
    arrays = definitions["run"]()
    os.chdir(root)  # in case the script changed the working directory
    # Experiments declare no inputs, so all files of the lecture that they read are "undeclared".
    paths = map(Path, undeclared_reads([]))
    inputs = {path for path in paths if path.is_file()} - {data}  # `data` is replaced below
    # If code was edited during the run, `origin_before` has the hashes of the code that ran.
    origin = experiments.origin(name, inputs) | origin_before
    write({data: to_bytes(arrays, script.name, origin)})


def to_bytes(arrays: object, script: str, origin: Mapping[str, str]) -> bytes:
    """The content of an .npz file with these arrays, and with the origin as its comment.

    The same arrays always give the same bytes. Exits with a message if `arrays` is not a mapping
    from names to arrays of numbers or texts.
    """
    if not isinstance(arrays, Mapping) or not arrays:
        sys.exit(f"{script}: run() returned {arrays!r:.80}; return a dictionary of arrays by name")
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        for key, value in arrays.items():
            array = np.asarray(value)
            if array.dtype.hasobject:
                sys.exit(
                    f"{script}: run() returned objects for {key!r}; return an array of numbers"
                )
            npy_file = BytesIO()
            np.lib.format.write_array(npy_file, array)
            # With only a name, the entry would have the current time. A ZipInfo has the year 1980.
            archive.writestr(ZipInfo(f"{key}.npy"), npy_file.getvalue())
        archive.comment = json.dumps(origin).encode()
    return content.getvalue()


if __name__ == "__main__":
    with input_errors_as(SystemExit):
        run_experiment(sys.argv[1])
