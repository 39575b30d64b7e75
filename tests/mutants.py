"""Mutation testing of scripts/ with cosmic-ray, in clones: the guards are guarded.

``python tests/mutants.py [scripts/x.py ...]`` mutates these modules, or all, on two cores, and
prints for each how many mutants were killed, by what, and which survived.
``python tests/mutants.py try scripts/x.py`` is what cosmic-ray runs on each mutant of a module:
its numeric tests first, then its image tests. A clone's warm Python runs it.
"""

import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

import pytest
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome

import warm

ROOT = Path(__file__).parents[1]
SESSIONS = ROOT / "results" / "mutants"
NUMERIC, IMAGE, SURVIVED = "killed by numeric tests", "killed by image tests", "survived"
# Which tests guard what the figures share; those of OTHERS, all modules not named here.
GUARDS = {
    "losses": ["section_1_recipe", "section_2_losses"],
    "models": ["section_3_models", "section_4_convolutions", "section_5_modules"],
    "training": ["section_6_training"],
}
OTHERS = ["files", "pipeline", "legibility", "quadratic_loss_curve", "pooling_window_stride"]


def tests_of(module: Path) -> list[str]:
    """The tests that guard a module of scripts/."""
    if module.parent.name == "lecture":
        return [f"tests/test_{name}.py" for name in GUARDS.get(module.stem, OTHERS)]
    stem = module.stem
    return [
        f"tests/test_{stem}.py",
        f"tests/test_layout.py::test_prompt_states_every_parameter[{stem}]",
    ]


def try_mutant(module: str) -> int:
    """1 if a test of the module fails, else 0; says which kind of test it was."""
    tests = tests_of(Path(module))
    for fate, which in ((NUMERIC, "not test_picture"), (IMAGE, "test_picture")):
        status = pytest.main(["-x", "-q", "-p", "no:randomly", "-k", which, *tests])
        if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            print(fate)
            return 1
    return 0


def mutate(module: str, clone: Path) -> Path:
    """Run all mutants of a module in a clone; the session with what they met."""
    session = SESSIONS / f"{Path(module).stem}.sqlite"
    session.unlink(missing_ok=True)
    config = clone / "mutants.toml"
    template = (ROOT / "tests" / "mutants.toml").read_text()
    config.write_text(template.replace("{module}", module).replace("{python}", sys.executable))
    for command in (
        ["cosmic-ray", "baseline", config],  # without a mutant, no test fails
        ["cosmic-ray", "init", config, session],
        ["cr-filter-operators", session, config],
        ["cosmic-ray", "exec", config, session],
    ):
        program = Path(sys.executable).with_name(command[0])
        subprocess.run([program, *command[1:]], cwd=clone, check=True, capture_output=True)
    return session


def fates(session: Path) -> tuple[Counter, list[str]]:
    """How many mutants met which fate, and the diffs of those that survived."""
    met, survivors = Counter(), []
    with use_db(str(session), WorkDB.Mode.open) as work:
        for item, result in work.completed_work_items:
            if result.worker_outcome == WorkerOutcome.SKIPPED:
                continue
            if result.worker_outcome != WorkerOutcome.NORMAL:
                raise RuntimeError(f"{item.mutations}: {result.output}")
            if result.test_outcome == TestOutcome.SURVIVED:
                met[SURVIVED] += 1
                survivors.append(result.diff)
            else:
                met[IMAGE if IMAGE in (result.output or "") else NUMERIC] += 1
    return met, survivors


def line(name: str, met: Counter) -> str:
    return f"{name}: {met.total()} mutants, " + ", ".join(
        f"{met[fate]} {fate}" for fate in (NUMERIC, IMAGE, SURVIVED)
    )


def warm_clone(clone: Path) -> None:
    """Clone this repository, and keep there warm what tests import."""
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    with chdir(clone):
        warm.start("torch", "scipy.stats", "hypothesis.extra.numpy")


def main(modules: list[str]) -> None:
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # two mutants may be of the same second
    SESSIONS.mkdir(parents=True, exist_ok=True)
    all_met, all_survivors, clones = Counter(), [], SimpleQueue()
    with TemporaryDirectory() as folder, ThreadPoolExecutor(2) as cores:
        for core in (1, 2):
            clone = Path(folder, f"clone-{core}")
            warm_clone(clone)
            clones.put(clone)

        def in_a_clone(module: str) -> Path:
            clone = clones.get()
            try:
                return mutate(module, clone)
            finally:
                clones.put(clone)

        for module, session in zip(modules, cores.map(in_a_clone, modules), strict=True):
            met, survivors = fates(session)
            all_met += met
            all_survivors += survivors
            print(line(module, met), flush=True)
    print(line("all", all_met))
    print(*all_survivors, sep="\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["try"]:
        sys.exit(try_mutant(sys.argv[2]))
    scripts = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "scripts").rglob("*.py"))
    main(sys.argv[1:] or scripts)
