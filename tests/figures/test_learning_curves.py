"""Tests of learning_curves."""

from functools import cache
from itertools import product

import numpy as np
import pytest
import torch

from experiments import learning_curves as experiment
from figurepress import look
from tests.support.artists import all_by_gid, by_gid, tick_labels
from tests.support.image_test import image_test

MODELS = pytest.mark.parametrize("model", [0, 1])
SIZES = [8, 16, 32, 64, 128, 256, 512, 1024]


@cache
def repeat(name):
    """Repeat the first run of a model on 8 examples; return the model, its signals and labels."""
    torch.set_num_threads(1)  # as in the experiment
    return experiment.train(name, 8, 0)


@cache
def new_signals():
    """The test signals, their labels, and where their patterns begin."""
    return experiment.draw_signals(np.random.default_rng(3), 2000)


def match(kernel, pattern):
    """The largest cosine between a kernel and a pattern at any shift."""
    centred = kernel - kernel.mean()
    return max(np.correlate(centred, pattern, "full")) / np.linalg.norm(centred)


def median(figure, model):
    """The drawn medians of a model."""
    return by_gid(figure, f"median-{model}").get_ydata()


def runs(figure, model):
    """The drawn errors (sizes, runs) of a model."""
    return np.stack([line.get_ydata() for line in all_by_gid(figure, f"runs-{model}")], axis=1)


def patterns(figure):
    """The dashed patterns: those in the four signals, and those behind the four kernels."""
    drawn = all_by_gid(figure, "pattern")
    assert len(drawn) == 8
    return drawn[:4], drawn[4:]


@pytest.mark.claim("fewer-examples")
def test_every_run_with_32_examples_errs_less_than_the_other_with_1024(figure):
    assert runs(figure, 1)[SIZES.index(32)].max() < runs(figure, 0)[-1].min()


@pytest.mark.claim("better-in-every-run")
def test_convolution_errs_less_in_every_run(figure):
    assert (runs(figure, 1).max(axis=1) < runs(figure, 0).min(axis=1)).all()


@pytest.mark.claim("both-fit")
def test_training_error_is_nearly_zero(numbers):
    assert numbers.train_error.shape == (2, 8, 7)
    assert numbers.train_error.max() < 0.0035


@pytest.mark.claim("fewer-parameters")
def test_parameters_are_those_of_the_layers(numbers):
    assert numbers.parameters.tolist() == [64 * 64 + 64 + 64 + 1, 4 * 17 + 4 + 1]


@pytest.mark.claim("kernels-become-the-motif")
@pytest.mark.parametrize("run", range(7))
def test_kernels_from_1024_examples_match_the_patterns(numbers, run):
    head, kernels = numbers.head[-1, run], numbers.kernels[-1, run]
    assert head.max() > 0 > head.min()
    for kernel, pattern in (
        (kernels[head.argmax()], numbers.motif),
        (kernels[head.argmin()], numbers.motif[::-1]),
    ):
        assert match(kernel, pattern) > 0.75
        assert match(kernel, pattern[::-1]) < 0.6


@pytest.mark.claim("kernels-start-as-noise")
def test_drawn_kernels_from_8_examples_match_nothing(figure):
    _, behind_kernels = patterns(figure)
    for kernel in all_by_gid(figure, "kernel")[:2]:  # the others are from 1024 examples
        for pattern in behind_kernels:
            assert match(kernel.get_ydata(), pattern.get_ydata()) < 0.5


@pytest.mark.claim("same-energy")
def test_patterns_are_reversals_of_one_norm(figure):
    in_signals, _ = patterns(figure)
    first, second = (line.get_ydata() for line in in_signals[:2])
    np.testing.assert_allclose(first[::-1], second)
    for pattern in (first, second):
        assert np.linalg.norm(pattern) == pytest.approx(6)
        assert pattern.mean() == pytest.approx(0, abs=1e-12)


@pytest.mark.claim("data-is-the-experiment")
@pytest.mark.parametrize(("model", "name"), [(0, "connected"), (1, "convolution")])
def test_repeated_run_gives_the_stored_error(numbers, model, name):
    trained, *training = repeat(name)
    signals, labels, _ = new_signals()
    # Another machine may round differently, which can change the class of a signal.
    assert experiment.error(trained, signals, labels) == pytest.approx(
        numbers.test_error[model, 0, 0], abs=0.002
    )
    assert experiment.error(trained, *training) == numbers.train_error[model, 0, 0]


