"""Writes the files of a figure: rendering, SVG, and the command line of a script."""

from figurepress.output.script_main import main

__all__ = ["main"]
