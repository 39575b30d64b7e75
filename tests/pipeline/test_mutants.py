"""The guards are guarded: of a fixed sample of what `make mutants` tries, nothing survives."""

from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

import pytest

SAMPLED = ["toeplitz_conv_matrix", "quadratic_loss_curve", "training_loop", "lecture/losses"]


@pytest.fixture
def mutants():
    """Not imported before: with its database it takes as long as many tests."""
    return import_module("mutants")


@pytest.fixture
def tried(mutants, tmp_path):
    """Try mutants of a module, all or so many of them: how many; none is left alive."""

    def tried(name: str, sample: int | None = None) -> int:
        module, session = Path(f"scripts/{name}.py"), tmp_path / "sample.sqlite"
        mutants.begin(module, session, sample)
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            process.submit(mutants.try_mutants, module, session).result()
        met, _, alive = mutants.fates(module, session)
        assert not alive, "killed by no test that should:\n" + "\n".join(alive)
        return met.total()

    return tried


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLED)
def test_sampled_mutants_are_killed(name, tried):
    assert tried(name, sample=5) == 5


@pytest.mark.slow
def test_no_mutant_is_run_from_the_bytecode_of_another(tried, monkeypatch):
    """The style's tests start a Python, which may keep bytecode of what it imports."""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    assert tried("lecture/style") > 0


def test_listed_mutants_are_of_lines_that_stand(mutants):
    for mutant in mutants.listed():
        module, before, _ = mutant.split("\n")
        lines = (mutants.ROOT / module).read_text().splitlines()
        assert before[1:] in lines, f"tests/mutants.toml: no line of {module} any more: {before}"
