"""Find the tests that check each claim of a figure."""

import ast
import pickle
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from figurepress.cache import cached
from figurepress.project.validated_files import InputError, read_text


@dataclass(frozen=True)
class ClaimTest:
    """A test function: its name, its lines, and the names in it and in its helpers.

    Constants of the test file are not among these names: they are not those of the figure.
    """

    name: str
    first_line: int  # line of the first decorator
    last_line: int
    names: frozenset[str] = field(default=frozenset(), compare=False)


def claim_tests(file: Path) -> dict[str, list[ClaimTest]]:
    """The tests in a file that have ``@pytest.mark.claim("<id>")``, by id, in file order.

    If the file does not exist, there are no tests.

    Raises
    ------
    InputError
        If the file is not valid Python; the message has the line number.
    """
    if not file.exists():
        return {}
    text = read_text(file, "save it as UTF-8")
    # With the source of this module in its key, an edit here invalidates the cache.
    step = f"claims {Path(__file__).read_text(encoding='utf-8')}"
    return pickle.loads(cached(step, text.encode(), lambda: pickle.dumps(_find(text, file))))


def _find(text: str, file: Path) -> dict[str, list[ClaimTest]]:
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise InputError(
            f"{file}: line {error.lineno}: not valid Python: {error.msg}; correct it"
        ) from None
    found: dict[str, list[ClaimTest]] = {}
    helpers = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    names_in = cache(_names)  # tests share helpers
    local = {
        name.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for name in node.targets
        if isinstance(name, ast.Name)
    }
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for node in [*tree.body, *(method for parent in classes for method in parent.body)]:
        if isinstance(node, ast.FunctionDef) and (claims := _claims(node)):
            first = min([node.lineno, *(part.lineno for part in node.decorator_list)])
            own = names_in(node)
            names = own.union(*(names_in(helpers[name]) for name in own & helpers.keys()))
            source = ClaimTest(node.name, first, node.end_lineno or first, names - local)
            for claim in claims:
                found.setdefault(claim, []).append(source)
    return found


def _names(test: ast.FunctionDef) -> frozenset[str]:
    """The variables, parameters, attributes and strings, such as the gid of an artist."""
    found = set()
    for node in ast.walk(test):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                found.add(name)
            case ast.Constant(value=str(name)):
                found.add(name)
    return frozenset(found)


def _claims(test: ast.FunctionDef) -> list[str]:
    return [
        decorator.args[0].value
        for decorator in test.decorator_list
        if isinstance(decorator, ast.Call)
        and ast.unparse(decorator.func) == "pytest.mark.claim"
        and decorator.args
        and isinstance(decorator.args[0], ast.Constant)
        and isinstance(decorator.args[0].value, str)
    ]
