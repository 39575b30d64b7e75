"""What a build has to run: the jobs that are out of date, and experiments."""

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

# An environment variable, set by `figurepress.build`, which protects the outputs itself.
IS_BUILD = "FIGUREPRESS_IS_BUILD"


@dataclass(frozen=True)
class Request:
    """The names on the command line of a build. If there are none, everything is requested."""

    targets: list[str]  # figures to build if they are out of date
    redraw: list[str]  # figures to draw in any case, even if a person edited their pictures
    compute: list[str]  # figures whose experiments are to run


@dataclass(frozen=True)
class Job:
    """What Snakemake runs as one unit: a figure, the pages or an experiment.

    A job has succeeded if the digest of its sources is in its record, or if its marker exists.
    """

    name: str
    outputs: list[Path]
    digest: str = ""  # of the current sources; experiments have none
    marker: Path | None = None  # only experiments have one: it exists if the last run succeeded

    @property
    def log(self) -> Path:
        """The file with everything that the job printed."""
        return Path(f"logs/{self.name}.log")

    def states(self) -> dict[Path, State]:
        """Whether each output is up to date, missing, edited by a person and so on."""
        return records.states(self.name, self.outputs, self.digest)

    def is_fresh(self) -> bool:
        """Whether all outputs are up to date."""
        return set(self.states().values()) == {State.FRESH}

    def clear_result(self) -> None:
        """Delete the log of the last run, and what records its success."""
        self.log.unlink(missing_ok=True)
        if self.marker:
            self.marker.unlink(missing_ok=True)
        else:
            records.set_digest(self.name, self.outputs, "")

    def has_succeeded(self) -> bool:
        """Whether the job has run since `clear_result`, without an error."""
        if self.marker:
            return self.marker.exists()
        return records.has_succeeded(self.name, self.outputs)


@dataclass(frozen=True)
class Plan:
    """The jobs that a build will run."""

    outdated: list[Job]  # figures and pages
    experiments: list[Job]
    handmade: list[Path]  # outputs of these jobs that a person wrote or edited

    @property
    def jobs(self) -> list[Job]:
        """All jobs, in the order in which they run."""
        return [*self.experiments, *self.outdated]

    @property
    def figures(self) -> list[str]:
        """The stems of the figures to draw."""
        return [job.name for job in self.outdated if job.name != "pages"]


def all_jobs(settings: Config) -> list[Job]:
    """One job per figure of the lecture, then the job of the pages."""
    return [job_of(name, settings) for name in (*settings.figures, "pages")]


def job_of(name: str, settings: Config) -> Job:
    """The job of a figure; if `name` is "pages", the job of the pages."""
    if name == "pages":
        return Job(name, outputs.pages(settings), page_sources.digest_of_pages(settings))
    digest = sources.digest_of_figure(name, settings.dpi)
    return Job(name, outputs.of_figure(name, settings), digest)


def plan(request: Request, settings: Config) -> Plan:
    """Find out which of the requested jobs have an output that is not up to date.

    Raises
    ------
    InputError
        If a person edited an output, or if a figure to compute has no experiment.
    """
    jobs = all_jobs(settings)
    if request.targets or request.redraw or request.compute:
        # A figure in request.compute gets no job here: its experiments join the plan at the end.
        jobs = [job for job in jobs if job.name in (*request.targets, *request.redraw)]
    outdated: list[Job] = []
    handmade: list[Path] = []
    errors: list[str] = []
    for job in jobs:
        is_requested = job.name in request.redraw
        states = job.states()
        is_outdated = set(states.values()) != {State.FRESH}
        shows_new_pictures = job.name == "pages" and bool(outdated)  # the pages are the last job
        if is_outdated or shows_new_pictures or is_requested:
            outdated.append(job)
            handmade += [file for file in states if states[file] in (State.EDITED, State.UNKNOWN)]
        errors += [
            f"{file}: edited since the last build; "
            "undo the edit, or move the file away and run make"
            for file in states
            if states[file] is State.EDITED and not is_requested
        ]
    if errors:
        raise InputError("\n".join(errors))
    stems = [job.name for job in outdated if job.name != "pages"]
    return Plan(outdated, _experiments_to_run(request.compute, stems), handmade)


def protect_outputs(settings: Config) -> None:
    """Hold the lock and back up the outputs until this process ends, for a plain `snakemake`.

    Raises
    ------
    InputError
        If a person edited an output, or if another build is running.
    """
    if IS_BUILD in os.environ:
        return
    until_exit = ExitStack()
    until_exit.enter_context(lock())
    backups.restore()
    everything = Request(targets=[], redraw=[], compute=[])
    handmade = plan(everything, settings).handmade
    existing = [file for job in all_jobs(settings) for file in job.outputs if file.exists()]
    until_exit.enter_context(backups.back_up(existing, handmade))
    atexit.register(until_exit.close)


def _experiments_to_run(compute: list[str], draw: list[str]) -> list[Job]:
    """The experiments of the figures `compute`; those of the figures `draw` if data is missing."""
    for stem in compute:
        if not experiments.of_figure(stem):
            raise InputError(
                f"FIGURE: {stem!r}: has no experiment; write experiments/{stem}.py, "
                f"and list data/{stem}.npz in prompts/{stem}.md under `needs:`"
            )
    requested = [name for stem in compute for name in experiments.of_figure(stem)]
    needed = [name for stem in draw for name in experiments.of_figure(stem)]
    missing = [name for name in needed if not experiments.data_file(name).exists()]
    return [
        Job(f"experiment-{name}", [experiments.data_file(name)], marker=experiments.marker(name))
        for name in dict.fromkeys([*requested, *missing])  # each once
    ]
