"""The measurements as ratios beside their goals: ``python benchmarks/table.py``.

Reads results.json, writes results.md.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
KINDS = {"numpy": "NumPy", "torch": "PyTorch"}
SECONDS = {  # what bench.py measures, and what results.md calls it
    "build": "`snakemake --cores 4`, from nothing",
    "make": "`make -j4`, the same scripts",
    "import": "one process: its imports",
    "drawing": "one process: its drawing",
    "gallery": "sphinx-gallery, the same figures",
    "start": "`snakemake -n`, empty workflow",
    "nothing": "`snakemake --cores 4`, nothing to do",
} | {
    f"{kind} {what}": f"{name} script {words}"
    for kind, name in KINDS.items()
    for what, words in (
        ("page", "edited, `snakemake --cores 4`"),
        ("alone", "edited, `snakemake --cores 4 <stem>`"),
        ("script", "by itself"),
    )
}
OBSTACLES = {  # what stands in the way of a goal, where that is known
    "from nothing": "Snakemake starts on one core before any figure is drawn, and the page waits "
    "for the last of them.",
    "from nothing, per file": "sphinx-gallery makes PNGs, and pages of text; two of five of our "
    "files are SVGs, one is a PDF: they take longer.",
    "edit, with page": "the list, the page and the two overviews show all figures, and are made "
    "anew after every edit. `make watch` shows the figure before them.",
    "edit, alone": "Snakemake's plan, a shell and the record of what was run take their time, "
    "however short the script.",
    "nothing to do": "every prompt is read, to refuse what is wrong before any job.",
}
TEXT = """\
# How fast the pipeline is

Written by `make bench`. Ratios are what counts, seconds are weather: the ways took turns
in {rounds} rounds, and each ratio is the median of those within a round.

{goals}
{obstacles}
<picture>
  <source media="(prefers-color-scheme: dark)" srcset="results-dark.svg">
  <img src="results.svg" alt="The ratios above, divided by their goals" width="650">
</picture>

The **limit** is what one Python process that imports once takes for its imports, plus its
drawing divided by the number of cores. **make** is GNU make, which runs every script by
itself. Pipeline, make and one process make the same {pipeline} files, to the byte.
**sphinx-gallery** (`sphinx-build -j 4`, and `parallel`) runs an example for each figure
that draws it in both themes, into {gallery} pictures, thumbnails and pages. **Start** is
Snakemake's: `snakemake -n` on an empty workflow. An **edit** is what `snakemake --cores 4`
takes beyond that start after a script was changed, one that computes with NumPy or with
PyTorch: it draws the figure and makes the page that shows all anew; alone: the figure only.
**Time per figure** is what each of 200 more adds, or each of 90.

{seconds}

Figures with one curve and nothing to compute, from nothing, once; memory is the peak of all
processes together, what they share counted once:

{growth}

{date}, commit {revision}; {processor}, {cores} cores, {memory}, load {load} at the start;
{versions}.
"""


@dataclass(frozen=True)
class Row:
    """What is measured, over what; the ratio in each round; the goal of their median."""

    measured: str
    over: str
    ratios: Sequence[float]
    goal: float
    strict: bool = False  # the goal is to be below

    @property
    def ratio(self) -> float:
        """The median of the rounds."""
        return median(self.ratios)

    @property
    def met(self) -> bool:
        return self.ratio < self.goal or (self.ratio == self.goal and not self.strict)


def rows(results: dict) -> list[Row]:
    """Every ratio that has a goal."""
    rounds, files = results["rounds"], results["files"]
    cores = min(4, results["cores"])
    build = "from nothing"
    found = [
        Row(
            build,
            "limit",
            [s["build"] / (s["import"] + s["drawing"] / cores) for s in rounds],
            1.3,
        ),
        Row(build, "make", [s["build"] / s["make"] for s in rounds], 1.0, strict=True),
        Row(
            f"{build}, per file",
            "sphinx-gallery",
            [s["build"] / files["pipeline"] / s["gallery"] * files["gallery"] for s in rounds],
            1.0,
            strict=True,
        ),
        Row("nothing to do", "start", [s["nothing"] / s["start"] for s in rounds], 1.2),
    ]
    for kind, name in KINDS.items():
        for what, words in (("page", "with page"), ("alone", "alone")):
            own = [(s[f"{kind} {what}"] - s["start"]) / s[f"{kind} script"] for s in rounds]
            found.append(Row(f"{name} edit, {words}", "its script", own, 1.1))
    few, many, most = results["growth"]
    found += [
        # One run of each cannot tell a tenth.
        Row("time per figure past 100", "up to 100", [added(many, most) / added(few, many)], 1.1),
        Row("memory per figure of 300", "of 100", [share(most) / share(many)], 1.0),
    ]
    return found


def added(few: dict, more: dict) -> float:
    """The seconds that a figure adds, from few figures to more."""
    return (more["seconds"] - few["seconds"]) / (more["figures"] - few["figures"])


def share(of: dict) -> float:
    """The peak of memory in MB for each of the figures."""
    return of["megabytes"] / of["figures"]


def text(results: dict) -> str:
    """The measurements as Markdown, ratios first."""
    goals = [
        (
            row.measured,
            row.over,
            f"**{row.ratio:.2f}**",
            f"{min(row.ratios):.2f} to {max(row.ratios):.2f}" if len(row.ratios) > 1 else "once",
            f"{'below' if row.strict else 'at most'} {row.goal:g}",
            "yes" if row.met else "**no**",
        )
        for row in rows(results)
    ]
    missed = [row.measured for row in rows(results) if not row.met]
    obstacles = [
        f"- {end}: {words}"
        for end, words in OBSTACLES.items()
        if any(measured.endswith(end) for measured in missed)
    ]
    seconds = []
    for key, words in SECONDS.items():
        taken = [s[key] for s in results["rounds"]]
        seconds.append((words, f"{median(taken):.2f}", f"{min(taken):.2f} to {max(taken):.2f}"))
    growth = [
        (
            str(of["figures"]),
            f"{of['seconds']:.1f}",
            f"{of['seconds'] / of['figures']:.2f}",
            f"{of['megabytes']:.0f}",
            f"{share(of):.1f}",
        )
        for of in results["growth"]
    ]
    return TEXT.format(
        rounds=len(results["rounds"]),
        obstacles="\n".join(["", "What stands in the way:", "", *obstacles, ""])
        if obstacles
        else "",
        goals=table(("measured", "over", "ratio", "range", "goal", "met"), goals),
        seconds=table(("", "seconds", "range"), seconds),
        growth=table(("figures", "seconds", "per figure", "MB", "per figure"), growth),
        versions=", ".join(f"{name} {version}" for name, version in results["versions"].items()),
        load=results["load before"],
        **results["files"],
        **{key: results[key] for key in ("date", "revision", "processor", "cores", "memory")},
    )


def table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    (HERE / "results.md").write_text(text(json.loads((HERE / "results.json").read_text())))
