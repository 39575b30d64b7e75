"""Compare a figure in both themes with the approved pictures; used by the tests of figures."""

import platform
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from figurepress.look.theme import use_bundled_fonts
from figurepress.names import BASELINE, theme_suffix
from figurepress.palette import THEMES
from figurepress.project.sources import DRAWING_PACKAGES, version_of

ROOT = Path(__file__).parents[2]
REFERENCE = "linux x86_64"


use_bundled_fonts()


def platform_difference() -> str:
    """How this machine differs from the reference platform of the pictures; "" if it does not."""
    here = f"{sys.platform} {platform.machine()}"
    found = [] if here == REFERENCE else [f"{here} for {REFERENCE}"]
    pins = "".join((ROOT / f"envs/{name}.txt").read_text() for name in ("draw", "torch"))
    for name in (*DRAWING_PACKAGES, "torch"):
        pinned = re.findall(rf"^{name}==([\w.+-]+)", pins, re.M)  # one per range of Pythons
        installed = version_of(name).split()[1].partition("+")[0]  # torch adds +cpu
        if installed not in pinned:
            found.append(f"{name} {installed} for {' or '.join(pinned)}")
    return ", ".join(found)


# In RMS of the values from 0 to 255. See docs/platforms.md.
TOLERANCE = 0.05 if platform_difference() else 0


def image_test(stem: str) -> Callable:
    """Mark a test that returns the picture of the figure ``stem``, compared in both themes."""
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
