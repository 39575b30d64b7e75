"""Read input files: report all errors of a file at once, each with a suggested fix."""

import pickle
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import ruamel.yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from figurepress.cache import cached


class InputError(Exception):
    """An error in a file or an argument; the message states file, key, value and fix."""


@contextmanager
def input_errors_as(kind: type[BaseException]) -> Iterator[None]:
    """Raise an `InputError` as another kind of error, with the same message."""
    try:
        yield
    except InputError as error:
        raise kind(str(error)) from None


def matching(pattern: str, form: str) -> AfterValidator:
    """A validator of texts: they must match a pattern, which the message describes as `form`."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"write {form}")
        return text

    return AfterValidator(check)


LONGEST_VALUE = 120  # characters of a wrong value in a message
# What to write instead, by pydantic's type of error. The error has the values for the braces.
HINTS = {
    "bool_type": "write true or false",
    "dict_type": "write `name: text` lines, indented",
    "greater_than_equal": "write a number of at least {ge:g}",
    "int_type": "write a whole number",
    "less_than_equal": "write a number of at most {le:g}",
    "list_type": "write a list: [one, two]",
    "literal_error": "write {expected}",
    "string_too_long": "write at most {max_length} characters",
    "string_too_short": "is empty; write some text",
    "string_type": "write some text",
    "too_short": "is empty; add an entry",
}


class Checked(BaseModel):
    """Base class for the keys of a file with their types; rejects unknown keys and other types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @classmethod
    def check(cls, data: object, file: str | Path) -> Self:
        """Validate `data`, which was read from `file`.

        Raises
        ------
        InputError
            With one line for each error.
        """
        if not isinstance(data, dict):
            raise InputError(f"{file}: {data!r}: write `key: value` lines ({cls._known_keys()})")
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            lines = [f"{file}: {cls._describe(detail)}" for detail in error.errors()]
            raise InputError("\n".join(lines)) from None

    @classmethod
    def _describe(cls, error: ErrorDetails) -> str:
        """What is wrong with a key, and what to do: ``dpi: 49: write a number of at least 50``."""
        key = _key(error["loc"])
        kind = error["type"]
        value = error["input"]
        if kind == "missing":
            return f"{key}: missing; add it"
        if kind == "extra_forbidden":
            return f"{key}: unknown key; remove it, or write one of {cls._known_keys()}"
        if kind == "string_type" and type(value) in (int, float):
            return f'{key}: {value!r}: write it in quotes, "{value}"'
        message = error["msg"].removeprefix("Value error, ")
        hint = HINTS[kind].format_map(error.get("ctx", {})) if kind in HINTS else message
        return f"{key}: {value!r:.{LONGEST_VALUE}}: {hint}"

    @classmethod
    def _known_keys(cls) -> str:
        # `body` is not a key, but the text below the front matter of a prompt.
        return ", ".join(name for name in cls.model_fields if name != "body")


def _key(location: tuple[int | str, ...]) -> str:
    """The location of an error in words: ``figures: entry 1`` for pydantic's ("figures", 0)."""
    parts = [part for part in location if part != "[key]"]  # pydantic's mark of a wrong key
    return ": ".join(f"entry {part + 1}" if isinstance(part, int) else part for part in parts)


def read_yaml(text: str, file: str | Path, first_line: int = 1) -> object:
    """The content of a YAML text; a duplicate key is an error.

    Raises
    ------
    InputError
        If `text` is not YAML. The message has the line number, counted from `first_line`.
    """
    try:
        content = cached(
            f"yaml {ruamel.yaml.__version__}",
            text.encode(),
            lambda: pickle.dumps(YAML(typ="safe", pure=True).load(text)),
        )
        return pickle.loads(content)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        # The parser notices a missing colon or quotation mark late: report where the text begins.
        if error.context in ("while scanning a simple key", "while scanning a quoted scalar"):
            mark = error.context_mark
        raise InputError(
            f"{file}: line {mark.line + first_line}: not valid YAML: {error.problem}; "
            "put texts with a colon or a special character in quotes, and indent with spaces"
        ) from None
    except (YAMLError, ValueError) as error:  # ValueError: such as a date that does not exist
        reason = " ".join(str(error).split())
        raise InputError(
            f"{file}: not valid YAML: {reason:.200}; put unusual values in quotes"
        ) from None


def read_text(file: Path, hint: str) -> str:
    """The text of a file in UTF-8.

    Raises
    ------
    InputError
        If it is missing, unreadable or not a file; the message ends with `hint`.
    """
    try:
        if file.exists() and not file.is_file():  # a pipe or a device may never end
            raise InputError(f"{file}: not a file; {hint}")
        return file.read_text(encoding="utf-8-sig")  # -sig: skips a byte order mark
    except FileNotFoundError:
        raise InputError(f"{file}: missing; {hint}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read ({error}); {hint}") from None
