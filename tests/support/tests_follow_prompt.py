"""Checks of a figure's tests: they use only what its prompt mentions, and none is turned off."""

import ast
import re
from dataclasses import fields, is_dataclass
from types import ModuleType

from matplotlib.figure import Figure

FUNCTIONS_FOR_MAIN = {"compute", "draw", "frames"}  # prompts need not name these
# How a test module keeps `make test` from running its tests.
TURNED_OFF = re.compile(
    r"\b(?:mark|pytest|unittest)\.(?:skip\w*|xfail|importorskip|slow|soak|slurm)\b"
)


def not_in_prompt(test: str, body: str, script: ModuleType, figure: Figure) -> list[str]:
    """Functions, fields and gids that a test module uses but its prompt does not have in backticks.

    `test` is the source of the test module, `body` the specification in the prompt, and `figure`
    what the script draws. A prompt may name a series of gids by one of them or by a pattern:
    `bar-0` or `bar-ROW` covers `bar-3`. Constants are left to `check_constants`.
    """
    named = set()
    for span in re.findall(r"`([^`]+)`", body):
        named |= {span, _without_numbers(span), *re.findall(r"\w+", span)}
    used = set()
    for name, value in vars(script).items():
        is_own = getattr(value, "__module__", "") == script.__name__
        is_function = callable(value) and not isinstance(value, type)
        if is_own and is_function and re.search(rf"\b{name}\b", test):
            used.add(name)
        if is_own and is_dataclass(value):
            names = [field.name for field in fields(value)]
            used |= {field for field in names if re.search(rf"\.{field}\b", test)}
    gids = {artist.get_gid() for artist in figure.findobj()}
    used |= {gid for gid in gids if f'"{gid}"' in test}
    unnamed = {name for name in used if not {name, _without_numbers(name)} & named}
    return sorted(unnamed - FUNCTIONS_FOR_MAIN)


def _without_numbers(name: str) -> str:
    """One name for all gids of a series: ``map-0`` for ``map-3``, ``map-c`` and ``map-ROW``."""
    number_or_index = r"-(\d+|[a-z]|[A-Z]+)(?=-|$)"
    return re.sub(number_or_index, "-0", name)


def problems(tests: str, stem: str) -> list[str]:
    """Why a test module would pass although a claim or the picture of its figure is wrong."""
    tree = ast.parse(tests)
    without_comments = ast.unparse(tree)
    found = [f"turns tests off; remove {text}" for text in TURNED_OFF.findall(without_comments)]
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    for function in functions:
        code = ast.unparse(function)
        if not function.name.startswith("test_") and "mark.claim(" in code:
            found.append(f"{function.name}: does not run; begin its name with test_")
        if function.name.startswith("test_") and not re.search(r"\bassert|image_test|raises", code):
            found.append(f"{function.name}: asserts nothing; add an assert")
    picture = f'@image_test("{stem}")\ndef test_picture(picture):\n    return picture\n'
    if tests.count(picture) != 1 or tests.count("@image_test(") != 1:
        found.append(f"the picture must be compared once; write\n{picture}")
    return found
