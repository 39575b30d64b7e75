"""The sources of the pages, and a digest of them: if it changes, the pages are out of date."""

from pathlib import Path

from figurepress import names
from figurepress.build import outputs
from figurepress.project import sources
from figurepress.project.config import Config


def files(settings: Config) -> list[Path]:
    """The texts and the code that the pages are made from, without pictures and numbers."""
    code = sources.files_in(names.PACKAGE)
    handwritten = [file for stem in settings.figures for file in sources.handwritten(stem)]
    modules = sources.modules(settings.figures)
    rest = [Path("config.yaml"), names.LEGIBILITY_RULES, *sources.PINNED_VERSIONS]
    return [*code, *handwritten, *modules, *rest]


def digest_of_pages(settings: Config) -> str:
    """A digest of everything that the pages are made from, with the pictures and numbers."""
    pictures = [file for stem in settings.figures for file in outputs.of_figure(stem, settings)]
    numbers = [Path(names.NUMBERS.format(stem)) for stem in settings.figures]
    return sources.digest_of_files([*pictures, *numbers], digest_without_pictures(settings))


def digest_without_pictures(settings: Config) -> str:
    """A digest of `files`, for the rule in the Snakefile whose inputs are the pictures."""
    return sources.digest_of_files(files(settings))
