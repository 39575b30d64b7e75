"""Every rule of legibility finds an error that was put into a clean figure."""

import re

import matplotlib as mpl
import numpy as np
import pytest
from figure_gate import check_figure
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Arc, Rectangle

from figurepress import look
from figurepress.palette import THEMES
from tests.support.legibility import OWN_RULES, REMEDIES, _plain, problems, unexpected

ALT = "A description of a figure that is long enough to tell a blind reader what it teaches."


def clean() -> Figure:
    """Two labelled curves and a grid of signed cells, nothing wrong with them."""
    figure = Figure(figsize=(look.WIDTH, 4))
    curves, cells = figure.subplots(2, 1)
    x = np.linspace(0, 4, 60)
    curves.plot(x, np.sin(x), color=look.color("input"), label="input")
    curves.plot(x, np.cos(x), "--", color=look.color("kernel"), label="kernel")
    curves.text(1.6, 1.1, "input", color=look.color("input"))
    curves.text(1.9, -0.85, "kernel", color=look.color("kernel"))
    curves.set(xlabel="time", ylabel="value", ylim=(-1.2, 1.4))
    mesh = look.heatmap(cells, np.outer([-1, 0, 1], [1, -0.5, 0.2]), look.diverging(), (-1, 1))
    look.write_cells(cells, mesh)
    return figure


def far_text(figure):
    figure.text(0.97, 0.5, "cut at the edge")


def text_on_text(figure):
    figure.axes[0].text(1.62, 1.12, "output")


def label_on_curve(figure):
    figure.axes[0].text(1.5, 0.93, "on the curve")


def pale_text(figure):
    figure.axes[0].text(0.2, 1.2, "pale", color=look.color("grid"))


def number_in_the_color_of_its_cell(figure):
    figure.axes[1].texts[0].set_color(look.diverging()(0.02))


def many_opacities(figure):
    for alpha in (0.2, 0.4, 0.6, 0.8):
        figure.axes[0].plot([0, 1], [0, alpha], color=look.color("response"), alpha=alpha)


def huge_mark(figure):
    figure.axes[0].scatter([1, 2], [0, 0.2], s=[9, 400], color=look.color("input"))


def points_on_points(figure):
    x = np.linspace(1, 1.2, 80)
    figure.axes[0].scatter(x, x**2 - 1.4, s=60, color=look.color("input"))


def panels_repeat_an_axis(figure):
    figure.clear()
    for axes in figure.subplots(1, 2):
        axes.plot([0, 1, 2], [0, 1, 0.5])
        axes.set(xlabel="time", ylabel="value")


def small_text(figure):
    figure.axes[0].text(0.2, 1.2, "small", size=7.9)


def thin_stroke(figure):
    figure.axes[0].lines[0].set_linewidth(0.4)


def steep_curve(figure):
    figure.axes[0].set_ylim(-0.02, 0.02)
    for text in figure.axes[0].texts:  # which would squeeze the panel
        text.set_y(0)
    figure.axes[0].lines[0].set_data(
        np.linspace(0, 4, 200), np.sin(np.linspace(0, 400, 200)) * 0.02
    )


def empty_panel(figure):
    figure.axes[1].remove()
    figure.axes[0].set_xlim(-4000, 4000)


def near_colors(figure):
    red, green, blue = to_rgb(look.color("input"))
    figure.axes[0].lines[1].set_color((red, green, min(1, blue + 0.05)))


def two_scales(figure):
    twin = figure.axes[0].twinx()
    twin.plot([0, 4], [0, 900], color=look.color("response"))
    twin.set_ylabel("other")


def cut_bars(figure):
    figure.clear()
    axes = figure.subplots()
    axes.bar([0, 1, 2], [100, 101, 103], color=look.color("response"))
    axes.set(ylim=(99, 104), xlabel="class", ylabel="count")


def unlabelled_series(figure):
    for axes in figure.axes:
        for text in list(axes.texts):
            text.remove()


def swapped_labels(figure):
    for text in figure.axes[0].texts:
        text.set_text("kernel" if text.get_text() == "input" else "input")


def changed_style(figure):
    mpl.rcParams["font.size"] = 11


def dashed_contours(figure):
    axes = figure.axes[1]
    axes.contour(np.outer([-1, 0, 1], [1, -0.5, 0.2]), colors="k", levels=[-0.5, 0.5])


def rainbow(figure):
    figure.axes[1].collections[0].set_cmap("jet")


def type_3_fonts(figure):
    mpl.rcParams["pdf.fonttype"] = 3


def pale_stroke(figure):
    figure.axes[0].lines[0].set_color(look.color("grid"))


def transparent_stroke(figure):
    figure.axes[0].lines[0].set_alpha(0.15)


