"""Checked input: every fault of a file at once, each with its mend, no traceback."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node


class InputError(Exception):
    """A fault in the author's input; the message names file, key, value and mend."""


class Checked(BaseModel):
    """A file's keys with their types; unknown keys and near misses are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @classmethod
    def check(cls, data: object, file: str | Path) -> Self:
        """``data`` as this model.

        Raises:
            InputError: a line for every fault found in ``data``.
        """
        if not isinstance(data, dict):
            raise InputError(f"{file}: {data!r}: write `key: value` lines ({cls._keys()})")
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise InputError(
                "\n".join(cls._line(file, fault) for fault in error.errors())
            ) from None

    @classmethod
    def _line(cls, file: str | Path, fault: dict) -> str:
        parts = (str(part) for part in fault["loc"] if part != "[key]")
        key = ".".join(part if part.isprintable() else repr(part) for part in parts)
        if fault["type"] == "missing":
            return f"{file}: {key}: missing; add it"
        if fault["type"] == "extra_forbidden":
            return f"{file}: {key}: unknown key; remove it (known: {cls._keys()})"
        return f"{file}: {key}: {fault['input']!r}: {fault['msg'].removeprefix('Value error, ')}"

    @classmethod
    def _keys(cls) -> str:
        return ", ".join(cls.model_fields)


class _Constructor(SafeConstructor):
    def construct_object(self, node: Node, deep: bool = False) -> object:
        try:
            value = super().construct_object(node, deep)
            if isinstance(value, int):
                str(value)  # for messages: 0xfff... is read without a limit, not written
            return value
        except (ValueError, LookupError):  # a date of month 13, a number of too many digits
            problem = f"{node.value!r:.80} is no {node.tag.rpartition(':')[2]}; put it in quotes"
            raise ConstructorError(problem=problem, problem_mark=node.start_mark) from None


def read_yaml(text: str, file: str | Path) -> object:
    """The content of a YAML text; a key that stands twice is an error.

    Raises:
        InputError: where ``text`` is not YAML; names the line.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    try:
        return yaml.load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1
        raise InputError(f"{file}: line {line}: not valid YAML: {error.problem}") from None
    except (YAMLError, ValueError, LookupError) as error:  # the last: directives
        raise InputError(f"{file}: not valid YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise InputError(f"{file}: not valid YAML: nested too deep; write it flat") from None


def read_text(file: Path, mend: str) -> str:
    """The text of a file.

    Raises:
        InputError: where it is missing or unreadable; ends with ``mend``.
    """
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(f"{file}: missing; {mend}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read ({error}); {mend}") from None
