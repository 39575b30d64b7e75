"""The configuration: config.yaml, validated before any figure is drawn."""

import re
import sys
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from figurepress import names
from figurepress.names import Format
from figurepress.palette import ROLES, THEMES, Theme
from figurepress.project import prompts
from figurepress.project.known_figure import why_unknown
from figurepress.project.validated_files import (
    Checked,
    InputError,
    matching,
    read_text,
    read_yaml,
)

DPI = (50, 1200)  # smallest and largest
# Names of rules in the Snakefile and of files in figures/, so figures cannot have them.
RESERVED = {"all", "experiment", "figure", "figures", "index", "overview", "pages"}


# Validators of single values. `Checked` puts file, key and value before their messages.


def _valid_stem(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,99}", name):
        raise ValueError(
            "not a stem; use lowercase letters, digits and _ only, starting with a letter"
        )
    if name in RESERVED:
        raise ValueError("this name is reserved; choose another stem")
    if _is_name_of_module(name):
        raise ValueError(
            "this is the name of a Python module, which a script of that name would hide; "
            "choose another stem"
        )
    return name


def _is_name_of_module(name: str) -> bool:
    """Whether ``import name`` finds a module outside ``scripts/``, where the figure's script is."""
    if name in sys.stdlib_module_names:
        return True
    folders = [folder for folder in sys.path if folder and Path(folder).name != "scripts"]
    return PathFinder.find_spec(name, folders) is not None


def _without_duplicates(items: list[str]) -> list[str]:
    duplicates = sorted({item for item in items if items.count(item) > 1})
    if duplicates:
        raise ValueError(f"listed more than once: {', '.join(duplicates)}; keep one of each")
    return items


def _changeable_role(name: str) -> str:
    # The colour maps of matrices start at the background colour, so a lecture cannot change it.
    roles = [role for role in ROLES if role != "background"]
    if name not in roles:
        raise ValueError(f"not a role to change; use one of {', '.join(roles)}")
    return name


def _as_many_light_as_dark(series: dict[Theme, list[str]]) -> dict[Theme, list[str]]:
    numbers_of_colors = {len(series.get(theme, [])) for theme in THEMES}
    if len(numbers_of_colors) > 1:
        raise ValueError("write as many colours for light as for dark")
    return series


Stem = Annotated[str, AfterValidator(_valid_stem)]
Color = Annotated[
    str,
    StringConstraints(to_lower=True),
    matching("#[0-9a-f]{6}", "a colour as #rrggbb, such as #8a2be2"),
]
Role = Annotated[str, AfterValidator(_changeable_role)]
Pair = Annotated[list[Color], Field(min_length=2, max_length=2)]  # light and dark
Series = Annotated[list[Color], Field(min_length=6, max_length=8)]


class Config(Checked):
    """config.yaml: the figures in lecture order, their files and look, and texts of the page."""

    figures: Annotated[list[Stem], Field(min_length=1), AfterValidator(_without_duplicates)]
    formats: Annotated[list[Format], Field(min_length=1), AfterValidator(_without_duplicates)]
    themes: Annotated[list[Theme], Field(min_length=1), AfterValidator(_without_duplicates)]
    dpi: Annotated[int, Field(ge=DPI[0], le=DPI[1])]
    time_limit: Annotated[int, Field(ge=1)] = 120  # seconds to draw a figure
    experiment_time_limit: Annotated[int, Field(ge=1)] = 3600  # seconds
    # What all figures of the lecture look like; docs/lectures.md explains these keys.
    width: Annotated[float, Field(ge=2, le=20)] = 6.5  # of the text column, in inches
    colors: dict[Role, Pair] = Field(default_factory=dict)
    series: Annotated[dict[Theme, Series], AfterValidator(_as_many_light_as_dark)] = Field(
        default_factory=dict
    )
    # Words on the page of all figures.
    title: Annotated[str, Field(min_length=1)] = "Figures"
    author: str | None = None  # as in BibTeX: "Ada Lovelace and {The course team}"
    year: Annotated[int, Field(ge=1900, le=9999)] | None = None
    license: str | None = None
    # The address of the published page.
    url: Annotated[str, matching(r"https?://\S+", "an address with https://")] | None = None
    # Titles by number, such as "4.7": "Pooling".
    sections: dict[prompts.Numeral, str] = Field(default_factory=dict)
    # Formats that `make export` and `make site` publish, and that the page links.
    downloads: Annotated[list[Format], AfterValidator(_without_duplicates)] = Field(
        default=["svg", "png"]
    )

    @property
    def theme_suffixes(self) -> list[str]:
        """What follows the stem in the file names of each theme: "" or "-dark"."""
        return [names.theme_suffix(theme) for theme in self.themes]

    @property
    def suffixes(self) -> list[str]:
        """The suffixes of the pictures of a figure, such as -dark.svg."""
        return names.suffixes(self.themes, self.formats)


