"""Print the logs of the jobs when Snakemake has ended."""

from collections.abc import Iterable
from pathlib import Path

from figurepress.build.planning import Job

LAST_LINES = 30  # printed from a log
LAST_BYTES = 10_000  # read from a log, which may be very long


def print_logs(jobs: Iterable[Job]) -> None:
    """Print the end of the log of each job, and list the jobs that were not started."""
    not_started = []
    for job in jobs:
        if not job.log.exists():  # the build deleted that of the last run
            not_started.append(job.name)
            continue
        text = _end_of(job.log)
        if not job.has_succeeded():
            print(f"\n{job.name} failed; {job.log} ends with:\n{text or 'nothing'}")
            if all(file.exists() for file in job.outputs):  # restored, or never replaced
                print(f"the previous files of {job.name} are unchanged")
        elif text:  # such as warnings
            print(f"\n{text}")
    if not_started:
        print(f"not started: {', '.join(not_started)}")


def _end_of(log: Path) -> str:
    """The last lines of a log, which contain the error message."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - LAST_BYTES))
        lines = file.read().decode(errors="replace").splitlines()
    return "\n".join(lines[-LAST_LINES:])
