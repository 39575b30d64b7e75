"""The ways to make the same files: each is a folder of its own that the benchmark builds in."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lecture import config, prompts

ROOT = Path(__file__).parents[1]

EXAMPLE = '''"""
{title}
{underline}

{alt}
"""

import lecture

import {stem}
import matplotlib.pyplot as plt

numbers = {stem}.compute()
for theme in lecture.THEMES:
    with lecture.theme(theme):
        plt.figure({stem}.draw(numbers))
'''

GALLERY = {
    "conf.py": """\
project = "The figures of a lecture"
extensions = ["sphinx_gallery.gen_gallery"]
sphinx_gallery_conf = {"examples_dirs": "examples", "gallery_dirs": "gallery", "parallel": True}
""",
    "index.rst": """\
The figures of a lecture
========================

.. toctree::

   gallery/index
""",
    "examples/GALLERY_HEADER.rst": """\
Figures
=======
""",
}

TRIVIAL_SCRIPT = '''\
"""A wave, one of many."""

import lecture

import numpy as np
from matplotlib.figure import Figure

WAVES = {waves}


def compute() -> np.ndarray:
    """The heights (200) of the waves."""
    return np.sin(2 * np.pi * WAVES * np.linspace(0, 1, 200))


def draw(height: np.ndarray) -> Figure:
    """The heights as a curve."""
    figure = Figure(figsize=(lecture.WIDTH, 3))
    figure.subplots().plot(height, color=lecture.color("response"))
    return figure


if __name__ == "__main__":
    lecture.main(compute, draw)
'''

TRIVIAL_PROMPT = """\
---
number: null
section: "1"
page: false
title: A wave
caption: The wave $\\sin x$.
alt: A wave between -1 and 1.
claims:
  wave: It is a wave.
---
Draw a wave.
"""


@dataclass(frozen=True)
class Job:
    """A call of a script: the files it makes, those it reads beside itself, its arguments."""

    script: str
    outputs: list[str]
    inputs: list[str]
    arguments: list[str]


def jobs(project: Path) -> list[Job]:
    """What the project's Snakefile runs, each after those whose files it reads.

    Raises:
        InputError: where the project's configuration is wrong.
    """
    settings = config.read(project)
    found = []
    for stem in settings.figures:
        files = [f"figures/{stem}{suffix}" for suffix in settings.suffixes]
        options = ["--dpi", str(settings.dpi)]
        found.append(Job(f"scripts/{stem}.py", files, [f"prompts/{stem}.md"], [*options, *files]))
    figures = [file for job in found for file in job.outputs]
    manifest, page = "figures/figures.json", "figures/index.html"
    found.append(Job("page/manifest.py", [manifest], figures, [manifest, *figures]))
    found.append(Job("page/gallery.py", [page], [manifest], [manifest, page]))
    for theme in ("" if theme == "light" else f"-{theme}" for theme in settings.themes):
        overview = f"figures/overview{theme}.png"
        pictures = [f"figures/{stem}{theme}.png" for stem in settings.figures]
        found.append(Job("page/overview.py", [overview], pictures, [overview, *pictures]))
    return found


def copy_project(to: Path) -> None:
    """Copy the project as its author has it now, without what is made."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listing.stdout.split("\0")):
        if not name.startswith("figures/") and (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, to / name)
    (to / "figures").mkdir()


def write_makefile(project: Path) -> None:
    """Write the project's jobs as rules of GNU make; `&:` makes all files by one call."""
    rules = ["export PYTHONPATH := scripts\n", "all:"]
    for job in jobs(project):
        rules[1] += f" {' '.join(job.outputs)}"
        rules.append(
            f"{' '.join(job.outputs)} &: {job.script} {' '.join(job.inputs)}\n"
            f"\t@python {job.script} {' '.join(job.arguments)}\n"
        )
    (project / "Makefile").write_text("\n".join(rules))


def write_gallery(project: Path) -> None:
    """Write the figures, in both themes, as examples for sphinx-gallery into docs/."""
    for name, text in GALLERY.items():
        (project / "docs" / name).parent.mkdir(exist_ok=True)
        (project / "docs" / name).write_text(text)
    for stem in config.read(project).figures:
        prompt = prompts.read(project / "prompts" / f"{stem}.md")
        example = EXAMPLE.format(
            stem=stem, title=prompt.title, underline="=" * len(prompt.title), alt=prompt.alt
        )
        (project / f"docs/examples/plot_{stem}.py").write_text(example)


def write_trivial_figures(project: Path, count: int) -> None:
    """Let the project list this many figures that are as good as nothing to draw."""
    stems = [f"wave_{number}" for number in range(1, count + 1)]
    for number, stem in enumerate(stems, 1):
        (project / f"scripts/{stem}.py").write_text(TRIVIAL_SCRIPT.format(waves=number))
        (project / f"prompts/{stem}.md").write_text(TRIVIAL_PROMPT)
    settings = config.read(project)
    (project / "config.yaml").write_text(
        f"figures: [{', '.join(stems)}]\nformats: [{', '.join(settings.formats)}]\n"
        f"themes: [{', '.join(settings.themes)}]\ndpi: {settings.dpi}\n"
    )
