"""The figures under test, each computed once and drawn once in each theme; used by fixtures."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from matplotlib.figure import Figure

from figurepress import look
from figurepress.output.render import make_portable, render
from figurepress.palette import THEMES
from figurepress.project import prompts

DPI = 200  # of the approved pictures


@dataclass(frozen=True)
class Drawing:
    """A figure drawn in one theme."""

    figure: Figure  # laid out
    png: bytes  # the picture to approve
    warnings: list[str]  # of Python and matplotlib, while the figure was drawn


@dataclass
class Picture:
    """What an image test returns: a PNG, which pytest-mpl saves and compares."""

    png: bytes

    def savefig(self, file: str | Path, **unused: object) -> None:
        """Write the picture; pytest-mpl calls this once, at the end of the test."""
        Path(file).write_bytes(self.png)
        self.png = b""  # pytest-mpl keeps this object, so pictures would fill the memory


class Drawings:
    """The script of a figure, its numbers, and its drawings by theme."""

    def __init__(self, stem: str) -> None:
        self.script: ModuleType = import_module(f"scripts.{stem}")
        self.prompt = prompts.read(stem)

    @cached_property
    def numbers(self) -> Any:
        """What compute() of the script returns."""
        return self.script.compute()

    @cached_property
    def by_theme(self) -> dict[str, Drawing]:
        """The drawings in both themes. The second is faster: formulas are already parsed."""
        return {theme: self._draw(theme) for theme in THEMES}

    def _draw(self, theme: str) -> Drawing:
        with look.theme(theme), _recorded_warnings() as messages:
            figure = self.script.draw(self.numbers)
            make_portable(figure)
            # Only the ids of an SVG contain the name.
            png = render(figure, "png", DPI, name="", prompt=self.prompt)
        return Drawing(figure, png, messages)


@contextmanager
def _recorded_warnings() -> Iterator[list[str]]:
    """Collect the warnings of Python and matplotlib, such as a missing glyph or font."""
    messages: list[str] = []
    handler = logging.Handler(logging.WARNING)
    # For mypy, a method cannot be assigned; a subclass for one line would be longer.
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    logging.captureWarnings(True)
    logging.getLogger().addHandler(handler)
    try:
        yield messages
    finally:
        logging.getLogger().removeHandler(handler)
        logging.captureWarnings(False)
