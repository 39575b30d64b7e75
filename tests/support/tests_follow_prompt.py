"""A check of a figure's tests: they use only what its prompt mentions."""

import ast
import re
from dataclasses import fields, is_dataclass
from types import ModuleType

from matplotlib.figure import Figure

IN_EVERY_SCRIPT = {"compute", "draw", "Numbers"}  # prompts need not name these


def not_in_prompt(test: str, body: str, script: ModuleType, figure: Figure) -> list[str]:
    """Functions, fields and gids that a test module uses but its prompt does not have in backticks.

    `test` is the source of the test module, `body` the specification in the prompt, and `figure`
    what the script draws. A prompt may name a series of gids by one of them or by a pattern:
    `bar-0` or `bar-ROW` covers `bar-3`. Constants are left to `check_constants`.
    """
    named = set()
    for span in re.findall(r"`([^`]+)`", body):
        named |= {span, _without_numbers(span), *re.findall(r"\w+", span)}
    tree = ast.parse(test)
    used = _functions(tree, script) | _fields(tree, script) | _gids(tree, figure)
    return sorted(name for name in used if not {name, _without_numbers(name)} & named)


def _without_numbers(name: str) -> str:
    """One name for all gids of a series: ``map-0`` for ``map-3``, ``map-c`` and ``map-ROW``."""
    number_or_index = r"-(\d+|[a-z]|[A-Z]+)(?=-|$)"
    return re.sub(number_or_index, "-0", name)


def _functions(tree: ast.Module, script: ModuleType) -> set[str]:
    """What the tests import from the script, apart from constants."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == script.__name__:
            names |= {alias.name for alias in node.names}
    return {name for name in names if not name.isupper()} - IN_EVERY_SCRIPT


def _fields(tree: ast.Module, script: ModuleType) -> set[str]:
    """The attributes in the tests that are fields of a dataclass of the script."""
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    dataclasses = [value for value in vars(script).values() if is_dataclass(value)]
    return attributes & {field.name for each in dataclasses for field in fields(each)}


def _gids(tree: ast.Module, figure: Figure) -> set[str]:
    """The strings in the tests that are gids of artists."""
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    strings = {value for value in constants if isinstance(value, str)}
    return strings & {artist.get_gid() for artist in figure.findobj() if artist.get_gid()}
