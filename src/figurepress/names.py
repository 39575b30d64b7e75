"""The names of the files of a figure."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal, get_args

from figurepress.palette import THEMES

Format = Literal["svg", "png", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)
ANIMATION_FORMATS = ("webp", "gif")
# The hashes of the files that `make export` has copied, in its target folder.
EXPORTED = Path("figures/.exported.json")
BASELINE = Path("tests/figures/baseline")  # the approved pictures
PACKAGE = Path(__file__).parent
LEGIBILITY_RULES = PACKAGE.parents[1] / "docs/legibility.md"  # shared by all lectures


def theme_suffix(theme: str) -> str:
    """The part of a file name after the stem: "" for the light theme, "-dark" for the dark one."""
    return "" if theme == THEMES[0] else f"-{theme}"


def suffixes(themes: Iterable[str] = THEMES, formats: Iterable[str] = FORMATS) -> list[str]:
    """The suffixes of the pictures of a figure, such as -dark.svg.

    There is no PDF in the dark theme, because a PDF is for white paper.
    """
    return [
        f"{theme_suffix(theme)}.{format}"
        for theme in themes
        for format in formats
        if (theme, format) != ("dark", "pdf")
    ]


def animation_suffixes(themes: Iterable[str]) -> list[str]:
    """The suffixes of the files of an animation: a WebP for each theme, and one GIF for slides."""
    return [*(f"{theme_suffix(theme)}.webp" for theme in themes), ".gif"]


def stem_and_theme(name: str) -> tuple[str, str]:
    """The figure and the theme of a picture, such as ("x", "dark") for the name "x-dark"."""
    for theme in THEMES[1:]:
        if name.endswith(theme_suffix(theme)):
            return name.removesuffix(theme_suffix(theme)), theme
    return name, THEMES[0]


def is_result(file: Path) -> bool:
    """Whether an experiment computes this file: data/x.npz if experiments/x.py exists."""
    lecture = file.parent.parent
    script = lecture / "experiments" / f"{file.stem}.py"
    return file == lecture / "data" / f"{file.stem}.npz" and script.is_file()


# The files of a figure, where {} is its stem.
SOURCES = ("prompts/{}.md", "scripts/{}.py", "tests/figures/test_{}.py")
APPROVED = tuple(f"{BASELINE}/{{}}{suffix}" for suffix in suffixes(formats=["png"]))
EXPERIMENT = ("experiments/{}.py", "data/{}.npz")
NOT_BUILT = SOURCES + APPROVED + EXPERIMENT  # a build does not write these
NUMBERS = ".build/numbers/{}.json"
BUILT = (
    "logs/{}.log",
    ".build/records/{}.json",
    NUMBERS,
    *(f"figures/{{}}{suffix}" for suffix in (*suffixes(), *animation_suffixes(THEMES))),
)


def existing_files(patterns: Iterable[str], stem: str) -> list[Path]:
    """A figure's files that exist; `patterns` are paths with {} for a stem, as in `NOT_BUILT`."""
    files = [Path(pattern.format(stem)) for pattern in patterns]
    return [file for file in files if file.exists()]
