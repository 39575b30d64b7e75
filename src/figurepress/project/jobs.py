"""The jobs of a build: what each one writes, and a digest of what it is made from."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from figurepress import names
from figurepress.project import records, sources
from figurepress.project.config import Config

SITE = sources.PACKAGE / "site"


@dataclass(frozen=True)
class Job:
    """A job of the Snakefile: its name, the files it writes, the digest of its sources."""

    name: str
    outputs: list[Path]
    digest: str

    def state(self) -> records.State:
        """Which of the outputs are missing, out of date, or edited."""
        return records.state(self.name, self.outputs, self.digest)


def of(settings: Config) -> list[Job]:
    """All jobs of the lecture in the working directory, figures first."""
    figures = [
        Job(
            stem,
            [Path(f"figures/{stem}{suffix}") for suffix in settings.suffixes],
            sources.digest_of_figure(stem, settings.dpi),
        )
        for stem in settings.figures
    ]
    return [*figures, Job("pages", pages(settings), digest_of_pages(settings))]


def pages(settings: Config) -> list[Path]:
    """The files that show all figures: manifest, page, its fonts, overview pictures."""
    overviews = [f"overview{suffix}.png" for suffix in settings.theme_suffixes]
    return [
        Path("figures", name) for name in ("figures.json", "index.html", "fonts.css", *overviews)
    ]


def sources_of_pages(settings: Config) -> list[Path]:
    """The files that the pages show or are made with, other than the figures' own files."""
    shown = [file for stem in settings.figures for file in names.sources(stem)]
    return [Path("config.yaml"), *_code(), *shown]


def digest_of_pages(settings: Config) -> str:
    """A digest of everything that the pages are made from."""
    suffixes = settings.suffixes
    pictures = [Path(f"figures/{stem}{suffix}") for stem in settings.figures for suffix in suffixes]
    return sources.digest([*sources_of_pages(settings), *pictures])


@cache
def _code() -> tuple[Path, ...]:
    inside = SITE.rglob("[!.]*")
    files = [file for file in inside if file.is_file() and "__pycache__" not in file.parts]
    return (*sorted(files), sources.PACKAGE / "palette.py")