def read() -> Config:
    """Read the configuration of the lecture, and validate it against its scripts and prompts.

    Raises
    ------
    InputError
        With one line for each error.
    """
    config = read_without_prompts()
    errors = []
    stem_of_number: dict[str, str] = {}
    for stem in config.figures:
        if not Path(f"scripts/{stem}.py").is_file():
            errors.append(
                f"config.yaml: figures: {stem!r}: no scripts/{stem}.py; "
                "create it or correct the entry"
            )
            continue
        try:
            prompt = prompts.read(stem)
        except InputError as error:
            errors.append(str(error))
            continue
        if prompt.number in stem_of_number:
            errors.append(
                f"prompts/{stem}.md: number: {prompt.number!r}: "
                f"prompts/{stem_of_number[prompt.number]}.md has it, too; change one of them"
            )
        elif prompt.number:
            stem_of_number[prompt.number] = stem
        errors += [
            f"prompts/{stem}.md: needs: {name!r}: no such file; create it or remove the entry"
            for name in prompt.needs
            if not Path(name).exists() and not names.is_result(Path(name))
        ]
    if errors:
        raise InputError("\n".join(errors))
    return config


def read_without_prompts(root: Path = Path()) -> Config:
    """Read and validate only the configuration of a lecture, not its scripts and prompts.

    Raises
    ------
    InputError
        With one line for each error.
    """
    hint = "restore it with git, or run the command in the folder of a lecture"
    return _parse(read_text(root / "config.yaml", hint))


@cache  # the digest of each figure needs it
def _parse(text: str) -> Config:
    return Config.check(read_yaml(text, "config.yaml"), "config.yaml")


def check_stem(stem: str, settings: Config, argument: str = "FIGURE") -> None:
    """Check that config.yaml lists a figure; `argument` is that of `make`, for the message.

    Raises
    ------
    InputError
        If it is not; the message suggests the closest stem.
    """
    if reason := why_unknown(stem, settings.figures):
        raise InputError(f"{argument}: {reason}")


def check_new_stem(stem: str, settings: Config, argument: str = "FIGURE") -> None:
    """Check that a new figure can have this stem; `argument` is that of `make`, for the message.

    Raises
    ------
    InputError
        If the stem is not allowed, a figure has it, or a file of such a figure exists.
    """
    if stem in settings.figures:
        raise InputError(f"{argument}: {stem!r}: already in config.yaml; choose another stem")
    try:
        _valid_stem(stem)
    except ValueError as error:
        raise InputError(f"{argument}: {stem!r}: {error}") from None
    if files := names.existing_files(names.NOT_BUILT, stem):
        raise InputError(
            f"{argument}: {stem!r}: {files[0]} exists; move it away or choose another stem"
        )


def remarks(settings: Config) -> list[str]:
    """Warnings: figures that config.yaml does not list, and prompts whose section is not there."""
    stems = sorted(file.stem for file in Path("prompts").glob("*.md"))
    lines = [
        f"{stem}: has a prompt and a script, but config.yaml does not list it; add it there"
        for stem in stems
        if Path(f"scripts/{stem}.py").is_file() and stem not in settings.figures
    ]
    for stem in settings.figures:
        section = prompts.read(stem).section
        if settings.sections and section not in settings.sections:
            lines.append(
                f"prompts/{stem}.md: section: {section!r}: not a heading under sections: in "
                "config.yaml; correct it, or add it there"
            )
    return lines


def time_limit(stem: str, settings: Config) -> int:
    """The time limit for drawing a figure in seconds, from its prompt or else config.yaml."""
    return prompts.read(stem).time_limit or settings.time_limit
