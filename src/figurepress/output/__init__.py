"""From a drawn figure to its files: rendering, SVG, and the command line of a script."""

from figurepress.output.command import main

__all__ = ["main"]
