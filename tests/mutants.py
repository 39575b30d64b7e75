"""Which tests see a mutant: run by cosmic-ray in a clone, once for every mutant.

``python tests/mutants.py`` runs the tests of the module that differs from the last commit,
the numeric ones first, and says which kind killed the mutant.
``python tests/mutants.py report <session>`` counts what a session's mutants met with.
"""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome

KILLED = "killed by the {} tests"
# The tests of what figures share; a module that is not named here is tested by all of these.
SHARED = {
    "losses": ["test_section_1_recipe.py", "test_section_2_losses.py"],
    "models": [
        "test_section_3_models.py",
        "test_section_4_convolutions.py",
        "test_section_5_modules.py",
    ],
    "training": ["test_section_6_training.py"],
}
OTHERS = [
    "test_files.py",
    "test_legibility.py",
    "test_pipeline.py",
    "test_quadratic_loss_curve.py",
    "test_pooling_window_stride.py",
]


def tests_of(module: Path) -> list[str]:
    """The tests that guard a module of scripts/."""
    if module.parent.name == "lecture":
        return [f"tests/{name}" for name in SHARED.get(module.stem, OTHERS)]
    parameters = f"tests/test_layout.py::test_prompt_states_every_parameter[{module.stem}]"
    return [f"tests/test_{module.stem}.py", parameters]


def try_mutant() -> int:
    """1 if a test of the changed module fails, else 0."""
    changed = subprocess.run(
        ["git", "diff", "--name-only"], capture_output=True, text=True, check=True
    ).stdout.split()
    tests = [test for file in changed for test in tests_of(Path(file))]
    for kind, pictures in (("numeric", "not test_picture"), ("image", "test_picture")):
        status = pytest.main(["-x", "-q", "-p", "no:randomly", "-k", pictures, *tests])
        if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            print(KILLED.format(kind))
            return 1
    return 0


def report(session: str) -> None:
    """Print, for each module, how many mutants were killed and by what; then the survivors."""
    met: dict[str, Counter] = {}
    survivors = []
    with use_db(session, WorkDB.Mode.open) as work:
        for item, result in work.completed_work_items:
            if result.worker_outcome.value == "skipped":
                continue
            (mutation,) = item.mutations
            numeric = KILLED.format("numeric") in (result.output or "")
            killed = result.test_outcome != TestOutcome.SURVIVED
            fate = "numeric" if numeric else "image" if killed else "survived"
            met.setdefault(str(mutation.module_path), Counter())[fate] += 1
            if fate == "survived":
                survivors.append((mutation, result.diff))
    total = sum(met.values(), Counter())
    for name, fates in [*sorted(met.items()), ("all", total)]:
        mutants = sum(fates.values())
        numeric, both = fates["numeric"], fates["numeric"] + fates["image"]
        print(f"{name}: {mutants} mutants, {both} killed, {numeric} by numeric tests alone")
    for mutation, diff in survivors:
        print(f"\n{mutation.module_path}, line {mutation.start_pos[0]}:\n{diff}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["report"]:
        report(sys.argv[2])
    else:
        sys.exit(try_mutant())
