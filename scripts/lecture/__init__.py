"""What the figures share: colour roles, style, saving, prompts, configuration.

A figure script imports this package before anything else, so that matplotlib
and PyTorch start from the same state on every machine. The names below are
loaded when first used: what needs no matplotlib does not pay for its import.
"""

import lazy_loader

from . import environment as environment
from . import sources as sources  # now: it notes what the figure is drawn from

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "cells": ["heatmap", "write_cells"],
        "command": ["main"],
        "palette": ["THEMES"],
        "style": ["WIDTH", "color", "diverging", "sequential", "theme"],
    },
)