def test_repeated_run_gives_the_stored_kernels(numbers):
    model, *_ = repeat("convolution")
    kernels = model.conv.weight[:, 0].detach()
    head = model.head.weight[0].detach()
    np.testing.assert_allclose(kernels, numbers.kernels[0, 0], rtol=0, atol=1e-6)
    np.testing.assert_allclose(head, numbers.head[0, 0], rtol=0, atol=1e-6)


def test_logit_is_the_weighted_sum_of_largest_responses(numbers):
    model, *_ = repeat("convolution")
    signals, labels, _ = new_signals()
    largest = [
        [max(np.correlate(signal, kernel)) for kernel in numbers.kernels[0, 0]]
        for signal in signals[:50].numpy()
    ]
    logits = largest @ numbers.head[0, 0] + model.head.bias.item()
    wrong = (logits > 0) != (labels[:50].numpy() == 1)
    assert experiment.error(model, signals[:50], labels[:50]) == pytest.approx(wrong.mean())


@pytest.mark.parametrize(("k", "label"), [(0, 1), (1, 0)])
def test_examples_are_test_signals_of_their_class(numbers, k, label):
    signals, labels, starts = new_signals()
    third_and_fourth = np.flatnonzero(labels.numpy() == label)[2:4]
    assert numbers.examples[k].tolist() == signals[third_and_fourth].tolist()
    assert numbers.starts[k].tolist() == starts[third_and_fourth].tolist()


@pytest.mark.parametrize("column", [0, 1])
def test_drawn_signals_are_the_examples(figure, numbers, column):
    in_signals, _ = patterns(figure)
    for row, start in enumerate(numbers.starts[column]):
        k = 2 * row + column  # they are drawn row by row
        drawn = all_by_gid(figure, "signal")[k]
        assert drawn.get_ydata().tolist() == numbers.examples[column, row].tolist()
        pattern = in_signals[k]
        assert pattern.get_xdata().tolist() == list(range(start, start + 17))
        (window,) = drawn.axes.patches
        assert window.get_bbox().intervalx.tolist() == [start - 0.5, start + 16.5]


def test_motif_is_at_different_places(numbers):
    for starts in numbers.starts:
        assert abs(starts[0] - starts[1]) > 17


@pytest.mark.parametrize(
    ("field", "shape", "dtype"),
    [("examples", (2, 2, 64), float), ("starts", (2, 2), np.int64)],
)
def test_field_has_its_shape_and_type(numbers, field, shape, dtype):
    array = getattr(numbers, field)
    assert (array.shape, array.dtype) == (shape, dtype)


def test_signal_without_its_pattern_is_noise(figure):
    in_signals, _ = patterns(figure)
    for signal, pattern in zip(all_by_gid(figure, "signal"), in_signals, strict=True):
        place = pattern.get_xdata().astype(int)
        rest = signal.get_ydata().copy()
        rest[place] -= pattern.get_ydata()
        assert 0.7 < rest.std() < 1.3


@MODELS
def test_drawn_runs_and_medians_equal_the_data(figure, numbers, model):
    np.testing.assert_array_equal(runs(figure, model), numbers.test_error[model])
    ordered = np.sort(numbers.test_error[model], axis=1)
    np.testing.assert_array_equal(median(figure, model), ordered[:, 3])  # of 7 runs
    for line in (by_gid(figure, f"median-{model}"), *all_by_gid(figure, f"runs-{model}")):
        assert line.get_xdata().tolist() == SIZES == numbers.sizes.tolist()


@MODELS
def test_models_differ_in_colour_and_marker(figure, model):
    with look.theme("light"):
        color = look.color(("reference", "response")[model])
    line, marks = by_gid(figure, f"median-{model}"), all_by_gid(figure, f"runs-{model}")
    assert {artist.get_color() for artist in (line, *marks)} == {color}
    assert line.get_linestyle() == "-"
    assert {mark.get_marker() for mark in marks} == {("s", "o")[model]}
    assert {mark.get_markersize() for mark in marks} == {2}


@MODELS
def test_curve_is_labelled_with_its_parameters(figure, numbers, model):
    text = by_gid(figure, f"words-{model}")
    name = ("fully connected", "convolution,\nmax over positions")[model]
    assert text.get_text() == f"{name}\n{numbers.parameters[model]} parameters"
    assert text.get_color() == by_gid(figure, f"median-{model}").get_color()
    assert text.get_position() == (1024, median(figure, model)[-1] + 0.07)


