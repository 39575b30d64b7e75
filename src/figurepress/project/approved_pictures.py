"""Compare the new pictures in figures/ with the approved ones in tests/figures/baseline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from figurepress.names import BASELINE
from figurepress.project.config import Config
from figurepress.project.validated_files import InputError

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Diff:
    """A newly drawn picture and its approved version, to be compared."""

    stem: str
    name: str  # of the file, such as nonlinearities-dark.png
    approved: np.ndarray | None  # (height, width, 3), uint8; None if it was never approved
    drawn: np.ndarray  # (height, width, 3), uint8

    @property
    def difference(self) -> np.ndarray | None:
        """Mask (height, width) of the pixels that differ; None if the sizes differ."""
        if self.approved is None or self.approved.shape != self.drawn.shape:
            return None
        return (self.approved != self.drawn).any(axis=2)

    @property
    def rms(self) -> float:
        """Root mean square difference (0 to 255); infinite if none of this size is approved."""
        if self.approved is None or self.difference is None:
            return inf
        return sqrt(((self.approved.astype(float) - self.drawn) ** 2).mean())

    def describe(self) -> str:
        """A line for messages, such as ``bars.png: changed, 1 pixel in rows 3 to 3, ...``."""
        if self.approved is None:
            return f"{self.name}: new"
        different = self.difference
        if different is None:
            return (
                f"{self.name}: changed, size {_size(self.drawn)} instead of {_size(self.approved)}"
            )
        if not different.any():
            return f"{self.name}: equal"
        rows, columns = different.nonzero()
        pixels = "1 pixel" if len(rows) == 1 else f"{len(rows)} pixels"
        return (
            f"{self.name}: changed, {pixels} in rows {rows.min()} to {rows.max()}, "
            f"columns {columns.min()} to {columns.max()}"
        )


def changes(stems: Iterable[str], settings: Config) -> list[Diff]:
    """The pictures of these figures that differ from the approved ones.

    Raises
    ------
    InputError
        If a picture has not been drawn.
    """
    changed = []
    for stem in stems:
        for suffix in settings.theme_suffixes:
            name = f"{stem}{suffix}.png"
            drawn = Path("figures", name)
            baseline = BASELINE / name
            if not drawn.exists():
                raise InputError(f"figures/{name}: missing; run make FIGURE={stem}")
            if baseline.exists() and baseline.read_bytes() == drawn.read_bytes():
                continue
            approved = read(baseline) if baseline.exists() else None
            diff = Diff(stem, name, approved, read(drawn))
            # Files with different bytes, such as another compression, may have the same pixels.
            if diff.difference is None or diff.difference.any():
                changed.append(diff)
    return changed


def advice(stems: Iterable[str], settings: Config) -> str:
    """The line that `make` prints if pictures of these figures are not approved, else ""."""
    if not BASELINE.is_dir():  # a lecture without approved pictures
        return ""
    drawn = (stem for stem in stems if _is_drawn(stem, settings))
    unapproved = dict.fromkeys(change.stem for change in changes(drawn, settings))  # each once
    if not unapproved:
        return ""
    return (
        f"pictures that are not approved: {', '.join(unapproved)}; "
        "run make review, then make accept FIGURE=<stem> for each"
    )


def _is_drawn(stem: str, settings: Config) -> bool:
    """Whether the PNG of a figure exists in each theme."""
    files = [Path(f"figures/{stem}{suffix}.png") for suffix in settings.theme_suffixes]
    return all(file.exists() for file in files)


def _size(picture: np.ndarray) -> str:
    return f"{picture.shape[1]} x {picture.shape[0]}"  # width x height


def read(file: Path) -> np.ndarray:
    """The pixels of a picture (height, width, 3), uint8."""
    # Slow to import, and most builds change no picture.
    import numpy as np
    from PIL import Image

    return np.asarray(Image.open(file).convert("RGB"))
