"""Runs Snakemake in forks of one Python: its imports take longer than what most tests ask of it.

Reads a line of JSON for each run, and answers with a line, its exit status.
"""

import gc
import json
import os
import sys

# What the Snakefile imports, save for the project's own, and Snakemake as it runs.
import latex2mathml.converter  # noqa: F401
import pydantic.main  # noqa: F401
import ruamel.yaml  # noqa: F401
import smart_open  # noqa: F401
import snakemake.report.html_reporter  # noqa: F401
import snakemake_logger_plugin_rich  # noqa: F401
from snakemake.cli import main

gc.freeze()  # what is imported is no garbage: forks need not look through it
for line in sys.stdin:
    run = json.loads(line)
    if process := os.fork():
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
        continue
    os.chdir(run["folder"])
    os.environ.clear()
    os.environ.update(run["environment"])
    for number, file in enumerate((os.devnull, run["stdout"], run["stderr"])):
        os.dup2(os.open(file, os.O_RDWR), number)
    sys.path[0] = run["folder"]
    sys.argv = ["snakemake", *run["arguments"]]
    main()  # ends the fork as it ends a Python of its own
