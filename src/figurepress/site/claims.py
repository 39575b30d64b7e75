"""Find the tests that check each claim of a figure."""

import ast
import pickle
from dataclasses import dataclass, field
from pathlib import Path

from figurepress.cache import cached
from figurepress.project.validated_files import InputError, read_text


@dataclass(frozen=True)
class ClaimTest:
    """A test function: its name, its lines, and the names in it and in its helpers."""

    name: str
    first_line: int  # line of the first decorator
    last_line: int
    names: frozenset[str] = field(default=frozenset(), compare=False)  # so tests need not list them


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
    text = read_text(file, hint="save it as UTF-8")
    version = f"claims {Path(__file__).read_text(encoding='utf-8')}"
    return pickle.loads(cached(version, text.encode(), lambda: pickle.dumps(_find(text, file))))


def _find(text: str, file: Path) -> dict[str, list[ClaimTest]]:
    """The tests in the text of a test file, by the id of the claim that they check."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise InputError(
            f"{file}: line {error.lineno}: not valid Python: {error.msg}; correct it"
        ) from None
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    names_in = {function.name: _names(function) for function in functions}
    assignments = [node for node in tree.body if isinstance(node, ast.Assign)]
    # These are left out: the figure's script may have other constants of the same names.
    constants = {ast.unparse(target) for node in assignments for target in node.targets}
    tests: dict[str, list[ClaimTest]] = {}
    for test in functions:
        names = names_in[test.name]
        for helper in names & names_in.keys():  # the functions of this file that the test uses
            names |= names_in[helper]
        lines = [test.lineno, *(decorator.lineno for decorator in test.decorator_list)]
        for claim in _claims(test):
            last_line = test.end_lineno or test.lineno
            found = ClaimTest(test.name, min(lines), last_line, names - constants)
            tests.setdefault(claim, []).append(found)
    return tests


def _names(function: ast.FunctionDef) -> frozenset[str]:
    """All variables, parameters, attributes and strings in a function, such as an artist's gid."""
    names = set()
    for node in ast.walk(function):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                names.add(name)
            case ast.Constant(value=str(name)):
                names.add(name)
    return frozenset(names)


def _claims(test: ast.FunctionDef) -> list[str]:
    """The ids in the decorators ``@pytest.mark.claim("<id>")`` of a test."""
    ids = []
    for decorator in test.decorator_list:
        match decorator:
            case ast.Call(func=mark, args=[ast.Constant(value=str(id)), *_]):
                if ast.unparse(mark) == "pytest.mark.claim":
                    ids.append(id)
    return ids
