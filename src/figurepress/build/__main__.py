"""Build what is out of date: ``python -m figurepress.build``.

Snakemake plans and runs the jobs. This command adds a lock that is released when its process
ends, digests instead of modification times, protection of files that a person edited, the previous
files if a job fails, and the pre-fork server.
"""

import atexit
import gc
import os
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from itertools import chain
from pathlib import Path

from figurepress.build import backups, experiments, job_logs, planning, prefork
from figurepress.build.lock import HAS_LOCK, lock
from figurepress.build.planning import Plan, Request
from figurepress.build.run_in_this_process import run_python
from figurepress.command_line import MACHINERY, Parser, run
from figurepress.files import remove_parts
from figurepress.project import config, imports
from figurepress.project.approved_pictures import advice
from figurepress.project.config import Config
from figurepress.project.validated_files import InputError
from figurepress.site import markdown


def build(request: Request, settings: Config, options: list[str]) -> int:
    """Run Snakemake for what is out of date.

    Parameters
    ----------
    request
        What to build.
    settings
        The configuration of the lecture.
    options
        Options for Snakemake.

    Returns
    -------
    int
        The exit status of Snakemake, or 0 if nothing was out of date.

    Raises
    ------
    InputError
        If a formula is wrong, or if a person edited a file that would be replaced.
    """
    if not request.compute:
        for line in experiments.stale(settings.figures):
            print(line)
    backups.bring_back()
    remove_parts(Path("figures"))
    plan = planning.plan(request, settings)
    status = 0
    if plan.jobs or plan.experiments:
        _reset_future_times(plan)
        status = _run(plan, options)
    else:
        print("everything is up to date")
    for line in config.remarks(config.read()):  # again: `make new` may have run meanwhile
        print(line)
    return status


def _run(plan: Plan, options: list[str]) -> int:
    """Run Snakemake, print what it does and which jobs failed; return its exit status."""
    if plan.jobs:
        print(f"out of date: {', '.join(job.name for job in plan.jobs)}", flush=True)
    for job in plan.experiments:
        print(f"running {job.name}, see {job.log}", flush=True)
    replaced = [file for job in plan.jobs for file in job.outputs if file.exists()]
    with _server(plan), backups.outputs(replaced, plan.by_hand):
        markdown.check(plan.figures)
        for job in plan.all:
            job.forget()
        status = run_python(["-m", "snakemake", *_arguments(plan), *options])
        # Delete what a failed job wrote. Snakemake does this itself, except for animations, which
        # are not outputs of its rule.
        failed = [job for job in plan.jobs if not job.has_succeeded()]
        for file in (output for job in failed for output in job.outputs):
            with suppress(OSError):  # missing, or on a read-only disk, where it has not changed
                file.unlink()
    job_logs.print_logs(plan.all)
    return status


def _server(plan: Plan) -> AbstractContextManager[None]:
    """A pre-fork server that imports what the scripts need while Snakemake starts."""
    scripts = [Path(f"scripts/{job.name}.py") for job in plan.jobs]
    return prefork.server(preload=(*prefork.PRELOAD, *imports.libraries(scripts)))


def _arguments(plan: Plan) -> list[str]:
    """The arguments of Snakemake for a plan."""
    markers = [str(job.marker) for job in plan.experiments]
    # Animations are not outputs of the rule, so request each job by its first picture.
    pictures = [str(job.outputs[0]) for job in plan.jobs]
    arguments = [*pictures, *markers, "--snakefile", str(MACHINERY / "Snakefile")]
    arguments += ["--config", f"due=[{','.join(plan.figures)}]"]
    if len(plan.jobs) <= 2:
        # Snakemake's default limit of 100 jobs per second delays the end of a build by a second.
        # Lift it for small builds only: without the limit, Snakemake busy-waits while jobs wait for
        # a core.
        arguments += ["--max-jobs-per-timespan", "100000/0s"]
    # Drawing an animation takes longest, so it starts first.
    animated = [job for job in plan.jobs if any(file.suffix == ".gif" for file in job.outputs)]
    if animated:
        arguments += ["--prioritize", *(str(job.outputs[0]) for job in animated)]
    return [*arguments, "--forcerun", *markers, *pictures]


def _reset_future_times(plan: Plan) -> None:
    """Set future modification times of inputs and outputs to now: Snakemake rejects them."""
    now = time.time()
    outputs = [file for job in plan.jobs for file in job.outputs]
    for file in {*outputs, *chain(*map(experiments.inputs_of_figure, plan.figures))}:
        if file.exists() and file.stat().st_mtime > now:
            os.utime(file)


def main(arguments: Sequence[str]) -> int:
    """Run the command line.

    Raises
    ------
    InputError
        As `build` and `lock` do.
    """
    parser = Parser(prog="make")
    parser.add_argument("targets", nargs="*", metavar="stem")
    parser.add_argument("--redraw", nargs="+", default=[], metavar="stem")
    parser.add_argument("--compute", nargs="+", default=[], metavar="stem")
    parser.add_argument("--cluster", metavar="profile", help="hand the figures to a cluster")
    parser.add_argument("--cores", default="4")
    parser.add_argument(
        "--no-advice", action="store_true", help="do not report unapproved pictures"
    )
    given, options = parser.parse_known_args(arguments)  # all other options are for Snakemake
    if given.cluster:
        if not Path(given.cluster).is_dir():  # Snakemake would ignore it
            raise InputError(
                f"CLUSTER: {given.cluster!r}: no such folder; write CLUSTER=profiles/slurm"
            )
        options += ["--workflow-profile", given.cluster]
    else:
        os.environ[HAS_LOCK] = "1"
        options += ["--cores", given.cores, "--logger", "figures"]
    started = time.monotonic()
    os.environ[planning.IS_BUILD] = "1"
    os.environ["MPLBACKEND"] = "agg"  # a wrong value would make the import of matplotlib fail
    os.environ.setdefault("LOGNAME", "author")  # in a container, the user may have no name
    settings = config.read()
    stems = [*given.targets, *given.redraw, *given.compute]
    for stem in stems:
        if stem != "pages":
            config.check_stem(stem, settings)
    with lock():
        status = build(Request(given.targets, given.redraw, given.compute), settings, options)
    if stems and not status and not planning.job_of("pages", settings).is_fresh():
        print("figures/index.html is out of date; run make to update it")
    if not given.no_advice:
        for line in advice(stems or settings.figures, settings):
            print(line)
    print(f"{'failed after' if status else 'done in'} {time.monotonic() - started:.1f} s")
    return status


if __name__ == "__main__":
    # Snakemake imports so many objects that collecting garbage, which also happens at the end,
    # would take a third of a second.
    gc.disable()
    atexit.register(gc.freeze)
    run(main)
