"""The output files of a build: those of each figure, and those of the pages."""

from pathlib import Path

from figurepress import names
from figurepress.project import prompts
from figurepress.project.config import Config


def of_figure(stem: str, settings: Config) -> list[Path]:
    """The pictures of a figure, and the files of its animation."""
    pictures = [Path(f"figures/{stem}{suffix}") for suffix in settings.suffixes]
    return [*pictures, *animations(stem, settings)]


def animations(stem: str, settings: Config) -> list[Path]:
    """The files of the animation of a figure; empty if it has none.

    For Snakemake, they are not outputs: its rule for all figures cannot have outputs that only some
    figures have.
    """
    if not prompts.read(stem).frames_per_second:
        return []
    return [Path(f"figures/{stem}{suffix}") for suffix in names.animation_suffixes(settings.themes)]


def pages(settings: Config) -> list[Path]:
    """The files that show all figures: manifest, pages, fonts, overview pictures."""
    files = ["figures.json", "index.html", "tests.html", "fonts.css"]
    files += [f"overview{suffix}.png" for suffix in settings.theme_suffixes]
    return [Path("figures", file) for file in files]
