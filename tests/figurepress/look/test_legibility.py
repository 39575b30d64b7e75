"""Every figure is legible in both themes, and every rule of that is seen to fire."""

import logging
import warnings
from importlib import import_module
from pathlib import Path

from figurepress import look
from figurepress import palette
from figurepress.project import config, prompts

import matplotlib as mpl
import numpy as np
import pytest
from figure_gate import check_figure
from figure_gate.check_palette import contrast, hex_to_linear, linear_to_cam02ucs
from tests.support.legibility import OURS, faults
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

ROOT = Path(__file__).parents[1]
FIGURES = config.read(ROOT).figures
ALT = "A description of a figure that is long enough to tell a blind reader what it teaches."


@pytest.mark.parametrize("theme", lecture.THEMES)
@pytest.mark.parametrize("stem", FIGURES)
def test_figure_is_legible(stem, theme, caplog):
    """No rule is broken but those that the figure's tests let give way, with the reason."""
    give_way = getattr(import_module(f"test_{stem}"), "RULES_THAT_GIVE_WAY", {})
    script = import_module(stem)
    with look.theme(theme), warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")  # a missing glyph is a warning
        found = faults(script.draw(script.compute()), prompts.read(ROOT / f"prompts/{stem}.md").alt)
    assert not caplog.records, f"{stem}, {theme}: {caplog.text}"  # a missing font is a log record
    assert set(found) == set(give_way), "\n".join(
        [f"{stem}, {theme}: {rule}: {found[rule]}" for rule in set(found) - set(give_way)]
        + [f"{stem}, {theme}: {rule} need not give way" for rule in set(give_way) - set(found)]
    )


@pytest.mark.parametrize("theme", lecture.THEMES)
@pytest.mark.parametrize(("name", "zero"), [("diverging", 0.5), ("sequential", 0.0)])
def test_zero_wears_the_ground(name, zero, theme):
    with look.theme(theme):
        at_zero = to_hex(getattr(lecture, name)()(zero))
        assert at_zero == look.color("background"), f"{theme}: 0 on the {name} map is {at_zero}"


@pytest.mark.parametrize("theme", lecture.THEMES)
def test_cell_of_zero_is_seen_by_its_edge(theme):
    with look.theme(theme):
        mesh = look.heatmap(Figure().subplots(), np.zeros((2, 2)), look.diverging(), (-1, 1))
        edge, ground = to_hex(mesh.get_edgecolor()[0]), look.color("background")
    assert contrast(edge, ground) > 2
    assert mesh.get_linewidth() >= 0.6


@pytest.mark.parametrize("theme", lecture.THEMES)
@pytest.mark.parametrize("arm", palette.RAMPS)
def test_equal_steps_look_equal(arm, theme):
    """Steps differ by less than one unit of CAM02-UCS, about what an eye can just tell."""
    colors = palette.RAMPS[arm][lecture.THEMES.index(theme)].split()
    seen = np.array([linear_to_cam02ucs(hex_to_linear(color)) for color in colors])
    steps = np.linalg.norm(np.diff(seen, axis=0), axis=1)
    assert np.ptp(steps) < 1, f"{arm}, {theme}: steps of {steps.round(1)} are not alike"


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
    mesh = look.heatmap(
        cells, np.outer([-1, 0, 1], [1, -0.5, 0.2]), look.diverging(), (-1, 1)
    )
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


def wrong_ink_on_cell(figure):
    text = figure.axes[1].texts[0]
    text.set_color(look.diverging()(0.02))


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
    for text in figure.axes[0].texts:  # which would leave no room for the panel
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


def no_words_to_tell_series(figure):
    for axes in figure.axes:
        for text in list(axes.texts):
            text.remove()


def label_at_the_other_curve(figure):
    for text in figure.axes[0].texts:
        text.set_text("kernel" if text.get_text() == "input" else "input")


def other_sheet(figure):
    mpl.rcParams["font.size"] = 11


def dashed_contours(figure):
    axes = figure.axes[1]
    axes.contour(np.outer([-1, 0, 1], [1, -0.5, 0.2]), colors="k", levels=[-0.5, 0.5])


def rainbow(figure):
    figure.axes[1].collections[0].set_cmap("jet")


def outline_fonts(figure):
    mpl.rcParams["pdf.fonttype"] = 3


def narrow(figure):
    figure.set_figwidth(5)


def pale_stroke(figure):
    figure.axes[0].lines[0].set_color(look.color("grid"))


def see_through_stroke(figure):
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


SEEDED = [
    ("Clipping", far_text),
    ("Text collision", text_on_text),
    ("Text readability", label_on_curve),
    ("Text readability", pale_text),
    ("Text readability", wrong_ink_on_cell),
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
    ("Identity channel", no_words_to_tell_series),
    ("Label attribution", label_at_the_other_curve),
    ("Style sheet", other_sheet),
    ("Contour dash", dashed_contours),
    ("Colormap kind", rainbow),
    ("Fonts", outline_fonts),
    ("column_width", narrow),
    ("mark_contrast", pale_stroke),
    ("mark_contrast", see_through_stroke),
    ("grey_print", same_grey),
    ("signed_values", sequential_signs),
    ("signed_values", skewed_limits),
    ("labelled_axes", no_axis_label),
    ("clear_legends", legend_on_data),
]


@pytest.mark.parametrize("theme", lecture.THEMES)
def test_clean_figure_breaks_no_rule(theme):
    with look.theme(theme):
        assert faults(clean(), ALT) == {}


@pytest.mark.parametrize(
    ("rule", "seed"), SEEDED, ids=lambda value: getattr(value, "__name__", value)
)
def test_rule_finds_its_seeded_fault(rule, seed, monkeypatch):
    alone = [gate for gate in check_figure.GATES if gate.name == rule]
    monkeypatch.setattr(check_figure, "GATES", alone)  # the others take time and are not asked
    with look.theme("light"):
        figure = clean()
        seed(figure)
        assert rule in faults(figure, ALT)


def test_figure_without_description_is_found():
    with look.theme("light"):
        assert "Alt text" in faults(clean(), "A plot.")


def test_every_rule_has_a_seeded_fault():
    rules = {gate.name for gate in check_figure.GATES} | set(OURS)
    assert rules == {rule for rule, _ in SEEDED} | {"Alt text"}
