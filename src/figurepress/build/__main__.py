"""Build what is out of date: ``python -m figurepress.build``.

Snakemake runs the jobs. This command decides which jobs are out of date, by digests instead of
modification times. It allows one build at a time, protects files that a person edited, restores
the previous files of a job that fails, and runs the pre-fork server.
"""

import gc
import os
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from figurepress.build import backups, experiments, job_logs, planning, prefork
from figurepress.build.lock import IS_LOCAL_JOB, lock
from figurepress.build.planning import Plan, Request
from figurepress.build.run_in_this_process import run_python
from figurepress.command_line import MACHINERY, Parser, run
from figurepress.files import remove_temporary_files
from figurepress.project import config, imports
from figurepress.project.approved_pictures import advice
from figurepress.project.config import Config
from figurepress.project.validated_files import InputError
from figurepress.site import markdown


def build(request: Request, settings: Config, options: list[str]) -> int:
    """Build what is requested: the outdated jobs, and those to redraw or compute in any case.

    `options` are passed to Snakemake. Returns its exit status, or 0 if there was nothing to run.

    Raises
    ------
    InputError
        If a formula is wrong, or if a person edited a file that would be replaced.
    """
    if not request.compute:  # else this build may compute the stale data again
        for line in experiments.stale(settings.figures):
            print(line)
    backups.restore()  # in case an earlier build was killed
    remove_temporary_files(Path("figures"))
    plan = planning.plan(request, settings)
    status = 0
    if plan.jobs:
        _reset_future_times(plan.figures)
        status = _run_jobs(plan, options)
    else:
        print("everything is up to date")
    for line in config.remarks(config.read()):  # config.yaml may have changed during the build
        print(line)
    return status


def _run_jobs(plan: Plan, options: list[str]) -> int:
    """Run the jobs with Snakemake, then print their logs; return the exit status of Snakemake."""
    if plan.outdated:
        print(f"out of date: {', '.join(job.name for job in plan.outdated)}", flush=True)
    for experiment in plan.experiments:
        print(f"running {experiment.name}, see {experiment.log}", flush=True)
    existing = [file for job in plan.outdated for file in job.outputs if file.exists()]
    with _server(plan), backups.back_up(existing, plan.handmade):
        markdown.check(plan.figures)  # checks formulas while the server imports libraries
        for job in plan.jobs:
            job.clear_result()
        status = run_python(["-m", "snakemake", *_arguments(plan), *options])
        # Delete the outputs of jobs that failed or did not start, so that the copies are restored.
        # Snakemake deletes the outputs of failed jobs, but its rule does not list animations.
        unfinished = [job for job in plan.outdated if not job.has_succeeded()]
        for job in unfinished:
            for file in job.outputs:
                with suppress(OSError):  # already deleted, or on a read-only disk
                    file.unlink()
    job_logs.print_logs(plan.jobs)
    return status


def _server(plan: Plan) -> AbstractContextManager[None]:
    """A pre-fork server that imports what the scripts need, while Snakemake starts."""
    libraries = imports.libraries(Path(f"scripts/{stem}.py") for stem in plan.figures)
    return prefork.server(preload=(*prefork.PRELOAD, *libraries))


def _arguments(plan: Plan) -> list[str]:
    """The arguments of Snakemake for a plan."""
    markers = [str(experiment.marker) for experiment in plan.experiments]
    # Snakemake runs the job that writes a requested file, so the first output of each is enough.
    first_outputs = [str(job.outputs[0]) for job in plan.outdated]
    # Animations take longest to draw, so they start first.
    animated = [job for job in plan.outdated if any(file.suffix == ".gif" for file in job.outputs)]
    arguments = [*first_outputs, *markers, "--snakefile", str(MACHINERY / "Snakefile")]
    arguments += ["--config", f"due=[{','.join(plan.figures)}]"]  # the Snakefile plans only these
    if animated:
        arguments += ["--prioritize", *(str(job.outputs[0]) for job in animated)]
    if len(plan.outdated) <= 2:
        # Snakemake's default limit of 100 jobs per second delays the end of a build by a second.
        # Lift it for small builds only: without the limit, Snakemake busy-waits while jobs wait for
        # a core.
        arguments += ["--max-jobs-per-timespan", "100000/0s"]  # 0 s: no limit
    # Without --forcerun, Snakemake would run no job whose files seem up to date by their times.
    return [*arguments, "--forcerun", *markers, *first_outputs]


def _reset_future_times(stems: list[str]) -> None:
    """Set future modification times of sources to now: Snakemake wants the outputs to be newer."""
    now = time.time()
    for stem in stems:
        for file in experiments.inputs_of_figure(stem):
            if file.exists() and file.stat().st_mtime > now:
                os.utime(file)


def main(arguments: Sequence[str]) -> int:
    """Run the command line of `make`, `make redraw` and `make data`.

    Raises
    ------
    InputError
        If an argument or an input file is wrong, or if another build is running.
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
    stems = [*given.targets, *given.redraw, *given.compute]
    started = time.monotonic()
    if given.cluster:
        if not Path(given.cluster).is_dir():  # Snakemake would ignore it
            raise InputError(
                f"CLUSTER: {given.cluster!r}: no such folder; write CLUSTER=profiles/slurm"
            )
        options += ["--workflow-profile", given.cluster]
    else:
        os.environ[IS_LOCAL_JOB] = "1"  # the jobs end if this build is killed
        options += ["--cores", given.cores, "--logger", "figures"]
    os.environ[planning.IS_BUILD] = "1"  # the Snakefile need not protect the outputs as well
    os.environ["MPLBACKEND"] = "agg"  # if the user's value is wrong, matplotlib cannot be imported
    os.environ.setdefault("LOGNAME", "author")  # Snakemake fails if the user has no name
    settings = config.read()
    for stem in stems:
        config.check_stem(stem, settings)
    with lock():
        status = build(Request(given.targets, given.redraw, given.compute), settings, options)
    if stems and not status and not planning.job_of("pages", settings).is_fresh():
        print("figures/index.html is out of date; run make to update it")
    if not given.no_advice and (line := advice(stems or settings.figures, settings)):
        print(line)
    print(f"{'failed after' if status else 'done in'} {time.monotonic() - started:.1f} s")
    return status


if __name__ == "__main__":
    gc.disable()  # Snakemake creates many objects; collecting garbage takes a tenth of its time
    run(main)
