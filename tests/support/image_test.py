"""Compare a figure in both themes with the approved pictures; used by the tests of figures."""

import platform
import re
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from figurepress.look.theme import use_bundled_fonts
from figurepress.names import BASELINE, theme_suffix
from figurepress.palette import THEMES

ROOT = Path(__file__).parents[2]
REFERENCE = "linux x86_64"
# Packages whose version can change the pixels of a figure.
DRAWING_PACKAGES = (
    "matplotlib", "numpy", "pillow", "contourpy", "fonttools", "kiwisolver",
    "font-source-sans-pro", "font-source-serif-pro", "torch",
)  # fmt: skip

use_bundled_fonts()  # for tests that draw outside of a theme, too


def platform_difference() -> str:
    """How this machine differs from the reference platform of the pictures; "" if it does not."""
    differences = []
    this_machine = f"{sys.platform} {platform.machine()}"
    if this_machine != REFERENCE:
        differences.append(f"{this_machine} instead of {REFERENCE}")
    pins = "".join((ROOT / f"envs/{name}.txt").read_text() for name in ("draw", "torch"))
    for name in DRAWING_PACKAGES:
        pinned = re.findall(rf"^{name}==([\w.+-]+)", pins, re.M)  # one per range of Python versions
        installed = _version_of(name)
        if installed not in pinned:
            differences.append(f"{name} {installed} instead of {' or '.join(pinned)}")
    return ", ".join(differences)


def _version_of(package: str) -> str:
    """The installed version of a package, without +cpu, which torch adds."""
    try:
        return version(package).split("+")[0]
    except PackageNotFoundError:
        return "missing"


# The allowed RMS difference of pixel values from 0 to 255. See docs/platforms.md.
TOLERANCE = 0.05 if platform_difference() else 0


def image_test(stem: str) -> Callable:
    """Decorate a test that returns the figure's ``picture``; each theme has its own baseline."""
    themes = [
        pytest.param(
            theme,
            marks=pytest.mark.mpl_image_compare(
                baseline_dir=str(BASELINE.absolute()),
                filename=f"{stem}{theme_suffix(theme)}.png",
                tolerance=TOLERANCE,
            ),
        )
        for theme in THEMES
    ]
    return pytest.mark.parametrize("theme", themes)
