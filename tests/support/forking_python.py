"""Runs Python in forks of one: its imports take longer than what most tests ask of it.

Reads a line of JSON for each run and answers with the number of its process; for such a
number, with the exit status: null where it still runs and is not to be waited for.
"""

import gc
import json
import os
import runpy
import sys
from importlib import import_module

# What the Snakefile and the page's tools import, save for the project's own, and Snakemake
# as it runs.
for library in (
    "latex2mathml.converter",
    "markdown_it",
    "pydantic.main",
    "ruamel.yaml",
    "smart_open",
    "snakemake.cli",
    "snakemake.report.html_reporter",
    "snakemake_logger_plugin_rich",
):
    import_module(library)
gc.freeze()  # what is imported is no garbage: forks need not look through it

for line in sys.stdin:
    asked = json.loads(line)
    if "wait_for" in asked:
        process, status = os.waitpid(asked["wait_for"], asked["options"])
        answer = os.waitstatus_to_exitcode(status) if process else None
    elif not (answer := os.fork()):
        break
    print(json.dumps(answer), flush=True)
else:
    sys.exit()

# A fork, which ends as a Python of its own does.
os.setsid()
os.chdir(asked["folder"])
os.environ.clear()
os.environ.update(asked["environment"])
for number, file in enumerate([os.devnull, *asked["said"]]):
    os.dup2(os.open(file, os.O_RDWR), number)
sys.path[:1] = asked["path"]
program, *sys.argv[1:] = asked["arguments"]
if program.endswith(".py"):
    sys.argv[0] = program
    runpy.run_path(program, run_name="__main__")
else:
    runpy.run_module(program, run_name="__main__", alter_sys=True)
