"""A wrong constant, role or index in a figure script makes a test of the figure fail.

mutmut mutates functions only; these faults are in all lines of a script. Their places are found
by parsing it, so nothing here depends on what a figure shows.
"""

import ast
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from figurepress.palette import ROLES
from figurepress.project import config

STEMS = config.read().figures
FILES = ("config.yaml", "conftest.py", "pyproject.toml")
FOLDERS = ("data", "envs", "experiments", "prompts", "scripts", "tests")
FAULTS_PER_FIGURE = 3  # a fixed random sample, because a matrix has many entries

pytestmark = pytest.mark.slow


def literals(tree: ast.Module) -> list[ast.Constant]:
    """Numbers in UPPER_CASE constants, numbers in indices, names of roles."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and all(
            ast.unparse(target).isupper() for target in node.targets
        ):
            found += numbers_in(node.value)
        elif isinstance(node, ast.Subscript):
            found += numbers_in(node.slice)
        elif isinstance(node, ast.Constant) and node.value in ROLES:
            found.append(node)
    return found


def numbers_in(expression: ast.expr) -> list[ast.Constant]:
    """The numbers written in an expression."""
    constants = [node for node in ast.walk(expression) if isinstance(node, ast.Constant)]
    return [node for node in constants if type(node.value) in (int, float)]


def other(value: str | int | float) -> str | int | float:
    """Another role, the next whole number, or 1.5 times the number (1.0 instead of 0.0)."""
    if isinstance(value, str):
        return "response" if value == "input" else "input"
    return value + 1 if isinstance(value, int) else 1.5 * value or 1.0


def with_fault(source: str, literal: ast.Constant) -> str:
    """The source with another value for this literal."""
    lines = source.encode().splitlines(keepends=True)
    line = lines[literal.lineno - 1]
    before, after = line[: literal.col_offset], line[literal.end_col_offset :]
    lines[literal.lineno - 1] = before + repr(other(literal.value)).encode() + after
    return b"".join(lines).decode()


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of the project in which the tests of a figure run."""
    folder = tmp_path_factory.mktemp("faults")
    for name in FILES:
        shutil.copy(name, folder)
    for name in FOLDERS:
        shutil.copytree(name, folder / name)
    # With another version of PyTorch, pictures are compared with a tolerance, not to the pixel.
    (folder / "envs/torch.txt").write_text("torch==0\n")
    return folder


def run_tests(copy: Path, stem: str) -> subprocess.CompletedProcess:
    """Run the tests of a figure up to the first that fails."""
    prompt = f"tests/all_figures/test_every_figure.py::test_prompt_states_every_constant[{stem}]"
    tests = [f"tests/figures/test_{stem}.py", prompt]
    return subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-qx", "-p", "no:randomly", *tests],
        cwd=copy,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("stem", STEMS)
def test_errors_in_a_script_make_a_test_fail(stem, copy):
    script = copy / f"scripts/{stem}.py"
    source = script.read_text()
    clean = run_tests(copy, stem)
    assert clean.returncode == 0, f"fails without a fault:\n{clean.stdout}{clean.stderr}"
    faults = literals(ast.parse(source))
    for literal in random.Random(stem).sample(faults, min(FAULTS_PER_FIGURE, len(faults))):
        script.write_text(with_fault(source, literal))
        status = run_tests(copy, stem).returncode
        script.write_text(source)
        fault = f"{literal.value!r} replaced by {other(literal.value)!r}"
        assert status == 1, f"scripts/{stem}.py, line {literal.lineno}: {fault}: no test failed"
