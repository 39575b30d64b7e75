"""Section 4.5: a moving blob, and the kernel that is tuned to its motion."""

from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import multivariate_normal

from lecture.convolution import conv3d
from lecture.motion import motion_kernel, moving_blob


def expected_blob(shape, start, speed):
    """The moving blob, computed with SciPy: two normal densities, its head and its tail."""
    frames, *size = shape
    pixels = np.moveaxis(np.indices(size), 0, -1)
    row, column = start
    video = np.zeros(shape)
    for t in range(frames):
        for brightness, down, right in ((1, 0, 0), (0.5, 2, -1)):
            centre = [row + down, column + right + speed * t]
            density = multivariate_normal(centre, cov=0.5).pdf(pixels)
            video[t] += brightness * np.pi * density  # the maximum of this density is 1 / pi
    return video


@pytest.mark.parametrize(("start", "speed"), [((5, 2), 2), ((1, 4), -1)])
def test_blob_is_a_head_and_a_tail_that_move(start, speed):
    video = moving_blob((4, 11, 17), start, speed)
    np.testing.assert_allclose(video, expected_blob((4, 11, 17), start, speed), rtol=0, atol=1e-14)


def test_kernel_is_the_moving_blob_minus_its_mean_over_time():
    template = expected_blob((3, 5, 7), start=(2, 1), speed=2)  # central in the middle frame
    template -= template.mean(axis=0)
    expected = template / np.sqrt((template**2).sum())
    np.testing.assert_allclose(motion_kernel((3, 5, 7), speed=2), expected, rtol=0, atol=1e-14)


def test_head_is_central_in_the_middle_of_five_frames():
    moving = moving_blob((5, 5, 9), start=(2, 2), speed=1)  # column 4 of 9 in frame 2 of 5
    expected = moving - moving.mean(axis=0)
    expected /= np.linalg.norm(expected)
    np.testing.assert_allclose(motion_kernel((5, 5, 9), speed=1), expected, rtol=0, atol=1e-15)


def test_flipped_kernel_differs():
    kernel = motion_kernel((3, 5, 7), speed=2)
    # Along one, two or three axes.
    for axes in chain.from_iterable(combinations(range(3), n) for n in (1, 2, 3)):
        change = abs(kernel - np.flip(kernel, axes)).max()
        assert change > 0.1, f"flipped along {axes} it is the same"


@given(arrays(float, (6, 9), elements=st.floats(-1e3, 1e3)))
def test_still_picture_gives_no_response(picture):
    still = np.stack([picture] * 4)
    kernel = motion_kernel((3, 5, 7), speed=2)
    response = conv3d(still[np.newaxis, np.newaxis], kernel[np.newaxis, np.newaxis])
    np.testing.assert_allclose(response, 0, atol=1e-11)
