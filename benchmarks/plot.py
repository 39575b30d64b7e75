"""The measurements as a figure in the style of the lecture's: ``python benchmarks/plot.py``.

Reads results.json, writes results.svg and results-dark.svg.
"""

import json
from pathlib import Path

import lecture
from lecture.atomic import write
from lecture.save import freeze_layout, render

import table
from matplotlib.axes import Axes
from matplotlib.figure import Figure

HERE = Path(__file__).parent
TITLE = "How near the pipeline comes to its goals"


def alt(results: dict) -> str:
    """What a reader who cannot see the picture must know."""
    rows = table.rows(results)
    missed = [f"{row.measured}, over {row.over}" for row in rows if not row.met]
    first, *_, last = results["growth"]
    return (
        f"{len(rows)} ratios of time or memory, each divided by its goal: "
        + (f"above the goal are {'; '.join(missed)}. " if missed else "none is above its goal. ")
        + f"From {first['figures']} to {last['figures']} figures, time grows from "
        f"{first['seconds']:.0f} to {last['seconds']:.0f} seconds, memory from "
        f"{first['megabytes']:.0f} to {last['megabytes']:.0f} MB."
    )


def draw_ratios(axes: Axes, rows: list[table.Row]) -> None:
    """Each ratio as a share of its goal: a point at the median, a line over all rounds."""
    color, places = lecture.color("response"), range(len(rows))
    axes.plot([row.ratio / row.goal for row in rows], places, "o", color=color, label="median")
    ends = [(min(row.ratios) / row.goal, max(row.ratios) / row.goal) for row in rows]
    axes.hlines(places, *zip(*ends, strict=True), color=color, label="rounds")
    for i, row in enumerate(rows):
        words = f"{row.ratio:.2f}, goal {row.goal:g}"
        axes.text(1.02, i, words, va="center", transform=axes.get_yaxis_transform())
    axes.axvline(1, color=lecture.color("reference"), linestyle="--", linewidth=1, label="goal")
    axes.set_yticks(places, [f"{row.measured} / {row.over}" for row in rows])
    axes.tick_params(axis="y", length=0)
    axes.set(ylim=(len(rows) - 0.4, -0.6), xlabel="ratio over its goal")
    axes.set_xlim(0, 1.05 * max(1.2, *(high for _, high in ends)))


def draw_growth(axes: Axes, growth: list[dict], what: str, label: str) -> None:
    """Something measured over the number of figures; a straight line is the same for each."""
    count, values = [of["figures"] for of in growth], [of[what] for of in growth]
    axes.plot(count, values, "o-", color=lecture.color("response"), label=what)
    axes.set(xlabel="trivial figures", ylabel=label, xticks=count)
    axes.set(xlim=(0, 1.05 * max(count)), ylim=(0, 1.1 * max(values)))


def draw(results: dict) -> Figure:
    """The ratios, and below them how time and memory grow with the number of figures."""
    figure = Figure(figsize=(lecture.WIDTH, 5.2))
    above, below = figure.subfigures(2, height_ratios=(3, 2))
    ratios, (seconds, megabytes) = above.subplots(), below.subplots(1, 2)
    draw_ratios(ratios, table.rows(results))
    ratios.set_title("Times and memory, each over its goal")
    draw_growth(seconds, results["growth"], "seconds", "time (s)")
    draw_growth(megabytes, results["growth"], "megabytes", "peak memory (MB)")
    return figure


def main() -> None:
    """Write the picture in both themes."""
    results = json.loads((HERE / "results.json").read_text())
    pictures = {}
    for theme in lecture.THEMES:
        with lecture.theme(theme):
            figure = draw(results)
            freeze_layout(figure)
            name = HERE / f"results{'' if theme == 'light' else '-dark'}.svg"
            pictures[name] = render(figure, "svg", 200, f"results-{theme}", TITLE, alt(results))
    write(pictures)


if __name__ == "__main__":
    main()
