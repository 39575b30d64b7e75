"""Build what is out of date: ``python -m figurepress.tools.build``.

Snakemake plans and runs the jobs. This command adds what Snakemake does not do: a lock that
dies with its process, a look at content instead of modification times, respect for files
that a person edited, and the pre-fork server.
"""

import argparse
import fcntl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from figurepress.project import config, jobs
from figurepress.project.validation import InputError
from figurepress.tools import prefork

LOCK = Path(".build/lock")
TAIL_LINES = 30  # of the log of a failed job
TAIL_BYTES = 10_000


@contextmanager
def lock() -> Iterator[None]:
    """Hold the lock of this folder; the kernel releases it however the process ends.

    Raises
    ------
    InputError
        If another build holds it.
    """
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError("another build runs in this folder; wait until it ends") from None
        except OSError:  # a disk that knows no locks
            pass
        yield


def build(targets: list[str], redraw: list[str], options: list[str]) -> int:
    """Run Snakemake for what is out of date.

    Parameters
    ----------
    targets
        Stems or files to build; everything if empty.
    redraw
        Stems whose files may be replaced even if a person edited them.
    options
        Passed on to Snakemake.

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
    states = {job.name: job.state() for job in jobs.of(settings)}
    edited = [it for name, state in states.items() for it in state.edited if name not in redraw]
    if edited:
        raise InputError("\n".join(f"{file}: {_advice(file)}" for file in edited))
    if not targets and not redraw and all(state.is_fresh for state in states.values()):
        print("everything is up to date")
        return 0
    out_of_date = [name for name, state in states.items() if not state.is_fresh]
    print(f"out of date: {', '.join(out_of_date)}", flush=True)
    forced = [str(file) for state in states.values() for file in state.stale + state.edited]
    for stem in redraw:
        forced += [f"figures/{stem}{suffix}" for suffix in settings.suffixes]
    command = [sys.executable, "-m", "snakemake", *options]
    command += ["--forcerun", *forced] if forced else []
    return subprocess.run([*command, "--", *targets]).returncode


def _advice(file: Path) -> str:
    return (
        "edited since it was built, and left alone; keep a copy elsewhere and run "
        f"`make redraw FIGURE={file.stem.removesuffix('-dark')}`, or undo the edit"
    )


def _report_failures() -> None:
    """Name each job that failed, with the end of its log."""
    for job in jobs.of(config.read()):
        if any(not file.exists() for file in job.outputs):
            log = Path(f"logs/{job.name}.log")
            print(f"\n{job.name} failed; {log} ends with:\n{_tail(log)}")


def _tail(log: Path) -> str:
    """The last lines of a log, where Python says what went wrong."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return "nothing: the job was not started"
    return "\n".join(lines[-TAIL_LINES:]) or "nothing: the script exited without a message"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Build what is out of date.")
    parser.add_argument("targets", nargs="*", metavar="stem")
    parser.add_argument("--redraw", nargs="+", default=[], metavar="stem")
    parser.add_argument("--cluster", metavar="profile", help="hand the figures to a cluster")
    parser.add_argument("--cores", default="4")
    arguments = parser.parse_args()
    options = ["--cores", arguments.cores]
    if arguments.cluster:
        options = ["--workflow-profile", arguments.cluster]
    started = time.monotonic()
    try:
        with lock(), prefork.server():
            status = build(arguments.targets, arguments.redraw, options)
    except InputError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    if status:
        _report_failures()
    print(f"{'failed after' if status else 'done in'} {time.monotonic() - started:.1f} s")
    sys.exit(status)


if __name__ == "__main__":
    main()
