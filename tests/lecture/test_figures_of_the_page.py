"""The figures have the numbers and sections that the lecture's page gives them."""

from pathlib import Path

import pytest

from figurepress.project import config, prompts

# In the order of the page: number and section of each figure.
PAGE = {
    "quadratic_loss_curve": (None, "2.1"),
    "l0_vs_l1_convex_envelope": ("2.1", "2.2.2"),
    "logistic_loss_curve": (None, "2.3.1"),
    "model_as_composition": ("3.1", "3.1"),
    "nonlinearities": ("3.2", "3.1"),
    "bias_vs_nobias_2d": ("3.3", "3.3.3"),
    "conv1d_pattern_detection": ("4.1", "4.2"),
    "conv1d_multichannel_combined": ("4.1b", "4.2"),
    "toeplitz_conv_matrix": ("4.2", "4.3"),
    "conv2d_template_matching": ("4.3", "4.4"),
    "pooling_window_stride": ("4.4a", "4.7"),
    "global_pooling_variants": ("4.4b", "4.7"),
    "pooling_process": ("4.4c", "4.7"),
}
STEMS = config.read().figures
ON_PAGE = [stem for stem in PAGE if stem in STEMS]  # without those that an author has removed


@pytest.mark.parametrize("stem", ON_PAGE)
def test_figure_has_the_number_of_the_page(stem):
    prompt = prompts.read(stem)
    assert (prompt.number, prompt.section) == PAGE[stem], f"prompts/{stem}.md"


def test_figures_are_in_the_order_of_the_page():
    assert [stem for stem in STEMS if stem in PAGE] == ON_PAGE


def test_pictures_of_the_page_have_at_most_600_kilobytes():
    sizes = {stem: Path(f"figures/{stem}.svg").stat().st_size for stem in ON_PAGE}
    assert sum(sizes.values()) <= 600_000, sizes
