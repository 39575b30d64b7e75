"""Print the logs of the jobs when Snakemake has ended."""

from collections.abc import Iterable

from figurepress.build.planning import Job

LAST_LINES = 30  # at most so many lines of a log are printed,
LAST_CHARACTERS = 10_000  # and at most so many characters, because lines can be very long


def print_logs(jobs: Iterable[Job]) -> None:
    """Print the end of the log of each job, and list the jobs that were not started."""
    not_started = []
    for job in jobs:
        if not job.log.exists():  # the build has deleted the log of the last run
            not_started.append(job.name)
            continue
        log = job.log.read_text(errors="replace")[-LAST_CHARACTERS:]
        text = "\n".join(log.splitlines()[-LAST_LINES:])
        if not job.has_succeeded():
            print(f"\n{job.name} failed; {job.log} ends with:\n{text or 'nothing'}")
            if all(file.exists() for file in job.outputs):  # restored, or never replaced
                print(f"the previous files of {job.name} are unchanged")
        elif text:  # such as warnings
            print(f"\n{text}")
    if not_started:
        print(f"not started: {', '.join(not_started)}")
