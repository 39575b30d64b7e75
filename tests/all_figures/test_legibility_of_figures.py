"""Every figure is legible in both themes, and is drawn without a warning."""

import logging
import warnings
from importlib import import_module
from pathlib import Path
from runpy import run_path

import pytest

from figurepress import look
from figurepress.palette import THEMES
from figurepress.project import config, prompts
from tests.support.legibility import unexpected


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("stem", config.read().figures)
def test_figure_is_legible(stem, theme, caplog):
    """A figure's test module may list exceptions, with reasons, in LEGIBILITY_EXCEPTIONS."""
    script = import_module(f"scripts.{stem}")
    tests = run_path(f"tests/figures/test_{stem}.py")
    alt = prompts.read(Path(f"prompts/{stem}.md")).alt
    with look.theme(theme), warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")  # such as a missing glyph
        figure = script.draw(script.compute())
        messages = unexpected(figure, alt, theme, tests.get("LEGIBILITY_EXCEPTIONS"))
    assert not caplog.records, f"{stem}, {theme}: {caplog.text}"  # such as a missing font
    if messages:
        heading = f"{stem}, {theme} (docs/legibility.md explains the rules):"
        pytest.fail("\n".join([heading, *messages]), pytrace=False)
