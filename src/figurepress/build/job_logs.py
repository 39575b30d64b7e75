"""What a build prints about its jobs when Snakemake has ended."""

from pathlib import Path

from figurepress.build import experiments
from figurepress.build.planning import Plan

TAIL_LINES = 30  # of the log of a failed job
TAIL_BYTES = 10_000


def print_logs(plan: Plan, succeeded: dict[str, bool]) -> None:
    """Print the end of the log of each job, and list the jobs that were not started."""
    outputs = {f"experiment-{name}": [experiments.data(name)] for name in plan.experiments}
    outputs |= {job.name: job.outputs for job in plan.jobs}
    logs = {name: Path(f"logs/{name}.log") for name in outputs}
    for name, log in logs.items():
        if not log.exists():
            continue
        text = _tail(log)
        if not succeeded[name]:
            print(f"\n{name} failed; {log} ends with:\n{text or 'nothing'}")
            if all(file.exists() for file in outputs[name]):
                print(f"the previous files of {name} are unchanged")
        elif text:  # such as warnings
            print(f"\n{text}")
    if not_started := [name for name, log in logs.items() if not log.exists()]:
        print(f"not started: {', '.join(not_started)}")


def _tail(log: Path) -> str:
    """The last lines of a log, which contain the error message."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - TAIL_BYTES))
        lines = file.read().decode(errors="replace").splitlines()
    return "\n".join(lines[-TAIL_LINES:])
