"""The output files of a build, and a digest of the sources of the pages."""

from pathlib import Path

from figurepress import names
from figurepress.project import prompts, sources
from figurepress.project.config import Config

# The code that makes the pages: folders and files of this package.
PAGE_CODE = (
    *("site", "palette.py", "names.py"),
    *("project/computed_numbers.py", "project/imports.py"),
    *("project/prompts.py", "project/sources.py"),
)
# Other versions of these make other pages.
PAGE_PACKAGES = (
    *("math-core", "markdown-it-py", "mdit-py-plugins", "pygments", "jinja2", "pillow"),
    *("fonttools", "brotli"),
)


def of_figure(stem: str, settings: Config) -> list[Path]:
    """The pictures of a figure, and the files of its animation."""
    pictures = [Path(f"figures/{stem}{suffix}") for suffix in settings.suffixes]
    return [*pictures, *animations(stem, settings)]


def animations(stem: str, settings: Config) -> list[Path]:
    """The files of the animation of a figure; empty if it has none.

    They are not outputs of the rule in the Snakefile: it is the rule of all figures, and cannot
    have an output that only some have.
    """
    if not prompts.read(stem).frames_per_second:
        return []
    return [Path(f"figures/{stem}{suffix}") for suffix in names.animations(settings.themes)]


def pages(settings: Config) -> list[Path]:
    """The output files of the pages job: manifest, pages, fonts, overview pictures."""
    files = ["figures.json", "index.html", "tests.html", "fonts.css"]
    files += [f"overview{suffix}.png" for suffix in settings.theme_suffixes]
    return [Path("figures", file) for file in files]


def sources_of_pages(settings: Config) -> list[Path]:
    """The sources of the pages, except for the pictures in figures/."""
    code = [file for name in PAGE_CODE for file in sources.files_in(names.PACKAGE / name)]
    shown = [file for stem in settings.figures for file in sources.handwritten(stem)]
    modules = sources.modules(settings.figures)
    return [Path("config.yaml"), names.RULES, *code, *shown, *modules]


def digest_of_pages(settings: Config) -> str:
    """A digest of all sources of the pages, including the pictures."""
    pictures = [file for stem in settings.figures for file in of_figure(stem, settings)]
    values = [Path(names.NUMBERS.format(stem)) for stem in settings.figures]
    return sources.digest([*pictures, *values], digest_of_sources_of_pages(settings))


def digest_of_sources_of_pages(settings: Config) -> str:
    """A digest of what the pages are made from, other than the figures' own files."""
    return sources.digest(sources_of_pages(settings), *map(sources.version_of, PAGE_PACKAGES))
