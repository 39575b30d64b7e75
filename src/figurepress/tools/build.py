"""Build what is out of date: ``python -m figurepress.tools.build``.

Snakemake plans and runs the jobs. This command adds a lock that is released when its process
ends, digests instead of modification times, protection of files that a person edited, the previous
files if a job fails, and the pre-fork server.
"""

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from figurepress.command_line import MACHINERY, Parser, run
from figurepress.project import config, experiments, jobs, kept, sources
from figurepress.project.config import Config
from figurepress.project.jobs import Job
from figurepress.project.validation import InputError
from figurepress.tools import approval, prefork
from figurepress.tools.run_python import run_python

LOCK = Path(".build/lock")
TAIL_LINES = 30  # of the log of a failed job
TAIL_BYTES = 10_000


@contextmanager
def lock() -> Iterator[None]:
    """Hold the lock of this folder; the kernel releases it when the process ends.

    Raises
    ------
    InputError
        If another build holds the lock.
    """
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                "another build is running in this folder; wait until it ends"
            ) from None
        except OSError:  # a disk that does not support locks
            pass
        yield


def build(targets: list[str], redraw: list[str], compute: list[str], options: list[str]) -> int:
    """Run Snakemake for what is out of date.

    Parameters
    ----------
    targets
        Stems or files to build; everything if empty.
    redraw
        Stems to redraw, even if a person edited their files.
    compute
        Stems whose experiments to run.
    options
        Options for Snakemake.

    Returns
    -------
    int
        The exit status of Snakemake, or 0 if nothing was out of date.

    Raises
    ------
    InputError
        If the configuration is wrong, or if a person edited a file that would be replaced.
    """
    settings = config.read()
    for stem in [*targets, *redraw, *compute]:
        if stem != "pages":
            config.check_stem(stem, settings)
    if not compute:
        print("".join(f"{line}\n" for line in experiments.stale(settings.figures)), end="")
    kept.bring_back()
    all_jobs = {job.name: job for job in jobs.of(settings)}
    states = {name: job.state() for name, job in all_jobs.items()}
    edited = [
        f"{file}: edited since the last build; undo the edit, or copy the file "
        f"elsewhere and run `make redraw FIGURE={name}`"
        for name, state in states.items()
        for file in state.edited
        if name not in redraw
    ]
    if edited:
        raise InputError("\n".join(edited))
    wanted = [*targets, *redraw] or ([] if compute else list(all_jobs))
    out_of_date = [name for name in wanted if not states[name].is_fresh or name in redraw]
    running = _experiments(compute, [name for name in out_of_date if name != "pages"])
    status = 0
    if out_of_date or running:
        if out_of_date:
            print(f"out of date: {', '.join(out_of_date)}", flush=True)
        for name in running:
            print(f"running {experiments.script(name)}, see logs/experiment-{name}.log", flush=True)
        markers = [str(experiments.marker(name)) for name in running]
        theirs = [it for name in out_of_date for it in states[name].edited + states[name].unknown]
        stale = [it for name in out_of_date for it in states[name].stale]
        forced = [*markers, *map(str, [*theirs, *stale])]
        _end_future_times(settings, [file for job in all_jobs.values() for file in job.outputs])
        for name in out_of_date:
            Path(f"logs/{name}.log").unlink(missing_ok=True)  # the job may not be started
        arguments = ["-m", "snakemake", "--snakefile", str(MACHINERY / "Snakefile"), *options]
        arguments += ["--forcerun", *forced] if forced else []
        asked = [*targets, *redraw, *(markers if compute else [])]
        files = [file for name in wanted for file in all_jobs[name].outputs if file.exists()]
        with kept.outputs(files, theirs):
            status = run_python([*arguments, "--", *asked])
            ended = [job for job in jobs.of(settings) if job.name in {*out_of_date, "pages"}]
            ran = [(_job_of(name), experiments.marker(name).exists()) for name in running]
            ran += [(job, job.state().is_fresh) for job in ended if job.name in wanted]
        _report(ran)
    else:
        print("everything is up to date")
    for stem in config.unlisted(settings):
        print(f"{stem}: has a prompt and a script, but config.yaml does not list it; add it there")
    return status


