"""Image tests: a figure in both themes against the pictures last approved."""

import platform
import re
import sys
from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from figurepress.look.theme import style, use_bundled_fonts
from figurepress.names import BASELINE, theme_suffix
from figurepress.output.render import freeze_layout, render
from figurepress.palette import THEMES
from figurepress.project.sources import DRAWING_PACKAGES

ROOT = Path(__file__).parents[2]
DPI = 200
REFERENCE = "linux x86_64"


use_bundled_fonts()


def platform_difference() -> str:
    """How this machine differs from the one the pictures are approved on; "" if it does not."""
    here = f"{sys.platform} {platform.machine()}"
    found = [] if here == REFERENCE else [f"{here} for {REFERENCE}"]
    pins = "".join((ROOT / f"envs/{name}.txt").read_text() for name in ("draw", "torch"))
    for name in DRAWING_PACKAGES:
        pinned = re.findall(rf"^{name}==([\w.+-]+)", pins, re.M)  # one per range of Pythons
        installed = version(name).partition("+")[0]  # torch adds +cpu
        if installed not in pinned:
            found.append(f"{name} {installed} for {' or '.join(pinned)}")
    return ", ".join(found)


# Other builds of FreeType move text by a fraction of a pixel.
TOLERANCE = 2.0 if platform_difference() else 0


class Published:
    """The PNG that is published of a figure, in the form that pytest-mpl compares."""

    def __init__(self, figure: Figure) -> None:
        freeze_layout(figure)
        self.png = render(figure, "png", DPI, name="", title="", alt="", description="")

    def savefig(self, file: str | Path, **unused: object) -> None:
        """Write the PNG, as ``Figure.savefig`` would."""
        Path(file).write_bytes(self.png)


def image_test(stem: str) -> Callable:
    """Mark a test that returns the figure ``stem``: its PNG is compared in both themes."""
    themes = pytest.mark.parametrize(
        "theme",
        [
            pytest.param(
                theme,
                marks=pytest.mark.mpl_image_compare(
                    baseline_dir=str(BASELINE.absolute()),
                    filename=f"{stem}{theme_suffix(theme)}.png",
                    style=style(theme),
                    tolerance=TOLERANCE,
                ),
            )
            for theme in THEMES
        ],
    )

    def decorate(test: Callable[..., Figure]) -> Callable[..., Figure]:
        @wraps(test)
        def published(*arguments: Any, **fixtures: Any) -> Published:
            return Published(test(*arguments, **fixtures))

        return themes(published)

    return decorate
