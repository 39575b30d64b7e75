"""What a build prints about its jobs when Snakemake has ended."""

from collections.abc import Iterable
from pathlib import Path

from figurepress.build.planning import Job

TAIL_LINES = 30  # of the log of a failed job
TAIL_BYTES = 10_000


def print_logs(jobs: Iterable[Job]) -> None:
    """Print the end of the log of each job, and list the jobs that were not started."""
    not_started = []
    for job in jobs:
        if not job.log.exists():
            not_started.append(job.name)
            continue
        text = _tail(job.log)
        if not job.has_succeeded():
            print(f"\n{job.name} failed; {job.log} ends with:\n{text or 'nothing'}")
            if all(file.exists() for file in job.outputs):
                print(f"the previous files of {job.name} are unchanged")
        elif text:  # such as warnings
            print(f"\n{text}")
    if not_started:
        print(f"not started: {', '.join(not_started)}")


def _tail(log: Path) -> str:
    """The last lines of a log, which contain the error message."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - TAIL_BYTES))
        lines = file.read().decode(errors="replace").splitlines()
    return "\n".join(lines[-TAIL_LINES:])
