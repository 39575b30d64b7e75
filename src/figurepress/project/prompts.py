"""The prompt of a figure: its specification, and all its texts in the front matter."""

import ast
import re
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from figurepress.project.validated_files import (
    Checked,
    InputError,
    matching,
    read_text,
    read_yaml,
)

LONGEST_ALT = 250  # characters, to be read aloud in one go


# Validators of single values. `Checked` puts file, key and value before their messages.


def _local_file(name: str) -> str:
    """The path of a file of the lecture that a script may read."""
    path = PurePosixPath(name)  # prompts use / on every system
    if path.is_absolute() or ".." in path.parts or not path.parts or "\\" in name:
        raise ValueError("not a file of the lecture; write its path from the lecture's folder")
    if path.parts[0] == "figures":
        raise ValueError(
            "is a build result, which no figure may read; compute it in a module in src/"
        )
    return name


def _fact(expression: object) -> object:
    """A Python expression that uses a number of the figure: loss[-1] / loss[0], but not np.pi."""
    try:
        tree = ast.parse(str(expression), mode="eval")
    except (SyntaxError, ValueError):
        raise ValueError("not a Python expression; correct it") from None
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if names <= {"np"}:
        raise ValueError(
            "uses no field or constant, so it proves nothing; write an expression such as "
            "loss[-1] / loss[0]"
        )
    return expression


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Numeral = Annotated[str, matching(r"[0-9]+(\.[0-9]+)*[a-z]?", "a number such as 4, 4.1 or 4.1b")]
ClaimId = Annotated[
    str, matching("[a-z0-9]+(-[a-z0-9]+)*", "lowercase letters and digits, joined by -")
]
# BeforeValidator: else pydantic rejects a bare -1, a number in YAML, with a less helpful message.
Fact = Annotated[str, BeforeValidator(_fact)]
LocalFile = Annotated[str, AfterValidator(_local_file)]


class Prompt(Checked):
    """The front matter of prompts/<stem>.md, and the specification below it."""

    number: Numeral | None  # in the lecture; None if it has none there
    section: Numeral  # of the lecture
    page: bool  # whether the lecture's own page shows the figure
    title: Words
    caption: Words  # Markdown, with $...$ formulas
    alt: Annotated[Words, Field(max_length=LONGEST_ALT)]  # what the figure shows, and its point
    description: Words  # the long text alternative
    claims: Annotated[dict[ClaimId, Words], Field(min_length=1)]
    facts: list[Fact] = Field(default_factory=list)  # such as loss[-1]: numbers in the texts
    needs: list[LocalFile] = Field(default_factory=list)  # files that the script reads
    width: Annotated[float, Field(ge=1, le=20)] | None = None  # in inches; overrides config.yaml
    height: Annotated[float, Field(ge=1, le=20)] | None = None  # in inches
    frames_per_second: Annotated[int, Field(ge=1, le=30)] | None = None  # of its animation, if any
    animation_alt: Words | None = None  # what the animation shows; if missing, `alt` is used
    # The time limits are in seconds; they override config.yaml.
    time_limit: Annotated[int, Field(ge=1)] | None = None
    experiment_time_limit: Annotated[int, Field(ge=1)] | None = None
    body: Words  # the text below the front matter


def read(stem: str, root: Path = Path()) -> Prompt:
    """Read and validate the prompt of a figure of the lecture in `root`.

    Raises
    ------
    InputError
        With one line for each error in the front matter.
    """
    name = f"prompts/{stem}.md"
    return _parse(read_text(root / name, "create it as described in docs/authoring.md"), name)


@cache  # a build reads each prompt several times and YAML is slow to parse
def _parse(text: str, name: str) -> Prompt:
    # A line ---, the front matter, and another line ---.
    front_matter = re.match(r"(?ms)---[ \t]*\n(.*?)^---[ \t]*\n", text)
    if not front_matter:
        raise InputError(f"{name}: no front matter; start the file with it, between two --- lines")
    keys = read_yaml(front_matter[1], name, first_line=2)  # line 1 is ---
    if isinstance(keys, dict):
        keys["body"] = text[front_matter.end() :]
    return Prompt.check(keys, name)
