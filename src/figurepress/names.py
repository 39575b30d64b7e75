"""The names of a figure's files: from its stem to the files, and back."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal, get_args

from figurepress.palette import THEMES

Format = Literal["svg", "png", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)
SOURCES = ("prompts/{}.md", "scripts/{}.py", "tests/figures/test_{}.py")
BASELINE = Path("tests/figures/baseline")  # the approved pictures


def theme_suffix(theme: str) -> str:
    """What follows the stem in a file name: "" for the light theme, "-dark" for the dark one."""
    return "" if theme == THEMES[0] else f"-{theme}"


def suffixes(themes: Iterable[str] = THEMES, formats: Iterable[str] = FORMATS) -> list[str]:
    """What follows the stem in the names of the pictures of a figure.

    A PDF is for paper, which is white, so there is none in the dark theme.
    """
    return [
        f"{theme_suffix(theme)}.{format}"
        for theme in themes
        for format in formats
        if (theme, format) != ("dark", "pdf")
    ]


def stem_and_theme(name: str) -> tuple[str, str]:
    """The figure that a picture shows, and its theme, from the file name without its ending."""
    for theme in THEMES[1:]:
        if name.endswith(theme_suffix(theme)):
            return name.removesuffix(theme_suffix(theme)), theme
    return name, THEMES[0]


def sources(stem: str, root: Path = Path()) -> list[Path]:
    """The files of a figure that a person writes: prompt, script and, if there are any, tests."""
    files = [root / pattern.format(stem) for pattern in SOURCES]
    return [file for file in files if file.is_file()]