@pytest.mark.claim("fewer-examples")
def test_labelled_bounds_are_those_of_the_runs(figure):
    axes = by_gid(figure, "chance").axes
    notes = {text.get_text(): text.xy for text in axes.texts if hasattr(text, "xy")}
    worst = runs(figure, 1)[SIZES.index(32)].max()
    best = runs(figure, 0)[-1].min()
    assert notes == {
        "guessing": (1024, 0.5),
        f"32 examples:\nevery run ≤ {worst:.3f}": (32, worst),
        f"1024 examples:\nevery run ≥ {best:.3f}": (1024, best),
    }
    # Rounding must not make the words false.
    assert worst <= float(f"{worst:.3f}") and best >= float(f"{best:.3f}")


def test_error_panel_shows_all_errors_up_to_chance(figure, numbers):
    chance = by_gid(figure, "chance")
    axes = chance.axes
    assert list(chance.get_ydata()) == [0.5, 0.5]
    assert axes.get_ylim() == (0, 0.56)
    assert numbers.test_error.max() < 0.56
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "linear")
    assert axes.get_xlabel() == "training examples (log scale)"
    assert axes.get_ylabel() == "error on new signals (7 runs, median)"
    assert axes.get_title("left") == "32 examples with sliding kernels beat 1024 without"
    assert axes.get_xticks().tolist() == SIZES


def test_drawn_kernels_are_those_that_decide(figure, numbers):
    kernels = all_by_gid(figure, "kernel")
    _, behind_kernels = patterns(figure)
    panels = product((0, -1), (max, min))  # fewest and most examples; class +1 and -1
    for (size, choose), kernel, pattern in zip(panels, kernels, behind_kernels, strict=True):
        head = numbers.head[size, 3].tolist()
        stored = numbers.kernels[size, 3, head.index(choose(head))]
        centred = stored - stored.mean()
        expected = centred / np.linalg.norm(centred)
        np.testing.assert_allclose(kernel.get_ydata(), expected, atol=1e-12)
        motif = numbers.motif if choose is max else numbers.motif[::-1]
        assert pattern.get_ydata().tolist() == motif.tolist()
        assert kernel.axes.get_ylim() == (-0.65, 0.9)
        assert abs(kernel.get_ydata()).max() < 0.62


def test_kernels_are_titled_with_their_examples_and_class(figure):
    panels = [kernel.axes for kernel in all_by_gid(figure, "kernel")]
    assert [axes.get_title("left") for axes in panels] == [
        "Kernels from 8 examples", "", "Kernels from 1024 examples", "",
    ]  # fmt: skip
    words = [[text.get_text() for text in axes.texts] for axes in panels]
    assert words == [["class +1"], ["class −1"]] * 2


def test_signals_are_titled_with_their_class(figure):
    panels = [signal.axes for signal in all_by_gid(figure, "signal")]
    assert [axes.get_title("left") for axes in panels] == [
        "Class +1: a motif (dashed), anywhere", "Class −1: the motif reversed", "", "",
    ]  # fmt: skip
    for axes in panels:
        assert (axes.get_xlim(), axes.get_ylim()) == ((0, 63), (-4, 5))
        assert axes.get_yticks().tolist() == []
    assert [axes.get_xlabel() for axes in panels] == ["", "", "sample $n$", "sample $n$"]
    assert [axes.get_xticks().tolist() for axes in panels[2:]] == [[0, 20, 40, 60]] * 2


def test_only_patterns_are_dashed(figure):
    dashed = {line.get_gid() for axes in figure.axes for line in axes.lines if line.is_dashed()}
    assert dashed == {"pattern", "chance"}


def test_left_edges_of_the_panels_are_flush(figure):
    panels = [all_by_gid(figure, "signal")[0].axes, by_gid(figure, "chance").axes]
    assert np.ptp([axes.bbox.x0 for axes in panels]) < 3


def test_colours_are_those_of_the_roles(figure):
    with look.theme("light"):
        colors = {role: look.color(role) for role in ("input", "kernel", "reference")}
    for gid, role in (("signal", "input"), ("kernel", "kernel"), ("pattern", "reference")):
        assert {artist.get_color() for artist in all_by_gid(figure, gid)} == {colors[role]}


def test_tick_labels_match_their_places(figure):
    for place, label in tick_labels(figure):
        assert float(label.replace("−", "-")) == pytest.approx(place, abs=1e-12)


@image_test("learning_curves")
def test_picture(picture):
    return picture
