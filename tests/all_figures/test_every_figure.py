"""Rules for every figure: its files, claims, constants and published picture."""

import re
from collections.abc import Iterable
from dataclasses import is_dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest

from figurepress.build import experiments
from figurepress.project import config, prompts
from figurepress.project.approved_pictures import changes
from figurepress.project.validated_files import InputError
from figurepress.site.claims import claim_tests
from tests.support.image_test import TOLERANCE
from tests.support.prompt_checks import check_constants, check_numbers, check_shapes
from tests.support.tests_follow_prompt import not_in_prompt, problems

SETTINGS = config.read()
EACH_FIGURE = pytest.mark.parametrize("stem", SETTINGS.figures)
# test_figure_has_all_its_files reports the figures without tests.
TESTED = [stem for stem in SETTINGS.figures if Path(f"tests/figures/test_{stem}.py").is_file()]
EACH_TESTED_FIGURE = pytest.mark.parametrize("stem", TESTED)


def fail_if(errors: Iterable[str]) -> None:
    """Fail with these messages, if there are any, and without a traceback."""
    if lines := list(errors):
        pytest.fail("\n".join(lines), pytrace=False)


@EACH_FIGURE
def test_figure_has_all_its_files(stem):
    sources = [f"scripts/{stem}.py", f"prompts/{stem}.md", f"tests/figures/test_{stem}.py"]
    suffixes = [suffix for suffix in SETTINGS.suffixes if suffix != ".pdf"]  # PDFs are not in git
    remedies = dict.fromkeys(sources, "write it as docs/authoring.md explains")
    remedies |= {f"figures/{stem}{suffix}": f"run make FIGURE={stem}" for suffix in suffixes}
    fail_if(
        f"{file}: missing; {remedy}"
        for file, remedy in remedies.items()
        if not Path(file).is_file()
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
    left = []
    for file in sorted(Path(folder).iterdir()):
        match = re.fullmatch(pattern, file.name)
        if file.is_file() and match and match[1] not in known:
            left.append(file.name)
    assert not left, f"{folder}: {', '.join(left)}: no such figure in config.yaml; delete or add it"


def test_results_of_experiments_are_up_to_date():
    stale = experiments.stale(SETTINGS.figures)
    assert not stale, "\n".join(stale)


def test_every_experiment_is_needed():
    needed = {need for stem in SETTINGS.figures for need in prompts.read(stem).needs}
    results = {str(experiments.data_file(file.stem)) for file in Path("experiments").glob("*.py")}
    stored = {str(file) for file in Path("data").glob("*.npz")}
    left = sorted((results | stored) - needed)
    assert not left, (
        f"{', '.join(left)}: in no prompt; list it under needs, or delete the experiment"
    )


def parts(number: str) -> list[int | str]:
    """The parts of a figure number, to sort by: 4.1b is [4, 1, "b"]."""
    return [int(part) if part.isdigit() else part for part in re.findall(r"\d+|[a-z]", number)]


def test_numbers_are_in_order():
    numbers = [number for stem in SETTINGS.figures if (number := prompts.read(stem).number)]
    for before, after in pairwise(numbers):
        message = f"config.yaml: figures: {after} comes after {before}; sort them"
        assert parts(before) < parts(after), message


@EACH_TESTED_FIGURE
def test_claims_of_prompt_and_tests_are_the_same(stem):
    prompt = f"prompts/{stem}.md"
    test = f"tests/figures/test_{stem}.py"
    claims = set(prompts.read(stem).claims)
    tested = set(claim_tests(Path(test)))
    untested = [
        f"{test}: no test of claim {claim}; mark one with its id" for claim in claims - tested
    ]
    unknown = [
        f"{prompt}: claims: no {claim}, which {test} tests; add it, or correct the id there"
        for claim in tested - claims
    ]
    fail_if(untested + unknown)


@EACH_TESTED_FIGURE
def test_every_test_runs_and_asserts(stem):
    test = Path(f"tests/figures/test_{stem}.py")
    fail_if(f"{test}: {problem}" for problem in problems(test.read_text(encoding="utf-8"), stem))


@EACH_FIGURE
def test_published_picture_is_approved(stem):
    try:
        found = [
            change.describe() for change in changes([stem], SETTINGS) if change.rms > TOLERANCE
        ]
    except InputError as error:  # not drawn
        found = [str(error)]
    advice = f"look with `make review FIGURE={stem}`, approve with `make accept FIGURE={stem}`"
    fail_if([*found, advice] if found else [])


@EACH_FIGURE
def test_prompt_states_every_constant(stem):
    script = import_module(f"scripts.{stem}")
    text = Path(f"scripts/{stem}.py").read_text(encoding="utf-8")
    # Such as "A, B" in a line "A, B = 1, 2", and "C" in "C: Final = 3".
    assigned = re.findall(r"^([A-Z][A-Z0-9_, ]*)(?:: .+?)? = ", text, re.M)
    names = sorted(re.findall(r"\w+", " ".join(assigned)))
    constants = {name: getattr(script, name) for name in names}
    # The paths of files differ between machines.
    stated = {name: value for name, value in constants.items() if not isinstance(value, Path)}
    fail_if(check_constants(prompts.read(stem).body, stated, stem))


@EACH_FIGURE
def test_prompt_states_the_shapes_of_fields(drawings, stem):
    body = prompts.read(stem).body
    fail_if(check_shapes(body, drawings(stem).numbers, f"prompts/{stem}.md"))


@EACH_TESTED_FIGURE
def test_prompt_specifies_what_the_tests_use(drawings, stem):
    test = Path(f"tests/figures/test_{stem}.py").read_text(encoding="utf-8")
    body = prompts.read(stem).body
    drawn = drawings(stem)
    names = not_in_prompt(test, body, drawn.script, drawn.by_theme["light"].figure)
    fail_if(
        f"prompts/{stem}.md: {name}: the tests use this, but the specification does not "
        "mention it; describe it there, in backticks"
        for name in names
    )


@EACH_FIGURE
def test_numbers_in_words_are_backed(drawings, stem):
    drawn = drawings(stem)
    fail_if(check_numbers(drawn.prompt, drawn.script, drawn.numbers, f"prompts/{stem}.md"))


@EACH_FIGURE
def test_words_hold_in_both_themes(stem):
    prompt = prompts.read(stem)
    fail_if(
        f"prompts/{stem}.md: {key}: {word!r} is true in one theme only; use another word"
        for key in ("caption", "alt", "description")
        for word in re.findall(r"\b(?:dark|pale|light)\w*", getattr(prompt, key))
    )


@EACH_FIGURE
def test_numbers_are_frozen(stem):
    script = import_module(f"scripts.{stem}")
    classes = [value for value in vars(script).values() if is_dataclass(value)]
    assert classes, f"scripts/{stem}.py: no dataclass"
    unfrozen = [each.__name__ for each in classes if not each.__dataclass_params__.frozen]
    remedy = f"scripts/{stem}.py: write @dataclass(frozen=True) for {', '.join(unfrozen)}"
    assert unfrozen == [], remedy
