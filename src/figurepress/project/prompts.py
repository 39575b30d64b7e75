"""A figure's prompt: its specification, with front matter that all else reads."""

import re
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from figurepress.project.validation import Checked, InputError, read_text, read_yaml


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("empty; write it")
    if bad := re.search(r"[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text):
        raise ValueError(f"{bad[0]!a} can stand in no SVG; remove it")
    return text.strip()


def _claim_id(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError("not a claim's id; write small letters and digits joined by -")
    return name


Sentence = Annotated[str, AfterValidator(_said)]
Numeral = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)*[a-z]?$")]


class Prompt(Checked):
    """The front matter of prompts/<stem>.md, and the text below it."""

    number: Numeral | None
    section: Numeral
    page: bool  # whether the lecture's own page shows the figure
    title: Sentence
    caption: Sentence  # Markdown, with $...$ mathematics
    alt: Annotated[Sentence, Field(max_length=250)]  # what the figure shows, and its point
    description: Sentence  # the long text alternative: what the picture shows, in words
    claims: Annotated[
        dict[Annotated[str, AfterValidator(_claim_id)], Sentence], Field(min_length=1)
    ]
    body: Sentence


def read(file: Path) -> Prompt:
    """The prompt in a file.

    Raises:
        InputError: names every fault of the front matter, a line each.
    """
    name = f"{file.parent.name}/{file.name}"
    text = read_text(file, "write it; README.md, `Add a figure`, says how")
    return _checked(text, name)


@cache  # the Snakefile asks for each twice, and YAML is slow to read
def _checked(text: str, name: str) -> Prompt:
    parts = re.split(r"^---[ \t]*\n", text, maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3 or parts[0]:
        raise InputError(
            f"{name}: no front matter; begin the file with it, between two lines `---`"
        )
    front = read_yaml(parts[1], name)
    return Prompt.check({**front, "body": parts[2]} if isinstance(front, dict) else front, name)