def same_grey(figure):
    figure.axes[0].lines[0].set_color("#767676")
    figure.axes[0].lines[1].set(color="#8a6fb0", linestyle="-")


def sequential_signs(figure):
    figure.axes[1].collections[0].set_cmap(look.sequential())


def skewed_limits(figure):
    figure.axes[1].collections[0].set_clim(-1, 2)


def no_axis_label(figure):
    figure.axes[0].set_ylabel("")


def legend_on_data(figure):
    figure.axes[0].legend(loc="upper left")


def text_on_guides(figure):
    figure.axes[0].vlines([1.2, 1.3], -1, 1.4, linestyle="--", linewidth=look.HAIR)
    figure.axes[0].text(1, 1.2, "crossed")


def text_on_edge(figure):
    figure.axes[0].add_patch(Rectangle((1.2, 0), 2, 1.4, fill=False, linewidth=look.HAIR))
    figure.axes[0].text(1, 1.2, "crossed")


def text_on_arc(figure):
    figure.axes[0].add_patch(Arc((1.2, 1.2), 0.4, 0.4, linewidth=look.HAIR))
    figure.axes[0].text(1, 1.2, "crossed")


def text_on_arrow(figure):
    arrow = look.arrow(figure.axes[0], (0.8, 1.25), (2, 1.25))
    arrow.arrow_patch.set_linewidth(look.HAIR)
    figure.axes[0].text(1, 1.2, "crossed")


def cut_curve(figure):
    figure.axes[0].set_ylim(-0.5, 1.4)


def cut_start(figure):
    figure.axes[0].set_xlim(0.5, 4)


def lost_point(figure):
    figure.axes[0].scatter([1, 9], [0, 0], color=look.color("input"))
    figure.axes[0].set_xlim(0, 4)


def zero_on_a_logarithmic_axis(figure):
    figure.axes[0].set(yscale="log", ylim=(0.01, 2))


def clipped_bar(figure):
    figure.axes[0].bar([2], [9], label="_bar")
    figure.axes[0].set_ylim(-1.2, 1.4)


def hidden_note(figure):
    figure.axes[0].annotate("hidden", (5, 0), (2, 1))
    figure.axes[0].set_xlim(0, 4.1)


def saturated_cells(figure):
    figure.axes[1].collections[0].set_clim(-0.5, 0.5)


SEEDED = [
    ("Clipping", far_text),
    ("Text collision", text_on_text),
    ("Text readability", label_on_curve),
    ("Text readability", pale_text),
    ("Text readability", number_in_the_color_of_its_cell),
    ("Contrast stack", many_opacities),
    ("Mark ratio", huge_mark),
    ("Overplotting", points_on_points),
    ("Axis redundancy", panels_repeat_an_axis),
    ("Type size", small_text),
    ("Line weight", thin_stroke),
    ("Banking", steep_curve),
    ("Ink coverage", empty_panel),
    ("Series color", near_colors),
    ("Dual axis", two_scales),
    ("Form", cut_bars),
    ("Identity channel", unlabelled_series),
    ("Label attribution", swapped_labels),
    ("Style sheet", changed_style),
    ("Contour dash", dashed_contours),
    ("Colormap kind", rainbow),
    ("Fonts", type_3_fonts),
    ("mark_contrast", pale_stroke),
    ("mark_contrast", transparent_stroke),
    ("grey_print", same_grey),
    ("signed_values", sequential_signs),
    ("signed_values", skewed_limits),
    ("labelled_axes", no_axis_label),
    ("clear_legends", legend_on_data),
    ("crossed_texts", text_on_guides),
    ("crossed_texts", text_on_edge),
    ("crossed_texts", text_on_arc),
    ("crossed_texts", text_on_arrow),
    ("hidden_data", cut_curve),
    ("hidden_data", cut_start),
    ("hidden_data", lost_point),
    ("hidden_data", zero_on_a_logarithmic_axis),
    ("hidden_data", clipped_bar),
    ("hidden_data", hidden_note),
    ("hidden_data", saturated_cells),
]


JARGON = re.compile(r"casing|data ink|backdrop|hue|furniture|\bax\d|dE|deutan|ink fraction|''")


@pytest.fixture
def only(monkeypatch):
    """Let figure-gate run one of its rules: the others take time and are not asked."""

    def only(rule):
        gates = [gate for gate in check_figure.GATES if gate.name == rule]
        monkeypatch.setattr(check_figure, "GATES", gates)

    return only


@pytest.fixture
def figure():
    """The clean figure, inside the light theme."""
    with look.theme("light"):
        yield clean()


