"""What a build has to run: the jobs that are out of date, and experiments."""

from dataclasses import dataclass
from pathlib import Path

from figurepress.build import experiments, jobs
from figurepress.build.jobs import Job
from figurepress.project import config
from figurepress.project.config import Config
from figurepress.project.validation import InputError


@dataclass(frozen=True)
class Request:
    """What the command line asks for, as stems; everything if all lists are empty."""

    targets: list[str]
    redraw: list[str]  # even if a person edited their files
    compute: list[str]  # run their experiments


@dataclass(frozen=True)
class Plan:
    """What to run, and the output files that this replaces."""

    jobs: list[Job]  # out of date
    experiments: list[str]
    theirs: list[Path]  # outputs that a person wrote or edited


def plan(request: Request, settings: Config) -> Plan:
    """Compare the outputs with their sources; refuse to replace what a person edited."""
    all_jobs = jobs.of(settings)
    states = {job.name: job.state() for job in all_jobs}
    edited = [
        f"{file}: edited since the last build; undo the edit, or copy the file "
        f"elsewhere and run `make redraw FIGURE={name}`"
        for name, state in states.items()
        for file in state.edited
        if name not in request.redraw
    ]
    if edited:
        raise InputError("\n".join(edited))
    wanted = [*request.targets, *request.redraw]
    if not wanted and not request.compute:
        wanted = list(states)
    due = [job for job in all_jobs if job.name in wanted and not states[job.name].is_fresh]
    due += [job for job in all_jobs if job.name in request.redraw and job not in due]
    figures = [job.name for job in due if job.name != "pages"]
    if figures and "pages" in wanted and due[-1].name != "pages":
        due.append(all_jobs[-1])  # the pages show the new pictures
    return Plan(
        due,
        _experiments(request.compute, figures),
        theirs=[file for job in due for file in states[job.name].edited + states[job.name].unknown],
    )


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


def outcome(plan: Plan) -> dict[str, bool]:
    """Whether each job and experiment of a plan succeeded."""
    # The digest of the pages depends on the figures that were drawn now.
    now = {job.name: job for job in jobs.of(config.read())}
    done = {job.name: now[job.name].state().is_fresh for job in plan.jobs}
    return done | {
        f"experiment-{name}": experiments.marker(name).exists() for name in plan.experiments
    }
