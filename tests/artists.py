"""Finding in a drawn figure what the reader sees."""

import numpy as np
from matplotlib.figure import Figure


def line(figure: Figure, label: str) -> np.ndarray:
    """The drawn points (n, 2) of the one line with this label."""
    found = [line for axes in figure.axes for line in axes.lines if line.get_label() == label]
    assert len(found) == 1, f"{len(found)} lines are labelled {label!r}, not one"
    return found[0].get_xydata()


def texts(figure: Figure) -> list[str]:
    """All words in the figure's panels, in drawing order."""
    return [text.get_text() for axes in figure.axes for text in axes.texts]
