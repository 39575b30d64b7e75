"""The configuration: config.yaml, validated before any figure is drawn."""

import re
import sys
from difflib import get_close_matches
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from figurepress import names
from figurepress.names import Format
from figurepress.palette import ROLES, THEMES, Theme
from figurepress.project import prompts
from figurepress.project.known_figure import why_unknown
from figurepress.project.validated_files import Checked, InputError, read_text, read_yaml

DPI = (50, 1200)
# Names of rules in the Snakefile and of files in figures/.
RESERVED = {"all", "figure", "figures", "index", "overview", "pages"}


def _stem(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,99}", name):
        raise ValueError(
            "not a stem; use lowercase letters, digits and _ only, starting with a letter"
        )
    if name in RESERVED:
        raise ValueError("this name is reserved; choose another stem")
    if _is_module(name):
        raise ValueError(
            "this is the name of a Python module, which a script of that name would hide; "
            "choose another stem"
        )
    return name


def _is_module(name: str) -> bool:
    """Whether ``import name`` finds a module outside ``scripts/``, where the figure's script is."""
    folders = tuple(folder for folder in sys.path if folder and Path(folder).name != "scripts")
    if name in sys.stdlib_module_names:
        return True
    # find_spec is slow, so it looks only for names that occur in these folders.
    return name in _names_in(folders) and PathFinder.find_spec(name, folders) is not None


@cache  # cached, because looking for the module of each of many figures takes long
def _names_in(folders: tuple[str, ...]) -> set[str]:
    """What a module in these folders can be called."""
    return {file.name.partition(".")[0] for folder in folders for file in Path(folder).glob("*")}


def _once(items: list[str]) -> list[str]:
    if duplicates := sorted({item for item in items if items.count(item) > 1}):
        raise ValueError(f"listed more than once: {', '.join(duplicates)}; keep one of each")
    return items


def _role(name: str) -> str:
    roles = [role for role in ROLES if role != "background"]  # colour maps start at it
    if name not in roles:
        close = get_close_matches(name, roles, 1) or [f"one of {', '.join(roles)}"]
        raise ValueError(f"not a role to change; use {close[0]}")
    return name


def _color(text: str) -> str:
    if not re.fullmatch("#[0-9a-f]{6}", text.lower()):
        raise ValueError("write a colour as #rrggbb, such as #8a2be2")
    return text.lower()


def _both_themes(series: dict[Theme, list[str]]) -> dict[Theme, list[str]]:
    if len({len(series.get(theme, [])) for theme in THEMES}) > 1:
        raise ValueError("write as many colours for light as for dark")
    return series


Stem = Annotated[str, AfterValidator(_stem)]
Color = Annotated[str, AfterValidator(_color)]
Pair = Annotated[list[Color], Field(min_length=2, max_length=2)]  # light and dark
Series = Annotated[list[Color], Field(min_length=6, max_length=8)]


