"""One stem everywhere: each figure has all its files, and no file is left over."""

import ast
import re
import runpy
import subprocess
import sys
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path

from figurepress.project import config, prompts

import numpy as np
import pytest
from matplotlib.image import imread

ROOT = Path(__file__).parents[2]
CONFIG = config.read(ROOT)
THEMES = ("", "-dark")

EACH_FIGURE_HAS = [
    "scripts/{stem}.py",
    "prompts/{stem}.md",
    "tests/test_{stem}.py",
    *(f"tests/baseline/{{stem}}{theme}.png" for theme in THEMES),
    *(f"figures/{{stem}}{suffix}" for suffix in CONFIG.suffixes if suffix != ".pdf"),
]


@pytest.mark.parametrize("stem", CONFIG.figures)
def test_figure_has_all_its_files(stem):
    missing = [
        file for name in EACH_FIGURE_HAS if not (ROOT / (file := name.format(stem=stem))).exists()
    ]
    assert not missing, f"{stem}: missing {', '.join(missing)}; README.md, `Add a figure`, says how"


@pytest.mark.parametrize(
    ("folder", "pattern"),
    [
        ("scripts", r"(\w+)\.py"),
        ("prompts", r"(\w+)\.md"),
        ("tests/baseline", r"(\w+?)(?:-dark)?\.png"),
        ("figures", r"(\w+?)(?:-dark)?\.(?:svg|png|pdf)"),
    ],
)
def test_no_file_without_its_figure(folder, pattern):
    stems = {
        file.name: re.fullmatch(pattern, file.name)
        for file in (ROOT / folder).iterdir()
        if file.is_file()
    }
    known = [*CONFIG.figures, "overview"]
    left_over = [name for name, match in stems.items() if match and match[1] not in known]
    assert not left_over, f"{folder}: {', '.join(sorted(left_over))}: no such figure in config.yaml"


def test_every_baseline_is_compared_once():
    """Two tests that share a baseline, or one that nothing compares with, guard nothing."""
    approved = [str(file.relative_to(ROOT)) for file in (ROOT / "tests/baseline").iterdir()]
    compared = []
    for test in sorted((ROOT / "tests").glob("test_*.py")):
        for node in ast.walk(ast.parse(test.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "image_test":
                assert test.stem == f"test_{node.args[0].value}", (
                    f"{test.name} draws {node.args[0].value}"
                )
                compared += [f"tests/baseline/{node.args[0].value}{theme}.png" for theme in THEMES]
    assert sorted(compared) == sorted(approved)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("stem", CONFIG.figures)
def test_published_picture_is_the_approved_one(stem, theme):
    published, approved = (
        imread(ROOT / folder / f"{stem}{theme}.png")[:, :, :3]
        for folder in ("figures", "tests/baseline")
    )
    assert np.array_equal(published, approved), f"figures/{stem}{theme}.png is stale: run make"


@pytest.mark.parametrize("stem", CONFIG.figures)
def test_prompt_states_every_parameter(stem):
    """Each UPPER_CASE constant of the script stands in the prompt, with its value."""
    script = ast.parse((ROOT / "scripts" / f"{stem}.py").read_text())
    assigned = {
        node.id
        for statement in script.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id.isupper()
    }
    defined = {name: getattr(import_module(stem), name) for name in assigned}
    body = prompts.read(ROOT / "prompts" / f"{stem}.md").body
    stated = {
        name: ast.literal_eval(value)
        for name, value in re.findall(r"^- `([A-Z][A-Z0-9_]*) = (.+?)`", body, re.M | re.S)
    }
    assert stated == defined, f"prompts/{stem}.md and scripts/{stem}.py differ in a parameter"


@pytest.mark.parametrize("stem", CONFIG.figures)
def test_words_hold_in_both_themes(stem):
    """What is dark in one theme is bright in the other."""
    prompt = prompts.read(ROOT / "prompts" / f"{stem}.md")
    for words in (prompt.caption, prompt.alt):
        found = re.findall(r"\b(?:bright|dark|pale|light)\w*", words)
        assert not found, f"prompts/{stem}.md: {found}: true in one theme only"


@pytest.mark.parametrize("stem", CONFIG.figures)
def test_script_draws_when_it_is_run(stem, monkeypatch):
    """And not when it is imported, as by the tests above."""
    drawn = []
    monkeypatch.setattr("lecture.main", lambda *functions: drawn.append(functions))
    runpy.run_path(str(ROOT / "scripts" / f"{stem}.py"), run_name="__main__")
    assert [[it.__name__ for it in functions] for functions in drawn] == [["compute", "draw"]]


@pytest.mark.parametrize("stem", CONFIG.figures)
def test_numbers_stay_as_they_were_computed(stem):
    kinds = [kind for kind in vars(import_module(stem)).values() if is_dataclass(kind)]
    assert kinds
    loose = [kind.__name__ for kind in kinds if not kind.__dataclass_params__.frozen]
    assert not loose, f"scripts/{stem}.py: write @dataclass(frozen=True) for {', '.join(loose)}"


@pytest.mark.slow
def test_list_of_the_section_tests_reads_like_the_lecture():
    files = sorted((ROOT / "tests").glob("test_section_*.py"))
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout
    names = dict.fromkeys(re.findall(r"^tests/(test_section_\w+\.py)::(test_\w+)", listed, re.M))
    assert list(names) == [
        (file.name, name)
        for file in files
        for name in re.findall(r"^def (test_\w+)", file.read_text(), re.M)
    ]
    for file, name in names:
        assert name.startswith(f"test_{file.split('_')[2]}_"), f"{name} names no section"
