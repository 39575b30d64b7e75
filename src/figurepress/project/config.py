"""What is built: config.yaml, checked before any figure is drawn."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from figurepress.project import prompts
from figurepress.project.validation import Checked, InputError, read_text, read_yaml

# Rules and files of the pipeline, and modules that a script of the same name would hide.
TAKEN = {"all", "figure", "figures", "gallery", "index", "lecture", "manifest", "overview"}
TAKEN |= sys.stdlib_module_names
DPI = (50, 1200)


def _stem(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,99}", name):
        raise ValueError(
            "not a figure's stem; write small letters, digits and _ only, a letter first, "
            "at most 100: no folder, no suffix"
        )
    if name in TAKEN:
        raise ValueError("has a meaning of its own here or in Python; choose another stem")
    return name


def _once(items: list[str]) -> list[str]:
    if twice := sorted({item for item in items if items.count(item) > 1}):
        raise ValueError(f"stands twice: {', '.join(twice)}; remove one of each")
    return items


Stem = Annotated[str, AfterValidator(_stem)]


class Config(Checked):
    """config.yaml: the figures in lecture order, and what is made of each."""

    figures: Annotated[list[Stem], Field(min_length=1), AfterValidator(_once)]
    formats: Annotated[
        list[Literal["svg", "png", "pdf"]], Field(min_length=1), AfterValidator(_once)
    ]
    themes: Annotated[list[Literal["light", "dark"]], Field(min_length=1), AfterValidator(_once)]
    dpi: Annotated[int, Field(ge=DPI[0], le=DPI[1])]
    # What the page of all figures shows besides the figures.
    title: Annotated[str, Field(min_length=1)] = "Figures"
    author: str | None = None
    license: str | None = None
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None  # where it is published
    sections: dict[prompts.Numeral, str] = {}  # "4.7": "Pooling"
    # Formats that the page links; the others are not published with it.
    downloads: Annotated[list[Literal["svg", "png", "pdf"]], AfterValidator(_once)] = [
        "svg",
        "png",
    ]

    @property
    def suffixes(self) -> list[str]:
        """What follows the stem in the names of a figure's files.

        A PDF is for paper, and paper is white: there is none of the dark theme.
        """
        return [
            f"{'' if theme == 'light' else f'-{theme}'}.{format}"
            for theme in self.themes
            for format in self.formats
            if (theme, format) != ("dark", "pdf")
        ]


def read(root: Path, overrides: Mapping[str, object] = {}) -> Config:
    """The configuration in ``root``, its figures' scripts and prompts looked at too.

    ``overrides`` are keys given on Snakemake's command line.

    Raises:
        InputError: names every fault, a line each.
    """
    file = root / "config.yaml"
    given = read_yaml(read_text(file, "restore it with git"), file.name)
    where = f"{file.name} or --config" if overrides else file.name
    config = Config.check({**given, **overrides} if isinstance(given, dict) else given, where)
    found = []
    for stem in config.figures:
        if not (root / "scripts" / f"{stem}.py").is_file():
            found.append(
                f"config.yaml: figures: {stem!r}: no such figure; "
                f"write scripts/{stem}.py or remove the line"
            )
            continue
        try:
            prompts.read(root / "prompts" / f"{stem}.md")
        except InputError as error:
            found.append(str(error))
    if found:
        raise InputError("\n".join(found))
    return config
