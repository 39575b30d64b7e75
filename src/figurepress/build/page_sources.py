"""The sources of the pages, and a digest of them: if it changes, the pages are out of date."""

from pathlib import Path

from figurepress import names
from figurepress.build import outputs
from figurepress.project import sources
from figurepress.project.config import Config

# The code that makes the pages: folders and files in src/figurepress.
PAGE_CODE = ("site", "project", "palette.py", "names.py")
# A new version of one of these may change the pages.
PAGE_PACKAGES = (
    "math-core",
    "markdown-it-py",
    "mdit-py-plugins",
    "pygments",
    "jinja2",
    "pillow",
    "fonttools",
    "brotli",
    "font-source-sans-pro",
    "font-source-serif-pro",
)


def files(settings: Config) -> list[Path]:
    """The texts and the code that the pages are made from, without pictures and numbers."""
    code = [file for name in PAGE_CODE for file in sources.files_in(names.PACKAGE / name)]
    handwritten = [file for stem in settings.figures for file in sources.handwritten(stem)]
    modules = sources.modules(settings.figures)
    return [Path("config.yaml"), names.LEGIBILITY_RULES, *code, *handwritten, *modules]


def digest_of_pages(settings: Config) -> str:
    """A digest of everything that the pages are made from, with the pictures and numbers."""
    pictures = [file for stem in settings.figures for file in outputs.of_figure(stem, settings)]
    numbers = [Path(names.NUMBERS.format(stem)) for stem in settings.figures]
    return sources.digest_of_files([*pictures, *numbers], digest_without_pictures(settings))


def digest_without_pictures(settings: Config) -> str:
    """A digest of `files` and packages, for the rule in the Snakefile; pictures are its inputs."""
    return sources.digest_of_files(files(settings), *map(sources.version_of, PAGE_PACKAGES))