class Config(Checked):
    """config.yaml: the figures in lecture order, and the files to make for each."""

    figures: Annotated[list[Stem], Field(min_length=1), AfterValidator(_once)]
    formats: Annotated[list[Format], Field(min_length=1), AfterValidator(_once)]
    themes: Annotated[list[Theme], Field(min_length=1), AfterValidator(_once)]
    dpi: Annotated[int, Field(ge=DPI[0], le=DPI[1])]
    time_limit: Annotated[int, Field(ge=1)] = 120  # seconds to draw a figure
    experiment_time_limit: Annotated[int, Field(ge=1)] = 3600  # seconds
    # The look of the lecture; docs/lectures.md.
    width: Annotated[float, Field(ge=2, le=20)] = 6.5  # of the text column, in inches
    colors: dict[Annotated[str, AfterValidator(_role)], Pair] = Field(default_factory=dict)
    series: Annotated[dict[Theme, Series], AfterValidator(_both_themes)] = Field(
        default_factory=dict
    )
    # For the page of all figures.
    title: Annotated[str, Field(min_length=1)] = "Figures"
    author: str | None = None  # as in BibTeX: "Ada Lovelace and {The course team}"
    year: Annotated[int, Field(ge=1900, le=9999)] | None = None
    license: str | None = None
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None  # of the published page
    sections: dict[prompts.Numeral, str] = Field(default_factory=dict)  # "4.7": "Pooling"
    # Formats to publish and to link on the page.
    downloads: Annotated[list[Format], AfterValidator(_once)] = Field(
        default_factory=lambda: list[Format](["svg", "png"])
    )

    @property
    def theme_suffixes(self) -> list[str]:
        """The suffix of the file names in each theme, after the stem: "" or "-dark"."""
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
    config = read_alone()
    found = []
    numbered: dict[str, str] = {}
    for stem in config.figures:
        if not Path(f"scripts/{stem}.py").is_file():
            scripts = {file.stem for file in Path("scripts").glob("*.py")} - {*config.figures}
            close = [f"write {name}, " for name in get_close_matches(stem, scripts, 1)]
            found.append(
                f"config.yaml: figures: {stem!r}: no scripts/{stem}.py; "
                f"{''.join(close)}create it or remove the entry"
            )
            continue
        try:
            prompt = prompts.read(stem)
        except InputError as error:
            found.append(str(error))
            continue
        if prompt.number and (other := numbered.setdefault(prompt.number, stem)) != stem:
            found.append(
                f"prompts/{stem}.md: number: {prompt.number!r}: prompts/{other}.md has it, too; "
                "change one of them"
            )
        found += [
            f"prompts/{stem}.md: needs: {name!r}: no such file; create it or remove the entry"
            for name in prompt.needs
            if not Path(name).exists() and not names.is_result(Path(name))
        ]
    if found:
        raise InputError("\n".join(found))
    return config


def read_alone(root: Path = Path()) -> Config:
    """Read and validate the configuration of a lecture alone, without its scripts and prompts.

    Raises
    ------
    InputError
        With one line for each error.
    """
    hint = "restore it with git, or run the command in the folder of a lecture"
    return _parse(read_text(root / "config.yaml", hint))


@cache  # cached, because each digest needs it
def _parse(text: str) -> Config:
    return Config.check(read_yaml(text, "config.yaml"), "config.yaml")


def check_stem(stem: str, settings: Config, argument: str = "FIGURE") -> None:
    """Check that a figure is listed in config.yaml.

    Raises
    ------
    InputError
        If it is not; the message suggests the closest stem.
    """
    figures = settings.figures
    if not stem:
        raise InputError(
            f"{argument}: missing; write {argument}=<stem>; config.yaml lists the stems"
        )
    if reason := why_unknown(stem, figures):
        raise InputError(f"{argument}: {reason}")


def check_new_stem(stem: str, settings: Config, argument: str = "FIGURE") -> None:
    """Check that a new figure can have this stem.

    Raises
    ------
    InputError
        If the stem is not allowed, or a figure or a file has it.
    """
    if not stem:
        raise InputError(
            f"{argument}: missing; write {argument}=<stem>, the name of the new figure"
        )
    if stem in settings.figures:
        raise InputError(f"{argument}: {stem!r}: already in config.yaml; choose another stem")
    try:
        _stem(stem)
    except ValueError as error:
        raise InputError(f"{argument}: {stem!r}: {error}") from None
    if found := names.existing(names.WRITTEN, stem):
        raise InputError(
            f"{argument}: {stem!r}: {found[0]} exists; move it away or choose another stem"
        )


def remarks(settings: Config) -> list[str]:
    """One line for each figure without an entry in config.yaml, and each unknown section."""
    stems = sorted(file.stem for file in Path("prompts").glob("*.md"))
    scripts = [stem for stem in stems if Path(f"scripts/{stem}.py").is_file()]
    sections = {stem: prompts.read(stem).section for stem in settings.figures}
    return [
        f"{stem}: has a prompt and a script, but config.yaml does not list it; add it there"
        for stem in scripts
        if stem not in settings.figures
    ] + [
        f"prompts/{stem}.md: section: {section!r}: not a heading under sections: in config.yaml; "
        "correct it, or add it there"
        for stem, section in sections.items()
        if settings.sections and section not in settings.sections
    ]


def time_limit(stem: str, settings: Config) -> int:
    """The time limit for drawing a figure in seconds, from its prompt or else config.yaml."""
    own = prompts.read(stem).time_limit
    return own or settings.time_limit
