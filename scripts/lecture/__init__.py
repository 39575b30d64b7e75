"""What the figures share: colour roles, style, saving, prompts, configuration.

A figure script imports this package before anything else, so that matplotlib
and PyTorch start from the same state on every machine. The names below are
loaded when first used: what needs no matplotlib does not pay for its import.
"""

import os

import lazy_loader

# A misspelt backend in the environment would stop the import of matplotlib.
os.environ["MPLBACKEND"] = "agg"
# One thread: a sum split over threads may be rounded in another order.
os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "cells": ["heatmap", "write_cells"],
        "command": ["main"],
        "style": ["THEMES", "WIDTH", "color", "diverging", "sequential", "theme"],
    },
)
