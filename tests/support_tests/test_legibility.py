"""The rules of legibility find an error that was put into a clean figure.

Of the rules of figure-gate, only those that depend on our settings are tested.
"""

import matplotlib as mpl
import numpy as np
import pytest
from figure_gate import check_figure
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Arc, Rectangle

from figurepress import look
from figurepress.look.cells import write_cells
from figurepress.palette import THEMES
from tests.support.legibility import REMEDIES, problems, unexpected

SIGNED = np.outer([-1, 0, 1], [1, -0.5, 0.2])
ALT = "A description of a figure that is long enough to tell a blind reader what it teaches."


def clean() -> Figure:
    """Two labelled curves and a grid of signed cells, without errors."""
    figure = Figure(figsize=(look.WIDTH, 4))
    curves, cells = figure.subplots(2, 1)
    x = np.linspace(0, 4, 60)
    curves.plot(x, np.sin(x), color=look.color("input"), label="input")
    curves.plot(x, np.cos(x), "--", color=look.color("kernel"), label="kernel")
    curves.text(1.6, 1.1, "input", color=look.color("input"))
    curves.text(1.9, -0.85, "kernel", color=look.color("kernel"))
    curves.set(xlabel="time", ylabel="value", ylim=(-1.2, 1.4))
    mesh = look.heatmap(cells, SIGNED, look.diverging(), (-1, 1))
    write_cells(cells, mesh)
    return figure


# Errors, each a function of the panel with the curves and the panel with the cells.


def near_colors(curves, cells):
    red, green, blue = to_rgb(look.color("input"))
    curves.lines[1].set_color((red, green, min(1, blue + 0.05)))


def same_grey(curves, cells):
    curves.lines[0].set_color("#767676")
    curves.lines[1].set(color="#8a6fb0", linestyle="-")


def pale_stroke(curves, cells):
    curves.lines[0].set_color(look.color("grid"))


def no_axis_label(curves, cells):
    curves.set_ylabel("")


def cut_curve(curves, cells):
    curves.set_ylim(-0.5, 1.4)


ERRORS = [
    ("Type size", lambda curves, _: curves.text(0.2, 1.2, "small", size=7.9)),
    ("Line weight", lambda curves, _: curves.lines[0].set_linewidth(0.4)),
    ("Series color", near_colors),
    ("Colormap kind", lambda _, cells: cells.collections[0].set_cmap("jet")),
    ("Style sheet", lambda *_: mpl.rcParams.update({"font.size": 11})),
    ("mark_contrast", pale_stroke),
    ("grey_print", same_grey),
    ("signed_values", lambda _, cells: cells.collections[0].set_cmap(look.sequential())),
    ("signed_values", lambda _, cells: cells.collections[0].set_clim(-1, 2)),
    ("labelled_axes", no_axis_label),
    ("clear_legends", lambda curves, _: curves.legend(loc="upper left")),
    ("hidden_data", cut_curve),
    ("hidden_data", lambda curves, _: curves.set_xlim(0.5, 4)),
    ("hidden_data", lambda curves, _: curves.set(yscale="log", ylim=(0.01, 2))),
    ("hidden_data", lambda curves, _: curves.add_patch(Rectangle((2, 0), 1, 9))),
    ("hidden_data", lambda _, cells: cells.collections[0].set_clim(-0.5, 1)),
]


GATES = check_figure.GATES


@pytest.fixture
def only(monkeypatch):
    """Returns a function that lets figure-gate run one rule only; at first, it runs none.

    All its rules together take long.
    """

    def only(rule):
        gates = [gate for gate in GATES if gate.name == rule]
        monkeypatch.setattr(check_figure, "GATES", gates)

    only("no rule")
    return only


@pytest.fixture
def figure(only):
    """The clean figure, while the light theme is active and figure-gate runs no rule."""
    with look.theme("light"):
        yield clean()


@pytest.mark.parametrize("theme", THEMES)
def test_clean_figure_breaks_no_rule(theme):
    with look.theme(theme):
        assert problems(clean(), ALT) == {}


