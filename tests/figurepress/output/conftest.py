"""Fixtures: a figure with a bit of everything that matplotlib draws, and its SVG."""

from io import BytesIO

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Arc

from figurepress import look
from figurepress.look.cells import write_cells
from figurepress.output.render import make_portable


def draw_everything() -> Figure:
    """Lines, markers, areas, texts, formulas, cells, bars, hatches, images, gradients, arcs."""
    random = np.random.default_rng(0)
    figure = Figure(figsize=(6.5, 4))
    curves, cells, bars, image, _, points = figure.subplots(3, 2).flat
    x = np.linspace(0, 9, 400)
    curves.plot(x, np.sin(x), "--", gid="sine", label=r"$\sum_t \sqrt{\frac{k[t]}{x^2}}$")
    curves.plot(x[::20], np.cos(x[::20]), "o-", color="#fff", markeredgecolor="black")
    curves.fill_between(x, np.sin(x), alpha=0.3)
    curves.axvline(4, zorder=-1)
    curves.annotate("there", (4, 0), (6, 1), arrowprops={"arrowstyle": "->"}, rotation=30)
    curves.legend()
    curves.set(ylabel="eeeee eeeee", xlim=(1, 8))
    matrix = random.normal(size=(3, 5)).round(1)
    write_cells(cells, look.heatmap(cells, matrix, look.diverging(), (-2, 2)), size=8)
    bars.bar(range(3), [1, 3, 2], hatch="//", edgecolor="white", linestyle=":")
    bars.add_patch(Arc((1, 2), 1, 2))
    figure.colorbar(image.imshow(random.normal(size=(9, 9)), interpolation="none"))
    points.scatter(*random.normal(size=(2, 30)), s=np.arange(30), alpha=0.5, linewidth=0)
    points.scatter([0, 1], [1, 0], marker="*", gid="stars")
    return figure


@pytest.fixture(scope="module")
def figure():
    with look.theme("light"):
        figure = draw_everything()
        make_portable(figure)
        # A build rejects a figure with a gradient, but the minifier must not fail on it.
        empty_panel = figure.axes[4]
        empty_panel.pcolormesh(np.eye(3), shading="gouraud")
        yield figure


@pytest.fixture(scope="module")
def original(figure):
    """The SVG of the figure, as matplotlib writes it."""
    file = BytesIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()
