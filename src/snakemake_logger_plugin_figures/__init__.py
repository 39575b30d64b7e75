"""What `make` prints while Snakemake runs: one line per job, and unexpected errors.

Snakemake finds this plugin by the name of its package. `figurepress.build` reports the
errors of a job itself, from the job's log.
"""

from logging import ERROR, LogRecord
from typing import Any

from snakemake_interface_logger_plugins.base import LogHandlerBase

# Snakemake's own messages about a job that failed.
EXPECTED = (
    "RuleException:\nCalledProcessError",
    "Exiting because a job execution failed",
    "WorkflowError:\nAt least one job did not complete",
)


class LogHandler(LogHandlerBase):
    """Prints the name of each job that succeeds, and unexpected errors."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True  # so that Snakemake adds no filter of its own,
    has_formatter = True  # and no formatter
    needs_rulegraph = False

    def __post_init__(self) -> None:
        """Start without jobs; the base class calls this instead of ``__init__``."""
        self.job_names: dict[int, str] = {}  # by the id of the job

    def emit(self, record: LogRecord) -> None:
        """Print a line if a job has succeeded, or if Snakemake has an error of its own."""
        fields: dict[str, Any] = vars(record)
        event = fields.get("event")
        if event == "job_info" and fields["log"]:  # rules without a log only collect files
            wildcards = fields["wildcards"]
            other = "-".join([fields["rule_name"], *wildcards.values()])  # such as experiment-waves
            # Snakemake's key is "jobid" in this event, and "job_id" in the next.
            self.job_names[fields["jobid"]] = wildcards.get("stem", other)
        elif event == "job_finished" and fields["job_id"] in self.job_names:
            print(f"{self.job_names[fields['job_id']]}: done", flush=True)
        elif event == "job_error":
            pass  # figurepress.build reports it, with the log of the job
        elif record.levelno >= ERROR and not record.getMessage().startswith(EXPECTED):
            print(record.getMessage(), flush=True)