@pytest.mark.parametrize(("rule", "put_error"), ERRORS, ids=[rule for rule, _ in ERRORS])
def test_rule_finds_its_error(rule, put_error, figure, only):
    only(rule)
    put_error(*figure.axes)
    problem, _, remedy = problems(figure, ALT)[rule].partition("; ")
    assert problem
    assert remedy


@pytest.mark.parametrize(
    "draw",
    [
        lambda axes: axes.vlines([1.2, 1.3], -1, 1.4, linestyle="--", linewidth=look.HAIR),
        lambda axes: axes.add_patch(Arc((1.2, 1.2), 0.4, 0.4, linewidth=look.HAIR)),
        lambda axes: look.arrow(axes, (0.8, 1.25), (2, 1.25)),
    ],
    ids=["line", "arc", "arrow"],
)
def test_stroke_through_a_text_is_found(draw, figure):
    draw(figure.axes[0])
    figure.axes[0].text(1, 1.2, "crossed")
    assert "runs through the text 'crossed'" in problems(figure, ALT)["crossed_texts"]


def test_lines_in_the_colors_of_a_rainbow_break_a_rule(figure):
    for place in np.linspace(0, 1, 4):
        figure.axes[0].plot([0, 4], [place, 1], color=mpl.colormaps["jet"](place))
    assert "mark_contrast" in problems(figure, ALT)


def test_short_alternative_text_is_found(figure, only):
    only("Alt text")
    assert "Alt text" in problems(figure, "A plot.")


def test_every_rule_of_figure_gate_has_a_remedy():
    assert {gate.name for gate in GATES} == set(REMEDIES)


def test_line_through_a_panel_may_end_beyond_it(figure):
    figure.axes[0].plot([-9, 9], [-9, 9], color=look.color("response"))
    figure.axes[0].set(xlim=(0, 4), ylim=(-1.2, 1.4))
    assert "hidden_data" not in problems(figure, ALT)


def test_cropped_curve_is_allowed_by_its_label(figure):
    cut_curve(*figure.axes)
    assert "of 60 points of 'kernel'" in problems(figure, ALT)["hidden_data"]
    for line in figure.axes[0].lines:
        line.set_label(look.CROPPED)
    assert "hidden_data" not in problems(figure, ALT)


def test_message_on_grey_print_states_which_series_to_change_and_how(figure):
    same_grey(*figure.axes)
    assert problems(figure, ALT) == {
        "grey_print": "'input' and 'kernel' look alike in grey print; use a darker colour for "
        "'input', or another dash or marker"
    }


def test_message_states_the_role_of_a_color(figure, only):
    only("Series color")
    near_colors(*figure.axes)
    near_input = to_hex(figure.axes[0].lines[1].get_color())
    message = problems(figure, ALT)["Series color"]
    assert f"{look.color('input')} (input) vs {near_input}" in message


@pytest.mark.parametrize("theme", THEMES)
def test_zero_line_is_not_compared_with_series(theme, only):
    only("Series color")
    with look.theme(theme):
        figure = Figure()
        axes = figure.subplots()
        look.zero_line(axes)
        for color in look.series():
            axes.plot([0, 1], [0, 1], color=color)
        assert "Series color" not in problems(figure, ALT)


def test_remedy_in_the_dark_theme_is_a_lighter_color(only):
    with look.theme("dark"):
        figure = clean()
        pale_stroke(*figure.axes)
        assert "use a lighter colour" in problems(figure, ALT)["mark_contrast"]


@pytest.mark.parametrize(
    ("exception", "is_allowed"),
    [("labelled_axes", True), ("labelled_axes (light)", True), ("labelled_axes (dark)", False)],
)
def test_exception_allows_breaking_a_rule_in_its_theme(figure, exception, is_allowed):
    no_axis_label(*figure.axes)
    messages = unexpected(figure, ALT, "light", {exception: "named in the title"})
    assert (messages == []) == is_allowed


def test_unnecessary_exception_is_reported(figure):
    (message,) = unexpected(figure, ALT, "light", {"labelled_axes": "named in the title"})
    assert message == "labelled_axes: is followed; remove the exception"
