"""Image tests: a figure in both themes against the pictures last approved."""

import platform
import re
import sys
from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from pathlib import Path

from figurepress.palette import THEMES
from figurepress.output.render import freeze_layout
from figurepress.look.theme import style, use_bundled_fonts

import pytest
from matplotlib.figure import Figure

ROOT = Path(__file__).parents[2]
BASELINE = ROOT / "tests" / "figures" / "baseline"
DPI = 200
# What shapes a pixel: the rest of the pinned list does not draw.
DRAWING = ("matplotlib", "numpy", "pillow", "contourpy", "fonttools", "kiwisolver")


use_bundled_fonts()


def platform_difference() -> str:
    """How this machine differs from the one the pictures are approved on; "" if it does not."""
    pinned = dict(
        re.findall(r"^([\w.-]+)==([\w.+-]+)", (ROOT / "envs/requirements.txt").read_text(), re.M)
    )
    here = [
        f"{sys.platform} {platform.machine()}",
        f"Python {sys.version_info[0]}.{sys.version_info[1]}",
    ]
    there = ["linux x86_64", "Python 3.11"]
    here += [f"{name} {version(name)}" for name in DRAWING]
    there += [f"{name} {pinned[name]}" for name in DRAWING]
    return ", ".join(f"{a} for {b}" for a, b in zip(here, there, strict=True) if a != b)


# Other builds of FreeType move text by a fraction of a pixel.
TOLERANCE = 2.0 if platform_difference() else 0


def image_test(stem: str) -> Callable:
    """Mark a test that returns the figure ``stem``: laid out as published, in both themes."""
    themes = pytest.mark.parametrize(
        "theme",
        [
            pytest.param(
                theme,
                marks=pytest.mark.mpl_image_compare(
                    baseline_dir=str(BASELINE),
                    filename=f"{stem}{'' if theme == 'light' else '-dark'}.png",
                    style=style(theme),
                    savefig_kwargs={"dpi": DPI},
                    tolerance=TOLERANCE,
                ),
            )
            for theme in THEMES
        ],
    )

    def decorate(test: Callable[..., Figure]) -> Callable[..., Figure]:
        @wraps(test)
        def laid_out(*arguments, **fixtures) -> Figure:
            figure = test(*arguments, **fixtures)
            freeze_layout(figure)
            return figure

        return themes(laid_out)

    return decorate
