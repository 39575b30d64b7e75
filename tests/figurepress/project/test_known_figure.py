"""A misspelt figure is reported before installation, so without a YAML parser."""

import pytest

from figurepress.project import known_figure


@pytest.mark.parametrize(
    ("config", "figures"),
    [
        ("figures:\n  - a\n  # more\n  - 'b' # two\nformats:\n  - svg\n", ["a", "b"]),
        ("figures: [a, b]\nformats: [svg]\n", ["a", "b"]),
        ("", []),
    ],
)
def test_figures_are_found_without_a_parser(config, figures):
    assert known_figure.listed(config) == figures
