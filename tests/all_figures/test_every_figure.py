"""What holds for every figure: its files, its claims, its parameters, its published picture."""

import ast
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest

from figurepress.project import config, prompts
from figurepress.site.claims import proofs_by_claim
from figurepress.tools.pictures import changes
from tests.support.facts import check_numbers
from tests.support.uses import unnamed

SETTINGS = config.read()
EACH_FIGURE = pytest.mark.parametrize("stem", SETTINGS.figures)
FILES = (
    "scripts/{}.py",
    "prompts/{}.md",
    "tests/figures/test_{}.py",
    *(f"tests/figures/baseline/{{}}{suffix}.png" for suffix in SETTINGS.theme_suffixes),
    *(f"figures/{{}}{suffix}" for suffix in SETTINGS.suffixes if suffix != ".pdf"),
)


@EACH_FIGURE
def test_figure_has_all_its_files(stem):
    missing = [name for it in FILES if not Path(name := it.format(stem)).is_file()]
    assert not missing, (
        f"{stem}: missing {', '.join(missing)}; `make` draws figures, "
        f"`make accept FIGURE={stem}` approves them, docs/authoring.md explains the rest"
    )


@pytest.mark.parametrize(
    ("folder", "pattern"),
    [
        ("scripts", r"(\w+)\.py"),
        ("prompts", r"(\w+)\.md"),
        ("tests/figures", r"test_(\w+)\.py"),
        ("tests/figures/baseline", r"(\w+?)(?:-dark)?\.png"),
        ("figures", r"(\w+?)(?:-dark)?\.(?:svg|png|pdf)"),
    ],
)
def test_no_file_is_left_over(folder, pattern):
    known = {*SETTINGS.figures, "overview"}
    names = [file.name for file in Path(folder).iterdir() if file.is_file()]
    found = {name: match[1] for name in names if (match := re.fullmatch(pattern, name))}
    left = sorted(name for name, stem in found.items() if stem not in known)
    assert not left, f"{folder}: {', '.join(left)}: no such figure in config.yaml; delete or add it"


def test_numbers_are_unique_and_in_order():
    numbered = {}
    for stem in SETTINGS.figures:
        if number := prompts.read(Path(f"prompts/{stem}.md")).number:
            assert number not in numbered, f"{stem} and {numbered[number]} are both {number}"
            numbered[number] = stem
    parts = [(*map(int, re.findall(r"\d+", it)), it[-1]) for it in numbered]
    for before, after in pairwise(parts):
        assert before < after, f"config.yaml: figures: {after} comes after {before}; sort them"


def figure_tests(stem: str) -> Iterator[ast.FunctionDef]:
    """The test functions of a figure's test module."""
    tree = ast.parse(Path(f"tests/figures/test_{stem}.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def decorators(test: ast.FunctionDef) -> list[str]:
    return [ast.unparse(decorator) for decorator in test.decorator_list]


@EACH_FIGURE
def test_every_claim_has_a_test(stem):
    claims = set(prompts.read(Path(f"prompts/{stem}.md")).claims)
    proved = set(proofs_by_claim(Path(f"tests/figures/test_{stem}.py")))
    assert claims == proved, (
        f"{stem}: claims without a test: {sorted(claims - proved) or 'none'}; "
        f"tests of claims that the prompt does not make: {sorted(proved - claims) or 'none'}"
    )


@EACH_FIGURE
def test_every_test_asserts_and_runs(stem):
    for test in figure_tests(stem):
        text = ast.unparse(test)
        checks = re.search(r"\bassert|image_test|raises", text)
        assert checks, f"{stem}: {test.name} asserts nothing"
        switched_off = [it for it in decorators(test) if re.search("skip|xfail|slow", it)]
        assert not switched_off, f"{stem}: {test.name} does not run: {switched_off}"


@EACH_FIGURE
def test_picture_is_compared_once(stem):
    compared = [it for test in figure_tests(stem) for it in decorators(test) if "image_test" in it]
    assert compared == [f"image_test('{stem}')"]


@EACH_FIGURE
def test_published_picture_is_approved(stem):
    found = [change.describe() for change in changes([stem], SETTINGS)]
    advice = f"look with `make review FIGURE={stem}`, approve with `make accept FIGURE={stem}`"
    assert not found, "\n".join([*found, advice])


@EACH_FIGURE
def test_prompt_states_every_parameter(stem):
    script = import_module(f"scripts.{stem}")
    tree = ast.parse(Path(f"scripts/{stem}.py").read_text(encoding="utf-8"))
    names = {
        node.id
        for statement in tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id.isupper()
    }
    body = prompts.read(Path(f"prompts/{stem}.md")).body
    stated = {
        name: ast.literal_eval(value)
        for name, value in re.findall(r"^- `([A-Z][A-Z0-9_]*) = (.+?)`", body, re.M | re.S)
    }
    assert stated == {name: getattr(script, name) for name in names}, f"prompts/{stem}.md"


@cache
def numbers_of(stem: str) -> object:
    """What compute() of a figure returns."""
    return import_module(f"scripts.{stem}").compute()


@EACH_FIGURE
def test_prompt_names_what_the_tests_use(stem):
    test = Path(f"tests/figures/test_{stem}.py").read_text(encoding="utf-8")
    body = prompts.read(Path(f"prompts/{stem}.md")).body
    script = import_module(f"scripts.{stem}")
    names = unnamed(test, body, script, script.draw(numbers_of(stem)))
    assert not names, (
        f"prompts/{stem}.md: {', '.join(names)}: the tests use this and the specification does "
        "not name it; add it in backticks"
    )


@EACH_FIGURE
def test_numbers_in_words_are_backed(stem):
    prompt, script = prompts.read(Path(f"prompts/{stem}.md")), import_module(f"scripts.{stem}")
    errors = check_numbers(prompt, script, numbers_of(stem), f"prompts/{stem}.md")
    assert not errors, "\n".join(errors)


@EACH_FIGURE
def test_words_hold_in_both_themes(stem):
    prompt = prompts.read(Path(f"prompts/{stem}.md"))
    for key in ("caption", "alt", "description"):
        found = re.findall(r"\b(?:dark|pale|light)\w*", getattr(prompt, key))
        assert not found, f"prompts/{stem}.md: {key}: {found} is true in one theme only"


@EACH_FIGURE
def test_numbers_are_frozen(stem):
    kinds = [kind for kind in vars(import_module(f"scripts.{stem}")).values() if is_dataclass(kind)]
    loose = [kind.__name__ for kind in kinds if not kind.__dataclass_params__.frozen]
    assert kinds
    assert not loose, f"scripts/{stem}.py: write @dataclass(frozen=True) for {', '.join(loose)}"
