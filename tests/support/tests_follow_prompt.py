"""Checks of a figure's tests: they use only what its prompt mentions, and none is turned off."""

import ast
import re
from dataclasses import fields, is_dataclass
from types import ModuleType

from matplotlib.figure import Figure

EVERYWHERE = {"compute", "draw", "Numbers"}  # what each script has
# Marks of tests that `make test` does not run, and their names in unittest.
TURNED_OFF = {"skip", "skipif", "skipIf", "skipUnless", "xfail", "slow", "soak", "slurm"}


def not_in_prompt(test: str, body: str, script: ModuleType, figure: Figure) -> list[str]:
    """What a test module uses and the body of the prompt does not contain in backticks.

    Parameters
    ----------
    test
        The source of the test module.
    body
        The specification in the prompt.
    script
        The script of the figure; its UPPER_CASE constants are not looked for.
    figure
        What it draws.
    """
    spans = re.findall(r"`([^`]+)`", body)
    named = {name for span in spans for name in (span, *re.findall(r"\w+", span))}
    tree = ast.parse(test)
    used = _functions(tree, script) | _fields(tree, script) | _ids(tree, figure)
    named |= {_without_numbers(name) for name in named}
    return sorted(name for name in used - named if _without_numbers(name) not in named)


def turned_off(test: ast.FunctionDef) -> list[str]:
    """The decorators that keep a test from running, whatever strings they contain."""
    return [ast.unparse(mark) for mark in test.decorator_list if _names(mark) & TURNED_OFF]


def _names(tree: ast.AST) -> set[str]:
    """The variables and attributes in a piece of code."""
    nodes = list(ast.walk(tree))
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return attributes | {node.id for node in nodes if isinstance(node, ast.Name)}


def _without_numbers(name: str) -> str:
    """One name for all ids of a series: of ``map-0``, and of ``map-c`` or ``map-ROW``."""
    return re.sub(r"-(\d+|[a-z]|[A-Z]+)(?![^-])", "-0", name)


def _functions(tree: ast.Module, script: ModuleType) -> set[str]:
    """What the tests import from the script."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names = {
        alias.name for node in imports if node.module == script.__name__ for alias in node.names
    }
    return {name for name in names if not name.isupper()} - EVERYWHERE


def _fields(tree: ast.Module, script: ModuleType) -> set[str]:
    """The attributes in the tests that are fields of a dataclass of the script."""
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    kinds = [kind for kind in vars(script).values() if is_dataclass(kind)]
    return attributes & {field.name for kind in kinds for field in fields(kind)}


def _ids(tree: ast.Module, figure: Figure) -> set[str]:
    """The strings in the tests that are gids of artists."""
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    strings = {value for value in constants if isinstance(value, str)}
    return strings & {artist.get_gid() for artist in figure.findobj() if artist.get_gid()}