def _end_future_times(settings: Config, outputs: list[Path]) -> None:
    """Set modification times in the future to now, because Snakemake rejects them."""
    now = time.time()
    sources_of_all = [it for stem in settings.figures for it in sources.of_figure(stem)]
    for file in {*sources_of_all, *jobs.sources_of_pages(settings), *outputs}:
        if file.exists() and file.stat().st_mtime > now:
            os.utime(file)


def _experiments(compute: list[str], stems: list[str]) -> list[str]:
    """The experiments to run: those of figures to compute, and those with missing results."""
    for stem in compute:
        if not experiments.of_figure(stem):
            raise InputError(
                f"FIGURE: {stem!r}: has no experiment; write experiments/{stem}.py, "
                f"and list data/{stem}.npz in prompts/{stem}.md under `needs:`"
            )
    asked = [name for stem in compute for name in experiments.of_figure(stem)]
    needed = [name for stem in stems for name in experiments.of_figure(stem)]
    missing = [name for name in needed if not experiments.data(name).exists()]
    return list(dict.fromkeys([*asked, *missing]))


def _job_of(experiment: str) -> Job:
    return Job(f"experiment-{experiment}", [experiments.data(experiment)], "")


def _report(ran: list[tuple[Job, bool]]) -> None:
    """Print the end of the log of each failed job, and the whole output of those that succeeded."""
    for job, succeeded in ran:
        if job.name == "pages" and not all(succeeded for _, succeeded in ran[:-1]):
            continue  # not started, because a figure failed
        log = Path(f"logs/{job.name}.log")
        said = _tail(log)
        if not succeeded:
            print(f"\n{job.name} failed; {log} ends with:\n{said or 'nothing'}")
            if all(file.exists() for file in job.outputs):
                print(f"the previous files of {job.name} are unchanged")
        elif said:
            print(f"\n{said}")


def _tail(log: Path) -> str:
    """The last lines of a log, which contain the error message."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return "the job was not started"
    return "\n".join(lines[-TAIL_LINES:])


def main(arguments: Sequence[str]) -> int:
    """Run the command line.

    Raises
    ------
    InputError
        As `build` and `lock` do, and if the folder cannot be written.
    """
    parser = Parser(prog="make")
    parser.add_argument("targets", nargs="*", metavar="stem")
    parser.add_argument("--redraw", nargs="+", default=[], metavar="stem")
    parser.add_argument("--compute", nargs="+", default=[], metavar="stem")
    parser.add_argument("--cluster", metavar="profile", help="hand the figures to a cluster")
    parser.add_argument("--cores", default="4")
    parser.add_argument("--no-advice", action="store_true", help="do not name unapproved pictures")
    given, options = parser.parse_known_args(arguments)  # all other options are for Snakemake
    if given.cluster:
        options += ["--workflow-profile", given.cluster]
    else:
        options += ["--cores", given.cores, "--logger", "figures"]
    started = time.monotonic()
    os.environ["MPLBACKEND"] = "agg"  # a wrong value would make the import of matplotlib fail
    os.environ.setdefault("LOGNAME", "author")  # in a container, the user may have no name
    try:
        with lock(), prefork.server():
            status = build(given.targets, given.redraw, given.compute, options)
        if not given.no_advice:
            settings = config.read()
            stems = [*given.targets, *given.redraw, *given.compute] or settings.figures
            for line in approval.advice(stems, settings):
                print(line)
    except OSError as error:
        raise InputError(
            f"{error.filename}: {error.strerror}; make this folder writable, or copy it"
        ) from None
    print(f"{'failed after' if status else 'done in'} {time.monotonic() - started:.1f} s")
    return status


if __name__ == "__main__":
    run(main)