@pytest.mark.parametrize("theme", THEMES)
def test_clean_figure_breaks_no_rule(theme):
    with look.theme(theme):
        assert problems(clean(), ALT) == {}


@pytest.mark.parametrize(
    ("rule", "seed"), SEEDED, ids=lambda value: getattr(value, "__name__", value)
)
def test_rule_finds_its_error(rule, seed, figure, only):
    only(rule)
    seed(figure)
    assert rule in problems(figure, ALT)
    found = JARGON.findall(problems(figure, ALT)[rule])
    assert not found, "words of figure-gate that a lecturer does not know"


def test_short_description_is_found(figure, only):
    only("Alt text")
    assert "Alt text" in problems(figure, "A plot.")


def test_every_rule_has_an_error():
    rules = {gate.name for gate in check_figure.GATES} | set(OWN_RULES)
    assert rules == {rule for rule, _ in SEEDED} | {"Alt text"}


def test_every_rule_has_a_remedy():
    assert REMEDIES.keys() == {gate.name for gate in check_figure.GATES}


def test_multiline_text_may_end_before_a_line(figure, only):
    only("")
    figure.axes[0].text(1, 1, "a long first line\nshort")
    figure.axes[0].plot([1.5, 1.5], [0.9, 1.1], "k:", linewidth=look.HAIR)
    assert "crossed_texts" not in problems(figure, ALT)


def test_line_through_a_panel_may_end_beyond_it(figure, only):
    only("")
    figure.axes[0].plot([-9, 9], [-9, 9], color=look.color("response"))
    figure.axes[0].set(xlim=(0, 4), ylim=(-1.2, 1.4))
    assert "hidden_data" not in problems(figure, ALT)


def test_cropped_curve_is_allowed_by_its_label(figure, only):
    only("")
    cut_curve(figure)
    assert "of 60 points of 'kernel'" in problems(figure, ALT)["hidden_data"]
    for line in figure.axes[0].lines:
        line.set_label("_cropped")
    assert "hidden_data" not in problems(figure, ALT)


def test_note_at_a_point_outside_may_be_shown(figure, only):
    only("")
    hidden_note(figure)
    figure.axes[0].texts[-1].set_annotation_clip(False)
    assert "the note" not in problems(figure, ALT).get("hidden_data", "")


def test_message_names_direction_and_remedy(figure, only):
    only("")
    same_grey(figure)
    assert problems(figure, ALT) == {
        "grey_print": "'input' and 'kernel' look alike in grey print; use a darker colour for "
        "'input', or another dash or marker"
    }


def test_contrast_is_not_rounded_up_to_its_limit(figure, only):
    only("")
    figure.axes[0].lines[0].set_color("#959595")  # 2.97:1
    message = problems(figure, ALT)["mark_contrast"]
    assert message.startswith("'input' has a contrast of 2.9:1 to the background, below 3:1; ")
    just_below = _plain("'a' at 4.5:1 on its backdrop (text needs 4.5:1)")
    assert just_below == "'a' has a contrast just below 4.5:1"


def test_panel_without_title_is_numbered(figure, only):
    only("")
    no_axis_label(figure)
    message = "the y axis of panel 1 has numbers and no label; call set_ylabel"
    assert problems(figure, ALT)["labelled_axes"] == message


def test_role_of_a_color_is_named(figure, only):
    only("Series color")
    near_colors(figure)
    assert f"{look.color('input')} (input) and #0035af" in problems(figure, ALT)["Series color"]


def test_direction_is_away_from_the_background(only):
    only("")
    with look.theme("dark"):
        figure = clean()
        pale_stroke(figure)
        assert "use a lighter colour" in problems(figure, ALT)["mark_contrast"]


def test_pair_is_reported_once(figure, only):
    only("")
    same_grey(figure)
    other = figure.axes[1]
    for line in figure.axes[0].lines:
        other.plot(*line.get_data(), color=line.get_color(), label=line.get_label())
    assert problems(figure, ALT)["grey_print"].count("look alike") == 1


@pytest.mark.parametrize("name", ["labelled_axes", "labelled_axes (light)"])
def test_exception_allows_breaking_a_rule(figure, only, name):
    only("")
    no_axis_label(figure)
    assert unexpected(figure, ALT, "light", {name: "named in the title"}) == []


def test_exception_is_limited_to_its_theme(figure, only):
    only("")
    no_axis_label(figure)
    (message,) = unexpected(figure, ALT, "light", {"labelled_axes (dark)": "named in the title"})
    assert message.startswith("labelled_axes: the")


def test_unnecessary_exception_is_reported(figure, only):
    only("")
    (message,) = unexpected(figure, ALT, "light", {"labelled_axes": "named in the title"})
    assert message == "labelled_axes: is followed; remove the exception"
