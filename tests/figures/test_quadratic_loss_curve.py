"""Guards of quadratic_loss_curve."""

import numpy as np
import pytest
import torch
from tests.support.artists import line, texts, tick_labels
from hypothesis import given
from hypothesis import strategies as st
from tests.support.pictures import image_test
from scripts.quadratic_loss_curve import draw, squared_loss
from tests.support.words import numbers_in

residuals = st.floats(-1e6, 1e6).filter(lambda r: r == 0 or abs(r) > 1e-100)


@pytest.mark.claim("symmetric")
def test_symmetric(figure):
    r, loss = line(figure, "loss").T
    assert np.array_equal(r, -r[::-1])
    assert np.array_equal(loss, loss[::-1])


@pytest.mark.claim("minimum-at-zero")
def test_minimum_at_zero(figure):
    r, loss = line(figure, "loss").T
    assert r[loss == loss.min()].tolist() == [0]
    assert loss.min() == 0
    assert line(figure, "minimum").tolist() == [[0, 0]]


@pytest.mark.claim("quadratic-growth")
@given(residuals)
def test_doubling_the_residual_multiplies_the_loss_by_four(r):
    r = np.array([r])  # the power of a plain float may be wrong in its last bit
    assert squared_loss(2 * r) == 4 * squared_loss(r)


@pytest.mark.claim("quadratic-growth")
def test_marked_points_show_the_growth(figure):
    (r1, loss1), (r2, loss2) = line(figure, "marked")
    assert r2 == 2 * r1
    assert loss2 == 4 * loss1
    assert texts(figure)[-2:] == [
        f"$r = {r1:g}$: loss {loss1:g}",
        f"$r = {r2:g}$: loss {loss2:g}\ntwice the residual, {loss2 / loss1:g}× the loss",
    ]


@pytest.mark.claim("quadratic-growth")
def test_dashed_lines_lead_from_the_marked_points_to_the_axis(figure):
    (dashed,) = figure.axes[0].collections
    (curve,) = [artist for artist in figure.axes[0].lines if artist.get_label() == "loss"]
    expected = [[[r, 0], [r, loss]] for r, loss in line(figure, "marked")]
    assert [segment.tolist() for segment in dashed.get_segments()] == expected
    assert dashed.get_zorder() < curve.get_zorder()


@pytest.mark.claim("matches-torch")
def test_matches_torch(figure):
    r, loss = torch.tensor(line(figure, "loss").T)
    r.requires_grad_()
    expected = torch.nn.functional.mse_loss(r, torch.zeros_like(r), reduction="none")
    torch.testing.assert_close(loss, expected.detach(), rtol=0, atol=0)
    expected.sum().backward()
    torch.testing.assert_close(r.grad, 2 * r.detach(), rtol=0, atol=0)


def test_draws_the_computed_numbers(figure, numbers):
    assert line(figure, "loss").T.tolist() == [numbers.residual.tolist(), numbers.loss.tolist()]
    expected = [numbers.marked.tolist(), numbers.marked_loss.tolist()]
    assert line(figure, "marked").T.tolist() == expected


def test_ticks_stand_at_whole_residuals_and_their_losses(figure):
    assert figure.axes[0].get_xticks().tolist() == [-3, -2, -1, 0, 1, 2, 3]
    assert figure.axes[0].get_yticks().tolist() == [0, 1, 4, 9]
    for value, words in tick_labels(figure):
        assert numbers_in(words) == [value]


def test_words_tell_the_numbers(prompt, numbers):
    r, loss = numbers.marked, numbers.marked_loss
    assert numbers_in(prompt.caption) == [0, loss[1] / loss[0], loss[0], r[0], loss[1], r[1]]
    assert numbers_in(prompt.alt) == [
        numbers.residual.min(), numbers.residual.max(), 0, 0, numbers.loss.max(),
        r[0], r[1], loss[0], loss[1],
    ]  # fmt: skip


@image_test("quadratic_loss_curve")
def test_picture(numbers, theme):
    return draw(numbers)
