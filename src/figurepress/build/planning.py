"""What a build has to run: the jobs that are out of date, and experiments.

`figurepress.project.sources` computes the digest of the sources of a figure, and
`figurepress.build.records` compares each output with the digest that it was made from.
"""

import atexit
import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from figurepress.build import backups, experiments, outputs, page_sources, records
from figurepress.build.lock import lock
from figurepress.build.records import State
from figurepress.project import sources
from figurepress.project.config import Config
from figurepress.project.validated_files import InputError

IS_BUILD = "FIGUREPRESS_IS_BUILD"  # environment variable of a build that has made its plan


@dataclass(frozen=True)
class Request:
    """What the command line asks for, as stems; everything if all lists are empty."""

    targets: list[str]
    redraw: list[str]  # even if a person edited their files
    compute: list[str]  # run their experiments


@dataclass(frozen=True)
class Job:
    """What Snakemake runs as one unit: a figure, the pages or an experiment."""

    name: str
    outputs: list[Path]
    digest: str = ""  # of the sources
    marker: Path | None = None  # of an experiment: exists if its last run succeeded

    @property
    def log(self) -> Path:
        """What the job printed."""
        return Path(f"logs/{self.name}.log")

    def states(self) -> dict[Path, State]:
        """The state of each output."""
        return records.states(self.name, self.outputs, self.digest)

    def is_fresh(self) -> bool:
        """Whether all outputs are up to date."""
        return set(self.states().values()) == {State.FRESH}

    def forget(self) -> None:
        """Forget what an earlier build recorded about this job."""
        self.log.unlink(missing_ok=True)  # the job may not be started
        if self.marker:
            self.marker.unlink(missing_ok=True)
        else:
            records.set_digest(self.name, self.outputs, "")

    def has_succeeded(self) -> bool:
        """Whether the job has succeeded since `forget`."""
        if self.marker:
            return self.marker.exists()
        return records.has_succeeded(self.name, self.outputs)


@dataclass(frozen=True)
class Plan:
    """The jobs and experiments to run, and the files edited by a person that this will replace."""

    jobs: list[Job]  # out of date
    experiments: list[Job]
    by_hand: list[Path]  # outputs that a person wrote or edited

    @property
    def all(self) -> list[Job]:
        """The experiments and the jobs, in the order in which they run."""
        return [*self.experiments, *self.jobs]

    @property
    def figures(self) -> list[str]:
        """The stems of the figures to draw."""
        return [job.name for job in self.jobs if job.name != "pages"]


def all_jobs(settings: Config) -> list[Job]:
    """The jobs of the lecture in the working directory: one per figure, then the pages."""
    return [job_of(name, settings) for name in (*settings.figures, "pages")]


def job_of(name: str, settings: Config) -> Job:
    """The job of a figure, or "pages"."""
    if name == "pages":
        return Job(name, outputs.pages(settings), page_sources.digest(settings))
    digest = sources.digest_of_figure(name, settings.dpi)
    return Job(name, outputs.of_figure(name, settings), digest)


def plan(request: Request, settings: Config) -> Plan:
    """Compare the outputs with their sources; refuse to replace what a person edited."""
    *figures, pages = all_jobs(settings)
    states = {job.name: job.states() for job in [*figures, pages]}
    wanted = [*request.targets, *request.redraw]
    if not wanted and not request.compute:
        wanted = list(states)
    _refuse_edited({name: states[name] for name in wanted}, request.redraw)

    def is_due(job: Job) -> bool:
        is_stale = any(state is not State.FRESH for state in states[job.name].values())
        return job.name in request.redraw or (job.name in wanted and is_stale)

    due = [job for job in figures if is_due(job)]
    stems = [job.name for job in due]
    if is_due(pages) or (due and "pages" in wanted):  # the pages show the new pictures
        due.append(pages)
    replaced = [output for job in due for output in states[job.name].items()]
    by_hand = [file for file, state in replaced if state in (State.EDITED, State.UNKNOWN)]
    return Plan(due, _experiments_to_run(request.compute, stems), by_hand)


def protect_outputs(settings: Config) -> None:
    """Protect the outputs from plain Snakemake in this process, as `make` does by itself.

    Raises
    ------
    InputError
        If a person edited an output, or if another build is running.
    """
    if IS_BUILD in os.environ:
        return
    to_the_end = ExitStack()
    to_the_end.enter_context(lock())
    backups.bring_back()
    by_hand = plan(Request([], [], []), settings).by_hand
    existing = [file for job in all_jobs(settings) for file in job.outputs if file.exists()]
    to_the_end.enter_context(backups.outputs(existing, by_hand))
    atexit.register(to_the_end.close)


def _refuse_edited(states: dict[str, dict[Path, State]], redraw: list[str]) -> None:
    """Raise `InputError` if a person edited an output, except for jobs to redraw."""
    edited = [
        f"{file}: edited since the last build; undo the edit, or copy the file "
        f"elsewhere and run `make redraw FIGURE={name}`"
        for name, files in states.items()
        for file, state in files.items()
        if state is State.EDITED and name not in redraw
    ]
    if edited:
        raise InputError("\n".join(edited))


def _experiments_to_run(compute: list[str], stems: list[str]) -> list[Job]:
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
    return [
        Job(f"experiment-{name}", [experiments.data(name)], marker=experiments.marker(name))
        for name in dict.fromkeys([*asked, *missing])
    ]
